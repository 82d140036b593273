"""How do we do customer success? The model in sentences, its drafts, and what a draft changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from banso.engines.operating.checks import is_sound
from banso.engines.operating.templates import (
    UnknownTemplate,
    template,
    template_keys,
    template_text,
)
from banso.kit.acts import Refused, refusals_on
from banso.rooms.coverage.access import may_review, may_shape
from banso.rooms.coverage.actions import versions as actions
from banso.rooms.coverage.actions.applying import adopt_model
from banso.rooms.coverage.forms import FileForm, ReviewForm, TextForm
from banso.rooms.coverage.models import ModelVersion, VersionState
from banso.rooms.coverage.queries import versions as known
from banso.rooms.coverage.queries.checking import Checked, checked, in_segments
from banso.rooms.coverage.queries.sentences import Reader, said
from banso.rooms.coverage.queries.wording import all_told
from banso.rooms.customers.queries.rules import rule_language
from banso.rooms.identity.http import allowed, page

if TYPE_CHECKING:
    from collections.abc import Callable

    from banso.engines.operating.document import Model
    from banso.rooms.coverage.queries.sentences import SegmentTold
    from banso.rooms.identity.http import Request


@dataclass(frozen=True, slots=True)
class Template:
    """A model to begin with, as its page shows it."""

    key: str
    name: str
    fits: str


@require_safe
@login_required
def overview(request: Request) -> HttpResponse:
    """The model that stands, read aloud; else how to come to one. Drafts below, for those who know
    of them.
    """
    applied = known.in_force()
    standing = known.standing(request.user, applied)
    model = known.model_of(standing) if standing else None
    return page(
        request,
        "coverage/model.html",
        version=standing,
        applied=applied,
        versions=list(known.versions(request.user)),
        may_review=may_review(request.user),
        may_shape=may_shape(request.user),
        told=_told(model) if model else None,
    )


@require_safe
@allowed(may_shape)
def templates(request: Request) -> HttpResponse:
    """What to begin with: a template, or a file of one's own."""
    offered = [_template(key) for key in template_keys()]
    return page(request, "coverage/templates.html", offered=offered, form=FileForm())


@require_POST
@allowed(may_shape)
def begin(request: Request) -> HttpResponse:
    """Begin a draft: from a template, a version, or a file."""
    form = FileForm(request.POST, request.FILES)
    text, based_on = _beginning(request)
    if not text and form.is_valid():
        text = form.cleaned_data["file"]
    try:
        if text:
            draft = actions.draft_model(text, based_on=based_on, by=request.user, at=now())
            return redirect("coverage:version", draft.pk)
    except Refused as refusal:
        form.add_error("file", str(refusal))
    offered = [_template(key) for key in template_keys()]
    return page(request, "coverage/templates.html", offered=offered, form=form)


def _beginning(request: Request) -> tuple[str, ModelVersion | None]:
    """The text that a button of the page stands for, and the version it is of."""
    if key := request.POST.get("template"):
        try:
            return template_text(key), None
        except UnknownTemplate:
            return "", None
    number = request.POST.get("version", "")
    if number.isdecimal():
        version = version_or_404(request, int(number))
        return version.text, version
    return "", None


@allowed(may_review)
def version(request: Request, version_id: int) -> HttpResponse:
    """One version: its text with what the checks say; drafts can be rewritten."""
    of = version_or_404(request, version_id)
    may_write = may_shape(request.user) and of.state == VersionState.DRAFT
    form = TextForm(request.POST or None, initial={"text": of.text, "revision": of.revision})
    if request.method == "POST" and may_write and form.is_valid():
        with refusals_on(form):
            given = form.cleaned_data
            actions.rewrite_draft(
                of, given["text"], read=given["revision"] or 0, by=request.user, at=now()
            )
            messages.success(request, _("The draft is saved."))
            return redirect("coverage:version", of.pk)
    text = str(form["text"].value() or "")
    return page(
        request,
        "coverage/version.html",
        version=of,
        form=form,
        review=ReviewForm(),
        may_write=may_write,
        may_shape=may_shape(request.user),
        may_adopt=may_shape(request.user)
        and of.state == VersionState.APPROVED
        and known.in_force() is None,
        may_judge=of.state == VersionState.PROPOSED and of.proposed_by_id != request.user.pk,
        **_checked(checked(text, on=localdate())),
    )


