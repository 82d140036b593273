"""What became of a renewal: said, corrected, taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from banso.kit.acts import Refused, refusals_on
from banso.kit.exports import major_units
from banso.rooms.customers.access import may_edit_accounts
from banso.rooms.customers.points import account_panels
from banso.rooms.identity.http import page
from banso.rooms.renewals.actions.outcomes import record_outcome, reopen_renewal
from banso.rooms.renewals.forms import OutcomeForm
from banso.rooms.renewals.models import RenewalOutcome
from banso.rooms.renewals.queries.account import recorded_of
from banso.rooms.renewals.queries.lists import renewals
from banso.rooms.renewals.queries.reasons import reason_told
from banso.rooms.renewals.queries.rows import rows
from banso.rooms.revenue.queries.notices import notice_words, term_deadlines

if TYPE_CHECKING:
    from datetime import date

    from django.http import HttpResponse

    from banso.rooms.identity.http import Request
    from banso.rooms.renewals.models import Renewal

BESIDE = "renewal"  # the place of panels that stand beside the form
ACCOUNT = "account"  # where the way back leads, in place of a list's question


def _editable_or_404(request: Request, renewal_id: int, *, on: date) -> Renewal:
    found = get_object_or_404(renewals(request.user, on=on), pk=renewal_id)
    if not may_edit_accounts(request.user):
        raise PermissionDenied
    return found


@login_required
def outcome(request: Request, renewal_id: int) -> HttpResponse:
    """What became of it, and of a loss why? What files tell already is filled in."""
    today = localdate()
    renewal = get_object_or_404(renewals(request.user, on=today), pk=renewal_id)
    if request.method == "POST":
        renewal = _editable_or_404(request, renewal_id, on=today)
    form = OutcomeForm(request.POST or None, initial=_likely(request, renewal))
    if form.is_valid():
        with refusals_on(form):
            record_outcome(renewal, form.stated(), by=request.user, at=now())
            messages.success(request, _("Recorded."))
            return redirect(_back(form.cleaned_data["back"], renewal))
    return page(
        request,
        "renewals/outcome.html",
        partial="drawer",
        form=form,
        **_beside(request, renewal, today),
    )


def _likely(request: Request, renewal: Renewal) -> dict[str, Any]:
    """What is said already, by a notice or by the lines; without either, that it goes on."""
    notice, currency = renewal.cancellation, settings.BANSO.currency
    arr = renewal.lines_arr_minor or renewal.renewable_arr_minor
    likely: dict[str, Any] = {
        "outcome": RenewalOutcome.RENEWED,
        "renewed_arr": None if arr is None else major_units(arr, currency),
        "back": request.GET.get("back", ""),
    }
    if renewal.is_lost:
        likely["outcome"] = renewal.outcome
    if notice is not None:
        likely |= {
            "outcome": renewal.lines_outcome if renewal.is_lost else RenewalOutcome.CHURNED,
            "reason": reason_told(notice.reason, notice.detail),
            "detail": "\n".join(filter(None, [notice.reason, notice.detail])),
            "noticed_on": notice.noticed_on,
            "notice_form": notice.form,
        }
    return likely


def _beside(request: Request, renewal: Renewal, on: date) -> dict[str, Any]:
    """What helps to answer: the renewal, who holds it, its terms, and panels of other rooms."""
    [row] = rows([renewal], on=on)
    account = renewal.account
    return {
        "renewal": renewal,
        "row": row,
        "recorded": recorded_of(renewal),
        "notice": notice_words(renewal.contract.notice),
        "silence": term_deadlines(renewal.contract, renewal.term_end_on).silence,
        "account": account,
        "currency": settings.BANSO.currency,
        "may_edit": may_edit_accounts(request.user),
        "panels": [
            {
                "key": panel.key,
                "template": panel.template,
                "context": panel.context(account, viewer=request.user, on=on),
            }
            for panel in account_panels
            if panel.place == BESIDE
        ],
    }


def _back(asked: str, renewal: Renewal) -> str:
    """The list as it was narrowed, or the account's page."""
    if asked == ACCOUNT:
        return reverse("customers:account", args=[renewal.account_id])
    return reverse("renewals:renewals") + (f"?{asked}" if asked else "")


@require_POST
@login_required
def reopen(request: Request, renewal_id: int) -> HttpResponse:
    """Take a recorded outcome back."""
    renewal = _editable_or_404(request, renewal_id, on=localdate())
    try:
        reopen_renewal(renewal, by=request.user, at=now())
        messages.success(request, _("Taken back."))
    except Refused as refusal:
        messages.warning(request, str(refusal))
    return redirect(_back(request.POST.get("back", ""), renewal))
