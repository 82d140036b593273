"""Closed periods: what would be frozen, what was, and what is told of the same days today."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
from django.conf import settings
from django.utils.translation import gettext as _

from banso.engines.revenue.restatements import beside
from banso.engines.revenue.tables import BARS
from banso.kit import lake
from banso.kit.acts import Refused
from banso.kit.questions import answer
from banso.rooms.customers.models import Account
from banso.rooms.customers.queries.former import Former, all_by_id, former_accounts
from banso.rooms.revenue.access import may_close_periods
from banso.rooms.revenue.models import ClosedPeriod
from banso.rooms.revenue.queries import figures
from banso.rooms.revenue.queries.book import NotWrittenYet, freshness
from banso.rooms.revenue.queries.bridge import bridge, lines_held
from banso.rooms.revenue.queries.definitions import definition_named, definitions

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from django.db.models import QuerySet
    from ibis.expr.types import Table

    from banso.engines.revenue.definitions import Definition
    from banso.engines.revenue.periods import Period
    from banso.rooms.identity.models import User
    from banso.rooms.revenue.queries.bridge import Bridge, HeldLine
    from banso.rooms.revenue.queries.figures import Compared, Reader

FOLDER = "closed_periods"
CHUNK = 1_000
KEPT = pa.schema(
    [
        ("account_id", pa.int64()),
        ("external_id", pa.string()),
        ("name", pa.string()),
        *((bar, pa.int64()) for bar in BARS),
    ]
)


class PeriodNotOver(Refused):
    """The last day isn't over yet."""


class AlreadyClosed(Refused):
    """The same days are closed by the same definition."""


class NotWhole(Refused):
    """Who sees a part of the company can't close a period of it."""


class FrozenGone(Refused):
    """The frozen rows are missing, or are not those that were frozen."""


class OtherCurrency(Refused):
    """Figures were frozen in another currency than today's are told in."""


@dataclass(frozen=True, slots=True)
class Closing:
    """What closing a period would freeze: its bridge, a row for each account, and the digest by
    which the rows will be called.
    """

    bridge: Bridge
    rows: pa.Table
    digest: str


@dataclass(frozen=True, slots=True)
class Difference:
    """An account whose part in a closed period is told differently today. `pk` is null where there
    is no such account any more; its name is the one that was frozen. One that was `merged` into
    another leads on to that.
    """

    pk: int | None
    name: str
    merged: bool
    changed: dict[str, int]
    lines: list[HeldLine]


@dataclass(frozen=True, slots=True)
class Restated:
    """A closed period beside today's figures: `restatements.beside` for every account of either."""

    closed: ClosedPeriod
    definition: Definition
    now: Bridge
    frozen: pa.Table
    rows: pa.Table

    @property
    def differing(self) -> int:
        """How many accounts are told differently today."""
        return int(pc.sum(self.rows["differs"]).as_py() or 0)

    @property
    def closing_minor(self) -> int:
        """By how much closing ARR has changed."""
        return self.now.closing_minor - self.closed.closing_minor


@dataclass(frozen=True, slots=True)
class Standing:
    """A closed period in a list, and by how much each bar has changed; null where today's figures
    can't be told, or it was reopened.
    """

    closed: ClosedPeriod
    changed: dict[str, int] | None

    @property
    def is_restated(self) -> bool:
        return any((self.changed or {}).values())

    @property
    def now_minor(self) -> int | None:
        """Closing ARR as it is told today."""
        if self.changed is None:
            return None
        return self.closed.closing_minor + self.changed["closing_minor"]


def closing(reader: Reader, period: Period) -> Closing:
    """What would be frozen. Raises NotWhole, PeriodNotOver, AlreadyClosed, NotWrittenYet,
    NoRevenueYet and NoRate.
    """
    if not may_close_periods(reader.viewer):
        raise NotWhole(_("A period is closed by who sees the whole company."))
    if period.closing_on >= reader.on:
        raise PeriodNotOver(
            _("This period isn't over yet: it can be closed from the day after %(day)s.")
            % {"day": period.closing_on.isoformat()}
        )
    if closed_like(period, reader.definition) is not None:
        raise AlreadyClosed(_("This period is closed already by this definition."))
    if freshness().stale:
        raise NotWrittenYet(
            _("The figures are still being made from your lines. Look again in a minute.")
        )
    told = figures.compared(reader, period)
    rows = _rows(told)
    return Closing(bridge(told), rows, lake.digest_of(rows))


def _rows(told: Compared) -> pa.Table:
    """The account rows as they are kept, with what each account is called today, or was called when
    it was merged into another.
    """
    accounts = told.accounts.sort_by("account_id").select(["account_id", *BARS])
    called = {each.pk: (each.external_id, each.name) for each in former_accounts()}
    rows = Account.objects.values_list("pk", "external_id", "name")
    called |= {pk: (external_id, name) for pk, external_id, name in rows}
    pairs = [called.get(pk, ("", "")) for pk in accounts["account_id"].to_pylist()]
    columns = {
        "external_id": [external_id for external_id, _name in pairs],
        "name": [name for _external_id, name in pairs],
        **{name: accounts[name] for name in accounts.column_names},
    }
    return pa.table({field.name: columns[field.name] for field in KEPT}, schema=KEPT)


def closed_like(period: Period, definition: Definition) -> ClosedPeriod | None:
    """The closed period of the same days by the same definition, if there is one."""
    days = {"opening_on": period.opening_on, "closing_on": period.closing_on}
    found = ClosedPeriod.objects.filter(**days, definition=definition.name, reopened_at=None)
    return found.first()


