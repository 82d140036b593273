"""The bridge and what stands behind its bars, as files for spreadsheets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from banso.kit.acts import Refused
from banso.kit.exports import Heading, major_units
from banso.rooms.revenue.queries import bridge as bridges
from banso.rooms.revenue.queries.figures import compared
from banso.rooms.revenue.queries.groups import without_one
from banso.rooms.revenue.queries.wording import BARS, RATES
from banso.rooms.revenue.views.asked import (
    asked_for,
    called,
    misread,
    refused_page,
    share_labels,
)
from banso.rooms.revenue.views.bridge import bars_of, is_apart, signed
from banso.rooms.revenue.views.files import about_asked, named, sheet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.http import HttpResponseBase

    from banso.rooms.identity.http import Request
    from banso.rooms.revenue.queries.bridge import Group, HeldLine, Movement
    from banso.rooms.revenue.queries.figures import Compared
    from banso.rooms.revenue.queries.groups import Cut
    from banso.rooms.revenue.views.asked import Asked


@require_safe
@login_required
def bridge(request: Request, ending: str) -> HttpResponseBase:
    """The bridge as its tables tell it: a row for each bar and cause, or for each group."""
    asked = asked_for(request)
    if not asked.is_plain:
        return misread(request, asked)
    try:
        told = compared(asked.reader, asked.period)
        if asked.cut:
            return _by_group(told, asked, asked.cut, ending)
    except Refused as refusal:
        return refused_page(request, asked, refusal)
    found = bridges.bridge(told)
    currency = settings.BANSO.currency
    heads = [
        *(Heading(_("Movement")), Heading(_("Of it"))),
        *(Heading(_("Number of accounts"), "whole"), Heading("ARR", "money")),
        Heading(_("Retention"), "share"),
    ]
    rows: list[list[Any]] = []
    for bar in bars_of(found, told):
        arr = major_units(bar["minor"], currency)
        rows.append([str(bar["label"]), None, bar["accounts"], arr, None])
        for cause, minor in bar["causes"]:
            rows.append([str(bar["label"]), cause, None, major_units(minor, currency), None])
    rows += [[str(label), None, None, None, getattr(found, rate)] for rate, label in RATES.items()]
    about = about_asked(asked, _("ARR bridge"))
    return sheet(f"{named(asked, 'bridge')}.{ending}", heads, rows, about=about)


def _by_group(told: Compared, asked: Asked, cut: Cut, ending: str) -> HttpResponseBase:
    """A row for each group, and what they add up to."""
    shares = share_labels(cut)
    heads = [
        Heading(cut.label),
        *(Heading(label, "share") for label in shares.values()),
        *(Heading(str(label), "money") for label in BARS.values()),
    ]
    groups = bridges.cut_bridges(told, cut)
    rows = [_of_group(each, each.name or without_one(cut)) for each in groups]
    foot = _of_group(bridges.whole_of_cut(told, cut), _("All together"))
    title = _("ARR bridge, by %(cut)s") % {"cut": cut.label}
    name = f"{named(asked, f'bridge_{cut.key}')}.{ending}"
    return sheet(name, heads, rows, about=about_asked(asked, title), foot=foot)


def _of_group(each: Group, name: str) -> list[Any]:
    shares = (each.grown_share, each.kept_share, each.stayed_share)
    money = (major_units(signed(each.bridge, bar), settings.BANSO.currency) for bar in BARS)
    return [name, *shares, *money]


@require_safe
@login_required
def movements(request: Request, kind: str, ending: str) -> HttpResponseBase:
    """The rows behind one bar: one row a contract line, with its account's part."""
    asked = asked_for(request)
    if not asked.is_plain:
        return misread(request, asked)
    try:
        told = compared(asked.reader, asked.period)
    except Refused as refusal:
        return refused_page(request, asked, refusal)
    apart = is_apart(kind, asked)
    changes = (str(BARS[kind]), _("Other movements")) if apart else (_("Change"),)
    heads = [
        *(Heading(_("Account ID")), Heading(_("Account name"))),
        Heading(_("Opening ARR"), "money"),
        *(Heading(label, "money") for label in changes),
        Heading(_("Transfer between accounts or groups"), "money"),
        *(Heading(_("Exchange effect"), "money"), Heading(_("Closing ARR"), "money")),
        *(Heading(_("Line ID")), Heading(_("Product"))),
        *(Heading(_("Starts on"), "day"), Heading(_("First day without service"), "day")),
        *(Heading(_("ARR of the line"), "real"), Heading(_("Currency of the line"))),
    ]
    rows = _cells(bridges.all_movements(told, kind, of=asked.of), apart=apart)
    about = about_asked(asked, str(BARS[kind]), of=called(asked.of))
    return sheet(f"{named(asked, kind)}.{ending}", heads, rows, about=about)


def _cells(found: Iterable[Movement], *, apart: bool) -> Iterator[list[Any]]:
    """An account's amounts stand in its first row alone, so that a column adds up."""
    currency = settings.BANSO.currency
    for moved in found:
        changes = (moved.in_bar_minor, moved.others_minor) if apart else (moved.change_minor,)
        money = (
            *(moved.opening_minor, *changes, moved.transfer_minor),
            *(moved.fx_minor, moved.closing_minor),
        )
        figures: list[Any] = [major_units(minor, currency) for minor in money]
        lines: list[HeldLine | None] = [*moved.lines] or [None]
        for held in lines:
            yield [moved.account.external_id, moved.account.name, *figures, *_line_cells(held)]
            figures = [None] * len(money)


def _line_cells(held: HeldLine | None) -> list[Any]:
    if held is None:
        return [None] * 6
    line = held.line
    arr = major_units(line.arr_minor, line.currency)
    return [line.external_id, line.product, line.start_on, line.end_on, arr, line.currency]
