"""Deadlines before a term ends: until when a customer can refuse, and until when we can speak.

A term's last day is in it. Notice is counted back from that day, and the day it leads to is the
last on which a refusal still counts. Months lead to the same day of the earlier month, or to the
last of a shorter one: a month before 31 March is 28 or 29 February, a month before 30 April is
30 March. Where a contract could be read to allow a later day, the earlier one is meant.

A deadline on which nobody works is a trap: the letter lies unread. So each deadline has a *safe
day* beside it, the last working day that is not after it. Which days are worked is for the caller
to say.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from banso.engines.basis.fiscal import add_months, month_end

IsOpen = Callable[[date], bool]
FURTHEST_CLOSED = 366  # days in a row
DAY = timedelta(days=1)


class NoticeUnit(Enum):
    """What a notice is counted in; `MONTH_ENDS` are months, up to the last day of the month."""

    DAYS = "days"
    WORKING_DAYS = "working_days"
    MONTHS = "months"
    MONTH_ENDS = "month_ends"


@dataclass(frozen=True, slots=True)
class Notice:
    """How long before a day something must be said: 60 days, 2 months, the end of the month
    before.

    `by_working_day` says that it must arrive on one.
    """

    amount: int
    unit: NoticeUnit
    by_working_day: bool = False

    def __post_init__(self) -> None:
        if self.amount < 0:
            raise ValueError("Expected an amount of zero or more.")


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day that still counts, and the last one on which it is safe to rely."""

    last_on: date
    safe_on: date


@dataclass(frozen=True, slots=True)
class Silence:
    """What happens if nobody speaks: the contract goes on to `until`, ends, or nobody knows.

    `until` is None where it goes on and the length of the next term is not known.
    """

    renews: bool | None
    until: date | None = None


def customers_deadline(term_end_on: date, notice: Notice, *, is_open: IsOpen) -> Deadline:
    """Until when the customer can refuse the next term."""
    return _deadline(counted_back(term_end_on, notice, is_open=is_open), notice, is_open)


def our_deadline(theirs: Deadline, notice: Notice, *, is_open: IsOpen) -> Deadline:
    """Until when we can announce a price or terms, so that the customer can still refuse them.

    Counted back from the customer's last day, and always before it; the safe day leaves the
    customer a working day to react, whatever holidays lie between.
    """
    if notice.amount == 0:
        raise ValueError("Expected an announcement before the customer's deadline.")
    ours = _deadline(counted_back(theirs.last_on, notice, is_open=is_open), notice, is_open)
    safe_on = working_day_before(min(ours.safe_on, theirs.safe_on - DAY), is_open)
    return Deadline(ours.last_on, safe_on)


def _deadline(last_on: date, notice: Notice, is_open: IsOpen) -> Deadline:
    safe_on = working_day_before(last_on, is_open)
    return Deadline(safe_on if notice.by_working_day else last_on, safe_on)


def counted_back(from_on: date, notice: Notice, *, is_open: IsOpen) -> date:
    """The day to which a notice leads back; never after the day it is counted from."""
    if notice.unit is NoticeUnit.DAYS:
        return from_on - timedelta(days=notice.amount)
    if notice.unit is NoticeUnit.WORKING_DAYS:
        day = from_on
        for _turn in range(notice.amount):
            day = working_day_before(day - DAY, is_open)
        return day
    month_before = add_months(from_on, -notice.amount)
    if notice.unit is NoticeUnit.MONTHS:
        return month_before
    return min(month_end(month_before), from_on)


def working_day_before(on: date, is_open: IsOpen) -> date:
    """The day itself, or the last working day before it."""
    for back in range(FURTHEST_CLOSED):
        if is_open(on - back * DAY):
            return on - back * DAY
    raise ValueError("Expected a working day within a year.")


def later_term_end(term_end_on: date, term_months: int, *, terms: int = 1) -> date:
    """The last day so many terms later (negative: earlier). Terms begin on the day after, and end
    on the day before the one of the same number; where the month has no such day, on its last.

    Source: 民法 (Civil Code of Japan), article 143, paragraph 2.
    """
    begins_on = term_end_on + DAY
    next_on = add_months(begins_on, term_months * terms)
    return next_on - DAY if next_on.day == begins_on.day else next_on


def if_nobody_speaks(
    term_end_on: date, *, auto_renew: bool | None, term_months: int | None
) -> Silence:
    """What becomes of a contract at its term's end when neither side says a word."""
    if not auto_renew or term_months is None:
        return Silence(auto_renew)
    return Silence(renews=True, until=later_term_end(term_end_on, term_months))
