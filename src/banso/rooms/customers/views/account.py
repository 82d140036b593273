"""One customer whole: who it is, what happened, what comes next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from banso.rooms.customers.access import may_edit_accounts
from banso.rooms.customers.actions.accounts import correct_kana
from banso.rooms.customers.forms import KanaForm
from banso.rooms.customers.points import account_panels
from banso.rooms.customers.queries.facts import ARR, TERM_END, fact_of
from banso.rooms.customers.views.story import story_context
from banso.rooms.customers.views.visible import account_or_404, editable_or_404
from banso.rooms.identity.http import page

if TYPE_CHECKING:
    from datetime import date

    from django.http import HttpResponse

    from banso.rooms.customers.models import Account
    from banso.rooms.identity.http import Request

PLACES = ("name", "who", "next", "below")


@require_safe
@login_required
def account(request: Request, account_id: int) -> HttpResponse:
    """How is this customer, who answers for what, and what next?"""
    today = localdate()
    found = account_or_404(request, account_id, on=today)
    known = found.facts.known
    return page(
        request,
        "customers/account.html",
        account=found,
        today=today,
        arr_minor=fact_of(found, ARR, known),
        term_end_on=fact_of(found, TERM_END, known),
        panels=_panels(found, request, on=today),
        may_edit=may_edit_accounts(request.user),
        **story_context(found, request.GET, on=today),
    )


def _panels(found: Account, request: Request, *, on: date) -> dict[str, list[dict[str, Any]]]:
    by_place: dict[str, list[dict[str, Any]]] = {}
    for panel in account_panels:
        if panel.place not in PLACES:
            continue
        context = panel.context(found, viewer=request.user, on=on)
        shown = {"key": panel.key, "template": panel.template, "context": context}
        by_place.setdefault(panel.place, []).append(shown)
    return by_place


@login_required
def kana(request: Request, account_id: int) -> HttpResponse:
    """Correct the reading of the name."""
    found = editable_or_404(request, account_id, on=localdate())
    form = KanaForm(request.POST or None, initial={"kana": found.kana})
    if form.is_valid():
        correct_kana(found, **form.cleaned_data, by=request.user, at=now())
        messages.success(request, _("Saved."))
        return redirect("customers:account", found.pk)
    return page(request, "customers/kana.html", partial="drawer", account=found, form=form)
