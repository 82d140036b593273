"""Stretches of time whose two closes are compared, and the rates of their days.

Expressions read days from a table and never hold one themselves: what is compiled for one period
answers for every other, if `Asked` is made over a table that an engine fills at each question.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final

import ibis
import pyarrow as pa
from ibis import _
from ibis.expr.types import Table

from banso.engines.basis.fiscal import add_months, month_end
from banso.engines.revenue.rates import rate_or_one, rates_on_days

DATES: Final = ("opening_on", "closing_on")


@dataclass(frozen=True, slots=True)
class Period:
    """What happened after the close of the first day, up to the close of the last."""

    opening_on: date
    closing_on: date

    def __post_init__(self) -> None:
        if self.closing_on < self.opening_on:
            raise ValueError("Expected closing_on on or after opening_on.")


def trailing(days: Sequence[date], *, months: int = 12) -> tuple[Period, ...]:
    """The period of so many months that ends on each of the days; month ends begin on month
    ends.
    """
    return tuple(Period(_back(day, months), day) for day in days)


def is_a_year(period: Period) -> bool:
    """Whether rates of the period are those of twelve months, as boards compare them."""
    [year] = trailing([period.closing_on])
    return period == year or add_months(period.opening_on, 12) == period.closing_on


def whole_months(period: Period) -> int | None:
    """How many months it is long, if that is a whole number of them: one or more."""
    first, last = period.opening_on, period.closing_on
    months = 12 * (last.year - first.year) + last.month - first.month
    return months if months > 0 and trailing([last], months=months)[0] == period else None


def last_months(until: date, *, months: int = 12) -> tuple[Period, ...]:
    """The last whole months that have ended by a day, the earliest first."""
    latest = until if until == month_end(until) else _back(until.replace(day=1), 1)
    ends = [_back(month_end(latest), back) for back in range(months, -1, -1)]
    return tuple(Period(*pair) for pair in pairwise(ends))


def _back(day: date, months: int) -> date:
    earlier = add_months(day, -months)
    return month_end(earlier) if day == month_end(day) else earlier


@dataclass(frozen=True, slots=True)
class Asked:
    """The periods of a question, (opening_on, closing_on), each once. `one`: a single row."""

    table: Table
    one: bool


def rows(periods: Iterable[Period]) -> pa.Table:
    """The periods as a table, each once and in order."""
    known = sorted({(period.opening_on, period.closing_on) for period in periods})
    columns = {
        name: pa.array([pair[place] for pair in known], pa.date32())
        for place, name in enumerate(DATES)
    }
    return pa.table(columns)


def asked(periods: Sequence[Period]) -> Asked:
    """These periods and no others. Raises ValueError where there is none."""
    if not periods:
        raise ValueError("Expected at least one period.")
    known = rows(periods)
    return Asked(ibis.memtable(known), one=known.num_rows == 1)


def with_rates(held: Table, rates: Table, periods: Asked, reporting: str) -> Table:
    """`held`, by currency and period, with `opening_rate` and `closing_rate`; null: not known."""
    days = [periods.table.select(on_date=name) for name in DATES]
    known = rates_on_days(rates, ibis.union(*days, distinct=True))
    rated = held
    for on, name in (("opening_on", "opening_rate"), ("closing_on", "closing_rate")):
        same = [rated[on] == known.rate_on, rated.currency == known.rate_currency]
        joined = rated.left_join(known, same)
        rated = joined.mutate(**{name: rate_or_one(reporting)})
        rated = rated.drop("rate_on", "rate_currency", "rate_picos")
    return rated


def begun(lines: Table, periods: Asked) -> Table:
    """Lines that began by a closing day, with both days."""
    days = periods.table
    if periods.one:
        return days.cross_join(lines).filter(_.start_on <= _.closing_on)
    return days.join(lines, lines.start_on <= days.closing_on)


def days_to_group(periods: Asked) -> tuple[str, ...]:
    """Both days where they tell rows apart: those of a single period need no place in a group."""
    return () if periods.one else DATES


def dated(grouped: Table, periods: Asked) -> Table:
    """What was grouped by `days_to_group`, with both days in any case."""
    return periods.table.cross_join(grouped) if periods.one else grouped
