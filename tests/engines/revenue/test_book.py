"""How a definition reads dates and amounts: links, grace, pauses, discounts, merges."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from ibis.expr.types import Table

from banso.engines.revenue.definitions import DEFAULT
from banso.engines.revenue.ledger import arr_by_account, ledger
from tests.engines.revenue.books import Line, answer, book, line, lines, moves, wide

JAN, FEB, MAR, APR, MAY = (date(2024, month, 1) for month in range(1, 6))


def changes(table: Table, **settings: Any) -> list[tuple[Any, ...]]:
    """(account, day, kind, change) in the ledger of a book under the default, but for settings."""
    named = {"name": "other"} if settings else {}
    told = book(table, definition=replace(DEFAULT, **named, **settings))
    rows = ((row[0], row[2], row[7], row[3]) for row in answer(ledger(told.lines)))
    return sorted(rows, key=lambda row: row[:2])


def after(day: date, days: int) -> date:
    return day + timedelta(days=days)


def test_a_line_is_closed_by_the_one_that_replaces_or_renews_it() -> None:
    for link in ("replaces", "renews"):
        early = wide(line(1, JAN, APR, 100), line(1, MAR, None, 150, **{link: 1}))
        assert changes(early) == [(1, JAN, "new", 100), (1, MAR, "expansion", 50)]
        assert changes(early, links="as_dated") == [
            (1, JAN, "new", 100),
            (1, MAR, "expansion", 150),
            (1, APR, "contraction", -100),
        ]


def test_co_terming_does_not_double_arr() -> None:
    both = wide(
        line(1, JAN, APR, 100, line_id=7),
        line(1, JAN, None, 50, line_id=8),
        line(1, MAR, None, 150, line_id=9, replaces=7, renews=8),
    )
    assert changes(both) == [(1, JAN, "new", 150)]


def test_the_first_of_several_followers_closes_a_line() -> None:
    split = wide(
        line(1, JAN, None, 100),
        line(1, MAR, None, 30, replaces=1),
        line(1, FEB, None, 60, renews=1),
    )
    assert changes(split) == [
        (1, JAN, "new", 100),
        (1, FEB, "contraction", -40),
        (1, MAR, "expansion", 30),
    ]


@pytest.mark.parametrize(("gap", "is_held"), [(1, True), (30, True), (31, False)])
def test_a_gap_within_grace_is_no_movement(gap: int, is_held: bool) -> None:
    late = lines(Line(1, JAN, FEB, 100), Line(1, after(FEB, gap), None, 100))
    gone = [(1, FEB, "churn", -100), (1, after(FEB, gap), "reactivation", 100)]
    assert changes(late) == [(1, JAN, "new", 100), *([] if is_held else gone)]
    assert changes(late, grace_days=0) == [(1, JAN, "new", 100), *gone]


@pytest.mark.parametrize(("gap", "is_held"), [(30, True), (31, False)])
def test_a_link_counts_within_grace_even_for_a_line_that_was_cancelled(
    gap: int, is_held: bool
) -> None:
    back = wide(
        line(1, JAN, FEB, 100, cancelled_on=JAN), line(1, after(FEB, gap), None, 100, renews=1)
    )
    gone = [(1, FEB, "churn", -100), (1, after(FEB, gap), "reactivation", 100)]
    assert changes(back) == [(1, JAN, "new", 100), *([] if is_held else gone)]


def test_a_cancelled_line_is_not_held_over_a_gap() -> None:
    back = wide(line(1, JAN, FEB, 100, cancelled_on=JAN), line(1, after(FEB, 5), None, 100))
    assert changes(back) == [
        (1, JAN, "new", 100),
        (1, FEB, "churn", -100),
        (1, after(FEB, 5), "reactivation", 100),
    ]


def test_a_late_renewal_at_another_price_is_a_movement_on_the_day_it_starts() -> None:
    late = lines(Line(1, JAN, FEB, 100), Line(1, after(FEB, 9), None, 80))
    assert changes(late) == [(1, JAN, "new", 100), (1, after(FEB, 9), "contraction", -20)]


def test_each_product_has_its_own_gap_and_another_product_may_follow() -> None:
    other = wide(
        line(1, JAN, FEB, 100, product="a"),
        line(1, JAN, None, 10, product="b"),
        line(1, after(FEB, 9), None, 100, product="a"),
        line(2, JAN, FEB, 100, product="basic"),
        line(2, after(FEB, 9), None, 120, product="pro"),
        line(3, JAN, FEB, 100, product="a"),
        line(3, FEB, None, 5, product="b"),
        line(3, after(FEB, 9), None, 100, product="a"),
    )
    assert changes(other) == [
        (1, JAN, "new", 110),
        (2, JAN, "new", 100),
        (2, after(FEB, 9), "expansion", 20),
        (3, JAN, "new", 100),
        (3, FEB, "expansion", 5),
    ]


@pytest.mark.parametrize(
    ("waited", "held", "since"), [(0, 100, FEB), (29, 100, FEB), (30, 0, None), (-1, 100, None)]
)
def test_who_has_not_said_that_he_leaves_waits_for_a_late_renewal(
    waited: int, held: int, since: date | None
) -> None:
    as_of = after(FEB, waited)
    told = book(lines(Line(1, JAN, FEB, 100)), as_of=as_of)
    assert [row[2] for row in answer(arr_by_account(told.lines, on=as_of))] == [held] * bool(held)
    [row] = told.lines.to_pyarrow().to_pylist()
    assert row["pending_from"] == since
    assert row["end_on"] == (as_of + timedelta(days=1) if since else FEB)


def test_nobody_waits_who_cancelled_or_went_on_with_something_else() -> None:
    told = book(
        wide(
            line(1, JAN, FEB, 100, cancelled_on=JAN),
            line(2, JAN, FEB, 100, product="basic"),
            line(2, FEB, None, 120, product="pro"),
            line(3, JAN, FEB, 100),
            line(3, after(FEB, 20), None, 100),
        ),
        as_of=after(FEB, 10),
    )
    rows = told.lines.to_pyarrow().to_pylist()
    assert [row["pending_from"] for row in rows] == [None] * 5
    assert sorted(str(row["end_on"]) for row in rows) == [
        "2024-02-01",
        "2024-02-01",
        "2024-02-21",
        "None",
        "None",
    ]


def test_churn_is_dated_at_the_end_of_the_term_or_on_the_day_of_the_notice() -> None:
    leaving = wide(
        line(1, JAN, APR, 100, cancelled_on=FEB),
        line(2, FEB, None, 100, cancelled_on=MAR),
        line(3, FEB, APR, 100, cancelled_on=MAY),
        line(4, FEB, APR, 100, cancelled_on=JAN),
    )
    assert changes(leaving) == [
        (1, JAN, "new", 100),
        (1, APR, "churn", -100),
        (2, FEB, "new", 100),
        (3, FEB, "new", 100),
        (3, APR, "churn", -100),
        (4, FEB, "new", 100),
        (4, APR, "churn", -100),
    ]
    assert changes(leaving, churn_date="at_cancellation") == [
        (1, JAN, "new", 100),
        (1, FEB, "churn", -100),
        (2, FEB, "new", 100),
        (2, MAR, "churn", -100),
        (3, FEB, "new", 100),
        (3, APR, "churn", -100),
    ]


def test_a_discount_counts_or_the_list_price_does() -> None:
    cheap = wide(line(1, JAN, None, 80, list_arr_minor=100), line(2, JAN, None, 50))
    assert changes(cheap) == [(1, JAN, "new", 80), (2, JAN, "new", 50)]
    assert changes(cheap, discounts="list_price") == [(1, JAN, "new", 100), (2, JAN, "new", 50)]


def test_a_line_given_away_is_churn_or_counts_at_its_list_price() -> None:
    free = wide(
        line(1, JAN, FEB, 80, list_arr_minor=100),
        line(1, FEB, APR, 0, list_arr_minor=100),
        line(1, APR, None, 80, list_arr_minor=100),
    )
    assert changes(free) == [
        (1, JAN, "new", 80),
        (1, FEB, "churn", -80),
        (1, APR, "reactivation", 80),
    ]
    assert changes(free, full_discount_is_churn=False) == [
        (1, JAN, "new", 80),
        (1, FEB, "expansion", 20),
        (1, APR, "contraction", -20),
    ]


def test_a_scheduled_step_counts_in_force_or_from_its_signature() -> None:
    ramp = wide(
        line(1, JAN, MAR, 100),
        line(1, MAR, APR, 150, scheduled=True, signed_on=JAN, replaces=1),
        line(1, APR, None, 200, scheduled=True, signed_on=JAN, replaces=2),
        line(2, MAR, None, 70, scheduled=True, signed_on=APR),
        line(3, MAR, None, 70, signed_on=JAN),
    )
    assert changes(ramp) == [
        (1, JAN, "new", 100),
        (1, MAR, "expansion", 50),
        (1, APR, "expansion", 50),
        (2, MAR, "new", 70),
        (3, MAR, "new", 70),
    ]
    assert changes(ramp, ramp="contracted") == [
        (1, JAN, "new", 200),
        (2, MAR, "new", 70),
        (3, MAR, "new", 70),
    ]


def test_a_pause_stops_its_line_or_all_lines_of_its_account() -> None:
    paused = wide(
        line(1, JAN, None, 100),
        line(1, JAN, None, 10),
        line(1, FEB, MAR, 0, stream="pause", pauses=1),
        line(2, JAN, MAY, 100),
        line(2, JAN, None, 10),
        line(2, FEB, APR, 0, stream="pause"),
        line(2, MAR, MAY, 0, stream="pause"),
        line(3, JAN, None, 100),
    )
    assert changes(paused) == [
        (1, JAN, "new", 110),
        (1, FEB, "contraction", -100),
        (1, MAR, "expansion", 100),
        (2, JAN, "new", 110),
        (2, FEB, "churn", -110),
        (2, MAY, "reactivation", 10),
        (3, JAN, "new", 100),
    ]
    assert changes(paused, pause_keeps_mrr=True) == [
        (1, JAN, "new", 110),
        (2, JAN, "new", 110),
        (2, MAY, "contraction", -100),
        (3, JAN, "new", 100),
    ]


def test_a_pause_without_an_end_goes_on_and_one_of_no_days_is_none() -> None:
    paused = wide(
        line(1, JAN, None, 100),
        line(1, FEB, None, 0, stream="pause"),
        line(2, JAN, None, 100),
        line(2, FEB, FEB, 0, stream="pause"),
        line(3, FEB, None, 100),
        line(3, JAN, MAR, 0, stream="pause"),
    )
    assert changes(paused) == [
        (1, JAN, "new", 100),
        (1, FEB, "churn", -100),
        (2, JAN, "new", 100),
        (3, MAR, "new", 100),
    ]


def test_usage_is_never_arr() -> None:
    metered = wide(line(1, JAN, FEB, 1200, stream="usage"), line(1, JAN, None, 100))
    assert changes(metered) == [(1, JAN, "new", 100)]
    assert answer(arr_by_account(metered, on=JAN)) == [(1, "JPY", 100)]


def test_add_ons_count_only_beside_a_base_plan_where_the_definition_says_so() -> None:
    plans = wide(
        line(1, JAN, MAR, 100, plan="base"),
        line(1, FEB, None, 10, plan="addon"),
        line(1, APR, None, 100, plan="base"),
        line(2, JAN, None, 10, plan="addon"),
    )
    assert changes(plans) == [
        (1, JAN, "new", 100),
        (1, FEB, "expansion", 10),
        (1, MAR, "contraction", -100),
        (1, APR, "expansion", 100),
        (2, JAN, "new", 10),
    ]
    assert changes(plans, base_plan=True) == [
        (1, JAN, "new", 100),
        (1, FEB, "expansion", 10),
        (1, MAR, "churn", -110),
        (1, APR, "reactivation", 110),
    ]


def pieces_of(merged: Table, rows: Table, **settings: Any) -> list[tuple[Any, ...]]:
    named = {"name": "other"} if settings else {}
    told = book(merged, definition=replace(DEFAULT, **named, **settings), moves=rows)
    names = ("account_id", "start_on", "end_on", "arr_minor")
    extra = ("unit_id", "arrives", "departs") if not settings else ()
    return answer(told.lines.select(*names, *extra))


def test_a_merged_account_goes_on_in_pieces_or_as_if_it_had_always_been_one() -> None:
    merged = lines(Line(1, JAN, APR, 100), Line(1, APR, None, 5), Line(2, JAN, None, 10))
    into = moves((1, None, 2, MAR), (2, None, 3, APR), (1, None, 3, APR))
    assert pieces_of(merged, into) == [
        (1, JAN, MAR, 100, 1, False, True),
        (2, JAN, APR, 10, 2, False, True),
        (2, MAR, APR, 100, 1, True, False),
        (3, APR, None, 10, 2, True, False),
        (3, APR, None, 5, 1, False, False),
    ]
    assert pieces_of(merged, into, merge_split="restated") == [
        (3, JAN, APR, 100),
        (3, JAN, None, 10),
        (3, APR, None, 5),
    ]


def test_a_line_that_moves_by_itself_is_a_unit_of_its_own() -> None:
    split = lines(Line(1, JAN, None, 100), Line(1, JAN, None, 10), Line(2, JAN, None, 1))
    into = moves((1, 2, 2, MAR), (1, None, 3, APR))
    assert pieces_of(split, into) == [
        (1, JAN, MAR, 10, -2, False, True),
        (1, JAN, APR, 100, 1, False, True),
        (2, JAN, None, 1, 2, False, False),
        (2, MAR, None, 10, -2, True, False),
        (3, APR, None, 100, 1, True, False),
    ]


def test_what_moved_before_it_began_begins_where_it_went() -> None:
    into = moves((1, None, 2, JAN))
    assert pieces_of(lines(Line(1, FEB, None, 100)), into) == [(2, FEB, None, 100, 1, False, False)]


def days_of(merged: Table, rows: Table, *, as_of: date = date(2030, 1, 1)) -> list[tuple[Any, ...]]:
    told = book(merged, moves=rows, as_of=as_of)
    return answer(told.lines.select("account_id", "line_id", "start_on", "end_on", "pending_from"))


def test_a_late_renewal_may_stand_at_the_account_that_the_line_went_to() -> None:
    into, renewed = moves((1, None, 2, MAR)), after(APR, 10)
    merged = lines(Line(1, JAN, APR, 100), Line(2, renewed, None, 100))
    assert days_of(merged, into) == [
        (1, 1, JAN, MAR, None),
        (2, 1, MAR, renewed, None),
        (2, 2, renewed, None, None),
    ]
    alone = lines(Line(1, JAN, APR, 100))
    assert days_of(alone, into, as_of=after(APR, 3)) == [
        (1, 1, JAN, MAR, None),
        (2, 1, MAR, after(APR, 4), APR),
    ]


def test_what_ended_before_its_account_moved_is_followed_only_there() -> None:
    into, renewed = moves((1, None, 2, MAR)), after(FEB, 10)
    own = lines(Line(1, JAN, FEB, 100), Line(1, renewed, None, 100))
    assert days_of(own, into) == [
        (1, 1, JAN, renewed, None),
        (1, 2, renewed, MAR, None),
        (2, 2, MAR, None, None),
    ]
    of_another = lines(Line(1, JAN, FEB, 100), Line(2, renewed, None, 100))
    assert days_of(of_another, into) == [(1, 1, JAN, FEB, None), (2, 2, renewed, None, None)]


def test_what_arrives_by_a_merge_renews_nothing() -> None:
    ended, came = after(MAR, -5), moves((1, None, 2, MAR), (3, None, 2, APR))
    arriving = lines(Line(1, JAN, None, 100), Line(2, JAN, ended, 10), Line(3, JAN, None, 1))
    assert (2, 2, JAN, ended, None) in days_of(arriving, came)
    along = lines(Line(1, JAN, after(APR, -5), 100), Line(3, JAN, None, 1))
    assert days_of(along, came) == [
        (1, 1, JAN, MAR, None),
        (2, 1, MAR, after(APR, -5), None),
        (2, 2, APR, None, None),
        (3, 2, JAN, APR, None),
    ]
