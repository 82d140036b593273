"""The list of accounts as an address asks for it: which accounts, which columns, in which order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import QueryDict

from banso.kit.keyset import ordered_by
from banso.rooms.customers.queries import lists
from banso.rooms.customers.queries.columns import FACT, columns, orders, shown
from banso.rooms.customers.queries.conditions import conditions
from banso.rooms.customers.queries.facts import definitions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from banso.kit.keyset import Order
    from banso.rooms.customers.queries.columns import Column

DEFAULT_ORDER = "name"
COLUMNS, AFTER, VIEW, SORT, RULE = "cols", "after", "view", "sort", "rule"
LONGEST_RULE = 4_000  # signs that an address bears
LONGEST_SEARCH, LONGEST_NUMBER = 200, 18


@dataclass(frozen=True, slots=True)
class Listing:
    """What an address asks for."""

    offered: Mapping[str, Column]
    wanted: lists.Wanted
    shown: list[Column]
    sort: str
    order: Order


def listing(given: QueryDict) -> Listing:
    """Read the address; what it can't mean is passed over."""
    offered = columns(definitions())
    by_key = orders(offered)
    sort, order = ordered_by(by_key, given.get(SORT, ""), DEFAULT_ORDER)
    bare = sort.removeprefix("-")
    if f"{FACT}{bare}" in offered:
        sort = sort.replace(bare, f"{FACT}{bare}")
    wanted = lists.Wanted(
        search=given.get("q", "").strip()[:LONGEST_SEARCH],
        holder=_holder(given.get("holder", "")),
        rule=given.get(RULE, "").strip()[:LONGEST_RULE],
        conditions=conditions(dict(given.lists()), offered),
    )
    return Listing(offered, wanted, shown(given.getlist(COLUMNS), offered), sort, order)


def _holder(text: str) -> int | str:
    if text == lists.ME:
        return text
    return int(text) if text.isdecimal() and len(text) < LONGEST_NUMBER else ""


def rest_of(given: QueryDict, *gone: str) -> QueryDict:
    """The address without these parameters, without blanks and from the top of the list."""
    rest = QueryDict(mutable=True)
    for name, texts in given.lists():
        if filled := [text for text in texts if text.strip()]:
            rest.setlist(name, filled)
    for name in (*gone, AFTER):
        rest.pop(name, None)
    return rest


def pairs(rest: QueryDict) -> list[tuple[str, str]]:
    """The address as the hidden fields of a form."""
    return [(name, str(text)) for name, texts in rest.lists() for text in texts]


def address(rest: QueryDict) -> str:
    return f"?{rest.urlencode()}"


def without(given: QueryDict, names: Iterable[str]) -> str:
    """The address of the list without these parameters."""
    return address(rest_of(given, *names))
