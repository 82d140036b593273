"""Segments are settled as a list; accounts are placed at once, and for the past afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

import pytest

from banso.kit import jobs
from banso.rooms.customers.actions.facts import define_contributed_facts, refresh_facts
from banso.rooms.customers.actions.segments import (
    MOST,
    SameSegments,
    SegmentKeyTaken,
    TooManySegments,
    UnsoundSegment,
    date_segments_back,
    settle_segments,
)
from banso.rooms.customers.facts import SegmentOfAccount
from banso.rooms.customers.models import Account, FactType, Segment, SegmentList
from banso.rooms.customers.points import FactSpec, fact_sources
from banso.rooms.customers.queries.columns import segment_names
from banso.rooms.customers.queries.past_segments import (
    days_asked,
    first_day_told,
    list_to_date_back,
    past_segments,
)
from banso.rooms.customers.queries.segments import (
    SegmentRow,
    memberships,
    new_key,
    segments,
)
from banso.rooms.identity.models import User
from banso.rooms.journal.models import Entry, Link
from tests.factories.customers import make_account, make_fact
from tests.factories.when import NOON, TODAY

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
BIG = SegmentRow(key="big", name_ja="大", name_en="Big", rule="employees >= 100")
SMALL = SegmentRow(key="small", name_ja="小", name_en="Small", rule="employees < 100")


class Plans:
    """A source of the tests that knows its past: one fact of one account, by first day."""

    source = "tests"
    facts = (
        FactSpec(key="seats", label_ja="席", label_en="Seats", type=FactType.INTEGER,
                 tells_past=True),
    )  # fmt: skip

    def __init__(self) -> None:
        self.by_account: dict[int, list[tuple[date, int | None]]] = {}

    def first_day(self) -> date | None:
        days = [day for told in self.by_account.values() for day, _seats in told]
        return min(days, default=None)

    def values(self, *, on: date) -> Iterator[tuple[int, Mapping[str, Any]]]:
        for account, told in self.by_account.items():
            known = [seats for day, seats in told if day <= on]
            if known:
                yield account, {"seats": known[-1]}


@pytest.fixture(autouse=True)
def plans() -> Iterator[Plans]:
    """The only contributed facts are those of the tests, and the segment."""
    contributed = list(fact_sources)
    fact_sources[:] = [Plans(), SegmentOfAccount()]
    define_contributed_facts()
    yield fact_sources[0]
    fact_sources[:] = contributed


def settle(by: User, *rows: SegmentRow, past: bool = False, on: date = TODAY) -> SegmentList:
    return settle_segments(rows, past=past, by=by, at=NOON, on=on)


def in_segments() -> list[tuple[str, str | None, date, date | None]]:
    names = dict(Account.objects.values_list("pk", "external_id"))
    return [(names[account], *rest) for account, *rest in memberships()]


def seats(key: str, rule: str) -> SegmentRow:
    return SegmentRow(key=key, name_ja=key, name_en=key, rule=rule)


BY_SEATS = (seats("many", "seats >= 10"), seats("few", "seats > 0"))


def dated_back() -> None:
    of = list_to_date_back()
    assert of is not None
    found = past_segments(of)
    assert found is not None
    date_segments_back(of, found, at=NOON)


# Settling


def test_accounts_are_placed_at_once_and_the_first_rule_that_fits_wins(operations: User) -> None:
    for key, employees in (("a", 500), ("b", 5), ("c", None)):
        make_account(external_id=key, employees=employees)
    settle(operations, BIG, seats("any", "employees > 0"))
    assert in_segments() == [("a", "big", TODAY, None), ("b", "any", TODAY, None)]


def test_settling_is_one_entry_with_the_accounts_that_moved(operations: User) -> None:
    account = make_account(employees=500)
    make_account()
    settled = settle(operations, BIG, SMALL)
    [entry] = Entry.objects.all()
    details = {"names": "大、小", "moved": 1, "settled": settled.pk}
    assert (entry.event, entry.details) == ("customers.segments_settled", details)
    assert list(Link.objects.values_list("entry_id", "account_id")) == [(entry.pk, account.pk)]


def test_segments_stand_in_the_order_of_the_list(operations: User) -> None:
    settle(operations, BIG, SMALL)
    settle(operations, SMALL, BIG)
    assert [(each.key, each.position) for each in segments()] == [("small", 1), ("big", 2)]


def test_a_segment_that_is_dropped_keeps_its_name_and_can_come_back(operations: User) -> None:
    settle(operations, BIG, SMALL)
    settle(operations, SMALL)
    assert ([each.key for each in segments()], segment_names()) == (
        ["small"], {"big": "Big", "small": "Small"},
    )  # fmt: skip
    settle(operations, SMALL, BIG)
    assert Segment.objects.get(key="big").position == 2


def test_a_change_holds_from_its_day_on(operations: User) -> None:
    make_account(external_id="a", employees=150)
    settle(operations, BIG, SMALL)
    wider = SegmentRow(key="big", name_ja="大", name_en="Big", rule="employees >= 200")
    settle(operations, wider, seats("rest", "always"), on=TODAY + DAY)
    assert in_segments() == [("a", "big", TODAY, TODAY + DAY), ("a", "rest", TODAY + DAY, None)]


def test_accounts_follow_their_facts_at_each_refresh(operations: User) -> None:
    account = make_account(external_id="a", employees=5)
    settle(operations, BIG, SMALL)
    Account.objects.filter(pk=account.pk).update(employees=100)
    refresh_facts(on=TODAY + DAY, at=NOON)
    assert in_segments() == [("a", "small", TODAY, TODAY + DAY), ("a", "big", TODAY + DAY, None)]


def test_without_segments_nobody_is_in_one(operations: User) -> None:
    make_account(employees=5)
    settle(operations, BIG, SMALL)
    settle(operations, on=TODAY + DAY)
    refresh_facts(on=TODAY + DAY, at=NOON)
    assert [row[2:] for row in in_segments()] == [(TODAY, TODAY + DAY)]
    assert Entry.objects.order_by("-pk")[0].details["names"] == "–"


def test_a_rule_over_a_fact_that_is_gone_fits_nobody_until_it_is_mended(operations: User) -> None:
    make_account(external_id="a", employees=5)
    plan = make_fact("plan")
    settle(operations, seats("pro", "plan == 'pro'"), SMALL)
    plan.delete()
    refresh_facts(on=TODAY, at=NOON)
    assert in_segments() == [("a", "small", TODAY, None)]


@pytest.mark.parametrize(
    ("rows", "refusal"),
    [
        ((seats("a", "employes > 1"),), UnsoundSegment),
        ((seats("a", "segment == 'big'"),), UnsoundSegment),
        ((seats("a", ""),), UnsoundSegment),
        ((BIG, BIG), SegmentKeyTaken),
        (tuple(seats(f"s{n}", "always") for n in range(MOST + 1)), TooManySegments),
        ((), SameSegments),
    ],
)
def test_what_can_not_be_settled_is_refused_and_leaves_no_trace(
    operations: User, rows: tuple[SegmentRow, ...], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        settle(operations, *rows)
    assert (SegmentList.objects.count(), Segment.objects.count(), Entry.objects.count()) == (
        0, 0, 0,
    )  # fmt: skip


def test_the_most_segments_fit(operations: User) -> None:
    settle(operations, *(seats(f"s{number}", "always") for number in range(MOST)))
    assert len(segments()) == MOST


def test_the_same_list_is_settled_again_only_for_the_past(operations: User) -> None:
    settle(operations, BIG)
    with pytest.raises(SameSegments):
        settle(operations, BIG)
    assert settle(operations, BIG, past=True).past is True


def test_a_key_is_made_of_the_name_and_never_given_twice(operations: User) -> None:
    assert new_key("Big Fish") == "big-fish"
    assert new_key("大口") == "segment"
    settle(operations, BIG)
    settle(operations, SMALL)
    assert new_key("Big") == "big-2"


# The past


def test_the_first_day_and_every_month_end_before_the_list_are_asked() -> None:
    assert days_asked(date(2024, 1, 15), until=date(2024, 4, 1)) == [
        date(2024, 1, 15), date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31),
    ]  # fmt: skip
    assert days_asked(date(2024, 1, 31), until=date(2024, 2, 29)) == [date(2024, 1, 31)]


def test_the_first_list_holds_for_the_past_as_the_facts_were(
    operations: User, plans: Plans
) -> None:
    account = make_account(external_id="a")
    plans.by_account[account.pk] = [(date(2026, 1, 10), 5), (date(2026, 2, 20), 12)]
    refresh_facts(on=TODAY, at=NOON)
    settle(operations, *BY_SEATS)
    dated_back()
    assert in_segments() == [
        ("a", "few", date(2026, 1, 10), date(2026, 2, 28)),
        ("a", "many", date(2026, 2, 28), None),
    ]


def test_who_had_no_segment_has_the_first_one_since_the_day_asked_before(
    operations: User, plans: Plans
) -> None:
    first, later = make_account(external_id="a"), make_account(external_id="b")
    plans.by_account[first.pk] = [(date(2026, 1, 10), 5)]
    plans.by_account[later.pk] = [(date(2026, 2, 10), 5), (date(2026, 3, 5), None)]
    refresh_facts(on=TODAY, at=NOON)
    settle(operations, *BY_SEATS)
    dated_back()
    assert in_segments()[1:] == [("b", "few", date(2026, 2, 1), date(2026, 3, 31))]


def test_a_later_list_leaves_the_past_unless_it_is_asked_to_hold_there(
    operations: User, plans: Plans
) -> None:
    account = make_account(external_id="a")
    plans.by_account[account.pk] = [(date(2026, 3, 10), 5)]
    refresh_facts(on=TODAY, at=NOON)
    settle(operations, *BY_SEATS)
    dated_back()
    settle(operations, seats("all", "always"), on=TODAY + DAY)
    assert list_to_date_back() is None
    stood = [("a", "few", date(2026, 3, 10), TODAY + DAY), ("a", "all", TODAY + DAY, None)]
    assert in_segments() == stood
    settle(operations, seats("all", "always"), past=True, on=TODAY + 2 * DAY)
    dated_back()
    assert in_segments() == [("a", "all", date(2026, 3, 10), None)]


def test_what_was_noted_since_the_list_stays_when_the_past_is_worked_out(
    operations: User, plans: Plans
) -> None:
    account = make_account(external_id="a")
    plans.by_account[account.pk] = [(date(2026, 3, 10), 5), (TODAY + DAY, 12)]
    settle(operations, *BY_SEATS)
    for day in (TODAY, TODAY + DAY):
        refresh_facts(on=day, at=NOON)
    dated_back()
    assert in_segments() == [
        ("a", "few", date(2026, 3, 10), TODAY + DAY),
        ("a", "many", TODAY + DAY, None),
    ]


def test_facts_without_a_told_past_are_taken_as_kept_here_or_as_they_are_now(
    operations: User, plans: Plans
) -> None:
    account = make_account(external_id="a", employees=5, customer_since=date(2020, 1, 1))
    plans.by_account[account.pk] = [(date(2026, 3, 10), 1)]
    refresh_facts(on=date(2026, 3, 20), at=NOON)
    Account.objects.update(employees=500)
    refresh_facts(on=date(2026, 4, 10), at=NOON)
    old = "customer_since < 2021-01-01"
    settle(operations, seats("big", f"{old} and employees >= 100"), seats("small", old))
    dated_back()
    assert in_segments() == [
        ("a", "small", date(2026, 3, 10), TODAY),
        ("a", "big", TODAY, None),
    ]


def test_rules_that_count_days_are_asked_anew_each_time(operations: User, plans: Plans) -> None:
    account = make_account(external_id="a", customer_since=date(2026, 1, 20))
    plans.by_account[account.pk] = [(date(2026, 1, 10), 1)]
    refresh_facts(on=TODAY, at=NOON)
    settle(operations, seats("new", "days_since(customer_since) <= 60"), seats("old", "always"))
    dated_back()
    assert in_segments() == [
        ("a", "new", date(2026, 1, 10), date(2026, 3, 31)),
        ("a", "old", date(2026, 3, 31), None),
    ]


def test_the_past_waits_until_a_source_can_tell_of_it(operations: User, plans: Plans) -> None:
    settled = settle(operations, *BY_SEATS)
    assert (first_day_told(), list_to_date_back(), past_segments(settled)) == (None, None, None)
    account = make_account(external_id="a")
    plans.by_account[account.pk] = [(date(2026, 3, 10), 5)]
    assert list_to_date_back() == settled


def test_earlier_days_that_come_in_later_are_worked_out_too(operations: User, plans: Plans) -> None:
    account = make_account(external_id="a")
    plans.by_account[account.pk] = [(date(2026, 3, 10), 5)]
    refresh_facts(on=TODAY, at=NOON)
    settle(operations, *BY_SEATS)
    dated_back()
    assert list_to_date_back() is None
    plans.by_account[account.pk] = [(date(2026, 2, 10), 5)]
    dated_back()
    assert in_segments() == [("a", "few", date(2026, 2, 10), None)]


def test_an_account_that_went_meanwhile_is_left_out(operations: User, plans: Plans) -> None:
    account = make_account(external_id="a")
    plans.by_account[account.pk] = [(date(2026, 3, 10), 5)]
    settled = settle(operations, *BY_SEATS)
    found = past_segments(settled)
    account.delete()
    assert found is not None
    date_segments_back(settled, found, at=NOON)
    assert in_segments() == []


def test_the_worker_dates_segments_back_after_they_are_settled(
    operations: User, plans: Plans
) -> None:
    account = make_account(external_id="a")
    plans.by_account[account.pk] = [(date(2026, 3, 10), 5)]
    refresh_facts(on=TODAY, at=NOON)
    settled = settle(operations, *BY_SEATS)
    jobs.work_off()
    settled.refresh_from_db()
    assert (settled.past_from_on, in_segments()[0][2]) == (date(2026, 3, 10), date(2026, 3, 10))
