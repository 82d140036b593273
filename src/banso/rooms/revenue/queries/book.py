"""The tables that the engine reads: every line and rate, and a viewer's part of them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import ibis
import pyarrow as pa
from django.utils.translation import gettext as _

from banso.engines.basis.money import minor_digits
from banso.kit import lake
from banso.kit.acts import Refused
from banso.rooms.customers.access import visible_accounts
from banso.rooms.identity.access import may_see_all
from banso.rooms.revenue.models import Rate, SubscriptionLine

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from banso.rooms.identity.models import User

LINES = "lines"
RATES = "rates"
CHUNK = 50_000
LINE_COLUMNS = {
    "account_id": pa.int64(),
    "line_id": pa.int64(),
    "currency": pa.string(),
    "start_on": pa.date32(),
    "end_on": pa.date32(),
    "arr_minor": pa.int64(),
    "product": pa.string(),
}
RATE_COLUMNS = {"currency": pa.string(), "on_date": pa.date32(), "rate_picos": pa.int64()}


class NoRevenueYet(Refused):
    """No subscription lines have been brought in, or they are still being written for the
    engine.
    """


class NoRate(Refused):
    """Amounts in a foreign currency have no rate on a day they are needed."""


@dataclass(frozen=True, slots=True)
class Freshness:
    """When the figures were last written, and whether rows have changed since."""

    made_at: datetime
    stale: bool


def lines_for_engine() -> pa.Table:
    """Every subscription line as the engine reads it."""
    rows = SubscriptionLine.objects.order_by("account_id", "start_on", "pk").values_list(
        "account_id", "pk", "currency", "start_on", "end_on", "arr_minor", "product"
    )
    return _table(rows.iterator(chunk_size=CHUNK), LINE_COLUMNS)


def rates_for_engine(*, reporting: str) -> pa.Table:
    """Every rate as the engine reads it: reporting minor units for one minor unit, times
    10^12.
    """
    rows = (
        (rate.currency, rate.on, picos(rate.rate, rate.currency, reporting=reporting))
        for rate in Rate.objects.order_by("currency", "on")
    )
    return _table(rows, RATE_COLUMNS)


def picos(rate: Decimal, currency: str, *, reporting: str) -> int:
    """A rate between major units as the engine has it: between minor units, times 10^12."""
    shift = minor_digits(reporting) - minor_digits(currency)
    return int(rate.scaleb(12 + shift).to_integral_value())


def _table(rows: Iterable[tuple[Any, ...]], columns: dict[str, pa.DataType]) -> pa.Table:
    schema = pa.schema(list(columns.items()))
    values = list(zip(*rows, strict=True)) or [()] * len(columns)
    return pa.table(
        [pa.array(column, kind) for column, kind in zip(values, columns.values(), strict=True)],
        schema=schema,
    )


def freshness() -> Freshness:
    """How fresh the engine's figures are. Raises NoRevenueYet."""
    try:
        snapshot = lake.snapshot(LINES)  # stale with the rates too: see actions
    except lake.NeverWritten:
        raise NoRevenueYet(_("There is no recurring revenue yet.")) from None
    if snapshot.made_at is None or not snapshot.rows:
        raise NoRevenueYet(_("There is no recurring revenue yet."))
    return Freshness(snapshot.made_at, snapshot.stale)


def book(viewer: User, *, on: date) -> tuple[ibis.Table, ibis.Table]:
    """Lines of the accounts the viewer sees, and the rates. Raises NoRevenueYet."""
    freshness()
    try:
        lines, rates = lake.read(LINES), lake.read(RATES)
    except lake.NeverWritten:
        raise NoRevenueYet(_("There is no recurring revenue yet.")) from None
    if not may_see_all(viewer):
        seen = visible_accounts(viewer, on=on).values_list("pk", flat=True)
        mine = ibis.memtable(pa.table({"account_id": pa.array(seen, pa.int64())}))
        lines = lines.semi_join(mine, "account_id")
    return lines, rates
