"""Moving all rows that point to one row over to another, remembering enough to move them back.

Rows that can't move, because the other has one of its own in their place, are left behind: they are
deleted and kept as JSON, from which the same row is made again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar, cast
from uuid import UUID

from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import Field, ForeignKey, Model

M = TypeVar("M", bound=Model)
AT_ONCE = 1_000
Kept = dict[str, Any]


class Entangled(Exception):
    """A row that must be left behind has rows of its own, which would be lost with it."""


@dataclass(frozen=True, slots=True)
class Reference:
    """One column of one table that points to the rows in question."""

    model: type[Model]
    column: str

    def __str__(self) -> str:
        return f"{self.model._meta.label_lower}.{self.column}"

    @classmethod
    def named(cls, name: str) -> Reference:
        label, _dot, column = name.rpartition(".")
        return cls(apps.get_model(label), column)


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of a reference's rows: the keys of those that moved, the others as kept."""

    pks: list[int]
    left: list[Kept]


def references_to(target: type[Model], *, but: Collection[type[Model]] = ()) -> list[Reference]:
    """Every foreign key to the table, in whatever app it stands."""
    tables = [m for m in apps.get_models(include_auto_created=True) if m not in but]
    return [
        Reference(model, field.attname)
        for model in tables
        for field in model._meta.local_concrete_fields
        if isinstance(field, ForeignKey) and field.related_model is target
    ]


def move(reference: Reference, *, of: int, to: int, beside: Iterable[str] = ()) -> Moved:
    """Let the rows that point to `of` point to `to`. `beside` names other columns of the table
    that point to the same kind of row: no row may come to point to `to` twice.

    Call it inside the act's transaction. Raises Entangled.
    """
    rows = reference.model._default_manager.filter(**{reference.column: of}).order_by("pk")
    pks = list(rows.values_list("pk", flat=True))
    stuck: set[int] = set()
    for column in beside:
        stuck |= set(rows.filter(**{f"{column}__in": [of, to]}).values_list("pk", flat=True))
    stuck |= _repointed([pk for pk in pks if pk not in stuck], reference, to)
    left = [kept(row) for row in rows.filter(pk__in=stuck)]
    gone, _by_table = rows.filter(pk__in=stuck).delete()
    if gone != len(stuck):
        raise Entangled(str(reference))
    return Moved([pk for pk in pks if pk not in stuck], left)


def _repointed(pks: Sequence[int], reference: Reference, to: int) -> set[int]:
    """Write the column, halving until only the rows are left that the table's rules forbid."""
    try:
        with transaction.atomic():
            for some in _in_parts(pks):
                reference.model._default_manager.filter(pk__in=some).update(
                    **{reference.column: to}
                )
    except IntegrityError:
        if len(pks) == 1:
            return set(pks)
        half = len(pks) // 2
        return _repointed(pks[:half], reference, to) | _repointed(pks[half:], reference, to)
    return set()


def move_back(reference: Reference, pks: Sequence[int], *, of: int, to: int) -> int:
    """Let those of the rows that point to `of` point to `to`; how many did."""
    rows = reference.model._default_manager
    return sum(
        rows.filter(pk__in=some, **{reference.column: of}).update(**{reference.column: to})
        for some in _in_parts(pks)
    )


def _in_parts(pks: Sequence[int]) -> Iterator[Sequence[int]]:
    return (pks[at : at + AT_ONCE] for at in range(0, len(pks), AT_ONCE))


def kept(row: Model) -> Kept:
    """All columns of a row as JSON, to the microsecond."""
    return {each.attname: _plain(getattr(row, each.attname)) for each in row._meta.concrete_fields}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal | UUID) else value


def made_again(model: type[M], rows: Iterable[Mapping[str, Any]]) -> list[M]:
    """Insert the kept rows under their old keys, less those that point to what is gone."""
    ready = [_row(model, row) for row in rows]
    return model._default_manager.bulk_create([row for row in ready if _points_to_rows(row)])


def _row(model: type[M], columns: Mapping[str, Any]) -> M:
    fields = {field.attname: field for field in model._meta.concrete_fields}
    known = {name: value for name, value in columns.items() if name in fields}
    return model(**{name: _held(fields[name], value) for name, value in known.items()})


def _held(field: Any, value: Any) -> Any:
    return cast("Field[Any, Any]", field).to_python(value)


def _points_to_rows(row: Model) -> bool:
    for field in row._meta.concrete_fields:
        target = field.related_model
        value = getattr(row, field.attname)
        gone = isinstance(target, type) and not target._default_manager.filter(pk=value).exists()
        if gone and value is not None:
            return False
    return True
