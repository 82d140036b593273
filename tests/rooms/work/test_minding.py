"""What happens to work by itself: claims run out, what was put off wakes, targets come near."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from banso.kit.jobs import tasks
from banso.rooms.customers.models import Account
from banso.rooms.identity.models import User
from banso.rooms.journal.models import Entry
from banso.rooms.people.models import Member, PoolMembership, Team
from banso.rooms.work.actions.minding import (
    escalate_items,
    open_up_items,
    return_abandoned,
    wake_items,
)
from banso.rooms.work.actions.seats import settle_seats
from banso.rooms.work.actions.working import finish_item, put_off_item
from banso.rooms.work.models import Declined, Seat, State, WorkItem
from tests.factories.people import make_skill
from tests.factories.when import NOON, TODAY, TOKYO
from tests.factories.work import join, make_item, make_pool, model_text, put_in_force
from tests.rooms.work.places import fresh, taken, untrue_seats, user

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def events() -> list[str]:
    return list(Entry.objects.order_by("pk").values_list("event", flat=True))


def test_a_lunch_break_returns_what_was_taken_with_its_age(
    shop: Account, hana: Member, emma: Member, operations: User
) -> None:
    item = make_item(shop, by=operations, at=NOON - HOUR)
    taken(hana)
    assert return_abandoned(by=operations, at=NOON + timedelta(minutes=29)) == 0
    assert return_abandoned(by=operations, at=NOON + timedelta(minutes=30)) == 1
    now = fresh(item)
    assert (now.state, now.member, now.raised_at, now.rank) == (
        State.WAITING, None, NOON - HOUR, item.rank,
    )  # fmt: skip
    assert (untrue_seats(), Declined.objects.count()) == ([], 0)
    assert Entry.objects.latest("pk").details == {"number": 1, "items": [[item.pk, hana.pk]]}
    assert taken(emma, at=NOON + HOUR).pk == item.pk


def test_nothing_returned_is_no_line_in_the_journal(operations: User, pool: Team) -> None:
    for mind in (return_abandoned, wake_items, escalate_items, open_up_items):
        assert mind(by=operations, at=NOON) == 0
    assert [each for each in events() if each.startswith("work.")] == []


def test_what_was_put_off_wakes_for_who_put_it_off(
    shop: Account, hana: Member, emma: Member, operations: User
) -> None:
    make_item(shop, by=operations)
    item = taken(hana)
    put_off_item(item, until=NOON + HOUR, why="返事待ち", by=user(hana), at=NOON)
    assert wake_items(by=operations, at=NOON) == 0
    assert wake_items(by=operations, at=NOON + HOUR) == 1
    now = fresh(item)
    assert (now.state, now.member, now.held_for, now.wake_at) == (
        State.WAITING, None, hana, None,
    )  # fmt: skip
    with pytest.raises(Exception, match="Nothing waits"):
        taken(emma, at=NOON + HOUR)
    assert taken(hana, at=NOON + HOUR).pk == item.pk


def test_if_she_is_not_there_what_woke_goes_to_the_pool(
    shop: Account, hana: Member, emma: Member, operations: User
) -> None:
    make_item(shop, by=operations)
    item = taken(hana)
    put_off_item(item, until=NOON + HOUR, why="返事待ち", by=user(hana), at=NOON)
    wake_items(by=operations, at=NOON + HOUR)
    assert taken(emma, at=NOON + timedelta(hours=4)).pk == item.pk


def test_what_one_put_off_of_her_own_waits_for_her_again(
    acme: Account, sakura: User, operations: User
) -> None:
    me = Member.objects.get(user=sakura)
    make_item(acme, by=operations)
    item = taken(me)
    put_off_item(item, until=NOON + HOUR, why="返事待ち", by=sakura, at=NOON)
    assert wake_items(by=operations, at=NOON + HOUR) == 1
    assert (fresh(item).state, fresh(item).member) == (State.WAITING, me)


def test_what_comes_near_its_target_goes_ahead_of_everything(
    shop: Account, hana: Member, operations: User
) -> None:
    due = datetime(2026, 4, 15, 18, tzinfo=TOKYO)
    near = make_item(shop, by=operations, at=due - timedelta(hours=9))
    make_item(shop, by=operations, at=NOON - timedelta(days=20), priority=1)
    assert near.due_at == due
    assert escalate_items(by=operations, at=due - timedelta(hours=2, minutes=1)) == 1  # the old one
    assert escalate_items(by=operations, at=due - timedelta(hours=2)) == 1
    assert escalate_items(by=operations, at=due) == 0
    assert fresh(near).escalated_at == due - timedelta(hours=2)
    assert near.rank - fresh(near).rank == 100 * 86_400


def test_what_was_answered_is_not_escalated(shop: Account, hana: Member, operations: User) -> None:
    make_item(shop, by=operations)
    finish_item(taken(hana), outcome="solved", by=user(hana), at=NOON)
    assert escalate_items(by=operations, at=NOON + timedelta(days=9)) == 0


def test_a_topic_is_asked_for_during_half_of_the_time_and_then_no_more(
    shop: Account, hana: Member, emma: Member, operations: User
) -> None:
    make_skill(emma, by=operations, skill="payroll", level=2)
    make_skill(hana, by=operations, skill="consulting", level=2)
    settle_seats(on=TODAY)
    item = make_item(shop, by=operations, topic="payroll", language="en")
    half = datetime(2026, 4, 15, 17, tzinfo=TOKYO)
    assert (item.relax_at, item.needs) == (half, "en:payroll")
    assert open_up_items(by=operations, at=half - HOUR) == 0
    assert open_up_items(by=operations, at=half) == 1
    assert fresh(item).needs == "en:"


def test_a_pool_that_helps_gets_what_has_waited_too_long(
    shop: Account, pool: Team, operations: User
) -> None:
    helping = "  experts: {members: {role: csm}}"
    said = model_text("overflow: {to: experts, after: 2bh}", more=helping)
    put_in_force(said, by=operations)
    experts = make_pool("experts", "専門プール")
    helper = join(experts, "助川 助")
    item = make_item(shop, by=operations)
    assert open_up_items(by=operations, at=NOON + HOUR) == 0
    assert open_up_items(by=operations, at=NOON + timedelta(hours=3)) == 1
    assert (fresh(item).pool, fresh(item).raised_at) == (experts, NOON)
    assert taken(helper, at=NOON + timedelta(hours=3)).pk == item.pk


def test_a_pool_that_is_gone_helps_nobody(shop: Account, pool: Team, operations: User) -> None:
    put_in_force(model_text("overflow: {to: gone, after: 2bh}"), by=operations)
    item = make_item(shop, by=operations)
    open_up_items(by=operations, at=NOON + timedelta(days=1))
    assert (fresh(item).pool, fresh(item).overflow_at) == (pool, None)


def test_who_leaves_the_pool_has_no_seat_any_more(
    shop: Account, hana: Member, operations: User
) -> None:
    make_item(shop, by=operations)
    item = taken(hana)
    PoolMembership.objects.update(to_on=TODAY)
    assert settle_seats(on=TODAY) == 1
    assert settle_seats(on=TODAY) == 0
    assert (Seat.objects.get().is_open, fresh(item).member) == (False, hana)
    return_abandoned(by=operations, at=NOON + HOUR)
    assert (fresh(item).state, untrue_seats()) == (State.WAITING, [])
    PoolMembership.objects.update(to_on=None)
    assert settle_seats(on=TODAY) == 1
    assert Seat.objects.get().is_open


def test_the_queues_are_looked_after_every_minute(
    shop: Account, hana: Member, operations: User
) -> None:
    make_item(shop, by=operations, at=NOON)
    taken(hana)  # long ago, by the clock of the job
    task = tasks["banso.rooms.work.jobs.mind_the_queues"]
    assert task.every == timedelta(minutes=1)
    task.run()
    assert WorkItem.objects.get().state == State.WAITING
    assert {"work.items_returned", "work.items_escalated"} <= set(events())


def test_seats_follow_the_model(pool: Team, operations: User) -> None:
    member = join(pool, "花田 花", settled=False)
    tasks["banso.rooms.work.jobs.seats_follow_the_day"].run()
    assert [each.member for each in Seat.objects.all()] == [member]
