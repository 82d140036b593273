"""Work raised by hand, from an account's page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _

from banso.kit.acts import refusals_on
from banso.rooms.customers.access import visible_accounts
from banso.rooms.customers.queries.touches import present
from banso.rooms.identity.http import page
from banso.rooms.people.queries import known_skills
from banso.rooms.work.access import may_work
from banso.rooms.work.actions.raising import raise_item
from banso.rooms.work.forms import RaiseForm

if TYPE_CHECKING:
    from django.http import HttpResponse

    from banso.rooms.identity.http import Request


@login_required
def raise_one(request: Request, account_id: int) -> HttpResponse:
    """What is to be done for the account, and for whom does it wait?"""
    today = localdate()
    account = get_object_or_404(
        visible_accounts(request.user, on=today).select_related("facts"), pk=account_id
    )
    if not may_work(request.user):
        raise PermissionDenied
    given = request.POST if request.method == "POST" else None
    form = RaiseForm(given, contacts=present(account, on=today), topics=known_skills())
    if form.is_valid():
        with refusals_on(form):
            made = raise_item(account, form.stated(), by=request.user, at=now())
            whose = made.member or made.pool
            messages.success(
                request,
                _("Raised; it waits for %(whose)s.") % {"whose": whose}
                if whose
                else _(
                    "Raised. Nobody holds this duty yet, so it waits for whoever steers the work."
                ),
            )
            return redirect("work:item", made.pk)
    return page(request, "work/raise.html", partial="drawer", form=form, account=account)
