from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from banso.engines.revenue.definitions import DEFAULT
from banso.engines.revenue.tables import BARS
from banso.kit import lake
from banso.kit.acts import Refused, upkeep
from banso.kit.upsert import Change, Placed, TakenBack, put, take_back
from banso.rooms.customers.actions.facts import refresh_facts
from banso.rooms.journal.actions import record
from banso.rooms.revenue.models import (
    Cancellation,
    ClosedPeriod,
    Contract,
    Rate,
    Restatement,
    StoredDefinition,
    SubscriptionLine,
)
from banso.rooms.revenue.points import (
    CANCELLATIONS_PUT,
    CANCELLATIONS_TAKEN_BACK,
    DEFINITION_DELETED,
    DEFINITION_STORED,
    LINES_PUT,
    LINES_TAKEN_BACK,
    PERIOD_CLOSED,
    PERIOD_REOPENED,
    RATES_PUT,
    RATES_TAKEN_BACK,
)
from banso.rooms.revenue.queries.book import (
    LINES,
    METERED,
    MOVES,
    RATES,
    book_of,
    lines_for_engine,
    metered_for_engine,
    prepared,
    rates_for_engine,
)
from banso.rooms.revenue.queries.closed import FOLDER, AlreadyClosed, closing
from banso.rooms.revenue.queries.definitions import definitions, is_taken, unused
from banso.rooms.revenue.queries.figures import Reader
from banso.rooms.revenue.queries.moves import moves_for_engine
from banso.rooms.revenue.queries.restated import TOLD, restated_by, told_before

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from decimal import Decimal

    import pyarrow as pa

    from banso.engines.revenue.definitions import Definition
    from banso.engines.revenue.periods import Period
    from banso.rooms.identity.models import User


class DefinitionExists(Refused):
    """Another set of settings has the name."""


class DefinitionInUse(Refused):
    """A closed period is counted by it, or there is no such set that anybody stored."""


class FiguresChanged(Refused):
    """What would be frozen is no longer what was looked at."""


class NotClosed(Refused):
    """The period has been reopened already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRow:
    """A subscription line as a file states it, and the terms of its contract.

    `contract` is the contract's own id, "" for none; None leaves what was known.
    """

    external_id: str
    account: int
    given: dict[str, Any]
    contract: str | None = None
    terms: dict[str, Any] = field(default_factory=dict)


@transaction.atomic
def put_lines(rows: Sequence[LineRow], *, by: User, at: datetime) -> list[list[Change]]:
    """Create or update subscription lines and their contracts by their own ids; each row's changes.

    Of two lines that state a contract's terms, the one whose line starts last is believed.
    """
    contracts = _put_contracts(rows)
    values = [_line_values(row, contracts) for row in rows]
    placed = put(SubscriptionLine, values, key=["external_id"])
    changes = [[p.change] if p.change else [] for p in placed]
    first_row = {row.contract: number for number, row in reversed(list(enumerate(rows)))}
    for external_id, contract in contracts.items():
        if contract.change is not None:
            changes[first_row[external_id]].insert(0, contract.change)
    touched = [row.account for row, of_row in zip(rows, changes, strict=True) if of_row]
    if touched:
        lake.mark_stale(LINES)
        created = sum(p.change is not None and p.change.before is None for p in placed)
        updated = len(touched) - created
        record(LINES_PUT, by=by, at=at, accounts=touched, created=created, updated=updated)
    return changes


def _line_values(row: LineRow, contracts: dict[str, Placed]) -> dict[str, Any]:
    values = {"external_id": row.external_id, "account_id": row.account, **row.given}
    if row.contract is not None:
        values["contract_id"] = contracts[row.contract].pk if row.contract else None
    return values


def _put_contracts(rows: Sequence[LineRow]) -> dict[str, Placed]:
    """The contracts the rows name. Terms come from the line that starts last, in this call or
    before it.
    """
    latest: dict[str, LineRow] = {}
    for row in rows:
        said = latest.get(row.contract or "")
        if row.contract and (said is None or row.given["start_on"] >= said.given["start_on"]):
            latest[row.contract] = row
    here = [row.external_id for row in rows]
    before = (
        SubscriptionLine.objects.filter(contract__external_id__in=latest)
        .exclude(external_id__in=here)
        .values_list("contract__external_id")
        .annotate(last=Max("start_on"))
    )
    later = {contract for contract, last in before if last > latest[contract].given["start_on"]}
    values = [
        {"external_id": key, "account_id": row.account, **({} if key in later else row.terms)}
        for key, row in latest.items()
    ]
    return dict(zip(latest, put(Contract, values, key=["external_id"]), strict=True))


@transaction.atomic
def take_back_lines(changes: Sequence[Change], *, by: User, at: datetime) -> TakenBack:
    """Undo what an import did to subscription lines and contracts."""
    lines = [change.pk for change in changes if change.model == SubscriptionLine._meta.label_lower]
    touched = set(
        SubscriptionLine.objects.filter(pk__in=lines).values_list("account_id", flat=True)
    )
    done = take_back(changes)
    lake.mark_stale(LINES)
    counts = {"removed": done.removed, "restored": done.restored}
    record(LINES_TAKEN_BACK, by=by, at=at, accounts=sorted(touched), **counts)
    return done


@dataclass(frozen=True, slots=True, kw_only=True)
class CancellationRow:
    """A customer's cancellation as a file states it. Fields the file lacks stay as they are."""

    external_id: str
    account: int
    given: dict[str, Any]


