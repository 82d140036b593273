"""ARR on one day after another, and on one day for everybody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings

from banso.engines.revenue import movements as engine
from banso.engines.revenue.trend import arr_over_time
from banso.kit import lake
from banso.rooms.revenue.queries.book import LINES, RATES, book

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from banso.rooms.identity.models import User


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """ARR at the close of a day; null where a rate is missing."""

    on: date
    arr_minor: int | None
    accounts: int


def trend(
    viewer: User, *, days: Sequence[date], on: date, only: int | None = None
) -> list[TrendPoint]:
    """ARR of the viewer's accounts, or of the one, at the close of each day at its own rates."""
    lines, rates = book(viewer, on=on)
    if only is not None:
        lines = lines.filter(lines.account_id == only)
    points = arr_over_time(lines, rates, days=days, reporting=settings.BANSO.currency)
    return [
        TrendPoint(point["on_date"], point["arr_minor"], point["accounts"])
        for point in points.to_pyarrow().to_pylist()
    ]


def arr_of_all(*, on: date) -> dict[int, int]:
    """Account id to ARR at the close of a day in the reporting currency, for those that have any.

    Accounts whose amounts have no rate are left out. For the refresh of facts, which knows no
    viewer.
    """
    reporting = settings.BANSO.currency
    moved = engine.movements(
        lake.read(LINES), lake.read(RATES), opening_on=on, closing_on=on, reporting=reporting
    )
    held = moved.filter(moved.closing_minor > 0).select("account_id", "closing_minor").to_pyarrow()
    return dict(
        zip(
            held.column("account_id").to_pylist(),
            held.column("closing_minor").to_pylist(),
            strict=True,
        )
    )
