"""What stands around every page: the navigation by job, and the reader's look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from banso.project.middleware import THEME_COOKIE
from banso.rooms.identity.access import may_administer, may_operate
from banso.rooms.identity.models import Theme
from banso.rooms.identity.queries import demo_users

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest
    from django.utils.functional import _StrPromise

    from banso.rooms.identity.models import User


@dataclass(frozen=True, slots=True)
class Item:
    """One link of the navigation, for those who may follow it."""

    label: _StrPromise
    icon: str
    route: str
    may: Callable[[User], bool]


@dataclass(frozen=True, slots=True)
class Group:
    label: _StrPromise
    items: tuple[Item, ...]


def _everyone(_viewer: User) -> bool:
    return True


NAVIGATION = (
    Group(
        _("Customers"),
        (
            Item(_("Account list"), "building-2", "customers:accounts", _everyone),
            Item(_("Segments"), "users", "customers:segments", _everyone),
            Item(_("Promises"), "list-checks", "customers:promises", _everyone),
        ),
    ),
    Group(_("Renewals"), (Item(_("Renewals"), "handshake", "renewals:renewals", _everyone),)),
    Group(_("Revenue"), (Item(_("Bridge"), "chart-column", "revenue:bridge", _everyone),)),
    Group(_("People"), (Item(_("Members"), "users", "people:members", _everyone),)),
    Group(
        _("Data"),
        (
            Item(_("Imports"), "upload", "ingestion:imports", may_operate),
            Item(_("Facts"), "database", "customers:facts", _everyone),
            Item(_("Possible duplicates"), "scale", "customers:duplicates", may_operate),
        ),
    ),
    Group(
        _("Settings"),
        (
            Item(_("Users"), "user-cog", "identity:users", may_administer),
            Item(_("API keys"), "key-round", "identity:keys", may_operate),
            Item(_("Journal"), "history", "identity:journal", may_operate),
            Item(_("Jobs"), "list-checks", "identity:jobs", may_operate),
        ),
    ),
)


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context of the base template: the groups this reader needs, company, language and theme."""
    user = getattr(request, "user", None)  # none when the fault lies before sign-in is known
    viewer: User | None = user if user is not None and user.is_authenticated else None
    groups = [
        (group.label, items)
        for group in NAVIGATION
        if (items := [item for item in group.items if viewer is not None and item.may(viewer)])
    ]
    return {
        "navigation": groups,
        "current_route": _current(request.path),
        "company": settings.BANSO.company,
        "currency": settings.BANSO.currency,
        "language": get_language(),
        "theme": viewer.theme if viewer else request.COOKIES.get(THEME_COOKIE, Theme.SYSTEM),
        "personas": demo_users,  # a function: asked only by the sign-in page
    }


def _current(path: str) -> str:
    """The navigation's route that the reader is at or below."""
    routes = {reverse(item.route): item.route for group in NAVIGATION for item in group.items}
    above = [address for address in routes if path.startswith(address)]
    return routes[max(above, key=len)] if above else ""
