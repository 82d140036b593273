"""Taking work: the next one, a chosen one, or one that somebody else has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db import connection, transaction
from django.utils.translation import gettext as _

from banso.kit.acts import Refused
from banso.rooms.journal.actions import record
from banso.rooms.work.actions.changing import LEASE, Change, Slot
from banso.rooms.work.models import Comment, Seat, State, WorkItem
from banso.rooms.work.points import ITEM_TAKEN, ITEM_TAKEN_OVER
from banso.rooms.work.queries.waiting import best_seat, first_of, for_me, places_of

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


_TAKE_FIRST: Final = """
    UPDATE work_workitem SET state = 'in_hand', member_id = %s, seat_id = %s, since = %s,
        lease_until = %s, version = version + 1, held_for_id = NULL, held_until = NULL,
        nobody = '[]', was_dealt = FALSE
    WHERE id = ({first}) RETURNING id, account_id, subject"""


@dataclass(frozen=True, slots=True)
class Taken:
    """What somebody took."""

    pk: int
    account: int
    subject: str


@transaction.atomic
def take_next(member: Member, *, by: User, at: datetime) -> Taken:
    """Take what is best for a member now: what waits for her alone before what waits for anybody
    of her pools, and of that the first she can serve.

    The item is locked as it is found, past those that others are taking at the same moment: nobody
    waits for anybody, and no two get the same. Nothing found gives the place on the seat back.
    """
    places = places_of(member)
    taken = _own(member, at) if places.has_own else None
    if taken is None:
        seats = places.seats
        seat = seats[0] if len(seats) == 1 else best_seat(seats, at=at)
        taken = _first(seat, member, at) if seat else None
    if taken is None:
        raise NothingWaits(_("Nothing waits for you now."))
    told = {"item": taken.pk, "subject": taken.subject, "member": member.pk}
    record(ITEM_TAKEN, by=by, at=at, accounts=[taken.account], **told)
    return taken


def _own(member: Member, at: datetime) -> Taken | None:
    """The first of what waits for her alone."""
    item = for_me(member).select_for_update(skip_locked=True, of=("self",)).first()
    if item is None:
        return None
    Change(item, at).into_hand(member, _seat_for(item, member))
    return Taken(item.pk, item.account_id, item.subject)


def _first(seat: Seat, member: Member, at: datetime) -> Taken | None:
    """A place on the seat and the first item there."""
    Slot(seat, member).take(at=at)
    first, moment = first_of(len(seat.serves)), connection.ops.adapt_datetimefield_value
    values = [member.pk, seat.pk, moment(at), moment(at + LEASE), *first.asked(seat, at=at)]
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_FIRST.format(first=first.text), values)
        found = cursor.fetchone()
    return Taken(*found) if found else None


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
