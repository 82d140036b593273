"""Work goes on by itself: every minute the queues are looked after, and seats follow the model."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.timezone import localdate, now

from banso.kit import jobs
from banso.kit.working_days import working_time
from banso.rooms.coverage.points import MODEL_ADOPTED, MODEL_APPLIED, MODEL_TAKEN_BACK
from banso.rooms.identity.actions import system_user
from banso.rooms.journal.points import reacts_to
from banso.rooms.people.points import MEMBERS_PUT, POOLS_SETTLED, SKILL_DROPPED, SKILL_NOTED
from banso.rooms.work.actions.dealing import deal_pool
from banso.rooms.work.actions.minding import (
    escalate_items,
    open_up_items,
    return_abandoned,
    wake_items,
)
from banso.rooms.work.actions.seats import settle_seats
from banso.rooms.work.queries.policies import dealing_pools

if TYPE_CHECKING:
    from datetime import datetime

    from banso.rooms.journal.models import Entry

FOLLOWED = (
    *(MODEL_APPLIED, MODEL_ADOPTED, MODEL_TAKEN_BACK, POOLS_SETTLED),
    *(MEMBERS_PUT, SKILL_NOTED, SKILL_DROPPED),
)
MINDERS = (return_abandoned, wake_items, escalate_items, open_up_items)


@jobs.job(every=timedelta(minutes=1), atomic=False)
def mind_the_queues() -> None:
    """What time does to work, and dealing."""
    look_after_queues(at=now())


def look_after_queues(*, at: datetime) -> None:
    """Each step in a transaction of its own, so that nobody who takes work waits for all. Work is
    dealt while the office is open.
    """
    by = system_user(at=at)
    for mind in MINDERS:
        mind(by=by, at=at)
        jobs.renew(done_steps=1)
    if working_time().is_working(at):
        for pool, routing in dealing_pools():
            deal_pool(pool, routing=routing, by=by, at=at)
            jobs.renew(done_steps=1)


def seats_follow(_entry: Entry) -> None:
    """The model, the pools' members or their skills have changed."""
    settle_seats(on=localdate())


for event in FOLLOWED:  # one job for all of them: while it waits, none is added
    reacts_to(event, once_at_a_time=True)(seats_follow)


@jobs.job(every=timedelta(hours=1))
def seats_follow_the_day() -> None:
    """People join and leave pools with the calendar."""
    settle_seats(on=localdate())
