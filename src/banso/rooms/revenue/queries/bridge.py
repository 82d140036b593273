"""What happened to the ARR of a viewer's accounts between two days, down to the lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ibis
from django.conf import settings
from django.utils.translation import gettext as _

from banso.engines.revenue import movements as engine
from banso.engines.revenue.rates import missing_rates
from banso.kit.acts import Refused
from banso.rooms.customers.access import visible_accounts
from banso.rooms.revenue.models import SubscriptionLine
from banso.rooms.revenue.queries.book import NoRate, book
from banso.rooms.revenue.queries.lines import held_on

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from ibis.expr.types import BooleanValue, IntegerValue

    from banso.rooms.customers.models import Account
    from banso.rooms.identity.models import User


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


def _movements(viewer: User, period: Period, *, on: date) -> ibis.Table:
    days = [period.opening_on, period.closing_on]
    if period.closing_on < period.opening_on:
        raise WrongOrder(_("The period must end on or after the day it starts."))
    lines, rates = book(viewer, on=on)
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
