"""What this room shows on the account's page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from banso.rooms.customers.access import may_edit_accounts
from banso.rooms.customers.points import add_panel, find_origins, tell_story
from banso.rooms.customers.queries import account as accounts
from banso.rooms.customers.queries import around, people, promises, story_sources, voices
from banso.rooms.customers.queries.facts import own_facts
from banso.rooms.customers.queries.segments import segment_of
from banso.rooms.customers.queries.touches import LoggedByHand

if TYPE_CHECKING:
    from datetime import date

    from banso.rooms.customers.models import Account
    from banso.rooms.identity.models import User


class Profile:
    key, place, position = "profile", "who", 10
    template = "customers/panels/profile.html"

    def context(self, account: Account, *, viewer: User, on: date) -> dict[str, Any]:
        known = account.facts.known
        return {
            "own_facts": own_facts(account, known.values()),
            "segment": segment_of(account, known),
        }


class Duties:
    key, place, position = "duties", "who", 20
    template = "customers/panels/duties.html"

    def context(self, account: Account, *, viewer: User, on: date) -> dict[str, Any]:
        return {"duties": accounts.duties(account)}


class Around:
    key, place, position = "around", "who", 30
    template = "customers/panels/around.html"

    def context(self, account: Account, *, viewer: User, on: date) -> dict[str, Any]:
        return {
            "parties": around.parties(viewer, account, on=on),
            "group": around.group(viewer, account, account.facts.known, on=on),
        }


class Promises:
    key, place, position = "promises", "next", 10
    template = "customers/panels/promises.html"

    def context(self, account: Account, *, viewer: User, on: date) -> dict[str, Any]:
        return {
            "owed": promises.open_promises(account, on=on),
            "may_edit": may_edit_accounts(viewer),
        }


class Tickets:
    key, place, position = "tickets", "next", 30
    template = "customers/panels/tickets.html"

    def context(self, account: Account, *, viewer: User, on: date) -> dict[str, Any]:
        return {"tickets": voices.tickets_now(account, on=on)}


class Surveys:
    key, place, position = "surveys", "next", 40
    template = "customers/panels/surveys.html"

    def context(self, account: Account, *, viewer: User, on: date) -> dict[str, Any]:
        return {"surveys": voices.survey_trends(account, on=on)}


class People:
    """Contacts, and who of ours knows them: two sections that tell of the same rows. The first of
    them; all stand on a page of their own.
    """

    key, place, position = "people", "below", 20
    template = "customers/panels/people.html"

    def context(self, account: Account, *, viewer: User, on: date) -> dict[str, Any]:
        theirs = people.at_customer(account, on=on)
        known = people.who_knows_whom(account, theirs.present, viewer, on=on)
        return {
            "contacts": theirs.present[: people.FEW],
            "former": theirs.former[: people.FEW],
            "successors": theirs.successors,
            "left_out": len(theirs.present[people.FEW :]) + len(theirs.former[people.FEW :]),
            "known": known.first(people.FEW),
            "may_edit": may_edit_accounts(viewer),
        }


for panel in (
    Profile(), Duties(), Around(), Promises(), Tickets(), Surveys(), People(),
):  # fmt: skip
    add_panel(panel)
for source in story_sources.SOURCES:
    tell_story(source)
find_origins(LoggedByHand())
