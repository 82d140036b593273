"""Questions to the lake, each compiled once: after that, only its answer takes time.

To compile a long expression takes seconds and to run it takes milliseconds. A question is a
function that makes the expression from tables it is given; its text is kept for as long as the
process lives, for each set of settings. So what differs from call to call (days, whose accounts)
comes in tables, and what makes another expression (a definition) in settings.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

import ibis
from ibis.backends.duckdb import Backend

from banso.kit import lake

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    import pyarrow as pa

    Question = Callable[..., ibis.Table]
    Shapes = tuple[tuple[str, str, ibis.Schema], ...]

TEXTS = 128
GIVEN = "given_"
openers: list[Callable[[date], None]] = []
"""Each asks, as of a day, what the first readers would otherwise wait for."""


def answer(
    question: Question,
    *settings: Hashable,
    snapshots: Mapping[str, str] | None = None,
    **given: pa.Table,
) -> pa.Table:
    """The rows of `question(*settings, **tables)`, by what each table is called there.

    `snapshots` says which of the lake's tables are called what. The expression must hold no data of
    its own. Raises lake.NeverWritten.
    """
    named = snapshots or {}
    kept = {name: lake.read(snapshot) for name, snapshot in named.items()}
    engine = lake.engine()
    if not isinstance(engine, Backend):
        tables = {name: ibis.memtable(table) for name, table in given.items()}
        return engine.to_pyarrow(question(*settings, **kept, **tables))
    shapes = [(name, named[name], table.schema()) for name, table in kept.items()]
    beside = {name: f"{GIVEN}{name}" for name in given}  # never the name of a snapshot's view
    shapes += [
        (name, beside[name], ibis.Schema.from_pyarrow(t.schema)) for name, t in given.items()
    ]
    text = _compiled(question, settings, tuple(shapes))
    return _run(engine, text, {beside[name]: table for name, table in given.items()})


@lru_cache(maxsize=TEXTS)
def _compiled(question: Question, settings: tuple[Hashable, ...], shapes: Shapes) -> str:
    tables = {name: ibis.table(schema, name=view) for name, view, schema in shapes}
    return str(ibis.to_sql(question(*settings, **tables), dialect="duckdb", pretty=False))


def _run(engine: Backend, text: str, given: dict[str, pa.Table]) -> pa.Table:
    try:
        for name, table in given.items():
            engine.con.register(name, table)
        return engine.con.execute(text).to_arrow_table()
    finally:
        for name in given:
            engine.con.unregister(name)
