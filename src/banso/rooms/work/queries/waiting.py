"""What waits in a pool for somebody, the best for her first, and why."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from banso.rooms.work.models import Declined, Seat, State, WorkItem

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from banso.rooms.people.models import Member

_PLACES: Final = """
    SELECT seat.id, seat.pool_id, seat.serves, own.waits
    FROM (SELECT EXISTS (
        SELECT 1 FROM work_workitem
        WHERE member_id = %s AND state = 'waiting' AND finished_at IS NULL
    ) AS waits) own
    LEFT JOIN work_seat seat ON seat.member_id = %s AND seat.is_open
    ORDER BY seat.id"""


@dataclass(frozen=True, slots=True)
class Places:
    """Where a member has a seat, and whether something waits for her alone."""

    seats: list[Seat]
    has_own: bool


def places_of(member: Member) -> Places:
    """Read in one go by the text below, which is part of every claim."""
    with connection.cursor() as cursor:
        cursor.execute(_PLACES, [member.pk, member.pk])
        rows = cursor.fetchall()
    seats = [
        Seat(pk=pk, pool_id=pool, member_id=member.pk, serves=_told(serves))
        for pk, pool, serves, _own in rows
        if pk is not None
    ]
    return Places(seats, bool(rows[0][3]))


def _told(serves: Any) -> list[str]:
    return list(json.loads(serves)) if isinstance(serves, str) else serves


def seats_of(member: Member) -> list[Seat]:
    """Where the member has a seat, with what is on it."""
    found = Seat.objects.filter(member=member, is_open=True).select_related("pool")
    return list(found.order_by("pk"))


def waiting_for(seat: Seat, *, at: datetime) -> QuerySet[WorkItem]:
    """What the member of a seat may take there, the best first: what she serves, what isn't held
    for somebody else, and what she hasn't declined.
    """
    free = Q(held_until__isnull=True) | Q(held_until__lte=at) | Q(held_for=seat.member_id)
    still = Q(until__isnull=True) | Q(until__gt=at)
    declined = Declined.objects.filter(still, item=OuterRef("pk"), member=seat.member_id)
    return (
        WorkItem.objects.filter(
            free, pool=seat.pool_id, state=State.WAITING, member=None, needs__in=seat.serves
        )
        .exclude(Exists(declined))
        .order_by("rank", "pk")
    )


def best_seat(seats: list[Seat], *, at: datetime) -> Seat | None:
    """The seat at which the best item of all waits; None where nothing waits at any."""
    heads = [(waiting_for(seat, at=at).values_list("rank", "pk").first(), seat) for seat in seats]
    found = [(head, seat) for head, seat in heads if head is not None]
    return min(found, key=lambda each: each[0])[1] if found else None


def for_me(member: Member) -> QuerySet[WorkItem]:
    """What waits for the member alone, the best first."""
    mine = WorkItem.objects.filter(member=member, state=State.WAITING, finished_at=None)
    return mine.order_by("rank", "pk")


# What stands in a text for what is asked for when it is used.
_POOL, _MEMBER, _AT = -101, -102, datetime(1900, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class FirstOf:
    """`waiting_for(...).first()` as a text that is made once: to make it takes longer than to
    answer it. Locked is the row that is found, past those that others have locked.
    """

    text: str
    places: tuple[Any, ...]

    def asked(self, seat: Seat, *, at: datetime) -> list[Any]:
        """The values that go into the text for a seat at a moment."""
        known = {
            _POOL: seat.pool_id,
            _MEMBER: seat.member_id,
            _moment(_AT): _moment(at),
            **{_need(n): each for n, each in enumerate(seat.serves)},
        }
        return [known.get(each, each) for each in self.places]


@cache
def first_of(queues: int) -> FirstOf:
    """The text for a seat that serves so many queues."""
    any_seat = Seat(pool_id=_POOL, member_id=_MEMBER, serves=[_need(n) for n in range(queues)])
    found = waiting_for(any_seat, at=_AT).select_for_update(skip_locked=True).values("pk")[:1]
    text, places = found.query.sql_with_params()
    return FirstOf(text, tuple(places))


def _need(number: int) -> str:
    return f"need {number}"


def _moment(at: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(at)
