"""Cohorts of accounts by their first month, and their weighted average."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import ibis
import pyarrow as pa
import pytest

from banso.engines.revenue.cohorts import Grain, average, cohort_accounts, cohorts
from banso.engines.revenue.definitions import DEFAULT
from tests.engines.revenue.books import MICRO, Line, Rate, answer, book, lines, moves, rates

JAN, FEB, MAR, APR, MAY, JUN = (date(2024, month, 1) for month in range(1, 7))
UNTIL = date(2024, 6, 30)


def told(*given: Line, grain: Grain = Grain.MONTH, until: date = UNTIL, **more: Any) -> list[Any]:
    table = cohorts(book(lines(*given), **more), until=until, grain=grain)
    names = ("cohort_on", "month_index", "size_accounts", "size_minor", "accounts", "arr_minor")
    return answer(table.select(*names))


def test_a_cohort_is_followed_month_by_month_to_the_last_whole_one() -> None:
    few = (Line(1, MAR, MAY, 100), Line(2, date(2024, 3, 15), None, 50), Line(2, APR, None, 25))
    assert told(*few) == [
        (MAR, 0, 2, 150, 2, 150),
        (MAR, 1, 2, 150, 2, 175),
        (MAR, 2, 2, 150, 1, 75),
        (MAR, 3, 2, 150, 1, 75),
    ]
    assert [row[1] for row in told(*few, until=date(2024, 6, 29))] == [0, 1, 2]


def test_the_first_month_is_one_at_whose_close_something_is_paid() -> None:
    passing = (Line(1, date(2024, 3, 2), date(2024, 3, 9), 10), Line(1, MAY, None, 20))
    assert told(*passing) == [(MAY, 0, 1, 20, 1, 20), (MAY, 1, 1, 20, 1, 20)]


def test_who_comes_back_is_counted_again_in_its_own_cohort() -> None:
    back = (Line(1, JAN, FEB, 10), Line(1, APR, None, 30))
    assert [(row[1], row[4], row[5]) for row in told(*back)] == [
        (0, 1, 10),
        (1, 0, 0),
        (2, 0, 0),
        (3, 1, 30),
        (4, 1, 30),
        (5, 1, 30),
    ]


def test_a_cohort_of_several_months_is_as_old_as_its_youngest_month() -> None:
    quarter = (Line(1, JAN, None, 10), Line(2, MAR, None, 20), Line(2, MAY, None, 5))
    assert told(*quarter, grain=Grain.QUARTER) == [
        (JAN, 0, 2, 30, 2, 30),
        (JAN, 1, 2, 30, 2, 30),
        (JAN, 2, 2, 30, 2, 35),
        (JAN, 3, 2, 30, 2, 35),
    ]
    year = told(*quarter, grain=Grain.FISCAL_YEAR)
    assert [(row[0], row[1]) for row in year] == [(date(2023, 4, 1), age) for age in range(4)]
    calendar = cohorts(
        book(lines(*quarter)), until=date(2024, 12, 31), grain=Grain.FISCAL_YEAR, first_month=1
    )
    assert [(row[0], row[1]) for row in answer(calendar)] == [(JAN, 0)]


def test_months_are_counted_from_one_where_the_definition_says_so() -> None:
    from_one = replace(DEFAULT, name="from one", cohort_index_from=1)
    assert [row[1] for row in told(Line(1, MAY, None, 1), definition=from_one)] == [1, 2]


def test_a_curve_shows_customers_and_not_currencies() -> None:
    known = rates(Rate("USD", JAN, 1_500_000 * MICRO), Rate("USD", MAR, 2_000_000 * MICRO))
    both = lines(Line(1, APR, None, 100, "USD"), Line(1, MAY, JUN, 7), Line(2, APR, None, 1, "EUR"))
    table = cohorts(book(both, known), until=UNTIL, grain=Grain.MONTH)
    assert answer(table.select("month_index", "accounts", "size_minor", "arr_minor")) == [
        (0, 2, None, None),
        (1, 2, None, None),
        (2, 2, None, None),
    ]
    without = lines(Line(1, APR, None, 100, "USD"), Line(1, MAY, JUN, 7))
    table = cohorts(book(without, known), until=UNTIL, grain=Grain.MONTH)
    assert answer(table.select("month_index", "accounts", "size_minor", "arr_minor")) == [
        (0, 1, 200, 200),
        (1, 1, 200, 207),
        (2, 1, 200, 200),
    ]


def test_who_was_merged_stays_in_his_own_cohort() -> None:
    into = moves((2, None, 1, JUN))
    merged = told(Line(1, JAN, None, 10), Line(2, MAY, None, 20), moves=into)
    assert [(row[0], row[1], row[4], row[5]) for row in merged if row[0] == MAY] == [
        (MAY, 0, 1, 20),
        (MAY, 1, 1, 20),
    ]


def test_a_split_makes_no_customer_and_loses_none() -> None:
    whole = (Line(1, JAN, None, 10), Line(1, MAY, None, 20), Line(3, MAY, None, 1))
    assert told(*whole, moves=moves((1, 2, 2, JUN))) == told(*whole)


def test_ages_end_where_they_are_asked_to() -> None:
    table = cohorts(book(lines(Line(1, JAN, None, 1))), until=UNTIL, grain=Grain.MONTH, ages=2)
    assert [row[1] for row in answer(table)] == [0, 1, 2]


def test_the_average_weights_by_size_and_holds_cohorts_old_enough() -> None:
    three = book(
        lines(Line(1, APR, JUN, 100), Line(2, APR, None, 300), Line(3, MAY, JUN, 100)),
    )
    table = average(cohorts(three, until=UNTIL, grain=Grain.MONTH))
    assert [tuple(row.values()) for row in table.to_pyarrow().to_pylist()] == [
        (0, 2, 3, 1.0, 1.0),
        (1, 2, 3, 2 / 3, 0.8),
        (2, 1, 2, 0.5, 0.75),
    ]


def test_the_average_of_amounts_is_not_known_while_a_cohort_has_no_rate() -> None:
    euros = book(lines(Line(1, JUN, None, 1, "EUR"), Line(2, JUN, None, 1)))
    table = average(cohorts(euros, until=UNTIL, grain=Grain.MONTH))
    assert answer(table) == [(0, 1, 2, 1.0, None)]


def test_nobody_has_no_cohorts() -> None:
    assert told() == []


@pytest.mark.parametrize("month", [0, 13])
def test_a_fiscal_year_begins_in_a_month(month: int) -> None:
    with pytest.raises(ValueError, match="Expected a first month of 1 to 12"):
        cohorts(book(lines()), until=UNTIL, grain=Grain.MONTH, first_month=month)


def test_a_cell_is_the_sum_of_its_accounts() -> None:
    few = (
        Line(1, JAN, MAR, 100), Line(1, MAY, None, 30), Line(2, FEB, None, 50),
        Line(2, MAR, None, 25), Line(3, APR, None, 7),
    )  # fmt: skip
    given = book(lines(*few))
    for grain in (Grain.MONTH, Grain.QUARTER):
        for first_on, age, _size, size_minor, accounts, arr_minor in told(*few, grain=grain):
            asked = ibis.memtable(pa.table({"cohort_on": [first_on], "age": [age]}))
            rows = answer(cohort_accounts(given, asked, until=UNTIL, grain=grain))
            assert sum(row[1] for row in rows) == size_minor
            assert sum(row[2] for row in rows) == arr_minor
            assert sum(row[3] for row in rows) == accounts
    asked = ibis.memtable(pa.table({"cohort_on": [JAN], "age": [2]}))
    found = answer(cohort_accounts(given, asked, until=UNTIL, grain=Grain.QUARTER))
    assert sorted(found) == [(1, 100, 0, False), (2, 50, 75, True)]
