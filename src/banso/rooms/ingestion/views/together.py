"""The files of one upload: what each is taken for, tried together, and brought in in turn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.shortcuts import redirect
from django.utils.timezone import now
from django.views.decorators.http import require_POST, require_safe

from banso.rooms.identity.access import may_operate
from banso.rooms.identity.http import allowed, page
from banso.rooms.ingestion import queries
from banso.rooms.ingestion.actions.imports import (
    choose_kind,
    request_check_of_all,
    request_commit_of_all,
)
from banso.rooms.ingestion.actions.together import MOST_ROWS
from banso.rooms.ingestion.forms.files import offer_of
from banso.rooms.ingestion.models import ImportState
from banso.rooms.ingestion.points import kinds
from banso.rooms.ingestion.queries.wording import fault
from banso.rooms.ingestion.views.found import (
    grouped_kinds,
    import_or_404,
    outline_or_none,
    refusals_told,
)

if TYPE_CHECKING:
    from django.http import HttpResponse

    from banso.rooms.identity.http import Request
    from banso.rooms.ingestion.models import Import


def _files(request: Request, together: str) -> list[Import]:
    found = queries.in_turn(queries.imports(request.user).filter(together=together))
    if not found:
        raise Http404
    return found


def _ready(files: list[Import]) -> list[Import]:
    """Those that are not in yet and lack nothing."""
    return [of for of in files if queries.is_waiting(of) and not queries.first_problem(of)]


@require_safe
@allowed(may_operate)
def together(request: Request, together: str) -> HttpResponse:
    """The files of one upload in the order in which they come in."""
    files = _files(request, together)
    waiting, listed = _ready(files), [_told(of) for of in files]
    return page(
        request,
        "ingestion/together.html",
        partial="files",
        mark=together,
        files=listed,
        groups=grouped_kinds(),
        under_way=any(of.under_way for of in files),
        waiting=waiting,
        problems=sum(bool(each["problem"]) for each in listed),
        all_checked=bool(waiting) and all(of.state == ImportState.CHECKED for of in waiting),
        all_in=all(of.state == ImportState.COMMITTED for of in files),
        apart=sum(each["rows"] for each in listed) > MOST_ROWS,
        done=sum(of.done_rows for of in files),
        total=sum(each["rows"] for each in listed),
        from_folder=together.startswith(queries.FOLDER),
    )


def _told(of: Import) -> dict[str, Any]:
    outline = outline_or_none(of)
    header = outline.header if outline else ()
    read = [label for label in header if of.mapping.get("columns", {}).get(label)]
    rows = of.total_rows or (outline.rows_at_most if outline else 0)
    waiting = queries.is_waiting(of)
    return {
        "of": of,
        "rows": rows,
        "read": len(read),
        "left_out": [label for label in header if label not in read],
        "footer": outline.footer if outline else None,
        "problem": queries.first_problem(of) if waiting else "",
        "fault": fault(of.fault, of.fault_facts) if of.fault else "",
        "in_line": of.state == ImportState.COMMITTING and of.total_rows is None,
        "label": kinds[of.kind].label,
        "may_choose": waiting and outline is not None,
        "may_discard": of.state in queries.UNUSED and not of.has_batches,  # type: ignore[attr-defined]
    }


@require_POST
@allowed(may_operate)
def check_all(request: Request, together: str) -> HttpResponse:
    """Try every file that is not in yet and lacks nothing."""
    files = _ready(_files(request, together))
    with refusals_told(request):
        request_check_of_all(files, by=request.user, at=now())
    return redirect("ingestion:together", together)


@require_POST
@allowed(may_operate)
def commit_all(request: Request, together: str) -> HttpResponse:
    """Bring in every file that is not in yet and lacks nothing, in turn."""
    files = _ready(_files(request, together))
    with refusals_told(request):
        request_commit_of_all(files, by=request.user, at=now())
    return redirect("ingestion:together", together)


@require_POST
@allowed(may_operate)
def kind(request: Request, import_id: int) -> HttpResponse:
    """Take a file for another kind, its columns guessed anew."""
    of = import_or_404(request, import_id)
    outline, asked = outline_or_none(of), request.POST.get("kind", "")
    if outline is not None and asked in kinds and asked != of.kind:
        with refusals_told(request):
            offer = offer_of(kinds[asked], of.file_name, outline)
            choose_kind(of, offer=offer, by=request.user, at=now())
    return redirect("ingestion:together", of.together)
