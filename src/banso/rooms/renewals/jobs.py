"""Renewals follow contracts, lines, notices and rates."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.timezone import localdate, now

from banso.kit import jobs
from banso.rooms.customers.actions.facts import refresh_facts
from banso.rooms.customers.points import ACCOUNTS_MERGED, MERGE_UNDONE
from banso.rooms.identity.actions import system_user
from banso.rooms.journal.points import reacts_to
from banso.rooms.renewals.actions.reconciling import reconcile_renewals
from banso.rooms.renewals.queries.terms import contracts_in_order
from banso.rooms.revenue.points import (
    CANCELLATIONS_PUT,
    CANCELLATIONS_TAKEN_BACK,
    LINES_PUT,
    LINES_TAKEN_BACK,
    RATES_PUT,
    RATES_TAKEN_BACK,
)

if TYPE_CHECKING:
    from banso.rooms.journal.models import Entry

FOLLOWED = (
    *(LINES_PUT, LINES_TAKEN_BACK, CANCELLATIONS_PUT, CANCELLATIONS_TAKEN_BACK),
    *(RATES_PUT, RATES_TAKEN_BACK, ACCOUNTS_MERGED, MERGE_UNDONE),
)
LONG = timedelta(minutes=10)
AT_ONCE = 500


def _reconcile_all() -> None:
    """Some contracts at a time, each lot in a transaction of its own, so that others may write."""
    on, contracts = localdate(), contracts_in_order()
    anything = False
    for start in range(0, len(contracts), AT_ONCE):
        with transaction.atomic():
            at = now()
            some = contracts[start : start + AT_ONCE]
            done = reconcile_renewals(some, on=on, by=system_user(at=at), at=at)
            anything = anything or done.anything
            jobs.renew(done_steps=start + len(some), total_steps=len(contracts))
    if anything:
        refresh_facts(on=on, at=now())


def reconcile_after(_entry: Entry) -> None:
    """Whatever the renewals are told from has changed."""
    _reconcile_all()


for event in FOLLOWED:  # one job for all of them: while it waits, none is added
    reacts_to(event, atomic=False, once_at_a_time=True, lease_for=LONG)(reconcile_after)


@jobs.job(every=timedelta(hours=6), atomic=False, lease_for=LONG)
def reconcile_with_the_day() -> None:
    """Terms end with the calendar, even when nothing is brought in."""
    _reconcile_all()
