"""A part of a problem: some accounts dealt among some members, everything else where it is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from banso.engines.assignment.faults import Bar, Code, Fault, Impossible
from banso.engines.assignment.limits import within_limits
from banso.engines.assignment.problem import NOBODY, Arcs, Bands, Floats, Indices, Problem


def part(problem: Problem, holders: Indices, *, accounts: Indices, members: Indices) -> Problem:
    """The problem of some accounts and some members (both ascending).

    What other accounts make of those members' loads in `holders` is load they have besides. Costs,
    targets and bands stay what they are in the whole.
    """
    others = holders.copy()
    others[accounts] = NOBODY
    place = np.full(len(problem.members), NOBODY)
    place[members] = np.arange(len(members))
    arcs = problem.arcs.of(accounts)
    arcs = arcs.kept(place[arcs.member] >= 0)
    _refuse_lonely(problem, arcs, accounts)
    owner = problem.owner[accounts]
    return Problem(
        accounts=tuple(problem.accounts[at] for at in accounts),
        members=tuple(problem.members[at] for at in members),
        measures=problem.measures,
        loads=problem.loads[accounts],
        arcs=Arcs(arcs.start, place[arcs.member].astype(np.int32), arcs.cost),
        bands=problem.bands.of(members),
        target=problem.target[members],
        besides=problem.held(others)[members],
        owner=np.where(owner >= 0, place[owner], NOBODY),
    )


def without(problem: Problem, gone: Indices, heirs: Indices, *, kept: Floats) -> Problem:
    """The problem after members have gone: their targets, less the load that each has kept, fall to
    their heirs, in proportion to what each has to carry already, with bands as wide as before.
    """
    carried = problem.target[heirs].sum(0)
    freed = np.maximum(problem.target[gone] - kept, 0.0).sum(0)
    factor = np.ones(problem.target.shape)
    factor[heirs] = 1.0 + freed / np.where(carried > 0, carried, np.inf)
    factor[gone] = 0.0
    bands = problem.bands
    lighter = bands.weight / np.where(factor > 0, factor, 1.0)
    return replace(
        problem,
        target=problem.target * factor,
        bands=Bands(bands.low * factor, bands.high * factor, lighter, bands.limit),
    )


def limited_part(
    problem: Problem, holders: Indices, *, accounts: Indices, members: Indices
) -> Problem:
    """The part as `part` makes it, with its limits looked at."""
    return within_limits(part(problem, holders, accounts=accounts, members=members))


def _refuse_lonely(problem: Problem, arcs: Arcs, accounts: Indices) -> None:
    """Accounts whom none of the members may hold; those who might have, aren't asked."""
    faults = [
        Fault(
            code=Code.NOBODY_ELIGIBLE,
            account=problem.accounts[accounts[at]],
            bars={
                problem.members[member]: (Bar.NOT_ASKED,)
                for member in problem.arcs.of(accounts[at : at + 1]).member
            },
        )
        for at in np.flatnonzero(arcs.sizes == 0)
    ]
    if faults:
        raise Impossible(faults)
