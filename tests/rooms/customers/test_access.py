"""Which accounts each of the cast sees, on which day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from banso.rooms.customers.access import may_edit_accounts, visible_accounts
from banso.rooms.customers.models import Account, Duty
from banso.rooms.identity.models import AccessRole, User
from banso.rooms.people.models import Member, Team, TeamKind
from tests.factories.customers import make_account, make_holding
from tests.factories.identity import make_user
from tests.factories.people import make_member, make_team
from tests.factories.when import TODAY

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def seen(viewer: User, on: date = TODAY) -> list[Account]:
    return list(visible_accounts(viewer, on=on).order_by("pk"))


def member_of(user: User) -> Member:
    return Member.objects.get(user=user)


def test_who_holds_an_account_sees_it_and_another_team_does_not(
    acme: Account, sakura: User, mia: User, account_executive: User
) -> None:
    make_account()
    assert [seen(viewer) for viewer in (sakura, mia, account_executive)] == [[acme], [], []]


def test_any_duty_brings_an_account_into_sight_once(
    acme: Account, sakura: User, account_executive: User
) -> None:
    for duty in (Duty.RENEWAL, Duty.EXPANSION):
        make_holding(acme, by=member_of(account_executive), duty=duty)
    make_holding(acme, by=member_of(sakura), duty=Duty.ADOPTION)
    assert (seen(account_executive), seen(sakura)) == ([acme], [acme])


def test_a_manager_sees_what_her_teams_hold(acme: Account, ken: User, mid: Team) -> None:
    inside = make_account()
    make_holding(inside, by=make_member(team=make_team(f"{mid.path} / 東")))
    elsewhere = make_account()
    make_holding(elsewhere, by=make_member(team=make_team("営業")))
    assert seen(ken) == [acme, inside]


def test_a_manager_sees_what_she_holds_herself_though_she_has_no_team() -> None:
    manager = make_user(role=AccessRole.MANAGER)
    account = make_account()
    make_holding(account, by=make_member(user=manager))
    assert seen(manager) == [account]


def test_a_pools_accounts_are_seen_by_its_members_and_its_manager(mid: Team, ken: User) -> None:
    pool = make_team(f"{mid.path} / プール", kind=TeamKind.POOL)
    account = make_account()
    make_holding(account, by=pool)
    pooled, outside = make_user(), make_user()
    make_member(user=pooled, team=pool)
    make_member(user=outside, team=mid)
    assert [seen(viewer) for viewer in (pooled, ken, outside)] == [[account], [account], []]


def test_a_colleagues_accounts_are_not_ones_own(acme: Account, mid: Team) -> None:
    colleague = make_user()
    make_member(user=colleague, team=mid)
    assert seen(colleague) == []


def test_some_roles_see_every_account_held_or_not(
    acme: Account, operations: User, executive: User, administrator: User
) -> None:
    unheld = make_account()
    for viewer in (operations, executive, administrator):
        assert seen(viewer) == [acme, unheld]


def test_who_is_no_member_sees_nothing(acme: Account) -> None:
    assert [seen(make_user(role=role)) for role in ("csm", "manager")] == [[], []]


@pytest.mark.parametrize(
    ("from_on", "to_on", "visible"),
    [
        (TODAY, None, True),
        (TODAY + DAY, None, False),
        (TODAY - DAY, TODAY, False),
        (TODAY - DAY, TODAY + DAY, True),
        (TODAY, TODAY, False),
    ],
)
def test_an_account_is_seen_from_the_first_day_until_the_first_day_without_it(
    mia: User, from_on: date, to_on: date | None, visible: bool
) -> None:
    account = make_account()
    make_holding(account, by=member_of(mia), from_on=from_on, to_on=to_on)
    assert seen(mia) == [account] * visible


def test_the_day_decides_whose_an_account_was(acme: Account, sakura: User, mia: User) -> None:
    account = make_account()
    make_holding(account, by=member_of(sakura), to_on=TODAY)
    make_holding(account, by=member_of(mia), from_on=TODAY)
    yesterday = [seen(viewer, on=TODAY - DAY) for viewer in (sakura, mia)]
    assert (yesterday, seen(sakura), seen(mia)) == ([[acme, account], []], [acme], [account])


def test_all_but_executives_correct_the_master_record() -> None:
    refused = [role.value for role in AccessRole if not may_edit_accounts(User(role=role))]
    assert refused == ["executive"]
