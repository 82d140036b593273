"""The list of accounts, and the drawers in which its columns and filters are chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from banso.kit.keyset import capped_count, keyset
from banso.rooms.customers.access import may_edit_accounts
from banso.rooms.customers.queries import conditions as asked
from banso.rooms.customers.queries import lists
from banso.rooms.customers.queries.columns import FACT, OF_ACCOUNT, OF_SEGMENT
from banso.rooms.customers.queries.facts import TERM_END
from banso.rooms.customers.queries.segments import segments
from banso.rooms.customers.views.listing import (
    COLUMNS,
    RULE,
    address,
    listing,
    pairs,
    rest_of,
    without,
)
from banso.rooms.customers.views.printing import in_words, printed
from banso.rooms.customers.views.rules import rule_told
from banso.rooms.customers.views.saved_views import tabs
from banso.rooms.identity.access import may_operate
from banso.rooms.identity.http import page, wants_part

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import QuerySet
    from django.http import HttpResponse, QueryDict

    from banso.rooms.customers.models import Account
    from banso.rooms.customers.queries.columns import Column
    from banso.rooms.customers.queries.lists import ListedAccount
    from banso.rooms.customers.views.listing import Listing
    from banso.rooms.identity.http import Request

PAGE_SIZE = 50
SOON_DAYS = 90
IN_THE_BAR = (
    "q",
    OF_SEGMENT,
    "industry",
    "region",
    "holder",
)  # fields that the bar above the list has


@dataclass(frozen=True, slots=True)
class Head:
    """The head of one column: its label, and where a click on it leads."""

    column: Column
    by: str  # the order that a click asks for; "" where it can't be sorted by
    sorted: str  # ascending, descending or ""


@require_safe
@login_required
def accounts(request: Request) -> HttpResponse:
    """Which customers are like this?"""
    asks, after = listing(request.GET), request.GET.get("after", "")
    fitting = lists.accounts(request.user, asks.wanted, on=localdate())
    found, number = lists.looked_up(fitting, asks.wanted)
    lean = lists.lean(found, asks.order, asks.shown)
    rows = keyset(lean, order=asks.order, after=after, size=PAGE_SIZE)
    shown = {
        "rows": _printed(lists.listed(rows.rows, asks.shown), asks.shown),
        "after": rows.after,
        "may_edit": may_edit_accounts(request.user),
        "width": len(asks.shown) + 1,
    }
    if after and wants_part(request):
        return page(request, "customers/accounts.html", partial="rows", **shown)
    whole = not after and not rows.after  # and so one page tells how many there are
    around = _around(request, asks) | _counted(found, len(rows.rows) if whole else number)
    return page(request, "customers/accounts.html", partial="answer", **shown, **around)


def _printed(rows: Iterable[ListedAccount], columns: Sequence[Column]) -> list[dict[str, Any]]:
    return [
        {
            "account": row.account,
            "cells": [
                (printed(column, value), column.numeric)
                for column, value in zip(columns, row.values, strict=True)
            ],
        }
        for row in rows
    ]


def _counted(found: QuerySet[Account], number: int | None) -> dict[str, Any]:
    """How many accounts the list holds; asked of the database where nothing has told yet."""
    count, more = capped_count(found) if number is None else (number, False)
    return {"count": count, "more_than_counted": more}


def _around(request: Request, asks: Listing) -> dict[str, Any]:
    """What stands around the rows."""
    given, views = request.GET, tabs(request.user, request.GET)
    return {
        "heads": _heads(asks),
        "by_name": _head_of_name(asks.sort),
        "wanted": asks.wanted,
        "chips": _chips(given, asks),
        "quick": _quick(given, asks),
        "kept": pairs(rest_of(given, *IN_THE_BAR)),
        "here": address(rest_of(given)),
        "in_bar": [(name, text) for name in IN_THE_BAR[1:] for text in given.getlist(name)],
        "views": views,
        "open_view": next((tab for tab in views if tab.current), None),
        "may_import": may_operate(request.user),
    }


def _heads(asks: Listing) -> list[Head]:
    return [
        Head(column, *_turned(column.key, asks.sort, numeric=column.numeric))
        if column.sorts
        else Head(column, "", "")
        for column in asks.shown
    ]


def _head_of_name(sort: str) -> tuple[str, str]:
    return _turned("name", sort, numeric=False)


def _turned(key: str, sort: str, *, numeric: bool) -> tuple[str, str]:
    """The order a click on a head asks for, and how the list is sorted by it now: figures start
    with the largest.
    """
    if sort == f"-{key}":
        return key, "descending"
    if sort == key:
        return f"-{key}", "ascending"
    return (f"-{key}" if numeric else key), ""


def _chips(given: QueryDict, asks: Listing) -> list[dict[str, str]]:
    """The filters in force, each with the address of the list without it."""
    chips = []
    if isinstance(asks.wanted.holder, int):
        chips.append(
            {
                "words": lists.holder_name(asks.wanted.holder),
                "without": without(given, ["holder"]),
            }
        )
    if asks.wanted.rule:
        chips.append({"words": rule_told(asks.wanted.rule), "without": without(given, [RULE])})
    for column in dict.fromkeys(each.column for each in asks.wanted.conditions):
        conditions = [each for each in asks.wanted.conditions if each.column == column]
        if not _is_quick(conditions):
            names = [each.name for each in conditions]
            words = in_words(column, conditions)
            chips.append({"words": words, "without": without(given, names)})
    return chips


SOON = f"{asked.WITHIN}.{FACT}{TERM_END}"


def _is_quick(conditions: Sequence[asked.Condition]) -> bool:
    return [(each.name, each.texts) for each in conditions] == [(SOON, (str(SOON_DAYS),))]


def _quick(given: QueryDict, asks: Listing) -> list[dict[str, Any]]:
    """Filters that are one click away, and off by another."""
    offers = [("holder", lists.ME, _("I answer for"))]
    if f"{FACT}{TERM_END}" in asks.offered:
        words = _("Term ends within %(days)s days") % {"days": SOON_DAYS}
        offers.append((SOON, str(SOON_DAYS), words))
    quick = []
    for name, value, words in offers:
        pressed, rest = given.get(name) == value, rest_of(given, name)
        if not pressed:
            rest[name] = value
        quick.append({"words": words, "pressed": pressed, "address": address(rest)})
    return quick


@require_safe
@login_required
def filters(request: Request) -> HttpResponse:
    """What the list can be narrowed to; loaded after the list itself."""
    return page(
        request,
        "customers/filters.html",
        options=lists.options(request.user, on=localdate()),
        segments=segments(),
        segments_asked=request.GET.getlist(OF_SEGMENT),
        industries=request.GET.getlist("industry"),
        regions=request.GET.getlist("region"),
        holder=listing(request.GET).wanted.holder,
    )


@require_safe
@login_required
def chosen_columns(request: Request) -> HttpResponse:
    """Which columns does the list show, and in which order?"""
    asks = listing(request.GET)
    others = [column for column in asks.offered.values() if column not in asks.shown]
    return page(
        request,
        "customers/columns.html",
        partial="drawer",
        shown=asks.shown,
        others=others,
        kept=pairs(rest_of(request.GET, COLUMNS)),
        usual=without(request.GET, [COLUMNS]),
        here=address(rest_of(request.GET)),
    )


@require_safe
@login_required
def narrowing(request: Request) -> HttpResponse:
    """Every column the list can be narrowed by, each by its type."""
    asks, on = listing(request.GET), localdate()
    columns = [column for column in asks.offered.values() if column.narrows]
    columns.sort(key=lambda column: column.group == OF_ACCOUNT)  # facts first: the bar has the rest
    ways = (asked.IS, asked.HAS, asked.FROM, asked.TO, *asked.OF_DAYS, asked.MISSING)
    names = {way: "" if way == asked.IS else f"{way}." for way in ways}
    fields = [
        {
            "column": column,
            "asked": {way: request.GET.getlist(names[way] + column.key) for way in ways},
            "choices": lists.choices(request.user, column, on=on),
        }
        for column in columns
    ]
    of_columns = [names[way] + column.key for way in ways for column in columns]
    return page(
        request,
        "customers/narrowing.html",
        partial="drawer",
        fields=fields,
        kept=pairs(rest_of(request.GET, *of_columns)),
        here=address(rest_of(request.GET)),
    )
