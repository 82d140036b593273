"""The seats of a pool and its waiting items, as dealing wants them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from django.db.models import Count, Q, Sum
from django.utils.timezone import localtime

from banso.rooms.people.queries import away
from banso.rooms.work.models import Attendance, Declined, Presence, Seat, State, WorkItem
from banso.rooms.work.queries.dealing import ABSENT, AWAY, OFF, Chair, Piece

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from banso.rooms.people.models import Team

NO_LIMIT: Final = 2**31
NOT_TAKING: Final = {Presence.AWAY: AWAY, Presence.OFF: OFF}


def chairs(seats: Sequence[Seat], *, at: datetime) -> list[Chair]:
    """The seats with what is on them; of who isn't there, why."""
    on = localtime(at).date()
    members = [each.member_id for each in seats]
    absent = set(away(on=on).filter(member__in=members).values_list("member", flat=True))
    said = Attendance.objects.filter(member__in=members, presence__in=NOT_TAKING)
    not_taking = {
        member: NOT_TAKING[Presence(presence)]
        for member, presence, since in said.values_list("member", "presence", "since")
        if presence == Presence.AWAY or localtime(since).date() == on
    }
    held = WorkItem.objects.filter(state=State.IN_HAND, seat__in=seats).order_by()
    minutes = dict(held.values_list("seat").annotate(Sum("minutes")))
    return [
        Chair(
            seat=each.pk,
            member=each.member_id,
            serves=frozenset(each.serves),
            room=each.at_once - each.open,
            room_today=_left_today(each, at),
            open=each.open,
            open_minutes=minutes.get(each.pk, 0),
            dealt_minutes=each.dealt_minutes,
            share=max(each.share, 0.01),
            last=each.last_taken_at.timestamp() if each.last_taken_at else 0.0,
            why_not=ABSENT if each.member_id in absent else not_taking.get(each.member_id, ""),
        )
        for each in seats
    ]


def _left_today(seat: Seat, at: datetime) -> int:
    if seat.per_day is None:
        return NO_LIMIT
    return seat.per_day - (seat.taken if seat.day == localtime(at).date() else 0)


def pieces(pool: Team, *, at: datetime, most: int) -> list[Piece]:
    """What waits in a pool, the first first, locked; past what somebody is changing just now."""
    found = WorkItem.objects.filter(pool=pool, state=State.WAITING, member=None)
    locked = found.select_for_update(skip_locked=True, of=("self",)).order_by("rank", "pk")
    names = ("pk", "account_id", "needs", "minutes", "held_for_id", "held_until")
    return [
        Piece(pk, account, needs, minutes, held_for if until and until > at else None)
        for pk, account, needs, minutes, held_for, until in locked.values_list(*names)[:most]
    ]


def declines(pool: Team, *, at: datetime) -> Mapping[int, frozenset[int]]:
    """Who isn't offered which waiting item of a pool any more."""
    still = Q(until__isnull=True) | Q(until__gt=at)
    those = Declined.objects.filter(still, item__pool=pool, item__state=State.WAITING)
    found: dict[int, set[int]] = defaultdict(set)
    for item, member in those.values_list("item", "member"):
        found[item].add(member)
    return {item: frozenset(members) for item, members in found.items()}


def really_open(seats: Sequence[Seat]) -> dict[int, int]:
    """What is in hand by each seat, counted anew."""
    held = WorkItem.objects.filter(state=State.IN_HAND, seat__in=seats).order_by()
    return dict(held.values_list("seat").annotate(Count("pk")))
