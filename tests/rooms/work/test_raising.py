"""Where work goes when it is raised, and until when it is answered."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from banso.rooms.customers.models import Account, FactType
from banso.rooms.identity.models import User
from banso.rooms.journal.models import Entry
from banso.rooms.people.models import Member, Team
from banso.rooms.work.actions.raising import AlreadyOver, change_item
from banso.rooms.work.actions.working import finish_item
from banso.rooms.work.models import Kind, Priority, State
from tests.factories.customers import make_account, make_fact, make_holding
from tests.factories.people import make_absence
from tests.factories.when import NOON, TOKYO
from tests.factories.work import join, make_item, make_pool, make_served, model_text, put_in_force
from tests.rooms.work.places import fresh, taken, user

pytestmark = pytest.mark.django_db


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TOKYO)


def test_a_request_waits_in_the_pool_that_holds_the_duty(
    shop: Account, pool: Team, operations: User
) -> None:
    item = make_item(shop, by=operations)
    assert (item.pool, item.member, item.state, item.needs) == (pool, None, State.WAITING, "ja:")
    entry = Entry.objects.get(event="work.item_raised")
    assert entry.details == {"item": item.pk, "subject": item.subject}


def test_a_request_waits_for_the_person_who_holds_the_duty(
    acme: Account, sakura: User, operations: User
) -> None:
    item = make_item(acme, by=operations)
    assert (item.pool, item.member) == (None, Member.objects.get(user=sakura))


def test_while_she_is_away_her_pool_covers_for_her(
    shop: Account, hana: Member, pool: Team, operations: User
) -> None:
    held = make_account()
    make_holding(held, by=hana)
    make_absence(hana)
    item = make_item(held, by=operations)
    assert (item.pool, item.member) == (pool, None)


def test_where_nobody_holds_the_duty_it_waits_all_the_same(pool: Team, operations: User) -> None:
    item = make_item(make_account(), by=operations)
    assert (item.pool, item.member, item.state) == (None, None, State.WAITING)


@pytest.mark.parametrize(
    ("raised", "due", "warned"),
    [
        ("2026-04-17T17:00", "2026-04-20T17:00", "2026-04-20T15:00"),  # over a weekend
        ("2026-04-28T17:00", "2026-04-30T17:00", "2026-04-30T15:00"),  # over Showa Day
        ("2026-05-01T20:00", "2026-05-07T18:00", "2026-05-07T16:00"),  # over Golden Week
        ("2026-04-15T08:00", "2026-04-15T18:00", "2026-04-15T16:00"),  # before the office opens
    ],
)
def test_the_response_target_runs_in_working_hours(
    raised: str, due: str, warned: str, shop: Account, operations: User
) -> None:
    item = make_item(shop, by=operations, at=moment(raised))
    assert (item.target, item.due_at, item.warn_at) == ("8bh", moment(due), moment(warned))


def test_a_day_given_by_hand_stands_before_the_target(shop: Account, operations: User) -> None:
    by_hand = moment("2026-05-20T12:00")
    item = make_item(shop, by=operations, due_at=by_hand)
    assert (item.target, item.due_at) == ("", by_hand)


def test_a_segment_without_a_target_has_none(pool: Team, operations: User) -> None:
    make_fact("segment")
    item = make_item(make_account(facts={"segment": "enterprise"}), by=operations)
    assert (item.target, item.due_at, item.warn_at) == ("", None, None)


def test_the_language_is_the_customers_own(pool: Team, operations: User) -> None:
    make_fact("language")
    make_fact("segment")
    foreign = make_account(facts={"segment": "smb", "language": "en"})
    assert make_item(foreign, by=operations).needs == "en:"
    assert make_item(foreign, by=operations, language="ja").needs == "ja:"


def test_steps_and_links_go_with_it(shop: Account, operations: User) -> None:
    item = make_item(
        shop,
        by=operations,
        steps=["状況を聞く", "設定を直す"],
        references=[("手順書", "https://example.jp/guide")],
    )
    assert [(each.position, each.text) for each in item.steps.all()] == [
        (1, "状況を聞く"),
        (2, "設定を直す"),
    ]
    assert [str(each) for each in item.references.all()] == ["手順書"]
    assert item.minutes == 20


def test_what_follows_goes_first_to_who_served_the_customer_last(
    shop: Account, pool: Team, operations: User
) -> None:
    put_in_force(model_text("continuity: 14d, holds: 4bh"), by=operations)
    hana = join(pool, "花田 花")
    make_item(shop, by=operations)
    finish_item(taken(hana), outcome="solved", by=user(hana), at=NOON)
    soon = make_item(shop, by=operations, at=NOON + timedelta(days=1))
    late = make_item(shop, by=operations, at=NOON + timedelta(days=15))
    assert (soon.held_for, soon.held_until) == (hana, moment("2026-04-16T17:00"))
    assert (late.held_for, late.held_until) == (None, None)


def test_nothing_is_held_for_who_is_away_or_has_left_the_pool(
    shop: Account, pool: Team, operations: User
) -> None:
    put_in_force(model_text("continuity: 14d"), by=operations)
    hana = join(pool, "花田 花")
    make_item(shop, by=operations)
    finish_item(taken(hana), outcome="solved", by=user(hana), at=NOON)
    make_absence(hana)
    assert make_item(shop, by=operations).held_for is None


def test_a_changed_item_is_looked_at_anew(shop: Account, hana: Member, operations: User) -> None:
    item = make_item(shop, by=operations)
    before = item.rank
    change_item(item, priority=Priority.URGENT, topic="consulting", by=operations, at=NOON)
    now = fresh(item)
    assert (now.priority, now.needs, before - now.rank) == (1, "ja:consulting", 5 * 86_400)
    finish_item(taken(hana), outcome="solved", by=user(hana), at=NOON)
    with pytest.raises(AlreadyOver):
        change_item(item, priority=Priority.LOW, topic="", by=operations, at=NOON)


def test_a_holder_that_is_away_without_a_pool_keeps_her_own(
    acme: Account, sakura: User, operations: User
) -> None:
    make_absence(Member.objects.get(user=sakura))
    item = make_item(acme, by=operations, kind=Kind.RISK)
    assert item.member == Member.objects.get(user=sakura)


def test_the_team_of_a_pool_covers_for_its_own(operations: User) -> None:
    pool = make_pool()
    put_in_force(model_text(), by=operations)
    member = join(pool, "花田 花", settled=False, team=pool)
    account = make_served(pool)
    make_holding(account, by=member, duty="renewal")
    make_absence(member)
    assert make_item(account, by=operations, duty="renewal").pool == pool


def test_a_number_is_no_language_but_text_is(pool: Team, operations: User) -> None:
    make_fact("segment")
    make_fact("arr", FactType.MONEY)
    assert make_item(make_account(facts={"segment": "smb"}), by=operations).language == "ja"
