"""Writing many rows of which only some columns are known, without an object for each."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, cast

from django.db import connection, connections, router

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models import Field, Model

_AS_IS = {
    "BigIntegerField": int,
    "BooleanField": bool,
    "CharField": str,
    "EmailField": str,
    "FloatField": float,
    "ForeignKey": int,
    "IntegerField": int,
    "PositiveIntegerField": int,
    "PositiveSmallIntegerField": int,
    "TextField": str,
}


# KiB, pages, and bytes: what is mapped besides would be the same pages once more.
_ROOM: Final = {"cache_size": -160_000, "wal_autocheckpoint": 100_000, "mmap_size": 0}


@contextmanager
def writing_many() -> Iterator[None]:
    """Room for a long run of large batches.

    Into a table of millions each row of a batch changes a page of its own in every random index.
    SQLite writes these once a batch if all of them fit in its cache, else many times; and into the
    file itself once for several batches. PostgreSQL sees to this itself.
    """
    if connection.vendor != "sqlite":
        yield
        return
    before = _set_pragmas(_ROOM)
    try:
        yield
    finally:
        _set_pragmas(before)


def _set_pragmas(values: Mapping[str, int]) -> dict[str, int]:
    """Set what this connection works with; what it was before."""
    before = {}
    with connection.cursor() as cursor:
        for name, value in values.items():
            told = cursor.execute(f"PRAGMA {name}").fetchone()
            if told is None:
                continue  # a database in memory maps nothing
            [before[name]] = told
            cursor.execute(f"PRAGMA {name}={value}")
    return before


def insert_rows(model: type[Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows with these columns (attribute names); the others stay empty.

    No primary keys come back: for rows nobody needs to name again.
    """
    _insert(model, names, list(zip(*rows, strict=True)))


def _insert(model: type[Model], names: Sequence[str], columns: Sequence[Sequence[Any]]) -> None:
    named = ", ".join(_quoted(model, field) for field in _fields(model, names))
    places = ", ".join(["%s"] * len(names))
    statement = f"INSERT INTO {{table}} ({named}) VALUES ({places})"  # noqa: S608  names of our own columns
    _run(model, names, statement, columns)


def insert_new(model: type[Model], rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Insert rows of attribute names and values, what they leave out by its default; their primary
    keys, in order.

    Call it in a transaction that may write: on SQLite the keys are safe because nobody else writes.
    """
    if not rows:
        return []
    keys = _next_keys(model, len(rows))
    columns = [keys, *_columns(model, rows)]
    _insert(model, [model._meta.pk.attname, *column_defaults(model)], columns)
    return keys


@cache
def column_defaults(model: type[Model]) -> dict[str, Any]:
    """Every column of a table but its primary key, with the value of a row that says nothing."""
    fields = (each for each in model._meta.concrete_fields if not each.primary_key)
    return {each.attname: each.get_default() for each in fields}


def _columns(model: type[Model], rows: Sequence[Mapping[str, Any]]) -> list[list[Any]]:
    """The values of every column, by row."""
    columns = column_defaults(model)
    stated = set().union(*rows)
    if not stated <= columns.keys():
        raise TypeError(f"{model._meta.label} has no column {sorted(stated - columns.keys())}.")
    return [
        [row.get(name, default) for row in rows] if name in stated else [default] * len(rows)
        for name, default in columns.items()
    ]


def _next_keys(model: type[Model], number: int) -> list[int]:
    """Primary keys that nobody else will take, rising."""
    table = model._meta.db_table
    with connections[router.db_for_write(model)].cursor() as cursor:
        if cursor.db.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [table, model._meta.pk.column, number],
            )
            return [key for (key,) in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last = cursor.fetchone()
    start = last[0] if last else 0
    return list(range(start + 1, start + number + 1))


def update_rows(model: type[Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Update these columns of rows by primary key; each row is the values, then the key.

    Rows are written in the order of their keys: two writers of the same rows then wait for each
    other, never in a ring.
    """
    assigned = ", ".join(f"{_quoted(model, field)} = %s" for field in _fields(model, names))
    key = model._meta.pk
    statement = f"UPDATE {{table}} SET {assigned} WHERE {_quoted(model, key)} = %s"  # noqa: S608  as above
    columns = list(zip(*sorted(rows, key=itemgetter(-1)), strict=True))
    _run(model, [*names, key.attname], statement, columns)


def _fields(model: type[Model], names: Sequence[str]) -> list[Field[Any, Any]]:
    return [cast("Field[Any, Any]", model._meta.get_field(name)) for name in names]


def _quoted(model: type[Model], field: Field[Any, Any]) -> str:
    return connections[router.db_for_write(model)].ops.quote_name(str(field.column))


def _run(
    model: type[Model], names: Sequence[str], statement: str, columns: Sequence[Sequence[Any]]
) -> None:
    """Run the statement for every row of some columns, their values prepared by their fields."""
    if not columns:
        return
    connection = connections[router.db_for_write(model)]
    prepared = [
        _prepared(field, column, connection)
        for field, column in zip(_fields(model, names), columns, strict=True)
    ]
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.executemany(statement.format(table=table), list(zip(*prepared, strict=True)))


def _prepared(
    field: Field[Any, Any], column: Sequence[Any], connection: BaseDatabaseWrapper
) -> list[Any]:
    """A column's values as the database takes them. Most already are what it wants."""
    kind, ready = field.get_internal_type(), field.get_db_prep_save
    if kind == "DateTimeField" and connection.vendor == "sqlite":
        return [
            str(value.replace(tzinfo=None))  # as the backend writes it, when it has asked its zone
            if type(value) is datetime and value.tzinfo is UTC is connection.timezone
            else ready(value, connection)
            for value in column
        ]
    as_is = _AS_IS.get(kind)
    if as_is is None:
        return [ready(value, connection) for value in column]
    return [
        value if value is None or type(value) is as_is else ready(value, connection)
        for value in column
    ]
