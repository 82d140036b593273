"""Taking work: the best for me, never more than fits, and never what somebody else has."""

from __future__ import annotations

from datetime import timedelta

import pytest

from banso.rooms.customers.models import Account
from banso.rooms.identity.models import User
from banso.rooms.journal.models import Entry, Link
from banso.rooms.people.models import Member, Team
from banso.rooms.work.actions.changing import AtCapacity, ChangedMeanwhile
from banso.rooms.work.actions.claiming import (
    NoSeat,
    NothingWaits,
    NotWaiting,
    take_item,
    take_next,
    take_over,
)
from banso.rooms.work.actions.seats import settle_seats
from banso.rooms.work.actions.working import decline_item, finish_item
from banso.rooms.work.models import Kind, Priority, Seat, State, WorkItem
from tests.factories.people import make_skill
from tests.factories.when import NOON, TODAY
from tests.factories.work import join, make_item, make_pool, make_served, model_text, put_in_force
from tests.rooms.work.places import fresh, holders, taken, untrue_seats, user

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def test_no_two_people_get_the_same_item(
    shop: Account, hana: Member, emma: Member, operations: User
) -> None:
    for _number in range(3):
        make_item(shop, by=operations)
    got = [taken(member).pk for member in (hana, emma, hana)]
    assert len(set(got)) == 3
    assert holders() == {got[0]: hana.pk, got[1]: emma.pk, got[2]: hana.pk}
    with pytest.raises(NothingWaits):
        taken(emma)
    assert untrue_seats() == []


def test_a_claim_is_one_line_in_the_journal_of_the_account(
    shop: Account, hana: Member, operations: User
) -> None:
    item = make_item(shop, by=operations)
    taken(hana)
    entry = Entry.objects.get(event="work.item_taken")
    assert (entry.actor_id, entry.details) == (
        user(hana).pk,
        {"item": item.pk, "subject": item.subject, "member": hana.pk},
    )
    assert Link.objects.filter(entry=entry, account_id=shop.pk).count() == 1


def test_what_is_due_first_comes_first_and_urgent_things_before_it(
    shop: Account, hana: Member, operations: User
) -> None:
    late = make_item(shop, by=operations, at=NOON - HOUR)
    later = make_item(shop, by=operations, at=NOON)
    urgent = make_item(shop, by=operations, at=NOON, priority=Priority.URGENT)
    low = make_item(shop, by=operations, at=NOON - timedelta(hours=2), priority=Priority.LOW)
    assert [taken(hana, at=NOON + HOUR).pk for _turn in range(4)] == [
        urgent.pk, late.pk, later.pk, low.pk,
    ]  # fmt: skip


def test_what_waits_rises_so_that_nothing_waits_for_ever(
    shop: Account, hana: Member, operations: User
) -> None:
    old = make_item(shop, by=operations, at=NOON - timedelta(days=6))
    make_item(shop, by=operations, at=NOON, priority=Priority.URGENT)
    assert taken(hana).pk == old.pk


def test_nobody_has_more_at_once_than_the_model_allows(
    shop: Account, operations: User, pool: Team
) -> None:
    put_in_force(model_text("at_once: 2"), by=operations)
    hana = join(pool, "花田 花")
    for _number in range(3):
        make_item(shop, by=operations)
    first, _second = taken(hana), taken(hana)
    with pytest.raises(AtCapacity, match="花田 花 has as much in hand"):
        taken(hana)
    assert (Seat.objects.get(member=hana).open, len(holders())) == (2, 2)
    finish_item(first, outcome="solved", by=user(hana), at=NOON)
    assert taken(hana).state == State.IN_HAND
    assert untrue_seats() == []


def test_nobody_takes_more_in_a_day_than_the_model_allows(
    shop: Account, operations: User, pool: Team
) -> None:
    put_in_force(model_text("per_day: 1"), by=operations)
    hana = join(pool, "花田 花")
    for _number in range(2):
        make_item(shop, by=operations)
    finish_item(taken(hana), outcome="solved", by=user(hana), at=NOON)
    with pytest.raises(AtCapacity):
        taken(hana, at=NOON + HOUR)
    assert taken(hana, at=NOON + timedelta(days=1)).state == State.IN_HAND


def test_who_gives_a_part_of_her_hours_has_that_part_of_the_caps(
    operations: User, pool: Team
) -> None:
    said = "at_once: 10, per_day: 20, reserve: {role: csm, share: 0.2, counted_by: x}"
    put_in_force(model_text(said), by=operations)
    whole = join(pool, "花田 花")
    half = join(pool, "半田 半", weekly_minutes=1200)
    strategic = join(pool, "戦略 子", job_role="csm")
    told = {
        seat.member: (round(seat.share, 2), seat.at_once, seat.per_day)
        for seat in Seat.objects.select_related("member")
    }
    assert told == {whole: (1.0, 10, 20), half: (0.5, 5, 10), strategic: (0.2, 2, 4)}


def test_an_item_in_english_goes_to_who_speaks_english(
    shop: Account, hana: Member, emma: Member, operations: User
) -> None:
    make_skill(emma, by=operations, skill="en", level=3)
    settle_seats(on=TODAY)
    english = make_item(shop, by=operations, language="en")
    with pytest.raises(NothingWaits):
        taken(hana)
    assert taken(emma).pk == english.pk


