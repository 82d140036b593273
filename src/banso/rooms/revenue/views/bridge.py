"""What happened to our ARR between two days, down to accounts and contract lines."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from banso.engines.revenue.trend import month_ends
from banso.kit.acts import Refused
from banso.kit.charts import Scale, axis_scale, line_chart
from banso.kit.exports import csv_download, major_units
from banso.kit.templatetags.banso import compact_money, percent
from banso.rooms.identity.access import may_see_all
from banso.rooms.identity.http import page
from banso.rooms.revenue.queries import bridge as bridges
from banso.rooms.revenue.queries import trend as trends
from banso.rooms.revenue.queries.book import freshness
from banso.rooms.revenue.queries.bridge import Bridge, Movement
from banso.rooms.revenue.views.asked import period_asked, refused_page

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.http import HttpResponse, HttpResponseBase

    from banso.rooms.identity.http import Request

PAGE_SIZE = 50
TREND = timedelta(days=2 * 365)
BARS = {
    "opening": gettext_lazy("Opening ARR"),
    "new": gettext_lazy("New"),
    "reactivation": gettext_lazy("Reactivation"),
    "expansion": gettext_lazy("Expansion"),
    "contraction": gettext_lazy("Contraction"),
    "churn": gettext_lazy("Churn"),
    "fx": gettext_lazy("Exchange effect"),
    "closing": gettext_lazy("Closing ARR"),
}
DOWNWARD = frozenset({"contraction", "churn"})
TOTALS = frozenset({"opening", "closing"})


@require_safe
@login_required
def bridge(request: Request) -> HttpResponse:
    """What happened to our ARR between these days?"""
    period, form = period_asked(request)
    today = localdate()
    try:
        found = bridges.bridge(request.user, period, on=today)
        trend = trends.trend(
            request.user, days=(*month_ends(today - TREND, today), today), on=today
        )
    except Refused as refusal:
        return refused_page(request, form, refusal)
    bars, scale = _bars(found), axis_scale(found.closing_minor, found.currency)
    return page(
        request,
        "revenue/bridge.html",
        bridge=found,
        headline=_headline(found),
        bars=bars,
        bridge_chart=_bridge_chart(request, bars, scale),
        trend=trend,
        trend_chart=line_chart([(point.on, point.arr_minor) for point in trend], "ARR", scale),
        chart_unit=scale.unit,
        form=form,
        freshness=freshness(),
        whole_company=may_see_all(request.user),
        ahead=period.closing_on > today,
    )


def _headline(found: Bridge) -> str:
    """The answer as the page's title."""
    if found.nrr is None:
        return _("ARR %(closing)s") % {
            "closing": compact_money(found.closing_minor, found.currency)
        }
    return _("ARR %(closing)s, NRR %(nrr)s, GRR %(grr)s") % {
        "closing": compact_money(found.closing_minor, found.currency),
        "nrr": percent(found.nrr),
        "grr": percent(found.grr),
    }


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


def _signed(found: Bridge, key: str) -> int:
    """A bar as it moves the total: contraction and churn are below zero."""
    size: int = getattr(found, f"{key}_minor")
    return -size if key in DOWNWARD else size


def _bars(found: Bridge) -> list[dict[str, Any]]:
    """The bridge as rows of a table and bars of a chart."""
    return [
        {
            "key": key,
            "label": label,
            "minor": _signed(found, key),
            "accounts": getattr(found, f"{key}_accounts", None),
            "total": key in TOTALS,
        }
        for key, label in BARS.items()
        if key != "fx" or found.fx_minor
    ]


@require_safe
@login_required
def movements(request: Request, kind: str) -> HttpResponse:
    """The accounts and contract lines behind one bar of the bridge."""
    period, form = period_asked(request)
    start = request.GET.get("start", "0")
    first = int(start) if start.isdecimal() and len(start) < 10 else 0
    try:
        found = bridges.movements(
            request.user, period, kind, on=localdate(), start=first, size=PAGE_SIZE
        )
        total = bridges.bridge(request.user, period, on=localdate())
    except Refused as refusal:
        return refused_page(request, form, refusal)
    return page(
        request,
        "revenue/movements.html",
        partial="rows" if first else "",
        kind=kind,
        label=BARS[kind],
        movements=found.rows,
        total_accounts=found.total,
        total_minor=_signed(total, kind),
        next_start=first + PAGE_SIZE if first + PAGE_SIZE < found.total else None,
        period=period,
    )


@require_safe
@login_required
def export(request: Request, kind: str) -> HttpResponseBase:
    """The rows behind one bar as CSV: one row a contract line, with its account's part."""
    period, form = period_asked(request)
    try:
        found = bridges.all_movements(request.user, period, kind, on=localdate())
    except Refused as refusal:
        return refused_page(request, form, refusal)
    header = [
        _("Account ID"),
        _("Account name"),
        _("Opening ARR"),
        _("Closing ARR"),
        _("Exchange effect"),
        _("Line ID"),
        _("Product"),
        _("Starts on"),
        _("First day without service"),
        _("ARR of the line"),
        _("Currency"),
    ]
    return csv_download(f"{kind}.csv", header, _cells(found))


def _cells(found: Iterable[Movement]) -> Iterator[list[Any]]:
    currency = settings.BANSO.currency
    for moved in found:
        money = (moved.opening_minor, moved.closing_minor, moved.fx_minor)
        figures = [major_units(minor, currency) for minor in money]
        own = [moved.account.external_id, moved.account.name, *figures]
        for held in moved.lines:
            line = held.line
            arr = major_units(line.arr_minor, line.currency)
            days = [line.start_on, line.end_on]
            yield [*own, line.external_id, line.product, *days, arr, line.currency]
