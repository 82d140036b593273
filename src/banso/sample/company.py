"""What is fixed about アオゾラHR: its products, its prices, its calendar and its dice.

The company is always described as seen on one day, `until`; every planted date is counted from
there, in whole months, so that the stories move along with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Days = npt.NDArray[np.datetime64]

NAME = "アオゾラHR"
MAIL_DOMAIN = "aozora-hr.example.jp"
MONTHS_IN_BUSINESS = 84
MONTHS_OF_HISTORY = 36
NEVER = 99_999  # a month that does not come

SMB, MID, ENTERPRISE = range(3)
# Shares of the accounts living at the end; of 2,000 that is 1,400, 480 and 120.
MID_SHARE, ENTERPRISE_SHARE = 0.24, 0.06
PUBLIC_SHARE = 0.015
# Accounts that left in the 36 months of history, per account living at the end.
LOST_PER_LIVING = 0.22

YEARLY, MULTI_YEAR, MONTHLY = range(3)

PRODUCTS = ("アオゾラ勤怠", "アオゾラ給与", "アオゾラ労務")
ATTENDANCE, PAYROLL, PROCEDURES = range(3)
# Yen per employee and month before the price rise; the rise makes it 330, 396 and 363.
LIST_PRICES = (300, 360, 330)
MINIMUM_CHARGE = 17_000  # yen per product and month
RISE = 1.10
YEN_PER_DOLLAR_IN_OFFERS = 145


@dataclass(frozen=True, slots=True)
class Timeline:
    """The months of the story, as months since January 1970."""

    until: date

    @property
    def now(self) -> int:
        return month_of(self.until)

    @property
    def opening(self) -> int:
        """The first month of history: terms that ended before it are not told."""
        return self.now - MONTHS_OF_HISTORY

    @property
    def founded(self) -> int:
        return self.now - MONTHS_IN_BUSINESS

    @property
    def price_rise(self) -> int:
        """Renewals and new contracts from this month on pay the new list price."""
        return self.now - 12

    @property
    def oversold(self) -> int:
        """First month of the quarter in which payroll was sold to the wrong restaurants."""
        return (self.now - 27) // 3 * 3

    @property
    def gap_closed(self) -> int:
        """The month in which payroll learned irregular shifts: nine after the quarter's end."""
        return self.oversold + 3 + 9


def month_of(day: date) -> int:
    return (day.year - 1970) * 12 + day.month - 1


def first_day(month: int) -> date:
    return date(1970 + month // 12, month % 12 + 1, 1)


def last_day(month: int) -> date:
    return first_day(month + 1) - timedelta(days=1)


def first_days(months: Ints) -> Days:
    return months.astype("datetime64[M]").astype("datetime64[D]")


def last_days(months: Ints) -> Days:
    return first_days(months + 1) - np.timedelta64(1, "D")


def chances(seed: int, kind: str) -> np.random.Generator:
    """The dice of one kind of file: a kind added later doesn't change how the others fell."""
    return np.random.default_rng([seed, *kind.encode()])


def spread(rng: np.random.Generator, size: int) -> Floats:
    """Uniform draws that fill 0..1 evenly: small companies keep the proportions of large ones."""
    return (rng.permutation(size) + rng.random(size)) / max(size, 1)


def share(size: int, part: float, *, least: int = 0) -> int:
    """How many of `size` things a share makes: rounded, at least `least`, at most `size`."""
    return min(size, max(least, round(size * part)))
