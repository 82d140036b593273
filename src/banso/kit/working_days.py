"""The company's calendar: no weekends, no public holidays, none of its own closed days."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings

from banso.engines.basis.working_time import WorkingTime, office_hours

if TYPE_CHECKING:
    from collections.abc import Callable

LEAP_YEAR = 2024


def is_open_on() -> Callable[[date], bool]:
    """Whether a day is worked, by the settings: what engines take as their `is_open`."""
    country, closed = settings.BANSO.holidays, settings.BANSO.closed_days

    def is_open(day: date) -> bool:
        return day.weekday() < 5 and day not in _closed(day.year, country, closed)

    return is_open


def working_time() -> WorkingTime:
    """The company's office hours on its working days, by the settings."""
    asked = settings.BANSO
    return WorkingTime(office_hours(asked.office_hours), ZoneInfo(asked.time_zone), is_open_on())


def closed_days(text: str) -> frozenset[tuple[int, int]]:
    """Months and days of every year in "12-29..01-03, 08-13"; ValueError for anything else."""
    found: set[tuple[int, int]] = set()
    for part in filter(None, (each.strip() for each in text.split(","))):
        first, _dots, last = part.partition("..")
        found |= _between(_day(first), _day(last or first))
    return frozenset(found)


def _day(text: str) -> date:
    return date.fromisoformat(f"{LEAP_YEAR}-{text.strip()}")


def _between(first: date, last: date) -> set[tuple[int, int]]:
    """The days of a stretch that may run over New Year."""
    if last < first:
        last = last.replace(year=LEAP_YEAR + 1)
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return {(day.month, day.day) for day in days}


@cache
def _closed(year: int, country: str, closed: str) -> frozenset[date]:
    own = {date(year, *day) for day in closed_days(closed) if _is_day(year, *day)}
    if not country:
        return frozenset(own)
    library = import_module("holidays")  # half a second: only where a calendar is asked for
    return frozenset(own | set(library.country_holidays(country, years=year)))


def _is_day(year: int, month: int, day: int) -> bool:
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return leap or (month, day) != (2, 29)
