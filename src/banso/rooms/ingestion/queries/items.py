"""Stored rows of any kind, as the kind tells them: in pages, one by its own key, or several."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.signing import BadSignature, Signer

from banso.engines.basis.cells import CellFault, is_blank

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from django.db.models import QuerySet

    from banso.engines.basis.cells import Cell
    from banso.rooms.identity.models import User
    from banso.rooms.ingestion.points import Field, Kind

BETWEEN_PARTS = "~"  # of a key with several parts, as in USD~2026-04-01
_seal = Signer(salt="items after")


class BadCursor(ValueError):
    """A cursor that none of our pages has given."""


@dataclass(frozen=True, slots=True)
class ItemPage:
    """Items as their kind tells them, and the cursor that leads on; "" on the last page."""

    items: list[dict[str, Any]]
    after: str


def items(kind: Kind, viewer: User, *, on: date, account: str = "") -> QuerySet[Any]:
    """The rows of a kind that the viewer may see, perhaps of one account."""
    rows = kind.stored(viewer, on=on)
    if account:
        rows = rows.filter(**{_path(field_of(kind, "account")): account})
    return rows


def page_of(kind: Kind, rows: QuerySet[Any], *, after: str, limit: int) -> ItemPage:
    """The next items after the cursor, in the order of their creation."""
    if after:
        rows = rows.filter(pk__gt=_start(after))
    page = list(rows.order_by("pk")[: limit + 1])
    more = len(page) > limit
    page = page[:limit]
    return ItemPage(kind.told(page), _seal.sign(str(page[-1].pk)) if more else "")


def _start(after: str) -> int:
    try:
        return int(_seal.unsign(after))
    except BadSignature as fault:
        raise BadCursor(after) from fault


def item(kind: Kind, viewer: User, key: str, *, on: date) -> dict[str, Any] | None:
    """The item with this own key; its parts, where it has several, stand between tildes."""
    names = kind.own_keys[0]
    parts = key.split(BETWEEN_PARTS, len(names) - 1)
    if len(parts) != len(names):
        return None
    own = own_key(kind, dict(zip(names, parts, strict=True)))
    found = by_own_key(kind, viewer, [own], on=on) if own else {}
    return next(iter(found.values()), None)


def own_key(kind: Kind, cells: dict[str, Cell]) -> tuple[Any, ...] | None:
    """The own key that these cells spell, read; None where a part is missing or can't be read."""
    key = []
    for name in kind.own_keys[0]:
        try:
            cell = cells.get(name)
            if is_blank(cell):
                return None
            key.append(field_of(kind, name).read(cell))
        except CellFault:
            return None
    return tuple(key)


def by_own_key(
    kind: Kind, viewer: User, keys: Iterable[tuple[Any, ...]], *, on: date
) -> dict[tuple[Any, ...], dict[str, Any]]:
    """Items by their own key, as their kind tells them."""
    fields = [field_of(kind, name) for name in kind.own_keys[0]]
    wanted = set(keys)
    of_first = {f"{_path(fields[0])}__in": {key[0] for key in wanted}}
    told = kind.told(list(kind.stored(viewer, on=on).filter(**of_first)))
    found = {tuple(each.read(row[each.key]) for each in fields): row for row in told}
    return {key: row for key, row in found.items() if key in wanted}


def field_of(kind: Kind, key: str) -> Field:
    return next(each for each in kind.fields if each.key == key)


def _path(each: Field) -> str:
    """The field's column as filters name it."""
    return each.column.replace(".", "__")
