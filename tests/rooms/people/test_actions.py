"""Members come in with their teams, may be taken back, and are let in."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from banso.kit.upsert import Placed
from banso.rooms.identity.actions import AddressTaken, LastAdministrator, system_user
from banso.rooms.identity.models import User
from banso.rooms.journal.models import Entry
from banso.rooms.people.actions import (
    AlreadyHasAccess,
    MemberRow,
    NoAddress,
    give_access,
    put_members,
    take_back_members,
)
from banso.rooms.people.models import Member, Team
from tests.factories.customers import make_account, make_holding
from tests.factories.identity import make_user
from tests.factories.people import make_member, make_team
from tests.factories.when import NOON

pytestmark = pytest.mark.django_db


def put(by: User, *rows: MemberRow) -> list[Placed]:
    return put_members(rows, by=by, at=NOON)


def row(handle: str, team_path: str | None = None, **given: Any) -> MemberRow:
    return MemberRow(handle=handle, team_path=team_path, given=given)


def journal() -> list[tuple[str, dict[str, Any]]]:
    return list(Entry.objects.order_by("pk").values_list("event", "details"))


def teams() -> list[tuple[str, str, str | None]]:
    return list(Team.objects.values_list("path", "name", "parent__path"))


def test_a_path_makes_the_teams_it_names(operations: User) -> None:
    put(operations, row("a", "CS / Mid / East", name="A"), row("b", "CS", name="B"))
    assert teams() == [
        ("CS", "CS", None),
        ("CS / Mid", "Mid", "CS"),
        ("CS / Mid / East", "East", "CS / Mid"),
    ]
    assert list(Member.objects.order_by("pk").values_list("handle", "team__path")) == [
        ("a", "CS / Mid / East"),
        ("b", "CS"),
    ]


@pytest.mark.parametrize("path", ["CS/Mid", " CS ／ Mid ", "CS // Mid /"])
def test_a_path_written_otherwise_names_the_same_team(operations: User, path: str) -> None:
    mid = make_team("CS / Mid")
    put(operations, row("a", path, name="A"))
    assert Member.objects.get().team == mid
    assert len(teams()) == 2


def test_an_empty_path_takes_out_of_the_team_and_none_leaves_in_it(operations: User) -> None:
    mid = make_team("CS / Mid")
    leaving, staying = make_member(team=mid), make_member(team=mid)
    put(operations, row(leaving.handle, ""), row(staying.handle, kana="すずき"))
    assert list(Member.objects.order_by("pk").values_list("team", "kana")) == [
        (None, leaving.kana),
        (mid.pk, "すずき"),
    ]


def test_members_put_are_one_entry_and_the_same_again_none(operations: User) -> None:
    make_member(handle="old", name="Old")
    rows = (row("old", name="Newer"), row("new", name="New", joined_on=date(2024, 4, 1)))
    placed = put(operations, *rows)
    assert [each.change is not None and each.change.before for each in placed] == [
        {"name": "Old"}, None
    ]  # fmt: skip
    assert [each.change for each in put(operations, *rows)] == [None, None]
    assert journal() == [("people.members_put", {"created": 1, "updated": 1})]


def test_members_are_taken_back_unless_they_hold_an_account(operations: User) -> None:
    placed = put(operations, row("a", "CS", name="A"), row("b", "CS", name="B"))
    holder = Member.objects.get(handle="b")
    make_holding(make_account(), by=holder)
    changes = [each.change for each in placed if each.change]
    done = take_back_members(changes, by=operations, at=NOON)
    assert [(change.pk, code) for change, code in done.kept] == [(holder.pk, "in_use")]
    assert list(Member.objects.all()) == [holder]
    assert journal()[-1] == ("people.members_taken_back", {"removed": 1, "restored": 0})


def test_a_member_who_signs_in_stays_when_the_import_is_taken_back(
    operations: User, administrator: User
) -> None:
    placed = put(
        operations,
        row("a", name="A", email="a@banso.example"),
        row("b", name="B", email="b@banso.example"),
    )
    user = give_access(Member.objects.get(handle="a"), role="csm", by=administrator, at=NOON)
    done = take_back_members(
        [each.change for each in placed if each.change], by=operations, at=NOON
    )
    assert [code for _change, code in done.kept] == ["in_use"]
    assert list(Member.objects.values_list("handle", "user")) == [("a", user.pk)]
    assert journal()[-1] == ("people.members_taken_back", {"removed": 1, "restored": 0})


def test_a_changed_member_who_signs_in_gets_the_old_values_again(operations: User) -> None:
    make_member(handle="a", name="Old", user=operations)
    placed = put(operations, row("a", name="Newer"))
    done = take_back_members(
        [each.change for each in placed if each.change], by=operations, at=NOON
    )
    assert (done.restored, Member.objects.get().name) == (1, "Old")


@pytest.mark.parametrize("rows", [1, 3])
def test_members_with_different_fields_are_put_by_equally_many_queries(
    operations: User, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(rows):
        make_member(handle=f"known{number}", name="Old")
    given = [
        said
        for number in range(rows)
        for said in (row(f"known{number}", name="Newer"), row(f"new{number}", name="N", kana="ん"))
    ]
    with django_assert_num_queries(9):  # teams apart: number, find, create, update, tell, mark
        placed = put(operations, *given)
    assert [each.change is not None and each.change.before for each in placed] == [
        {"name": "Old"}, None
    ] * rows  # fmt: skip
    handles = {member.pk: member.handle for member in Member.objects.all()}
    assert [handles[each.pk] for each in placed] == [said.handle for said in given]


def test_a_sign_in_that_is_there_already_becomes_the_members(administrator: User) -> None:
    user = make_user(email="Mia@banso.example", password="running-alongside", role="executive")
    member = make_member(name="Mia", email="mia@banso.example")
    assert give_access(member, role="csm", by=administrator, at=NOON) == user
    user.refresh_from_db()
    assert (Member.objects.get(user=user), user.role, user.is_active) == (member, "csm", True)
    assert user.check_password("running-alongside") is True
    assert [event for event, _details in journal()] == [
        "identity.user_changed",
        "people.member_given_access",
    ]


def test_a_sign_in_that_had_ended_opens_again_for_its_member(administrator: User) -> None:
    user = make_user(email="mia@banso.example", role="csm", is_active=False)
    give_access(make_member(email=user.email), role="csm", by=administrator, at=NOON)
    user.refresh_from_db()
    assert user.is_active is True


def test_a_sign_in_that_fits_is_linked_without_a_change_of_access(administrator: User) -> None:
    user = make_user(email="mia@banso.example", role="csm")
    give_access(make_member(email=user.email), role="csm", by=administrator, at=NOON)
    assert [event for event, _details in journal()] == ["people.member_given_access"]


def test_the_last_administrator_keeps_the_role_when_linked_to_a_member(
    administrator: User,
) -> None:
    member = make_member(email=administrator.email)
    with pytest.raises(LastAdministrator):
        give_access(member, role="csm", by=administrator, at=NOON)
    member.refresh_from_db()
    assert (member.user, journal()) == (None, [])


def test_a_sign_in_of_another_member_or_of_the_system_is_left_alone(administrator: User) -> None:
    user = make_user(email="mia@banso.example")
    make_member(user=user)
    for address in (user.email, system_user(at=NOON).email):
        with pytest.raises(AddressTaken):
            give_access(make_member(email=address), role="csm", by=administrator, at=NOON)
    assert Member.objects.exclude(user=None).count() == 1
    assert journal() == []


def test_a_member_is_let_in_with_their_address(administrator: User) -> None:
    member = make_member(name="Mia", email="mia@banso.example")
    user = give_access(member, role="csm", by=administrator, at=NOON)
    assert Member.objects.get(user=user) == member
    assert (user.email, user.name, user.role) == ("mia@banso.example", "Mia", "csm")
    assert [event for event, _details in journal()] == [
        "identity.user_added",
        "people.member_given_access",
    ]


def test_a_member_without_an_address_cannot_be_let_in(administrator: User) -> None:
    with pytest.raises(NoAddress):
        give_access(make_member(), role="csm", by=administrator, at=NOON)
    assert list(User.objects.all()) == [administrator]


def test_a_member_is_let_in_once(administrator: User) -> None:
    member = make_member(email="mia@banso.example")
    give_access(member, role="csm", by=administrator, at=NOON)
    before = journal()
    with pytest.raises(AddressTaken):
        give_access(member, role="csm", by=administrator, at=NOON)
    Member.objects.update(email="other@banso.example")
    member.refresh_from_db()
    with pytest.raises(AlreadyHasAccess):
        give_access(member, role="manager", by=administrator, at=NOON)
    assert User.objects.filter(email="other@banso.example").count() == 0
    assert journal() == before
