"""Why a customer bought: put on record, and completed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _

from banso.kit.exports import major_units
from banso.rooms.customers.access import may_edit_accounts, visible_accounts
from banso.rooms.customers.queries.account import contacts
from banso.rooms.identity.http import page
from banso.rooms.people.access import visible_members
from banso.rooms.revenue.queries.lines import contracts_of
from banso.rooms.value.actions import change_case, record_case
from banso.rooms.value.forms import CaseForm
from banso.rooms.value.queries import cases

if TYPE_CHECKING:
    from django.http import HttpResponse

    from banso.rooms.customers.models import Account
    from banso.rooms.identity.http import Request
    from banso.rooms.value.models import BusinessCase

SHOWN = ("why_bought", "expected_effect", "measure", "baseline", "target", "due_on", "recorded_on")


def _form(request: Request, account: Account, initial: dict[str, Any]) -> CaseForm:
    return CaseForm(
        request.POST or None,
        initial=initial,
        contacts=contacts(account),
        contracts=contracts_of(account),
        members=visible_members(request.user).order_by("kana", "pk"),
    )


def _answer(
    request: Request, account: Account, form: CaseForm, case: BusinessCase | None = None
) -> HttpResponse:
    return page(request, "value/case.html", partial="drawer", account=account, form=form, case=case)


def _may_or_403(request: Request) -> None:
    if not may_edit_accounts(request.user):
        raise PermissionDenied


@login_required
def add(request: Request, account_id: int) -> HttpResponse:
    """Why did they buy, and what do they expect?"""
    today = localdate()
    account = get_object_or_404(visible_accounts(request.user, on=today), pk=account_id)
    _may_or_403(request)
    form = _form(request, account, {"recorded_on": today})
    if form.is_valid():
        record_case(account, form.stated(), by=request.user, at=now())
        messages.success(request, _("Saved."))
        return redirect("customers:account", account.pk)
    return _answer(request, account, form)


@login_required
def edit(request: Request, case_id: int) -> HttpResponse:
    """Correct or complete a business case."""
    case = get_object_or_404(cases(request.user, on=localdate()), pk=case_id)
    _may_or_403(request)
    form = _form(request, case.account, _as_stated(case))
    if form.is_valid():
        change_case(case, form.stated(), by=request.user, at=now())
        messages.success(request, _("Saved."))
        return redirect("customers:account", case.account_id)
    return _answer(request, case.account, form, case)


def _as_stated(case: BusinessCase) -> dict[str, Any]:
    said: dict[str, Any] = {name: getattr(case, name) for name in SHOWN}
    said |= {
        name: getattr(case, f"{name}_id") for name in ("confirmed_by", "promised_by", "contract")
    }
    amount = case.amount_minor
    said["amount"] = None if amount is None else major_units(amount, settings.BANSO.currency)
    return said
