"""The few moves that help most first.

Each is the one move that lowers the objective most, from what the moves before it have made. With
`towards` only moves of that assignment are looked at, so that each of them is a part of it and can
be accepted alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from banso.engines.assignment.books import Books
from banso.engines.assignment.explanation import changes_of
from banso.engines.assignment.limits import excess
from banso.engines.assignment.problem import Floats, Indices

AT_ONCE = 1_000_000  # arcs looked at in one piece: some hundred megabytes
NO_GAIN = 1e-7
TIE = 1e-9  # of moves that help alike, the one from the fullest to the emptiest book


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One move, by how much it lowers the objective, and how uneven books are after it."""

    account: str
    giver: str  # "" is nobody: the account had no holder
    taker: str
    gain: float
    spread: dict[str, float | None]


def first_moves(books: Books, most: int, *, towards: Indices | None = None) -> tuple[Step, ...]:
    """At most so many moves, the most helpful first; fewer where no move helps any more."""
    steps: list[Step] = []
    while len(steps) < most:
        account, taker, gain = _best(books, towards)
        if gain <= 0:
            break
        problem, giver = books.problem, books.holders[account]
        books = books.moved(account, taker)
        steps.append(
            Step(
                account=problem.accounts[account],
                giver=problem.members[giver] if giver >= 0 else "",
                taker=problem.members[taker],
                gain=gain,
                spread=books.spread,
            )
        )
    return tuple(steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Several accounts that pass from one member to another together, by how much that lowers the
    objective, and the books after it.
    """

    giver: str  # "" is nobody: the accounts had no holder
    taker: str
    accounts: tuple[str, ...]
    gain: float
    books: Books


def first_blocks(books: Books, most: int) -> tuple[Block, ...]:
    """At most so many blocks, the most helpful first: each begins with the one move that helps most
    and goes on between the same two members for as long as it helps and the taker isn't overfull
    herself. So a few conversations mend what many single moves would.
    """
    blocks: list[Block] = []
    while len(blocks) < most:
        account, taker, gain = _best(books, None)
        if gain <= 0:
            break
        problem, giver = books.problem, books.holders[account]
        may = problem.arcs.to(np.full_like(books.holders, taker)) >= 0
        towards = np.where((books.holders == giver) & may, taker, books.holders)
        steps = first_moves(books, len(towards), towards=towards)
        holders, steps = _filled(books, taker, steps)
        books = Books(problem=problem, holders=holders)
        blocks.append(
            Block(
                giver=problem.members[giver] if giver >= 0 else "",
                taker=problem.members[taker],
                accounts=tuple(step.account for step in steps),
                gain=sum(step.gain for step in steps),
                books=books,
            )
        )
    return tuple(blocks)


def _filled(books: Books, taker: int, steps: tuple[Step, ...]) -> tuple[Indices, tuple[Step, ...]]:
    """The holders after the first of the steps, and these: as many as the taker has room for."""
    problem = books.problem
    places = {key: at for at, key in enumerate(problem.accounts)}
    moving = np.array([places[step.account] for step in steps])
    held = books.held[taker] + problem.loads[moving].cumsum(0)
    fits = (held <= problem.bands.high[taker]).all(1)
    number = max(1, len(fits) if fits.all() else int(fits.argmin()))
    holders = books.holders.copy()
    holders[moving[:number]] = taker
    return holders, steps[:number]


def _best(books: Books, towards: Indices | None) -> tuple[int, int, float]:
    """The move that lowers the objective most, and by how much."""
    target = books.problem.target
    fullness = (books.held / np.where(target > 0, target, np.inf)).sum(1)
    best, most = (0, 0, 0.0), 0.0
    for accounts, arcs in _pieces(books, towards):
        takers = books.problem.arcs.member[arcs].astype(np.int64)
        gains = _gains(books, accounts, arcs, takers)
        ranked = gains + TIE * (fullness[books.holders[accounts]] - fullness[takers])
        at = int(ranked.argmax()) if len(ranked) else 0
        if len(ranked) and gains[at] > NO_GAIN and ranked[at] > most:
            best, most = (int(accounts[at]), int(takers[at]), float(gains[at])), ranked[at]
    return best


def _pieces(books: Books, towards: Indices | None) -> Iterator[tuple[Indices, Indices]]:
    """The moves to look at: accounts, and their arcs, some at a time."""
    arcs = books.problem.arcs
    if towards is not None:
        moving = np.flatnonzero(towards != books.holders)
        yield moving, arcs.to(towards)[moving]
        return
    cuts = np.searchsorted(arcs.start, np.arange(0, arcs.start[-1], AT_ONCE))
    for first, last in pairwise([*np.unique(cuts), len(books.holders)]):
        row = np.arange(arcs.start[first], arcs.start[last])
        yield np.repeat(np.arange(first, last), arcs.sizes[first:last]), row


def _gains(books: Books, accounts: Indices, arcs: Indices, takers: Indices) -> Floats:
    """How much each move lowers the objective; minus infinity where it would break a limit."""
    problem = books.problem
    costs = problem.costs(books.holders)
    gains = costs[accounts] - problem.arcs.cost[arcs] - changes_of(books, accounts, takers)
    limit = problem.bands.limit
    if np.isfinite(limit).any():
        after = books.held[takers] + problem.loads[accounts]
        over = excess(limit[takers], after).sum(1) > excess(limit, books.held)[takers].sum(1)
        gains[over] = -np.inf
    gains[takers == books.holders[accounts]] = -np.inf
    return gains
