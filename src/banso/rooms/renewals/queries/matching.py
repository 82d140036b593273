"""Contracts in force without a renewal ahead, and renewals that no contract tells any more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from banso.rooms.customers.access import visible_accounts
from banso.rooms.renewals.models import Renewal
from banso.rooms.revenue.models import Contract
from banso.rooms.revenue.queries.lines import recurring

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from banso.rooms.identity.models import User

YEAR = 12
MOST = 200


@dataclass(frozen=True, slots=True)
class Unmatched:
    """What doesn't fit together: contracts, renewals, and whether there are more of either."""

    contracts: Sequence[Contract]
    renewals: Sequence[Renewal]
    more: bool


def without_renewal(viewer: User, *, on: date) -> QuerySet[Contract]:
    """Contracts with lines in force, and no renewal ahead or open: the term's end has passed, or is
    not stated though a year is paid at once. One that is paid by the month and states no end runs
    on, and has none.
    """
    in_force = recurring().filter(
        Q(end_on__isnull=True) | Q(end_on__gt=on), contract=OuterRef("pk"), start_on__lte=on
    )
    ahead = Renewal.objects.filter(
        Q(term_end_on__gte=on) | Q(closed_at__isnull=True), contract=OuterRef("pk"), stands=True
    )
    seen = Contract.objects.filter(account__in=visible_accounts(viewer, on=on))
    passed = Q(term_end_on__lt=on) & Exists(in_force)
    unstated = Q(term_end_on__isnull=True) & Exists(in_force.filter(interval_months__gte=YEAR))
    return seen.filter(passed | unstated).exclude(Exists(ahead)).select_related("account")


def no_longer_told(viewer: User, *, on: date) -> QuerySet[Renewal]:
    """Renewals with a person's word whose contract no longer has such a term."""
    seen = Renewal.objects.filter(account__in=visible_accounts(viewer, on=on), stands=False)
    return seen.select_related("account", "contract")


def unmatched(viewer: User, *, on: date) -> Unmatched:
    contracts = without_renewal(viewer, on=on).order_by(F("term_end_on").asc(nulls_last=True), "pk")
    renewals = no_longer_told(viewer, on=on).order_by("-term_end_on", "pk")
    found = list(contracts[: MOST + 1]), list(renewals[: MOST + 1])
    return Unmatched(found[0][:MOST], found[1][:MOST], any(len(each) > MOST for each in found))


def unmatched_number(viewer: User, *, on: date) -> int:
    """How many contracts and renewals don't fit together."""
    return without_renewal(viewer, on=on).count() + no_longer_told(viewer, on=on).count()
