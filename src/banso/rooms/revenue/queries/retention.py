"""Do customers stay and grow: rates over a period, month by month, and by group with intervals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from banso.engines.basis.fiscal import month_end
from banso.engines.revenue.intervals import bootstrap, unforeseen, wilson
from banso.engines.revenue.periods import last_months, trailing
from banso.rooms.revenue.queries import figures
from banso.rooms.revenue.queries.bridge import Bridge, Group, bridge_of, cut_bridges
from banso.rooms.revenue.queries.cutting import keyed_rows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import pyarrow as pa

    from banso.engines.revenue.definitions import Definition
    from banso.engines.revenue.intervals import Interval
    from banso.rooms.revenue.queries.figures import Compared, Reader
    from banso.rooms.revenue.queries.groups import Cut

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Churn:
    """月次解約率: the mean of the months that had an opening, by accounts and by revenue, and the
    months, the latest first.
    """

    months: int
    account_churn: float | None
    revenue_churn: float | None
    by_month: list[Bridge]


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


def past_year(reader: Reader, until: date) -> list[Bridge]:
    """The twelve months up to each of the last month ends, and up to a day; without rates where
    one of exchange is missing.
    """
    ends = [period.closing_on for period in last_months(until, months=MONTHS)]
    if until != month_end(until):
        ends.append(until)
    rows = figures.by_period(reader, trailing(ends, months=MONTHS)).to_pylist()
    return sorted(map(bridge_of, rows), key=lambda each: each.period.closing_on)


def churn(reader: Reader, until: date) -> Churn:
    """The mean monthly churn of the last whole months by a day."""
    by_month = figures.by_period(reader, last_months(until, months=MONTHS))
    months = [bridge_of(row) for row in by_month.to_pylist()]
    months.sort(key=lambda each: each.period.closing_on, reverse=True)
    return Churn(**figures.mean_churn_of(by_month), by_month=months)


def has_range(definition: Definition) -> bool:
    """Whether a range of NRR can be told at all, however many accounts there are."""
    return not definition.nrr_reactivation


def sure(told: Compared) -> Sure:
    """The intervals of the rates of all the viewer's accounts."""
    return _sure(told.accounts, told.reader.definition)


def retained(told: Compared, cut: Cut, *, most: int) -> tuple[list[Retained], int]:
    """The rates of the largest groups with their intervals, and how many groups there are more."""
    groups = cut_bridges(told, cut)
    sides = keyed_rows(told, cut)
    places: dict[str | None, list[int]] = {group.key: [] for group in groups}
    for place, key in enumerate(sides["key"].to_pylist()):
        places[key].append(place)
    definition = told.reader.definition
    found = [
        Retained(group, _sure(sides.take(places[group.key]), definition)) for group in groups[:most]
    ]
    return found, len(groups) - len(found)


def _sure(rows: pa.Table, definition: Definition) -> Sure:
    """NRR is what its definition counts as growth. Who came back has no base to be drawn with, so
    that there is no range of an NRR that holds them: see `has_range`.
    """
    before, after, scheduled = _amounts(rows, ("before_minor", "after_minor", "scheduled_minor"))
    opened = before > 0
    found = bootstrap(before, after)
    grown = found
    if not definition.nrr_scheduled:
        grown = bootstrap(before, unforeseen(before, after, scheduled))
    logo = wilson(int((opened & (after > 0)).sum()), int(opened.sum()))
    return Sure(
        grr=found.grr if found else None,
        nrr=grown.nrr if grown and has_range(definition) else None,
        logo=logo,
    )


def _amounts(rows: pa.Table, names: Sequence[str]) -> list[np.ndarray]:
    return [np.asarray(rows.column(name).to_numpy(), dtype=np.int64) for name in names]
