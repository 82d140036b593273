"""The list as it is shown, as a file: the same accounts, columns and order, after each account's
id, by which a corrected file finds its way back.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from banso.kit.exports import csv_download, xlsx_download
from banso.kit.keyset import in_order
from banso.rooms.customers.queries import lists
from banso.rooms.customers.views.listing import listing
from banso.rooms.customers.views.printing import flag_words, headings, in_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from django.http import FileResponse, StreamingHttpResponse

    from banso.rooms.customers.models import Account
    from banso.rooms.customers.queries.columns import Column
    from banso.rooms.customers.views.listing import Listing
    from banso.rooms.identity.http import Request

CHUNK = 2_000


@require_safe
@login_required
def as_csv(request: Request) -> StreamingHttpResponse:
    asks = listing(request.GET)
    head = [heading.label for heading in headings(_beside_the_id(asks))]
    return csv_download(_name("csv"), head, _rows(request, asks))


@require_safe
@login_required
def as_xlsx(request: Request) -> FileResponse:
    asks, currency = listing(request.GET), settings.BANSO.currency
    rows = _rows(request, asks)
    return xlsx_download(_name("xlsx"), headings(_beside_the_id(asks)), rows, currency=currency)


def _name(ending: str) -> str:
    return f"{_('Account list')}_{localdate().isoformat()}.{ending}"


def _rows(request: Request, asks: Listing) -> Iterator[list[Any]]:
    """The accounts in the order of the list, read piece by piece."""
    found = lists.accounts(request.user, asks.wanted, on=localdate())
    shown = _beside_the_id(asks)
    ordered = in_order(lists.lean(found, asks.order, shown), asks.order)
    return _in_pieces(ordered.iterator(chunk_size=CHUNK), shown, flag_words())


def _beside_the_id(asks: Listing) -> list[Column]:
    return [column for column in asks.shown if column.key != "external_id"]


def _in_pieces(
    accounts: Iterator[Account], shown: Sequence[Column], flags: Mapping[bool, str]
) -> Iterator[list[Any]]:
    while piece := list(islice(accounts, CHUNK)):
        for row in lists.listed(piece, shown):
            cells = zip(shown, row.values, strict=True)
            values = (in_file(column, value, flags) for column, value in cells)
            yield [row.account.external_id, row.account.name, *values]
