"""What would change, for whom, is it safe? The plan of a version, carried out and taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from banso.engines.operating.checks import is_sound
from banso.kit.acts import Refused
from banso.rooms.coverage.access import may_review, may_shape
from banso.rooms.coverage.actions.applying import apply_model, take_back_model
from banso.rooms.coverage.actions.appointments import appoint_model, call_off_model
from banso.rooms.coverage.forms import WordsForm
from banso.rooms.coverage.models import VersionState
from banso.rooms.coverage.queries import versions as known
from banso.rooms.coverage.queries.appointments import appointment_of
from banso.rooms.coverage.queries.checking import checked
from banso.rooms.coverage.queries.planning import plan_of
from banso.rooms.coverage.queries.plans_told import (
    SHOWN,
    PlanTold,
    differing,
    moving,
    told_plan,
)
from banso.rooms.coverage.queries.reviewing import comments, reviewed
from banso.rooms.coverage.queries.sentences import Reader, reader_of
from banso.rooms.coverage.views.versions import version_or_404
from banso.rooms.identity.http import allowed, page

if TYPE_CHECKING:
    from django.http import HttpResponse

    from banso.rooms.coverage.models import ModelVersion
    from banso.rooms.coverage.queries.checking import Checked
    from banso.rooms.identity.http import Request


@require_safe
@allowed(may_review)
def plan(request: Request, version_id: int) -> HttpResponse:
    """Who would hold what: against the ledger of today, and against the version before it."""
    of = version_or_404(request, version_id)
    found = checked(of.text, on=localdate())
    reader = reader_of(found)
    planned = _planned(of, found, reader)
    applied, appointment = known.in_force(), appointment_of(of)
    is_in_force = applied is not None and applied.version_id == of.pk
    return page(
        request,
        "coverage/plan.html",
        version=of,
        plan=planned,
        may_apply=may_shape(request.user) and _can_be_applied(of, planned),
        applied=applied if is_in_force else None,
        appointment=appointment,
        waits=appointment is not None and appointment.settled_at is None,
        may_appoint=may_shape(request.user) and _can_wait(of, planned),
        may_shape=may_shape(request.user),
        may_settle=not is_in_force,
        comments=list(comments(of)[:SHOWN]),
        form=WordsForm(),
        told=reader.segments() if reader else None,
        **_beside(request, of, reader),
    )


def _planned(of: ModelVersion, found: Checked, reader: Reader | None) -> PlanTold | None:
    """The plan in words, as it was reviewed; None while the document has errors."""
    if reader is None or not is_sound(found.findings):
        return None
    return told_plan(plan_of(reader.model, on=localdate(), reviewed=reviewed(of)), reader)


def _can_be_applied(of: ModelVersion, planned: PlanTold | None) -> bool:
    has_come = of.effective_on is None or of.effective_on <= localdate()
    ready = planned is not None and planned.is_whole and planned.moves > 0
    return ready and has_come and of.state == VersionState.APPROVED


def _can_wait(of: ModelVersion, planned: PlanTold | None) -> bool:
    to_come = of.effective_on is not None and of.effective_on > localdate()
    return planned is not None and to_come and of.state == VersionState.APPROVED


def _beside(request: Request, of: ModelVersion, new: Reader | None) -> dict[str, Any]:
    """How the version differs from the one it is based on, or else the one that stands."""
    other = of.based_on or known.standing(request.user, known.in_force())
    before = known.model_of(other) if other and other != of else None
    if before is None or new is None:
        return {"other": None}
    found, old = known.difference(before, new.model, on=localdate()), Reader(before, new.spoken, {})
    return {
        "other": other,
        "changes": found.changes,
        "moved": moving(found, old, new),
        "passing": differing(found, old, new),
    }


@require_POST
@allowed(may_shape)
def apply(request: Request, version_id: int) -> HttpResponse:
    """Carry a version out from today on."""
    of = version_or_404(request, version_id)
    try:
        done = apply_model(of, on=localdate(), by=request.user, at=now())
        sentence = ngettext(
            "Applied: duties of %(number)s customer passed on.",
            "Applied: duties of %(number)s customers passed on.",
            done.accounts,
        )
        messages.success(request, sentence % {"number": done.accounts})
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("coverage:plan", of.pk)


@require_POST
@allowed(may_shape)
def appoint(request: Request, version_id: int) -> HttpResponse:
    """Let a version come into force by itself on its day."""
    of = version_or_404(request, version_id)
    try:
        appoint_model(of, by=request.user, at=now(), on=localdate())
        messages.success(request, _("Appointed: it comes into force by itself on its day."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("coverage:plan", of.pk)


@require_POST
@allowed(may_shape)
def call_off(request: Request, version_id: int) -> HttpResponse:
    """Let it wait for its day no more."""
    of = version_or_404(request, version_id)
    try:
        call_off_model(of, by=request.user, at=now())
        messages.success(
            request, _("Called off: it comes into force only when somebody applies it.")
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("coverage:plan", of.pk)


@require_POST
@allowed(may_shape)
def take_back(request: Request, application_id: int) -> HttpResponse:
    """Restore who held what before a version was applied."""
    of = get_object_or_404(known.applications(), pk=application_id)
    try:
        _say_kept(request, take_back_model(of, by=request.user, at=now()))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("coverage:plan", of.version_id)


def _say_kept(request: Request, kept: int) -> None:
    if not kept:
        messages.success(request, _("Taken back: everybody holds what they held before."))
        return
    sentence = ngettext(
        "Taken back, but for %(number)s holder that had changed since.",
        "Taken back, but for %(number)s holders that had changed since.",
        kept,
    )
    messages.warning(request, sentence % {"number": kept})
