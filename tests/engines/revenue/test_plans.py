"""How DuckDB goes about it: no join compares every line with every other."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

import ibis
import pyarrow as pa
import pytest
from ibis.backends.duckdb import Backend
from ibis.expr.types import Table

from banso.engines.revenue import bridges
from banso.engines.revenue.book import as_known, prepare_for_any_day
from banso.engines.revenue.causes import explained
from banso.engines.revenue.comparison import compare_asked, compare_parts
from banso.engines.revenue.definitions import DEFAULT, Definition
from banso.engines.revenue.periods import Asked, Period, rows
from banso.engines.revenue.tables import LINES, MEMBERSHIPS, MOVES, OPTIONAL, RATES

OTHER: Final = replace(
    DEFAULT,
    name="other",
    churn_date="at_cancellation",
    pause_keeps_mrr=True,
    discounts="list_price",
    fx="constant_currency_closing",
    ramp="contracted",
    links="as_dated",
    merge_split="restated",
    base_plan=True,
)
SIZE: Final = 4000  # of a few rows every plan is a good one
FIRST: Final = date(2018, 1, 1)
YEAR: Final = Period(date(2024, 1, 1), date(2025, 1, 1))


class Known(NamedTuple):
    """The tables of a company, in a database that knows how large they are."""

    database: Backend
    lines: Table
    rates: Table
    moves: Table
    memberships: Table
    today: Table
    asked: Asked


@pytest.fixture(scope="module")
def known() -> Known:
    database = ibis.duckdb.connect()
    plain = {
        "lines": pa.Table.from_pylist([_line(n) for n in range(SIZE)], _schema()),
        "rates": _table(RATES, [("USD", FIRST, 10**12)]),
        "moves": _table(MOVES, [(1, None, 2, YEAR.opening_on), (3, 17, 4, YEAR.opening_on)]),
        "memberships": _table(MEMBERSHIPS, [(n, "mid", FIRST, None) for n in range(SIZE // 5)]),
        "today": pa.table({"as_of": [YEAR.closing_on]}),
        "asked": rows([YEAR]),
    }
    for name, table in plain.items():
        database.con.from_arrow(table).create(name)
    made: dict[str, Any] = {name: database.table(name) for name in plain}
    made["asked"] = Asked(made["asked"], one=True)
    return Known(database=database, **made)


def _schema() -> pa.Schema:
    return pa.schema([*LINES.to_pyarrow(), *OPTIONAL.to_pyarrow()])


def _table(shape: ibis.Schema, given: list[tuple[Any, ...]]) -> pa.Table:
    return pa.Table.from_pylist(
        [dict(zip(shape.names, row, strict=True)) for row in given], shape.to_pyarrow()
    )


def _line(number: int) -> dict[str, Any]:
    start_on = FIRST + timedelta(days=number * 37 % 2500)
    given = {
        "account_id": number // 5,
        "line_id": number,
        "currency": ("JPY", "USD")[number % 2],
        "start_on": start_on,
        "end_on": start_on + timedelta(days=365) if number % 3 else None,
        "arr_minor": 1000 + number,
        "stream": "pause" if number % 17 == 0 else "recurring",
        "product": ("attendance", "payroll")[number % 2],
        "plan": "base" if number % 7 else "addon",
        "scheduled": number % 11 == 0,
        "renews": number - 1 if number % 5 == 1 else None,
        "cancelled_on": start_on if number % 13 == 0 else None,
    }
    return {name: given.get(name) for name in _schema().names}


@pytest.mark.parametrize("definition", [DEFAULT, OTHER], ids=lambda definition: definition.name)
@pytest.mark.parametrize("moving", [False, True], ids=["as-it-was", "merged"])
def test_no_question_compares_every_line_with_every_other(
    known: Known, definition: Definition, *, moving: bool
) -> None:
    moves = known.moves if moving else None
    lasting = prepare_for_any_day(
        known.lines, known.rates, reporting="JPY", definition=definition, moves=moves
    )
    book = as_known(lasting, known.today)
    comparison = compare_asked(book, known.asked)
    questions = {
        "causes": bridges.by_group(explained(comparison, book), known.memberships),
        "lines": compare_parts(book, known.asked, part="line_id"),
    }
    slow = [name for name, question in questions.items() if _compares_all(known, question)]
    assert slow == []


@pytest.mark.parametrize("more", [[], ["cancelled_on"], ["renews"], ["scheduled"], ["stream"]])
def test_a_book_of_few_columns_is_prepared_no_other_way(known: Known, more: list[str]) -> None:
    lines = known.lines.select(*LINES, *more)
    lasting = prepare_for_any_day(lines, known.rates, reporting="JPY")
    assert not _compares_all(known, as_known(lasting, known.today).lines)


def _compares_all(known: Known, question: Table) -> bool:
    [(_kind, plan)] = known.database.raw_sql(f"EXPLAIN {ibis.to_sql(question)}").fetchall()
    return "BLOCKWISE_NL_JOIN" in plan
