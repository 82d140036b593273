"""What waits, for whom, how long? And the next of it for whoever asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import localdate, now
from django.utils.translation import get_language, gettext_lazy, ngettext, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from banso.kit.acts import Refused
from banso.kit.exports import csv_download
from banso.kit.keyset import in_order, keyset, ordered_by
from banso.kit.templatetags.banso import moment, number
from banso.rooms.identity.http import page
from banso.rooms.work.access import may_steer, may_work
from banso.rooms.work.actions.claiming import take_next
from banso.rooms.work.actions.steering import say_presence
from banso.rooms.work.actions.working import keep_in_hand
from banso.rooms.work.models import Kind, Presence
from banso.rooms.work.queries import lists
from banso.rooms.work.queries.standing import Standing, reasons, standing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from django.db.models import QuerySet
    from django.http import StreamingHttpResponse

    from banso.kit.keyset import Order
    from banso.rooms.identity.http import Request
    from banso.rooms.people.models import Member
    from banso.rooms.work.models import WorkItem

PAGE_SIZE, LONGEST_NUMBER = 50, 12
TABS = {
    "waiting": gettext_lazy("In the queue"),
    "in_hand": gettext_lazy("In hand"),
    "put_off": gettext_lazy("Put off and frozen"),
    "over": gettext_lazy("Over"),
}
RISKS = {
    "at_risk": gettext_lazy("Close to or past its target"),
    "broken": gettext_lazy("Target broken"),
}
HEADS = (
    ("", gettext_lazy("What is to be done")),
    ("account", gettext_lazy("Account")),
    ("due", gettext_lazy("Answer by")),
    ("raised", gettext_lazy("Raised at")),
)
USUAL = {"over": "-finished"}


def wanted_of(request: Request) -> lists.Wanted:
    """What the address asks for; what nobody offers is passed over."""
    asked = request.GET
    tab, kind, risk = asked.get("tab", ""), asked.get("kind", ""), asked.get("risk", "")
    return lists.Wanted(
        tab=tab if tab in TABS else "waiting",
        whose=_whose(asked.get("whose", "")),
        kind=kind if kind in Kind.values else "",
        risk=risk if risk in RISKS else "",
        search=asked.get("q", "")[:100],
    )


def _whose(text: str) -> int | str:
    if text in {lists.ME, lists.NOBODY}:
        return text
    return int(text) if text.isdecimal() and len(text) < LONGEST_NUMBER else ""


def _found(
    request: Request, wanted: lists.Wanted, at: datetime
) -> tuple[QuerySet[WorkItem], str, Order]:
    """What the address asks for but for its tab, and the order."""
    found = lists.narrowed(request.user, wanted, at=at, on=localdate(at))
    by, order = ordered_by(lists.ORDERS, request.GET.get("sort", ""), USUAL.get(wanted.tab, "rank"))
    return found, by, order


@require_safe
@login_required
def queue(request: Request) -> HttpResponse:
    """What waits, for whom, how long?"""
    at, after = now(), request.GET.get("after", "")
    wanted = wanted_of(request)
    found, by, order = _found(request, wanted, at)
    slice_ = keyset(found.filter(lists.TABS[wanted.tab]), order=order, after=after, size=PAGE_SIZE)
    context = {} if after else _around(request, found, by, at)
    first = context["desk"].next if context else None
    listed = [*slice_.rows, first] if first else slice_.rows
    return page(
        request,
        "work/queue.html",
        partial="rows" if after else "list",
        rows=lists.rows(slice_.rows, at=at),
        after=slice_.after,
        seen=lists.seen_accounts(request.user, listed, on=localdate(at)),
        wanted=wanted,
        **context,
    )


def _around(request: Request, found: QuerySet[WorkItem], by: str, at: datetime) -> dict[str, Any]:
    """What stands around the rows: what to do now, what is in hand, tabs and filters."""
    desk, counted = lists.desk(request.user, at=at), lists.counts(found)
    return {
        "desk": desk,
        "why": reasons(desk.next, desk.member, at=at)[:2] if desk.next else [],
        "next_standing": standing(desk.next, at=at) if desk.next else None,
        "headline": _headline(desk, counted["waiting"], at),
        "tabs": [(name, label, counted[name]) for name, label in TABS.items()],
        "heads": [_head(key, label, by) for key, label in HEADS],
        "sort": by,
        "pools": lists.pools(request.user),
        "kinds": Kind.choices,
        "risks": RISKS,
        "presences": Presence.choices,
        "may_work": may_work(request.user),
        "may_steer": may_steer(request.user),
    }


def _headline(desk: lists.Desk, waiting: int, at: datetime) -> str:
    """What to do, as the page's title."""
    if desk.next is not None:
        return _next_told(desk, desk.next, at)
    if desk.in_hand:
        return _("Nothing more waits for you; finish what is in your hand")
    if not waiting:
        return _("Nothing waits")
    words = ngettext("%(n)s item waits", "%(n)s items wait", waiting)
    return words % {"n": number(waiting)}


