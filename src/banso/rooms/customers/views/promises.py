"""What we owe customers, across accounts; kept, dropped or reopened from there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from banso.kit.acts import Refused
from banso.kit.exports import csv_download
from banso.kit.keyset import capped_count, keyset
from banso.rooms.customers.access import may_edit_accounts
from banso.rooms.customers.actions.promises import drop_promise, keep_promise, reopen_promise
from banso.rooms.customers.queries import promises as owed
from banso.rooms.customers.views.visible import account_or_404
from banso.rooms.identity.http import page

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from django.db.models import QuerySet
    from django.http import HttpResponse, StreamingHttpResponse

    from banso.rooms.customers.models import Account, Promise
    from banso.rooms.identity.http import Request

PAGE_SIZE = 50
LONGEST_NUMBER = 18


def _asked(request: Request) -> tuple[str, str]:
    """Whose promises and in what state the address asks for."""
    whose, state = request.GET.get("whose", ""), request.GET.get("state", "")
    return (
        whose if whose in owed.WHOSE else owed.usual_whose(request.user),
        state if state in owed.STATES else "open",
    )


def _account(request: Request, *, on: date) -> Account | None:
    """The one account whose promises the address asks for."""
    asked = request.GET.get("account", "")
    known = asked.isdecimal() and len(asked) < LONGEST_NUMBER
    return account_or_404(request, int(asked), on=on) if known else None


def _found(request: Request, account: Account | None, *, on: date) -> QuerySet[Promise]:
    whose, state = _asked(request)
    every = owed.promises(request.user, on=on)
    if account is not None:
        every = every.filter(account=account)
    return owed.narrowed(every, request.user, whose=whose, state=state, on=on)


@require_safe
@login_required
def promises(request: Request) -> HttpResponse:
    """What do we owe, and what is late?"""
    today, after = localdate(), request.GET.get("after", "")
    account = _account(request, on=today)
    found = _found(request, account, on=today)
    rows = keyset(found, order=owed.BY_DUE_DAY, after=after, size=PAGE_SIZE)
    few = len(rows.rows) < PAGE_SIZE
    count, more = (len(rows.rows), False) if few or after else capped_count(found)
    whose, state = _asked(request)
    return page(
        request,
        "customers/promises.html",
        partial="rows" if after else "list",
        rows=rows.rows,
        today=today,
        after=rows.after,
        count=count,
        more_than_counted=more,
        whose=whose,
        state=state,
        account=account,
        may_edit=may_edit_accounts(request.user),
    )


@require_safe
@login_required
def export(request: Request) -> StreamingHttpResponse:
    """The list as it is filtered, as CSV."""
    today = localdate()
    header = [
        *(_("Account ID"), _("Account name"), _("Promise to the customer"), _("Who of us")),
        *(_("Due on"), _("Kept on"), _("Dropped on")),
    ]
    found = _found(request, _account(request, on=today), on=today).order_by("due_on", "pk")
    return csv_download("promises.csv", header, _cells(found))


def _cells(found: QuerySet[Promise]) -> Iterator[list[Any]]:
    for promise in found.iterator(chunk_size=2_000):
        account = promise.account
        who = promise.member.name if promise.member else ""
        days = [promise.due_on, promise.kept_on, promise.dropped_on]
        yield [account.external_id, account.name, promise.text, who, *days]


@require_POST
@login_required
def end(request: Request, promise_id: int, how: str) -> HttpResponse:
    """Keep, drop or reopen a promise, and show how it stands now."""
    today = localdate()
    promise = get_object_or_404(owed.promises(request.user, on=today), pk=promise_id)
    if not may_edit_accounts(request.user):
        raise PermissionDenied
    try:
        _act(promise, how, request, on=today)
    except Refused as refusal:
        messages.warning(request, str(refusal))
    if request.htmx:
        promise.refresh_from_db()
        return _one(request, promise, on=today)
    if request.POST.get("shape") == "item":
        return redirect("customers:account", promise.account_id)
    return redirect("customers:promises")


def _act(promise: Promise, how: str, request: Request, *, on: date) -> None:
    at = now()
    if how == "keep":
        keep_promise(promise, on=on, by=request.user, at=at)
    elif how == "drop":
        drop_promise(promise, on=on, by=request.user, at=at)
    else:
        reopen_promise(promise, by=request.user, at=at)


def _one(request: Request, promise: Promise, *, on: date) -> HttpResponse:
    shape = "item" if request.POST.get("shape") == "item" else "row"
    return page(
        request, f"customers/promise_{shape}.html", promise=promise, today=on, may_edit=True
    )
