"""What is done with an item in hand: finished, declined, put off, handed on, frozen, dealt anew."""

from __future__ import annotations

from datetime import timedelta

import pytest

from banso.rooms.customers.models import Account
from banso.rooms.identity.models import User
from banso.rooms.journal.models import Entry
from banso.rooms.people.models import Member, Team
from banso.rooms.work.actions.changing import AtCapacity, ChangedMeanwhile
from banso.rooms.work.actions.claiming import take_item
from banso.rooms.work.actions.minding import return_abandoned
from banso.rooms.work.actions.steering import (
    IsOver,
    NoPool,
    NotFrozen,
    freeze_item,
    redeal_item,
    say_presence,
    thaw_item,
    withdraw_item,
)
from banso.rooms.work.actions.working import (
    NotInHand,
    ReasonMissing,
    WakesInThePast,
    comment_on,
    decline_item,
    finish_item,
    hand_item,
    keep_in_hand,
    put_off_item,
    tick_step,
)
from banso.rooms.work.models import Attendance, Seat, State, WorkItem
from tests.factories.when import NOON
from tests.factories.work import join, make_item, model_text, put_in_force
from tests.rooms.work.places import fresh, taken, untrue_seats, user

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def item(shop: Account, hana: Member, operations: User) -> WorkItem:
    """In Hana's hand since noon."""
    make_item(shop, by=operations, steps=["聞く"])
    return taken(hana)


def test_finishing_says_what_came_of_it_and_frees_the_place(item: WorkItem, hana: Member) -> None:
    finish_item(item, outcome="partly", note="残りは来週", by=user(hana), at=NOON + HOUR)
    now = fresh(item)
    assert (now.state, now.outcome, now.finished_at, now.answered_at, now.member) == (
        State.DONE, "partly", NOON + HOUR, NOON + HOUR, hana,
    )  # fmt: skip
    assert (now.seat_id, now.lease_until, untrue_seats()) == (None, None, [])
    assert Entry.objects.get(event="work.item_finished").details["outcome"] == "partly"


def test_what_was_lost_in_the_meantime_is_not_finished_twice(item: WorkItem, hana: Member) -> None:
    finish_item(item, outcome="solved", by=user(hana), at=NOON)
    with pytest.raises(ChangedMeanwhile):
        finish_item(item, outcome="solved", by=user(hana), at=NOON)
    with pytest.raises(NotInHand):
        finish_item(fresh(item), outcome="solved", by=user(hana), at=NOON)
    assert (Seat.objects.get(member=hana).open, untrue_seats()) == (0, [])


def test_a_late_finish_after_the_lease_ran_out_is_refused(
    item: WorkItem, hana: Member, emma: Member, operations: User
) -> None:
    return_abandoned(by=operations, at=NOON + HOUR)
    assert taken(emma, at=NOON + HOUR).pk == item.pk
    with pytest.raises(ChangedMeanwhile):
        finish_item(item, outcome="solved", by=user(hana), at=NOON + HOUR)
    assert (fresh(item).member, untrue_seats()) == (emma, [])


def test_declining_needs_a_reason(item: WorkItem, hana: Member) -> None:
    with pytest.raises(ReasonMissing):
        decline_item(item, hana, reason="", by=user(hana), at=NOON)
    assert (fresh(item).member, item.declines.count()) == (hana, 0)


def test_what_waits_can_be_passed_by(
    shop: Account, hana: Member, emma: Member, operations: User
) -> None:
    item = make_item(shop, by=operations)
    decline_item(item, hana, reason="no_time", by=user(hana), at=NOON)
    assert (fresh(item).version, taken(emma).pk) == (item.version, item.pk)


def test_work_of_ones_own_is_not_declined_but_handed_on(
    shop: Account, hana: Member, operations: User
) -> None:
    own = make_item(shop, by=operations, member=hana)
    with pytest.raises(NotInHand):
        decline_item(own, hana, reason="no_time", by=user(hana), at=NOON)


def test_putting_off_frees_the_place_and_counts_as_an_answer(item: WorkItem, hana: Member) -> None:
    until = NOON + timedelta(days=2)
    put_off_item(item, until=until, why="お客様の返事待ち", by=user(hana), at=NOON)
    now = fresh(item)
    assert (now.state, now.wake_at, now.member, now.answered_at) == (
        State.PUT_OFF, until, hana, NOON,
    )  # fmt: skip
    assert (Seat.objects.get(member=hana).open, untrue_seats()) == (0, [])


@pytest.mark.parametrize(
    ("why", "until", "refusal"),
    [("", None, ReasonMissing), ("返事待ち", NOON, WakesInThePast)],
)
def test_putting_off_says_for_what_and_until_later(
    why: str, until: object, refusal: type[Exception], item: WorkItem, hana: Member
) -> None:
    with pytest.raises(refusal):
        put_off_item(item, until=until, why=why, by=user(hana), at=NOON)  # type: ignore[arg-type]


def test_going_on_takes_a_place_again_or_is_refused(
    shop: Account, pool: Team, operations: User
) -> None:
    put_in_force(model_text("at_once: 1"), by=operations)
    hana = join(pool, "花田 花")
    make_item(shop, by=operations)
    item = taken(hana)
    put_off_item(item, until=None, why="返事待ち", by=user(hana), at=NOON)
    make_item(shop, by=operations)
    other = taken(hana)
    with pytest.raises(AtCapacity):
        take_item(fresh(item), hana, by=user(hana), at=NOON)
    finish_item(other, outcome="solved", by=user(hana), at=NOON)
    take_item(fresh(item), hana, by=user(hana), at=NOON)
    assert (fresh(item).state, fresh(item).why, untrue_seats()) == (State.IN_HAND, "", [])


