"""ARR on one day after another, and on one day for everybody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
from django.conf import settings
from ibis import _

from banso.engines.revenue.continuity import waiting
from banso.engines.revenue.definitions import DEFAULT
from banso.engines.revenue.trend import arr_by_account_on
from banso.kit.questions import answer
from banso.rooms.revenue.queries import figures
from banso.rooms.revenue.queries.book import RATES, book_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from ibis.expr.types import Table

    from banso.rooms.revenue.queries.figures import Reader


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """ARR at the close of a day; null where a rate is missing."""

    on: date
    arr_minor: int | None
    accounts: int


def trend(reader: Reader, *, days: Sequence[date], only: int | None = None) -> list[TrendPoint]:
    """ARR of the viewer's accounts, or of the one, at the close of each day at its own rates."""
    return [
        TrendPoint(point["on_date"], point["arr_minor"], point["accounts"])
        for point in figures.trend(reader, days, only=only)
    ]


def arr_of_all(*, on: date) -> dict[int, int]:
    """Account id to ARR at the close of a day in the reporting currency, for those that have any.

    Accounts whose amounts have no rate are left out. For the refresh of facts, which knows no
    viewer. Raises lake.NeverWritten.
    """
    snapshots = {"lines": book_of(DEFAULT), "rates": RATES}
    day = pa.array([on], pa.date32())
    asked, today = pa.table({"on_date": day}), pa.table({"as_of": day})
    reporting = settings.BANSO.currency
    held = answer(_arr_of_all, reporting, snapshots=snapshots, asked=asked, today=today)
    ids, arr = (held.column(name).to_pylist() for name in ("account_id", "arr_minor"))
    return dict(zip(ids, arr, strict=True))


def _arr_of_all(reporting: str, *, lines: Table, rates: Table, asked: Table, today: Table) -> Table:
    known = waiting(lines, today, grace_days=DEFAULT.grace_days)
    told = arr_by_account_on(known, rates, asked=asked, reporting=reporting)
    return told.filter(_.arr_minor > 0)
