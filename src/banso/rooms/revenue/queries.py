"""Reads of recurring revenue: lines for the engine, the engine's answers for a viewer's
accounts.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import ibis
import pyarrow as pa
from django.conf import settings
from django.db.models import F, Min
from django.utils.translation import gettext as _

from banso.engines.basis.money import minor_digits
from banso.engines.revenue import movements as engine
from banso.engines.revenue.rates import missing_rates
from banso.engines.revenue.trend import arr_over_time
from banso.kit import lake
from banso.kit.acts import Refused
from banso.rooms.customers.access import visible_accounts
from banso.rooms.identity.access import may_see_all
from banso.rooms.revenue.models import Cancellation, Contract, Rate, SubscriptionLine

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date, datetime

    from django.db.models import QuerySet
    from ibis.expr.types import BooleanValue, IntegerValue

    from banso.rooms.customers.models import Account
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


class WrongOrder(Refused):
    """The period ends before it starts."""


@dataclass(frozen=True, slots=True)
class Period:
    """Two days whose closes are compared; movements are those after the first, up to the last."""

    opening_on: date
    closing_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Bridge:
    """Opening ARR, what moved it, closing ARR; in minor units of `currency`.

    opening + new + reactivation + expansion − contraction − churn + fx = closing, to the unit. Both
    ends are the close of their day. Shares are of the opening, null where nothing was open.
    """

    period: Period
    currency: str
    opening_minor: int
    new_minor: int
    expansion_minor: int
    contraction_minor: int
    churn_minor: int
    reactivation_minor: int
    fx_minor: int
    closing_minor: int
    opening_accounts: int
    closing_accounts: int
    new_accounts: int
    expansion_accounts: int
    contraction_accounts: int
    churn_accounts: int
    reactivation_accounts: int
    unchanged_accounts: int
    grr: float | None
    nrr: float | None
    logo_retention: float | None


@dataclass(frozen=True, slots=True)
class HeldLine:
    """A contract line in force at one end of a bridge, or at both."""

    line: SubscriptionLine
    at_opening: bool
    at_closing: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """One account's part in a bridge, with the lines that make it."""

    account: Account
    kind: str
    opening_minor: int
    after_minor: int
    fx_minor: int
    closing_minor: int
    lines: list[HeldLine]

    @property
    def change_minor(self) -> int:
        """What the account added to its bar, at the opening day's rates."""
        return self.after_minor - self.opening_minor


@dataclass(frozen=True, slots=True)
class Movements:
    """A page of movements and how many there are in all."""

    rows: list[Movement]
    total: int


@dataclass(frozen=True, slots=True)
class Freshness:
    """When the figures were last written, and whether rows have changed since."""

    made_at: datetime
    stale: bool


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """ARR at the close of a day; null where a rate is missing."""

    on: date
    arr_minor: int | None
    accounts: int


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


def _book(viewer: User, *, on: date) -> tuple[ibis.Table, ibis.Table]:
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


def _movements(viewer: User, period: Period, *, on: date) -> ibis.Table:
    days = [period.opening_on, period.closing_on]
    if period.closing_on < period.opening_on:
        raise WrongOrder(_("The period must end on or after the day it starts."))
    lines, rates = _book(viewer, on=on)
    reporting = settings.BANSO.currency
    missing = missing_rates(lines, rates, days=days, reporting=reporting)
    currencies = sorted(missing.to_pyarrow().column("currency").to_pylist())
    if currencies:
        raise NoRate(
            _("There is no exchange rate for %(currencies)s on or before %(day)s.")
            % {"currencies": ", ".join(currencies), "day": period.opening_on.isoformat()}
        )
    return engine.movements(
        lines,
        rates,
        opening_on=period.opening_on,
        closing_on=period.closing_on,
        reporting=reporting,
    )


def bridge(viewer: User, period: Period, *, on: date) -> Bridge:
    """What happened to the ARR of the viewer's accounts between the closes of two days.

    `on` is today: it decides whose accounts are whose. Raises NoRevenueYet, NoRate, WrongOrder.
    """
    moved = _movements(viewer, period, on=on)
    figures = engine.bridge(moved).to_pyarrow().to_pylist()[0]
    names = Bridge.__dataclass_fields__.keys() & figures.keys()
    return Bridge(
        period=period,
        currency=settings.BANSO.currency,
        **{name: figures[name] for name in names},
    )


