"""Books dealt by a search while somebody waits: all of a role's, one person's or a few customers to
the others, or the others' to who has room.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from django.utils.translation import gettext as _

from banso.engines.assignment.books import Books
from banso.engines.assignment.budget import Budget
from banso.engines.assignment.faults import Impossible
from banso.engines.assignment.limits import loosened
from banso.engines.assignment.moves import passing
from banso.engines.assignment.rehoming import fill, redeal, rehome
from banso.engines.assignment.solving import solve
from banso.engines.assignment.warming import warm
from banso.kit.acts import Refused
from banso.rooms.coverage.queries.rebalances import Searched

if TYPE_CHECKING:
    from collections.abc import Collection

    from banso.engines.assignment.balance import Balance
    from banso.engines.assignment.budget import Watch
    from banso.engines.assignment.faults import Fault
    from banso.engines.assignment.problem import Problem
    from banso.rooms.coverage.queries.role_books import RoleBooks

SECONDS: Final = 0.5  # for one book
SECONDS_OF_ALL: Final = 4.0
Faults = tuple["Fault", ...]
MOST_WAYS: Final = 200_000  # for a customer to go to a person; that is too short for more


class NothingToDeal(Refused):
    """Somebody holds nothing that may pass on."""


class NobodyTakesThem(Refused):
    """The others can't take a book whole within the model's caps."""


class NoWayFound(Refused):
    """The search didn't find how the others could take a book within the model's caps."""


class TooManyToSearch(Refused):
    """Books so large are not searched while somebody waits."""


class NothingBetter(Refused):
    """The search found no better way than today's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dealt:
    """Who would take each account that passes, and how many stay: their renewal is near, or they
    are protected. `gap` is which part of what is left uneven a better way of dealing could save at
    most; None where that can't be told. `figures` are the search's own.
    """

    moves: dict[str, str]
    stay: int
    gap: float | None
    figures: Searched

    @property
    def proved(self) -> bool:
        return self.figures.proved


def dealt_anew(books: RoleBooks) -> Dealt:
    """All books of a role as the search would deal them. Raises TooManyToSearch, NothingBetter."""
    problem = books.problem
    if len(problem.arcs.member) > MOST_WAYS or not books.whole:
        raise TooManyToSearch(
            _("These books are too large to search while you wait. Use `banso model balance`.")
        )
    found, _clash = searched(problem, seconds=SECONDS_OF_ALL)
    moves = {
        problem.accounts[at]: problem.members[found.holders[at]]
        for at in np.flatnonzero(found.holders != problem.owner)
    }
    if not moves or (books.today.is_sound and found.objective >= books.today.objective):
        raise NothingBetter(_("No better way of dealing them was found than today's."))
    return Dealt(
        moves=moves,
        stay=sum(each.stays for each in books.kept.values()),
        gap=found.gap_of_choices,
        figures=_figures(found, books),
    )


def _figures(found: Balance, books: RoleBooks) -> Searched:
    return Searched(
        before=found.before.objective,
        objective=found.objective,
        bound=found.bound,
        proved=found.proved,
        continuity=books.continuity,
        books=books.digest,
    )


def searched(
    problem: Problem, *, seconds: float, seed: int = 0, watch: Watch | None = None
) -> tuple[Balance, Faults]:
    """The best that a search finds in the time. Where it proves that caps clash which are wide
    enough in sum, as much of them is set aside as has to be, and the faults say which.
    """
    warm()
    began = time.monotonic()
    try:
        budget = Budget.of_seconds(seconds, time.monotonic)
        return solve(problem, budget=budget, seed=seed, watch=watch), ()
    except Impossible as impossible:
        left = Budget.of_seconds(max(0.0, seconds - (time.monotonic() - began)), time.monotonic)
        faults = impossible.faults
        return solve(loosened(problem, faults), budget=left, seed=seed, watch=watch), faults


def dealt_away(books: RoleBooks, after: Books, member: str) -> Dealt:
    """Somebody's book dealt among all who may hold one of its accounts, once the gathered moves are
    made. Raises NothingToDeal, NobodyTakesThem, NoWayFound.
    """
    mine = books.mine(after, member)
    staying = {account for account in mine if books.kept[account].stays}
    if len(staying) == len(mine):
        raise NothingToDeal(
            _("%(name)s holds nobody who may pass on.") % {"name": books.people[member].name}
        )
    warm()
    budget = Budget.of_seconds(SECONDS, time.monotonic)
    named = {"name": books.people[member].name}
    try:
        found = rehome(after, [member], accounts=set(mine) - staying, budget=budget)
    except Impossible as impossible:
        raise NobodyTakesThem(
            _("The others can't take all of %(name)s's customers within the model's caps.") % named
        ) from impossible
    if found.broken:
        raise NoWayFound(
            _("No way was found for the others to take all of %(name)s's customers within caps.")
            % named
        )
    return _dealt(found, books, stay=len(staying))


def dealt_among(books: RoleBooks, after: Books, accounts: Collection[str]) -> Dealt:
    """Some accounts dealt among all who may hold one of them, but for who holds one of them now.
    Raises NothingToDeal, NobodyTakesThem, NoWayFound.
    """
    problem, moving = books.problem, [each for each in accounts if not books.kept[each].stays]
    if not moving:
        raise NothingToDeal(_("No customer was chosen that may pass on."))
    warm()
    chosen = np.flatnonzero(np.isin(problem.accounts, moving))
    reached = np.unique(problem.arcs.of(chosen).member)
    takers = [problem.members[at] for at in np.setdiff1d(reached, after.holders[chosen])]
    refusal = NobodyTakesThem(_("The others can't take these customers within the model's caps."))
    if not takers:
        raise refusal
    budget = Budget.of_seconds(SECONDS, time.monotonic)
    try:
        found = redeal(after, moving, members=takers, budget=budget)
    except Impossible as impossible:
        raise refusal from impossible
    if found.broken:
        raise NoWayFound(_("No way was found for the others to take these customers within caps."))
    return _dealt(found, books, stay=len(accounts) - len(moving))


def filled(books: RoleBooks, after: Books, member: str) -> Dealt:
    """A book filled up to its even share: first with whom nobody holds, then out of the fullest.
    Raises NothingToDeal.
    """
    warm()
    first = passing(after, "", member)
    start = first.books if first else after
    found = fill(start, member, budget=Budget.of_seconds(SECONDS, time.monotonic))
    moves = dict.fromkeys(first.accounts if first else (), member)
    moves |= {
        account: holder for account, holder in found.books.by_key().items() if holder == member
    }
    if not moves:
        raise NothingToDeal(
            _("Nothing that the others hold would make books more even with %(name)s.")
            % {"name": books.people[member].name}
        )
    return Dealt(moves=moves, stay=0, gap=found.gap_of_choices, figures=_figures(found, books))


def _dealt(found: Balance, books: RoleBooks, *, stay: int) -> Dealt:
    """Everything that a search dealt."""
    return Dealt(
        moves=found.books.by_key(),
        stay=stay,
        gap=found.gap_of_choices,
        figures=_figures(found, books),
    )
