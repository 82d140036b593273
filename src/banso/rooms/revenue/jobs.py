from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.timezone import localdate, now

from banso.kit.jobs import job
from banso.rooms.customers.points import ACCOUNTS_MERGED, MERGE_UNDONE
from banso.rooms.journal.points import reacts_to
from banso.rooms.revenue.actions import refresh
from banso.rooms.revenue.points import (
    CANCELLATIONS_PUT,
    CANCELLATIONS_TAKEN_BACK,
    DEFINITION_STORED,
    LINES_PUT,
    LINES_TAKEN_BACK,
    RATES_PUT,
    RATES_TAKEN_BACK,
    TRANSFERS_PUT,
    TRANSFERS_TAKEN_BACK,
)

if TYPE_CHECKING:
    from banso.rooms.journal.models import Entry

LONG = timedelta(minutes=10)


@reacts_to(LINES_PUT, once_at_a_time=True, lease_for=LONG)
def refresh_after_lines(_entry: Entry) -> None:
    """Figures follow the lines."""
    refresh(at=now(), on=localdate())


@reacts_to(LINES_TAKEN_BACK, once_at_a_time=True, lease_for=LONG)
def refresh_after_lines_taken_back(_entry: Entry) -> None:
    """Figures follow the lines."""
    refresh(at=now(), on=localdate())


@reacts_to(RATES_PUT, once_at_a_time=True, lease_for=LONG)
def refresh_after_rates(_entry: Entry) -> None:
    """Figures follow the rates."""
    refresh(at=now(), on=localdate())


@reacts_to(RATES_TAKEN_BACK, once_at_a_time=True, lease_for=LONG)
def refresh_after_rates_taken_back(_entry: Entry) -> None:
    """Figures follow the rates."""
    refresh(at=now(), on=localdate())


@reacts_to(CANCELLATIONS_PUT, once_at_a_time=True, lease_for=LONG)
def refresh_after_cancellations(_entry: Entry) -> None:
    """Who has given notice waits for no renewal."""
    refresh(at=now(), on=localdate())


@reacts_to(CANCELLATIONS_TAKEN_BACK, once_at_a_time=True, lease_for=LONG)
def refresh_after_cancellations_taken_back(_entry: Entry) -> None:
    """Who has not given notice may wait for a renewal."""
    refresh(at=now(), on=localdate())


@reacts_to(TRANSFERS_PUT, once_at_a_time=True, lease_for=LONG)
def refresh_after_transfers(_entry: Entry) -> None:
    """Lines count where they have gone."""
    refresh(at=now(), on=localdate())


@reacts_to(TRANSFERS_TAKEN_BACK, once_at_a_time=True, lease_for=LONG)
def refresh_after_transfers_taken_back(_entry: Entry) -> None:
    """Lines count where they were."""
    refresh(at=now(), on=localdate())


@reacts_to(DEFINITION_STORED, once_at_a_time=True, lease_for=LONG)
def refresh_after_definition(_entry: Entry) -> None:
    """The book of a new definition is written with all others."""
    refresh(at=now(), on=localdate())


@reacts_to(ACCOUNTS_MERGED, once_at_a_time=True, lease_for=LONG)
def refresh_after_merge(_entry: Entry) -> None:
    """Lines follow their account."""
    refresh(at=now(), on=localdate())


@reacts_to(MERGE_UNDONE, once_at_a_time=True, lease_for=LONG)
def refresh_after_merge_undone(_entry: Entry) -> None:
    """Lines follow their account."""
    refresh(at=now(), on=localdate())


@job(every=timedelta(hours=1), lease_for=LONG)
def refresh_with_the_day() -> None:
    """ARR and terms move with the calendar, even when nothing is brought in."""
    refresh(at=now(), on=localdate())
