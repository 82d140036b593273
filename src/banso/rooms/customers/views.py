from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from banso.kit.exports import csv_download, major_units
from banso.kit.keyset import capped_count, keyset, ordered_by
from banso.rooms.customers import queries
from banso.rooms.customers.access import may_edit_accounts, visible_accounts
from banso.rooms.customers.actions import correct_kana
from banso.rooms.customers.forms import KanaForm
from banso.rooms.customers.points import account_panels
from banso.rooms.identity.access import may_operate
from banso.rooms.identity.http import page
from banso.rooms.journal.queries import timeline, told_of_one

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from django.db.models import QuerySet
    from django.http import HttpResponse, QueryDict, StreamingHttpResponse

    from banso.rooms.customers.models import Account, FactDefinition
    from banso.rooms.identity.http import Request

PAGE_SIZE = 50
TIMELINE_SIZE = 20
FACT_PREFIX = "f."
DEFAULT_ORDER = "name"


@require_safe
@login_required
def accounts(request: Request) -> HttpResponse:
    """Which customers are like this?"""
    today, known = localdate(), queries.definitions()
    wanted = _wanted(request.GET)
    found = queries.accounts(request.user, wanted, known, on=today)
    sort, order = ordered_by(queries.orders(known), request.GET.get("sort", ""), DEFAULT_ORDER)
    after = request.GET.get("after", "")
    rows = keyset(queries.lean(found, order, known), order=order, after=after, size=PAGE_SIZE)
    count, more = _count(found, rows.rows, after=after)
    return page(
        request,
        "customers/accounts.html",
        partial="rows" if after else "list",
        rows=queries.listed(rows.rows, known),
        after=rows.after,
        count=count,
        more_than_counted=more,
        wanted=wanted,
        chips=_chips(request.GET, wanted, known),
        sort=sort,
        may_import=may_operate(request.user),
    )


def _count(found: QuerySet[Account], first: list[Account], *, after: str) -> tuple[int, bool]:
    """How many accounts the list holds; asked of the database only when one page can't tell."""
    if after:
        return 0, False
    return capped_count(found) if len(first) == PAGE_SIZE else (len(first), False)


def _wanted(given: QueryDict) -> queries.Wanted:
    asked = {name: str(text) for name, text in given.items()}
    holder = asked.get("holder", "")
    return queries.Wanted(
        search=asked.get("q", "").strip()[:200],
        industry=asked.get("industry", ""),
        region=asked.get("region", ""),
        holder=int(holder) if holder.isdecimal() and len(holder) < 18 else None,
        facts={
            name.removeprefix(FACT_PREFIX): text
            for name, text in asked.items()
            if name.startswith(FACT_PREFIX)
        },
    )


def _chips(
    asked: QueryDict, wanted: queries.Wanted, known: Mapping[str, FactDefinition]
) -> list[dict[str, str]]:
    """The filters in force, each with the address of the list without it."""
    words = {"industry": wanted.industry, "region": wanted.region}
    if wanted.holder is not None:
        words["holder"] = queries.holder_name(wanted.holder)
    for key, text in (wanted.facts or {}).items():
        if key in known:
            words[FACT_PREFIX + key] = f"{known[key].label}: {text}"
    return [
        {"words": text, "without": _without(asked, name)} for name, text in words.items() if text
    ]


def _without(asked: QueryDict, name: str) -> str:
    rest = asked.copy()
    for gone in (name, "after"):
        rest.pop(gone, None)
    return f"?{rest.urlencode()}"


@require_safe
@login_required
def filters(request: Request) -> HttpResponse:
    """What the list can be narrowed to; loaded after the list itself."""
    return page(
        request,
        "customers/filters.html",
        options=queries.options(request.user, on=localdate()),
        wanted=_wanted(request.GET),
    )


@require_safe
@login_required
def export(request: Request) -> StreamingHttpResponse:
    """The list as it is filtered, as CSV."""
    known = queries.definitions()
    found = queries.accounts(request.user, _wanted(request.GET), known, on=localdate())
    own = [fact for fact in known.values() if fact.source == queries.OWN]
    header = [
        _("Account ID"),
        _("Account name"),
        _("Kana"),
        _("Corporate number"),
        _("Industry"),
        _("Region"),
        _("Employees"),
        "ARR",
        _("Term end"),
        *(fact.label for fact in own),
    ]
    return csv_download(
        "accounts.csv", header, _cells(found.order_by("sort_key", "pk"), known, own)
    )


def _cells(
    found: QuerySet[Account], known: Mapping[str, FactDefinition], own: Sequence[FactDefinition]
) -> Iterator[list[Any]]:
    for account in found.iterator(chunk_size=2_000):
        arr = queries.fact_of(account, queries.ARR, known)
        yield [
            account.external_id,
            account.name,
            account.kana,
            account.corporate_number,
            account.industry,
            account.region,
            account.employees,
            None if arr is None else major_units(arr, settings.BANSO.currency),
            queries.fact_of(account, queries.TERM_END, known),
            *(getattr(account.facts, fact.slot) for fact in own),
        ]


@require_safe
@login_required
def account(request: Request, account_id: int) -> HttpResponse:
    """How is this customer, and who answers for what?"""
    today = localdate()
    found = _account_or_404(request, account_id, on=today)
    known = queries.definitions()
    return page(
        request,
        "customers/account.html",
        account=found,
        arr_minor=queries.fact_of(found, queries.ARR, known),
        term_end_on=queries.fact_of(found, queries.TERM_END, known),
        panels=_panels(found, request, on=today),
        may_edit=may_edit_accounts(request.user),
    )


def _account_or_404(request: Request, account_id: int, *, on: date) -> Account:
    seen = visible_accounts(request.user, on=on).select_related("facts", "parent")
    return get_object_or_404(seen, pk=account_id)


def _panels(found: Account, request: Request, *, on: date) -> dict[str, list[dict[str, Any]]]:
    by_place: dict[str, list[dict[str, Any]]] = {}
    for panel in account_panels:
        context = panel.context(found, viewer=request.user, on=on)
        shown = {"key": panel.key, "template": panel.template, "context": context}
        by_place.setdefault(panel.place, []).append(shown)
    return by_place


@require_safe
@login_required
def story(request: Request, account_id: int) -> HttpResponse:
    """What happened, newest first; further entries load as the reader scrolls."""
    found = _account_or_404(request, account_id, on=localdate())
    start = request.GET.get("start", "0")
    first = int(start) if start.isdecimal() and len(start) < 10 else 0
    entries = told_of_one(timeline(found.pk)[first : first + TIMELINE_SIZE + 1])
    return page(
        request,
        "customers/story.html",
        partial="entries",
        account=found,
        entries=entries[:TIMELINE_SIZE],
        next_start=first + TIMELINE_SIZE if len(entries) > TIMELINE_SIZE else None,
    )


@login_required
def kana(request: Request, account_id: int) -> HttpResponse:
    """Correct the reading of the name."""
    found = _account_or_404(request, account_id, on=localdate())
    if not may_edit_accounts(request.user):
        raise PermissionDenied
    form = KanaForm(request.POST or None, initial={"kana": found.kana})
    if form.is_valid():
        correct_kana(found, **form.cleaned_data, by=request.user, at=now())
        messages.success(request, _("Saved."))
        return redirect("customers:account", found.pk)
    return page(request, "customers/kana.html", partial="drawer", account=found, form=form)
