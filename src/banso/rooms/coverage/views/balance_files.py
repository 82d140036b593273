"""The plan of a rebalance for a spreadsheet, to be agreed on with those whom it concerns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import Http404
from django.utils.text import slugify
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from banso.kit.exports import About, csv_download, major_units, xlsx_download
from banso.rooms.coverage.access import may_decide
from banso.rooms.coverage.queries import rebalances
from banso.rooms.coverage.queries import versions as known
from banso.rooms.coverage.queries.balance_plan import heads, told_plan
from banso.rooms.coverage.queries.sentences import Reader
from banso.rooms.coverage.views.balance import books_or_404
from banso.rooms.identity.http import allowed

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from banso.rooms.identity.http import Request


@require_safe
@allowed(may_decide)
def plan(request: Request, role: str, ending: str) -> HttpResponseBase:
    """The moves that the viewer gathered, as CSV or XLSX."""
    books = books_or_404(request, role)
    draft, applied = rebalances.draft_of(role, request.user), known.applied_model(known.in_force())
    if draft is None or applied is None:
        raise Http404
    today, currency = localdate(), settings.BANSO.currency
    gathered = rebalances.moves_in(draft, request.user, on=today)
    told = told_plan(books, gathered, Reader(applied.model, applied.spoken, {}))
    name = f"balance-{slugify(role)}-{today:%Y%m%d}.{ending}"
    rows = told.rows(currency)
    if ending == "csv":
        return csv_download(name, [each.label for each in heads()], rows)
    return xlsx_download(
        name,
        heads(),
        rows,
        currency=currency,
        about=About(_("Balance"), [(_("Role"), draft.named), (_("As of"), today.isoformat())]),
        foot=[_("Total"), "", "", major_units(told.arr_minor, currency), "", ""],
    )
