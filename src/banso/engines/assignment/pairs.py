"""Pairs: some accounts of two members dealt between them in every way there is.

Shifts and swaps end where no one or two accounts help. Sixteen thousand ways of dealing fourteen at
once close most of what is left: books whose loads must meet to the unit, as in a partition, need
it. Members outside their bands are taken more often; of ways that cost the same any is taken, so
that what is too much with one and too little with another comes to meet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from banso.engines.assignment.balance import ROUNDING, is_met
from banso.engines.assignment.limits import excess
from banso.engines.assignment.problem import NOBODY, Floats, Indices, Problem
from banso.engines.assignment.tolls import cost_with_tolls, firmness, tolls

if TYPE_CHECKING:
    from banso.engines.assignment.budget import Run

MOST: Final = 14  # accounts dealt at once
PATIENCE: Final = 1_000  # tries without a gain
EACH: Final = 100  # of them by pair of members, where those are few

_WAYS: Final = (np.arange(1 << MOST)[:, None] >> np.arange(MOST) & 1).astype(np.float64)


def paired(
    problem: Problem,
    holders: Indices,
    *,
    bound: float,
    run: Run,
    generator: np.random.Generator,
    until: float,
) -> Indices:
    """The holders after pairs, until every load lies where it should, none has helped for long,
    nothing better can be (`bound`), or a share of the budget's seconds is up.
    """
    best, cost = holders.copy(), cost_with_tolls(problem, holders)
    tried, waited = best.copy(), 0
    firm, pairs = firmness(problem), len(problem.members) * (len(problem.members) - 1) // 2
    patience = min(PATIENCE, EACH * pairs)
    while waited < patience and not is_met(cost, bound) and not run.is_past(until):
        felt = tolls(problem, problem.held(tried)).sum(1)
        if not felt.any():
            break
        _deal(problem, firm, tried, _two(felt, generator), generator)
        now, waited = cost_with_tolls(problem, tried), waited + 1
        if not is_met(cost, now):
            best, cost, waited = tried.copy(), now, 0
    return best


def _two(felt: Floats, generator: np.random.Generator) -> Indices:
    likely = felt + felt.mean() / len(felt) + 1e-9
    return generator.choice(len(felt), 2, replace=False, p=likely / likely.sum())


def _deal(
    problem: Problem,
    firm: Floats,
    holders: Indices,
    two: Indices,
    generator: np.random.Generator,
) -> None:
    """Changes the holders of some accounts of two members to the best way, any of the best."""
    theirs = np.flatnonzero(np.isin(holders, two))
    arcs = problem.arcs.of(theirs)
    there = np.stack([arcs.to(np.full(len(theirs), each)) for each in two])
    chosen = generator.permutation(np.flatnonzero((there >= 0).all(0)))[:MOST]
    accounts, costs = theirs[chosen], arcs.cost[there[:, chosen]]
    loads, ways = problem.loads[accounts], _WAYS[: 1 << len(chosen), : len(chosen)]
    others = holders.copy()
    others[accounts] = NOBODY
    held, gets = problem.held(others)[two], ways @ loads
    cost = ways @ (costs[0] - costs[1])
    for member, load in zip(two, (held[0] + gets, held[1] + loads.sum(0) - gets), strict=True):
        bands = problem.bands.of(np.array([member]))
        cost += (bands.penalty(load) + firm[member] * excess(bands.limit, load)).sum(1)
    way = generator.choice(np.flatnonzero(cost <= cost.min() + ROUNDING))
    holders[accounts] = np.where(ways[way] > 0, two[0], two[1])
