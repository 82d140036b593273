"""Small books for the tests: lines and rates from tuples, and answers as sorted tuples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import ibis
import pyarrow as pa
from ibis.expr.types import Table

from banso.engines.revenue.book import Book, prepare
from banso.engines.revenue.definitions import DEFAULT, Definition
from banso.engines.revenue.ledger import movements_by_month
from banso.engines.revenue.tables import LINES, MEMBERSHIPS, MOVES, OPTIONAL, RATES, TERMS


class Line(NamedTuple):
    """A line as tests write it; its id is its place in the book."""

    account_id: int
    start_on: date
    end_on: date | None
    arr_minor: int
    currency: str = "JPY"


def monthly(account: int | str, row: Mapping[str, Any]) -> Line:
    """A line from a row with start_date, end_date and monthly_amount; an empty end is none."""
    start_on = date.fromisoformat(row["start_date"])
    end_on = date.fromisoformat(row["end_date"]) if row["end_date"] else None
    return Line(int(account), start_on, end_on, 12 * int(row["monthly_amount"]))


MICRO = 10**6  # picos: a rate of 1.5 is 1_500_000 * MICRO


class Rate(NamedTuple):
    currency: str
    on_date: date
    rate_picos: int


def lines(*book: Line) -> Table:
    return wide(*({**line._asdict()} for line in book))


def line(*given: Any, **columns: Any) -> dict[str, Any]:
    """A line with more columns than every line has."""
    return {**Line(*given)._asdict(), **columns}


def wide(*rows: Mapping[str, Any]) -> Table:
    """Lines of which some have more columns; ids are places, unless given."""
    named = {name for row in rows for name in row}
    fields = [*LINES.to_pyarrow(), *(f for f in OPTIONAL.to_pyarrow() if f.name in named)]
    schema = pa.schema(fields)
    told = [
        {name: row.get(name) for name in schema.names} | {"line_id": row.get("line_id", place)}
        for place, row in enumerate(rows, start=1)
    ]
    return ibis.memtable(pa.Table.from_pylist(told, schema=schema))


def rates(*known: Rate) -> Table:
    return _table(RATES, (tuple(rate) for rate in known))


def moves(*rows: tuple[int, int | None, int, date]) -> Table:
    """(account, line or None, into, day)."""
    return _table(MOVES, rows)


def memberships(*rows: tuple[int, str | None, date, date | None]) -> Table:
    return _table(MEMBERSHIPS, rows)


def terms(*rows: tuple[int, int, str, date, int, int | None]) -> Table:
    return _table(TERMS, rows)


def _table(shape: ibis.Schema, rows: Iterable[Sequence[Any]]) -> Table:
    columns = shape.to_pyarrow()
    told = [dict(zip(columns.names, row, strict=True)) for row in rows]
    return ibis.memtable(pa.Table.from_pylist(told, schema=columns))


def book(
    table: Table,
    known: Table | None = None,
    *,
    definition: Definition = DEFAULT,
    as_of: date = date(2030, 1, 1),
    moves: Table | None = None,
) -> Book:
    """A prepared book in yen."""
    rated = rates() if known is None else known
    return prepare(table, rated, reporting="JPY", as_of=as_of, definition=definition, moves=moves)


def answer(table: Table) -> list[tuple[Any, ...]]:
    """The rows, in an order of their own: what the engine returns them in means nothing."""
    return in_order(tuple(row.values()) for row in table.to_pyarrow().to_pylist())


def in_order(rows: Iterable[Sequence[Any]]) -> list[tuple[Any, ...]]:
    return sorted((tuple(row) for row in rows), key=lambda row: [str(cell) for cell in row])


def only(table: Table) -> dict[str, Any]:
    """The one row of a table that has one."""
    [row] = table.to_pyarrow().to_pylist()
    return dict(row)


def telling(table: Table, *names: str) -> list[dict[str, Any]]:
    """Of each row the columns of that name, less what is zero or null, in order of the rest."""
    rows = table.select(*names).to_pyarrow().to_pylist()
    short = [{name: cell for name, cell in row.items() if cell not in (0, None)} for row in rows]
    return sorted(short, key=lambda row: [str(row.get(name)) for name in names])


def playbook_movements(book: Table) -> list[tuple[Any, ...]]:
    """Movements by month in the playbook's words, within its calendar."""
    words = {"expansion": "upgrade", "contraction": "downgrade"}
    count: Counter[tuple[str, str]] = Counter()
    amount: Counter[tuple[str, str]] = Counter()
    for month, delta, kind in answer(
        movements_by_month(book).select("month", "delta_minor", "kind")
    ):
        if date(2018, 2, 1) <= month <= date(2020, 1, 1):
            key = (f"{month:%Y-%m}", words.get(kind, kind))
            count[key] += 1
            amount[key] += delta // 12
    return sorted((*key, count[key], amount[key]) for key in count)


def bars(**amounts: float) -> Table:
    """One row of a bridge in hundredths, from what a source prints."""
    names = ("opening", "new", "expansion", "contraction", "churn", "reactivation")
    row = {f"{name}_minor": [round(amounts.get(name, 0) * 100)] for name in names}
    return ibis.memtable(pa.table(row))
