"""What we promised customers: what is open, whose it is, what is late."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, F, Q, QuerySet, Window

from banso.kit.keyset import Order
from banso.rooms.customers.access import visible_accounts
from banso.rooms.customers.models import Account, Promise
from banso.rooms.identity.models import AccessRole, User
from banso.rooms.people.access import teams_under
from banso.rooms.people.models import Member, Team

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

BY_DUE_DAY = Order("due_on", nullable=True)  # what is overdue comes first by itself
WHOSE = ("mine", "team", "all")
STATES = ("open", "overdue", "kept", "dropped")
SHOWN = 5


def _open(on: date) -> Q:
    """Open ones, and those that ended on this day: so that a slip can be undone where it
    happened.
    """
    still_open = Q(kept_on__isnull=True, dropped_on__isnull=True)
    return still_open | Q(kept_on=on) | Q(dropped_on=on)


@dataclass(frozen=True, slots=True)
class Owed:
    """The promises to an account that are due first, and how many more there are."""

    first: Sequence[Promise]
    left_out: int


def open_promises(account: Account, *, on: date) -> Owed:
    """What we owe an account, the first due first."""
    found = Promise.objects.filter(_open(on), account=account).select_related("member")
    counted = found.annotate(of=Window(Count("pk")))
    first = list(counted.order_by(F("due_on").asc(nulls_last=True), "pk")[:SHOWN])
    return Owed(first, first[0].of - len(first) if first else 0)


def promises(viewer: User, *, on: date) -> QuerySet[Promise]:
    """Every promise to the accounts the viewer sees."""
    seen = visible_accounts(viewer, on=on)
    return Promise.objects.filter(account__in=seen).select_related(
        "account", "member", "touchpoint"
    )


def narrowed(
    found: QuerySet[Promise], viewer: User, *, whose: str, state: str, on: date
) -> QuerySet[Promise]:
    """Those of the promises that are the viewer's, or her team's, and stand so."""
    states = {
        "open": _open(on),
        "overdue": Q(kept_on__isnull=True, dropped_on__isnull=True, due_on__lt=on),
        "kept": Q(kept_on__isnull=False),
        "dropped": Q(dropped_on__isnull=False),
    }
    found = found.filter(states[state])
    if whose == "mine":
        return found.filter(member__user=viewer)
    return found.filter(member__team__in=_teams(viewer)) if whose == "team" else found


def _teams(viewer: User) -> QuerySet[Team]:
    if viewer.role == AccessRole.MANAGER:
        return teams_under(viewer)
    return Team.objects.filter(pk__in=Member.objects.filter(user=viewer).values("team"))


def usual_whose(viewer: User) -> str:
    """Whose promises the viewer mostly asks for."""
    usual = {AccessRole.CSM: "mine", AccessRole.ACCOUNT_EXECUTIVE: "mine"}
    return usual.get(
        AccessRole(viewer.role), "team" if viewer.role == AccessRole.MANAGER else "all"
    )