def test_a_topic_goes_to_who_knows_it(
    shop: Account, hana: Member, emma: Member, operations: User
) -> None:
    make_skill(emma, by=operations, skill="payroll", level=2)
    make_skill(hana, by=operations, skill="attendance", level=2)
    settle_seats(on=TODAY)
    payroll = make_item(shop, by=operations, topic="payroll", at=NOON - HOUR)
    plain = make_item(shop, by=operations)
    assert (taken(hana).pk, taken(emma).pk) == (plain.pk, payroll.pk)


def test_of_whom_no_skill_was_noted_none_is_asked_for(
    shop: Account, hana: Member, emma: Member, operations: User
) -> None:
    make_skill(emma, by=operations, skill="payroll", level=2)
    settle_seats(on=TODAY)
    assert make_item(shop, by=operations, topic="payroll").pk == taken(hana).pk


def test_what_somebody_declined_is_not_offered_to_her_again(
    shop: Account, hana: Member, emma: Member, operations: User
) -> None:
    first = make_item(shop, by=operations, at=NOON - HOUR)
    other = make_item(shop, by=operations)
    decline_item(taken(hana), hana, reason="skill", by=user(hana), at=NOON)
    assert (fresh(first).state, fresh(first).raised_at) == (State.WAITING, NOON - HOUR)
    assert (taken(hana).pk, taken(emma).pk) == (other.pk, first.pk)
    assert untrue_seats() == []


def test_what_waits_for_a_person_comes_before_what_waits_in_her_pool(
    shop: Account, hana: Member, operations: User
) -> None:
    make_item(shop, by=operations, priority=Priority.URGENT)
    own = make_item(shop, by=operations, member=hana, kind=Kind.HANDOVER)
    assert taken(hana).pk == own.pk
    assert (fresh(own).seat_id, fresh(own).lease_until) == (None, None)


def test_the_best_of_two_pools_comes_first(
    shop: Account, hana: Member, operations: User, pool: Team
) -> None:
    other = make_pool("expert", "専門プール")
    join(other, "別府 別")
    Seat.objects.create(pool=other, member=hana, at_once=1, serves=["ja:"])
    make_item(shop, by=operations)
    better = make_item(make_served(other), by=operations, at=NOON - HOUR)
    assert taken(hana).pk == better.pk
    assert untrue_seats() == []


def test_a_chosen_item_can_be_taken_within_the_caps_only(
    shop: Account, operations: User, pool: Team
) -> None:
    put_in_force(model_text("at_once: 1"), by=operations)
    hana = join(pool, "花田 花")
    one, two = make_item(shop, by=operations), make_item(shop, by=operations)
    take_item(two, hana, by=user(hana), at=NOON)
    with pytest.raises(AtCapacity):
        take_item(one, hana, by=user(hana), at=NOON)
    take_item(one, hana, over="至急のため", by=operations, at=NOON)
    assert (
        Entry.objects.filter(event="work.item_taken").latest("pk").details["over"] == "至急のため"
    )
    assert holders() == {one.pk: hana.pk, two.pk: hana.pk}


def test_who_comes_second_to_a_chosen_item_is_told(
    shop: Account, hana: Member, emma: Member, operations: User
) -> None:
    item = make_item(shop, by=operations)
    as_read = fresh(item)
    take_item(item, hana, by=user(hana), at=NOON)
    with pytest.raises(ChangedMeanwhile):
        take_item(as_read, emma, by=user(emma), at=NOON)
    with pytest.raises(NotWaiting):
        take_item(fresh(item), emma, by=user(emma), at=NOON)


def test_an_outsider_takes_nothing_of_a_pool(
    shop: Account, hana: Member, operations: User, sakura: User
) -> None:
    item = make_item(shop, by=operations)
    outsider = Member.objects.get(user=sakura)
    with pytest.raises(NoSeat):
        take_item(item, outsider, by=sakura, at=NOON)
    with pytest.raises(NothingWaits):
        take_next(outsider, by=sakura, at=NOON)


def test_taking_over_moves_the_item_and_the_place(
    shop: Account, hana: Member, emma: Member, operations: User
) -> None:
    make_item(shop, by=operations)
    item = taken(hana)
    take_over(item, emma, note="休みに入るため", by=user(emma), at=NOON)
    assert holders() == {item.pk: emma.pk}
    assert dict(Seat.objects.values_list("member", "open")) == {hana.pk: 0, emma.pk: 1}
    assert [each.text for each in item.comments.all()] == ["休みに入るため"]
    with pytest.raises(NotWaiting):
        take_over(fresh(item), emma, note="", by=user(emma), at=NOON)


def test_a_refused_claim_leaves_no_trace(shop: Account, hana: Member, operations: User) -> None:
    before = Entry.objects.count()
    with pytest.raises(NothingWaits):
        taken(hana)
    assert (Entry.objects.count(), Seat.objects.get(member=hana).taken) == (before, 0)
    assert WorkItem.objects.count() == 0
