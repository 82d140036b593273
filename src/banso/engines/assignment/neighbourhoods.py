"""Neighbourhoods: the accounts of a few members dealt anew among them, exactly.

For problems too large to prove and small enough to look at closely. Members are taken at random,
those whose books lie furthest outside their bands or beyond their limits more often, and with each
the ones who may hold her accounts. What the solver finds is taken if it is better for the whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from banso.engines.assignment.budget import used
from banso.engines.assignment.parts import part
from banso.engines.assignment.problem import Indices, Problem
from banso.engines.assignment.proof import prove
from banso.engines.assignment.tolls import cost_with_tolls, tolls

if TYPE_CHECKING:
    from banso.engines.assignment.budget import Run

ARCS = 1_200  # that a neighbourhood may have, so that its tree is searched in seconds
SECONDS = 4.0
NODES = 500


def improved(
    problem: Problem, holders: Indices, *, run: Run, generator: np.random.Generator, until: float
) -> Indices:
    """The holders after the neighbourhoods of the budget, or when a share of its seconds is up."""
    cost = cost_with_tolls(problem, holders)
    looked, most = 0, run.budget.neighbourhoods if run.budget.nodes >= 1 else 0
    while looked < most and not run.is_past(until):
        members = _neighbourhood(problem, holders, generator)
        accounts = np.flatnonzero(np.isin(holders, members))
        small = part(problem, holders, accounts=accounts, members=members)
        place = np.searchsorted(members, holders[accounts])
        nodes = min(NODES, run.budget.nodes)
        found = prove(small, place, run=run, seconds=SECONDS, nodes=nodes)
        tried = holders.copy()
        tried[accounts] = members[found.holders]
        if cost_with_tolls(problem, tried) < cost:
            holders, cost = tried, cost_with_tolls(problem, tried)
        looked += 1
        run.tell("neighbourhoods", _share(run, looked), objective=problem.objective(holders))
    return holders


def _neighbourhood(problem: Problem, holders: Indices, generator: np.random.Generator) -> Indices:
    """Two or more members, as many as one tree bears."""
    felt = tolls(problem, problem.held(holders)).sum(1)
    likely = felt + felt.mean() + 1e-9
    first = int(generator.choice(len(felt), p=likely / likely.sum()))
    reached = problem.arcs.of(np.flatnonzero(holders == first)).member
    shared = np.bincount(reached, minlength=len(felt)) + 0.1
    shared[first] = np.inf
    chosen: list[int] = []
    for member in np.argsort(-np.log(shared) - generator.gumbel(size=len(felt))):
        wider = [*chosen, int(member)]
        if len(wider) > 2 and _arcs_among(problem, holders, wider) > ARCS:
            break
        chosen = wider
    return np.sort(np.array(chosen, np.int64))


def _arcs_among(problem: Problem, holders: Indices, members: list[int]) -> int:
    reached = problem.arcs.of(np.flatnonzero(np.isin(holders, members))).member
    return int(np.isin(reached, members).sum())


def _share(run: Run, looked: int) -> float:
    """How far the budget is used up."""
    budget = run.budget
    return max(used(looked, budget.neighbourhoods), used(run.seconds, budget.seconds))
