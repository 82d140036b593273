"""A version that comes into force on a later day, without anybody having to be there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from banso.kit.acts import Refused
from banso.rooms.coverage.actions.applying import NotApproved, apply_model
from banso.rooms.coverage.models import Appointment, ModelVersion, VersionState
from banso.rooms.coverage.points import MODEL_APPOINTED, MODEL_CALLED_OFF, MODEL_NOT_APPLIED
from banso.rooms.coverage.queries.appointments import waiting
from banso.rooms.journal.actions import record

if TYPE_CHECKING:
    from datetime import date, datetime

    from banso.rooms.identity.models import User


class NoDay(Refused):
    """The text names no day from which it holds."""


class HasCome(Refused):
    """The day is there: the version can be applied at once."""


class AlreadyAppointed(Refused):
    """The version waits for its day already."""


class NothingWaits(Refused):
    """The version isn't appointed, or not any more."""


@transaction.atomic
def appoint_model(version: ModelVersion, *, by: User, at: datetime, on: date) -> Appointment:
    """Let an approved version come into force by itself on the day that its text names; `on` is
    today. What it moves is decided on that day, as it is then reviewed.

    Raises NotApproved, NoDay, HasCome, AlreadyAppointed.
    """
    version.refresh_from_db()
    if version.state != VersionState.APPROVED:
        raise NotApproved(_("Only an approved version can be applied."))
    if version.effective_on is None:
        raise NoDay(_("The text names no day (effective_on). Apply it when the day has come."))
    if version.effective_on <= on:
        raise HasCome(_("The day of this version has come: apply it now."))
    made, is_new = Appointment.objects.get_or_create(
        version=version,
        settled_at=None,
        defaults={"on": version.effective_on, "made_by": by, "made_at": at},
    )
    if not is_new:
        raise AlreadyAppointed(_("This version waits for its day already."))
    record(MODEL_APPOINTED, by=by, at=at, **_told(made))
    return made


@transaction.atomic
def call_off_model(version: ModelVersion, *, by: User, at: datetime) -> None:
    """Let a version wait for nothing any more. Raises NothingWaits."""
    made = waiting().filter(version=version).first()
    if made is None or not _settle(made, at=at):
        raise NothingWaits(_("Nothing is appointed for this version any more."))
    record(MODEL_CALLED_OFF, by=by, at=at, **_told(made))


@transaction.atomic
def keep_appointment(made: Appointment, *, on: date, by: User, at: datetime) -> None:
    """Carry out one that is due. What is refused is put down with its reason, and is not tried
    again.
    """
    if not _settle(made, at=at):
        return  # called off meanwhile
    try:
        with transaction.atomic():
            apply_model(made.version, on=on, by=by, at=at)
    except Refused as refusal:
        because = str(refusal)
        Appointment.objects.filter(pk=made.pk).update(refusal=because)
        record(MODEL_NOT_APPLIED, by=by, at=at, because=because, **_told(made))


def _settle(made: Appointment, *, at: datetime) -> bool:
    """Whether it waited until now, which whoever comes first is told."""
    return bool(Appointment.objects.filter(pk=made.pk, settled_at=None).update(settled_at=at))


def _told(made: Appointment) -> dict[str, Any]:
    name, day = str(made.version), made.on.isoformat()
    return {"model_id": made.version_id, "name": name, "day": day}
