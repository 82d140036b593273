"""The command palette: accounts, people at customers and saved views by a few letters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from banso.rooms.customers.queries import palette
from banso.rooms.customers.views.listing import LONGEST_SEARCH
from banso.rooms.customers.views.saved_views import address_of
from banso.rooms.identity.http import page

if TYPE_CHECKING:
    from django.http import HttpResponse

    from banso.rooms.identity.http import Request


@require_safe
@login_required
def found(request: Request) -> HttpResponse:
    """What do these letters mean?"""
    search = request.GET.get("q", "").strip()[:LONGEST_SEARCH]
    hits = palette.hits(request.user, search, on=localdate())
    return page(
        request,
        "customers/palette.html",
        partial="hits",
        search=search,
        accounts=hits.accounts,
        contacts=hits.contacts,
        views=[(view, address_of(view)) for view in hits.views],
    )
