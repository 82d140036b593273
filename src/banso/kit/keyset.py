"""Pages of a long list by keyset: the next page starts after the last row, however deep."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.core.signing import BadSignature, Signer
from django.db.models import F, Model, Q, QuerySet

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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
    last. Rows alike in it stand by `then`, if given, which is never null.
    """

    name: str
    descending: bool = False
    nullable: bool = False
    then: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """All it orders by, the primary key last: no two rows are alike in them."""
        return (self.name, self.then, "pk") if self.then else (self.name, "pk")


def keyset(rows: QuerySet[M], *, order: Order, after: str, size: int) -> Slice[M]:
    """The page of `rows` after the cursor, in the order of `in_order`."""
    seal = Signer(salt=f"{rows.model._meta.label} by {' '.join(order.names)}")
    page = _beginning(rows, order, _start(after, seal), size + 1)
    if len(page) <= size:
        return Slice(page, "")
    return Slice(page[:size], _cursor(page[size - 1], order.names, seal))


def _beginning(rows: QuerySet[M], order: Order, start: list[Any] | None, n: int) -> list[M]:
    """The first `n` rows after the start.

    Of a nullable column those with a value are asked for by themselves, for in that order an index
    holds them; and those without one only where there is room for them.
    """
    if not order.nullable:
        found = rows if start is None else rows.filter(_beyond(order.names, order, start))
        return list(in_order(found, order)[:n])
    valued: list[M] = []
    if start is None or start[0] is not None:
        given = rows.filter(**{f"{order.name}__isnull": False})
        valued, start = _beginning(given, replace(order, nullable=False), start, n), None
    if len(valued) == n:
        return valued
    empty = rows.filter(**{f"{order.name}__isnull": True})
    if start is not None:
        empty = empty.filter(_beyond(order.names[1:], order, start[1:]))
    return valued + list(empty.order_by(*_signed(order))[: n - len(valued)])


def in_order(rows: QuerySet[M], order: Order) -> QuerySet[M]:
    """All of `rows`, ordered by `order` and last by primary key, all in its direction: so an index
    of the same columns is read either way, and nothing is sorted.
    """
    last = True if order.nullable else None
    column = F(order.name)
    ordered = column.desc(nulls_last=last) if order.descending else column.asc(nulls_last=last)
    return rows.order_by(ordered, *_signed(order))


def _signed(order: Order) -> list[str]:
    """What rows alike in the first column stand by."""
    return [f"-{name}" if order.descending else name for name in order.names[1:]]


def _beyond(names: Sequence[str], order: Order, values: Sequence[Any]) -> Q:
    """Rows that stand after these values."""
    name, value = names[0], values[0]
    further = Q(**{f"{name}__{'lt' if order.descending else 'gt'}": value})
    if len(names) == 1:
        return further
    return further | Q(_beyond(names[1:], order, values[1:]), **{name: value})


def _cursor(row: Model, names: Sequence[str], seal: Signer) -> str:
    text = json.dumps([_value(row, name) for name in names], default=str)  # keeps microseconds
    return seal.sign(urlsafe_b64encode(text.encode()).decode().rstrip("="))


def _value(row: Model, name: str) -> Any:
    value: Any = row
    for part in name.split("__"):
        value = getattr(value, part)
    return value


def _start(after: str, seal: Signer) -> list[Any] | None:
    """The values a cursor holds. One tampered with, or of another list, starts from the
    top.
    """
    try:
        text = seal.unsign(after)
    except BadSignature:
        return None
    values: list[Any] = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return values


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