@require_POST
@allowed(may_shape)
def check(request: Request) -> HttpResponse:
    """What the checks say of a text while it is written."""
    text = request.POST.get("text", "")
    return page(request, "coverage/findings.html", **_checked(checked(text, on=localdate())))


@require_POST
@allowed(may_shape)
def propose(request: Request, version_id: int) -> HttpResponse:
    """Ask for somebody else's review."""
    of = version_or_404(request, version_id)
    return _done(
        request, of, lambda: actions.propose_model(of, by=request.user, at=now(), on=localdate()),
        _("The model waits for somebody else's review."),
    )  # fmt: skip


@require_POST
@allowed(may_review)
def approve(request: Request, version_id: int) -> HttpResponse:
    """Say yes to a proposal."""
    of, read = version_or_404(request, version_id), request.POST.get("revision", "")
    revision = int(read) if read.isdecimal() else 0
    return _done(
        request, of, lambda: actions.approve_model(of, read=revision, by=request.user, at=now()),
        _("The model is approved."),
    )  # fmt: skip


@require_POST
@allowed(may_review)
def send_back(request: Request, version_id: int) -> HttpResponse:
    """Give a proposal back with what should change."""
    of, form = version_or_404(request, version_id), ReviewForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say what should change."))
        return redirect("coverage:version", of.pk)
    note = form.cleaned_data["note"]
    return _done(
        request, of, lambda: actions.send_back_model(of, note=note, by=request.user, at=now()),
        _("The model is a draft again, with your note."),
    )  # fmt: skip


@require_POST
@allowed(may_shape)
def adopt(request: Request, version_id: int) -> HttpResponse:
    """Put the first version in force as what is done already."""
    of = version_or_404(request, version_id)
    return _done(
        request, of, lambda: adopt_model(of, on=localdate(), by=request.user, at=now()),
        _("The model is in force, and nobody moved. “Who does what” shows who else holds a duty."),
    )  # fmt: skip


@require_POST
@allowed(may_shape)
def drop(request: Request, version_id: int) -> HttpResponse:
    """Put a version aside."""
    of = version_or_404(request, version_id)
    try:
        actions.drop_model(of, by=request.user, at=now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("coverage:version", of.pk)
    messages.success(request, _("“%(name)s” is put aside.") % {"name": of})
    return redirect("coverage:model")


@require_safe
@allowed(may_review)
def download(request: Request, version_id: int) -> HttpResponse:
    """The text of a version as a file."""
    of = version_or_404(request, version_id)
    response = HttpResponse(of.text, content_type="application/yaml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{of.key.replace("/", "-")}.yaml"'
    return response


def version_or_404(request: Request, version_id: int) -> ModelVersion:
    """A version that the viewer may know of."""
    return get_object_or_404(known.versions(request.user), pk=version_id)


def _done(
    request: Request, of: ModelVersion, act: Callable[[], object], sentence: str
) -> HttpResponse:
    try:
        act()
        messages.success(request, sentence)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("coverage:version", of.pk)


def _template(key: str) -> Template:
    model = template(key)
    name = said(model.name) if model.name else key
    return Template(key, name, said(model.fits) if model.fits else "")


def _told(model: Model) -> list[SegmentTold]:
    """A model in sentences, with today's customers of each segment."""
    spoken = rule_language()
    return Reader(model, spoken, in_segments(model, spoken, on=localdate())).segments()


def _checked(found: Checked) -> dict[str, Any]:
    return {
        "findings": all_told(found.findings),
        "is_sound": is_sound(found.findings),
        "is_read": found.document.model is not None,
    }
