"""Questions to the lake, each compiled once: after that, only its answer takes time.

To compile a long expression takes seconds and to run it takes milliseconds. A question is a
function that makes the expression from tables it is given; its text is kept for as long as the
process lives, for each set of settings. So what differs from call to call (days, whose accounts)
comes in tables, and what makes another expression (a definition) in settings.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import ibis
from ibis.backends.duckdb import Backend

from banso.kit import lake

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable

    import pyarrow as pa

    Question = Callable[..., ibis.Table]
    Shapes = tuple[tuple[str, ibis.Schema], ...]

TEXTS = 128


def answer(
    question: Question, *settings: Hashable, snapshots: Iterable[str] = (), **given: pa.Table
) -> pa.Table:
    """The rows of `question(*settings, **tables)`, with the snapshots and what is given as tables.

    The expression must hold no data of its own. Raises lake.NeverWritten.
    """
    kept = {name: lake.read(name) for name in snapshots}
    engine = lake.engine()
    if not isinstance(engine, Backend):
        tables = {name: ibis.memtable(table) for name, table in given.items()}
        return engine.to_pyarrow(question(*settings, **kept, **tables))
    shapes = {name: table.schema() for name, table in kept.items()}
    shapes |= {name: ibis.Schema.from_pyarrow(table.schema) for name, table in given.items()}
    text = _compiled(question, settings, tuple(shapes.items()))
    return _run(engine, text, given)


@lru_cache(maxsize=TEXTS)
def _compiled(question: Question, settings: tuple[Hashable, ...], shapes: Shapes) -> str:
    tables = {name: ibis.table(schema, name=name) for name, schema in shapes}
    return str(ibis.to_sql(question(*settings, **tables), dialect="duckdb", pretty=False))


def _run(engine: Backend, text: str, given: dict[str, pa.Table]) -> pa.Table:
    for name, table in given.items():
        engine.con.register(name, table)
    try:
        return engine.con.execute(text).to_arrow_table()
    finally:
        for name in given:
            engine.con.unregister(name)
