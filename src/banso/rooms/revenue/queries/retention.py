"""Do customers stay and grow: rates over a period, month by month, and by group with intervals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc

from banso.engines.basis.fiscal import month_end
from banso.engines.revenue.intervals import bootstrap, wilson
from banso.engines.revenue.periods import last_months, trailing
from banso.rooms.revenue.queries import figures
from banso.rooms.revenue.queries.bridge import Bridge, Group, bridge_of, cut_bridges

if TYPE_CHECKING:
    import pyarrow as pa

    from banso.engines.revenue.intervals import Interval
    from banso.engines.revenue.periods import Period
    from banso.rooms.revenue.queries.figures import Reader
    from banso.rooms.revenue.queries.groups import Cut

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Churn:
    """月次解約率: the mean of the months that had an opening, by accounts and by revenue."""

    months: int
    account_churn: float | None
    revenue_churn: float | None


@dataclass(frozen=True, slots=True)
class Sure:
    """Between which shares the rates of few accounts lie, at 95 %; None where nobody can say."""

    grr: Interval | None
    nrr: Interval | None
    logo: Interval | None


@dataclass(frozen=True, slots=True)
class Retained:
    """A group, and how sure its rates are."""

    group: Group
    sure: Sure


def past_year(reader: Reader, until: Period) -> list[Bridge]:
    """The twelve months up to each of the last month ends, and up to the period's last day."""
    ends = [period.closing_on for period in last_months(until.closing_on, months=MONTHS)]
    if until.closing_on != month_end(until.closing_on):
        ends.append(until.closing_on)
    return [bridge_of(row) for row in figures.totals(reader, trailing(ends, months=MONTHS))]


def churn(reader: Reader, until: Period) -> Churn:
    """The mean monthly churn of the last whole months by the period's last day."""
    return Churn(**figures.monthly_churn(reader, last_months(until.closing_on, months=MONTHS)))


def sure(reader: Reader, period: Period) -> Sure:
    """The intervals of the rates of all the viewer's accounts."""
    return _sure(figures.accounts(reader, period))


def retained(reader: Reader, period: Period, cut: Cut) -> list[Retained]:
    """The rates of each group with their intervals."""
    sides = figures.sides(reader, period, cut.memberships())
    told = []
    for group in cut_bridges(reader, period, cut):
        own = pc.is_null(sides["key"]) if group.key is None else pc.equal(sides["key"], group.key)
        told.append(Retained(group, _sure(sides.filter(own))))
    return told


def _sure(rows: pa.Table) -> Sure:
    before, after = (
        np.asarray(rows.column(name).to_numpy(), dtype=np.int64)
        for name in ("before_minor", "after_minor")
    )
    opened = before > 0
    found = bootstrap(before, after)
    logo = wilson(int((opened & (after > 0)).sum()), int(opened.sum()))
    return Sure(found.grr if found else None, found.nrr if found else None, logo)
