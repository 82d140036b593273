"""What happened to our ARR between two days, down to accounts and contract lines."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from banso.engines.revenue.definitions import DEFAULT
from banso.engines.revenue.trend import month_ends
from banso.kit.acts import Refused
from banso.kit.charts import Scale, axis_scale, line_chart
from banso.kit.templatetags.banso import compact_money, percent
from banso.rooms.identity.access import may_see_all
from banso.rooms.identity.http import page
from banso.rooms.revenue.queries import bridge as bridges
from banso.rooms.revenue.queries import closed as closings
from banso.rooms.revenue.queries import trend as trends
from banso.rooms.revenue.queries.book import freshness
from banso.rooms.revenue.queries.bridge import SIGNS, Bridge
from banso.rooms.revenue.queries.figures import compared
from banso.rooms.revenue.queries.metered import metered
from banso.rooms.revenue.queries.presets import not_a_year
from banso.rooms.revenue.queries.restated import restatements, told_anew
from banso.rooms.revenue.queries.steps import base_label, steps_of
from banso.rooms.revenue.queries.wording import BARS, CAUSES, DOWNWARD, TOTALS
from banso.rooms.revenue.views.asked import (
    around,
    asked_for,
    called,
    exchange_of,
    first_of,
    misread,
    refused_page,
    share_labels,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.http import HttpResponse

    from banso.rooms.identity.http import Request
    from banso.rooms.revenue.queries.figures import Compared
    from banso.rooms.revenue.views.asked import Asked

PAGE_SIZE = 50
MOST_GROUPS = 200
TREND = timedelta(days=2 * 365)
RARE = frozenset({"transfer", "fx"})  # no bar where there was none


@require_safe
@login_required
def bridge(request: Request) -> HttpResponse:
    """What happened to our ARR between these days?"""
    asked = asked_for(request)
    if not asked.is_plain:
        return misread(request, asked)
    until = asked.period.closing_on
    try:
        fresh = freshness()
        told = compared(asked.reader, asked.period)
        groups = bridges.cut_bridges(told, asked.cut) if asked.cut else []
        whole = bridges.whole_of_cut(told, asked.cut) if asked.cut else None
        days = (*month_ends(until - TREND, until), until)
        trend = trends.trend(asked.reader, days=days)
    except Refused as refusal:
        return refused_page(request, asked, refusal)
    found = bridges.bridge(told)
    told_of_groups = whole.bridge if whole else found
    moved = _moved([told_of_groups, *(group.bridge for group in groups)])
    bars = bars_of(found, told)
    scale = axis_scale(found.closing_minor, found.currency)
    whole_company = may_see_all(request.user)
    return page(
        request,
        "revenue/bridge.html",
        bridge=found,
        **around(asked),
        **exchange_of(asked),
        headline=_headline(found, whole=whole_company),
        base_label=base_label(asked.reader.definition),
        steps=steps_of(found, asked.reader.definition, of_all=whole_company),
        bars=bars,
        groups=[(group, _signs(group.bridge, moved)) for group in groups[:MOST_GROUPS]],
        further_groups=max(0, len(groups) - MOST_GROUPS),
        **closings.closed_since(told),
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
        freshness=fresh,
        ahead=until > asked.reader.on,
    )


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
    told = _("ARR %(closing)s, NRR %(nrr)s, GRR %(grr)s") % {"closing": closing, **rates}
    return with_length(told, found)


def with_length(told: str, found: Bridge) -> str:
    """A sentence with rates, and over how long they are if that is no year."""
    short = not_a_year(found.period)
    return _("%(rates)s (%(length)s)") % {"rates": told, "length": short} if short else told


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


def bars_of(found: Bridge, told: Compared) -> list[dict[str, Any]]:
    """The bridge as rows of a table and bars of a chart, of transfers and exchange none if nothing
    moved: a merge adds up to nothing and has its row all the same. Where each movement stands for
    itself, one account may be behind several, and none is counted.
    """
    counted = told.reader.definition.netting == "net_per_period"
    transfers = bridges.has_transfers(told)
    return [
        {
            "key": key,
            "label": label,
            "minor": signed(found, key),
            "accounts": _counted(found, key) if counted or key in TOTALS else None,
            "total": key in TOTALS,
            "causes": _causes(found, key),
        }
        for key, label in BARS.items()
        if key not in RARE or signed(found, key) or (key == "transfer" and transfers)
    ]


def _counted(found: Bridge, key: str) -> int | None:
    """How many accounts are behind a bar; by transfers, how many more there are, or fewer."""
    if key == "transfer":
        came = found.new_accounts + found.reactivation_accounts - found.churn_accounts
        return found.closing_accounts - found.opening_accounts - came
    return getattr(found, f"{key}_accounts", None)


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
        **around(asked),
        group=called(asked.of),
        **(_formula(told, asked) if kind == "opening" and not first else {}),
        apart=is_apart(kind, asked),
        has_transfers=bool(asked.of) or kind == "transfer" or bridges.has_transfers(told),
    )


def _formula(told: Compared, asked: Asked) -> dict[str, Any]:
    """How the rates of these accounts come about."""
    found = bridges.bridge_behind(told, asked.of)
    definition = asked.reader.definition
    of_all = asked.of is None and may_see_all(told.reader.viewer)
    steps = steps_of(found, definition, of_all=of_all) if found else []
    return {"behind": found, "steps": steps, "base_label": base_label(definition)}


def is_apart(kind: str, asked: Asked) -> bool:
    """Whether an account may have moved besides what it adds to the bar."""
    return kind in SIGNS and asked.reader.definition.netting == "every_movement"
