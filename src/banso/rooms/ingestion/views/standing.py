"""One import: where it stands, what it did or would do, and what comes next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from banso.kit.acts import Refused
from banso.rooms.identity.access import may_operate
from banso.rooms.identity.http import allowed, page
from banso.rooms.ingestion import queries
from banso.rooms.ingestion.actions.imports import (
    discard_file,
    request_commit,
    request_take_back,
)
from banso.rooms.ingestion.models import ImportState, Severity
from banso.rooms.ingestion.queries.reasons import Columns, Reasons, reasons
from banso.rooms.ingestion.queries.wording import fault
from banso.rooms.ingestion.views.found import header_of, import_or_404, refusals_told

if TYPE_CHECKING:
    from django.http import HttpResponse

    from banso.rooms.identity.http import Request
    from banso.rooms.ingestion.models import Import

WITHOUT_REPORTS = frozenset({ImportState.RECEIVED, ImportState.TAKEN_BACK})


@require_safe
@allowed(may_operate)
def one(request: Request, import_id: int) -> HttpResponse:
    """Where this import stands, what it did, and what comes next."""
    of = import_or_404(request, import_id)
    rejected, warned = _reasons(of)
    left = queries.open_rejects(of).count() if of.rejected and not of.under_way else 0
    return page(
        request,
        "ingestion/import.html",
        partial="standing",
        of=of,
        kind=queries.kind_of(of),
        fault=fault(of.fault, of.fault_facts) if of.fault else "",
        problem=queries.first_problem(of) if queries.is_waiting(of) else "",
        rejected=rejected,
        warned=warned,
        left=left,
        brought_again=of.rejected - left if of.state in queries.STANDS else 0,
        corrections=queries.corrections(of)[:5],
        may_correct=bool(left) and of.state in queries.STANDS and not of.came_by_call,
        may_take_back=queries.may_take_back(of),
        may_go_on=queries.may_go_on(of),
        may_discard=of.state in queries.UNUSED and not of.has_batches,  # type: ignore[attr-defined]
    )


def _reasons(of: Import) -> tuple[Reasons | None, Reasons | None]:
    """Why rows were rejected and warned about; none while a run still finds more."""
    if of.under_way or of.state in WITHOUT_REPORTS or not (of.rejected or of.warned):
        return None, None
    columns = Columns(of, header_of(of))
    warned = queries.reports(of, severity=Severity.WARNED)
    return reasons(queries.open_rejects(of), columns), reasons(warned, columns)


@require_POST
@allowed(may_operate)
def commit(request: Request, import_id: int) -> HttpResponse:
    """Bring the checked file in."""
    of = import_or_404(request, import_id)
    with refusals_told(request):
        request_commit(of, by=request.user, at=now())
    return redirect("ingestion:import", of.pk)


@require_POST
@allowed(may_operate)
def take_back(request: Request, import_id: int) -> HttpResponse:
    """Undo what this import did."""
    of = import_or_404(request, import_id)
    with refusals_told(request):
        request_take_back(of, by=request.user, at=now())
    return redirect("ingestion:import", of.pk)


@require_POST
@allowed(may_operate)
def discard(request: Request, import_id: int) -> HttpResponse:
    """Forget a file that was not brought in."""
    of = import_or_404(request, import_id)
    try:
        discard_file(of, by=request.user, at=now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("ingestion:import", of.pk)
    messages.success(request, _("%(file)s was discarded.") % {"file": of.file_name})
    siblings = queries.imports(request.user).filter(together=of.together)
    if of.together and siblings.exists():
        return redirect("ingestion:together", of.together)
    return redirect("ingestion:imports")
