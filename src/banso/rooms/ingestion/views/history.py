"""Every file that came, and what became of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.views.decorators.http import require_safe

from banso.kit.keyset import Order, keyset
from banso.rooms.identity.access import may_operate
from banso.rooms.identity.http import allowed, page
from banso.rooms.ingestion import queries
from banso.rooms.ingestion.models import ImportState
from banso.rooms.ingestion.points import kinds
from banso.rooms.ingestion.views.found import grouped_kinds

if TYPE_CHECKING:
    from django.http import HttpResponse

    from banso.rooms.identity.http import Request
    from banso.rooms.ingestion.models import Import

PAGE_SIZE = 50
NEWEST_FIRST = Order("pk", descending=True)


@require_safe
@allowed(may_operate)
def imports(request: Request) -> HttpResponse:
    """What was brought in, when, by whom, and what was rejected."""
    kind, state = request.GET.get("kind", ""), request.GET.get("state", "")
    found = queries.narrowed(queries.imports(request.user), kind=kind, state=state)
    rows = keyset(found, order=NEWEST_FIRST, after=request.GET.get("after", ""), size=PAGE_SIZE)
    return page(
        request,
        "ingestion/imports.html",
        partial="rows",
        imports=[_listed(of) for of in rows.rows],
        after=rows.after,
        groups=grouped_kinds(),
        states=ImportState.choices,
        kind=kind if kind in kinds else "",
        state=state if state in ImportState else "",
        folder={"path": settings.BANSO.inbox, "is_there": Path(settings.BANSO.inbox).is_dir()},
    )


def _listed(of: Import) -> dict[str, object]:
    return {
        "of": of,
        "label": kinds[of.kind].label,
        "from_folder": of.together.startswith(queries.FOLDER),
        "may_take_back": of.state in queries.STANDS and of.has_standing,  # type: ignore[attr-defined]
        "may_discard": of.state in queries.UNUSED and not of.has_batches,  # type: ignore[attr-defined]
        "counts": of.state != ImportState.TAKEN_BACK and of.total_rows is not None,
    }
