"""Working time: from a moment so many working hours on, and how much of it lies between two.

Office hours are stretches of a day, as 09:00-12:00 and 13:00-18:00. Working hours pass within them
alone, on days that are worked; which days those are is for the caller to say. A span in **working
hours** ends at a moment inside office hours; what comes in on Friday at 17:00 with a target of
8 working hours is due on Monday at 17:00. A span in **working days** ends at the close of the last
of them, and the day on which it began doesn't count: two working days from Monday end when the
office closes on Wednesday. All other spans are of the calendar and know no office.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from itertools import pairwise
from typing import Final

from banso.engines.basis.fiscal import add_months
from banso.engines.basis.rules.plain import Distance
from banso.engines.basis.rules.tree import Unit

IsOpen = Callable[[date], bool]
FURTHEST_DAYS: Final = 3_660
DAY: Final = timedelta(days=1)
NOTHING: Final = timedelta()
_STRETCH: Final = re.compile(r"\s*(\d{1,2}:\d{2})\s*[-–〜~]\s*(\d{1,2}:\d{2})\s*")
_CALENDAR_DAYS: Final = {Unit.DAYS: 1, Unit.WEEKS: 7}
_MONTHS: Final = {Unit.MONTHS: 1, Unit.YEARS: 12}


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a day in which the office is open; its end is the first moment it no longer is."""

    opens: time
    closes: time

    def __post_init__(self) -> None:
        if self.opens >= self.closes:
            raise ValueError("Expected office hours to end after they begin, on the same day.")


def office_hours(text: str) -> tuple[Stretch, ...]:
    """The stretches in "09:00-12:00, 13:00-18:00"; ValueError for anything else."""
    found = []
    for part in text.split(","):
        match = _STRETCH.fullmatch(part)
        if match is None:
            raise ValueError("Expected office hours such as 09:00-12:00,13:00-18:00.")
        found.append(Stretch(*(time.fromisoformat(f"{each:0>5}") for each in match.groups())))
    if any(before.closes > after.opens for before, after in pairwise(found)):
        raise ValueError("Expected office hours in their order.")
    return tuple(found)


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """When work is done: the office hours of a place, on the days that are worked there."""

    hours: tuple[Stretch, ...]
    zone: tzinfo
    is_open: IsOpen

    def is_working(self, at: datetime) -> bool:
        """Whether the office is open at a moment."""
        local = at.astimezone(self.zone)
        return self.is_open(local.date()) and any(
            each.opens <= local.time() < each.closes for each in self.hours
        )

    def after(self, at: datetime, far: Distance) -> datetime:
        """The moment that lies so far ahead."""
        if far.count < 0:
            raise ValueError("Expected a span that lies ahead.")
        if far.unit is Unit.WORKING_HOURS:
            return self.later(at, timedelta(hours=far.count))
        local = at.astimezone(self.zone)
        if far.unit is Unit.WORKING_DAYS:
            return self._close_of(local.date(), far.count) if far.count else at
        if far.unit in _CALENDAR_DAYS:
            return local + far.count * _CALENDAR_DAYS[far.unit] * DAY
        on = add_months(local.date(), far.count * _MONTHS[far.unit])
        return datetime.combine(on, local.timetz())

    def later(self, at: datetime, worked: timedelta) -> datetime:
        """The moment at which so much working time has passed; none leads to the moment itself."""
        left = worked
        if left <= NOTHING:
            return at
        for opens, closes in self._stretches(at):
            begins = max(opens, at)
            if begins + left <= closes:
                return begins + left
            left -= closes - begins
        raise ValueError("Expected so much working time within ten years.")

    def between(self, first: datetime, last: datetime) -> timedelta:
        """How much working time lies between two moments; negative where the last comes first."""
        if last < first:
            return -self.between(last, first)
        worked = NOTHING
        for opens, closes in self._stretches(first):
            if opens >= last:
                break
            worked += min(closes, last) - max(opens, first)
        return worked

    def part_way(self, first: datetime, last: datetime, share: float) -> datetime:
        """The moment by which a share of the working time between two has passed. Where there is
        none between them, a share of the time itself.
        """
        worked = self.between(first, last)
        if worked <= NOTHING:
            return first + (last - first) * share
        return self.later(first, worked * share)

    def _stretches(self, since: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Office hours that end after a moment, in order."""
        day = since.astimezone(self.zone).date()
        for ahead in range(FURTHEST_DAYS):
            on = day + ahead * DAY
            if not self.is_open(on):
                continue
            for each in self.hours:
                closes = datetime.combine(on, each.closes, self.zone)
                if closes > since:
                    yield datetime.combine(on, each.opens, self.zone), closes

    def _close_of(self, on: date, count: int) -> datetime:
        """When the office closes on the day that is so many working days after."""
        left = count
        for ahead in range(1, FURTHEST_DAYS):
            day = on + ahead * DAY
            left -= self.is_open(day)
            if not left:
                return datetime.combine(day, self.hours[-1].closes, self.zone)
        raise ValueError("Expected so many working days within ten years.")
