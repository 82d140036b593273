"""Hard limits: what can be seen before a search, and what an answer breaks.

An arc on which an account would pass a limit, together with what its member can't give away, is
none. Dropping it may leave another account one choice alone, so it is done until nothing changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from banso.engines.assignment.faults import Bar, Code, Fault, Impossible
from banso.engines.assignment.problem import Floats, Indices, Marks, Problem

ROUNDING = 1e-9  # of a load: sums of hours differ in their last digits


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenLimit:
    """A member holds more than she may: of what, how much, how much she may, and which accounts."""

    member: str
    measure: str
    load: float
    limit: float
    accounts: tuple[str, ...]

    def as_fault(self, code: Code) -> Fault:
        """The same as a reason why no assignment can be made."""
        return Fault(
            code=code,
            member=self.member,
            field=self.measure,
            accounts=self.accounts,
            load=self.load,
            limit=self.limit,
        )


def within_limits(problem: Problem) -> Problem:
    """The problem without arcs that no answer can use; refused where limits can't be kept."""
    limited = np.isfinite(problem.bands.limit)
    if not limited.any():
        return problem
    faults = list(_too_small(problem))
    if faults:
        raise Impossible(faults)
    while True:
        faults = list(_beyond(problem))
        if faults:
            raise Impossible(faults)
        fits = _fits(problem)
        if fits.all():
            return problem
        _refuse_lonely(problem, fits)
        problem = replace(problem, arcs=problem.arcs.kept(fits))


def as_far_as_kept(problem: Problem) -> tuple[Problem, tuple[Fault, ...]]:
    """The problem within its limits, but for those that no assignment can keep, and the faults that
    name these. Members come first: room made for what one can't give away may be enough for all.
    """
    faults = list(_beyond(problem))
    problem = loosened(problem, faults)
    while True:
        try:
            return within_limits(problem), tuple(faults)
        except Impossible as impossible:
            faults += impossible.faults
            problem = loosened(problem, impossible.faults)


def loosened(problem: Problem, faults: Iterable[Fault]) -> Problem:
    """The problem with as much room as faults of limits ask for, and no more: a member's limit is
    raised to the load that they tell; where all limits together are too small, or an account fits
    with nobody who may hold it, those are lifted.
    """
    limit = problem.bands.limit.copy()
    members = {key: at for at, key in enumerate(problem.members)}
    for fault in faults:
        if fault.member:
            place = members[fault.member], problem.measures.index(fault.field)
            limit[place] = max(limit[place], fault.load)
        elif fault.field:
            limit[:, problem.measures.index(fault.field)] = np.inf
        else:
            limit[[members[key] for key in fault.bars]] = np.inf
    return replace(problem, bands=problem.bands._replace(limit=limit))


def broken_limits(problem: Problem, holders: Indices) -> tuple[BrokenLimit, ...]:
    """The limits that an assignment breaks, looked at exactly."""
    held = problem.held(holders)
    return tuple(
        BrokenLimit(
            member=problem.members[member],
            measure=problem.measures[measure],
            load=float(held[member, measure]),
            limit=float(problem.bands.limit[member, measure]),
            accounts=tuple(problem.accounts[at] for at in np.flatnonzero(holders == member)),
        )
        for member, measure in np.argwhere(held > allowed(problem.bands.limit))
    )


def excess(limit: Floats, held: Floats) -> Floats:
    """By how much loads pass their limits."""
    return np.where(held > allowed(limit), held - limit, 0.0)


def allowed(limit: Floats) -> Floats:
    """The loads up to which limits are kept, but for rounding."""
    return limit + ROUNDING * (1.0 + np.where(np.isfinite(limit), np.abs(limit), 0.0))


def _too_small(problem: Problem) -> Iterator[Fault]:
    """Measures of which there is more to hold than all may hold together."""
    total = problem.loads.sum(0) + problem.besides.sum(0)
    most = problem.bands.limit.sum(0)
    for measure in np.flatnonzero(total > allowed(most)):
        yield Fault(
            code=Code.LIMITS_TOO_SMALL,
            field=problem.measures[measure],
            load=float(total[measure]),
            limit=float(most[measure]),
        )


def _beyond(problem: Problem) -> Iterator[Fault]:
    """Members whose limit is passed by what only they may hold."""
    forced = problem.only_choice
    for each in broken_limits(problem, forced):
        yield each.as_fault(Code.BEYOND_LIMIT)


def _fits(problem: Problem) -> Marks:
    """Whether the account of an arc fits beside what its member can't give away."""
    arcs, limit = problem.arcs, problem.bands.limit
    left = allowed(limit) - problem.held(problem.only_choice)
    account = np.repeat(np.arange(len(problem.accounts)), arcs.sizes)
    fits = np.ones(len(arcs.member), np.bool_)
    for measure in np.flatnonzero(np.isfinite(limit).any(0)):
        fits &= problem.loads[account, measure] <= left[arcs.member, measure]
    return np.asarray(fits | (arcs.sizes == 1)[account], np.bool_)


def _refuse_lonely(problem: Problem, fits: Marks) -> None:
    arcs = problem.arcs
    account = np.repeat(np.arange(len(problem.accounts)), arcs.sizes)
    choices = np.bincount(account[fits], minlength=len(problem.accounts))
    faults = [
        Fault(
            code=Code.NOBODY_ELIGIBLE,
            account=problem.accounts[lonely],
            bars={
                problem.members[member]: (Bar.LIMIT,)
                for member in arcs.member[arcs.start[lonely] : arcs.start[lonely + 1]]
            },
        )
        for lonely in np.flatnonzero(choices == 0)
    ]
    if faults:
        raise Impossible(faults)
