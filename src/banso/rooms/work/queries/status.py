"""Whether response targets are kept, whether the load is even, and who needs help."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, Q, Sum
from django.utils.timezone import localtime

from banso.rooms.people.queries import away
from banso.rooms.work.access import visible_items, visible_pools
from banso.rooms.work.models import REACTIVE, TO_DO, Attendance, Presence, Seat, State, WorkItem
from banso.rooms.work.queries.dealing import ABSENT

if TYPE_CHECKING:
    from datetime import date, datetime

    from django.db.models import QuerySet

    from banso.rooms.identity.models import User

LOOKED_BACK = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Line:
    """A pool or a topic: how much waits and is in hand, how much of both is at risk or broken."""

    key: Any
    name: str
    waiting: int
    in_hand: int
    at_risk: int
    broken: int


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody at her seat in a pool."""

    seat: Seat
    presence: str
    broken: int
    minutes: int
    done: int

    @property
    def is_full(self) -> bool:
        return self.seat.open >= self.seat.at_once


@dataclass(frozen=True, slots=True)
class Kept:
    """Of what was answered in the last thirty days and had a target, how much was in time; and how
    much of all work we raised before the customer did.
    """

    answered: int
    in_time: int
    raised: int
    proactive: int

    @property
    def share(self) -> float | None:
        return self.in_time / self.answered if self.answered else None

    @property
    def proactive_share(self) -> float | None:
        return self.proactive / self.raised if self.raised else None


@dataclass(frozen=True, slots=True)
class Status:
    """The queues of a viewer at a moment."""

    whole: Line
    pools: list[Line]
    topics: list[Line]
    people: list[Person]
    kept: Kept
    nobodys: int


def status(viewer: User, *, at: datetime, on: date) -> Status:
    """All of it, by pool, topic and person."""
    every = visible_items(viewer, on=on)
    to_do = every.filter(state__in=TO_DO)
    pools = _lines(to_do.exclude(pool=None), ("pool", "pool__name"), at)
    topics = _lines(to_do.exclude(topic=""), ("topic", "topic"), at)
    return Status(
        Line("", "", **to_do.order_by().aggregate(**_asked(at))),
        pools,
        topics,
        _people(viewer, at=at, on=on),
        _kept(every, at=at),
        to_do.filter(pool=None, member=None).count(),
    )


def _asked(at: datetime) -> dict[str, Any]:
    open_target = Q(answered_at__isnull=True)
    return {
        "waiting": Count("pk", filter=Q(state=State.WAITING)),
        "in_hand": Count("pk", filter=Q(state=State.IN_HAND)),
        "at_risk": Count("pk", filter=open_target & Q(warn_at__lte=at, due_at__gte=at)),
        "broken": Count("pk", filter=open_target & Q(due_at__lt=at)),
    }


def _lines(found: QuerySet[WorkItem], by: tuple[str, str], at: datetime) -> list[Line]:
    key, name = by
    counted = found.order_by().values(*{key, name}).annotate(**_asked(at))
    lines = [
        Line(each[key], each[name], **{part: each[part] for part in _asked(at)}) for each in counted
    ]
    return sorted(lines, key=lambda each: (-each.broken, -each.at_risk, -each.waiting, each.name))


def _people(viewer: User, *, at: datetime, on: date) -> list[Person]:
    seats = Seat.objects.filter(pool__in=visible_pools(viewer).values("pk"), is_open=True)
    absent = set(away(on=on).values_list("member", flat=True))
    said = dict(Attendance.objects.values_list("member", "presence"))
    counted = _of_seats(at)
    there = seats.select_related("member", "pool")
    return [
        Person(
            each,
            ABSENT if each.member_id in absent else said.get(each.member_id, Presence.TAKING),
            *counted.get((each.pool_id, each.member_id), (0, 0, 0)),
        )
        for each in there.order_by("pool__name", "pool", "member__kana", "member")
    ]


def _of_seats(at: datetime) -> dict[tuple[int, int], tuple[int, int, int]]:
    """By pool and member: broken targets and minutes of what is in hand, and what is done today."""
    midnight = localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    in_hand = Q(state=State.IN_HAND)
    sums: dict[str, Any] = {
        "broken": Count("pk", filter=in_hand & Q(answered_at=None, due_at__lt=at)),
        "open_minutes": Sum("minutes", filter=in_hand, default=0),
        "done": Count("pk", filter=Q(state=State.DONE)),
    }
    those = WorkItem.objects.filter(in_hand | Q(state=State.DONE, finished_at__gte=midnight))
    found = those.exclude(pool=None).order_by().values_list("pool", "member").annotate(**sums)
    return {(pool, member): tuple(told) for pool, member, *told in found}


def _kept(every: QuerySet[WorkItem], *, at: datetime) -> Kept:
    since = at - LOOKED_BACK
    answered = Q(answered_at__gte=since, due_at__isnull=False)
    raised = Q(raised_at__gte=since)
    sums: dict[str, Any] = {
        "answered": Count("pk", filter=answered),
        "in_time": Count("pk", filter=answered & Q(answered_at__lte=F("due_at"))),
        "raised": Count("pk", filter=raised),
        "proactive": Count("pk", filter=raised & ~Q(kind__in=REACTIVE)),
    }
    return Kept(**every.order_by().aggregate(**sums))