def closed_periods(viewer: User) -> QuerySet[ClosedPeriod]:
    """Closed and reopened periods, the latest first; none for who sees a part of the company."""
    if not may_close_periods(viewer):
        return ClosedPeriod.objects.none()
    people = ClosedPeriod.objects.select_related("closed_by", "reopened_by")
    return people.order_by("-closing_on", "-opening_on", "definition", "-pk")


def standings(viewer: User, *, on: date) -> list[Standing]:
    """Every closed period beside today's totals, asked once for each definition."""
    known, periods = definitions(), list(closed_periods(viewer))
    still = sorted(
        (each for each in periods if _is_told(each) and each.definition in known),
        key=lambda each: each.definition,
    )
    changed: dict[int, dict[str, int]] = {}
    for name, of_name in groupby(still, key=lambda each: each.definition):
        reader = figures.Reader(viewer=viewer, on=on, definition=known[name])
        changed |= _changed(reader, list(of_name))
    return [Standing(each, changed.get(each.pk)) for each in periods]


def _is_told(closed: ClosedPeriod) -> bool:
    return closed.reopened_at is None and closed.currency == settings.BANSO.currency


def _changed(reader: Reader, periods: list[ClosedPeriod]) -> dict[int, dict[str, int]]:
    try:
        told = figures.by_period(reader, [each.period for each in periods]).to_pylist()
    except Refused:
        return {}
    by_days = {(row["opening_on"], row["closing_on"]): row for row in told}
    found = {each.pk: (each, by_days[each.opening_on, each.closing_on]) for each in periods}
    return {
        pk: {bar: row[bar] - getattr(each, bar) for bar in BARS}
        for pk, (each, row) in found.items()
        if row["closing_minor"] is not None  # a rate is missing
    }


def told_today(closed: ClosedPeriod, viewer: User, *, on: date) -> Compared:
    """The same days by the same definition, as they are told today."""
    definition = definition_named(closed.definition)
    return figures.compared(
        figures.Reader(viewer=viewer, on=on, definition=definition), closed.period
    )


def restated(closed: ClosedPeriod, told: Compared) -> Restated:
    """The frozen rows beside those of today. Raises FrozenGone, OtherCurrency."""
    if closed.currency != settings.BANSO.currency:
        raise OtherCurrency(
            _("These figures were frozen in %(currency)s; today's are told in another currency.")
            % {"currency": closed.currency}
        )
    frozen = frozen_rows(closed)
    columns = ["account_id", *BARS]
    rows = answer(_beside, was=frozen.select(columns), now=told.accounts.select(columns))
    rows = rows.sort_by("account_id")
    return Restated(closed, told.reader.definition, bridge(told), frozen, rows)


def closed_since(told: Compared) -> dict[str, Any]:
    """Whether these days are closed by this definition, and what was restated since; nothing for
    who may not close periods.
    """
    closed = closed_like(told.period, told.reader.definition)
    if closed is None or not may_close_periods(told.reader.viewer):
        return {}
    try:
        return {"closed": closed, "restated": restated(closed, told)}
    except Refused:  # its own page says why
        return {"closed": closed}


def frozen_rows(closed: ClosedPeriod) -> pa.Table:
    """The rows as they were frozen. Raises FrozenGone."""
    try:
        return lake.thawed(FOLDER, closed.digest)
    except (lake.NeverWritten, lake.Altered):
        raise FrozenGone(
            _(
                "The frozen rows of this period are missing or were altered. Bring the file"
                " %(file)s back from a backup."
            )
            % {"file": f"lake/{FOLDER}/{closed.digest}.parquet"}
        ) from None


def _beside(*, was: Table, now: Table) -> Table:
    return beside(was, now)


def differences(found: Restated, *, most: int) -> list[Difference]:
    """The accounts that are told differently today, those that changed most first, with the lines
    that stand behind today's figure.
    """
    rows = found.rows.filter(found.rows["differs"]).to_pylist()
    rows = sorted(rows, key=lambda row: (-_size(row), row["account_id"]))[:most]
    ids = [row["account_id"] for row in rows]
    here = all_by_id(ids)
    names = _frozen_names(found)
    lines = lines_held(ids, found.closed.period, found.definition)
    return [
        Difference(
            pk=pk if pk in here else None,
            name=here[pk].name if pk in here else names[pk][1],
            merged=isinstance(here.get(pk), Former),
            changed={bar: row[f"changed_{bar}"] for bar in BARS},
            lines=lines[pk],
        )
        for pk, row in zip(ids, rows, strict=True)
    ]


def _size(row: dict[str, Any]) -> int:
    return sum(abs(row[f"changed_{bar}"]) for bar in BARS)


def _frozen_names(found: Restated) -> dict[int, tuple[str, str]]:
    columns = (found.frozen[name].to_pylist() for name in ("account_id", "external_id", "name"))
    return {pk: (external_id, name) for pk, external_id, name in zip(*columns, strict=True)}


def every_account(found: Restated) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Own id, name and row of every account, as frozen or, for one that came since, as today."""
    frozen, rows = _frozen_names(found), found.rows.to_pylist()
    for start in range(0, len(rows), CHUNK):
        some = rows[start : start + CHUNK]
        here = all_by_id([row["account_id"] for row in some])
        for row in some:
            pk = row["account_id"]
            own = (here[pk].external_id, here[pk].name) if pk in here else ("", "")
            yield *frozen.get(pk, own), row
