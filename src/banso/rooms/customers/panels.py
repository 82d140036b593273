"""What this room shows on the account's page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from banso.rooms.customers import queries
from banso.rooms.customers.points import add_panel
from banso.rooms.journal.queries import timeline, told_of_one

if TYPE_CHECKING:
    from datetime import date

    from banso.rooms.customers.models import Account
    from banso.rooms.identity.models import User

FIRST_ENTRIES = 20


class Profile:
    key, place, position = "profile", "who", 10
    template = "customers/panels/profile.html"

    def context(self, account: Account, *, viewer: User, on: date) -> dict[str, Any]:
        own = queries.own_facts(account, queries.definitions().values())
        return {"own_facts": own, "family": queries.family(viewer, account, on=on)}


class Duties:
    key, place, position = "duties", "who", 20
    template = "customers/panels/duties.html"

    def context(self, account: Account, *, viewer: User, on: date) -> dict[str, Any]:
        return {"duties": queries.duties(account)}


class Story:
    key, place, position = "story", "story", 10
    template = "customers/panels/story.html"

    def context(self, account: Account, *, viewer: User, on: date) -> dict[str, Any]:
        entries = told_of_one(timeline(account.pk)[: FIRST_ENTRIES + 1])
        more = FIRST_ENTRIES if len(entries) > FIRST_ENTRIES else None
        return {"entries": entries[:FIRST_ENTRIES], "next_start": more}


class Contacts:
    key, place, position = "contacts", "below", 20
    template = "customers/panels/contacts.html"

    def context(self, account: Account, *, viewer: User, on: date) -> dict[str, Any]:
        return {"contacts": list(queries.contacts(account))}


for panel in (Profile(), Duties(), Story(), Contacts()):
    add_panel(panel)
