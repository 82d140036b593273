"""Which periods are closed, and has anything been restated since?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from babel.dates import format_skeleton
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import localdate, now
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from banso.engines.basis.fiscal import add_months
from banso.engines.revenue.definitions import DEFAULT
from banso.kit.acts import Refused, refusals_on
from banso.kit.exports import About, Heading, csv_download, major_units, xlsx_download
from banso.kit.templatetags.banso import compact_money, day, moment, number
from banso.rooms.identity.http import allowed, page
from banso.rooms.revenue.access import may_close_periods
from banso.rooms.revenue.actions import close_period, reopen_period
from banso.rooms.revenue.forms import ClosingForm, ReopeningForm
from banso.rooms.revenue.queries import bridge as bridges
from banso.rooms.revenue.queries import closed as queries
from banso.rooms.revenue.queries.book import NoRevenueYet
from banso.rooms.revenue.queries.definitions import definitions, labels
from banso.rooms.revenue.queries.figures import Reader
from banso.rooms.revenue.queries.presets import not_a_year, usual_periods
from banso.rooms.revenue.queries.restated import known_since
from banso.rooms.revenue.queries.wording import BARS, DOWNWARD, TOTALS
from banso.rooms.revenue.views.bridge import signed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpResponse, HttpResponseBase

    from banso.engines.revenue.periods import Period
    from banso.rooms.identity.http import Request
    from banso.rooms.revenue.models import ClosedPeriod
    from banso.rooms.revenue.queries.closed import Closing, Difference, Restated

MOST_ACCOUNTS = 200
SHARES = {"nrr": "NRR", "grr": "GRR"}


@require_safe
@allowed(may_close_periods)
def periods(request: Request) -> HttpResponse:
    """Every closed period beside what is told of it today."""
    found = queries.standings(request.user, on=localdate())
    return page(
        request,
        "revenue/closed_periods.html",
        standings=[(each, labels([each.closed.definition]).popitem()[1]) for each in found],
        headline=_headline_of_all(found),
    )


def _headline_of_all(found: list[queries.Standing]) -> str:
    closed = sum(each.closed.reopened_at is None for each in found)
    since = sum(each.is_restated for each in found)
    if not closed:
        return _("No period is closed")
    told = ngettext("%(count)s period is closed", "%(count)s periods are closed", closed)
    told %= {"count": closed}
    if not since:
        return told
    return _("%(closed)s, %(since)s restated since") % {"closed": told, "since": since}


@allowed(may_close_periods)
def new(request: Request) -> HttpResponse:
    """Choose the days, look at what will be frozen, and freeze it."""
    on, known = localdate(), definitions()
    form = ClosingForm(_given(request), definitions=labels(known))
    preview = None
    if form.is_valid():
        clean = form.cleaned_data
        with refusals_on(form):
            asked = bridges.period_of(clean["opening_on"], clean["closing_on"])
            definition = known[clean["definition"]]
            if request.method == "POST":
                closed = close_period(
                    asked,
                    definition=definition,
                    looked_at=clean["looked_at"],
                    by=request.user,
                    at=now(),
                    on=on,
                )
                messages.success(request, _("The period is closed. Its figures are frozen."))
                return redirect("revenue:closed_period", closed.pk)
            reader = Reader(viewer=request.user, on=on, definition=definition)
            preview = queries.closing(reader, asked)
    return page(
        request,
        "revenue/close_period.html",
        form=form,
        preview=preview,
        counted_by=labels([form["definition"].value() or DEFAULT.name]).popitem()[1],
        bars=_previewed(preview) if preview else [],
        shares=[(label, getattr(preview.bridge, key)) for key, label in SHARES.items()]
        if preview
        else [],
        not_a_year=not_a_year(preview.bridge.period) if preview else "",
        presets=[(called(each), each) for each in usual_periods(on)],
    )


def _given(request: Request) -> dict[str, str] | None:
    """What was asked or sent, in the names of the address; None for a form nobody has filled."""
    said = request.POST or request.GET
    if "from" not in said:
        return None
    return {
        "opening_on": said["from"],
        "closing_on": said.get("to", ""),
        "definition": said.get("definition", DEFAULT.name),
        "looked_at": said.get("looked_at", ""),
    }


def _previewed(preview: Closing) -> list[tuple[str, bool, int]]:
    found = preview.bridge
    return [(str(label), key in TOTALS, signed(found, key)) for key, label in BARS.items()]


def called(asked: Period) -> str:
    """Whole months by their names: 2026年3月, Jan 2026 – Mar 2026."""
    locale = (get_language() or "en").split("-")[0]
    first = add_months(asked.opening_on.replace(day=1), 1)
    ends = [format_skeleton("yMMM", each, locale=locale) for each in (first, asked.closing_on)]
    return (
        "〜".join(ends)
        if locale == "ja" and ends[0] != ends[1]
        else " – ".join(dict.fromkeys(ends))
    )


@require_safe
@allowed(may_close_periods)
def period(request: Request, closed_id: int) -> HttpResponse:
    """What was frozen, what is told today, and who makes the difference."""
    closed = get_object_or_404(queries.closed_periods(request.user), pk=closed_id)
    return _told(request, closed, ReopeningForm())


@require_POST
@allowed(may_close_periods)
def reopen(request: Request, closed_id: int) -> HttpResponse:
    """Let the period be closed again, and say why."""
    closed = get_object_or_404(queries.closed_periods(request.user), pk=closed_id)
    form = ReopeningForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            reopen_period(closed, by=request.user, at=now(), **form.cleaned_data)
            messages.success(request, _("The period is open. What was frozen stays here."))
            return redirect("revenue:closed_period", closed.pk)
    return _told(request, closed, form)


def _told(request: Request, closed: ClosedPeriod, form: ReopeningForm) -> HttpResponse:
    try:
        told = queries.told_today(closed, request.user, on=localdate())
        found, refused, nothing_yet = queries.restated(closed, told), "", False
    except Refused as refusal:  # what was frozen stands all the same
        found, refused = None, str(refusal)
        nothing_yet = isinstance(refusal, NoRevenueYet)
    differing = queries.differences(found, most=MOST_ACCOUNTS) if found else []
    heads = _heads(differing)
    late = known_since(closed, [each.pk for each in differing if each.pk])
    return page(
        request,
        "revenue/closed_period.html",
        closed=closed,
        not_a_year=not_a_year(closed.period),
        counted_by=labels([closed.definition]).popitem()[1],
        headline=_headline(closed, found),
        bars=_bars(closed, found),
        shares=[
            (label, getattr(closed, key), getattr(found.now, key) if found else None)
            for key, label in SHARES.items()
        ],
        found=found,
        refused=refused,
        nothing_yet=nothing_yet,
        heads=[BARS[key] for key in heads],
        differing=[(each, _parts(each, heads), late.get(each.pk or 0, ())) for each in differing],
        further=found.differing - len(differing) if found else 0,
        form=form,
    )


def _headline(closed: ClosedPeriod, found: Restated | None) -> str:
    """The answer as the page's title."""
    frozen = compact_money(closed.closing_minor, closed.currency)
    if found is None:
        return _("ARR %(frozen)s when it was closed") % {"frozen": frozen}
    if not found.differing:
        return _("ARR %(frozen)s, nothing restated since it was closed") % {"frozen": frozen}
    if not found.closing_minor:
        told = ngettext(
            "ARR %(frozen)s when it was closed, %(count)s account restated since",
            "ARR %(frozen)s when it was closed, %(count)s accounts restated since",
            found.differing,
        )
        return told % {"frozen": frozen, "count": number(found.differing)}
    change = compact_money(found.closing_minor, closed.currency)
    return _("ARR %(frozen)s when it was closed, restated by %(change)s since") % {
        "frozen": frozen,
        "change": change,
    }


