from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Case, QuerySet, When

from banso.rooms.customers.models import (
    Account,
    Contact,
    Duty,
    Holding,
    Stake,
)
from banso.rooms.people.models import Member


@dataclass(frozen=True, slots=True)
class HeldDuty:
    """A duty and who holds it now; nobody, when `holder` is empty."""

    duty: Duty
    holder: str
    member: Member | None
    since: date | None


def duties(account: Account) -> list[HeldDuty]:
    """Every duty with its holder now, in the order of the duties."""
    current = Holding.objects.filter(account=account, to_on=None).select_related("member", "team")
    by_duty = {held.duty: held for held in current}
    return [_held_duty(duty, by_duty.get(duty)) for duty in Duty]


def _held_duty(duty: Duty, held: Holding | None) -> HeldDuty:
    if held is None:
        return HeldDuty(duty, "", None, None)
    return HeldDuty(duty, str(held.member or held.team), held.member, held.from_on)


def contacts(account: Account) -> QuerySet[Contact]:
    """The people at a customer, decision makers first."""
    places = [When(stake=stake, then=place) for place, stake in enumerate(Stake)]
    found = Contact.objects.filter(account=account).select_related("predecessor")
    return found.order_by(Case(*places), "kana", "pk")


def contact_of(account: Account, pk: int) -> Contact | None:
    """One contact of the account, with the predecessor."""
    return Contact.objects.filter(account=account, pk=pk).select_related("predecessor").first()


def successor_of(contact: Contact) -> Contact | None:
    """Who followed a contact."""
    return Contact.objects.filter(predecessor=contact).order_by("pk").first()
