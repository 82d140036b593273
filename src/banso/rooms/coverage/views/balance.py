"""Are books even by customers, ARR and hours, and which few moves mend it?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from banso.kit.acts import Refused
from banso.rooms.coverage.access import may_decide, may_see_books
from banso.rooms.coverage.actions import balancing as acts
from banso.rooms.coverage.queries import balance_told as telling
from banso.rooms.coverage.queries import balancing, rebalances
from banso.rooms.coverage.queries import versions as known
from banso.rooms.coverage.queries.sentences import Reader
from banso.rooms.customers.access import visible_accounts
from banso.rooms.identity.access import may_see_all
from banso.rooms.identity.http import allowed, page

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse

    from banso.engines.assignment.books import Books
    from banso.rooms.coverage.models import Rebalance
    from banso.rooms.coverage.queries.role_books import RoleBooks
    from banso.rooms.coverage.queries.versions import AppliedModel
    from banso.rooms.identity.http import Request
    from banso.rooms.people.models import Member

FEW = 3


@require_safe
@allowed(may_see_books)
def balance(request: Request) -> HttpResponse:
    """Who is over, and what helps most?"""
    application = known.in_force()
    applied = known.applied_model(application)
    shown: dict[str, Any] = {"application": application, "applied": applied}
    if applied:
        roles = balancing.roles_of(request.user, applied, on=localdate())
        asked = request.GET.get("role", "")
        role = asked if asked in roles else next(iter(roles), "")
        reader = Reader(applied.model, applied.spoken, {})
        shown |= {
            "roles": [(key, reader.name(key), people) for key, people in roles.items()],
            "role": role,
            "role_name": reader.name(role) if role else "",
            "sees_all": may_see_all(request.user),
            "may_move": may_decide(request.user),
            **_books(request, applied, role),
        }
    return page(request, "coverage/balance.html", **shown)


def _books(request: Request, applied: AppliedModel, role: str) -> dict[str, Any]:
    books = balancing.books_of(request.user, applied, role, on=localdate()) if role else None
    if books is None:
        return {"books": None}
    draft = rebalances.draft_of(role, request.user)
    gathered = list(rebalances.moves_in(draft, request.user, on=localdate())) if draft else []
    after = books.once(gathered)
    spreads = telling.told_spread(books, books.today, after)
    member = request.GET.get("member", "")
    return {
        "books": books,
        "draft": draft,
        "gathered": gathered,
        "told": telling.told_books(books, after),
        "spreads": spreads,
        "worst": telling.worst(spreads),
        "over": telling.told_over(books, after),
        "aside": telling.told_aside(books),
        "absent": telling.told_absent(books, gathered),
        "blocks": telling.told_blocks(
            books, after, books.suggested(after, FEW, givers=rebalances.givers_in(gathered))
        ),
        "last": rebalances.last_applied(role, request.user),
        "looked_at": books.people.get(member),
        "customers": telling.told_customers(books, member) if member in books.people else [],
    }


@require_POST
@allowed(may_decide)
def add(request: Request, role: str) -> HttpResponse:
    """Add moves to what is being gathered."""
    books = _books_or_404(request, role)
    asked = [each.partition(":") for each in request.POST.getlist("move")]
    moves = {account: member for account, _colon, member in asked if account.isdecimal()}
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


@require_safe
@allowed(may_decide)
def what_if(request: Request, role: str) -> HttpResponse:
    """What would come of one customer passing on?"""
    books = _books_or_404(request, role)
    account, _colon, member = request.GET.get("move", "").partition(":")
    if account not in books.kept or member not in books.people:
        raise Http404
    return page(
        request,
        "coverage/balance_what_if.html",
        partial="drawer",
        role=role,
        looked_at=request.GET.get("member", ""),
        stays=books.kept[account].stays,
        told=telling.told_consequence(
            books,
            _gathered_books(request, books),
            get_object_or_404(visible_accounts(request.user, on=localdate()), pk=account),
            member,
        ),
    )


@require_POST
@allowed(may_decide)
def deal(request: Request, role: str) -> HttpResponse:
    """Deal somebody's whole book among the others, as far as it may pass on."""
    books = _books_or_404(request, role)
    member = books.people.get(request.POST.get("member", ""))
    if member is None:
        raise Http404
    return _done(request, role, lambda: _dealt(request, books, member))


def _dealt(request: Request, books: RoleBooks, member: Member) -> str:
    # the solvers load for who asks for them alone
    from banso.rooms.coverage.queries.dealing import dealt_away  # noqa: PLC0415

    dealt = dealt_away(books, _gathered_books(request, books), member.handle)
    acts.gather_moves(books, dealt.moves, name=_name(books), by=request.user, at=now())
    return telling.told_dealt(dealt, member.name)


@require_POST
@allowed(may_decide)
def search(request: Request, role: str) -> HttpResponse:
    """Look for the best way to deal all books; it takes the place of what was gathered."""
    books = _books_or_404(request, role)
    return _done(request, role, lambda: _searched(request, books))


def _searched(request: Request, books: RoleBooks) -> str:
    from banso.rooms.coverage.queries.dealing import dealt_anew  # noqa: PLC0415  as above

    dealt = dealt_anew(books)
    name = _name(books)
    acts.gather_moves(books, dealt.moves, name=name, by=request.user, at=now(), instead=True)
    return telling.told_search(dealt)


def _gathered_books(request: Request, books: RoleBooks) -> Books:
    """The books once the viewer's gathered moves are made."""
    draft = rebalances.draft_of(books.role, request.user)
    return books.once(rebalances.moves_in(draft, request.user, on=localdate()) if draft else ())


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
        return _("Taken back: everybody holds what they held before.")
    sentence = ngettext(
        "Taken back, but for %(number)s holder that had changed since.",
        "Taken back, but for %(number)s holders that had changed since.",
        kept,
    )
    return sentence % {"number": kept}


def _books_or_404(request: Request, role: str) -> RoleBooks:
    applied = known.applied_model(known.in_force())
    if applied is None:
        raise Http404
    books = balancing.books_of(request.user, applied, role, on=localdate())
    if books is None:
        raise Http404
    return books


def _done(request: Request, role: str, act: Callable[[], str]) -> HttpResponse:
    try:
        messages.success(request, act())
    except Refused as refusal:
        messages.error(request, str(refusal))
    here = {"role": role, "member": request.POST.get("member", "")}
    query = urlencode({name: value for name, value in here.items() if value})
    return redirect(f"{reverse('coverage:balance')}?{query}")
