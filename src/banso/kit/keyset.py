"""Pages of a long list by keyset: the next page starts after the last row, however deep."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.core.signing import BadSignature, Signer
from django.db.models import F, Model, Q, QuerySet

if TYPE_CHECKING:
    from collections.abc import Mapping

M = TypeVar("M", bound=Model)
COUNT_CAP = 10_000


@dataclass(frozen=True, slots=True)
class Slice(Generic[M]):
    """One page of rows, and the cursor that leads to the next ("" on the last page)."""

    rows: list[M]
    after: str


@dataclass(frozen=True, slots=True)
class Order:
    """One column to order by and its direction; of a nullable column, rows without a value come
    last.
    """

    name: str
    descending: bool = False
    nullable: bool = False


def keyset(rows: QuerySet[M], *, order: Order, after: str, size: int) -> Slice[M]:
    """The page of `rows` after the cursor, ordered by `order` and then by primary key."""
    seal = Signer(salt=f"{rows.model._meta.label} by {order.name}")
    page = _beginning(rows, order, _start(after, seal), size + 1)
    if len(page) <= size:
        return Slice(page, "")
    return Slice(page[:size], _cursor(page[size - 1], order.name, seal))


def _beginning(rows: QuerySet[M], order: Order, start: tuple[Any, int] | None, n: int) -> list[M]:
    """The first `n` rows after the start.

    Of a nullable column those with a value are asked for by themselves, for in that order an index
    holds them; and those without one only where there is room for them.
    """
    if not order.nullable:
        found = rows if start is None else rows.filter(_beyond(order, *start))
        return list(in_order(found, order)[:n])
    valued: list[M] = []
    if start is None or start[0] is not None:
        given = rows.filter(**{f"{order.name}__isnull": False})
        valued, start = _beginning(given, replace(order, nullable=False), start, n), None
    if len(valued) == n:
        return valued
    empty = rows.filter(**{f"{order.name}__isnull": True})
    if start is not None:
        empty = empty.filter(pk__gt=start[1])
    return valued + list(empty.order_by("pk")[: n - len(valued)])


def in_order(rows: QuerySet[M], order: Order) -> QuerySet[M]:
    """All of `rows`, ordered by `order` and then by primary key."""
    last = True if order.nullable else None
    column = F(order.name)
    ordered = column.desc(nulls_last=last) if order.descending else column.asc(nulls_last=last)
    return rows.order_by(ordered, "pk")


def _beyond(order: Order, value: Any, pk: int) -> Q:
    """Rows that stand after (value, pk)."""
    side = "lt" if order.descending else "gt"
    return Q(**{f"{order.name}__{side}": value}) | Q(**{order.name: value, "pk__gt": pk})


def _cursor(row: Model, name: str, seal: Signer) -> str:
    value: Any = row
    for part in name.split("__"):
        value = getattr(value, part)
    text = json.dumps([value, row.pk], default=str)  # a moment keeps its microseconds
    return seal.sign(urlsafe_b64encode(text.encode()).decode().rstrip("="))


def _start(after: str, seal: Signer) -> tuple[Any, int] | None:
    """The value and key a cursor holds. One tampered with, or of another list, starts from the
    top.
    """
    try:
        text = seal.unsign(after)
    except BadSignature:
        return None
    value, pk = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return value, pk


def capped_count(rows: QuerySet[Any], cap: int = COUNT_CAP) -> tuple[int, bool]:
    """How many rows there are, counting no further than `cap`; True when there are more."""
    counted = rows.order_by()[: cap + 1].count()
    return min(counted, cap), counted > cap


def ordered_by(orders: Mapping[str, Order], asked: str, default: str) -> tuple[str, Order]:
    """The order asked for in a URL ("arr", "-arr") and its key, if it is on offer; else the
    default.
    """
    key = asked if asked.removeprefix("-") in orders else default
    offered = orders[key.removeprefix("-")]
    return key, replace(offered, descending=key.startswith("-"))
