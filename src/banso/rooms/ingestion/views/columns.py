"""What each column of one file says, and the ways to read files that are kept by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from banso.kit.acts import refusals_on
from banso.rooms.identity.access import may_operate
from banso.rooms.identity.http import allowed, page
from banso.rooms.ingestion import queries
from banso.rooms.ingestion.actions.imports import choose_columns, request_check
from banso.rooms.ingestion.actions.mappings import forget_mapping, save_mapping
from banso.rooms.ingestion.forms.files import offer_of
from banso.rooms.ingestion.forms.mapping import MappingForm
from banso.rooms.ingestion.points import kinds
from banso.rooms.ingestion.queries.mapping import Mapping
from banso.rooms.ingestion.queries.offers import Offer
from banso.rooms.ingestion.views.found import grouped_kinds, import_or_404, outline_or_none

if TYPE_CHECKING:
    from django.http import HttpResponse

    from banso.rooms.identity.http import Request
    from banso.rooms.ingestion.forms.files import Outline
    from banso.rooms.ingestion.models import Import


@allowed(may_operate)
def columns(request: Request, import_id: int) -> HttpResponse:
    """Say what each column holds, then have the whole file checked."""
    of = import_or_404(request, import_id)
    outline = outline_or_none(of)
    if outline is None:
        messages.error(request, _("The file can't be read any more. Please upload it again."))
        return redirect("ingestion:new")
    offer = _offer(request, of, outline)
    form = MappingForm(offer.kind, outline, mapping=offer.mapping, answers=request.POST or None)
    if form.is_bound and request.POST.get("step") != "look" and form.is_valid():
        with refusals_on(form):
            return _stated(request, of, form)
    return page(
        request,
        "ingestion/columns.html",
        partial="mapping",
        of=of,
        kind=offer.kind,
        groups=grouped_kinds(),
        outline=outline,
        form=form,
        columns=list(form.columns()),
        title=offer.title,
        saved_name=request.POST.get("mapping_name", of.mapping_name),
    )


def _offer(request: Request, of: Import, outline: Outline) -> Offer:
    """How the file is read now, or would be as another kind."""
    asked = request.GET.get("kind", of.kind)
    if asked in kinds and asked != of.kind:
        return offer_of(kinds[asked], of.file_name, outline)
    return Offer(queries.kind_of(of), Mapping.from_json(of.mapping), of.mapping_name)


def _stated(request: Request, of: Import, form: MappingForm) -> HttpResponse:
    """Carry out what was asked for with the columns as stated."""
    header, stated = form.outline.header, form.mapping()
    same = (form.kind.key, stated.as_json()) == (of.kind, of.mapping)
    offer = Offer(form.kind, stated, of.mapping_name if same else "")
    by, at, step = request.user, now(), request.POST.get("step", "check")
    if step == "check":
        request_check(of, kind=offer.kind.key, mapping=offer.mapping, header=header, by=by, at=at)
        return redirect("ingestion:import", of.pk)
    if step == "save":
        name = request.POST.get("mapping_name", "").strip()[:80]
        offer = Offer(offer.kind, offer.mapping, name)
        save_mapping(offer, header=header, by=by, at=at)
        messages.success(request, _("“%(name)s” will be offered for such files.") % {"name": name})
    choose_columns(of, offer=offer, header=header, by=by, at=at)
    if step == "keep" and of.together:
        return redirect("ingestion:together", of.together)
    return redirect("ingestion:columns", of.pk)


@require_safe
@allowed(may_operate)
def mappings(request: Request) -> HttpResponse:
    """The saved ways to read files."""
    saved = [(each, kinds[each.kind].label) for each in queries.saved_mappings()]
    return page(request, "ingestion/mappings.html", mappings=saved)


@require_POST
@allowed(may_operate)
def forget(request: Request, mapping_id: int) -> HttpResponse:
    """Offer a saved mapping no more."""
    saved = get_object_or_404(queries.saved_mappings(), pk=mapping_id)
    forget_mapping(saved, by=request.user, at=now())
    return redirect("ingestion:mappings")
