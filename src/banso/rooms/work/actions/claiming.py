"""Taking work: the next one, a chosen one, or one that somebody else has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from banso.kit.acts import Refused
from banso.rooms.journal.actions import record
from banso.rooms.work.actions.changing import Change
from banso.rooms.work.models import Comment, Seat, State, WorkItem
from banso.rooms.work.points import ITEM_TAKEN, ITEM_TAKEN_OVER
from banso.rooms.work.queries.waiting import best_seat, for_me, seats_of, waiting_for

if TYPE_CHECKING:
    from datetime import datetime

    from banso.rooms.identity.models import User
    from banso.rooms.people.models import Member


class NothingWaits(Refused):
    """Nothing waits that she could take now."""


class NotWaiting(Refused):
    """Somebody has it already, or it is over."""


class NoSeat(Refused):
    """It is of a pool in which she doesn't work."""


@transaction.atomic
def take_next(member: Member, *, by: User, at: datetime) -> WorkItem:
    """Take what is best for a member now: what waits for her alone before what waits for anybody
    of her pools, and of that the first she can serve.

    The item is locked as it is found, past those that others are taking at the same moment: nobody
    waits for anybody, and no two get the same.
    """
    item = for_me(member).select_for_update(skip_locked=True, of=("self",)).first()
    seat = None
    if item is None:
        seats = seats_of(member)
        seat = seats[0] if len(seats) == 1 else best_seat(seats, at=at)
        if seat is None:
            raise NothingWaits(_("Nothing waits for you now."))
        locked = waiting_for(seat, at=at).select_for_update(skip_locked=True, of=("self",))
        item = locked.first()
    if item is None:
        raise NothingWaits(_("Nothing waits for you now."))
    Change(item, at).into_hand(member, seat or _seat_for(item, member))
    told = {"item": item.pk, "subject": item.subject, "member": member.pk}
    record(ITEM_TAKEN, by=by, at=at, accounts=[item.account_id], **told)
    return item


@transaction.atomic
def take_item(item: WorkItem, member: Member, *, over: str = "", by: User, at: datetime) -> None:
    """Take a chosen item: out of the queue of one of her pools, or what waits for her or was put
    off by her. Beyond her caps only with a reason, `over`, which the caller lets few give.
    """
    mine = item.member_id in {None, member.pk} and item.state in {State.WAITING, State.PUT_OFF}
    if not mine:
        raise NotWaiting(_("Somebody has this already, or it is over."))
    seat = _seat_for(item, member)
    if seat is None and item.member_id is None:
        raise NoSeat(_("This waits in a pool in which %(name)s doesn't work.") % {"name": member})
    Change(item, at).into_hand(member, seat, over=bool(over))
    told = {"item": item.pk, "subject": item.subject, "member": member.pk, "over": over}
    record(ITEM_TAKEN, by=by, at=at, accounts=[item.account_id], **told)


@transaction.atomic
def take_over(
    item: WorkItem, member: Member, *, note: str, over: str = "", by: User, at: datetime
) -> None:
    """Take an item out of somebody else's hand, with a word on why."""
    former = item.member
    if former is None or former.pk == member.pk or not item.is_open:
        raise NotWaiting(_("There is nobody to take this over from."))
    Change(item, at).into_hand(member, _seat_for(item, member), over=bool(over))
    if note:
        Comment.objects.create(item=item, by=by, at=at, text=note)
    told = {"item": item.pk, "subject": item.subject, "member": member.pk, "over": over}
    record(ITEM_TAKEN_OVER, by=by, at=at, accounts=[item.account_id], former=str(former), **told)


def _seat_for(item: WorkItem, member: Member) -> Seat | None:
    """The member's seat in the item's pool."""
    if item.pool_id is None:
        return None
    found = Seat.objects.filter(pool=item.pool_id, member=member, is_open=True)
    return found.select_related("member").first()
