"""How customers are served follows the model in force."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.timezone import localdate, now

from banso.kit import jobs
from banso.rooms.coverage.actions.appointments import keep_appointment
from banso.rooms.coverage.points import MODEL_APPLIED, MODEL_TAKEN_BACK
from banso.rooms.coverage.queries.appointments import due
from banso.rooms.customers.actions.facts import refresh_facts
from banso.rooms.journal.points import reacts_to

if TYPE_CHECKING:
    from banso.rooms.journal.models import Entry

LONG = timedelta(minutes=10)


@reacts_to(MODEL_APPLIED, once_at_a_time=True, lease_for=LONG)
def refresh_after_applying(_entry: Entry) -> None:
    """Another model serves customers otherwise, even where no duty passes."""
    refresh_facts(on=localdate(), at=now())


@reacts_to(MODEL_TAKEN_BACK, once_at_a_time=True, lease_for=LONG)
def refresh_after_taking_back(_entry: Entry) -> None:
    """The model before it serves customers again, or none does."""
    refresh_facts(on=localdate(), at=now())


@jobs.job(every=timedelta(minutes=15), atomic=False, lease_for=LONG)
def keep_what_is_due() -> None:
    """A model comes into force on its day, soon after midnight, in the name of whoever appointed
    it.
    """
    for made in due(localdate()):
        keep_appointment(made, on=localdate(), by=made.made_by, at=now())