def movements(
    viewer: User, period: Period, kind: str, *, on: date, start: int, size: int
) -> Movements:
    """The accounts behind one bar of the bridge, the largest change first, each with its lines.

    `kind` is a bar: opening, closing, fx, or a kind of change.
    """
    behind = _ordered(_movements(viewer, period, on=on), kind)
    total = int(behind.count().to_pyarrow().as_py())
    rows = behind.limit(size, offset=start).to_pyarrow().to_pylist()
    return Movements(_with_lines(viewer, rows, period, on=on), total)


def all_movements(viewer: User, period: Period, kind: str, *, on: date) -> Iterator[Movement]:
    """The same, all of them, their lines read a thousand accounts at a time.

    The engine answers at once, so a refusal comes before the first row.
    """
    rows = _ordered(_movements(viewer, period, on=on), kind).to_pyarrow().to_pylist()
    chunks = (rows[start : start + 1_000] for start in range(0, len(rows), 1_000))
    return (each for chunk in chunks for each in _with_lines(viewer, chunk, period, on=on))


def _ordered(moved: ibis.Table, kind: str) -> ibis.Table:
    """The movements behind a bar, the largest first."""
    chosen = moved.filter(_behind(moved, kind)).mutate(weight=_weight(moved, kind).abs())
    return chosen.order_by([ibis.desc("weight"), "account_id"]).drop("weight")


def _behind(moved: ibis.Table, kind: str) -> BooleanValue:
    held: dict[str, BooleanValue] = {
        "opening": moved.opening_minor > 0,
        "closing": moved.closing_minor > 0,
        "fx": moved.fx_minor != 0,
    }
    changed: BooleanValue = moved.kind == kind
    return held.get(kind, changed)


def _weight(moved: ibis.Table, kind: str) -> IntegerValue:
    weights: dict[str, IntegerValue] = {
        "opening": moved.opening_minor,
        "closing": moved.closing_minor,
        "fx": moved.fx_minor,
    }
    change: IntegerValue = moved.after_minor - moved.opening_minor
    return weights.get(kind, change)


def _with_lines(
    viewer: User, rows: Sequence[dict[str, Any]], period: Period, *, on: date
) -> list[Movement]:
    ids = [row.pop("account_id") for row in rows]
    accounts = visible_accounts(viewer, on=on).in_bulk(ids)
    lines: dict[int, list[HeldLine]] = {pk: [] for pk in ids}
    for line in SubscriptionLine.objects.filter(account__in=ids).order_by("start_on", "pk"):
        held = HeldLine(line, held_on(line, period.opening_on), held_on(line, period.closing_on))
        if held.at_opening or held.at_closing:
            lines[line.account_id].append(held)
    return [
        Movement(account=accounts[pk], lines=lines[pk], **row)
        for pk, row in zip(ids, rows, strict=True)
        if pk in accounts  # a row removed since the snapshot was written
    ]


def held_on(line: SubscriptionLine, day: date) -> bool:
    """Whether a line is in force at the close of a day."""
    return line.start_on <= day and (line.end_on is None or line.end_on > day)


def trend(
    viewer: User, *, days: Sequence[date], on: date, only: int | None = None
) -> list[TrendPoint]:
    """ARR of the viewer's accounts, or of the one, at the close of each day at its own rates."""
    lines, rates = _book(viewer, on=on)
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


def next_term_ends(*, on: date) -> dict[int, date]:
    """Account id to the first term end that has not passed. For the refresh of facts."""
    ahead = Contract.objects.filter(term_end_on__gte=on).values_list("account_id")
    return dict(ahead.annotate(first=Min("term_end_on")))


def lines_of(account: Account) -> QuerySet[SubscriptionLine]:
    """An account's lines, the latest first. The caller has checked that the viewer may see it."""
    lines = SubscriptionLine.objects.filter(account=account).select_related("contract")
    return lines.order_by("-start_on", "-pk")


def contracts_of(account: Account) -> QuerySet[Contract]:
    """An account's contracts, the one that ends last first. The caller has checked the viewer."""
    return Contract.objects.filter(account=account).order_by(
        F("term_end_on").desc(nulls_last=True), "-pk"
    )


def cancellations_of(account: Account) -> QuerySet[Cancellation]:
    """An account's notices of termination, the latest end first. The caller has checked the
    viewer.
    """
    return Cancellation.objects.filter(account=account).order_by("-ends_on", "-pk")
