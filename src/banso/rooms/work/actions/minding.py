"""What happens to work as time passes: claims run out, what was put off wakes, targets come near.

Each takes a bounded lot; a job asks again every minute. The seat is locked first, the items after.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat

from banso.kit.working_days import working_time
from banso.rooms.journal.actions import record
from banso.rooms.people.models import Team
from banso.rooms.work.actions.changing import NO_CLAIM, NOT_HELD
from banso.rooms.work.models import TO_DO, Declined, DeclineReason, Seat, State, WorkItem
from banso.rooms.work.points import (
    ITEMS_ESCALATED,
    ITEMS_OPENED_UP,
    ITEMS_RETURNED,
    ITEMS_WOKEN,
)
from banso.rooms.work.queries.needs import needs
from banso.rooms.work.queries.placing import HELD
from banso.rooms.work.queries.policies import model_in_force, pool_said
from banso.rooms.work.queries.ranking import ESCALATED

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from banso.rooms.identity.models import User

LOT: Final = 500
PASSED_BY: Final = timedelta(hours=8)  # whom work was dealt that she left lying


@transaction.atomic
def return_abandoned(*, by: User, at: datetime) -> int:
    """Claims whose lease has run out go back to the queue with their age; how many.

    Whoever left lying what was dealt to her isn't dealt the same again for some hours; who had
    taken it herself may.
    """
    over = WorkItem.objects.filter(state=State.IN_HAND, lease_until__lte=at)
    seats = sorted({*over.values_list("seat_id", flat=True)[:LOT]} - {None})
    returned: list[tuple[int, int, int, bool]] = []
    for seat in Seat.objects.select_for_update().filter(pk__in=seats).order_by("pk"):
        lost = over.filter(seat=seat).select_for_update()
        rows = list(lost.values_list("pk", "account_id", "member_id", "was_dealt"))
        WorkItem.objects.filter(pk__in=[pk for pk, *_rest in rows]).update(
            state=State.WAITING,
            member=None,
            since=at,
            version=F("version") + 1,
            **NO_CLAIM,
        )
        Seat.objects.filter(pk=seat.pk).update(open=F("open") - len(rows))
        returned += rows
    if returned:
        _pass_by(returned, at)
        accounts = [account for _pk, account, _member, _dealt in returned]
        told = {"items": [[pk, member] for pk, _account, member, _dealt in returned]}
        record(ITEMS_RETURNED, by=by, at=at, accounts=accounts, number=len(returned), **told)
    return len(returned)


def _pass_by(returned: list[tuple[int, int, int, bool]], at: datetime) -> None:
    values = {"reason": DeclineReason.LEFT_LYING, "at": at, "until": at + PASSED_BY}
    Declined.objects.bulk_create(
        Declined(item_id=pk, member_id=member, **values)
        for pk, _account, member, was_dealt in returned
        if was_dealt
    )


@transaction.atomic
def wake_items(*, by: User, at: datetime) -> int:
    """What was put off until now waits again, for whoever put it off first; how many."""
    due = WorkItem.objects.filter(state=State.PUT_OFF, wake_at__lte=at)
    found = list(due.select_for_update().values_list("pk", "account_id")[:LOT])
    those = WorkItem.objects.filter(pk__in=[pk for pk, _account in found])
    until = working_time().later(at, HELD)
    waits: dict[str, Any] = {"state": State.WAITING, "wake_at": None, "why": "", "since": at}
    again = those.filter(pool__isnull=False).update(
        held_for=F("member"), held_until=until, member=None, version=F("version") + 1, **waits
    )
    again += those.filter(pool__isnull=True, state=State.PUT_OFF).update(
        version=F("version") + 1, **waits
    )
    if again:
        accounts = [account for _pk, account in found]
        items = [pk for pk, _account in found]
        record(ITEMS_WOKEN, by=by, at=at, accounts=accounts, number=again, items=items)
    return again


@transaction.atomic
def escalate_items(*, by: User, at: datetime) -> int:
    """Before a response target is broken: what is close to it goes ahead of everything else, waits
    for nobody in particular, and is shown to whoever looks after the queue; how many.
    """
    near = WorkItem.objects.filter(
        warn_at__lte=at, answered_at=None, escalated_at=None, state__in=TO_DO
    )
    found = _claimed(near)
    those = WorkItem.objects.filter(pk__in=[pk for pk, _account in found])
    number = those.update(
        escalated_at=at, rank=F("rank") - int(ESCALATED.total_seconds()), **NOT_HELD
    )
    if number:
        accounts = [account for _pk, account in found]
        items = [pk for pk, _account in found]
        record(ITEMS_ESCALATED, by=by, at=at, accounts=accounts, number=number, items=items)
    return number


@transaction.atomic
def open_up_items(*, by: User, at: datetime) -> int:
    """What has waited long is opened to more people: at half of its time to whoever speaks the
    language, and after the time that the model says to the pool that helps; how many.
    """
    waiting = WorkItem.objects.filter(state=State.WAITING, member=None)
    relaxed = _claimed(waiting.filter(relax_at__lte=at))
    WorkItem.objects.filter(pk__in=[pk for pk, _account in relaxed]).update(
        needs=Concat(F("language"), Value(needs("", ""))), relax_at=None, nobody=[]
    )
    helped = _claimed(waiting.filter(overflow_at__lte=at))
    _move(helped, at)
    both = [*relaxed, *helped]
    if both:
        accounts = [account for _pk, account in both]
        items = sorted({pk for pk, _account in both})
        record(ITEMS_OPENED_UP, by=by, at=at, accounts=accounts, number=len(items), items=items)
    return len(both)


def _claimed(found: QuerySet[WorkItem]) -> list[tuple[int, int]]:
    """Id and account of a lot of these items, past those that somebody is changing just now."""
    locked = found.select_for_update(skip_locked=True, of=("self",))
    return list(locked.order_by("rank", "pk").values_list("pk", "account_id")[:LOT])


def _move(found: list[tuple[int, int]], at: datetime) -> None:
    """To the pool that helps the one they are in, if the model still says so."""
    if not found:
        return
    model, pools = model_in_force(), dict(Team.objects.exclude(key="").values_list("key", "pk"))
    by_pool: dict[int, list[int]] = defaultdict(list)
    those = WorkItem.objects.filter(pk__in=[pk for pk, _account in found])
    for pk, pool in those.values_list("pk", "pool_id"):
        by_pool[pool].append(pk)
    for team in Team.objects.filter(pk__in=by_pool):
        helps = pool_said(team, model).overflow
        to = pools.get(helps.to) if helps else None
        WorkItem.objects.filter(pk__in=by_pool[team.pk]).update(
            pool_id=to or team.pk, overflow_at=None, nobody=[], since=at, **NOT_HELD
        )
