"""Writing many rows of which only some columns are known, without an object for each."""

from __future__ import annotations

from functools import cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any, cast

from django.db import connections, router

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

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


def insert_rows(model: type[Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows with these columns (attribute names); the others stay empty.

    No primary keys come back: for rows nobody needs to name again.
    """
    columns = ", ".join(_quoted(model, field) for field in _fields(model, names))
    places = ", ".join(["%s"] * len(names))
    statement = f"INSERT INTO {{table}} ({columns}) VALUES ({places})"  # noqa: S608  names of our own columns
    _run(model, names, statement, rows)


def insert_new(model: type[Model], rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Insert rows of attribute names and values, what they leave out by its default; their primary
    keys, in order.

    Call it in a transaction that may write: on SQLite the keys are safe because nobody else writes.
    """
    keys = _next_keys(model, len(rows))
    names = [model._meta.pk.attname, *column_defaults(model)]
    values = ([key, *_filled(model, row)] for key, row in zip(keys, rows, strict=True))
    insert_rows(model, names, values)
    return keys


@cache
def column_defaults(model: type[Model]) -> dict[str, Any]:
    """Every column of a table but its primary key, with the value of a row that says nothing."""
    fields = (each for each in model._meta.concrete_fields if not each.primary_key)
    return {each.attname: each.get_default() for each in fields}


def _filled(model: type[Model], row: Mapping[str, Any]) -> list[Any]:
    columns = column_defaults(model)
    if not row.keys() <= columns.keys():
        raise TypeError(f"{model._meta.label} has no column {sorted(row.keys() - columns.keys())}.")
    return [row.get(name, default) for name, default in columns.items()]


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
    _run(model, [*names, key.attname], statement, sorted(rows, key=itemgetter(-1)))


def _fields(model: type[Model], names: Sequence[str]) -> list[Field[Any, Any]]:
    return [cast("Field[Any, Any]", model._meta.get_field(name)) for name in names]


def _quoted(model: type[Model], field: Field[Any, Any]) -> str:
    return connections[router.db_for_write(model)].ops.quote_name(str(field.column))


def _run(
    model: type[Model], names: Sequence[str], statement: str, rows: Iterable[Sequence[Any]]
) -> None:
    """Run the statement for every row, its values prepared by their fields, column by column."""
    connection = connections[router.db_for_write(model)]
    columns = [
        _prepared(field, column, connection)
        for field, column in zip(_fields(model, names), zip(*rows, strict=True), strict=False)
    ]
    if columns:
        table = connection.ops.quote_name(model._meta.db_table)
        with connection.cursor() as cursor:
            cursor.executemany(statement.format(table=table), list(zip(*columns, strict=True)))


def _prepared(
    field: Field[Any, Any], column: Sequence[Any], connection: BaseDatabaseWrapper
) -> list[Any]:
    """A column's values as the database takes them. Most already are what it wants."""
    as_is, ready = _AS_IS.get(field.get_internal_type()), field.get_db_prep_save
    if as_is is None:
        return [ready(value, connection) for value in column]
    return [
        value if value is None or type(value) is as_is else ready(value, connection)
        for value in column
    ]
