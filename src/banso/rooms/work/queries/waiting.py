"""What waits in a pool for somebody, the best for her first, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

from banso.rooms.work.models import Declined, Seat, State, WorkItem

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from banso.rooms.people.models import Member


def seats_of(member: Member) -> list[Seat]:
    """Where the member has a seat."""
    found = Seat.objects.filter(member=member, is_open=True).select_related("member", "pool")
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
