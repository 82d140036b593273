"""Months and fiscal years as people count them: a month later is never past that month's end."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class FiscalYear:
    """Twelve months from `first` to `last`, both inclusive; 2026年度 is the one begun in 2026."""

    first: date
    last: date


def fiscal_year(on: date, *, first_month: int = 4) -> FiscalYear:
    """The fiscal year that holds a day, when years begin on the first of `first_month`."""
    if not 1 <= first_month <= 12:
        raise ValueError("Expected a first month of 1 to 12.")
    first = date(on.year - (on.month < first_month), first_month, 1)
    return FiscalYear(first=first, last=add_months(first, 12) - timedelta(days=1))


def month_end(on: date) -> date:
    """The last day of that day's month."""
    return on.replace(day=monthrange(on.year, on.month)[1])


def add_months(on: date, months: int) -> date:
    """The same day so many months later (negative: earlier), or the last day of a shorter month."""
    year, month = divmod(on.year * 12 + on.month - 1 + months, 12)
    return date(year, month + 1, min(on.day, monthrange(year, month + 1)[1]))
