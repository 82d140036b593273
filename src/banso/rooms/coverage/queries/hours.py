"""What the customers of each segment ask of the role that serves them, in hours a year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from banso.engines.operating.checks.capacity import demand
from banso.engines.operating.surroundings import Surroundings
from banso.rooms.customers.models import StandardMinutes

if TYPE_CHECKING:
    from datetime import date

    from banso.rooms.coverage.queries.versions import AppliedModel


def hours_of_segments(applied: AppliedModel, *, on: date) -> dict[str, tuple[str, float]]:
    """By segment the role that serves it and the hours a year that one account asks of it: its
    activities by standard minutes, and what it is expected to use of its cap. Segments of which no
    hours can be told are left out.
    """
    minutes = dict(StandardMinutes.objects.values_list("activity", "minutes"))
    around = Surroundings(vocabulary=applied.spoken.words, on=on, minutes=minutes)
    stated = {}
    for key, coverage in applied.model.coverage.items():
        asks, cap = demand(coverage, around), coverage.cap
        if asks and coverage.role:
            uses = cap.uses if cap and cap.uses is not None else 1.0
            stated[key] = (coverage.role, asks.at(uses))
    return stated
