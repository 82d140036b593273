"""How long a period is, as readers of its rates must know, and at which rates it is told."""

from __future__ import annotations

from datetime import date

import ibis
import pyarrow as pa
import pytest

from banso.engines.revenue.periods import Period, is_a_year, whole_months
from banso.engines.revenue.rates import rates_used
from tests.engines.revenue.books import MICRO, Line, Rate, lines, rates

YEAR_END = date(2026, 3, 31)


@pytest.mark.parametrize(
    ("first", "last", "year", "months"),
    [
        (date(2025, 3, 31), YEAR_END, True, 12),
        (date(2024, 2, 29), date(2025, 2, 28), True, 12),
        (date(2025, 2, 28), date(2026, 2, 28), True, 12),
        (date(2025, 11, 29), date(2026, 11, 29), True, 12),
        (date(2024, 3, 31), YEAR_END, False, 24),
        (date(2025, 12, 31), YEAR_END, False, 3),
        (YEAR_END, date(2026, 11, 29), False, None),
        (YEAR_END, YEAR_END, False, None),
    ],
)
def test_only_twelve_months_are_a_year(
    first: date, last: date, year: bool, months: int | None
) -> None:
    period = Period(first, last)
    assert (is_a_year(period), whole_months(period)) == (year, months)


def test_the_rates_used_are_those_in_force_and_of_what_serves() -> None:
    book = lines(
        Line(1, date(2025, 1, 1), None, 100, "USD"),
        Line(2, date(2025, 1, 1), date(2025, 6, 1), 100, "EUR"),
        Line(3, date(2025, 1, 1), date(2025, 2, 1), 100, "GBP"),
        Line(4, date(2025, 1, 1), None, 100, "JPY"),
        Line(5, date(2025, 1, 1), None, 100, "SGD"),
    )
    known = rates(
        Rate("USD", date(2025, 1, 1), 1 * MICRO),
        Rate("USD", date(2025, 3, 31), 2 * MICRO),
        Rate("USD", date(2026, 1, 1), 3 * MICRO),
        Rate("EUR", date(2025, 3, 1), 4 * MICRO),
        Rate("GBP", date(2025, 1, 1), 5 * MICRO),
        Rate("SGD", date(2025, 1, 1), 0),
    )
    days = [date(2025, 4, 1), YEAR_END]
    asked = ibis.memtable(pa.table({"on_date": pa.array(days, pa.date32())}))
    used = rates_used(book, known, asked=asked, reporting="JPY")
    rows = used.to_pyarrow().sort_by([("on_date", "ascending"), ("currency", "ascending")])
    assert [tuple(row.values()) for row in rows.to_pylist()] == [
        (days[0], "EUR", date(2025, 3, 1), 4 * MICRO),
        (days[0], "USD", date(2025, 3, 31), 2 * MICRO),
        (days[1], "EUR", date(2025, 3, 1), 4 * MICRO),
        (days[1], "USD", date(2026, 1, 1), 3 * MICRO),
    ]
