"""The lengths of time of a document: 30d, 2w, 3m, 1y, 5bd, 8bh."""

from __future__ import annotations

from typing import Final

from banso.engines.basis.rules.plain import Distance
from banso.engines.basis.rules.tree import Unit

_CALENDAR_DAYS: Final = {
    Unit.DAYS: 1.0,
    Unit.WEEKS: 7.0,
    Unit.MONTHS: 365 / 12,
    Unit.YEARS: 365.0,
    Unit.WORKING_DAYS: 365 / 240,
    Unit.WORKING_HOURS: 365 / 1_920,
}


def distance_of(span: str) -> Distance:
    """A span as the rules count it."""
    unit = span.lstrip("0123456789")
    return Distance(int(span[: -len(unit)]), Unit(unit))


def calendar_days(span: str) -> float:
    """About how many calendar days a span lasts; a year has 240 working days of eight hours."""
    far = distance_of(span)
    return far.count * _CALENDAR_DAYS[far.unit]
