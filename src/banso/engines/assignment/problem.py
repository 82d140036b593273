"""The problem: who gets which account, so that books are even and few accounts move.

For accounts i, members j and measures k, with loads a and the arcs E on which i may go to j,

    minimise   sum over E of c_ij x_ij  +  sum of W_jk (over_jk + under_jk)
    so that    every account has one holder,
               low_jk - under_jk <= held_jk <= high_jk + over_jk,   held_jk <= limit_jk,
               held_jk = besides_jk + sum of a_ik x_ij,   x 0 or 1,   over, under >= 0.

Arrays only, and all of them plain: kernels take `Arcs` and `Bands` as they are, which is why these
two are named tuples. A single team is one problem. So is a matrix: its rows are accounts in a
function, and people who serve several functions are one member each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Marks = NDArray[np.bool_]

NOBODY = -1


class Arcs(NamedTuple):
    """Who may hold what: arcs `start[i]` to `start[i + 1]` are account i's, members ascending."""

    start: Indices
    member: NDArray[np.int32]
    cost: Floats

    @property
    def sizes(self) -> Indices:
        """How many members may hold each account."""
        return np.diff(self.start)

    def kept(self, marks: Marks) -> Arcs:
        """These arcs alone."""
        before = np.concatenate(([0], np.cumsum(marks)))
        return Arcs(before[self.start], self.member[marks], self.cost[marks])

    def of(self, accounts: Indices) -> Arcs:
        """The arcs of some accounts, in their order."""
        start, taken = self.places(accounts)
        return Arcs(start, self.member[taken], self.cost[taken])

    def places(self, accounts: Indices) -> tuple[Indices, Indices]:
        """Where the arcs of some accounts are, in their order, and where each account's begin among
        these.
        """
        sizes = self.sizes[accounts]
        start = np.concatenate(([0], np.cumsum(sizes)))
        return start, np.repeat(self.start[accounts] - start[:-1], sizes) + np.arange(start[-1])

    def to(self, holders: Indices) -> Indices:
        """The arc of each account to its holder; -1 is none. Bisects all rows at once."""
        if not len(self.member):
            return np.full(len(holders), -1, np.int64)
        low, high = self.start[:-1].copy(), self.start[1:].copy()
        while np.any(low < high):
            middle = (low + high) // 2
            below = (low < high) & (self.member[np.minimum(middle, high - 1)] < holders)
            low, high = np.where(below, middle + 1, low), np.where(below, high, middle)
        found = np.minimum(low, len(self.member) - 1)
        is_there = (low < self.start[1:]) & (self.member[found] == holders)
        return np.where(is_there, found, -1)

    def marks(self, holders: Indices) -> Marks:
        """Marks the arcs by which an assignment goes."""
        found = self.to(holders)
        marks = np.zeros(len(self.member), np.bool_)
        marks[found[found >= 0]] = True
        return marks


class Bands(NamedTuple):
    """Where loads should lie, each an array of members by measures.

    A load outside `low` to `high` costs `weight` a unit. `limit` is never passed; infinite is none.
    """

    low: Floats
    high: Floats
    weight: Floats
    limit: Floats

    def penalty(self, loads: Floats) -> Floats:
        """What each load costs by lying outside its band."""
        outside = np.maximum(loads - self.high, 0.0) + np.maximum(self.low - loads, 0.0)
        return np.asarray(self.weight * outside, np.float64)

    def less(self, held: Floats) -> Bands:
        """The bands of what comes on top of loads already held."""
        return Bands(self.low - held, self.high - held, self.weight, self.limit - held)

    def of(self, members: Indices) -> Bands:
        """The bands of some members."""
        return Bands(*(array[members] for array in self))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Problem:
    """Accounts to deal to members. Arrays follow the order of `accounts`, `members`, `measures`."""

    accounts: tuple[str, ...]
    members: tuple[str, ...]
    measures: tuple[str, ...]
    loads: Floats  # accounts by measures
    arcs: Arcs
    bands: Bands
    target: Floats  # members by measures
    besides: Floats  # what members hold besides, and keep
    owner: Indices  # who holds it today; NOBODY

    def held(self, holders: Indices) -> Floats:
        """The load of every member by measure, with what she holds besides."""
        has = holders >= 0
        columns = [
            np.bincount(holders[has], self.loads[has, k], minlength=len(self.members))
            for k in range(len(self.measures))
        ]
        return self.besides + np.column_stack(columns)

    def costs(self, holders: Indices) -> Floats:
        """What each account costs where it is. Nothing where nobody holds it, or it may not be."""
        arcs = self.arcs.to(holders)
        return np.where(arcs >= 0, self.arcs.cost[arcs], 0.0)

    def objective(self, holders: Indices) -> float:
        """What an assignment costs in all, computed afresh from the problem itself."""
        penalties = self.bands.penalty(self.held(holders))
        return float(self.costs(holders).sum() + penalties.sum())

    @property
    def coin(self) -> float:
        """The smallest of what things cost on the average where they cost something: an arc, and an
        account's load by measure where it is too much. Softness and temperature are told in it.
        """
        if not len(self.loads):
            return 1.0
        costs = self.arcs.cost[self.arcs.cost > 0]
        felt = self.bands.weight.mean(0) * self.loads.mean(0)
        known = [*felt[felt > 0], *([costs.mean()] if len(costs) else [])]
        return float(min(known, default=1.0))

    @property
    def only_choice(self) -> Indices:
        """The one member who may hold an account; NOBODY where there are several."""
        return np.where(self.arcs.sizes == 1, self.arcs.member[self.arcs.start[:-1]], NOBODY)

    @property
    def unavoidable(self) -> float:
        """What every assignment costs: accounts without a choice, and the overload they make."""
        forced = self.only_choice
        over = np.maximum(self.held(forced) - self.bands.high, 0.0)
        return float(self.costs(forced).sum() + (self.bands.weight * over).sum())
