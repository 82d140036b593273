"""From a rate to the accounts that make it, and from an account to its contract lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from banso.kit.acts import Refused
from banso.kit.exports import Heading, major_units
from banso.kit.templatetags.banso import number, percent
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
from banso.rooms.revenue.queries.bridge import bridge_behind
from banso.rooms.revenue.queries.figures import compared
from banso.rooms.revenue.queries.steps import steps_of, steps_to_base
from banso.rooms.revenue.queries.wording import told_value
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
from banso.rooms.revenue.views.files import about_asked, named, sheet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpResponse, HttpResponseBase

    from banso.engines.revenue.definitions import Definition
    from banso.rooms.identity.http import Request
    from banso.rooms.revenue.queries.figures import Compared
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
    "logo": gettext_lazy(
        "The accounts of the opening that are still there at the closing, over all of them."
    ),
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
    also = _nrr_also(asked.reader.definition) if rate == "nrr" else ""
    return Words(label, above or named, f"{meanings[rate]} {also}".strip())


def _nrr_also(definition: Definition) -> str:
    """What the definition adds to NRR or takes from it."""
    said = []
    if definition.nrr_reactivation:
        said.append(_("Accounts that came back count above the line alone."))
    if not definition.nrr_scheduled:
        said.append(_("Growth that the contract foresaw is left out."))
    return " ".join(said)


def _moving(rate: str, found: Behind) -> str:
    """How many accounts move the rate, in the words of what they did."""
    told = {"moving": number(found.moving), "count": number(found.based)}
    back = found.total - found.based
    if rate == "quick":
        return ngettext(
            "%(moving)s account was won, grew, shrank or left.",
            "%(moving)s accounts were won, grew, shrank or left.",
            found.moving,
        ) % {"moving": number(found.moving)}
    if rate == "logo":
        return _("%(moving)s of %(count)s accounts left.") % told
    if rate == "grr":
        return _("%(moving)s of %(count)s accounts shrank or left.") % told
    if not back:
        return _("%(moving)s of %(count)s accounts grew, shrank or left.") % told
    changed = {**told, "moving": number(found.moving - back), "back": number(back)}
    return (
        _("%(moving)s of %(count)s accounts grew, shrank or left, and %(back)s came back.")
        % changed
    )


@require_safe
@login_required
def accounts(request: Request, rate: str) -> HttpResponse:
    """Which accounts make this rate, and which of them made the difference?"""
    asked = asked_for(request, a_year=True, of_rates=True)
    if not asked.is_plain:
        return misread(request, asked, title=_("Retention"))
    first, words = first_of(request), _words(rate, asked)
    try:
        told = compared(asked.reader, asked.period)
        found = behind(told, rate, of=asked.of)
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
        **around(asked),
        **({} if first else _beside(rate, told, asked)),
        moving=_moving(rate, found),
        figure=_figure(rate, found),
        rows=found.page(start=first, size=PAGE_SIZE),
        next_start=first + PAGE_SIZE if first + PAGE_SIZE < found.total else None,
        group=called(asked.of),
        rates_of=told_value("fx", asked.reader.definition.fx),
    )


def _beside(rate: str, told: Compared, asked: Asked) -> dict[str, Any]:
    """How the two amounts of the rate come about, and the exchange rates behind them."""
    found = bridge_behind(told, asked.of) if rate in {"nrr", "grr"} else None
    of_all = asked.of is None and may_see_all(told.reader.viewer)
    told_of = steps_of if rate == "nrr" else steps_to_base
    steps = told_of(found, asked.reader.definition, of_all=of_all) if found else []
    return {"steps": steps, **exchange_of(asked)}


def _figure(rate: str, found: Behind) -> str:
    if rate in SHARES:
        return percent(found.rate)
    return "–" if found.rate is None else f"{found.rate:.1f}"


@require_safe
@login_required
def accounts_file(request: Request, rate: str, ending: str) -> HttpResponseBase:
    """The accounts of a rate as a file: what stands above and below the line adds up to it."""
    asked = asked_for(request, a_year=True, of_rates=True)
    if not asked.is_plain:
        return misread(request, asked, title=_("Retention"))
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
        *([Heading(_("Effect on the rate"), "share")] if rate in SHARES else []),
    ]
    about = about_asked(asked, f"{words.label} {_figure(rate, found)}")
    return sheet(f"{named(asked, rate)}.{ending}", heads, list(_cells(found, rate)), about=about)


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
        return asked, misread(request, asked, title=_("Contract lines"))
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
        **around(asked),
        **exchange_of(asked, only={each.line.currency for each in found.lines if each.line}),
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
    name = named(asked, f"lines_{found.account.external_id}")
    about = about_asked(asked, _("Contract lines"), of=found.account.name)
    return sheet(f"{name}.{ending}", heads, rows, about=about)