def test_handing_on_to_a_person_tells_the_story(item: WorkItem, hana: Member, emma: Member) -> None:
    with pytest.raises(ReasonMissing):
        hand_item(item, emma, note="", by=user(hana), at=NOON)
    hand_item(item, emma, note="請求の話になった", by=user(hana), at=NOON)
    now = fresh(item)
    assert (now.state, now.member, now.raised_at) == (State.WAITING, emma, item.raised_at)
    assert [str(each) for each in item.comments.all()] == ["請求の話になった"]
    assert untrue_seats() == []
    assert taken(emma).pk == item.pk


def test_handing_on_to_a_pool_puts_it_in_its_queue(
    item: WorkItem, hana: Member, emma: Member, pool: Team
) -> None:
    hand_item(item, pool, note="どなたか", by=user(hana), at=NOON)
    assert (fresh(item).member, fresh(item).pool) == (None, pool)
    assert taken(emma).pk == item.pk


def test_what_is_over_is_over(item: WorkItem, hana: Member, emma: Member, operations: User) -> None:
    withdraw_item(item, by=operations, at=NOON)
    over = fresh(item)
    assert (over.state, over.finished_at, untrue_seats()) == (State.WITHDRAWN, NOON, [])
    for act in (
        lambda: hand_item(over, emma, note="x", by=user(hana), at=NOON),
        lambda: put_off_item(over, until=None, why="x", by=user(hana), at=NOON),
    ):
        with pytest.raises(NotInHand):
            act()
    for act in (
        lambda: withdraw_item(over, by=operations, at=NOON),
        lambda: freeze_item(over, why="x", by=operations, at=NOON),
        lambda: redeal_item(over, by=operations, at=NOON),
    ):
        with pytest.raises(IsOver):
            act()


def test_a_frozen_item_is_offered_to_nobody_until_it_goes_on(
    item: WorkItem, hana: Member, emma: Member, operations: User
) -> None:
    freeze_item(item, why="契約の確認中", by=operations, at=NOON)
    assert (fresh(item).state, untrue_seats()) == (State.FROZEN, [])
    with pytest.raises(Exception, match="Nothing waits"):
        taken(emma)
    thaw_item(fresh(item), by=operations, at=NOON)
    with pytest.raises(Exception, match="Nothing waits"):  # she who had it is offered it first
        taken(emma)
    assert taken(hana).pk == item.pk
    with pytest.raises(NotFrozen):
        thaw_item(fresh(item), by=operations, at=NOON)


def test_what_waits_for_one_person_goes_on_waiting_for_her_after_a_freeze(
    shop: Account, hana: Member, operations: User
) -> None:
    own = make_item(shop, by=operations, member=hana)
    freeze_item(own, why="確認中", by=operations, at=NOON)
    thaw_item(fresh(own), by=operations, at=NOON)
    assert (fresh(own).state, fresh(own).member) == (State.WAITING, hana)


def test_dealing_anew_gives_it_back_with_its_age(
    item: WorkItem, emma: Member, operations: User, shop: Account, hana: Member
) -> None:
    redeal_item(item, by=operations, at=NOON + HOUR)
    now = fresh(item)
    assert (now.state, now.member, now.raised_at, untrue_seats()) == (
        State.WAITING, None, item.raised_at, [],
    )  # fmt: skip
    assert taken(emma, at=NOON + HOUR).pk == item.pk
    own = make_item(shop, by=operations, member=hana)
    WorkItem.objects.filter(pk=own.pk).update(pool=None)
    with pytest.raises(NoPool):
        redeal_item(fresh(own), by=operations, at=NOON)


def test_being_there_keeps_what_is_in_hand(item: WorkItem, hana: Member, operations: User) -> None:
    assert keep_in_hand(hana, at=NOON + timedelta(minutes=20)) == 1
    assert return_abandoned(by=operations, at=NOON + timedelta(minutes=40)) == 0
    assert fresh(item).member == hana


def test_what_has_run_out_is_not_kept_by_coming_back_late(item: WorkItem, hana: Member) -> None:
    assert keep_in_hand(hana, at=NOON + HOUR) == 0


def test_comments_steps_and_presence_are_noted(item: WorkItem, hana: Member) -> None:
    comment_on(item, "電話は午後に", by=user(hana), at=NOON)
    step = item.steps.get()
    tick_step(step, done=True, by=user(hana), at=NOON)
    assert (item.steps.get().done_at, item.steps.get().done_by) == (NOON, user(hana))
    tick_step(step, done=False, by=user(hana), at=NOON)
    assert item.steps.get().done_at is None
    say_presence(hana, "away", by=user(hana), at=NOON)
    say_presence(hana, "off", by=user(hana), at=NOON)
    assert [str(each) for each in Attendance.objects.all()] == ["花田 花: off"]
    told = list(Entry.objects.order_by("pk").values_list("event", flat=True))[-5:]
    assert told == [
        "work.commented", "work.step_ticked", "work.step_ticked",
        "work.presence_said", "work.presence_said",
    ]  # fmt: skip
