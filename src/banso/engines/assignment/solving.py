"""From the problem to its balance: prices, a search, and a proof where one is within reach.

    balance = solve(problem, budget=Budget.of_seconds(30, time.monotonic), seed=1)

Small problems are searched three times over, bettered pair by pair of members, and then handed to
the exact solver. Larger ones are bettered in exact neighbourhoods first, or only there; the largest
use all of the budget for the search.
"""

from __future__ import annotations

from dataclasses import replace
from math import inf

import numpy as np

from banso.engines.assignment.balance import Balance, Ending, ended, is_met
from banso.engines.assignment.budget import Budget, Run, Watch
from banso.engines.assignment.faults import Code, Impossible
from banso.engines.assignment.lanes import Lanes
from banso.engines.assignment.limits import broken_limits
from banso.engines.assignment.neighbourhoods import improved
from banso.engines.assignment.pairs import paired
from banso.engines.assignment.prices import Prices
from banso.engines.assignment.pricing import Priced, find_prices
from banso.engines.assignment.problem import Indices, Problem
from banso.engines.assignment.proof import Proof, prove
from banso.engines.assignment.searching import Search
from banso.engines.assignment.tolls import cost_with_tolls

SMALL = 2_000  # arcs up to which the whole tree is searched at once
PROVABLE = 6_000  # and up to which it is tried after the neighbourhoods, if only for its bound
MIDDLE = 300_000  # and up to which neighbourhoods pay
STARTS = 3  # searches of a small problem
ENOUGH = 1_000  # proposals by arc for each of them
SEARCHED = 0.1  # share of the seconds for them
SEARCHED_OF_MIDDLE = 0.4
PAIRS = 0.1  # share of the seconds for pairs, up to PROVABLE
NEIGHBOURHOODS = 0.7  # share of the seconds at which they end, if a tree comes after them
LAST = 0.95  # share of the seconds at which a large search ends, to settle and add up


def solve(
    problem: Problem,
    *,
    budget: Budget | None = None,
    seed: int = 0,
    watch: Watch | None = None,
    known: Prices | None = None,
) -> Balance:
    """The best assignment that the budget finds, beside its bound.

    The same seed and a budget without seconds give the same answer. `known` are prices of a problem
    much like this one. A cancelled search gives the best it had. Refuses with `Impossible` where
    the solver proves that limits can't be kept.
    """
    run = Run(budget or Budget(), watch or Watch())
    generator = np.random.default_rng(seed)
    with Lanes() as lanes:
        priced = find_prices(problem, lanes=lanes, run=run, generator=generator, known=known)
        search = Search(problem, priced, lanes=lanes, run=run, generator=generator)
        holders = _searched(search, run)
    proof = _proved(problem, priced, holders, run=run, generator=generator)
    if proof.clash:
        broken = broken_limits(problem, proof.holders)
        raise Impossible(each.as_fault(Code.LIMITS_CLASH) for each in broken)
    return _balance(problem, priced, proof, run=run, seed=seed)


def _searched(search: Search, run: Run) -> Indices:
    """The best of the searches that a problem of its size gets."""
    arcs = len(search.problem.arcs.member)
    starts, enough = (STARTS, ENOUGH * arcs) if arcs <= SMALL else (1, inf)
    proposals = min(run.budget.proposals / starts, enough)
    share = SEARCHED if arcs <= SMALL else SEARCHED_OF_MIDDLE if arcs <= MIDDLE else LAST
    best, least = np.empty(0, np.int64), inf
    for at in range(starts):
        ends = run.budget.seconds * share * (at + 1) / starts
        holders = search.start()
        holders = search.annealed(holders, until=ends, proposals=proposals)
        cost = search.cost(holders)
        if cost < least or not at:
            best, least = holders, cost
    return best


def _proved(
    problem: Problem,
    priced: Priced,
    holders: Indices,
    *,
    run: Run,
    generator: np.random.Generator,
) -> Proof:
    """What the exact solver makes of it: of neighbourhoods, of all of it, or nothing."""
    arcs = len(problem.arcs.member)
    if arcs == len(holders):  # nobody has a choice
        return Proof(holders=holders, bound=priced.bound, closed=True)
    if arcs <= PROVABLE:
        until = (SEARCHED if arcs <= SMALL else SEARCHED_OF_MIDDLE) + PAIRS
        holders = paired(
            problem, holders, bound=priced.bound, run=run, generator=generator, until=until
        )
        if is_met(cost_with_tolls(problem, holders), priced.bound):
            return Proof(holders=holders, bound=priced.bound, closed=False)
    if SMALL < arcs <= MIDDLE:
        near = replace(problem, arcs=priced.near)
        until = NEIGHBOURHOODS if arcs <= PROVABLE else 1.0
        holders = improved(near, holders, run=run, generator=generator, until=until)
    run.tell("proof", 1.0, objective=problem.objective(holders), bound=priced.bound)
    if arcs > PROVABLE or run.is_over or run.budget.nodes < 1:
        return Proof(holders=holders, bound=priced.bound, closed=False)
    return prove(problem, holders, run=run, nodes=run.budget.nodes)


def _balance(problem: Problem, priced: Priced, proof: Proof, *, run: Run, seed: int) -> Balance:
    objective = problem.objective(proof.holders)
    ending = Ending.CANCELLED if run.watch.cancelled() else Ending.SPENT
    return ended(
        Balance(
            problem=problem,
            holders=proof.holders,
            objective=objective,
            # closed, the two differ by the solver's tolerance at most; and never the wrong way
            bound=objective if proof.closed else min(max(proof.bound, priced.bound), objective),
            ending=ending,
            prices=priced.prices,
            broken=broken_limits(problem, proof.holders),
            seed=seed,
            proposals=run.proposals,
        )
    )
