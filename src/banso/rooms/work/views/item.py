"""One item with all that whoever picks it up must know, and what can be done with it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from banso.kit.acts import Refused, refusals_on
from banso.rooms.customers.access import visible_accounts
from banso.rooms.identity.http import page
from banso.rooms.people.queries import known_skills
from banso.rooms.work import forms
from banso.rooms.work.access import may_steer, may_work
from banso.rooms.work.actions import claiming, raising, steering, working
from banso.rooms.work.models import State
from banso.rooms.work.queries import lists
from banso.rooms.work.queries.context import context, receivers
from banso.rooms.work.queries.standing import reasons, standing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.http import HttpResponse

    from banso.rooms.identity.http import Request
    from banso.rooms.people.models import Member
    from banso.rooms.work.models import WorkItem

FORMS: Mapping[str, tuple[type[forms.ActForm], Any]] = {
    "take": (forms.ActForm, gettext_lazy("It is yours.")),
    "finish": (forms.FinishForm, gettext_lazy("Finished.")),
    "decline": (forms.DeclineForm, gettext_lazy("Declined; it waits for somebody else.")),
    "put_off": (forms.PutOffForm, gettext_lazy("Put off.")),
    "hand": (forms.HandForm, gettext_lazy("Handed on.")),
    "take_over": (forms.TakeOverForm, gettext_lazy("It is yours now.")),
    "comment": (forms.CommentForm, gettext_lazy("Saved.")),
    "change": (forms.ChangeForm, gettext_lazy("Saved.")),
    "redeal": (forms.ActForm, gettext_lazy("It waits in its pool again.")),
    "freeze": (forms.FreezeForm, gettext_lazy("Frozen.")),
    "thaw": (forms.ActForm, gettext_lazy("It goes on.")),
    "withdraw": (forms.ActForm, gettext_lazy("Withdrawn.")),
}


def item_or_404(request: Request, item_id: int) -> WorkItem:
    return get_object_or_404(lists.items(request.user, on=localdate()), pk=item_id)


def offered(item: WorkItem, me: Member | None, request: Request) -> set[str]:
    """What the viewer can do with the item as it stands."""
    if not may_work(request.user) or not item.is_open:
        return set()
    mine = me is not None and item.member_id == me.pk
    steers = may_steer(request.user)
    offers = {"comment", "change"}
    if me is not None and item.state in {State.WAITING, State.PUT_OFF}:
        offers |= {"take"} if mine or item.member_id is None else set()
        offers |= {"decline"} if item.pool_id and item.state == State.WAITING else set()
    if item.state == State.IN_HAND:
        offers |= {"finish", "put_off"} if mine else set()
        offers |= {"decline"} if mine and item.pool_id else set()
        offers |= {"take_over"} if me is not None and not mine else set()
    if mine or steers:
        offers |= {"hand"}
    if steers:
        offers |= {"withdraw", "thaw" if item.state == State.FROZEN else "freeze"}
        offers |= {"redeal"} if item.pool_id and item.member_id else set()
    return offers


def _forms(item: WorkItem, names: set[str]) -> dict[str, forms.ActForm]:
    """An empty form for each thing that can be done."""
    return {name: _form(name, item, None) for name in sorted(names)}


def _form(name: str, item: WorkItem, given: Any) -> forms.ActForm:
    kind = FORMS[name][0]
    more: dict[str, Any] = {}
    if name == "hand":
        more["among"] = receivers(item, on=localdate())
    if name == "change":
        more["topics"] = known_skills()
    initial = {"version": item.version, "priority": item.priority, "topic": item.topic}
    return kind(given, initial=initial, prefix=name, **more)


@require_safe
@login_required
def item(request: Request, item_id: int) -> HttpResponse:
    """Why this, who is the customer, and what is to be done?"""
    return _page(request, item_or_404(request, item_id))


def _page(
    request: Request, found: WorkItem, failed: tuple[str, forms.ActForm] | None = None
) -> HttpResponse:
    at, today = now(), localdate()
    me = lists.member_of(request.user)
    offers = offered(found, me, request)
    forms_ = _forms(found, offers)
    if failed:
        forms_[failed[0]] = failed[1]
    seen = visible_accounts(request.user, on=today).filter(pk=found.account_id).exists()
    return page(
        request,
        "work/item.html",
        item=found,
        standing=standing(found, at=at),
        why=reasons(found, me, at=at),
        told=context(found, viewer=request.user, on=today),
        steps=found.steps.select_related("done_by"),
        comments=found.comments.select_related("by"),
        references=found.references.all(),
        forms=forms_,
        open_form=failed[0] if failed else "",
        is_mine=me is not None and found.member_id == me.pk and found.state == State.IN_HAND,
        sees_account=seen,
        part={"sees_account": seen},
    )


def _acts(
    found: WorkItem, me: Member | None, said: dict[str, Any], request: Request
) -> Mapping[str, Callable[[], Any]]:
    """What each name does."""
    by: dict[str, Any] = {"by": request.user, "at": now()}

    def mine() -> Member:
        if me is None:
            raise PermissionDenied
        return me

    return {
        "take": lambda: claiming.take_item(found, mine(), **by),
        "take_over": lambda: claiming.take_over(found, mine(), **said, **by),
        "decline": lambda: working.decline_item(found, mine(), **said, **by),
        "finish": partial(working.finish_item, found, **said, **by),
        "put_off": partial(working.put_off_item, found, **said, **by),
        "hand": partial(working.hand_item, found, **said, **by),
        "comment": partial(working.comment_on, found, **said, **by),
        "change": partial(raising.change_item, found, **said, **by),
        "redeal": partial(steering.redeal_item, found, **by),
        "freeze": partial(steering.freeze_item, found, **said, **by),
        "thaw": partial(steering.thaw_item, found, **by),
        "withdraw": partial(steering.withdraw_item, found, **by),
    }


@require_POST
@login_required
def act(request: Request, item_id: int, how: str) -> HttpResponse:
    """Do one of the things that can be done with an item. What was read is what is changed: if
    somebody else has changed it meanwhile, the page says so.
    """
    if how not in FORMS:
        raise Http404
    found, me = item_or_404(request, item_id), lists.member_of(request.user)
    form = _form(how, found, request.POST)
    if form.is_valid():
        said = {**form.cleaned_data}
        found.version = said.pop("version")
        with refusals_on(form):
            if how not in offered(found, me, request):
                raise Refused(_("This can't be done now; the item has changed."))
            _acts(found, me, said, request)[how]()
            messages.success(request, FORMS[how][1])
            return _after(request, how, found)
    return _page(request, item_or_404(request, item_id), (how, form))


def _after(request: Request, how: str, found: WorkItem) -> HttpResponse:
    """What comes after: the next one, if that is asked for; the queue after giving it away."""
    me = lists.member_of(request.user)
    if how == "finish" and "next" in request.POST and me is not None:
        try:
            return redirect("work:item", claiming.take_next(me, by=request.user, at=now()).pk)
        except Refused as refusal:
            messages.warning(request, str(refusal))
    if how in {"finish", "decline", "put_off", "hand", "withdraw"}:
        return redirect("work:queue")
    return redirect("work:item", found.pk)


@require_POST
@login_required
def step(request: Request, item_id: int, step_id: int) -> HttpResponse:
    """Tick a step off, or open it again."""
    found = item_or_404(request, item_id)
    if not may_work(request.user):
        raise PermissionDenied
    ticked = get_object_or_404(found.steps.select_related("item"), pk=step_id)
    working.tick_step(ticked, done=ticked.done_at is None, by=request.user, at=now())
    return redirect("work:item", found.pk)
