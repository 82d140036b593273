"""The change ledger, ARR on a day and over time, and the faults of lines."""

from __future__ import annotations

from datetime import date

import ibis
import pyarrow as pa
import pytest

from banso.engines.revenue.faults import line_faults
from banso.engines.revenue.ledger import arr_by_account, ledger, movements_by_month
from banso.engines.revenue.rates import missing_rates
from banso.engines.revenue.tables import LEDGER, LINES, MONTHS, RATES
from banso.engines.revenue.trend import arr_over_time, month_ends
from tests.engines.revenue.books import MICRO, Line, Rate, answer, lines, rates

JAN, FEB, MAR, APR = (date(2024, month, 1) for month in (1, 2, 3, 4))


def test_a_life_is_told_change_by_change() -> None:
    book = lines(
        Line(1, JAN, MAR, 100),
        Line(1, FEB, FEB.replace(day=10), 50),
        Line(1, APR, None, 80),
    )
    assert answer(ledger(book)) == [
        (1, "JPY", JAN, 100, 0, 100, 1, "new"),
        (1, "JPY", FEB, 50, 100, 150, 2, "expansion"),
        (1, "JPY", FEB.replace(day=10), -50, 150, 100, 3, "contraction"),
        (1, "JPY", MAR, -100, 100, 0, 4, "churn"),
        (1, "JPY", APR, 80, 0, 80, 5, "reactivation"),
    ]


def test_an_upgrade_that_ends_one_line_and_starts_another_is_one_change() -> None:
    book = lines(Line(1, JAN, FEB, 100), Line(1, FEB, None, 130))
    assert answer(ledger(book)) == [
        (1, "JPY", JAN, 100, 0, 100, 1, "new"),
        (1, "JPY", FEB, 30, 100, 130, 2, "expansion"),
    ]


def test_a_renewal_at_the_same_amount_is_no_change() -> None:
    book = lines(Line(1, JAN, FEB, 100), Line(1, FEB, None, 100))
    assert answer(ledger(book)) == [(1, "JPY", JAN, 100, 0, 100, 1, "new")]


def test_lines_without_days_or_amount_leave_no_trace() -> None:
    book = lines(Line(1, JAN, JAN, 100), Line(1, FEB, JAN, 100), Line(1, JAN, None, 0))
    assert answer(ledger(book)) == []
    assert answer(arr_by_account(book, on=FEB)) == []


def test_currencies_run_apart() -> None:
    book = lines(Line(1, JAN, MAR, 100), Line(1, FEB, None, 7, "USD"))
    assert answer(ledger(book)) == [
        (1, "JPY", JAN, 100, 0, 100, 1, "new"),
        (1, "JPY", MAR, -100, 100, 0, 2, "churn"),
        (1, "USD", FEB, 7, 0, 7, 1, "new"),
    ]


def test_a_line_counts_on_its_first_day_and_not_on_its_end_day() -> None:
    book = lines(Line(1, JAN, MAR, 100))
    days = (date(2023, 12, 31), JAN, date(2024, 2, 29), MAR)
    assert [answer(arr_by_account(book, on=day)) for day in days] == [
        [],
        [(1, "JPY", 100)],
        [(1, "JPY", 100)],
        [],
    ]


def test_a_month_nets_its_days_and_remembers_who_paid_inside_one() -> None:
    book = lines(
        Line(1, JAN, date(2024, 1, 20), 100),
        Line(1, date(2024, 3, 5), None, 60),
        Line(2, JAN, None, 10),
        Line(2, date(2024, 2, 3), date(2024, 2, 20), 5),
    )
    assert answer(movements_by_month(book)) == [
        (1, "JPY", MAR, 60, 0, 60, "reactivation"),
        (2, "JPY", JAN, 10, 0, 10, "new"),
    ]


def test_results_have_the_documented_shape_also_unbound() -> None:
    unbound = ibis.table(LINES, name="lines")
    assert ledger(unbound).schema() == LEDGER
    assert movements_by_month(unbound).schema() == MONTHS
    assert ledger(lines()).to_pyarrow().schema == LEDGER.to_pyarrow()
    con = ibis.duckdb.connect()
    con.con.register("lines", lines(Line(1, JAN, None, 100)).to_pyarrow())
    assert con.to_pyarrow(ledger(unbound)).to_pylist() == [
        {
            "account_id": 1,
            "currency": "JPY",
            "day": JAN,
            "delta_minor": 100,
            "before_minor": 0,
            "after_minor": 100,
            "seq": 1,
            "kind": "new",
        }
    ]


