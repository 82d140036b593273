from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from banso.kit.jobs import renew
from banso.rooms.customers.actions.duplicates import propose_pairs
from banso.rooms.customers.points import ACCOUNTS_EDITED, ACCOUNTS_PUT, ACCOUNTS_TAKEN_BACK
from banso.rooms.customers.queries.duplicates import pairs_to_propose
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
