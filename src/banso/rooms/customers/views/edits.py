"""One value for many accounts at once: choose, check, do it, and undo it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from banso.kit.acts import Refused, refusals_on
from banso.kit.keyset import Order, keyset
from banso.kit.templatetags.banso import NO_VALUE
from banso.rooms.customers.access import may_edit_accounts, visible_accounts
from banso.rooms.customers.actions.edits import MOST_ACCOUNTS, edit_accounts, undo_edit
from banso.rooms.customers.forms import EditForm
from banso.rooms.customers.models import FactType
from banso.rooms.customers.queries import lists
from banso.rooms.customers.queries.columns import columns, settable
from banso.rooms.customers.queries.conditions import LARGEST
from banso.rooms.customers.queries.facts import definitions
from banso.rooms.customers.queries.saved import bulk_edits
from banso.rooms.customers.views.listing import address, listing, rest_of
from banso.rooms.customers.views.printing import printed
from banso.rooms.identity.http import allowed, page

if TYPE_CHECKING:
    from django.http import HttpResponse

    from banso.rooms.customers.models import BulkEdit
    from banso.rooms.customers.queries.columns import Column
    from banso.rooms.identity.http import Request

PAGE_SIZE = 50
SHOWN_VALUES = 6
LATEST_FIRST = Order("pk", descending=True)


@require_POST
@allowed(may_edit_accounts)
def edit(request: Request) -> HttpResponse:
    """Set one thing of the accounts that were selected: first what, then sure, then done."""
    accounts = _selected(request)
    if not 0 < len(accounts) <= MOST_ACCOUNTS:
        messages.error(request, _refused_number(len(accounts)))
        return _back(request)
    step, form = request.POST.get("step", ""), _form(request)
    if step == "apply" and form.is_valid():
        with refusals_on(form):
            return _applied(request, form, accounts)
    sure = step == "check" and form.is_valid()
    shown = _checked(form, accounts) if sure else _choices(request, form)
    return page(
        request, "customers/edit.html", partial="step",
        form=form, number=len(accounts), accounts=",".join(map(str, accounts)),
        here=address(rest_of(request.GET)), **shown,
    )  # fmt: skip


def _selected(request: Request) -> list[int]:
    """The accounts selected, as far as the person sees them; one more than allowed says too
    many.
    """
    if "every" in request.POST:
        found = lists.accounts(request.user, listing(request.GET).wanted, on=localdate())
    else:
        texts = [*request.POST.get("accounts", "").split(","), *request.POST.getlist("account")]
        ids = {int(text) for text in texts[: MOST_ACCOUNTS + 1] if text.isdecimal()}
        known = [pk for pk in ids if pk <= LARGEST]
        found = visible_accounts(request.user, on=localdate()).filter(pk__in=known)
    return list(found.order_by("pk").values_list("pk", flat=True)[: MOST_ACCOUNTS + 1])


def _refused_number(number: int) -> str:
    if number:
        return _(
            "At most %(most)s accounts can be changed at once. Narrow the list down first."
        ) % {"most": f"{MOST_ACCOUNTS:,}"}
    return _("Select the accounts to change first.")


def _back(request: Request) -> HttpResponse:
    return redirect(reverse("customers:accounts") + address(rest_of(request.GET)))


def _form(request: Request) -> EditForm:
    may_set = settable(columns(definitions()))
    by_key = {column.key: column for column in may_set}
    column = by_key.get(request.POST.get("column", ""), may_set[0])
    given = request.POST if request.POST.get("step") in {"check", "apply"} else None
    return EditForm(given, columns=may_set, column=column)


def _choices(request: Request, form: EditForm) -> dict[str, Any]:
    present = lists.choices(request.user, form.of, on=localdate())
    return {"present_values": present, "sure": False}


def _checked(form: EditForm, accounts: list[int]) -> dict[str, Any]:
    """What stands there now and what would become of it."""
    column, value = form.of, form.cleaned_data["value"]
    present = lists.present(accounts, column)
    same = sum(number for each, number in present if each == value)
    others = [(printed(column, each), number) for each, number in present if each != value]
    return {
        "sure": True,
        "column": column,
        "value": printed(column, value),
        "changing": len(accounts) - same,
        "same": same,
        "now": others[:SHOWN_VALUES],
        "more_values": max(len(others) - SHOWN_VALUES, 0),
    }


def _applied(request: Request, form: EditForm, accounts: list[int]) -> HttpResponse:
    column, value = form.of, form.cleaned_data["value"]
    told = printed(column, value)
    edit = edit_accounts(accounts, column=column, value=value, told=told, by=request.user, at=now())
    messages.success(request, _done(edit, column, told))
    return _back(request)


def _done(edit: BulkEdit, column: Column, told: str) -> str:
    """What was done, with the way back beside it: at once, or by the page of edits."""
    facts = {"label": column.label, "number": f"{edit.number:,}", "value": told}
    words = _("“%(label)s” of %(number)s accounts is now “%(value)s”.") % facts
    return format_html(
        '{} <a class="link" href="{}" hx-post="{}">{}</a>',
        words,
        reverse("customers:edits"),
        reverse("customers:undo", args=[edit.pk]),
        _("Undo"),
    )


@require_safe
@allowed(may_edit_accounts)
def edits(request: Request) -> HttpResponse:
    """What I changed of many accounts at once, and the way back."""
    rows = keyset(
        bulk_edits(request.user), order=LATEST_FIRST,
        after=request.GET.get("after", ""), size=PAGE_SIZE,
    )  # fmt: skip
    offered = columns(definitions())
    told = [(each, _label(each, offered), _value(each, offered)) for each in rows.rows]
    return page(request, "customers/edits.html", partial="rows", edits=told, after=rows.after)


def _label(edit: BulkEdit, offered: dict[str, Column]) -> str:
    return offered[edit.field].label if edit.field in offered else edit.field


def _value(edit: BulkEdit, offered: dict[str, Column]) -> str:
    """The value as it prints; a day is kept in its ISO form."""
    column = offered.get(edit.field)
    if column is None or column.type == FactType.DAY:
        return str(edit.value or NO_VALUE)
    return printed(column, edit.value)


@require_POST
@allowed(may_edit_accounts)
def undo(request: Request, edit_id: int) -> HttpResponse:
    """Give the accounts back what they had."""
    edit = get_object_or_404(bulk_edits(request.user), pk=edit_id)
    try:
        label = _label(edit, columns(definitions()))
        done = undo_edit(edit, label=label, by=request.user, at=now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        counts = {"restored": f"{done.restored:,}", "kept": f"{len(done.kept):,}"}
        words = _("Undone: %(restored)s accounts have their former value again.")
        messages.success(request, words % counts)
        if done.kept:
            words = _("%(kept)s accounts were changed since and stay as they are.")
            messages.warning(request, words % counts)
    return HttpResponseClientRefresh() if request.htmx else redirect("customers:edits")
