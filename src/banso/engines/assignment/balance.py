"""What comes of a search: the books, what they cost, and how far they can be from the best."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from banso.engines.assignment.books import Books, present
from banso.engines.assignment.limits import BrokenLimit
from banso.engines.assignment.prices import Prices
from banso.engines.assignment.problem import Indices, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable

ROUNDING = 1e-9  # of an objective
TOLERANCE = 1e-6  # of an objective: the exact solver's, and more than sums of a million terms lose


class Ending(StrEnum):
    """Why the search ended."""

    PROVED = "proved"  # nothing better exists
    SPENT = "spent"  # the budget was used up
    CANCELLED = "cancelled"


@dataclass(frozen=True, kw_only=True, eq=False)
class Balance:
    """An assignment beside its bound.

    No assignment that keeps all limits costs less than `bound`, which the dual or the exact solver
    says, and never the answer itself. `proved` says that none costs less than this one: the solver
    closed its tree, or the bound is what the answer costs, either to a millionth. `prices` (members
    by measures) say what one more unit of a measure costs on a member. `broken` names the hard
    limits not kept: the search didn't find how to keep them; that nobody can is told by
    `Impossible` alone. Such an answer may cost less than the bound, and has no gap.
    """

    problem: Problem
    holders: Indices
    objective: float
    bound: float
    ending: Ending
    prices: Prices
    broken: tuple[BrokenLimit, ...]
    seed: int
    proposals: int

    @property
    def proved(self) -> bool:
        return self.ending is Ending.PROVED

    @property
    def gap(self) -> float | None:
        """Which part of what it costs a better answer could save at most."""
        return None if self.broken else gap_between(self.objective, self.bound)

    @property
    def gap_of_choices(self) -> float | None:
        """The gap with what no choice could have avoided left out of both figures."""
        fixed = self.problem.unavoidable
        return None if self.broken else gap_between(self.objective - fixed, self.bound - fixed)

    @cached_property
    def books(self) -> Books:
        return Books(problem=self.problem, holders=self.holders)

    @cached_property
    def before(self) -> Books:
        return present(self.problem)


def ended(balance: Balance) -> Balance:
    """The balance as proved, if its bound is what it costs and it keeps all limits."""
    return replace(balance, ending=Ending.PROVED) if balance.gap == 0.0 else balance


def is_met(objective: float, bound: float, *, within: float = ROUNDING) -> bool:
    """Whether an objective is its bound, or less than it, but for rounding."""
    return objective - bound <= within * max(1.0, abs(objective))


def told_bound(problem: Problem, objective: float, bounds: Iterable[float]) -> float:
    """The highest of the bounds of an answer that keeps all limits, at most what that costs: by so
    much as sums may lose, a bound may lie above it.

    One that lies higher is refuted by the answer: an error somewhere, of which nothing is made. At
    least every account costs what its cheapest arc does.
    """
    arcs = problem.arcs
    cheapest = np.minimum.reduceat(arcs.cost, arcs.start[:-1]) if len(arcs.cost) else arcs.cost
    held = [each for each in bounds if is_met(each, objective, within=TOLERANCE)]
    return min(objective, max([float(cheapest.sum()), *held]))


def gap_between(objective: float, bound: float) -> float | None:
    """The gap, (objective - bound) / objective: which part of what an answer costs a better one
    could save at most. None where that can't be told: the bound is nothing, or above the objective.
    """
    if not is_met(bound, objective):
        return None
    if is_met(objective, bound):
        return 0.0
    return (objective - bound) / objective if bound > 0 else None
