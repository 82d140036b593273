from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from banso.kit.acts import Refused, refusals_on
from banso.kit.keyset import keyset
from banso.rooms.customers.actions.duplicates import keep_apart, propose_again
from banso.rooms.customers.actions.merges import merge_accounts
from banso.rooms.customers.actions.separating import undo_merge
from banso.rooms.customers.forms import MergeForm
from banso.rooms.customers.models import PairState
from banso.rooms.customers.queries import duplicates as queries
from banso.rooms.customers.queries.facts import definitions
from banso.rooms.identity.access import may_operate
from banso.rooms.identity.http import allowed, page

if TYPE_CHECKING:
    from django.http import HttpResponse

    from banso.rooms.customers.models import Account, DuplicatePair
    from banso.rooms.customers.queries.duplicates import ShownPair
    from banso.rooms.identity.http import Request

PAGE_SIZE = 25
MERGES = "merges"


@require_safe
@allowed(may_operate)
def duplicates(request: Request) -> HttpResponse:
    """Which customers may be one company, which are not, and which went into which?"""
    asked = request.GET.get("state", "")
    if asked == MERGES:
        return _merges(request)
    return _pairs(request, PairState(asked if asked in PairState else PairState.PROPOSED))


def _pairs(request: Request, state: PairState) -> HttpResponse:
    today = localdate()
    rows = keyset(
        queries.pairs(request.user, on=today).filter(state=state),
        order=queries.MOST_LIKELY_FIRST,
        after=request.GET.get("after", ""),
        size=PAGE_SIZE,
    )
    return page(
        request,
        "customers/duplicates.html",
        partial="rows",
        rows=queries.shown(rows.rows, definitions()),
        after=rows.after,
        tab=state.value,
        counts=queries.counts(request.user, on=today),
    )


def _merges(request: Request) -> HttpResponse:
    today = localdate()
    rows = keyset(
        queries.merges(request.user, on=today),
        order=queries.LATEST_FIRST,
        after=request.GET.get("after", ""),
        size=PAGE_SIZE,
    )
    return page(
        request,
        "customers/duplicates_merges.html",
        partial="rows",
        rows=rows.rows,
        after=rows.after,
        tab=MERGES,
        counts=queries.counts(request.user, on=today),
    )


@allowed(may_operate)
def pair(request: Request, pair_id: int) -> HttpResponse:
    """Which of the two stays, and what does it say afterwards?"""
    shown = _shown(request, pair_id)
    staying, former = shown.staying_and_former(request.GET.get("stays", ""))
    differing = queries.differences(staying, former, definitions())
    form = MergeForm(request.POST or None, keys=[each.key for each in differing])
    if form.is_valid():
        with refusals_on(form):
            _merge(request, staying, former, form)
            return redirect("customers:duplicates")
    return page(
        request,
        "customers/duplicates_pair.html",
        shown=shown,
        staying=staying,
        former=former,
        differing=differing,
        form=form,
    )


def _merge(request: Request, staying: Account, former: Account, form: MergeForm) -> None:
    names = {"former": former.name, "account": staying.name}
    merge_accounts(staying, former, taken=form.taken(), by=request.user, at=now(), on=localdate())
    messages.success(request, _("%(former)s was merged into %(account)s.") % names)


def _shown(request: Request, pair_id: int) -> ShownPair:
    found = queries.pairs(request.user, on=localdate())
    [shown] = queries.shown([get_object_or_404(found, pk=pair_id)], definitions())
    return shown


@require_POST
@allowed(may_operate)
def keep(request: Request, pair_id: int) -> HttpResponse:
    """These two are two customers."""
    found = _shown(request, pair_id).pair
    try:
        keep_apart(found, by=request.user, at=now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    return _decided(request, found)


@require_POST
@allowed(may_operate)
def propose(request: Request, pair_id: int) -> HttpResponse:
    """They may be one after all."""
    found = _shown(request, pair_id).pair
    try:
        propose_again(found, by=request.user, at=now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    return _decided(request, found)


def _decided(request: Request, found: DuplicatePair) -> HttpResponse:
    """The pair's row as it stands now: in full after an undo, else in a line with the undo."""
    if not request.htmx:
        return redirect("customers:duplicates")
    undone = "undo" in request.POST
    row = _shown(request, found.pk)
    return page(
        request, "customers/duplicates_row.html", row=row, settled=not undone, focused=undone
    )


@require_POST
@allowed(may_operate)
def undo(request: Request, merge_id: int) -> HttpResponse:
    """Let an account that went into another stand again."""
    merge = get_object_or_404(queries.merges(request.user, on=localdate()), pk=merge_id)
    try:
        former = undo_merge(merge, by=request.user, at=now())
        messages.success(request, _("%(former)s stands again.") % {"former": former.name})
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(reverse("customers:duplicates", query={"state": MERGES}))
