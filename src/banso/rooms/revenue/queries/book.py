"""The tables that the engine reads: every line and rate, the books made of them, and whose accounts
a viewer sees.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import ibis
import pyarrow as pa
from django.conf import settings
from django.utils.translation import gettext as _

from banso.engines.basis.money import minor_digits
from banso.engines.basis.terms import GRACE
from banso.engines.revenue.book import prepare_for_any_day
from banso.engines.revenue.tables import LINES as LINES_SHAPE
from banso.engines.revenue.tables import OPTIONAL
from banso.engines.revenue.tables import RATES as RATES_SHAPE
from banso.kit import lake
from banso.kit.acts import Refused
from banso.kit.questions import answer
from banso.rooms.customers.access import visible_accounts
from banso.rooms.customers.queries.former import former_ids_seen
from banso.rooms.identity.access import may_see_all
from banso.rooms.revenue.models import Cancellation, Rate, Stream, SubscriptionLine
from banso.rooms.revenue.queries.moves import moves

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from django.db.models import QuerySet

    from banso.engines.revenue.definitions import Definition
    from banso.rooms.identity.models import User
    from banso.rooms.revenue.queries.moves import Moves

LINES = "lines"
RATES = "rates"
MOVES = "moves"
METERED = "metered"
CHUNK = 50_000
COLUMNS = (
    *("account_id", "pk", "currency", "start_on", "end_on", "arr_minor", "stream", "product"),
    *("quantity", "interval_months", "list_arr_minor", "scheduled", "signed_on", "plan_kind"),
)
READ_ALSO = ("contract_id", "renews", "replaces", "pauses")
MORE = (*COLUMNS[6:-1], "plan", "renews", "replaces", "cancelled_on", "pauses")
LINE_SHAPE = ibis.schema(
    {
        **LINES_SHAPE,
        **{name: OPTIONAL[name] for name in MORE},
    }
)
Notice = tuple["date", "date"]
Places = dict[str, tuple[int, int, "date"]]
NOBODY = 0  # no line has this id
STREAM = COLUMNS.index("stream")


class NoRevenueYet(Refused):
    """No subscription lines have been brought in, or they are still being written for the
    engine.
    """


class NotWrittenYet(Refused):
    """There are lines, and their figures are still being made."""


class NoRate(Refused):
    """Amounts in a foreign currency have no rate on a day they are needed."""


@dataclass(frozen=True, slots=True)
class Freshness:
    """When the figures were last written, and whether rows have changed since."""

    made_at: datetime
    stale: bool


def lines_for_engine() -> pa.Table:
    """Every subscription line as the engine reads it, with the account it was with before any
    merge: see `moves`.

    A link is to the line of that id, if it begins no later and is kept with the same account, or
    with it on the first day of the one that follows. Who gave notice, for a line's contract or for
    all the account has, has said that the line ends. A pause is with the line that it names, or
    with all lines that its account has.
    """
    lines = SubscriptionLine.objects.order_by("account_id", "start_on", "pk")
    places, moved = _places(lines), moves()
    notices = _notices(moved)
    rows = lines.values_list(*COLUMNS, *READ_ALSO).iterator(chunk_size=CHUNK)
    told = (_line(row, places, notices, moved) for row in rows)
    return _table((each for line in told for each in _held_up(line, moved)), LINE_SHAPE)


def _line(
    row: tuple[Any, ...], places: Places, notices: Mapping[Any, list[Notice]], moved: Moves
) -> tuple[Any, ...]:
    account, pk, end_on = row[0], row[1], row[4]
    contract, *named, paused = row[-len(READ_ALSO) :]
    first = moved.lines.get(pk, account)
    said = [
        notice
        for holder in {first, moved.home_of(pk, account, end_on)}
        for about in {None, contract}
        for notice in notices.get((holder, about), ())
    ]
    cancelled = [on for on, until in said if end_on is not None and _ends(end_on, on, until)]
    links = [_linked(row, name, places, moved) for name in named]
    pauses = None
    if paused:
        kept_with, pauses, _begun = places.get(paused, (0, NOBODY, date.max))
        pauses = pauses if kept_with == account else NOBODY
        first = moved.lines.get(pauses, account)
    told = row[1 : -len(READ_ALSO)]
    return (first, *told, *links, min(cancelled, default=None), pauses)


def _ends(end_on: date, noticed_on: date, until: date) -> bool:
    """Whether a notice says that a line ends: not one that ended and was renewed long before."""
    return end_on == until or noticed_on - GRACE <= end_on <= until


def _linked(row: tuple[Any, ...], name: str, places: Places, moved: Moves) -> int | None:
    """The line that this one follows; None where it is somebody else's, or begins later."""
    account, pk, start_on = row[0], row[1], row[3]
    if name not in places:
        return None
    kept_with, other, begun = places[name]
    together = kept_with == account or (
        moved.home_of(other, kept_with, start_on) == moved.home_of(pk, account, start_on)
    )
    return other if together and begun <= start_on else None


