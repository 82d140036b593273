"""What whoever has an item in hand does with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from banso.kit.acts import Refused, upkeep
from banso.rooms.journal.actions import record
from banso.rooms.work.actions.changing import LEASE, NOT_HELD, Change
from banso.rooms.work.models import Comment, Declined, State, Step, WorkItem
from banso.rooms.work.points import (
    COMMENTED,
    ITEM_DECLINED,
    ITEM_FINISHED,
    ITEM_HANDED,
    ITEM_PUT_OFF,
    STEP_TICKED,
)

if TYPE_CHECKING:
    from datetime import datetime

    from banso.rooms.identity.models import User
    from banso.rooms.people.models import Member, Team


class NotInHand(Refused):
    """Nobody has it in hand."""


class ReasonMissing(Refused):
    """A word on why helps whoever comes next."""


class WakesInThePast(Refused):
    """What is put off comes back later than now."""


@transaction.atomic
def finish_item(item: WorkItem, *, outcome: str, note: str = "", by: User, at: datetime) -> None:
    """Say what came of it. Who had lost it in the meantime finishes nothing."""
    _must_be_in_hand(item)
    Change(item, at).out_of_hand(
        state=State.DONE,
        outcome=outcome,
        outcome_note=note,
        finished_at=at,
        answered_at=item.answered_at or at,
    )
    record(ITEM_FINISHED, by=by, at=at, **_named(item), outcome=outcome, member=item.member_id)


@transaction.atomic
def decline_item(
    item: WorkItem, member: Member, *, reason: str, note: str = "", by: User, at: datetime
) -> None:
    """Give an item back, or pass it by, with a reason: it waits again with its age, and isn't
    offered to the same person any more.
    """
    if not reason:
        raise ReasonMissing(_("Please say why, so that the right person gets it."))
    if item.state not in {State.WAITING, State.IN_HAND} or item.pool_id is None:
        raise NotInHand(_("Only work of a pool that waits or is in hand can be declined."))
    Declined.objects.create(item=item, member=member, reason=reason, note=note, at=at)
    hers = item.member_id == member.pk
    if hers or item.held_for_id == member.pk:
        Change(item, at).out_of_hand(state=State.WAITING, member=None, **NOT_HELD)
    record(ITEM_DECLINED, by=by, at=at, **_named(item), reason=reason, member=member.pk)


@transaction.atomic
def put_off_item(
    item: WorkItem, *, until: datetime | None, why: str, by: User, at: datetime
) -> None:
    """Wait for the customer, or for a day. The customer has had our answer by then; the place on
    the seat is free for somebody who needs us now.
    """
    _must_be_in_hand(item)
    if not why:
        raise ReasonMissing(_("Please say what you are waiting for."))
    if until is not None and until <= at:
        raise WakesInThePast(_("Choose a moment that lies ahead."))
    Change(item, at).out_of_hand(
        state=State.PUT_OFF, wake_at=until, why=why, answered_at=item.answered_at or at
    )
    record(ITEM_PUT_OFF, by=by, at=at, **_named(item), why=why, member=item.member_id)


@transaction.atomic
def hand_item(item: WorkItem, to: Member | Team, *, note: str, by: User, at: datetime) -> None:
    """Hand an item to a person, for whom it then waits, or to a pool; with a note that tells the
    story so far.
    """
    if not item.is_open:
        raise NotInHand(_("This is over."))
    if not note:
        raise ReasonMissing(_("Please write a note: what was said, and what is to be done."))
    where: dict[str, Any] = {"member": to} if _is_person(to) else {"member": None, "pool": to}
    Change(item, at).out_of_hand(state=State.WAITING, wake_at=None, why="", **where, **NOT_HELD)
    Comment.objects.create(item=item, by=by, at=at, text=note)
    record(ITEM_HANDED, by=by, at=at, **_named(item), to=str(to), member=item.member_id)


def _is_person(to: Member | Team) -> bool:
    return hasattr(to, "handle")


@transaction.atomic
def comment_on(item: WorkItem, text: str, *, by: User, at: datetime) -> Comment:
    """Say something to whoever works on it."""
    said = Comment.objects.create(item=item, by=by, at=at, text=text)
    record(COMMENTED, by=by, at=at, **_named(item))
    return said


@transaction.atomic
def tick_step(step: Step, *, done: bool, by: User, at: datetime) -> None:
    """Tick a step off, or open it again."""
    Step.objects.filter(pk=step.pk).update(
        done_at=at if done else None, done_by=by if done else None
    )
    record(STEP_TICKED, by=by, at=at, **_named(step.item), step=step.text)


@upkeep
def keep_in_hand(member: Member, *, at: datetime) -> int:
    """The member is there: what she has in hand stays hers for another while; how many that are.

    What has run out is not hers any more, even before it has gone back to the queue.
    """
    hers = WorkItem.objects.filter(member=member, state=State.IN_HAND, lease_until__gt=at)
    return hers.update(lease_until=at + LEASE)


def _must_be_in_hand(item: WorkItem) -> None:
    if item.state != State.IN_HAND:
        raise NotInHand(_("This is in nobody's hand now; take it first."))


def _named(item: WorkItem) -> dict[str, Any]:
    return {"accounts": [item.account_id], "item": item.pk, "subject": item.subject}
