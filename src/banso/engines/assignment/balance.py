"""What comes of a search: the books, what they cost, and how far they can be from the best."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from banso.engines.assignment.books import Books, present
from banso.engines.assignment.limits import BrokenLimit
from banso.engines.assignment.prices import Prices
from banso.engines.assignment.problem import Indices, Problem

ROUNDING = 1e-9  # of an objective


class Ending(StrEnum):
    """Why the search ended."""

    PROVED = "proved"  # nothing better exists
    SPENT = "spent"  # the budget was used up
    CANCELLED = "cancelled"


@dataclass(frozen=True, kw_only=True, eq=False)
class Balance:
    """An assignment beside its bound.

    No assignment costs less than `bound`. `proved` says that none costs less than this one: the
    solver proved it, to a millionth, or the bound is the objective itself. `prices` (members by
    measures) say what one more unit of a measure costs on a member. `broken` names the hard limits
    not kept: the search didn't find how to keep them; that nobody can is told by `Impossible`
    alone.
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
        """By how much of the bound the answer may lie above the best; None: no bound above zero."""
        return gap_between(self.objective, self.bound)

    @property
    def gap_of_choices(self) -> float | None:
        """The gap with what no choice could have avoided left out of both figures."""
        fixed = self.problem.unavoidable
        return gap_between(self.objective - fixed, self.bound - fixed)

    @cached_property
    def books(self) -> Books:
        return Books(problem=self.problem, holders=self.holders)

    @cached_property
    def before(self) -> Books:
        return present(self.problem)


def ended(balance: Balance) -> Balance:
    """The balance as proved, if its bound is what it costs and it keeps all limits."""
    meets = is_met(balance.objective, balance.bound)
    return replace(balance, ending=Ending.PROVED) if meets and not balance.broken else balance


def is_met(objective: float, bound: float) -> bool:
    """Whether an objective is its bound, but for rounding."""
    return objective - bound <= ROUNDING * max(1.0, abs(objective))


def gap_between(objective: float, bound: float) -> float | None:
    """By how much of the bound an objective may lie above the best; None: no bound above zero."""
    if is_met(objective, bound):
        return 0.0
    return objective / bound - 1 if bound > 0 else None
