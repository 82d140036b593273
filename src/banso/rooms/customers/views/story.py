"""An account's story: its filters, its pages, and one row in full."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from banso.engines.basis.passages import search_words
from banso.rooms.customers.models import Mood, Touchpoint
from banso.rooms.customers.points import StoryWanted
from banso.rooms.customers.queries import story as stories
from banso.rooms.customers.queries import touches
from banso.rooms.customers.views.visible import account_or_404
from banso.rooms.identity.access import may_operate
from banso.rooms.identity.http import page

if TYPE_CHECKING:
    from django.http import HttpResponse, QueryDict

    from banso.rooms.customers.models import Account
    from banso.rooms.customers.points import StoryRow
    from banso.rooms.identity.http import Request

LONGEST_SEARCH = 200
BEGAN = {"yes": True, "no": False}
FILTERS = ("q", "kind", "member", "mood", "proactive", "from", "to")


def story_context(account: Account, asked: QueryDict, *, on: date) -> dict[str, Any]:
    """What the story's part of a page prints."""
    wanted = _wanted(asked)
    return {
        "story": stories.story(account, wanted, on=on, after=asked.get("after", "")),
        "wanted": wanted,
        "search": asked.get("q", "").strip()[:LONGEST_SEARCH],
        "story_kinds": stories.story_kinds(),
        "storytellers": stories.storytellers(account),
        "moods": list(Mood),
        "filtered": any(asked.get(name) for name in FILTERS),
        "narrowed": any(asked.get(name) for name in FILTERS[2:]),
    }


def _wanted(asked: QueryDict) -> StoryWanted:
    """What the address asks for; what it can't mean is passed over."""
    known = {kind.key for kind in stories.story_kinds()}
    member, mood = asked.get("member", ""), asked.get("mood", "")
    return StoryWanted(
        kinds=frozenset(asked.getlist("kind")) & known,
        words=search_words(asked.get("q", "").replace("\x00", "")[:LONGEST_SEARCH]),
        member=int(member) if member.isdecimal() and len(member) < 18 else None,
        mood=Mood(int(mood)) if mood in {"1", "2", "3", "4", "5"} else None,
        proactive=BEGAN.get(asked.get("proactive", "")),
        from_on=_day(asked.get("from", "")),
        to_on=_day(asked.get("to", "")),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


@require_safe
@login_required
def story(request: Request, account_id: int) -> HttpResponse:
    """What happened, newest first; the filters' address is that of the account."""
    today = localdate()
    account = account_or_404(request, account_id, on=today)
    further = bool(request.GET.get("after"))
    answer = page(
        request,
        "customers/story.html",
        partial="entries" if further else "list",
        account=account,
        today=today,
        **story_context(account, request.GET, on=today),
    )
    if request.htmx and not further:
        here = reverse("customers:account", args=[account.pk])
        answer["HX-Push-Url"] = f"{here}?{_address(request.GET)}".rstrip("?")
    return answer


def _address(asked: QueryDict) -> str:
    """The filters that are set, as an address says them."""
    given = asked.copy()
    for name in asked:
        given.setlist(name, [text for text in asked.getlist(name) if text and name in FILTERS])
    return given.urlencode()


@require_safe
@login_required
def story_row(request: Request, account_id: int, source: str, pk: int) -> HttpResponse:
    """One row of the story in full."""
    today = localdate()
    account = account_or_404(request, account_id, on=today)
    told = stories.source_of(source)
    found = told.row(account, pk) if told else None
    if told is None or found is None:
        raise Http404
    return page(
        request,
        "customers/story_row.html",
        partial="drawer",
        account=account,
        source=told,
        entry=found.entry,
        row=found.row,
        today=today,
        may_change=_may_change(request, found),
    )


def _may_change(request: Request, found: StoryRow) -> bool:
    return isinstance(found.row, Touchpoint) and touches.may_change(request.user, found.row)


@require_safe
@login_required
def story_origin(request: Request, account_id: int, source: str, pk: int) -> HttpResponse:
    """Where one row of the story came from; asked for apart, because the search for it is long."""
    account = account_or_404(request, account_id, on=localdate())
    told = stories.source_of(source)
    found = told.row(account, pk) if told else None
    if found is None:
        raise Http404
    return page(
        request,
        "customers/story_origin.html",
        partial="origin",
        account=account,
        entry=found.entry,
        row=found.row,
        origin=stories.origin(found.row),
        may_open=may_operate(request.user),
    )
