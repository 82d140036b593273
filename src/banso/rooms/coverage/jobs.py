"""How customers are served follows the model in force."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.timezone import localdate, now

from banso.rooms.coverage.points import MODEL_APPLIED, MODEL_TAKEN_BACK
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