def test_month_ends_lie_within_the_two_days() -> None:
    assert month_ends(date(2023, 12, 31), date(2024, 2, 29)) == (
        date(2023, 12, 31),
        date(2024, 1, 31),
        date(2024, 2, 29),
    )
    assert month_ends(date(2024, 1, 2), date(2024, 2, 28)) == (date(2024, 1, 31),)
    assert month_ends(MAR, JAN) == ()


def test_a_trend_values_each_day_at_its_own_rate_and_shows_empty_days() -> None:
    book = lines(Line(1, FEB, None, 200, "USD"), Line(2, MAR, APR, 30), Line(1, MAR, APR, 5))
    known = rates(Rate("USD", JAN, 1_500_000 * MICRO), Rate("USD", MAR, 1_600_000 * MICRO))
    trend = arr_over_time(book, known, days=(APR, JAN, MAR, FEB, FEB), reporting="JPY")
    assert [tuple(row.values()) for row in trend.to_pyarrow().to_pylist()] == [
        (JAN, 0, 0, 0),
        (FEB, 1, 0, 300),
        (MAR, 2, 0, 355),
        (APR, 1, 0, 320),
    ]


def test_a_trend_is_not_known_on_a_day_without_a_rate() -> None:
    book = lines(Line(1, JAN, None, 200, "USD"), Line(2, JAN, None, 30))
    trend = arr_over_time(
        book, rates(Rate("USD", FEB, 2_000_000 * MICRO)), days=(JAN, FEB), reporting="JPY"
    )
    assert answer(trend) == [(JAN, 2, 1, None), (FEB, 2, 0, 430)]


def test_a_trend_over_no_days_is_empty() -> None:
    assert answer(arr_over_time(lines(), rates(), days=(), reporting="JPY")) == []


def test_missing_rates_name_the_currency_and_how_many_lines() -> None:
    book = lines(
        Line(1, JAN, None, 1, "USD"),
        Line(2, JAN, FEB, 1, "USD"),
        Line(3, JAN, None, 1, "EUR"),
        Line(4, MAR, None, 1, "GBP"),
        Line(5, JAN, None, 1, "JPY"),
        Line(6, JAN, None, 0, "CHF"),
    )
    known = rates(
        Rate("EUR", JAN, 1_600_000 * MICRO),
        Rate("USD", date(2024, 1, 2), 1 * MICRO),
        Rate("GBP", FEB, 1 * MICRO),
    )

    def missing(*days: date) -> list[tuple[object, ...]]:
        return answer(missing_rates(book, known, days=days, reporting="JPY"))

    assert missing(JAN) == [("USD", 2)]
    assert missing(FEB) == []
    assert missing(JAN, MAR) == [("GBP", 1), ("USD", 2)]


def test_a_rate_of_zero_is_no_rate() -> None:
    book = lines(Line(1, JAN, None, 1, "USD"))
    known = rates(Rate("USD", JAN, 0))
    assert answer(missing_rates(book, known, days=(JAN,), reporting="JPY")) == [("USD", 1)]


def test_missing_rates_need_a_day_to_ask_about() -> None:
    with pytest.raises(ValueError, match="Expected at least one day"):
        missing_rates(lines(), rates(), days=(), reporting="JPY")


def test_faults_are_listed_line_by_line_with_their_code() -> None:
    columns = LINES.to_pyarrow()
    rows = [
        (1, 10, "JPY", JAN, None, 100),
        (1, 11, "JPY", JAN, None, -1),
        (1, 12, None, JAN, None, 100),
        (1, 13, "JPY", None, None, -100),
        (2, 14, "JPY", FEB, FEB, 100),
        (2, 15, "JPY", JAN, FEB, 0),
        (2, 15, "JPY", FEB, None, 100),
        (2, None, "JPY", FEB, None, 100),
        (3, None, "JPY", FEB, None, 100),
    ]
    table = pa.Table.from_pylist(
        [dict(zip(columns.names, row, strict=True)) for row in rows], columns
    )
    assert answer(line_faults(ibis.memtable(table))) == [
        (1, 11, "negative_amount"),
        (1, 12, "missing_value"),
        (1, 13, "missing_value"),
        (1, 13, "negative_amount"),
        (2, 14, "no_days"),
        (2, 15, "repeated_line"),
        (2, 15, "repeated_line"),
        (2, None, "missing_value"),
        (3, None, "missing_value"),
    ]


def test_a_sound_book_has_no_faults() -> None:
    assert answer(line_faults(lines(Line(1, JAN, None, 1), Line(1, JAN, MAR, 0)))) == []
    assert RATES.names == ("currency", "on_date", "rate_picos")
