"""Which customers move, one by one, and what should move otherwise? The review of a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from banso.engines.operating.checks import is_sound
from banso.kit.acts import Refused
from banso.rooms.coverage.access import may_review
from banso.rooms.coverage.actions import reviewing as actions
from banso.rooms.coverage.forms import PinForm, WordsForm
from banso.rooms.coverage.queries.checking import checked
from banso.rooms.coverage.queries.moves import told_moves
from banso.rooms.coverage.queries.planning import plan_of
from banso.rooms.coverage.queries.reviewing import is_under_review, members, reviewed
from banso.rooms.coverage.queries.sentences import reader_of
from banso.rooms.coverage.views.versions import version_or_404
from banso.rooms.customers.access import visible_accounts
from banso.rooms.identity.http import allowed, page

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.forms import Form
    from django.http import HttpResponse, QueryDict

    from banso.rooms.coverage.models import ModelVersion
    from banso.rooms.customers.models import Account
    from banso.rooms.identity.http import Request


@require_safe
@allowed(may_review)
def moves(request: Request, version_id: int) -> HttpResponse:
    """The single moves of a group, or all of them, the largest customers first."""
    of, today = version_or_404(request, version_id), localdate()
    found = checked(of.text, on=today)
    reader = reader_of(found)
    if reader is None or not is_sound(found.findings):
        return redirect("coverage:plan", of.pk)
    plan = plan_of(reader.model, on=today, reviewed=reviewed(of))
    told = told_moves(plan, reader, of, request.GET.dict(), on=today)
    return page(
        request,
        "coverage/moves.html",
        partial="rows",
        version=of,
        moves=told,
        after=told.after,
        may_settle=is_under_review(of),
        here=_here(request.GET),
    )


@require_POST
@allowed(may_review)
def keep(request: Request, version_id: int, account_id: int) -> HttpResponse:
    """Let nothing of a customer move."""
    of, account = _asked(request, version_id, account_id)
    return _settled(
        request, of, WordsForm(request.POST),
        lambda words: actions.keep_out(of, account, reason=words, by=request.user, at=now()),
        _("Kept out: nothing of this customer moves."),
    )  # fmt: skip


@require_POST
@allowed(may_review)
def pin(request: Request, version_id: int, account_id: int) -> HttpResponse:
    """Give a role's duties of a customer to one of its people."""
    (of, account), today = _asked(request, version_id, account_id), localdate()
    form = PinForm(request.POST, members=members(on=today))

    def act(words: str) -> object:
        to = actions.Pin(form.cleaned_data["role"], form.cleaned_data["member"], words)
        return actions.pin_customer(of, account, to, on=today, by=request.user, at=now())

    return _settled(request, of, form, act, _("Pinned: this customer goes to the person named."))


@require_POST
@allowed(may_review)
def free(request: Request, version_id: int, account_id: int) -> HttpResponse:
    """Leave a customer to the rules again."""
    of, account = _asked(request, version_id, account_id)
    return _done(
        request, of, lambda: actions.free_customer(of, account, by=request.user, at=now()),
        _("Free again: the rules decide about this customer."),
    )  # fmt: skip


@require_POST
@allowed(may_review)
def comment(request: Request, version_id: int, account_id: int | None = None) -> HttpResponse:
    """Remark something of a customer, or of the whole plan."""
    of, about = version_or_404(request, version_id), None
    if account_id is not None:
        of, about = _asked(request, version_id, account_id)

    def act(words: str) -> object:
        return actions.comment_on_plan(of, account=about, text=words, by=request.user, at=now())

    return _settled(request, of, WordsForm(request.POST), act, _("Your comment is written down."))


@require_POST
@allowed(may_review)
def agree(request: Request, version_id: int, account_id: int) -> HttpResponse:
    """Agree that a protected customer moves."""
    (of, account), read = _asked(request, version_id, account_id), request.POST.get("revision", "")
    revision, user = int(read) if read.isdecimal() else 0, request.user
    return _done(
        request, of,
        lambda: actions.agree_to_move(
            of, account, read=revision, on=localdate(), by=user, at=now()
        ),
        _("You agree that this customer moves."),
    )  # fmt: skip


def _asked(request: Request, version_id: int, account_id: int) -> tuple[ModelVersion, Account]:
    accounts = visible_accounts(request.user, on=localdate())
    account = get_object_or_404(accounts, pk=account_id)
    return version_or_404(request, version_id), account


def _settled(
    request: Request, of: ModelVersion, form: Form, act: Callable[[str], object], sentence: str
) -> HttpResponse:
    if not form.is_valid():
        if "words" in form.errors:
            messages.error(request, _("Write down why, or what you remark."))
        else:
            messages.error(request, _("Choose to whom the customer goes."))
        return _back(request, of)
    words: Any = form.cleaned_data["words"]
    return _done(request, of, lambda: act(words), sentence)


def _done(
    request: Request, of: ModelVersion, act: Callable[[], object], sentence: str
) -> HttpResponse:
    try:
        act()
        messages.success(request, sentence)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return _back(request, of)


def _back(request: Request, of: ModelVersion) -> HttpResponse:
    """The moves that the reviewer looked at, or else the plan."""
    if not request.GET:
        return redirect("coverage:plan", of.pk)
    return redirect(reverse("coverage:moves", args=[of.pk]) + _here(request.GET))


def _here(asked: QueryDict) -> str:
    """Which moves are looked at, as the end of an address."""
    rest = asked.copy()
    rest.pop("after", None)
    return f"?{rest.urlencode() or 'all=1'}"
