"""Work that is dealt: to whom, how evenly, and why to nobody."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from banso.engines.operating.choices import Routing
from banso.rooms.customers.models import Account
from banso.rooms.identity.models import User
from banso.rooms.journal.models import Entry, Link
from banso.rooms.people.models import Member, Team
from banso.rooms.work.actions.dealing import deal_pool
from banso.rooms.work.actions.minding import escalate_items, return_abandoned
from banso.rooms.work.actions.seats import settle_seats
from banso.rooms.work.actions.steering import say_presence
from banso.rooms.work.actions.working import decline_item, finish_item
from banso.rooms.work.jobs import look_after_queues
from banso.rooms.work.models import Priority, Seat, State, WorkItem
from banso.rooms.work.queries.dealing import fairness
from banso.rooms.work.queries.policies import dealing_pools
from tests.factories.people import make_absence, make_skill
from tests.factories.when import NOON, TODAY
from tests.factories.work import join, make_item, model_text, put_in_force
from tests.rooms.work.places import fresh, holders, untrue_seats, user

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def dealing(said: str, pool: Team, *names: str, by: User, **given: Any) -> list[Member]:
    """The pool under a model that says this of it, with these people."""
    put_in_force(model_text(said), by=by)
    return [join(pool, name, **given) for name in names]


def deal(pool: Team, *, by: User, at: Any = NOON) -> dict[int, int | None]:
    deal_pool(pool, by=by, at=at)
    return holders()


def why_nobody(item: WorkItem) -> dict[int, str]:
    return dict(fresh(item).nobody)


def test_round_robin_goes_in_turn_and_goes_on_next_time(
    shop: Account, pool: Team, operations: User
) -> None:
    one, two, three = dealing("routing: round_robin", pool, "壱", "弐", "参", by=operations)
    items = [make_item(shop, by=operations, at=NOON - HOUR + timedelta(minutes=n)).pk
             for n in range(4)]  # fmt: skip
    assert deal(pool, by=operations) == dict(
        zip(items, [one.pk, two.pk, three.pk, one.pk], strict=True)
    )
    more = make_item(shop, by=operations)
    assert deal(pool, by=operations, at=NOON + HOUR)[more.pk] == two.pk
    assert untrue_seats() == []


def test_whoever_has_the_fewest_open_gets_the_next(
    shop: Account, pool: Team, operations: User
) -> None:
    one, two = dealing("routing: least_loaded", pool, "壱", "弐", by=operations)
    for _number in range(4):
        make_item(shop, by=operations)
    deal(pool, by=operations)
    assert Counter(holders().values()) == {one.pk: 2, two.pk: 2}
    for item in WorkItem.objects.filter(member=two):
        finish_item(item, outcome="solved", by=user(two), at=NOON)
    after = [make_item(shop, by=operations) for _number in range(2)]
    deal(pool, by=operations, at=NOON + HOUR)
    assert {fresh(each).member for each in after} == {two}


def test_whoever_has_the_fewest_minutes_open_gets_the_next(
    shop: Account, pool: Team, operations: User
) -> None:
    one, two = dealing("routing: least_minutes", pool, "壱", "弐", by=operations)
    make_item(shop, by=operations, minutes=90, priority=Priority.URGENT)
    for _number in range(3):
        make_item(shop, by=operations, minutes=20)
    deal(pool, by=operations)
    assert Counter(holders().values()) == {one.pk: 1, two.pk: 3}


def test_weighted_work_follows_the_share_of_hours_given_to_the_pool(
    shop: Account, pool: Team, operations: User
) -> None:
    [whole] = dealing("routing: weighted, at_once: 30", pool, "全部", by=operations)
    half = join(pool, "半分", weekly_minutes=1200)
    for _number in range(30):
        make_item(shop, by=operations)
    deal(pool, by=operations)
    assert Counter(holders().values()) == {whole.pk: 20, half.pk: 10}


def test_what_is_dealt_is_even_among_people_alike(
    shop: Account, pool: Team, operations: User
) -> None:
    dealing("routing: least_loaded, at_once: 100", pool, *"壱弐参四五", by=operations)
    for _number in range(101):
        make_item(shop, by=operations)
    deal(pool, by=operations)
    assert fairness(Counter(map(int, filter(None, holders().values())))) >= 0.9
    assert untrue_seats() == []


def test_no_cap_is_passed_and_the_rest_says_why_nobody(
    shop: Account, pool: Team, operations: User
) -> None:
    one, two = dealing("routing: least_loaded, at_once: 1", pool, "壱", "弐", by=operations)
    items = [make_item(shop, by=operations, at=NOON - HOUR * n) for n in (3, 2, 1)]
    deal(pool, by=operations)
    assert [fresh(each).state for each in items] == [State.IN_HAND, State.IN_HAND, State.WAITING]
    assert why_nobody(items[2]) == {one.pk: "no_room", two.pk: "no_room"}
    finish_item(fresh(items[0]), outcome="solved", by=user(one), at=NOON)
    deal(pool, by=operations, at=NOON + HOUR)
    assert (fresh(items[2]).member, fresh(items[2]).nobody) == (fresh(items[0]).member, [])


def test_a_days_cap_is_not_passed(shop: Account, pool: Team, operations: User) -> None:
    [one] = dealing("routing: round_robin, per_day: 2", pool, "壱", by=operations)
    items = [make_item(shop, by=operations, at=NOON - HOUR * n) for n in (3, 2, 1)]
    deal(pool, by=operations)
    assert why_nobody(items[2]) == {one.pk: "today_full"}
    for each in items[:2]:
        finish_item(fresh(each), outcome="solved", by=user(one), at=NOON)
    deal(pool, by=operations, at=NOON + HOUR)
    assert fresh(items[2]).state == State.WAITING
    deal(pool, by=operations, at=NOON + timedelta(days=1))
    assert fresh(items[2]).member == one


def test_skill_and_language_are_matched(shop: Account, pool: Team, operations: User) -> None:
    ja, en, pay = dealing("routing: least_loaded", pool, "日本", "Emma", "給与", by=operations)
    make_skill(ja, by=operations, skill="consulting")
    make_skill(en, by=operations, skill="en")
    make_skill(pay, by=operations, skill="payroll")
    settle_seats(on=TODAY)
    english = make_item(shop, by=operations, language="en")
    payroll = make_item(shop, by=operations, topic="payroll")
    both = make_item(shop, by=operations, topic="payroll", language="en")
    deal(pool, by=operations)
    assert (fresh(english).member, fresh(payroll).member) == (en, pay)
    assert why_nobody(both) == dict.fromkeys([ja.pk, en.pk, pay.pk], "other_skill")


def test_who_is_away_off_or_absent_gets_nothing(
    shop: Account, pool: Team, operations: User
) -> None:
    away, off, absent = dealing("routing: round_robin", pool, "離席", "終業", "休暇", by=operations)
    say_presence(away, "away", by=user(away), at=NOON)
    say_presence(off, "off", by=user(off), at=NOON)
    make_absence(absent)
    item = make_item(shop, by=operations)
    deal(pool, by=operations)
    assert why_nobody(item) == {away.pk: "away", off.pk: "off", absent.pk: "absent"}
    say_presence(away, "taking", by=user(away), at=NOON)
    deal(pool, by=operations)
    assert fresh(item).member == away


def test_who_was_off_yesterday_is_back_today(shop: Account, pool: Team, operations: User) -> None:
    [one] = dealing("routing: round_robin", pool, "壱", by=operations)
    say_presence(one, "off", by=user(one), at=NOON - timedelta(days=1))
    item = make_item(shop, by=operations)
    deal(pool, by=operations)
    assert fresh(item).member == one


def test_who_declined_gets_something_else(shop: Account, pool: Team, operations: User) -> None:
    one, two = dealing("routing: round_robin", pool, "壱", "弐", by=operations)
    item = make_item(shop, by=operations)
    decline_item(item, one, reason="conflict", by=user(one), at=NOON)
    deal(pool, by=operations)
    assert fresh(item).member == two
    decline_item(fresh(item), two, reason="conflict", by=user(two), at=NOON)
    deal(pool, by=operations)
    assert why_nobody(item) == {one.pk: "declined", two.pk: "declined"}


def test_what_she_leaves_lying_goes_to_somebody_else(
    shop: Account, pool: Team, operations: User
) -> None:
    one, two = dealing("routing: round_robin", pool, "壱", "弐", by=operations)
    item = make_item(shop, by=operations)
    deal(pool, by=operations)
    assert (fresh(item).member, fresh(item).was_dealt) == (one, True)
    return_abandoned(by=operations, at=NOON + HOUR)
    deal(pool, by=operations, at=NOON + HOUR)
    assert (fresh(item).member, fresh(item).raised_at) == (two, NOON)


def test_the_last_person_of_a_customer_gets_what_follows(
    shop: Account, pool: Team, operations: User
) -> None:
    said = "routing: round_robin, continuity: 14d, holds: 2bh, at_once: 1"
    one, two = dealing(said, pool, "壱", "弐", by=operations)
    first = make_item(shop, by=operations)
    deal(pool, by=operations)
    finish_item(fresh(first), outcome="solved", by=user(one), at=NOON)
    again = make_item(shop, by=operations, at=NOON + HOUR)
    deal(pool, by=operations, at=NOON + HOUR)
    assert fresh(again).member == one
    third = make_item(shop, by=operations, at=NOON + HOUR)
    deal(pool, by=operations, at=NOON + HOUR)
    assert why_nobody(third) == {one.pk: "no_room", two.pk: "held_for_other"}
    deal(pool, by=operations, at=NOON + timedelta(hours=3))
    assert fresh(third).member == two


def test_nothing_is_held_for_who_is_not_there(shop: Account, pool: Team, operations: User) -> None:
    one, two = dealing("routing: round_robin, continuity: 14d", pool, "壱", "弐", by=operations)
    first = make_item(shop, by=operations)
    deal(pool, by=operations)
    finish_item(fresh(first), outcome="solved", by=user(one), at=NOON)
    again = make_item(shop, by=operations, at=NOON + HOUR)
    say_presence(one, "away", by=user(one), at=NOON)
    deal(pool, by=operations, at=NOON + HOUR)
    assert fresh(again).member == two


def test_what_is_close_to_its_target_is_dealt_first(
    shop: Account, pool: Team, operations: User
) -> None:
    [one] = dealing("routing: round_robin, at_once: 1", pool, "壱", by=operations)
    old = make_item(shop, by=operations, at=NOON - timedelta(days=1))
    make_item(shop, by=operations, at=NOON, priority=Priority.URGENT)
    escalate_items(by=operations, at=NOON)
    deal(pool, by=operations)
    assert holders() == {old.pk: one.pk}


def test_the_choice_keeps_its_routing_and_who_would_have_been_next(
    shop: Account, pool: Team, operations: User
) -> None:
    one, two = dealing("routing: round_robin", pool, "壱", "弐", by=operations)
    items = [make_item(shop, by=operations, at=NOON - HOUR * n).pk for n in (2, 1)]
    deal(pool, by=operations)
    entry = Entry.objects.get(event="work.items_dealt")
    assert entry.details == {
        "pool": "一般プール",
        "routing": "round_robin",
        "number": 2,
        "dealt": [[items[0], one.pk, two.pk], [items[1], two.pk, one.pk]],
    }
    assert list(Link.objects.filter(entry=entry).values_list("account_id", flat=True)) == [shop.pk]


def test_a_pool_that_takes_is_dealt_nothing(
    shop: Account, hana: Member, pool: Team, operations: User
) -> None:
    make_item(shop, by=operations)
    assert (deal(pool, by=operations), dealing_pools()) == ({}, [])


def test_dealing_goes_on_by_itself_in_office_hours(
    shop: Account, pool: Team, operations: User
) -> None:
    [one] = dealing("routing: round_robin", pool, "壱", by=operations)
    item = make_item(shop, by=operations)
    for at, holder in ((NOON + timedelta(hours=9), None), (NOON + timedelta(hours=2), one)):
        look_after_queues(at=at)
        assert fresh(item).member == holder


def test_the_journal_tells_who_has_what(shop: Account, pool: Team, operations: User) -> None:
    """Played back, the entries come to the holders that the table has."""
    one, _two = dealing("routing: round_robin", pool, "壱", "弐", by=operations)
    for _number in range(5):
        make_item(shop, by=operations)
    deal(pool, by=operations)
    for item in WorkItem.objects.filter(member=one)[:2]:
        finish_item(item, outcome="solved", by=user(one), at=NOON)
    return_abandoned(by=operations, at=NOON + HOUR)
    deal(pool, by=operations, at=NOON + HOUR)
    told: dict[int, int | None] = {}
    for entry in Entry.objects.order_by("pk"):
        if entry.event == "work.items_dealt":
            told |= {item: member for item, member, _next in entry.details["dealt"]}
        elif entry.event == "work.item_finished":
            del told[entry.details["item"]]
        elif entry.event == "work.items_returned":
            for item, _member in entry.details["items"]:
                del told[item]
    assert told == holders()


@pytest.mark.parametrize("routing", [each for each in Routing if each is not Routing.PULL])
def test_no_routing_passes_a_cap_or_loses_anything(
    routing: Routing, shop: Account, pool: Team, operations: User
) -> None:
    dealing(f"routing: {routing}, at_once: 3", pool, "壱", "弐", "参", by=operations)
    for _number in range(12):
        make_item(shop, by=operations)
    deal(pool, by=operations)
    states = Counter(WorkItem.objects.values_list("state", flat=True))
    assert (states, untrue_seats()) == ({State.IN_HAND: 9, State.WAITING: 3}, [])
    assert [each.open for each in Seat.objects.all()] == [3, 3, 3]


def test_more_room_never_deals_less(shop: Account, pool: Team, operations: User) -> None:
    dealt = []
    for at_once in (1, 2, 4):
        WorkItem.objects.all().delete()
        Seat.objects.update(open=0)
        dealing(f"routing: least_loaded, at_once: {at_once}", pool, by=operations)
        join(pool, f"人{at_once}")
        for _number in range(6):
            make_item(shop, by=operations)
        dealt.append(len(deal(pool, by=operations)))
    assert all(one <= two for one, two in pairwise(dealt))
