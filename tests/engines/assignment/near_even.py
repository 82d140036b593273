"""Books that are nearly even, where little is left to mend; what one move could do, and two greedy
ways.
"""

from __future__ import annotations

import numpy as np

from banso.engines.assignment.problem import Arcs, Bands, Floats, Indices, Problem

ACCOUNTS, MEMBERS = 640, 10


def near_even(seed: int, *, strays: int, dear: float, limited: bool) -> Problem:
    """Accounts much alike, dealt in turn, but for some with whom chance would have them. All may go
    to everybody; a move costs 1 and up to `dear` more. Limits, if any, leave room for one or two.
    """
    rng = np.random.default_rng(seed)
    loads = np.column_stack((np.ones(ACCOUNTS), 10 + rng.integers(0, 3, ACCOUNTS)))
    owner = np.arange(ACCOUNTS) % MEMBERS
    owner[:strays] = rng.integers(0, MEMBERS, strays)
    cost = 1.0 + dear * rng.random((ACCOUNTS, MEMBERS))
    cost[np.arange(ACCOUNTS), owner] = 0.0
    target = np.tile(loads.sum(0) / MEMBERS, (MEMBERS, 1))
    held = np.column_stack([np.bincount(owner, column, MEMBERS) for column in loads.T])
    limit = held.max(0) + np.array([1.5, np.inf]) if limited else np.full(2, np.inf)
    return Problem(
        accounts=tuple(f"a{at}" for at in range(ACCOUNTS)),
        members=tuple(f"m{at}" for at in range(MEMBERS)),
        measures=("accounts", "arr"),
        loads=loads,
        arcs=Arcs(
            np.arange(ACCOUNTS + 1) * MEMBERS,
            np.tile(np.arange(MEMBERS, dtype=np.int32), ACCOUNTS),
            cost.ravel(),
        ),
        bands=Bands(
            0.99 * target,
            1.01 * target,
            2 * ACCOUNTS / MEMBERS / target,
            np.tile(limit, (MEMBERS, 1)),
        ),
        target=target,
        besides=np.zeros(target.shape),
        owner=owner,
    )


def best_move(problem: Problem, holders: Indices) -> float:
    """By how much the one move lowers the objective that lowers it most and takes nobody beyond a
    limit.
    """
    return max(gains(problem, holders), default=-np.inf)


def gains(problem: Problem, holders: Indices) -> Floats:
    """The same of the move along each arc; every book is added up anew for it."""
    arcs, bands = problem.arcs, problem.bands
    account = np.repeat(np.arange(len(holders)), arcs.sizes)
    givers, takers = holders[account], arcs.member.astype(np.int64)
    held, loads = problem.held(holders), problem.loads[account]
    had, felt = problem.costs(holders)[account], bands.penalty(held).sum(1)
    after = had - arcs.cost + felt[givers] + felt[takers]
    after -= bands.of(givers).penalty(held[givers] - loads).sum(1)
    after -= bands.of(takers).penalty(held[takers] + loads).sum(1)
    beyond = (held[takers] + loads > bands.limit[takers] + 1e-9).any(1)
    after[beyond | (givers == takers)] = -np.inf
    return after


def move_by_move(problem: Problem) -> Indices:
    """Today's holders after the one move that helps most, again and again."""
    account = np.repeat(np.arange(len(problem.owner)), problem.arcs.sizes)
    holders = problem.owner.copy()
    while (told := gains(problem, holders)).max() > 1e-9:
        holders[account[told.argmax()]] = problem.arcs.member[told.argmax()]
    return holders


def account_by_account(problem: Problem) -> Indices:
    """The heaviest first, each to whom it costs least just then."""
    arcs, bands = problem.arcs, problem.bands
    held, holders = problem.besides.copy(), np.empty_like(problem.owner)
    for at in np.argsort(-(problem.loads * bands.weight.mean(0)).sum(1), kind="stable"):
        row = slice(arcs.start[at], arcs.start[at + 1])
        takers = arcs.member[row]
        of, load = bands.of(takers), problem.loads[at]
        rises = arcs.cost[row] + (of.penalty(held[takers] + load) - of.penalty(held[takers])).sum(1)
        rises[(held[takers] + load > of.limit + 1e-9).any(1)] = np.inf
        holders[at] = takers[rises.argmin()]
        held[holders[at]] += load
    return holders