def _next_told(desk: lists.Desk, first: WorkItem, at: datetime) -> str:
    if desk.full:
        return _("Your hands are full: finish or put off something first")
    how = standing(first, at=at)
    name = {"name": first.account.name, "moment": moment(first.due_at)}
    if how is Standing.BROKEN:
        return _("Next: %(name)s, whose answer was due on %(moment)s") % name
    if how is Standing.NO_TARGET:
        return _("Next: %(name)s") % name
    return _("Next: %(name)s, to be answered by %(moment)s") % name


def _head(key: str, label: Any, by: str) -> dict[str, Any]:
    is_sorted, down = by.removeprefix("-") == key, by == f"-{key}"
    return {
        "label": label,
        "by": (key if down or not is_sorted else f"-{key}") if key else "",
        "sorted": ("descending" if down else "ascending") if is_sorted and key else "",
    }


def me_or_403(request: Request) -> Member:
    """The viewer as a member who works."""
    me = lists.member_of(request.user)
    if me is None or not may_work(request.user):
        raise PermissionDenied
    return me


@require_POST
@login_required
def next_one(request: Request) -> HttpResponse:
    """Take what is best for me now, and show it."""
    me = me_or_403(request)
    try:
        return redirect("work:item", take_next(me, by=request.user, at=now()).pk)
    except Refused as refusal:
        messages.warning(request, str(refusal))
        return redirect("work:queue")


@require_POST
@login_required
def presence(request: Request) -> HttpResponse:
    """Say whether I take work now."""
    me, said = me_or_403(request), request.POST.get("presence", "")
    if said in Presence.values:
        say_presence(me, said, by=request.user, at=now())
        messages.success(request, _("Noted: %(presence)s.") % {"presence": Presence(said).label})
    return redirect("work:queue")


@require_POST
@login_required
def here(request: Request) -> HttpResponse:
    """I am at it: what I have in hand stays mine."""
    me = lists.member_of(request.user)
    if me is not None:
        keep_in_hand(me, at=now())
    return HttpResponse(status=204)


@require_safe
@login_required
def export(request: Request) -> StreamingHttpResponse:
    """The list as it is filtered, as CSV."""
    at, wanted = now(), wanted_of(request)
    found, _by, order = _found(request, wanted, at)
    part = in_order(found.filter(lists.TABS[wanted.tab]), order)
    header = [
        *(_("Item number"), _("Account ID"), _("Account name"), _("What is to be done")),
        *(_("Kind of work"), _("Priority"), _("Topic"), _("Language"), _("Pool"), _("Who of us")),
        *(
            _("State"),
            _("Raised at"),
            _("Answer by"),
            _("Answered"),
            _("Finished"),
            _("What came of it"),
        ),
    ]
    return csv_download("work.csv", header, _lines(part, get_language()))


def _lines(found: QuerySet[WorkItem], language: str | None) -> Iterator[list[Any]]:
    """They are asked for when the page's own language is forgotten already."""
    with override(language):
        for each in found.iterator(chunk_size=500):
            yield [
                *(each.pk, each.account.external_id, each.account.name, each.subject),
                *(each.get_kind_display(), each.get_priority_display(), each.topic, each.language),
                *(str(each.pool or ""), str(each.member or ""), each.get_state_display()),
                *(moment(each.raised_at), moment(each.due_at), moment(each.answered_at)),
                *(moment(each.finished_at), each.get_outcome_display()),
            ]
