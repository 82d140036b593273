"""ARR on one day after another, and on one day for everybody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings

from banso.engines.revenue.ledger import arr_by_account
from banso.engines.revenue.rates import rate_or_one, rates_on, valued
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
    held = arr_by_account(lake.read(LINES), on=on)
    known = rates_on(lake.read(RATES), on)
    rated = held.left_join(known, held.currency == known.rate_currency)
    rated = rated.mutate(rate=rate_or_one(settings.BANSO.currency)).view()
    worth = valued(rated, worth_minor=("arr_minor", "rate"))
    sums = worth.group_by("account_id").agg(
        arr_minor=worth.worth_minor.sum().cast("int64"),
        unrated=worth.count(where=worth.worth_minor.isnull()),
    )
    held = sums.filter(sums.unrated == 0, sums.arr_minor > 0).to_pyarrow()
    return dict(
        zip(
            held.column("account_id").to_pylist(),
            held.column("arr_minor").to_pylist(),
            strict=True,
        )
    )
