"""From a rate to the accounts that make it, and from an account to its contract lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from banso.kit.acts import Refused
from banso.kit.exports import Heading, major_units
from banso.kit.templatetags.banso import percent
from banso.rooms.identity.access import may_see_all
from banso.rooms.identity.http import page
from banso.rooms.revenue.queries.behind import (
    RATES,
    SHARES,
    Behind,
    LinesBehind,
    behind,
    lines_behind,
)
from banso.rooms.revenue.queries.definitions import label_of
from banso.rooms.revenue.queries.figures import compared
from banso.rooms.revenue.queries.wording import told_value
from banso.rooms.revenue.views.asked import (
    asked_for,
    called,
    first_of,
    misread,
    refused_page,
    share_labels,
)
from banso.rooms.revenue.views.exports import sheet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpResponse, HttpResponseBase

    from banso.rooms.identity.http import Request
    from banso.rooms.revenue.views.asked import Asked

PAGE_SIZE = 50
MEANINGS = {
    "nrr": gettext_lazy(
        "What the accounts of the opening pay at the closing, over what they paid at the opening;"
        " growth included."
    ),
    "grr": gettext_lazy(
        "The smaller of before and after, account by account, over what was paid at the opening."
    ),
    "logo": gettext_lazy("The accounts of the opening that still pay, over all of them."),
    "quick": gettext_lazy("New and expansion, over contraction and churn."),
}
OF_PRODUCTS = {
    "nrr": gettext_lazy(
        "What those who had the product pay for it at the closing, over what they paid for it at"
        " the opening. It is no rate of accounts."
    ),
    "grr": gettext_lazy(
        "The smaller of before and after of the product, account by account, over what was paid"
        " for it at the opening. It is no rate of accounts."
    ),
    "logo": gettext_lazy(
        "Those who still have the product, over all who had it at the opening. It is no rate of"
        " accounts."
    ),
}


@dataclass(frozen=True, slots=True)
class Words:
    """What a rate is called where it is asked for, what stands above its line, what it means."""

    label: str
    above: str
    meaning: str


def _words(rate: str, asked: Asked) -> Words:
    """Raises Http404 for what isn't told of products."""
    cut = asked.of.cut if asked.of else None
    label = {**share_labels(cut), "quick": _("Quick ratio")}[rate]
    above = {"logo": _("Stayed"), "quick": _("Won")}.get(rate)
    meanings = OF_PRODUCTS if cut and cut.by_product else MEANINGS
    if rate not in meanings:
        raise Http404
    named = _("Counts in %(rate)s with") % {"rate": label}
    return Words(label, above or named, str(meanings[rate]))


@require_safe
@login_required
def accounts(request: Request, rate: str) -> HttpResponse:
    """Which accounts make this rate, and which of them made the difference?"""
    asked = asked_for(request, a_year=True)
    if not asked.is_plain:
        return misread(request, asked)
    first, words = first_of(request), _words(rate, asked)
    try:
        found = behind(compared(asked.reader, asked.period), rate, of=asked.of)
    except Refused as refusal:
        return refused_page(request, asked, refusal, title=words.label)
    return page(
        request,
        "revenue/rate_accounts.html",
        partial="rows" if first else "",
        rate=rate,
        words=words,
        counts_accounts=rate == "logo",
        is_share=rate in SHARES,
        behind=found,
        figure=_figure(rate, found),
        rows=found.page(start=first, size=PAGE_SIZE),
        next_start=first + PAGE_SIZE if first + PAGE_SIZE < found.total else None,
        period=asked.period,
        group=called(asked.of),
        counted_by=label_of(asked.reader.definition),
        rates_of=told_value("fx", asked.reader.definition.fx),
        whole_company=may_see_all(request.user),
    )


def _figure(rate: str, found: Behind) -> str:
    if rate in SHARES:
        return percent(found.rate)
    return "–" if found.rate is None else f"{found.rate:.1f}"