@transaction.atomic
def put_cancellations(
    rows: Sequence[CancellationRow], *, by: User, at: datetime
) -> list[list[Change]]:
    """Create or update cancellations by their own ids. The lines alone end revenue; a notice says
    that nobody waits for their renewal.
    """
    values = [
        {"external_id": row.external_id, "account_id": row.account, **row.given} for row in rows
    ]
    placed = put(Cancellation, values, key=["external_id"])
    touched = [row.account for row, p in zip(rows, placed, strict=True) if p.change]
    if touched:
        lake.mark_stale(LINES)
        created = sum(p.change is not None and p.change.before is None for p in placed)
        updated = len(touched) - created
        record(CANCELLATIONS_PUT, by=by, at=at, accounts=touched, created=created, updated=updated)
    return [[p.change] if p.change else [] for p in placed]


@transaction.atomic
def take_back_cancellations(changes: Sequence[Change], *, by: User, at: datetime) -> TakenBack:
    """Undo what an import did to cancellations."""
    rows = Cancellation.objects.filter(pk__in=[change.pk for change in changes])
    touched = sorted(set(rows.values_list("account_id", flat=True)))
    done = take_back(changes)
    lake.mark_stale(LINES)
    counts = {"removed": done.removed, "restored": done.restored}
    record(CANCELLATIONS_TAKEN_BACK, by=by, at=at, accounts=touched, **counts)
    return done


@dataclass(frozen=True, slots=True, kw_only=True)
class RateRow:
    """A rate as a file states it: major units of the reporting currency for one of `currency`."""

    currency: str
    on: date
    rate: Decimal


@transaction.atomic
def put_rates(rows: Sequence[RateRow], *, by: User, at: datetime) -> list[Placed]:
    """Create or update exchange rates by currency and day."""
    values = [{"currency": row.currency, "on": row.on, "rate": row.rate} for row in rows]
    placed = put(Rate, values, key=["currency", "on"])
    created = sum(p.change is not None and p.change.before is None for p in placed)
    updated = sum(p.change is not None and p.change.before is not None for p in placed)
    if created or updated:
        _mark_rates_stale()
        record(RATES_PUT, by=by, at=at, created=created, updated=updated)
    return placed


def _mark_rates_stale() -> None:
    """In the order in which `write_snapshots` takes them: two orders could wait for each other."""
    lake.mark_stale(LINES)
    lake.mark_stale(RATES)


@transaction.atomic
def take_back_rates(changes: Sequence[Change], *, by: User, at: datetime) -> TakenBack:
    """Undo what an import did to exchange rates."""
    done = take_back(changes)
    _mark_rates_stale()
    record(RATES_TAKEN_BACK, by=by, at=at, removed=done.removed, restored=done.restored)
    return done


@upkeep
def write_snapshots(*, at: datetime) -> int:
    """Write to Parquet for the engine rates and lines, where merges moved lines, what is metered,
    and the book of every definition; the number of lines written.
    """
    lake.hold(LINES, RATES)
    reporting = settings.BANSO.currency
    lake.store(RATES, lambda: rates_for_engine(reporting=reporting), at=at)
    rows = lake.store(LINES, lines_for_engine, at=at).rows
    lake.store(MOVES, moves_for_engine, at=at)
    lake.store(METERED, metered_for_engine, at=at)
    for definition in definitions().values():
        _write_book(definition, at=at)
    return rows


