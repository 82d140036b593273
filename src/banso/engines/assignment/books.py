"""Who holds what at one moment, and what that makes of every member's book."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from banso.engines.assignment.limits import BrokenLimit, broken_limits
from banso.engines.assignment.problem import NOBODY, Floats, Indices, Problem


@dataclass(frozen=True, kw_only=True, eq=False)
class Books:
    """An assignment of a problem's accounts, whole or not, with the loads it makes."""

    problem: Problem
    holders: Indices  # a member for each account, NOBODY where it has none

    @cached_property
    def held(self) -> Floats:
        """The load of every member by measure."""
        return self.problem.held(self.holders)

    @cached_property
    def spread(self) -> dict[str, float | None]:
        """How uneven each measure is; see `spread`."""
        measures = self.problem.measures
        return dict(zip(measures, spread(self.held, self.problem.target), strict=True))

    @property
    def objective(self) -> float:
        """What it costs: every account where it is, and every load outside its band."""
        return self.problem.objective(self.holders)

    @property
    def broken(self) -> tuple[BrokenLimit, ...]:
        """The hard limits it breaks."""
        return broken_limits(self.problem, self.holders)

    @property
    def is_sound(self) -> bool:
        """Whether every account has a holder and all limits are kept. What other books cost can't
        be held against those of sound ones, or against a bound.
        """
        return bool((self.holders != NOBODY).all()) and not self.broken

    @property
    def movers(self) -> Indices:
        """The accounts that are with somebody else than their owner."""
        owner = self.problem.owner
        return np.flatnonzero((owner >= 0) & (self.holders != owner))

    def moved(self, account: int, member: int) -> Books:
        """The books after one account went to a member."""
        holders = self.holders.copy()
        holders[account] = member
        return Books(problem=self.problem, holders=holders)

    def by_key(self) -> dict[str, str]:
        """Each account's member; "" is nobody."""
        names = (*self.problem.members, "")  # the last, which NOBODY points at
        accounts = self.problem.accounts
        return {key: names[member] for key, member in zip(accounts, self.holders, strict=True)}


def present(problem: Problem) -> Books:
    """The books as they are today."""
    return Books(problem=problem, holders=problem.owner)


def spread(held: Floats, target: Floats) -> list[float | None]:
    """By measure, the fullest book over the median book, each told as load over target.

    Told so, a member of half the hours with half the load is as full as all others: 1.0 is even,
    2.3 says that somebody carries 2.3 times what is usual here. Members without a target are left
    out. None where the median member holds nothing.
    """
    found: list[float | None] = []
    for load, due in zip(held.T, target.T, strict=True):
        fullness = load[due > 0] / due[due > 0]
        usual = float(np.median(fullness)) if len(fullness) else 0.0
        found.append(float(fullness.max()) / usual if usual > 0 else None)
    return found
