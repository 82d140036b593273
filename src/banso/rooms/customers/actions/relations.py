"""People at a customer, as our people note them by hand: who is there, who follows whom, who knows
whom.
"""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from banso.kit.acts import Refused
from banso.rooms.customers.models import Acquaintance, Contact, Stake
from banso.rooms.customers.points import (
    CLOSENESS_NOTED,
    CONTACT_ADDED,
    CONTACT_CHANGED,
    CONTACT_LEFT,
    CONTACT_TRANSFERRED,
)
from banso.rooms.journal.actions import record

if TYPE_CHECKING:
    from datetime import date, datetime

    from banso.rooms.customers.models import Account
    from banso.rooms.identity.models import User
    from banso.rooms.people.models import Member

BY_HAND = "contact-"


class NobodyFollowsThemselves(Refused):
    """The successor is the one who leaves."""


class LeftBeforeComing(Refused):
    """The day of leaving lies before the day of coming."""


class FollowsAnother(Refused):
    """The successor already follows somebody else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactStated:
    """A person at a customer as somebody of ours states it."""

    name: str
    kana: str = ""
    email: str = ""
    phone: str = ""
    department: str = ""
    title: str = ""
    stake: str = Stake.OTHER
    from_on: date | None = None
    left_on: date | None = None

    def __post_init__(self) -> None:
        if self.from_on and self.left_on and self.left_on < self.from_on:
            raise LeftBeforeComing(_("The day of leaving lies before the day of coming."))


@transaction.atomic
def add_contact(account: Account, stated: ContactStated, *, by: User, at: datetime) -> Contact:
    """Put a person at a customer on record."""
    contact = _created(account, stated)
    record(CONTACT_ADDED, by=by, at=at, accounts=[account.pk], name=contact.name)
    return contact


def _created(account: Account, stated: ContactStated) -> Contact:
    return Contact.objects.create(
        external_id=BY_HAND + secrets.token_hex(8), account=account, **asdict(stated)
    )


@transaction.atomic
def change_contact(contact: Contact, stated: ContactStated, *, by: User, at: datetime) -> None:
    """Correct what is known of a person at a customer."""
    Contact.objects.filter(pk=contact.pk).update(**asdict(stated))
    record(CONTACT_CHANGED, by=by, at=at, accounts=[contact.account_id], name=stated.name)


@transaction.atomic
def transfer_contact(
    contact: Contact, *, left_on: date, to: Contact | ContactStated | None, by: User, at: datetime
) -> None:
    """A person leaves their post from that day on; who follows inherits the stake.

    `to` is somebody who is there already, somebody new, or nobody yet.
    """
    if contact.from_on and left_on < contact.from_on:
        raise LeftBeforeComing(_("The day of leaving lies before the day of coming."))
    Contact.objects.filter(pk=contact.pk).update(left_on=left_on)
    accounts = [contact.account_id]
    if to is None:
        record(CONTACT_LEFT, by=by, at=at, accounts=accounts, name=contact.name)
        return
    successor = to if isinstance(to, Contact) else _created(contact.account, to)
    _succeed(contact, successor)
    names = {"name": contact.name, "successor": successor.name}
    record(CONTACT_TRANSFERRED, by=by, at=at, accounts=accounts, **names)


def _succeed(contact: Contact, successor: Contact) -> None:
    if successor.pk == contact.pk:
        raise NobodyFollowsThemselves(_("Choose somebody else as the successor."))
    free = Contact.objects.filter(pk=successor.pk, predecessor=None)
    if not free.update(predecessor=contact, stake=contact.stake):
        raise FollowsAnother(
            _("%(name)s already follows somebody else.") % {"name": successor.name}
        )


@transaction.atomic
def note_closeness(
    contact: Contact, member: Member, *, closeness: int | None, by: User, at: datetime
) -> None:
    """Note how well one of ours knows one of theirs; None takes the note away."""
    pair = Acquaintance.objects.filter(contact=contact, member=member)
    if closeness is None:
        pair.delete()
    else:
        Acquaintance.objects.update_or_create(
            contact=contact, member=member, defaults={"closeness": closeness}
        )
    names = {"member": member.name, "contact": contact.name}
    record(CLOSENESS_NOTED, by=by, at=at, accounts=[contact.account_id], **names)