def _held_up(line: tuple[Any, ...], moved: Moves) -> Iterator[tuple[Any, ...]]:
    """The line; a pause of all that an account has once more for each account or line that has
    gone into it, over the days for which that was so.
    """
    yield line
    account, pk, currency, start_on, end_on, *rest, pauses = line
    if line[STREAM] == Stream.PAUSE and pauses is None:
        for unit, since, until in moved.guests(account):
            ends = [day for day in (end_on, until) if day is not None]
            days = (max(start_on, since), min(ends, default=None))
            first = moved.alone[-unit] if unit < 0 else unit
            yield (first, pk, currency, *days, *rest, -unit if unit < 0 else None)


def _places(lines: QuerySet[SubscriptionLine]) -> Places:
    """The lines that another one names, by own id: with whom each is kept, and its first day."""
    linked = lines.exclude(renews="", replaces="", pauses="")
    names = linked.values_list("renews", "replaces", "pauses")
    named = {name for row in names for name in row if name}
    if not named:
        return {}
    rows = lines.values_list("external_id", "account_id", "pk", "start_on")
    return {
        own: (account, pk, start_on)
        for own, account, pk, start_on in rows.iterator(chunk_size=CHUNK)
        if own in named
    }


def _notices(moved: Moves) -> dict[tuple[int, int | None], list[Notice]]:
    """By the account that gave it and contract, None for all: the day of each notice and the first
    day without service.
    """
    found: dict[tuple[int, int | None], list[Notice]] = defaultdict(list)
    columns = ("pk", "account_id", "contract_id", "noticed_on", "ends_on")
    for pk, account, contract, noticed_on, ends_on in Cancellation.objects.values_list(*columns):
        said = (noticed_on or ends_on, ends_on)
        found[moved.notices.get(pk, account), contract].append(said)
    return found


def metered_for_engine() -> pa.Table:
    """The metered charges among the lines that have been written: few, and asked for alone."""
    return answer(_metered, snapshots={"lines": LINES})


def _metered(*, lines: ibis.Table) -> ibis.Table:
    return lines.filter(lines.stream == Stream.USAGE.value)


def rates_for_engine(*, reporting: str) -> pa.Table:
    """Every rate as the engine reads it: reporting minor units for one minor unit, times
    10^12.
    """
    rows = (
        (rate.currency, rate.on, picos(rate.rate, rate.currency, reporting=reporting))
        for rate in Rate.objects.order_by("currency", "on")
    )
    return _table(rows, RATES_SHAPE)


def book_of(definition: Definition) -> str:
    """The snapshot that holds the lines as a definition reads them. Engines take a plain word for a
    name; people name their definitions as they like.
    """
    if re.fullmatch(r"[a-z_]+", definition.name):
        return f"book_{definition.name}"
    return f"book_{sha256(definition.name.encode()).hexdigest()[:32]}"


def prepared(definition: Definition) -> pa.Table:
    """The lines that have been written, as a definition reads them on any day."""
    tables = {"lines": LINES, "rates": RATES}
    if lake.snapshot(MOVES).rows:  # a book that knows of moves takes longer to tell
        tables["moves"] = MOVES
    return answer(_prepared, definition, settings.BANSO.currency, snapshots=tables)


def _prepared(definition: Definition, reporting: str, **tables: ibis.Table) -> ibis.Table:
    book = prepare_for_any_day(reporting=reporting, definition=definition, **tables)
    return book.lines


def picos(rate: Decimal, currency: str, *, reporting: str) -> int:
    """A rate between major units as the engine has it: between minor units, times 10^12."""
    shift = minor_digits(reporting) - minor_digits(currency)
    return int(rate.scaleb(12 + shift).to_integral_value())


def _table(rows: Iterable[tuple[Any, ...]], shape: ibis.Schema) -> pa.Table:
    schema = shape.to_pyarrow()
    values = list(zip(*rows, strict=True)) or [()] * len(schema)
    columns = [pa.array(column, kind) for column, kind in zip(values, schema.types, strict=True)]
    return pa.table(columns, schema=schema)


def freshness() -> Freshness:
    """How fresh the engine's figures are. Raises NoRevenueYet."""
    try:
        snapshot = lake.snapshot(LINES)  # stale with the rates too: see actions
    except lake.NeverWritten:
        raise NoRevenueYet(_("There is no recurring revenue yet.")) from None
    if snapshot.made_at is None or not snapshot.rows:
        raise NoRevenueYet(_("There is no recurring revenue yet."))
    return Freshness(snapshot.made_at, snapshot.stale)


def seen(viewer: User, *, on: date) -> pa.Table | None:
    """The accounts that a viewer sees and those that went into them, (account_id); None for whoever
    sees all.
    """
    if may_see_all(viewer):
        return None
    found = [
        *visible_accounts(viewer, on=on).values_list("pk", flat=True),
        *former_ids_seen(viewer, on=on),
    ]
    return pa.table({"account_id": pa.array(found, pa.int64())})
