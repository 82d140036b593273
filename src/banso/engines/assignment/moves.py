"""The few moves that help most first.

What nobody holds goes before all else, where it costs least, for somebody must hold it. Then each
begins with the one move that lowers the objective most, from what the moves before it have made.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf

import numpy as np

from banso.engines.assignment.books import Books
from banso.engines.assignment.explanation import changes_of
from banso.engines.assignment.limits import excess
from banso.engines.assignment.problem import NOBODY, Floats, Indices, Marks

AT_ONCE = 1_000_000  # arcs looked at in one piece: some hundred megabytes
NO_GAIN = 1e-7
TIE = 1e-9  # of moves that help alike, the one from the fullest to the emptiest book


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
    while len(blocks) < most and (best := _best(books, None)):
        account, taker, _gain = best
        block = _passing(books, books.holders[account], taker)
        blocks.append(block)
        books = block.books
    return tuple(blocks)


def passing(books: Books, giver: str, taker: str) -> Block | None:
    """What passes from one member to another, or from nobody (""): as in a block, and at least one
    account; None where nothing helps.
    """
    members = books.problem.members
    block = _passing(books, members.index(giver) if giver else NOBODY, members.index(taker))
    return block if block.accounts else None


def _passing(books: Books, giver: int, taker: int) -> Block:
    problem, before = books.problem, books
    may = problem.arcs.to(np.full_like(books.holders, taker)) >= 0
    towards = np.where((books.holders == giver) & may, taker, books.holders)
    accounts: list[str] = []
    while best := _best(books, towards):
        after = books.moved(best[0], taker)
        if accounts and (after.held[taker] > problem.bands.high[taker]).any():
            break
        accounts.append(problem.accounts[best[0]])
        books = after
    return Block(
        giver=_name(books, giver),
        taker=problem.members[taker],
        accounts=tuple(accounts),
        gain=before.objective - books.objective,
        books=books,
    )


def _name(books: Books, member: int) -> str:
    return books.problem.members[member] if member >= 0 else ""


def _best(books: Books, towards: Indices | None) -> tuple[int, int, float] | None:
    """The move that lowers the objective most, and by how much: an account, and who takes it."""
    homeless = books.holders == NOBODY
    if homeless.any():
        found = _best_among(books, towards, homeless, least=-inf)
        if found:
            return found
    return _best_among(books, towards, ~homeless, least=NO_GAIN)


def _best_among(
    books: Books, towards: Indices | None, among: Marks, *, least: float
) -> tuple[int, int, float] | None:
    """The best move of these accounts that lowers the objective by more than the least."""
    target = books.problem.target
    fullness = (books.held / np.where(target > 0, target, np.inf)).sum(1)
    of_giver = np.append(fullness, 0.0)  # the last, which NOBODY points at
    best, most = None, -inf
    for accounts, arcs in _pieces(books, towards, among):
        takers = books.problem.arcs.member[arcs].astype(np.int64)
        gains = _gains(books, accounts, arcs, takers)
        ranked = gains + TIE * (of_giver[books.holders[accounts]] - fullness[takers])
        at = int(ranked.argmax()) if len(ranked) else 0
        if len(ranked) and gains[at] > least and ranked[at] > most:
            best, most = (int(accounts[at]), int(takers[at]), float(gains[at])), ranked[at]
    return best


def _pieces(
    books: Books, towards: Indices | None, among: Marks
) -> Iterator[tuple[Indices, Indices]]:
    """The moves of these accounts to look at: accounts, and their arcs, some at a time."""
    arcs = books.problem.arcs
    if towards is not None:
        moving = np.flatnonzero((towards != books.holders) & among)
        yield moving, arcs.to(towards)[moving]
        return
    moving = np.flatnonzero(among)
    ends = np.cumsum(arcs.sizes[moving])
    cuts = np.searchsorted(ends, np.arange(AT_ONCE, arcs.start[-1] + 1, AT_ONCE))
    for piece in np.split(moving, np.unique(cuts)):
        yield np.repeat(piece, arcs.sizes[piece]), arcs.places(piece)[1]


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
