"""Rejected rows: to correct them here and bring them again, or to take them home."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from banso.kit.acts import Refused
from banso.kit.exports import csv_download
from banso.kit.keyset import Order, Slice, keyset
from banso.rooms.identity.access import may_operate
from banso.rooms.identity.http import allowed, page
from banso.rooms.ingestion import queries
from banso.rooms.ingestion.actions.corrections import CorrectedFile, correct_rows
from banso.rooms.ingestion.actions.imports import keep_file
from banso.rooms.ingestion.forms.corrections import CorrectionForm
from banso.rooms.ingestion.queries.cells import written
from banso.rooms.ingestion.queries.reasons import Columns
from banso.rooms.ingestion.queries.wording import finding
from banso.rooms.ingestion.views.found import header_of, import_or_404

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpResponse, HttpResponseBase

    from banso.rooms.identity.http import Request
    from banso.rooms.ingestion.models import Import, RowReport

PAGE_SIZE = 50
AS_IN_FILE = Order("row_number")


@allowed(may_operate)
def rejected(request: Request, import_id: int) -> HttpResponse:
    """The rejected rows of an import, to correct and to bring in again."""
    of = import_or_404(request, import_id)
    if of.corrects is not None:  # what is still wrong waits with the file it came in
        return redirect("ingestion:rejected", of.corrects.pk)
    if of.came_by_call:
        messages.error(request, _("A program sent these items. It sends them again, corrected."))
        return redirect("ingestion:import", of.pk)
    rows = _asked_for(request, of)
    form = CorrectionForm(
        rows.rows, Columns(of, header_of(of)), mapping=of.mapping, answers=request.POST or None
    )
    if request.method == "POST":
        again = _brought_again(request, of, form)
        if again is not None:
            return redirect("ingestion:import", again.pk)
    return page(
        request,
        "ingestion/rejected.html",
        partial="rows",
        of=of,
        kind=queries.kind_of(of),
        form=form,
        after=rows.after,
        left=queries.open_rejects(of).count(),
        may_correct=of.state in queries.STANDS,
    )


def _asked_for(request: Request, of: Import) -> Slice[RowReport]:
    """The rows that were handed in, else those of the page asked for."""
    left = queries.open_rejects(of)
    handed_in = request.POST.getlist("row")
    if handed_in:
        known = [int(pk) for pk in handed_in if pk.isdecimal()][:PAGE_SIZE]
        return Slice(list(left.filter(pk__in=known)), "")
    return keyset(left, order=AS_IN_FILE, after=request.GET.get("after", ""), size=PAGE_SIZE)


def _brought_again(request: Request, of: Import, form: CorrectionForm) -> Import | None:
    """Bring the handed-in rows again, but for those that would overwrite another."""
    rows = form.corrections()
    if form.repeated:
        messages.warning(
            request,
            _("Rows with the ID of another row were left out: give them an ID of their own."),
        )
    if not rows:
        return None
    kept = keep_file(CorrectedFile(form.header, rows).blocks(), "corrected.csv")
    try:
        return correct_rows(of, rows=rows, kept=kept, by=request.user, at=now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return None


@require_safe
@allowed(may_operate)
def download(request: Request, import_id: int) -> HttpResponseBase:
    """The rejected rows still to correct, in the file's own columns, with the reason: to bring in
    again.
    """
    of = import_or_404(request, import_id)
    header = [*header_of(of), _("Why rejected")]
    rows = _rejected_rows(of, get_language() or "")
    return csv_download(f"rejected-{Path(of.file_name).stem}.csv", header, rows)


def _rejected_rows(of: Import, language: str) -> Iterator[list[Any]]:
    """Streamed when the request is over, and with it the language it was asked in."""
    kind = queries.kind_of(of)
    for report in queries.open_rejects(of).iterator():
        with override(language):
            words = " / ".join(finding(kind, stored) for stored in report.findings)
        yield [*(_to_take_home(cell) for cell in report.cells), words]


def _to_take_home(cell: Any) -> Any:
    """A number stays a number, so that no apostrophe comes before its minus."""
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    return written(cell) if isinstance(cell, bool) else cell
