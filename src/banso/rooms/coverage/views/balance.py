"""Are books even by customers, ARR and hours, and which few moves mend it?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from banso.rooms.coverage.access import may_decide, may_see_books
from banso.rooms.coverage.queries import balance_told as telling
from banso.rooms.coverage.queries import balance_warnings as warnings
from banso.rooms.coverage.queries import balancing, rebalances
from banso.rooms.coverage.queries import versions as known
from banso.rooms.coverage.queries.balance_bars import told_lacking, told_unmet
from banso.rooms.coverage.queries.balance_customers import told_customers
from banso.rooms.coverage.queries.balance_plan import told_plan
from banso.rooms.coverage.queries.balance_quality import quality_of
from banso.rooms.coverage.queries.balance_waiting import covered, told_waiting
from banso.rooms.coverage.queries.balance_whys import told_reasons, told_why
from banso.rooms.coverage.queries.role_rest import About
from banso.rooms.coverage.queries.sentences import Reader
from banso.rooms.customers.access import visible_accounts
from banso.rooms.identity.access import may_see_all
from banso.rooms.identity.http import allowed, page

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from django.http import HttpResponse

    from banso.engines.assignment.books import Books
    from banso.rooms.coverage.queries.role_books import RoleBooks
    from banso.rooms.coverage.queries.versions import AppliedModel
    from banso.rooms.identity.http import Request

FEW = 3  # moves that are suggested
LOOKED_AT = 2 * FEW  # some make no book visibly more even
WEIGHT, USUAL = "continuity", "usual"
CONTINUITY = {"little": 0.25, USUAL: 1.0, "much": 4.0}
WEIGHT_NAMES = {
    "little": gettext_lazy("little: even books first"),
    USUAL: gettext_lazy("as usual"),
    "much": gettext_lazy("much: few moves"),
}
LONGEST_ID = 19  # signs: beyond them no database counts


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
            **_books(request, applied, role, reader),
        }
    return page(request, "coverage/balance.html", **shown)


def _books(request: Request, applied: AppliedModel, role: str, reader: Reader) -> dict[str, Any]:
    draft = rebalances.draft_of(role, request.user)
    gathered = list(rebalances.moves_in(draft, request.user, on=localdate())) if draft else []
    member = request.GET.get("member", "")
    about = About(
        members=[member],
        gathered=rebalances.receivers_in(gathered),
        suggests=True,
        continuity=continuity_of(request),
    )
    books = role and balancing.books_of(request.user, applied, role, on=localdate(), about=about)
    if not books:
        return {"books": None}
    after = books.once(gathered)
    told = telling.told_books(books, after)
    suggested = books.suggested(after, LOOKED_AT, givers=rebalances.givers_in(gathered))
    return {
        "books": books,
        "continuity": request.session.get(WEIGHT, USUAL),
        "weights": WEIGHT_NAMES.items(),
        "quality": quality_of(books, after, draft) if draft else None,
        "gathered": gathered,
        "plan": told_plan(books, gathered, reader),
        "waiting": told_waiting(books, after),
        "covered": covered(books, gathered),
        "told": told,
        "reasons": told_reasons(
            books, after, told, reader=reader, currency=settings.BANSO.currency
        ),
        "spreads": telling.told_spread(books, books.today, after),
        "headline": telling.told_headline(told),
        "over": warnings.told_over(books, after),
        "aside": warnings.told_aside(books),
        "besides": warnings.told_besides(books),
        "unmet": told_unmet(books),
        "lacking": told_lacking(books, books.people),
        "absent": warnings.told_absent(books, gathered),
        "teams": telling.told_teams(books, after),
        "suggested": suggested,
        "blocks": telling.told_blocks(books, after, suggested, most=FEW),
        "last": rebalances.last_applied(role, request.user),
        "looked_at": (looked_at := books.people.get(member)),
        "takers": telling.told_takers(told, looked_at) if looked_at else [],
        "customers": told_customers(books, member, every="all" in request.GET, gathered=gathered)
        if looked_at
        else None,
    }


@require_safe
@allowed(may_decide)
def what_if(request: Request, role: str) -> HttpResponse:
    """What would come of one customer passing on?"""
    account, _colon, member = request.GET.get("move", "").partition(":")
    books = books_or_404(request, role, accounts=[account])
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
            gathered_books(request, books),
            get_object_or_404(visible_accounts(request.user, on=localdate()), pk=account),
            member,
        ),
    )


@require_safe
@allowed(may_decide)
def why(request: Request, role: str) -> HttpResponse:
    """Why does a customer of the plan go where it goes, who was next, and what would it cost to
    leave it where it is?
    """
    books = books_or_404(request, role)
    draft = rebalances.draft_of(role, request.user)
    if draft is None:
        raise Http404
    gathered = list(rebalances.moves_in(draft, request.user, on=localdate()))
    asked = request.GET.get("account", "")
    move = next((each for each in gathered if str(each.account_id) == asked), None)
    if move is None or asked not in books.kept or move.receiver.handle not in books.people:
        raise Http404
    told = told_why(books, books.once(gathered), move.account, giver=move.giver)
    return page(request, "coverage/balance_why.html", partial="drawer", role=role, told=told)


def gathered_books(request: Request, books: RoleBooks) -> Books:
    """The books once the viewer's gathered moves are made."""
    draft = rebalances.draft_of(books.role, request.user)
    return books.once(rebalances.moves_in(draft, request.user, on=localdate()) if draft else ())


def continuity_of(request: Request) -> float:
    """What a change of hands weighs for who looks, until she signs out."""
    return CONTINUITY.get(request.session.get(WEIGHT, ""), 1.0)


def books_or_404(
    request: Request,
    role: str,
    *,
    members: Collection[str] = (),
    accounts: Iterable[str] = (),
    suggests: bool = False,
) -> RoleBooks:
    """The books of a role, with what the viewer gathered and what she asks about."""
    applied = known.applied_model(known.in_force())
    if applied is None:
        raise Http404
    draft = rebalances.draft_of(role, request.user)
    gathered = rebalances.moves_in(draft, request.user, on=localdate()) if draft else ()
    asked = {int(each) for each in accounts if each.isdecimal() and len(each) < LONGEST_ID}
    about = About(
        members=members,
        accounts=asked,
        gathered=rebalances.receivers_in(gathered),
        suggests=suggests,
        continuity=continuity_of(request),
    )
    books = balancing.books_of(request.user, applied, role, on=localdate(), about=about)
    if books is None:
        raise Http404
    return books
