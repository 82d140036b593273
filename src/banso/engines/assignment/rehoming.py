"""Some accounts dealt anew, everybody else's left where they are: a leaver's, or “move these ten”;
or a joiner's book filled out of the others'.

What stays is load that its holders have besides, so the problem is as small as what moves.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np

from banso.engines.assignment.balance import Balance
from banso.engines.assignment.books import Books
from banso.engines.assignment.budget import Budget
from banso.engines.assignment.limits import as_far_as_kept
from banso.engines.assignment.parts import limited_part, part, without
from banso.engines.assignment.prices import Prices
from banso.engines.assignment.problem import NOBODY, Floats, Indices, Problem
from banso.engines.assignment.solving import solve


def rehome(
    books: Books,
    leavers: Collection[str],
    *,
    accounts: Collection[str] | None = None,
    known: Prices | None = None,
    budget: Budget | None = None,
    seed: int = 0,
) -> Balance:
    """A balance of the leavers' accounts over all who may hold one of them; what of their targets
    they keep no load for falls to these. Or of some accounts alone, others' among them; what else
    the leavers hold remains with them.

    The balance's problem holds these accounts and members alone. `known` are the prices of the
    books' own problem.
    """
    problem = books.problem
    gone = np.flatnonzero(np.isin(problem.members, list(leavers)))
    theirs = np.isin(books.holders, gone)
    moves = theirs if accounts is None else np.isin(problem.accounts, list(accounts))
    moving = np.flatnonzero(moves)
    team = _reached(problem, moving)
    heirs = np.setdiff1d(team, gone)
    after = without(problem, gone, heirs, kept=_held_besides(books, moving)[gone])
    small = limited_part(after, books.holders, accounts=moving, members=heirs)
    return solve(small, budget=budget, seed=seed, known=known and known.of(heirs))


def _held_besides(books: Books, accounts: Indices) -> Floats:
    """The load of every member but for some accounts."""
    holders = books.holders.copy()
    holders[accounts] = NOBODY
    return books.problem.held(holders)


def redeal(
    books: Books,
    accounts: Collection[str],
    *,
    members: Collection[str] = (),
    known: Prices | None = None,
    budget: Budget | None = None,
    seed: int = 0,
) -> Balance:
    """A balance of some accounts alone, over some members; over all who may hold them if none are
    named.
    """
    problem = books.problem
    moving = np.flatnonzero(np.isin(problem.accounts, list(accounts)))
    asked = np.flatnonzero(np.isin(problem.members, list(members)))
    team = asked if members else _reached(problem, moving)
    small = limited_part(problem, books.holders, accounts=moving, members=team)
    return solve(small, budget=budget, seed=seed, known=known and known.of(team))


def fill(books: Books, member: str, *, budget: Budget | None = None, seed: int = 0) -> Balance:
    """A balance in which accounts go to one member or stay with who holds them: a joiner's first
    book, out of the fullest. What nobody holds isn't asked. The balance's problem holds the
    accounts that might go to her. Limits that others break already are loosened.
    """
    problem, taker = books.problem, books.problem.members.index(member)
    arcs, holders = problem.arcs, books.holders
    may = (arcs.to(np.full_like(holders, taker)) >= 0) & (arcs.to(holders) >= 0)
    accounts = np.flatnonzero(may & (holders != taker))
    small = part(problem, holders, accounts=accounts, members=np.arange(len(problem.members)))
    stays = small.arcs.member == np.repeat(holders[accounts], small.arcs.sizes)
    two = replace(small, arcs=small.arcs.kept(stays | (small.arcs.member == taker)))
    return solve(as_far_as_kept(two)[0], budget=budget, seed=seed)


def _reached(problem: Problem, accounts: Indices) -> Indices:
    """The members who may hold at least one of the accounts."""
    return np.unique(problem.arcs.of(accounts).member).astype(np.int64)
