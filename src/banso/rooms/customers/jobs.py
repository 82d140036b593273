from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.timezone import localdate, now

from banso.kit.jobs import job, renew
from banso.rooms.customers.actions.duplicates import propose_pairs
from banso.rooms.customers.actions.facts import refresh_facts
from banso.rooms.customers.actions.segments import date_segments_back
from banso.rooms.customers.points import (
    ACCOUNTS_EDITED,
    ACCOUNTS_PUT,
    ACCOUNTS_TAKEN_BACK,
    DUTIES_PASSED,
    DUTY_HANDED,
    EDIT_UNDONE,
    HOLDINGS_PUT,
    HOLDINGS_TAKEN_BACK,
    SEGMENTS_SETTLED,
)
from banso.rooms.customers.queries.duplicates import pairs_to_propose
from banso.rooms.customers.queries.past_segments import list_to_date_back, past_segments
from banso.rooms.journal.points import reacts_to

if TYPE_CHECKING:
    from banso.rooms.journal.models import Entry

LONG = timedelta(minutes=10)


@reacts_to(ACCOUNTS_PUT, atomic=False, once_at_a_time=True, lease_for=LONG)
def look_for_duplicates(_entry: Entry) -> None:
    """Accounts that came in may be some that were there."""
    _look()


@reacts_to(ACCOUNTS_TAKEN_BACK, atomic=False, once_at_a_time=True, lease_for=LONG)
def look_again_after_taking_back(_entry: Entry) -> None:
    """What spoke for a pair may be gone."""
    _look()


@reacts_to(ACCOUNTS_EDITED, atomic=False, once_at_a_time=True, lease_for=LONG)
def look_again_after_edits(_entry: Entry) -> None:
    """What spoke for a pair may be gone, or have come."""
    _look()


def _look() -> None:
    """Compare outside any transaction, so that nobody waits meanwhile; write in a short one."""
    found = pairs_to_propose()
    with transaction.atomic():
        renew(done_steps=1, total_steps=1)
        propose_pairs(found)


@reacts_to(DUTY_HANDED, once_at_a_time=True, lease_for=LONG)
def refresh_after_handing(_entry: Entry) -> None:
    """Who holds an account is a fact of it."""
    refresh_facts(on=localdate(), at=now())


@reacts_to(DUTIES_PASSED, once_at_a_time=True, lease_for=LONG)
def refresh_after_passing(_entry: Entry) -> None:
    """Who holds an account is a fact of it."""
    refresh_facts(on=localdate(), at=now())


@reacts_to(HOLDINGS_PUT, once_at_a_time=True, lease_for=LONG)
def refresh_after_holdings(_entry: Entry) -> None:
    """Who holds an account is a fact of it."""
    refresh_facts(on=localdate(), at=now())


@reacts_to(HOLDINGS_TAKEN_BACK, once_at_a_time=True, lease_for=LONG)
def refresh_after_holdings_taken_back(_entry: Entry) -> None:
    """Who holds an account is a fact of it."""
    refresh_facts(on=localdate(), at=now())


@reacts_to(ACCOUNTS_PUT, once_at_a_time=True, lease_for=LONG)
def refresh_after_accounts(_entry: Entry) -> None:
    """Segments follow what is known of the accounts, and its history is noted."""
    refresh_facts(on=localdate(), at=now())


@reacts_to(ACCOUNTS_TAKEN_BACK, once_at_a_time=True, lease_for=LONG)
def refresh_after_taking_back(_entry: Entry) -> None:
    """Segments follow what is known of the accounts, and its history is noted."""
    refresh_facts(on=localdate(), at=now())


@reacts_to(ACCOUNTS_EDITED, once_at_a_time=True, lease_for=LONG)
def refresh_after_edits(_entry: Entry) -> None:
    """Segments follow what is known of the accounts, and its history is noted."""
    refresh_facts(on=localdate(), at=now())


@reacts_to(EDIT_UNDONE, once_at_a_time=True, lease_for=LONG)
def refresh_after_undoing_edits(_entry: Entry) -> None:
    """Segments follow what is known of the accounts, and its history is noted."""
    refresh_facts(on=localdate(), at=now())


@reacts_to(SEGMENTS_SETTLED, atomic=False, once_at_a_time=True, lease_for=LONG)
def apply_segments_to_the_past(_entry: Entry) -> None:
    """A list of segments may hold for the time before it too."""
    _date_back()


@job(every=timedelta(hours=1), atomic=False, lease_for=LONG)
def apply_segments_to_what_came_later() -> None:
    """Lines of earlier days than were known may have come in since."""
    _date_back()


def _date_back() -> None:
    """Work the past out while nobody waits; write it in a short transaction."""
    of = list_to_date_back()
    found = past_segments(of) if of else None
    if of and found:
        with transaction.atomic():
            renew(done_steps=1, total_steps=1)
            date_segments_back(of, found, at=now())
