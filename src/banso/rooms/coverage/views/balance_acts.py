"""What somebody does on the page Balance: gather moves, deal and search, carry out, take back."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from banso.kit.acts import Refused
from banso.rooms.coverage.access import may_decide
from banso.rooms.coverage.actions import balancing as acts
from banso.rooms.coverage.queries import balance_dealt as telling
from banso.rooms.coverage.queries import rebalances
from banso.rooms.coverage.queries import versions as known
from banso.rooms.coverage.queries.balance_waiting import told_waiting
from banso.rooms.coverage.queries.sentences import Reader
from banso.rooms.coverage.views.balance import (
    CONTINUITY,
    WEIGHT,
    books_or_404,
    gathered_books,
)
from banso.rooms.identity.http import allowed

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse

    from banso.rooms.coverage.models import Rebalance
    from banso.rooms.coverage.queries.role_books import RoleBooks
    from banso.rooms.identity.http import Request
    from banso.rooms.people.models import Member


@require_POST
@allowed(may_decide)
def weigh(request: Request, role: str) -> HttpResponse:
    """Say what a change of hands weighs against even books."""
    asked = request.POST.get(WEIGHT, "")
    if asked not in CONTINUITY:
        raise Http404
    request.session[WEIGHT] = asked
    return _back(request, role)


@require_POST
@allowed(may_decide)
def add(request: Request, role: str) -> HttpResponse:
    """Add moves to what is being gathered."""
    asked = [each.partition(":") for each in request.POST.getlist("move")]
    moves = {account: member for account, _colon, member in asked if account.isdecimal()}
    books = books_or_404(request, role, accounts=moves)
    return _done(request, role, lambda: _gathered(request, books, moves))


def _gathered(request: Request, books: RoleBooks, moves: dict[str, str]) -> str:
    acts.gather_moves(books, moves, name=_name(books), by=request.user, at=now())
    number = sum(books.kept[account].holder != member for account, member in moves.items())
    if not number:
        return _("It stays where it is, and is not in the plan.")
    sentence = ngettext(
        "%(number)s move added to the plan.", "%(number)s moves added to the plan.", number
    )
    return sentence % {"number": number}


def _name(books: RoleBooks) -> str:
    """What the role is called now; a draft keeps it."""
    applied = known.applied_model(known.in_force())
    return Reader(applied.model, applied.spoken, {}).name(books.role) if applied else books.role


@require_POST
@allowed(may_decide)
def deal(request: Request, role: str) -> HttpResponse:
    """Deal somebody's book among the others, as far as it may pass on: all of it, or the customers
    chosen.
    """
    asked = request.POST.get("member", "")
    books = books_or_404(request, role, members=[asked])
    member = books.people.get(asked)
    if member is None:
        raise Http404
    return _done(request, role, lambda: _dealt(request, books, member, _chosen(request)))


def _chosen(request: Request) -> list[str] | None:
    """The customers chosen in the list, as a browser with scripts or without sends them; None where
    all are meant.
    """
    if "chosen" not in request.POST:
        return None
    return [*request.POST.get("accounts", "").split(","), *request.POST.getlist("account")]


def _dealt(request: Request, books: RoleBooks, member: Member, chosen: list[str] | None) -> str:
    # the solvers load for who asks for them alone
    from banso.rooms.coverage.queries.dealing import dealt_among, dealt_away  # noqa: PLC0415

    after = gathered_books(request, books)
    if chosen is None:
        dealt = dealt_away(books, after, member.handle)
    else:
        mine = set(books.mine(after, member.handle))
        dealt = dealt_among(books, after, [each for each in chosen if each in mine])
    acts.gather_moves(books, dealt.moves, name=_name(books), by=request.user, at=now())
    return telling.told_dealt(dealt, member.name, leaves=books.is_leaving(member.handle))


@require_POST
@allowed(may_decide)
def deal_free(request: Request, role: str) -> HttpResponse:
    """Deal whom nobody holds."""
    books = books_or_404(request, role)
    return _done(request, role, lambda: _dealt_free(request, books))


def _dealt_free(request: Request, books: RoleBooks) -> str:
    from banso.rooms.coverage.queries.dealing import dealt_among  # noqa: PLC0415  as above

    after = gathered_books(request, books)
    dealt = dealt_among(books, after, books.free(after))
    acts.gather_moves(books, dealt.moves, name=_name(books), by=request.user, at=now())
    return telling.told_free(dealt)


@require_POST
@allowed(may_decide)
def fill(request: Request, role: str) -> HttpResponse:
    """Fill the book of who has room: out of the fullest, up to an even share."""
    asked = request.POST.get("member", "")
    books = books_or_404(request, role, members=[asked], suggests=True)
    member = books.people.get(asked)
    if member is None:
        raise Http404
    return _done(request, role, lambda: _filled(request, books, member))


def _filled(request: Request, books: RoleBooks, member: Member) -> str:
    from banso.rooms.coverage.queries.dealing import filled  # noqa: PLC0415  as above

    dealt = filled(books, gathered_books(request, books), member.handle)
    acts.gather_moves(books, dealt.moves, name=_name(books), by=request.user, at=now())
    return telling.told_filled(dealt, member.name)


@require_POST
@allowed(may_decide)
def search(request: Request, role: str) -> HttpResponse:
    """Look for the best way to deal all books; it takes the place of what was gathered."""
    books = books_or_404(request, role)
    return _done(request, role, lambda: _searched(request, books))


def _searched(request: Request, books: RoleBooks) -> str:
    from banso.rooms.coverage.queries.dealing import dealt_anew  # noqa: PLC0415  as above

    dealt = dealt_anew(books)
    name = _name(books)
    acts.gather_moves(books, dealt.moves, name=name, by=request.user, at=now(), found=dealt.figures)
    return telling.told_search(dealt, told_waiting(books, books.after(dealt.moves)))


@require_POST
@allowed(may_decide)
def drop(request: Request, role: str) -> HttpResponse:
    """Take one move, or all, out of what is being gathered."""
    draft = rebalances.draft_of(role, request.user)
    if draft is None:
        raise Http404
    gathered = rebalances.moves_in(draft, request.user, on=localdate())
    asked = set(request.POST.getlist("account"))
    named = [each.account_id for each in gathered if str(each.account_id) in asked]
    return _done(
        request, role, lambda: _dropped(acts.drop_moves(draft, named, by=request.user, at=now()))
    )


def _dropped(number: int) -> str:
    sentence = ngettext(
        "%(number)s move taken out of the plan.", "%(number)s moves taken out of the plan.", number
    )
    return sentence % {"number": number}


@require_POST
@allowed(may_decide)
def apply(request: Request, role: str) -> HttpResponse:
    """Carry out what was gathered, from today on."""
    draft = rebalances.draft_of(role, request.user)
    if draft is None:
        raise Http404
    return _done(request, role, lambda: _applied(request, draft))


def _applied(request: Request, draft: Rebalance) -> str:
    number = acts.apply_rebalance(draft, on=localdate(), by=request.user, at=now())
    sentence = ngettext(
        "%(number)s customer has passed on. A handover waits for the receiver.",
        "%(number)s customers have passed on. A handover waits for each receiver.",
        number,
    )
    return sentence % {"number": number}


@require_POST
@allowed(may_decide)
def take_back(request: Request, rebalance_id: int) -> HttpResponse:
    """Restore who held what before a rebalance."""
    of = get_object_or_404(rebalances.applied_by(request.user), pk=rebalance_id)
    return _done(request, of.role, lambda: _taken_back(request, of))


def _taken_back(request: Request, of: Rebalance) -> str:
    kept = acts.take_back_rebalance(of, by=request.user, at=now())
    if not kept:
        return _(
            "Taken back: everybody holds what they held before. The moves are in the plan again."
        )
    sentence = ngettext(
        "Taken back, but for %(number)s holder that had changed since.",
        "Taken back, but for %(number)s holders that had changed since.",
        kept,
    )
    return sentence % {"number": kept}


def _done(request: Request, role: str, act: Callable[[], str]) -> HttpResponse:
    try:
        messages.success(request, act())
    except Refused as refusal:
        messages.error(request, str(refusal))
    return _back(request, role)


def _back(request: Request, role: str) -> HttpResponse:
    """The page, where she was."""
    here = {"role": role, "member": request.POST.get("member", "")}
    query = urlencode({name: value for name, value in here.items() if value})
    return redirect(f"{reverse('coverage:balance')}?{query}")
