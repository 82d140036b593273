"""From the problem to its balance: prices, a search, and a proof where one is within reach.

    balance = solve(problem, budget=Budget.of_seconds(30, time.monotonic), seed=1)

Small problems are searched three times over, bettered pair by pair of members, and then handed to
the exact solver. Larger ones are begun several times, of which the best goes on, and bettered in
exact neighbourhoods first, or only there; the largest use all of the budget for one search.
Whatever came of it, no single move inside the limits betters the answer, and neither today's
assignment nor a greedy one is cheaper.
"""

from __future__ import annotations

from dataclasses import replace
from math import inf

import numpy as np

from banso.engines.assignment.balance import TOLERANCE, Balance, Ending, ended, is_met, told_bound
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
from banso.engines.assignment.settling import settled, unsearched
from banso.engines.assignment.tolls import cheapest, cost_with_tolls

SMALL = 2_000  # arcs up to which the whole tree is searched at once
PROVABLE = 6_000  # and up to which it is tried after the neighbourhoods, if only for its bound
MIDDLE = 300_000  # and up to which neighbourhoods pay
STARTS = 3  # searches of a small problem
ENOUGH = 1_000  # proposals by arc for each of them
STARTS_OF_MIDDLE, BEGUN = 4, 0.3  # of a middle one, and their share of its search
LAST = 0.95  # share of the seconds at which a large search ends, to settle and add up
# shares of the seconds that are left when it begins
SEARCHED, SEARCHED_OF_MIDDLE = 0.1, 0.6
PAIRS = 0.1  # up to PROVABLE
NEIGHBOURHOODS = 0.5  # if a tree comes after them


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
        first = unsearched(problem, run=run, generator=generator)
        search = Search(problem, priced, first, lanes=lanes, run=run, generator=generator)
        holders = cheapest(problem, (_searched(search, run), first))
        proof = _proved(problem, priced, holders, run=run, generator=generator)
    if proof.clash:
        broken = broken_limits(problem, proof.holders)
        raise Impossible(each.as_fault(Code.LIMITS_CLASH) for each in broken)
    holders = cheapest(problem, (proof.holders, holders))
    holders = settled(problem, holders, run=run, generator=generator)
    proof = replace(proof, holders=holders)
    return _balance(problem, priced, proof, run=run, seed=seed)


def _searched(search: Search, run: Run) -> Indices:
    """The best of the searches that a problem of its size gets."""
    arcs = len(search.problem.arcs.member)
    if arcs <= SMALL:
        until, enough = run.share_after(SEARCHED), ENOUGH * arcs * STARTS
        return _best_of(search, run, STARTS, until=until, proposals=enough)
    if arcs > MIDDLE:
        return _best_of(search, run, 1, until=LAST, proposals=inf)
    begins = run.share_after(BEGUN * SEARCHED_OF_MIDDLE)
    ends = run.budget.seconds * run.share_after(SEARCHED_OF_MIDDLE)
    first, rest = BEGUN * run.budget.proposals, (1 - BEGUN) * run.budget.proposals
    holders = _best_of(
        search, run, STARTS_OF_MIDDLE, until=begins, proposals=first, told=BEGUN
    )  # fmt: skip
    return search.annealed(holders, until=ends, proposals=rest, told=(BEGUN, 1.0))


def _best_of(
    search: Search, run: Run, starts: int, *, until: float, proposals: float, told: float = 1.0
) -> Indices:
    """The best of some searches, which share proposals and the seconds until a share of them."""
    began, ends = run.seconds, run.budget.seconds * until
    each = min(proposals, run.budget.proposals) / starts
    found = []
    for at in range(starts):
        last = began + (ends - began) * (at + 1) / starts
        part = told * at / starts, told * (at + 1) / starts
        found.append(search.annealed(search.start(), until=last, proposals=each, told=part))
    return cheapest(search.problem, found)


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
        return Proof(holders=holders, bound=problem.objective(holders), closed=True)
    if arcs <= PROVABLE:
        until = run.share_after(PAIRS)
        holders = paired(
            problem, holders, bound=priced.bound, run=run, generator=generator, until=until
        )
        if is_met(cost_with_tolls(problem, holders), priced.bound):
            return Proof(holders=holders, bound=priced.bound, closed=False)
    if SMALL < arcs <= MIDDLE:
        near = replace(problem, arcs=problem.arcs.kept(priced.near | problem.arcs.marks(holders)))
        until = run.share_after(NEIGHBOURHOODS) if arcs <= PROVABLE else 1.0
        holders = improved(near, holders, run=run, generator=generator, until=until)
    run.tell("proof", 1.0, objective=problem.objective(holders), bound=priced.bound)
    if arcs > PROVABLE or run.is_over or run.budget.nodes < 1:
        return Proof(holders=holders, bound=priced.bound, closed=False)
    return prove(problem, holders, run=run, nodes=run.budget.nodes)


def _balance(problem: Problem, priced: Priced, proof: Proof, *, run: Run, seed: int) -> Balance:
    return ended(
        Balance(
            problem=problem,
            holders=proof.holders,
            objective=problem.objective(proof.holders),
            bound=bound_of(problem, priced, proof),
            ending=Ending.CANCELLED if run.watch.cancelled() else Ending.SPENT,
            prices=priced.prices,
            broken=broken_limits(problem, proof.holders),
            seed=seed,
            proposals=run.proposals,
        )
    )


def bound_of(problem: Problem, priced: Priced, proof: Proof) -> float:
    """The better of both bounds. An answer that breaks limits may cost less than either."""
    if broken_limits(problem, proof.holders):
        return max(priced.bound, proof.bound)
    objective = problem.objective(proof.holders)
    is_met_closely = abs(objective - proof.bound) <= TOLERANCE * max(1.0, abs(objective))
    # of a closed tree the two differ by the solver's tolerance at most
    exact = objective if proof.closed and is_met_closely else proof.bound
    return told_bound(problem, objective, (priced.bound, exact))
