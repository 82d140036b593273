"""What happened to our ARR between two days, down to accounts and contract lines."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from banso.engines.revenue.definitions import DEFAULT
from banso.engines.revenue.trend import month_ends
from banso.kit.acts import Refused
from banso.kit.charts import Scale, axis_scale, line_chart
from banso.kit.exports import csv_download, major_units
from banso.kit.templatetags.banso import compact_money, percent
from banso.rooms.identity.access import may_see_all
from banso.rooms.identity.http import page
from banso.rooms.revenue.access import may_close_periods
from banso.rooms.revenue.queries import bridge as bridges
from banso.rooms.revenue.queries import closed as closings
from banso.rooms.revenue.queries import trend as trends
from banso.rooms.revenue.queries.book import freshness
from banso.rooms.revenue.queries.bridge import SIGNS, Bridge, HeldLine, Movement
from banso.rooms.revenue.queries.definitions import label_of
from banso.rooms.revenue.queries.figures import compared
from banso.rooms.revenue.queries.metered import metered
from banso.rooms.revenue.queries.restated import restatements, told_anew
from banso.rooms.revenue.views.asked import (
    asked_for,
    called,
    first_of,
    misread,
    refused_page,
    share_labels,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from django.http import HttpResponse, HttpResponseBase

    from banso.rooms.identity.http import Request
    from banso.rooms.revenue.queries.figures import Compared
    from banso.rooms.revenue.views.asked import Asked

PAGE_SIZE = 50
MOST_GROUPS = 200
TREND = timedelta(days=2 * 365)
BARS = {
    "opening": gettext_lazy("Opening ARR"),
    "new": gettext_lazy("New"),
    "reactivation": gettext_lazy("Reactivation"),
    "expansion": gettext_lazy("Expansion"),
    "contraction": gettext_lazy("Contraction"),
    "churn": gettext_lazy("Churn"),
    "transfer": gettext_lazy("Transfer between accounts or groups"),
    "fx": gettext_lazy("Exchange effect"),
    "closing": gettext_lazy("Closing ARR"),
}
DOWNWARD = frozenset({"contraction", "churn"})
TOTALS = frozenset({"opening", "closing"})
RARE = frozenset({"transfer", "fx"})  # no bar where there was none
CAUSES = {
    "seat": gettext_lazy("Number of seats"),
    "price": gettext_lazy("Price"),
    "cross_sell": gettext_lazy("Products added or dropped"),
    "scheduled": gettext_lazy("Steps that the contract foresaw"),
    "longer_term": gettext_lazy("Longer interval at a lower price"),
    "unsplit": gettext_lazy("Not told apart: no number of seats"),
}


@require_safe
@login_required
def bridge(request: Request) -> HttpResponse:
    """What happened to our ARR between these days?"""
    asked = asked_for(request)
    today = asked.reader.on
    try:
        fresh = freshness()
        told = compared(asked.reader, asked.period)
        groups = bridges.cut_bridges(told, asked.cut) if asked.cut else []
        whole = bridges.whole_of_cut(told, asked.cut) if asked.cut else None
        days = (*month_ends(today - TREND, today), today)
        trend = trends.trend(asked.reader, days=days)
    except Refused as refusal:
        return refused_page(request, asked, refusal)
    found = bridges.bridge(told)
    counted = asked.reader.definition.netting == "net_per_period"
    told_of_groups = whole.bridge if whole else found
    moved = _moved([told_of_groups, *(group.bridge for group in groups)])
    bars = _bars(found, counted=counted, transfers=bridges.has_transfers(told))
    scale = axis_scale(found.closing_minor, found.currency)
    return page(
        request,
        "revenue/bridge.html",
        bridge=found,
        headline=_headline(found, whole=may_see_all(request.user)),
        bars=bars,
        groups=[(group, _signs(group.bridge, moved)) for group in groups[:MOST_GROUPS]],
        further_groups=max(0, len(groups) - MOST_GROUPS),
        **_closed(told),
        told_anew=_told_anew(told),
        metered=metered(asked.reader, asked.period),
        heads=[BARS[key] for key in moved],
        whole=whole,
        whole_bars=_signs(told_of_groups, moved),
        share_labels=share_labels(asked.cut),
        cut=asked.cut,
        bridge_chart=_bridge_chart(request, bars, scale),
        trend=trend,
        trend_chart=line_chart([(point.on, point.arr_minor) for point in trend], "ARR", scale),
        chart_unit=scale.unit,
        form=asked.form,
        freshness=fresh,
        whole_company=may_see_all(request.user),
        ahead=asked.period.closing_on > today,
        counted_by=label_of(asked.reader.definition),
        no_group=_("without one"),
    )


def _closed(told: Compared) -> dict[str, Any]:
    """Whether these days are closed by this definition, and what was restated since."""
    closed = closings.closed_like(told.period, told.reader.definition)
    if closed is None or not may_close_periods(told.reader.viewer):
        return {}
    try:
        return {"closed": closed, "restated": closings.restated(closed, told)}
    except Refused:  # its own page says why
        return {"closed": closed}


def _told_anew(told: Compared) -> str:
    """That movements of these days were told otherwise before a renewal came late; "" if none."""
    reader = told.reader
    count = restatements(reader.viewer, on=reader.on, of=told.period).count()
    return told_anew(count) if count and reader.definition == DEFAULT else ""


def _headline(found: Bridge, *, whole: bool) -> str:
    """The answer as the page's title. Of the accounts held today no rate is: who left is held by
    nobody.
    """
    closing = compact_money(found.closing_minor, found.currency)
    if not whole:
        return _("ARR of your accounts %(closing)s") % {"closing": closing}
    if found.nrr is None:
        return _("ARR %(closing)s") % {"closing": closing}
    rates = {"nrr": percent(found.nrr), "grr": percent(found.grr)}
    return _("ARR %(closing)s, NRR %(nrr)s, GRR %(grr)s") % {"closing": closing, **rates}


def _bridge_chart(request: Request, bars: list[dict[str, Any]], scale: Scale) -> dict[str, Any]:
    asked = f"?{request.GET.urlencode()}" if request.GET else ""
    return {
        "kind": "bridge",
        "bars": [
            {
                "label": str(bar["label"]),
                "value": scale.units(bar["minor"]),
                "total": bar["total"],
                "href": reverse("revenue:movements", args=[bar["key"]]) + asked,
            }
            for bar in bars
        ],
        "format": scale.as_format(),
    }


def signed(found: Bridge, key: str) -> int:
    """A bar as it moves the total: contraction and churn are below zero."""
    size: int = getattr(found, f"{key}_minor")
    return -size if key in DOWNWARD else size


def _signs(found: Bridge, keys: Iterable[str]) -> list[tuple[str, int]]:
    """These bars, each by its key, as they move the total."""
    return [(key, signed(found, key)) for key in keys]


def _moved(told: Sequence[Bridge]) -> list[str]:
    """The bars that are worth a column: both ends, and what moved anywhere."""
    return [key for key in BARS if key in TOTALS or any(signed(each, key) for each in told)]


def _bars(found: Bridge, *, counted: bool = True, transfers: bool = False) -> list[dict[str, Any]]:
    """The bridge as rows of a table and bars of a chart, of transfers and exchange none if nothing
    moved: a merge adds up to nothing and has its row all the same. Where each movement stands for
    itself, one account may be behind several, and none is `counted`.
    """
    return [
        {
            "key": key,
            "label": label,
            "minor": signed(found, key),
            "accounts": getattr(found, f"{key}_accounts", None)
            if key in TOTALS or (counted and key not in RARE)
            else None,
            "total": key in TOTALS,
            "causes": _causes(found, key),
        }
        for key, label in BARS.items()
        if key not in RARE or signed(found, key) or (key == "transfer" and transfers)
    ]


def _causes(found: Bridge, key: str) -> list[tuple[str, int]]:
    """Why ARR grew or shrank, the largest part first."""
    sign = -1 if key in DOWNWARD else 1
    parts = [
        (str(CAUSES[part]), sign * minor)
        for part, minor in found.causes.get(key, {}).items()
        if minor
    ]
    return sorted(parts, key=lambda part: -abs(part[1]))


@require_safe
@login_required
def movements(request: Request, kind: str) -> HttpResponse:
    """The accounts and contract lines behind one bar of the bridge."""
    asked = asked_for(request)
    first = first_of(request)
    if not asked.is_plain:
        return misread(request, asked)
    try:
        told = compared(asked.reader, asked.period)
        found = bridges.movements(told, kind, start=first, size=PAGE_SIZE, of=asked.of)
    except Refused as refusal:
        return refused_page(request, asked, refusal)
    return page(
        request,
        "revenue/movements.html",
        partial="rows" if first else "",
        kind=kind,
        label=BARS[kind],
        movements=found.rows,
        total_accounts=found.total,
        total_minor=-found.total_minor if kind in DOWNWARD else found.total_minor,
        next_start=first + PAGE_SIZE if first + PAGE_SIZE < found.total else None,
        period=asked.period,
        group=called(asked.of),
        behind=bridges.bridge_behind(told, asked.of) if kind == "opening" and not first else None,
        apart=_is_apart(kind, asked),
        has_transfers=bool(asked.of) or kind == "transfer" or bridges.has_transfers(told),
        counted_by=label_of(asked.reader.definition),
        whole_company=may_see_all(request.user),
    )


def _is_apart(kind: str, asked: Asked) -> bool:
    """Whether an account may have moved besides what it adds to the bar."""
    return kind in SIGNS and asked.reader.definition.netting == "every_movement"


@require_safe
@login_required
def export(request: Request, kind: str) -> HttpResponseBase:
    """The rows behind one bar as CSV: one row a contract line, with its account's part."""
    asked = asked_for(request)
    if not asked.is_plain:
        return misread(request, asked)
    try:
        told = compared(asked.reader, asked.period)
    except Refused as refusal:
        return refused_page(request, asked, refusal)
    apart = _is_apart(kind, asked)
    header = [
        _("Account ID"),
        _("Account name"),
        _("Opening ARR"),
        *((str(BARS[kind]), _("Other movements")) if apart else (_("Change"),)),
        _("Transfer between accounts or groups"),
        _("Exchange effect"),
        _("Closing ARR"),
        _("Line ID"),
        _("Product"),
        _("Starts on"),
        _("First day without service"),
        _("ARR of the line"),
        _("Currency of the line"),
    ]
    days = f"{asked.period.opening_on}_{asked.period.closing_on}"
    name = f"{kind}_{days}_{asked.reader.definition.name}.csv"
    found = bridges.all_movements(told, kind, of=asked.of)
    return csv_download(name, header, _cells(found, apart=apart))


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
