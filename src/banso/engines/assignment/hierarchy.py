"""Teams first, then the people of each: for a cut inside a cut, where the team is free as well.

A team is one member at the level above: its target, bands and limits are its people's added up, and
an account goes to it at the least cost at which one of them may hold it. Then every team is a
problem of its own, small enough to be proved more often. The bound is that of the whole: what both
levels lose together shows in the gap.

The level above sees no single person, so what it gives a team may fit none of its people's limits
although another split would. Then the whole is searched as one problem.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from banso.engines.assignment.balance import Balance, Ending, ended, told_bound
from banso.engines.assignment.budget import Budget, Run, Watch
from banso.engines.assignment.faults import Impossible
from banso.engines.assignment.lanes import Lanes
from banso.engines.assignment.limits import broken_limits
from banso.engines.assignment.parts import limited_part
from banso.engines.assignment.prices import Prices, free
from banso.engines.assignment.pricing import bound_at
from banso.engines.assignment.problem import NOBODY, Arcs, Bands, Floats, Indices, Problem
from banso.engines.assignment.settling import settled, unsearched
from banso.engines.assignment.solving import solve
from banso.engines.assignment.tolls import cheapest


def solve_by_teams(
    problem: Problem,
    team_of: Mapping[str, str],
    *,
    budget: Budget | None = None,
    seed: int = 0,
    watch: Watch | None = None,
) -> Balance:
    """A balance in two levels. `team_of` names every member's team. The budget is what each level
    may use: the teams' own share it by their accounts. Where two levels don't come to keep the
    limits, one gets what is left of the seconds, or as much of all else again.
    """
    teams = sorted({team_of[member] for member in problem.members})
    level = np.array([teams.index(team_of[member]) for member in problem.members])
    run = Run(budget or Budget(), watch or Watch())
    try:
        found = _split(problem, teams, level, run=run, seed=seed)
    except (Impossible, _NotSplit):  # Impossible: by this split, or told of teams
        left = replace(run.budget, seconds=run.seconds_left)
        return solve(problem, budget=left, seed=seed, watch=watch)
    return found


class _NotSplit(Exception):
    """What a team was given fits none of its people's limits, as far as was found."""


def _split(
    problem: Problem, teams: list[str], level: Indices, *, run: Run, seed: int
) -> Balance:  # fmt: skip
    """The balance of both levels. Ends at the first team that doesn't come to keep its limits, so
    that time is left. Raises Impossible, _NotSplit.
    """
    whole, watch = run.budget, run.watch
    above = solve(
        _of_teams(problem, teams, level), budget=_part(whole, 0.5), seed=seed, watch=watch
    )
    holders = np.full(len(problem.accounts), NOBODY)
    prices = free(*problem.besides.shape)
    proposals = above.proposals
    for team in range(len(teams)):
        accounts, members = np.flatnonzero(above.holders == team), np.flatnonzero(level == team)
        small = limited_part(problem, holders, accounts=accounts, members=members)
        share = 0.5 * len(accounts) / max(1, len(problem.accounts))
        found = solve(small, budget=_part(whole, share), seed=seed, watch=watch)
        if found.broken and not run.watch.cancelled():
            raise _NotSplit
        holders[accounts] = members[found.holders]
        prices.band[members], prices.limit[members] = found.prices.band, found.prices.limit
        proposals += found.proposals
    with Lanes() as lanes:
        bound = max(above.bound, bound_at(problem, prices, lanes=lanes))
    generator = np.random.default_rng(seed)
    first = unsearched(problem, run=run, generator=generator)
    holders = cheapest(problem, (holders, first))
    holders = settled(problem, holders, run=run, generator=generator)
    return _whole(problem, holders, prices, replace(above, bound=bound, proposals=proposals))


def _whole(problem: Problem, holders: Indices, prices: Prices, above: Balance) -> Balance:
    """The balance of both levels. It is proved only where it costs no more than the bound."""
    objective = problem.objective(holders)
    broken = broken_limits(problem, holders)
    cancelled = above.ending is Ending.CANCELLED
    bound = above.bound if broken else told_bound(problem, objective, [above.bound])
    return ended(
        replace(
            above,
            problem=problem,
            holders=holders,
            objective=objective,
            bound=bound,
            ending=Ending.CANCELLED if cancelled else Ending.SPENT,
            prices=prices,
            broken=broken,
        )
    )


def _of_teams(problem: Problem, teams: list[str], level: Indices) -> Problem:
    """The problem in which a team is one member.

    An overload weighs as on the member who feels it least: however a team shares its load, its
    people can't cost less. That makes the bound of this problem one of the whole.
    """
    bands = problem.bands
    return Problem(
        accounts=problem.accounts,
        members=tuple(teams),
        measures=problem.measures,
        loads=problem.loads,
        arcs=_cheapest_by_team(problem, len(teams), level),
        bands=Bands(
            low=_by_team(np.add, bands.low, level),
            high=_by_team(np.add, bands.high, level),
            weight=_by_team(np.minimum, bands.weight, level),
            limit=_by_team(np.add, bands.limit, level),
        ),
        target=_by_team(np.add, problem.target, level),
        besides=_by_team(np.add, problem.besides, level),
        owner=np.where(problem.owner >= 0, level[problem.owner], NOBODY),
    )


def _by_team(gather: np.ufunc, figures: Floats, level: Indices) -> Floats:
    """Members' figures gathered by team."""
    order = np.argsort(level, kind="stable")
    firsts = np.searchsorted(level[order], np.unique(level))
    return np.asarray(gather.reduceat(figures[order], firsts, axis=0), np.float64)


def _cheapest_by_team(problem: Problem, teams: int, level: Indices) -> Arcs:
    """For every account and team, the least cost at which one of its people may hold it."""
    arcs = problem.arcs
    account = np.repeat(np.arange(len(problem.accounts)), arcs.sizes)
    pair = account * teams + level[arcs.member]
    order = np.lexsort((arcs.cost, pair))
    pairs, firsts = np.unique(pair[order], return_index=True)
    start = np.searchsorted(pairs, np.arange(len(problem.accounts) + 1) * teams)
    return Arcs(start, (pairs % teams).astype(np.int32), arcs.cost[order][firsts])


def _part(budget: Budget, share: float) -> Budget:
    """A share of a budget; of nodes each problem has all."""
    return replace(
        budget,
        proposals=budget.proposals * share,
        neighbourhoods=budget.neighbourhoods * share,
        seconds=budget.seconds * share,
    )
