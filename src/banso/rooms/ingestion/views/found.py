"""What the pages of one import begin with."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from banso.kit.acts import Refused
from banso.rooms.ingestion import queries
from banso.rooms.ingestion.forms.files import Outline, outline_of
from banso.rooms.ingestion.models import Severity
from banso.rooms.ingestion.points import Kind, in_order
from banso.rooms.ingestion.sources import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.utils.functional import _StrPromise

    from banso.rooms.identity.http import Request
    from banso.rooms.ingestion.models import Import

# the kinds as a person looks for them; those not named here stand together at the end
GROUPS = (
    (_("Customers and people"), {"members", "accounts", "contacts", "parties", "holdings"}),
    (_("Contracts and revenue"), {"rates", "subscriptions", "transfers", "cancellations"}),
)


def grouped_kinds() -> list[tuple[_StrPromise, list[Kind]]]:
    """All kinds under the headings of GROUPS."""
    every = in_order()
    groups = [(label, [kind for kind in every if kind.key in keys]) for label, keys in GROUPS]
    named = {key for _label, keys in GROUPS for key in keys}
    rest = [kind for kind in every if kind.key not in named]
    return [*groups, (_("Work, voices and usage"), rest)]


def import_or_404(request: Request, import_id: int) -> Import:
    return get_object_or_404(queries.imports(request.user), pk=import_id)


def outline_or_none(of: Import) -> Outline | None:
    """The outline of the import's file, where it can still be read."""
    try:
        return outline_of(of)
    except (Unreadable, FileNotFoundError):
        return None


def header_of(of: Import) -> tuple[str, ...]:
    """The file's column names; their numbers, when the file is no longer kept."""
    found = outline_or_none(of)
    if found is not None:
        return found.header
    first = queries.reports(of, severity=Severity.REJECTED).first()
    return tuple(str(place) for place in range(1, 1 + len(first.cells if first else [])))


@contextmanager
def refusals_told(request: Request) -> Iterator[None]:
    """A refused act is told on the next page; nothing else is swallowed."""
    try:
        yield
    except Refused as refusal:
        messages.error(request, str(refusal))
