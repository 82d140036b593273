from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q, Value
from django.db.models.functions import Replace

from banso.engines.basis.kana import folded
from banso.rooms.customers.access import visible_accounts
from banso.rooms.customers.models import Contact
from banso.rooms.customers.queries.lists import Wanted, accounts
from banso.rooms.customers.queries.saved import saved_views

if TYPE_CHECKING:
    from datetime import date

    from banso.rooms.customers.models import Account, SavedView
    from banso.rooms.identity.models import User

MOST_OF_A_KIND = 6
ENOUGH_LETTERS = 2  # of a person's name: one letter would find everybody


@dataclass(frozen=True, slots=True)
class Hits:
    """What a few letters may mean."""

    accounts: list[Account]
    contacts: list[Contact]
    views: list[SavedView]


def hits(viewer: User, search: str, *, on: date) -> Hits:
    """Accounts, people at customers and saved views whose names hold what was typed."""
    if not search:
        return Hits([], [], list(saved_views(viewer)[:MOST_OF_A_KIND]))
    found = accounts(viewer, Wanted(search=search), on=on).order_by("sort_key", "pk")
    views = saved_views(viewer).filter(name__icontains=search)
    return Hits(
        list(found.only("name", "kana", "facts__account")[:MOST_OF_A_KIND]),
        _people(viewer, search, on=on),
        list(views[:MOST_OF_A_KIND]),
    )


def _people(viewer: User, search: str, *, on: date) -> list[Contact]:
    """People who are still with their company, by name as written, with a space or without, or by
    reading in any kana.
    """
    if len(search) < ENOUGH_LETTERS:
        return []
    named = Contact.objects.annotate(joined=Replace(Replace("name", Value(" ")), Value("　")))
    for word in search.split():
        named = named.filter(Q(joined__contains=word) | Q(kana__contains=folded(word)))
    seen = visible_accounts(viewer, on=on).values("pk")
    present = named.filter(account__in=seen, left_on=None)
    return list(present.select_related("account").order_by("pk")[:MOST_OF_A_KIND])
