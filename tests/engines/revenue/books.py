"""Small books for the tests: lines and rates from tuples, and answers as sorted tuples."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

import ibis
import pyarrow as pa
from ibis.expr.types import Table

from banso.engines.revenue.tables import LINES, RATES


class Line(NamedTuple):
    """A line as tests write it; its id is its place in the book."""

    account_id: int
    start_on: date
    end_on: date | None
    arr_minor: int
    currency: str = "JPY"


MICRO = 10**6  # picos: a rate of 1.5 is 1_500_000 * MICRO


class Rate(NamedTuple):
    currency: str
    on_date: date
    rate_picos: int


def lines(*book: Line) -> Table:
    rows = [{**line._asdict(), "line_id": place} for place, line in enumerate(book, start=1)]
    return ibis.memtable(pa.Table.from_pylist(rows, schema=LINES.to_pyarrow()))


def rates(*known: Rate) -> Table:
    rows = [rate._asdict() for rate in known]
    return ibis.memtable(pa.Table.from_pylist(rows, schema=RATES.to_pyarrow()))


def answer(table: Table) -> list[tuple[Any, ...]]:
    """The rows, in an order of their own: what the engine returns them in means nothing."""
    return in_order(tuple(row.values()) for row in table.to_pyarrow().to_pylist())


def in_order(rows: Iterable[Sequence[Any]]) -> list[tuple[Any, ...]]:
    return sorted((tuple(row) for row in rows), key=lambda row: [str(cell) for cell in row])


def only(table: Table) -> dict[str, Any]:
    """The one row of a table that has one."""
    [row] = table.to_pyarrow().to_pylist()
    return dict(row)
