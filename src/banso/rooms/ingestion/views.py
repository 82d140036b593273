from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import now
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from banso.kit.acts import Refused, refusals_on
from banso.kit.exports import csv_download
from banso.kit.keyset import Order, keyset
from banso.rooms.identity.access import may_operate
from banso.rooms.identity.http import allowed, page
from banso.rooms.ingestion import queries
from banso.rooms.ingestion.actions.imports import (
    forget_file,
    keep_file,
    receive_file,
    request_check,
    request_commit,
    request_take_back,
)
from banso.rooms.ingestion.forms import MappingForm, UploadForm
from banso.rooms.ingestion.models import Severity
from banso.rooms.ingestion.points import in_order, kinds
from banso.rooms.ingestion.queries.mapping import (
    GUESSED_FROM,
    Mapping,
    guessed_kind,
    guessed_mapping,
)
from banso.rooms.ingestion.queries.wording import fault, finding
from banso.rooms.ingestion.sources import LARGEST_BYTES, Unreadable, open_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.core.files.uploadedfile import UploadedFile
    from django.http import HttpResponse, HttpResponseBase

    from banso.engines.basis.cells import Cell
    from banso.rooms.identity.http import Request
    from banso.rooms.ingestion.models import Import, RowReport
    from banso.rooms.ingestion.points import Kind
    from banso.rooms.ingestion.sources import SourceTable

PAGE_SIZE = 50
SHOWN_REPORTS = 20
DEFAULT_KIND = "accounts"
NEWEST_FIRST = Order("pk", descending=True)


@require_safe
@allowed(may_operate)
def imports(request: Request) -> HttpResponse:
    """What was brought in, when, by whom, and what was rejected."""
    found = queries.imports(request.user)
    rows = keyset(found, order=NEWEST_FIRST, after=request.GET.get("after", ""), size=PAGE_SIZE)
    listed = [(of, kinds[of.kind].label) for of in rows.rows]
    return page(request, "ingestion/imports.html", partial="rows", imports=listed, after=rows.after)


@allowed(may_operate)
def new(request: Request) -> HttpResponse:
    """Take a file in and guess what it is."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        try:
            return redirect("ingestion:columns", _received(request, form.cleaned_data["file"]).pk)
        except Unreadable as unreadable:
            form.add_error("file", fault(unreadable.code, unreadable.facts))
    return page(request, "ingestion/new.html", form=form, kinds=in_order())


def _received(request: Request, file: UploadedFile[bytes]) -> Import:
    name = file.name or "file"
    if (file.size or 0) > LARGEST_BYTES:
        raise Unreadable("too_large", largest_bytes=LARGEST_BYTES)
    kept = keep_file(file.chunks(), name)
    try:
        table = open_table(Path(settings.MEDIA_ROOT) / kept.path)
    except Unreadable:
        forget_file(kept)
        raise
    kind = guessed_kind(table.header) or kinds[DEFAULT_KIND]
    return receive_file(
        kept=kept,
        name=name,
        kind=kind.key,
        mapping=guessed_mapping(kind, table.header, _sample(table)),
        by=request.user,
        at=now(),
    )


def _sample(table: SourceTable) -> list[tuple[Cell, ...]]:
    return [row.cells for row in islice(table.rows(), GUESSED_FROM)]


def _import_or_404(request: Request, import_id: int) -> Import:
    return get_object_or_404(queries.imports(request.user), pk=import_id)


def _table(of: Import) -> SourceTable:
    return open_table(Path(settings.MEDIA_ROOT) / of.path)


@require_safe
@allowed(may_operate)
def one(request: Request, import_id: int) -> HttpResponse:
    """Where this import stands, what it did, and what comes next."""
    of = _import_or_404(request, import_id)
    return page(
        request,
        "ingestion/import.html",
        partial="standing",
        of=of,
        kind=queries.kind_of(of),
        fault=fault(of.fault, of.fault_facts) if of.fault else "",
        rejected=_told(of, Severity.REJECTED),
        warned=_told(of, Severity.WARNED),
        may_take_back=queries.may_take_back(of),
        may_go_on=queries.may_go_on(of),
    )


def _told(of: Import, severity: str) -> list[dict[str, Any]]:
    """The first rows of a severity, with their findings in words."""
    kind = queries.kind_of(of)
    return [
        {"number": report.row_number, "words": _words(kind, report)}
        for report in queries.reports(of, severity=severity)[:SHOWN_REPORTS]
    ]


def _words(kind: Kind, report: RowReport) -> list[str]:
    return [finding(kind, stored) for stored in report.findings]


@allowed(may_operate)
def columns(request: Request, import_id: int) -> HttpResponse:
    """Say what each column holds, then have the whole file checked."""
    of = _import_or_404(request, import_id)
    try:
        table = _table(of)
    except (Unreadable, FileNotFoundError):
        messages.error(request, _("The file can't be read any more. Please upload it again."))
        return redirect("ingestion:new")
    kind, sample = kinds[_asked_kind(request, of)], _sample(table)
    mapping = (
        Mapping.from_json(of.mapping)
        if kind.key == of.kind
        else guessed_mapping(kind, table.header, sample)
    )
    form = MappingForm(kind, table.header, mapping=mapping, answers=request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            request_check(
                of,
                kind=kind.key,
                mapping=form.mapping(),
                header=table.header,
                by=request.user,
                at=now(),
            )
            return redirect("ingestion:import", of.pk)
    return page(
        request,
        "ingestion/columns.html",
        of=of,
        kind=kind,
        kinds=in_order(),
        table=table,
        form=form,
        columns=form.columns(sample),
    )


def _asked_kind(request: Request, of: Import) -> str:
    asked = request.GET.get("kind", of.kind)
    return asked if asked in kinds else of.kind


@require_POST
@allowed(may_operate)
def commit(request: Request, import_id: int) -> HttpResponse:
    """Bring the checked file in."""
    of = _import_or_404(request, import_id)
    try:
        request_commit(of, by=request.user, at=now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("ingestion:import", of.pk)


@require_POST
@allowed(may_operate)
def take_back(request: Request, import_id: int) -> HttpResponse:
    """Undo what this import did."""
    of = _import_or_404(request, import_id)
    try:
        request_take_back(of, by=request.user, at=now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("ingestion:import", of.pk)


@require_safe
@allowed(may_operate)
def rejected(request: Request, import_id: int) -> HttpResponseBase:
    """The rejected rows in the file's own columns, with the reason: to correct and bring in
    again.
    """
    of = _import_or_404(request, import_id)
    header = [*_header(of), _("Why rejected")]
    rows = _rejected_rows(of, get_language() or "")
    return csv_download(f"rejected-{Path(of.file_name).stem}.csv", header, rows)


def _header(of: Import) -> list[str]:
    """The file's column names; their numbers, when the file is no longer kept."""
    try:
        return list(_table(of).header)
    except (Unreadable, FileNotFoundError):
        first = queries.reports(of, severity=Severity.REJECTED).first()
        return [str(place) for place in range(1, 1 + len(first.cells if first else []))]


def _rejected_rows(of: Import, language: str) -> Iterator[list[Any]]:
    """Streamed when the request is over, and with it the language it was asked in."""
    kind = queries.kind_of(of)
    for report in queries.reports(of, severity=Severity.REJECTED).iterator():
        with override(language):
            words = " / ".join(_words(kind, report))
        yield [*report.cells, words]