def _write_book(definition: Definition, *, at: datetime) -> None:
    lake.store(book_of(definition), lambda: _beside_the_last(definition, at=at), at=at)


def _beside_the_last(definition: Definition, *, at: datetime) -> pa.Table:
    """The new book; of the default one, what it tells differently is noted. Nobody has been told
    anything by a book of the same day alone: what an earlier day told is kept beside it.
    """
    book = prepared(definition)
    if definition == DEFAULT:
        told = told_before(at=at)
        if told is not None:
            lake.store(TOLD, lambda: told, at=at)
        Restatement.objects.bulk_create(restated_by(book, at=at))
    return book


@transaction.atomic
def store_definition(definition: Definition, *, by: User, at: datetime) -> None:
    """Keep a set of settings under its name, for good, and write its book. Raises
    DefinitionExists.
    """
    lake.mark_stale(LINES)  # first, and so a refresh under way is waited for or comes again
    if is_taken(definition.name):
        told = _("There is a definition “%(name)s” already.") % {"name": definition.name}
        raise DefinitionExists(told)
    StoredDefinition.objects.create(
        name=definition.name, chosen=definition.as_dict(), stored_at=at, stored_by=by
    )
    record(DEFINITION_STORED, by=by, at=at, name=definition.name)
    with suppress(lake.NeverWritten):  # without lines there is no book yet
        _write_book(definition, at=at)


@transaction.atomic
def delete_definition(name: str, *, by: User, at: datetime) -> None:
    """Forget a stored set of settings by which nothing was frozen. Raises DefinitionInUse."""
    if name not in unused():
        raise DefinitionInUse(
            _("“%(name)s” can't be deleted: it is ours, or a closed period is counted by it.")
            % {"name": name}
        )
    StoredDefinition.objects.filter(name=name).delete()
    record(DEFINITION_DELETED, by=by, at=at, name=name)


@transaction.atomic
def close_period(
    period: Period,
    *,
    definition: Definition,
    by: User,
    at: datetime,
    on: date,
    looked_at: str | None = None,
) -> ClosedPeriod:
    """Freeze what a period comes to, account by account. `looked_at` is the digest of what the
    person was shown. Raises FiguresChanged, and what `queries.closed.closing` refuses.
    """
    found = closing(Reader(viewer=by, on=on, definition=definition), period)
    if looked_at is not None and looked_at != found.digest:
        raise FiguresChanged(_("The figures have changed since you looked. Look at them again."))
    told = found.bridge
    shares = {"grr": told.grr, "nrr": told.nrr, "logo_retention": told.logo_retention}
    closed, created = ClosedPeriod.objects.get_or_create(
        opening_on=period.opening_on,
        closing_on=period.closing_on,
        definition=definition.name,
        reopened_at=None,
        defaults={
            **{bar: getattr(told, bar) for bar in BARS},
            **shares,
            "chosen": definition.as_dict(),
            "currency": told.currency,
            "accounts": found.rows.num_rows,
            "digest": lake.freeze(FOLDER, found.rows),
            "closed_at": at,
            "closed_by": by,
        },
    )
    if not created:  # somebody was quicker
        raise AlreadyClosed(_("This period is closed already by this definition."))
    record(PERIOD_CLOSED, by=by, at=at, period=closed.pk, digest=closed.digest, **_days_of(closed))
    return closed


@transaction.atomic
def reopen_period(closed: ClosedPeriod, *, because: str, by: User, at: datetime) -> None:
    """Let a period be closed again. What was frozen stays as history. Raises NotClosed."""
    still_closed = ClosedPeriod.objects.filter(pk=closed.pk, reopened_at=None)
    if not still_closed.update(reopened_at=at, reopened_by=by, reopened_because=because):
        raise NotClosed(_("This period has been reopened already."))
    record(PERIOD_REOPENED, by=by, at=at, period=closed.pk, because=because, **_days_of(closed))


def _days_of(closed: ClosedPeriod) -> dict[str, Any]:
    days = {name: getattr(closed, name).isoformat() for name in ("opening_on", "closing_on")}
    return {**days, "definition": closed.definition}


@upkeep
def refresh(*, at: datetime, on: date) -> int:
    """Bring snapshots and facts up to date; the number of accounts whose facts changed."""
    write_snapshots(at=at)
    return refresh_facts(on=on, at=at)