@require_safe
@login_required
def accounts_file(request: Request, rate: str, ending: str) -> HttpResponseBase:
    """The accounts of a rate as a file: what stands above and below the line adds up to it."""
    asked = asked_for(request, a_year=True)
    if not asked.is_plain:
        return misread(request, asked)
    words = _words(rate, asked)
    try:
        found = behind(compared(asked.reader, asked.period), rate, of=asked.of)
    except Refused as refusal:
        return refused_page(request, asked, refusal, title=words.label)
    amount = "whole" if rate == "logo" else "money"
    heads = [
        *map(Heading, (_("Account ID"), _("Account name"))),
        *(Heading(label, "money") for label in (_("ARR before"), _("ARR after"), _("Change"))),
        *(Heading(label, amount) for label in (_("Above the line"), _("Below the line"))),
        *([Heading(_("Effect on the rate"), "real")] if rate in SHARES else []),
    ]
    days = f"{asked.period.opening_on}_{asked.period.closing_on}"
    name = f"{rate}_{days}_{asked.reader.definition.name}.{ending}"
    return sheet(name, heads, list(_cells(found, rate)))


def _cells(found: Behind, rate: str) -> Iterator[list[Any]]:
    currency = settings.BANSO.currency
    for each in found.every():
        money = (each.before_minor, each.after_minor, each.change_minor)
        parts: list[Any] = [each.above, each.below]
        if rate != "logo":
            parts = [major_units(minor, currency) for minor in parts]
        effect = [each.effect_share] if rate in SHARES else []
        named = [each.account.external_id, each.account.name]
        yield [*named, *(major_units(minor, currency) for minor in money), *parts, *effect]


def _asked_lines(request: Request, account_id: int) -> tuple[Asked, LinesBehind | HttpResponse]:
    """What is asked for with its lines, or the page that says why there are none."""
    asked = asked_for(request, a_year=True)
    if not asked.is_plain:
        return asked, misread(request, asked)
    try:
        found = lines_behind(asked.reader, asked.period, account_id)
    except Refused as refusal:
        return asked, refused_page(request, asked, refusal, title=_("Contract lines"))
    if found is None:
        raise Http404
    return asked, found


@require_safe
@login_required
def lines(request: Request, account_id: int) -> HttpResponse:
    """Which contract lines made the difference at this account?"""
    asked, found = _asked_lines(request, account_id)
    if not isinstance(found, LinesBehind):
        return found
    rate = request.GET.get("rate", "")
    rate = rate if rate in RATES else ""
    return page(
        request,
        "revenue/account_lines.html",
        found=found,
        rate=rate,
        rate_label=_words(rate, asked).label if rate else "",
        counted_by=label_of(asked.reader.definition),
        rates_of=told_value("fx", asked.reader.definition.fx),
    )


@require_safe
@login_required
def lines_file(request: Request, account_id: int, ending: str) -> HttpResponseBase:
    """The same as a file."""
    asked, found = _asked_lines(request, account_id)
    if not isinstance(found, LinesBehind):
        return found
    heads = [
        *map(Heading, (_("Line ID"), _("Product"))),
        *(Heading(label, "day") for label in (_("Starts on"), _("First day without service"))),
        *(Heading(label, "money") for label in (_("ARR before"), _("ARR after"), _("Change"))),
        Heading(_("Exchange effect"), "money"),
    ]
    currency = settings.BANSO.currency
    rows: list[list[Any]] = []
    for each in found.lines:
        line = each.line
        own = [line.external_id, line.product, line.start_on, line.end_on] if line else [None] * 4
        amounts = (each.before_minor, each.after_minor, each.change_minor, each.fx_minor)
        rows.append([*own, *(major_units(minor, currency) for minor in amounts)])
    days = f"{asked.period.opening_on}_{asked.period.closing_on}"
    name = f"lines_{found.account.external_id}_{days}_{asked.reader.definition.name}.{ending}"
    return sheet(name, heads, rows)
