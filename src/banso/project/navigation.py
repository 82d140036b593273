"""What stands around every page: the navigation by job, and the reader's look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from banso.project.middleware import THEME_COOKIE
from banso.rooms.coverage.access import may_see_books
from banso.rooms.identity.access import may_administer, may_operate
from banso.rooms.identity.models import Theme
from banso.rooms.identity.queries import demo_users
from banso.rooms.revenue.access import may_close_periods
from banso.rooms.work.access import may_steer

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


@dataclass(frozen=True, slots=True)
class Link:
    """An item as a page shows it: where it leads, and whether the reader is there or below."""

    item: Item
    href: str
    is_here: bool


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
    Group(
        _("Work"),
        (
            Item(_("Queue"), "inbox", "work:queue", _everyone),
            Item(_("Status"), "activity", "work:status", may_steer),
            Item(_("Handovers"), "clipboard-check", "coverage:handovers", _everyone),
        ),
    ),
    Group(_("Renewals"), (Item(_("Renewals"), "handshake", "renewals:renewals", _everyone),)),
    Group(
        _("Revenue"),
        (
            Item(_("Bridge"), "chart-column", "revenue:bridge", _everyone),
            Item(_("Retention"), "activity", "revenue:retention", _everyone),
            Item(_("Cohorts"), "calendar-days", "revenue:cohorts", _everyone),
            Item(_("Definitions"), "scale", "revenue:definitions", _everyone),
            Item(_("Closed periods"), "lock", "revenue:closed_periods", may_close_periods),
        ),
    ),
    Group(
        _("Operating model"),
        (
            Item(_("The model"), "scale", "coverage:model", _everyone),
            Item(_("Organisation"), "network", "coverage:organisation", _everyone),
            Item(_("Who does what"), "list-checks", "coverage:duties", _everyone),
            Item(_("Coverage"), "shield-check", "coverage:coverage", _everyone),
            Item(_("Balance"), "scale", "coverage:balance", may_see_books),
        ),
    ),
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
    return {
        "navigation": _links(viewer, request.path) if viewer else [],
        "company": settings.BANSO.company,
        "currency": settings.BANSO.currency,
        "language": get_language(),
        "theme": viewer.theme if viewer else request.COOKIES.get(THEME_COOKIE, Theme.SYSTEM),
        "personas": demo_users,  # a function: asked only by the sign-in page
    }


def _links(viewer: User, path: str) -> list[tuple[str, list[Link]]]:
    """The groups this reader needs, by their labels; the link at or below which the reader is, is
    marked.
    """
    hrefs = {item.route: reverse(item.route) for group in NAVIGATION for item in group.items}
    here = max((href for href in hrefs.values() if path.startswith(href)), key=len, default="")
    groups = [
        (
            str(group.label),
            [
                Link(item, hrefs[item.route], hrefs[item.route] == here)
                for item in group.items
                if item.may(viewer)
            ],
        )
        for group in NAVIGATION
    ]
    return [(label, links) for label, links in groups if links]
