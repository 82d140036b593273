"""What people log of their meetings, calls and mails, with the promise made there."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from banso.engines.basis.passages import searched_text
from banso.kit.acts import Refused
from banso.rooms.customers.models import Promise, StandardMinutes, Touchpoint
from banso.rooms.customers.points import TOUCH_CHANGED, TOUCH_LOGGED, TOUCH_REMOVED
from banso.rooms.customers.queries.touches import BY_HAND
from banso.rooms.journal.actions import record

if TYPE_CHECKING:
    from datetime import date, datetime

    from banso.rooms.customers.models import Account, Contact
    from banso.rooms.identity.models import User
    from banso.rooms.people.models import Member


class NotYetHappened(Refused):
    """What is still to come can't be logged as done."""


class NotOfThisAccount(Refused):
    """The contact is somebody at another customer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TouchStated:
    """A touchpoint as a person states it. Without `minutes` it takes what such a one usually does;
    without `promise` nothing was promised.
    """

    kind: str
    happened_at: datetime
    subject: str = ""
    text: str = ""
    contact: Contact | None = None
    member: Member | None = None
    proactive: bool | None = None
    mood: int | None = None
    minutes: int | None = None
    promise: str = ""
    due_on: date | None = None


@transaction.atomic
def log_touch(account: Account, stated: TouchStated, *, by: User, at: datetime) -> Touchpoint:
    """Put a touchpoint into an account's story, with what was promised."""
    _check(account, stated, at)
    touch = Touchpoint(external_id=BY_HAND + secrets.token_hex(8), account=account)
    _state(touch, stated)
    touch.save()
    _promise(touch, stated)
    record(
        TOUCH_LOGGED, by=by, at=at, accounts=[account.pk], subject=_called(touch), touch=touch.pk
    )
    return touch


@transaction.atomic
def change_touch(touch: Touchpoint, stated: TouchStated, *, by: User, at: datetime) -> None:
    """Correct a touchpoint. Its promise follows; one that is no longer stated is gone."""
    _check(touch.account, stated, at)
    _state(touch, stated)
    touch.save()
    _promise(touch, stated)
    called = _called(touch)
    record(TOUCH_CHANGED, by=by, at=at, accounts=[touch.account_id], subject=called, touch=touch.pk)


@transaction.atomic
def remove_touch(touch: Touchpoint, *, by: User, at: datetime) -> None:
    """Take a touchpoint out of the story, with its promise."""
    account, called, pk = touch.account_id, _called(touch), touch.pk
    touch.delete()
    record(TOUCH_REMOVED, by=by, at=at, accounts=[account], subject=called, touch=pk)


def _check(account: Account, stated: TouchStated, at: datetime) -> None:
    if stated.happened_at > at:
        raise NotYetHappened(_("This lies ahead. Log it once it has happened."))
    if stated.contact and stated.contact.account_id != account.pk:
        raise NotOfThisAccount(
            _("%(name)s is not at this customer.") % {"name": stated.contact.name}
        )


def _state(touch: Touchpoint, stated: TouchStated) -> None:
    touch.kind = stated.kind
    touch.happened_at = stated.happened_at
    touch.subject = stated.subject
    touch.text = stated.text
    touch.contact = stated.contact
    touch.member = stated.member
    touch.proactive = stated.proactive
    touch.mood = stated.mood
    touch.minutes = _usual_minutes(stated.kind) if stated.minutes is None else stated.minutes
    touch.search_text = searched_text(stated.subject, stated.text)


def _usual_minutes(kind: str) -> int | None:
    usual = StandardMinutes.objects.filter(activity=kind).values_list("minutes", flat=True)
    return usual.first()


def _promise(touch: Touchpoint, stated: TouchStated) -> None:
    """The touchpoint's promise becomes what is stated; whether it was kept stays as it is."""
    if not stated.promise:
        Promise.objects.filter(touchpoint=touch).delete()
        return
    given = {
        "account": touch.account,
        "member": touch.member,
        "text": stated.promise,
        "due_on": stated.due_on,
    }
    Promise.objects.update_or_create(touchpoint=touch, defaults=given)


def _called(touch: Touchpoint) -> str:
    return touch.subject or touch.text[:80] or touch.kind
