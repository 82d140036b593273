"""The search for a good assignment: drawn by the prices, then shaken and cooled.

Taking every account's least priced arc would send all of a kind to one cheap member. So each draws
its arc with the softened probabilities, which keep loads near their bands on the average; shifts
settle the rest. Then rounds of annealing. With many members each round cuts them in two at random,
and both halves are searched at once: an account moves inside its member's half. The best state at
the end of a round is kept, its loads added up afresh.
"""

from __future__ import annotations

from functools import partial
from math import isinf
from typing import TYPE_CHECKING

import numpy as np

from banso.engines.assignment.annealing import Field, Heat, State, anneal, settle
from banso.engines.assignment.budget import used
from banso.engines.assignment.compiled import chances
from banso.engines.assignment.problem import Arcs, Indices, Problem
from banso.engines.assignment.smoothing import draw_arcs
from banso.engines.assignment.tolls import cost_with_tolls, firmness, tolls

if TYPE_CHECKING:
    from banso.engines.assignment.budget import Run
    from banso.engines.assignment.lanes import Lanes
    from banso.engines.assignment.pricing import Priced

ROUNDS = 32
HALVED = 40  # members from which on two halves are searched at once
HOTTEST, HOT, COLD = 0.3, 0.04, 0.001  # temperatures in coins: of FEW accounts, of many, the last
FEW = 1_000
SETTLING = 15  # passes at most
ROOM = 64  # on a member's list beyond four times the fullest book


class Search:
    """One search over the near arcs of a problem."""

    def __init__(
        self,
        problem: Problem,
        priced: Priced,
        *,
        lanes: Lanes,
        run: Run,
        generator: np.random.Generator,
    ) -> None:
        self.problem, self.priced = problem, priced
        self.lanes, self.run, self.generator = lanes, run, generator
        self.arcs, bands = priced.near, problem.bands
        self._edges = np.stack(
            (bands.low, bands.high, bands.weight, bands.limit, firmness(problem)), 2
        )

    def start(self) -> Indices:
        """Holders drawn by the prices, then settled."""
        drawn = np.empty(len(self.problem.accounts), np.int64)
        [chance] = chances(self.generator, 1)
        prices = self.priced.end.total
        draw_arcs(self.priced.near, self.problem.loads, prices, self.priced.mu, chance, drawn)
        return self.settled(self.priced.near.member[drawn].astype(np.int64))

    def settled(self, holders: Indices) -> Indices:
        """After shifts that help, until none does."""
        field, state = self._field(self.arcs), self._state(self.arcs, holders)
        passes = 0
        while passes < SETTLING and not self.run.watch.cancelled():
            went = settle(field, state, self.generator.permutation(len(holders)))
            passes = passes + 1 if went else SETTLING
        return self.arcs.member[state.arc].astype(np.int64)

    def annealed(self, holders: Indices, *, until: float, proposals: float) -> Indices:
        """The best found by so many proposals, or by the second `until` of the run."""
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
            self.run.tell(
                "search", cooling.share, objective=least, bound=self.priced.bound
            )  # fmt: skip
        settled = self.settled(best)
        return settled if self.cost(settled) <= least else best

    def cost(self, holders: Indices) -> float:
        """The objective, with the tolls for passed limits."""
        return cost_with_tolls(self.problem, holders)

    def _round(self, holders: Indices, heat: Heat) -> Indices:
        halves = 2 if len(self.problem.members) >= HALVED else 1
        half = self.generator.permutation(len(self.problem.members)) % halves
        arcs = self.arcs
        if halves > 1:
            arcs = arcs.kept(half[arcs.member] == np.repeat(half[holders], arcs.sizes))
        field, state = self._field(arcs), self._state(arcs, holders)
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

    def _field(self, arcs: Arcs) -> Field:
        return Field(*arcs, self.problem.loads, self._edges)

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
        held = self.problem.held(holders)
        books = np.stack((held, tolls(self.problem, held)), 2)
        return State(arcs.to(holders), books, listed, count, place)


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
