"""Stretches of time whose two closes are compared, and the rates of their days."""

from __future__ import annotations

from collections.abc import Sequence
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


def last_months(until: date, *, months: int = 12) -> tuple[Period, ...]:
    """The last whole months that have ended by a day, the earliest first."""
    latest = until if until == month_end(until) else _back(until.replace(day=1), 1)
    ends = [_back(month_end(latest), back) for back in range(months, -1, -1)]
    return tuple(Period(*pair) for pair in pairwise(ends))


def _back(day: date, months: int) -> date:
    earlier = add_months(day, -months)
    return month_end(earlier) if day == month_end(day) else earlier


def period_table(periods: Sequence[Period]) -> Table:
    """(opening_on, closing_on), each period once."""
    known = sorted({(period.opening_on, period.closing_on) for period in periods})
    columns = {
        name: pa.array([pair[place] for pair in known], pa.date32())
        for place, name in enumerate(DATES)
    }
    return ibis.memtable(pa.table(columns))


def with_rates(held: Table, rates: Table, periods: Sequence[Period], reporting: str) -> Table:
    """`held`, by currency and period, with `opening_rate` and `closing_rate`; null: not known."""
    days = {day for period in periods for day in (period.opening_on, period.closing_on)}
    asked = ibis.memtable(pa.table({"on_date": pa.array(sorted(days), pa.date32())}))
    known = rates_on_days(rates, asked)
    rated = held
    for on, name in (("opening_on", "opening_rate"), ("closing_on", "closing_rate")):
        same = [rated[on] == known.rate_on, rated.currency == known.rate_currency]
        joined = rated.left_join(known, same)
        rated = joined.mutate(**{name: rate_or_one(reporting)})
        rated = rated.drop("rate_on", "rate_currency", "rate_picos")
    return rated


def begun(lines: Table, periods: Sequence[Period]) -> tuple[Table, tuple[str, ...]]:
    """Lines that began by a closing day, with both days, and the columns to group by for it.

    A single period needs no join, and its days no place among the groups.
    """
    if len(set(periods)) == 1:
        only = periods[0]
        dated = lines.filter(_.start_on <= only.closing_on)
        return dated.mutate(opening_on=only.opening_on, closing_on=only.closing_on), ()
    asked = period_table(periods)
    return asked.join(lines, lines.start_on <= asked.closing_on), DATES


def dated(grouped: Table, periods: Sequence[Period]) -> Table:
    """What was grouped after `begun`, with both days in any case."""
    if "opening_on" in grouped.columns:
        return grouped
    return grouped.mutate(opening_on=periods[0].opening_on, closing_on=periods[0].closing_on)