def _bars(
    closed: ClosedPeriod, found: Restated | None
) -> list[tuple[str, str, bool, int, int | None, int | None]]:
    """Key, label, whether it is an end, frozen, today, difference; as each bar moves the total."""
    rows = []
    for key, label in BARS.items():
        sign = -1 if key in DOWNWARD else 1
        frozen: int = sign * getattr(closed, f"{key}_minor")
        today = signed(found.now, key) if found else None
        change = None if today is None else today - frozen
        rows.append((key, str(label), key in TOTALS, frozen, today, change))
    return rows


def _heads(differing: list[Difference]) -> list[str]:
    """The bars that any of the accounts has changed."""
    return [key for key in BARS if any(each.changed[f"{key}_minor"] for each in differing)]


def _parts(each: Difference, heads: list[str]) -> list[int]:
    return [each.changed[f"{key}_minor"] * (-1 if key in DOWNWARD else 1) for key in heads]


@require_safe
@allowed(may_close_periods)
def export(request: Request, closed_id: int, ending: str) -> HttpResponseBase:
    """A row for each account: as frozen, as today, and the difference. A frozen file alone says
    what was told; today's figures must be there too.
    """
    closed = get_object_or_404(queries.closed_periods(request.user), pk=closed_id)
    try:
        told = queries.told_today(closed, request.user, on=localdate())
        found = queries.restated(closed, told)
    except Refused:
        return redirect("revenue:closed_period", closed.pk)
    heads = [Heading(_("Account ID")), Heading(_("Account name"))]
    for label in BARS.values():
        heads += [
            Heading(_("%(bar)s, %(when)s") % {"bar": label, "when": when}, "money")
            for when in (_("when closed"), _("told today"), _("difference"))
        ]
    name = f"closed_{closed.opening_on}_{closed.closing_on}_{closed.definition}.{ending}"
    rows = _cells(found)
    if ending == "csv":
        return csv_download(name, [head.label for head in heads], rows)
    return xlsx_download(name, heads, rows, currency=closed.currency, about=_about(closed))


def _about(closed: ClosedPeriod) -> About:
    days = _("From the close of %(opening)s to the close of %(closing)s.") % {
        "opening": day(closed.opening_on),
        "closing": day(closed.closing_on),
    }
    told = [
        (_("Period"), days),
        (_("Counted by"), labels([closed.definition]).popitem()[1]),
        (_("Currency"), closed.currency),
        (_("Closed"), f"{moment(closed.closed_at)} {closed.closed_by}"),
        (_("Told on"), day(localdate())),
    ]
    return About(_("Closed period"), told)


def _cells(found: Restated) -> Iterator[list[Any]]:
    for external_id, name, row in queries.every_account(found):
        signs = {key: -1 if key in DOWNWARD else 1 for key in BARS}
        money = [
            major_units(sign * row[f"{when}_{key}_minor"], found.closed.currency)
            for key, sign in signs.items()
            for when in ("was", "now", "changed")
        ]
        yield [external_id, name, *money]
