"""The search for a good assignment: drawn by the prices, then shaken and cooled.

Taking every account's least priced arc would send all of a kind to one cheap member. So each draws
its arc with the softened probabilities, which keep loads near their bands on the average; shifts
settle the rest. Where the largest accounts come to lie no later round mends: so there are many
draws, and the cheapest is the start, or what was known without a search, if that is cheaper. Then
rounds of annealing. With many members each round cuts them in two at random, and both halves are
searched at once: an account moves inside its member's half. The best state at the end of a round is
kept, its loads added up afresh.
"""

from __future__ import annotations

from functools import partial
from math import isinf
from typing import TYPE_CHECKING

import numpy as np

from banso.engines.assignment.annealing import Heat, State, anneal, books_of, field_of
from banso.engines.assignment.budget import used
from banso.engines.assignment.compiled import chances
from banso.engines.assignment.problem import Arcs, Indices, Problem
from banso.engines.assignment.settling import PASSES, settled
from banso.engines.assignment.smoothing import draw_arcs
from banso.engines.assignment.tolls import cheapest, cost_with_tolls

if TYPE_CHECKING:
    from banso.engines.assignment.budget import Run
    from banso.engines.assignment.lanes import Lanes
    from banso.engines.assignment.pricing import Priced

DRAWS = 16  # at most, and of so many accounts in all
DRAWN = 200_000
ROUNDS = 32
HALVED = 40  # members from which on two halves are searched at once
HOTTEST, HOT, COLD = 0.3, 0.04, 0.001  # temperatures in coins: of FEW accounts, of many, the last
FEW = 1_000
ROOM = 64  # on a member's list beyond four times the fullest book


class Search:
    """One search over the arcs of a problem that are worth it, and those of the first assignment
    known.
    """

    def __init__(
        self,
        problem: Problem,
        priced: Priced,
        first: Indices,
        *,
        lanes: Lanes,
        run: Run,
        generator: np.random.Generator,
    ) -> None:
        self.problem, self.priced, self.first = problem, priced, first
        self.lanes, self.run, self.generator = lanes, run, generator
        self.arcs = problem.arcs.kept(priced.near | problem.arcs.marks(first))
        self._least = np.inf

    def start(self) -> Indices:
        """The cheapest of some draws, or the first."""
        draws = min(DRAWS, max(1, DRAWN // max(1, len(self.problem.accounts))))
        found = [self._drawn() for _draw in range(draws)]
        return cheapest(self.problem, (*found, self.first))

    def _drawn(self) -> Indices:
        """Holders drawn by the prices, then settled."""
        drawn = np.empty(len(self.problem.accounts), np.int64)
        [chance] = chances(self.generator, 1)
        prices = self.priced.end.total
        draw_arcs(self.arcs, self.problem.loads, prices, self.priced.mu, chance, drawn)
        return settled(
            self.problem,
            self.arcs.member[drawn].astype(np.int64),
            run=self.run,
            generator=self.generator,
            arcs=self.arcs,
            passes=PASSES,
        )

    def annealed(
        self,
        holders: Indices,
        *,
        until: float,
        proposals: float,
        told: tuple[float, float] = (0.0, 1.0),
    ) -> Indices:
        """The best found by so many proposals, or by the second `until` of the run. `told` is from
        which share of all searches to which this one is, for who watches.
        """
        cooling = _Cooling(self.run, until=until, proposals=proposals)
        coin, many = self.problem.coin, max(len(holders), 1)
        hot, cold = coin * min(HOTTEST, max(HOT, HOTTEST * FEW / many)), coin * COLD
        best, least = holders, self.cost(holders)
        while not cooling.is_over:
            made = cooling.next_round(len(holders))
            ends = [hot * (cold / hot) ** min(1.0, at) for at in (cooling.share, cooling.ahead)]
            holders = self._round(holders, Heat(ends[0], ends[1], made))
            cooling.add(made)
            cost = self.cost(holders)
            if cost < least:
                best, least = holders, cost
            self._tell(told[0] + (told[1] - told[0]) * min(1.0, cooling.share), least)
        return settled(self.problem, best, run=self.run, generator=self.generator)

    def _tell(self, share: float, cost: float) -> None:
        """Tells how far all searches are, and the best of them so far."""
        self._least = min(self._least, cost)
        self.run.tell("search", share, objective=self._least, bound=self.priced.bound)

    def cost(self, holders: Indices) -> float:
        """The objective, with the tolls for passed limits."""
        return cost_with_tolls(self.problem, holders)

    def _round(self, holders: Indices, heat: Heat) -> Indices:
        halves = 2 if len(self.problem.members) >= HALVED else 1
        half = self.generator.permutation(len(self.problem.members)) % halves
        arcs = self.arcs
        if halves > 1:
            arcs = arcs.kept(half[arcs.member] == np.repeat(half[holders], arcs.sizes))
        field, state = field_of(self.problem, arcs), self._state(arcs, holders)
        groups = [
            np.flatnonzero((arcs.sizes > 1) & (half[holders] == each)) for each in range(halves)
        ]
        whole = max(1, sum(map(len, groups)))
        parts = [heat._replace(proposals=heat.proposals * len(each) // whole) for each in groups]
        self.lanes.together(
            [
                partial(anneal, field, state, group, part, chance)
                for group, part, chance in zip(
                    groups, parts, chances(self.generator, halves), strict=True
                )
            ]
        )
        return arcs.member[state.arc].astype(np.int64)

    def _state(self, arcs: Arcs, holders: Indices) -> State:
        """The state of these holders, everything added up afresh."""
        members = len(self.problem.members)
        count = np.bincount(holders, minlength=members)
        room = min(len(holders), 4 * int(count.max(initial=0)) + ROOM)
        order = np.argsort(holders, kind="stable")
        place = np.empty(len(holders), np.int64)
        place[order] = np.arange(len(holders)) - np.repeat(np.cumsum(count) - count, count)
        listed = np.zeros((members, room), np.int64)
        listed[holders, place] = np.arange(len(holders))
        return State(
            arcs.to(holders), books_of(self.problem, holders), listed, count, place
        )  # fmt: skip


class _Cooling:
    """How far an annealing is, by proposals or by seconds, whichever is further."""

    def __init__(self, run: Run, *, until: float, proposals: float) -> None:
        self._run, self._proposals = run, proposals
        self._began, self._until = run.seconds, until
        self._made = 0
        self._step = 1.0 / ROUNDS

    @property
    def share(self) -> float:
        spent = self._run.seconds - self._began
        by_seconds = used(spent, self._until - self._began)
        return max(used(self._made, self._proposals), by_seconds)

    @property
    def ahead(self) -> float:
        """The share at the end of the round that begins."""
        return self.share + self._step

    @property
    def is_over(self) -> bool:
        return self.share >= 1.0 or self._run.is_over

    def next_round(self, accounts: int) -> int:
        """How many proposals the round has: a part of the budget, or what a part of the time takes
        by the pace so far.
        """
        if not isinf(self._proposals):
            return max(1, int(self._proposals / ROUNDS))
        spent = self._run.seconds - self._began
        if not self._made or spent <= 0:
            return 10 * accounts
        return max(accounts, int(self._made / spent * (self._until - self._began) / ROUNDS))

    def add(self, made: int) -> None:
        self._made += made
        self._run.proposals += made
