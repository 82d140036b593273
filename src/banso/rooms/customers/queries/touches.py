"""Touchpoints that people log by hand: whose they are, and what the next one is likely to be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext as _

from banso.rooms.customers.access import may_edit_accounts
from banso.rooms.customers.models import Contact, Promise, Stake, TouchKind, Touchpoint
from banso.rooms.customers.points import TOUCH_LOGGED, Origin
from banso.rooms.identity.access import may_operate
from banso.rooms.journal.queries import timeline
from banso.rooms.people.models import Member
from banso.rooms.people.queries import serving

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import Model, QuerySet

    from banso.rooms.customers.models import Account
    from banso.rooms.identity.models import User

BY_HAND = "touch-"  # how the ids of touchpoints begin that no file brought


@dataclass(frozen=True, slots=True)
class LikelyTouch:
    """What a new touchpoint probably is: the form starts from it."""

    kind: TouchKind
    contact: Contact | None
    member: Member | None


def likely_touch(account: Account, viewer: User, *, on: date) -> LikelyTouch:
    """The kind the viewer logged last, with whom the account was last in touch."""
    me = Member.objects.filter(user=viewer).first()
    mine = Touchpoint.objects.filter(member=me).order_by("-pk") if me else None
    last = mine.exclude(kind=TouchKind.NOTE).first() if mine is not None else None
    kind = TouchKind(last.kind) if last else TouchKind.CALL
    return LikelyTouch(kind, _likely_contact(account, on=on), me)


def _likely_contact(account: Account, *, on: date) -> Contact | None:
    """Whom we met last, if still there; else the decision maker."""
    touches = Touchpoint.objects.filter(account=account, contact__in=present(account, on=on))
    last = touches.select_related("contact").order_by("-happened_at", "-pk").first()
    if last:
        return last.contact
    return present(account, on=on).filter(stake=Stake.DECISION_MAKER).order_by("pk").first()


def present(account: Account, *, on: date) -> QuerySet[Contact]:
    """Who is at the customer today, by name."""
    there = Q(left_on__isnull=True) | Q(left_on__gt=on)
    return Contact.objects.filter(there, account=account).order_by("kana", "name", "pk")


def spoken_with(account: Account, touch: Touchpoint | None, *, on: date) -> QuerySet[Contact]:
    """Whom a touchpoint can be with: who is there, and who it was with already."""
    there = Q(pk__in=present(account, on=on).values("pk"))
    if touch:
        there |= Q(pk=touch.contact_id)
    return Contact.objects.filter(there).order_by("kana", "name", "pk")


def logging_members(touch: Touchpoint | None, *, on: date) -> QuerySet[Member]:
    """Who of ours can have been there."""
    ours = serving(Member.objects.all(), on=on)
    if touch and touch.member_id:
        ours = Member.objects.filter(Q(pk__in=ours.values("pk")) | Q(pk=touch.member_id))
    return ours.order_by("kana", "name", "pk")


def touch_of(account: Account, pk: int) -> Touchpoint | None:
    rows = Touchpoint.objects.filter(account=account, pk=pk)
    return rows.select_related("account", "member", "contact").first()


def promise_of(touch: Touchpoint) -> Promise | None:
    return Promise.objects.filter(touchpoint=touch).first()


class LoggedByHand:
    """Touchpoints that somebody logged on the account's page."""

    def origin(self, row: Model) -> Origin | None:
        if not isinstance(row, Touchpoint) or not row.external_id.startswith(BY_HAND):
            return None
        of_account = timeline(row.account_id).filter(event=TOUCH_LOGGED.code)
        entry = of_account.filter(details__touch=row.pk).first()
        if entry is None:
            return None
        return Origin(name=_("Logged by hand"), href="", by=entry.actor_label, at=entry.at)


def may_change(viewer: User, touch: Touchpoint) -> bool:
    """Whether the viewer corrects a touchpoint: their own, or as CS operations anybody's; never
    what a file brought, which the next file would bring again.
    """
    if not touch.external_id.startswith(BY_HAND) or not may_edit_accounts(viewer):
        return False
    mine = touch.member is not None and touch.member.user_id == viewer.pk
    return mine or may_operate(viewer)
