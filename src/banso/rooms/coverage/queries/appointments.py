"""Which version is to be put in force by itself, and which was refused on its day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from banso.rooms.coverage.models import Application, Appointment, ModelVersion, VersionState

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet


def waiting() -> QuerySet[Appointment]:
    """Appointments that are still to be kept, the earliest first."""
    return (
        Appointment.objects.filter(settled_at=None).select_related("version").order_by("on", "pk")
    )


def due(on: date) -> QuerySet[Appointment]:
    """Those whose day has come."""
    return waiting().filter(on__lte=on)


def appointment_of(version: ModelVersion) -> Appointment | None:
    """What is appointed for a version, or why its last appointment was not kept; None where nothing
    waits, or the version came into force after that.
    """
    told = Appointment.objects.filter(Q(settled_at=None) | ~Q(refusal=""), version=version)
    last = told.select_related("made_by").order_by("pk").last()
    if last is None or version.state == VersionState.DROPPED:
        return None
    if last.settled_at is not None:
        since = Application.objects.filter(version=version, applied_at__gt=last.settled_at)
        return None if since.exists() else last
    return last
