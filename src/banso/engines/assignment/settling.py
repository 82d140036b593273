"""The way down: single moves over all arcs, until none that keeps the limits helps any more.

Prices say which arcs are worth a search, and may name too few: where books are nearly even, many
are alike, and the one that helps may be dear. So whatever a search found comes down here, and so
do today's assignment and a greedy one without any search; the cheapest is the answer. No one move
betters it, and it is no dearer than those.
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

import numpy as np

from banso.engines.assignment.annealing import (
    LOAD,
    NONE,
    TOLL,
    Field,
    books_of,
    carry,
    field_of,
    toll,
)
from banso.engines.assignment.compiled import compiled
from banso.engines.assignment.limits import allowed
from banso.engines.assignment.problem import NOBODY, Arcs, Floats, Indices, Problem
from banso.engines.assignment.tolls import cheapest

if TYPE_CHECKING:
    from banso.engines.assignment.budget import Run

LEAST = 1e-9  # that a move gains
PASSES = 15  # at most, on the way to where a search begins
VERY_MANY = 1_000_000  # arcs, among which the move that helps most isn't looked for
LOOKED_AT, AT_ONCE = 100_000_000, 3_000_000  # arcs, for moves that help most; a second or two
BETTERED = 0.1  # share of the seconds left for them


def settled(
    problem: Problem,
    holders: Indices,
    *,
    run: Run,
    generator: np.random.Generator,
    arcs: Arcs | None = None,
    passes: float = inf,
) -> Indices:
    """The holders after single moves that help, until none does; over some of the arcs, holders'
    own among them, or over all; so many times through all accounts at most.
    """
    among = problem.arcs if arcs is None else arcs
    field, arc = field_of(problem, among), among.to(holders)
    most = allowed(problem.bands.limit)
    went = 1
    while went and passes > 0 and not run.watch.cancelled():
        books = books_of(problem, field.member[arc].astype(np.int64))
        went = descend(field, arc, books, most, generator.permutation(len(arc)))
        passes -= 1
    return field.member[arc].astype(np.int64)


def completed(problem: Problem, holders: Indices) -> Indices:
    """These holders, where they may go on. Every other account has the one with whom it costs
    least, of those whose limits it keeps if there are any; the heaviest first.
    """
    field, arc = field_of(problem, problem.arcs), problem.arcs.to(holders)
    books = books_of(problem, np.where(arc >= 0, holders, NOBODY))
    weight = (problem.loads * problem.bands.weight.mean(0)).sum(1)
    homeless = np.flatnonzero(arc < 0)
    order = homeless[np.argsort(-weight[homeless], kind="stable")]
    place(field, arc, books, allowed(problem.bands.limit), order)
    return field.member[arc].astype(np.int64)


def unsearched(problem: Problem, *, run: Run, generator: np.random.Generator) -> Indices:
    """The cheaper of two greedy ways: from today's assignment the one move that helps most, again
    and again while the problem isn't too large for that; and all accounts dealt one by one. Either
    then goes on with moves that help.
    """
    nobody = np.full_like(problem.owner, NOBODY)
    kept = bettered(problem, completed(problem, problem.owner), run=run)
    return cheapest(
        problem,
        [
            settled(problem, holders, run=run, generator=generator, passes=PASSES)
            for holders in (kept, completed(problem, nobody))
        ],
    )


def bettered(problem: Problem, holders: Indices, *, run: Run) -> Indices:
    """The holders after the one move that helps most, again and again; of very many arcs, where a
    few moves would use up the time for it, as they are.
    """
    if len(problem.arcs.member) > VERY_MANY:
        return holders
    field, arc = field_of(problem, problem.arcs), problem.arcs.to(holders)
    books, most = books_of(problem, holders), allowed(problem.bands.limit)
    moves = AT_ONCE // max(1, len(field.member)) + 1
    until, looked, went = run.share_after(BETTERED), 0, moves
    while went == moves and looked < LOOKED_AT and not run.is_past(until):
        went = steepest(field, arc, books, most, moves)
        looked += moves * len(field.member)
    return field.member[arc].astype(np.int64)


@compiled
def felt(field: Field, books: Floats, account: int, member: int, sign: float) -> float:
    """By how much a member's tolls rise if an account comes (1) or goes (-1)."""
    raised = 0.0
    for measure in range(field.loads.shape[1]):
        load = books[member, measure, LOAD] + sign * field.loads[account, measure]
        raised += toll(field, member, measure, load) - books[member, measure, TOLL]
    return raised


@compiled
def fits(field: Field, books: Floats, most: Floats, account: int, member: int) -> bool:
    """Whether a member may have an account on top of what she holds."""
    keeps = True
    for measure in range(field.loads.shape[1]):
        load = field.loads[account, measure]
        keeps &= load <= 0.0 or books[member, measure, LOAD] + load <= most[member, measure]
    return keeps


@compiled
def look(
    field: Field, arc: Indices, books: Floats, most: Floats, account: int, least: float
) -> tuple[int, float]:
    """The arc by which the objective falls most, if limits are kept there and it falls by more than
    the least; NONE. A member on whom nothing can be saved that would pay the arc isn't looked at.
    """
    giver = field.member[arc[account]]
    freed = felt(field, books, account, giver, -1.0) - field.cost[arc[account]]
    best, lowest = NONE, -least
    for other in range(field.start[account], field.start[account + 1]):
        taker, raised = field.member[other], freed + field.cost[other]
        for measure in range(field.loads.shape[1]):
            raised -= books[taker, measure, TOLL]
        if other == arc[account] or raised >= lowest:
            continue
        raised = freed + field.cost[other] + felt(field, books, account, taker, 1.0)
        if raised < lowest and fits(field, books, most, account, taker):
            best, lowest = other, raised
    return best, lowest


@compiled
def go(field: Field, arc: Indices, books: Floats, account: int, way: int) -> None:
    """An account goes by an arc."""
    carry(field, books, account, field.member[arc[account]], -1.0)
    carry(field, books, account, field.member[way], 1.0)
    arc[account] = way


@compiled
def descend(field: Field, arc: Indices, books: Floats, most: Floats, order: Indices) -> int:
    """Each account in turn goes where the objective falls most; how many went."""
    went = 0
    for account in order:
        way, _raised = look(field, arc, books, most, account, LEAST)
        if way != NONE:
            go(field, arc, books, account, way)
            went += 1
    return went


@compiled
def steepest(field: Field, arc: Indices, books: Floats, most: Floats, moves: int) -> int:
    """So many times at most, the one account goes by which the objective falls most; how often."""
    went = 0
    while went < moves:
        account, best, lowest = NONE, NONE, -LEAST
        for each in range(len(arc)):
            way, raised = look(field, arc, books, most, each, -lowest)
            if way != NONE:
                account, best, lowest = each, way, raised
        if account == NONE:
            break
        go(field, arc, books, account, best)
        went += 1
    return went


@compiled
def place(field: Field, arc: Indices, books: Floats, most: Floats, order: Indices) -> None:
    """Each of these accounts in turn goes where it costs least, first of all where it fits."""
    for account in order:
        best, lowest, is_kept = NONE, np.inf, False
        for other in range(field.start[account], field.start[account + 1]):
            member = field.member[other]
            raised = field.cost[other] + felt(field, books, account, member, 1.0)
            keeps = fits(field, books, most, account, member)
            if (keeps and not is_kept) or (keeps == is_kept and raised < lowest):
                best, lowest, is_kept = other, raised, keeps
        carry(field, books, account, field.member[best], 1.0)
        arc[account] = best
