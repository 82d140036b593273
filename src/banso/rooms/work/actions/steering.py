"""What whoever looks after a queue does: give back, freeze, withdraw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from banso.kit.acts import Refused
from banso.kit.working_days import working_time
from banso.rooms.journal.actions import record
from banso.rooms.work.actions.changing import NOT_HELD, Change
from banso.rooms.work.models import Attendance, Presence, State, WorkItem
from banso.rooms.work.points import (
    ITEM_FROZEN,
    ITEM_REDEALT,
    ITEM_THAWED,
    ITEM_WITHDRAWN,
    PRESENCE_SAID,
)
from banso.rooms.work.queries.placing import HELD

if TYPE_CHECKING:
    from datetime import datetime

    from banso.rooms.identity.models import User
    from banso.rooms.people.models import Member


class NoPool(Refused):
    """It belongs to no pool."""


class NotFrozen(Refused):
    """It isn't frozen."""


class IsOver(Refused):
    """It is done or withdrawn."""


@transaction.atomic
def redeal_item(item: WorkItem, *, by: User, at: datetime) -> None:
    """Give an item back to its pool, whoever has it: it waits again with its age."""
    _must_be_open(item)
    if item.pool_id is None:
        raise NoPool(_("This belongs to no pool; hand it to somebody instead."))
    former = item.member_id
    Change(item, at).out_of_hand(state=State.WAITING, member=None, wake_at=None, why="", **NOT_HELD)
    told = {"item": item.pk, "subject": item.subject, "member": former}
    record(ITEM_REDEALT, by=by, at=at, accounts=[item.account_id], **told)


@transaction.atomic
def freeze_item(item: WorkItem, *, why: str, by: User, at: datetime) -> None:
    """Nobody gets it until it is let go on; whoever had it is offered it first then."""
    _must_be_open(item)
    Change(item, at).out_of_hand(state=State.FROZEN, why=why, wake_at=None)
    told = {"item": item.pk, "subject": item.subject, "why": why, "member": item.member_id}
    record(ITEM_FROZEN, by=by, at=at, accounts=[item.account_id], **told)


@transaction.atomic
def thaw_item(item: WorkItem, *, by: User, at: datetime) -> None:
    """Let a frozen item go on."""
    if item.state != State.FROZEN:
        raise NotFrozen(_("This isn't frozen."))
    first: dict[str, Any] = {}
    if item.pool_id is not None:
        until = working_time().later(at, HELD)
        first = {"held_for": item.member, "held_until": until, "member": None}
    Change(item, at).out_of_hand(state=State.WAITING, why="", **first)
    told = {"item": item.pk, "subject": item.subject}
    record(ITEM_THAWED, by=by, at=at, accounts=[item.account_id], **told)


@transaction.atomic
def withdraw_item(item: WorkItem, *, by: User, at: datetime) -> None:
    """It was raised in error, or somebody else has seen to it."""
    _must_be_open(item)
    Change(item, at).out_of_hand(state=State.WITHDRAWN, finished_at=at, wake_at=None)
    told = {"item": item.pk, "subject": item.subject, "member": item.member_id}
    record(ITEM_WITHDRAWN, by=by, at=at, accounts=[item.account_id], **told)


@transaction.atomic
def say_presence(member: Member, presence: str, *, by: User, at: datetime) -> None:
    """Say whether somebody takes work now. What she has in hand stays hers."""
    Attendance.objects.update_or_create(
        member=member, defaults={"presence": Presence(presence), "since": at}
    )
    record(PRESENCE_SAID, by=by, at=at, name=str(member), presence=presence, member=member.pk)


def _must_be_open(item: WorkItem) -> None:
    if not item.is_open:
        raise IsOver(_("This is over."))
