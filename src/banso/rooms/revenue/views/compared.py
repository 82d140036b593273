"""Two definitions beside each other: where they lead, and which accounts make the difference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from banso.engines.revenue.definitions import DEFAULT
from banso.kit.acts import Refused
from banso.kit.exports import Heading, major_units
from banso.rooms.identity.http import page
from banso.rooms.revenue.queries.definitions import NoSuchDefinition, definitions, label_of
from banso.rooms.revenue.queries.side_by_side import differing, pair
from banso.rooms.revenue.queries.wording import BARS
from banso.rooms.revenue.views.asked import around, asked_for, first_of, misread, refused_page
from banso.rooms.revenue.views.files import about_asked, sheet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpResponse, HttpResponseBase

    from banso.engines.revenue.definitions import Definition
    from banso.rooms.identity.http import Request
    from banso.rooms.revenue.queries.side_by_side import Accounts, Pair
    from banso.rooms.revenue.views.asked import Asked

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Both:
    """What was asked, and the definition beside it."""

    asked: Asked
    beside: Definition

    @property
    def names(self) -> tuple[str, str]:
        return label_of(self.asked.reader.definition), label_of(self.beside)

    def told(self) -> Pair:
        """Raises what `figures.compared` refuses."""
        return pair(self.asked.reader, self.beside, self.asked.period)

    def file(self, what: str) -> str:
        days = f"{self.asked.period.opening_on}_{self.asked.period.closing_on}"
        return f"{what}_{days}_{self.asked.reader.definition.name}_{self.beside.name}"


def both_asked(asked: Asked, other: str, known: Mapping[str, Definition]) -> Both:
    """Two definitions by name; beside the one stands any other unless it is said which. Raises
    NoSuchDefinition.
    """
    if other and other not in known:
        raise NoSuchDefinition(_("There is no definition “%(name)s”.") % {"name": other})
    own = asked.reader.definition.name
    beside = known.get(other) or next(
        (each for name, each in known.items() if name != own), DEFAULT
    )
    return Both(asked, beside)


def _asked_both(request: Request) -> Both | HttpResponse:
    """What is asked for, or the page that says why it can't be told."""
    asked = asked_for(request)
    title = _("Definitions")
    if not asked.is_plain:
        return misread(request, asked, title=title)
    try:
        return both_asked(asked, request.GET.get("beside", ""), definitions())
    except Refused as refusal:
        return refused_page(request, asked, refusal, title=title)


@require_safe
@login_required
def side_by_side_file(request: Request, ending: str) -> HttpResponseBase:
    """Every bar and rate by both definitions, and by how much they differ."""
    both = _asked_both(request)
    if not isinstance(both, Both):
        return both
    try:
        figures = both.told().figures()
    except Refused as refusal:
        return refused_page(request, both.asked, refusal, title=_("Definitions"))
    one, other = both.names
    amounts = [Heading(f"{name} ({'ARR'})", "money") for name in (one, other, _("Difference"))]
    shares = [
        *(Heading(_("%(name)s (rate)") % {"name": name}, "share") for name in (one, other)),
        Heading(_("Difference (points)"), "points"),
    ]
    rows: list[list[Any]] = []
    for each in figures:
        told = (each.one, each.other, each.difference)
        blank = [None] * 3
        cells = [*blank, *told] if each.is_share else [*_major(told), *blank]
        rows.append([each.label, *cells])
    about = about_asked(both.asked, _("Two definitions side by side"), of=" / ".join(both.names))
    heads = [Heading(_("Figure")), *amounts, *shares]
    return sheet(f"{both.file('definitions')}.{ending}", heads, rows, about=about)


def _major(told: tuple[Any, ...]) -> list[Any]:
    return [each if each is None else major_units(each, settings.BANSO.currency) for each in told]


@require_safe
@login_required
def accounts(request: Request, kind: str) -> HttpResponse:
    """Which accounts add another amount to this bar by each definition?"""
    both, first = _asked_both(request), first_of(request)
    if not isinstance(both, Both):
        return both
    try:
        found = differing(both.told(), kind)
    except Refused as refusal:
        return refused_page(request, both.asked, refusal, title=_("Definitions"))
    return page(
        request,
        "revenue/differing.html",
        partial="rows" if first else "",
        **around(both.asked),
        kind=kind,
        label=BARS[kind],
        names=both.names,
        keys=(both.asked.reader.definition.name, both.beside.name),
        found=found,
        rows=found.page(start=first, size=PAGE_SIZE),
        next_start=first + PAGE_SIZE if first + PAGE_SIZE < found.total else None,
    )


@require_safe
@login_required
def accounts_file(request: Request, kind: str, ending: str) -> HttpResponseBase:
    """The same as a file."""
    both = _asked_both(request)
    if not isinstance(both, Both):
        return both
    try:
        found = differing(both.told(), kind)
    except Refused as refusal:
        return refused_page(request, both.asked, refusal, title=_("Definitions"))
    heads = [
        *(Heading(_("Account ID")), Heading(_("Account name"))),
        *(Heading(name, "money") for name in (*both.names, _("Difference"))),
    ]
    about = about_asked(both.asked, str(BARS[kind]), of=" / ".join(both.names))
    name = f"{both.file(f'differing_{kind}')}.{ending}"
    return sheet(name, heads, _cells(found), about=about)


def _cells(found: Accounts) -> list[list[Any]]:
    return [
        [
            *(each.account.external_id, each.account.name),
            *_major((each.one_minor, each.other_minor, each.difference_minor)),
        ]
        for each in found.every()
    ]
