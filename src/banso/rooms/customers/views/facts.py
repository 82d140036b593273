"""What do we know of our customers, from where, how fresh, and of how many?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from banso.kit.acts import Refused
from banso.rooms.customers.actions.history import drop_history, keep_history
from banso.rooms.customers.queries import fact_pages
from banso.rooms.customers.queries.rules import rule_language
from banso.rooms.customers.queries.vocabulary import needs_history
from banso.rooms.customers.queries.wording import Speaker
from banso.rooms.identity.access import may_operate
from banso.rooms.identity.http import allowed, page

if TYPE_CHECKING:
    from django.http import HttpResponse

    from banso.rooms.customers.queries.fact_pages import ShownFact
    from banso.rooms.identity.http import Request

SOURCES = {
    "account": gettext_lazy("Account master"),
    "own": gettext_lazy("Own attributes"),
    "customers": gettext_lazy("Touches, tickets, holders"),
    "ownership": gettext_lazy("Who holds it"),
    "segments": gettext_lazy("Segments"),
    "coverage": gettext_lazy("Operating model"),
    "revenue": gettext_lazy("Revenue"),
    "renewals": gettext_lazy("Renewals"),
    "usage": gettext_lazy("Usage"),
    "health": gettext_lazy("Health"),
}
UNITS = {
    "people": gettext_lazy("people"),
    "days": gettext_lazy("days"),
    "tickets": gettext_lazy("tickets"),
    "promises": gettext_lazy("promises"),
    "times": gettext_lazy("times"),
}


@require_safe
@login_required
def facts(request: Request) -> HttpResponse:
    """Everything that is known, and of how many accounts."""
    speaker = Speaker(rule_language())
    shown = fact_pages.shown_facts(request.user, on=localdate())
    return page(request, "customers/facts.html", rows=[_row(each, speaker) for each in shown])


def _row(shown: ShownFact, speaker: Speaker) -> dict[str, Any]:
    fact, coverage = shown.fact, shown.coverage
    ends = [speaker.seen(fact, end) for end in (coverage.low, coverage.high) if end is not None]
    return {
        "shown": shown,
        "fact": fact,
        "coverage": coverage,
        "ends": ends,
        "source": SOURCES.get(fact.source, fact.source),
        "unit": UNITS.get(fact.unit, fact.unit),
    }


def _shown_or_404(request: Request, key: str) -> ShownFact:
    shown = fact_pages.shown_fact(request.user, key, on=localdate())
    if shown is None:
        raise Http404
    return shown


@require_safe
@login_required
def fact(request: Request, key: str) -> HttpResponse:
    """What is known by this fact, and who has which value?"""
    shown, speaker, today = _shown_or_404(request, key), Speaker(rule_language()), localdate()
    frequent = fact_pages.frequent_values(request.user, shown.fact, on=today)
    return page(
        request,
        "customers/fact.html",
        **_row(shown, speaker),
        frequent=[(speaker.seen(shown.fact, each.value), each) for each in frequent],
        since=fact_pages.first_noted_on(shown.fact),
        changes=fact_pages.changes_noted(request.user, shown.fact, on=today),
        may_switch=may_operate(request.user) and shown.fact.in_slot and not needs_history(key),
    )


@require_POST
@allowed(may_operate)
def history(request: Request, key: str, how: str) -> HttpResponse:
    """Keep the former values of a fact from today, or no longer."""
    definition = fact_pages.definition_of(_shown_or_404(request, key).fact)
    if definition is None:
        raise Http404
    try:
        if how == "keep":
            keep_history(definition, by=request.user, at=now(), on=localdate())
            messages.success(request, _("From today the former values are kept."))
        else:
            drop_history(definition, by=request.user, at=now())
            messages.success(request, _("The former values are no longer kept."))
    except Refused as refusal:
        messages.warning(request, str(refusal))
    return redirect("customers:fact", key)
