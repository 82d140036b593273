"""Logging a touchpoint, and correcting or removing one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.utils.timezone import localdate, localtime, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from banso.kit.acts import refusals_on
from banso.rooms.customers.actions.touches import (
    TouchStated,
    change_touch,
    log_touch,
    remove_touch,
)
from banso.rooms.customers.forms import TouchForm
from banso.rooms.customers.queries import touches
from banso.rooms.customers.views.visible import editable_or_404
from banso.rooms.identity.http import page

if TYPE_CHECKING:
    from datetime import date

    from django.http import HttpResponse

    from banso.rooms.customers.models import Account, Touchpoint
    from banso.rooms.identity.http import Request


@login_required
def log(request: Request, account_id: int) -> HttpResponse:
    """Log what has just happened; everything but the note is filled in."""
    today = localdate()
    account = editable_or_404(request, account_id, on=today)
    likely = touches.likely_touch(account, request.user, on=today)
    initial = {
        "kind": likely.kind,
        "contact": likely.contact,
        "member": likely.member,
        "happened_at": localtime(now()),
        "proactive": "yes",
    }
    form = _form(request, account, None, initial, on=today)
    if form.is_valid():
        with refusals_on(form):
            log_touch(account, TouchStated(**form.cleaned_data), by=request.user, at=now())
            messages.success(request, _("Logged."))
            return redirect("customers:account", account.pk)
    return _answer(request, account, form)


def _form(
    request: Request,
    account: Account,
    touch: Touchpoint | None,
    initial: dict[str, Any],
    *,
    on: date,
) -> TouchForm:
    return TouchForm(
        request.POST or None,
        initial=initial,
        contacts=touches.spoken_with(account, touch, on=on),
        members=touches.logging_members(touch, on=on),
    )


def _answer(
    request: Request, account: Account, form: TouchForm, touch: Touchpoint | None = None
) -> HttpResponse:
    return page(
        request, "customers/touch.html", partial="drawer", account=account, form=form, touch=touch
    )


@login_required
def edit(request: Request, account_id: int, touch_id: int) -> HttpResponse:
    """Correct a touchpoint of one's own."""
    today = localdate()
    account = editable_or_404(request, account_id, on=today)
    touch = _own_or_404(request, account, touch_id)
    form = _form(request, account, touch, _as_stated(touch), on=today)
    if form.is_valid():
        with refusals_on(form):
            change_touch(touch, TouchStated(**form.cleaned_data), by=request.user, at=now())
            messages.success(request, _("Saved."))
            return redirect("customers:account", account.pk)
    return _answer(request, account, form, touch)


def _own_or_404(request: Request, account: Account, touch_id: int) -> Touchpoint:
    touch = touches.touch_of(account, touch_id)
    if touch is None:
        raise Http404
    if not touches.may_change(request.user, touch):
        raise PermissionDenied
    return touch


def _as_stated(touch: Touchpoint) -> dict[str, Any]:
    promise = touches.promise_of(touch)
    names = ("text", "kind", "contact", "mood", "subject", "member", "minutes")
    return {name: getattr(touch, name) for name in names} | {
        "happened_at": localtime(touch.happened_at),
        "proactive": {True: "yes", False: "no", None: ""}[touch.proactive],
        "promise": promise.text if promise else "",
        "due_on": promise.due_on if promise else None,
    }


@require_POST
@login_required
def remove(request: Request, account_id: int, touch_id: int) -> HttpResponse:
    """Take a touchpoint of one's own out of the story."""
    account = editable_or_404(request, account_id, on=localdate())
    remove_touch(_own_or_404(request, account, touch_id), by=request.user, at=now())
    messages.success(request, _("Removed."))
    return redirect("customers:account", account.pk)
