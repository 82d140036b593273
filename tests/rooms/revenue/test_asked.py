"""Which days a page of revenue tells of where its address names none."""

from __future__ import annotations

from datetime import date

import pytest

from banso.engines.revenue.periods import Period
from banso.rooms.revenue.views.asked import usual_period


@pytest.mark.parametrize(
    ("today", "since"),
    [
        (date(2028, 2, 28), date(2027, 2, 28)),
        (date(2028, 2, 29), date(2027, 2, 28)),
        (date(2029, 2, 28), date(2028, 2, 29)),
        (date(2029, 2, 27), date(2028, 2, 27)),
        (date(2026, 4, 30), date(2025, 4, 30)),
        (date(2026, 4, 15), date(2025, 4, 15)),
    ],
)
def test_a_year_back_from_a_month_end_is_a_month_end(today: date, since: date) -> None:
    assert usual_period(today, a_year=True) == Period(since, today)


@pytest.mark.parametrize(
    ("today", "since"),
    [(date(2028, 2, 29), date(2027, 3, 31)), (date(2028, 4, 1), date(2028, 3, 31))],
)
def test_else_the_fiscal_year_is_told_up_to_today(today: date, since: date) -> None:
    assert usual_period(today, a_year=False) == Period(since, today)
