"""The schedule by which prices are found, and the arcs that are worth a search.

Up to some thousand accounts all arcs are looked at. Beyond, prices come first from a sample of the
accounts, with bands in proportion. Then arcs are added whose regret is small, stage by stage, and
none is ever taken out. What is found on some of the arcs is no bound; so the bound is evaluated
over all of them after every stage.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from banso.engines.assignment.budget import Budget, Run, Watch
from banso.engines.assignment.climbing import PRICED, Climb, Space
from banso.engines.assignment.prices import Prices, free
from banso.engines.assignment.problem import Bands, Floats, Marks, Problem
from banso.engines.assignment.smoothing import mark_least, mark_near
from banso.engines.assignment.tolls import firmness

if TYPE_CHECKING:
    from banso.engines.assignment.lanes import Lanes

MANY = 20_000  # accounts
FEW_ARCS = 2_000  # all of them are worth a search
FEW_ARCS_LIMITED = 20_000  # the same where limits may ask for a dear one
NEAR = 0.3  # coins of regret up to which an arc is worth a search
SCARCE = 0.2  # of the accounts with a choice: where fewer have one among near arcs,
LEAST = 6  # so many arcs of each are worth a search, whatever their regret


@dataclass(frozen=True, slots=True)
class Stage:
    """A softness, how many steps at it, and which arcs to look at: those of at most this regret.
    Softness and regret are in the problem's coins.
    """

    mu: float
    steps: int
    slack: float = np.inf


STAGES = (Stage(0.2, 40), Stage(0.06, 60), Stage(0.02, 80), Stage(0.008, 100), Stage(0.004, 100),
          Stage(0.002, 100))  # fmt: skip
STAGES_KNOWN = STAGES[3:]  # from prices that are nearly right
SAMPLES = ((0.1, (Stage(0.3, 25), Stage(0.1, 60))), (0.25, (Stage(0.06, 60),)))
STAGES_OF_MANY = (
    Stage(0.05, 25, slack=0.25),
    Stage(0.015, 70, slack=0.15),
    Stage(0.006, 100, slack=0.1),
    Stage(0.0024, 120, slack=0.08),
    Stage(0.001, 160, slack=0.08),
    Stage(0.0005, 160, slack=0.06),
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Priced:
    """The best prices and the bound they give over all arcs; and where the climb ended: its prices,
    with their softness, and which arcs are worth a search at them.

    A search begins there. At the end of a stage loads are within their bands on the average if
    every account draws its arc at that stage's softness, and at no other.
    """

    prices: Prices
    bound: float
    end: Prices
    mu: float
    near: Marks


def find_prices(
    problem: Problem,
    *,
    lanes: Lanes,
    run: Run,
    generator: np.random.Generator,
    known: Prices | None = None,
) -> Priced:
    """Prices for a problem; `known` are those of one that was much like it."""
    pricing = _Pricing(problem, lanes, run)
    if len(problem.accounts) < MANY:
        stages: Sequence[Stage] = STAGES if known is None else STAGES_KNOWN
        pricing.climb(stages, known)
    else:
        stages = STAGES_OF_MANY
        pricing.climb_by_columns(stages, known or pricing.from_samples(generator))
    return pricing.priced()


class _Pricing:
    """The climb over one problem, with the best bound over all its arcs."""

    def __init__(self, problem: Problem, lanes: Lanes, run: Run) -> None:
        self.problem, self.lanes, self.run = problem, lanes, run
        self.coin = problem.coin
        self.space = Space(problem.bands.less(problem.besides), firmness(problem))
        self.bound = -np.inf
        self.prices = self.end = free(*problem.besides.shape)
        self.mu = 0.0

    def climb(self, stages: Sequence[Stage], known: Prices | None) -> None:
        """All stages over all arcs."""
        climb = Climb(self.problem.arcs, self.problem.loads, self.space, self.lanes, self.run)
        point = self.space.point(known or self.prices)
        for stage in self.in_time(stages):
            point = self.climbed(climb, point, stage)
            self.bound, self.prices = climb.best, climb.prices

    def from_samples(self, generator: np.random.Generator) -> Prices:
        """Prices of some of the accounts, each measure's bands scaled by their part of it."""
        problem, prices = self.problem, self.prices
        whole = problem.loads.sum(0)
        for share, stages in SAMPLES:
            count = max(1, round(share * len(problem.accounts)))
            some = np.sort(generator.choice(len(problem.accounts), count, replace=False))
            part = problem.loads[some].sum(0) / np.where(whole > 0, whole, 1.0)
            bands = self.space.bands
            scaled = Bands(bands.low * part, bands.high * part, bands.weight, bands.limit * part)
            space = Space(scaled, self.space.firm)
            climb = Climb(problem.arcs.of(some), problem.loads[some], space, self.lanes, self.run)
            point = space.point(prices)
            for stage in stages:
                point = climb.climb(point, stage.mu * self.coin, stage.steps)
            prices = climb.prices
        return prices

    def climb_by_columns(self, stages: Sequence[Stage], prices: Prices) -> None:
        """All stages, each over the arcs that were near so far."""
        problem = self.problem
        near = np.zeros(len(problem.arcs.member), np.bool_)
        point = self.space.point(prices)
        for stage in self.in_time(stages):
            self.weigh(prices, stage.slack * self.coin, near)
            some = problem.arcs.kept(near)
            climb = Climb(some, problem.loads, self.space, self.lanes, self.run)
            point = self.climbed(climb, point, stage)
            prices = climb.prices
        self.weigh(prices, 0.0, near)

    def climbed(self, climb: Climb, point: Floats, stage: Stage) -> Floats:
        """The end of a stage, which is noted."""
        self.mu = stage.mu * self.coin
        point = climb.climb(point, self.mu, stage.steps)
        self.end = self.space.prices(point)
        return point

    def in_time(self, stages: Sequence[Stage]) -> Iterator[Stage]:
        """The first stage, and the others while there is time for prices."""
        for at, stage in enumerate(stages):
            if not at or not self.run.is_past(PRICED):
                bound = None if np.isinf(self.bound) else self.bound
                self.run.tell("prices", at / len(stages), bound=bound)
                yield stage

    def weigh(self, prices: Prices, slack: float, near: Marks) -> None:
        """Marks what is near at these prices, and keeps them if their bound is the best."""
        problem, total = self.problem, prices.total
        sums = self.lanes.over(
            problem.arcs,
            lambda first, last: mark_near(
                problem.arcs, problem.loads, total, slack, (first, last), near
            ),
        )
        bound = sum(sums) - float(prices.rent(self.space.bands).sum())
        if bound > self.bound:
            self.bound, self.prices = bound, prices

    def priced(self) -> Priced:
        near = np.zeros(len(self.problem.arcs.member), np.bool_)
        self.weigh(self.end, self._worth_a_search, near)
        if self._leaves_little_choice(near):
            self.mark_least(near)
        return Priced(
            prices=self.prices,
            bound=self.bound,
            end=self.end,
            mu=self.mu,
            near=near,
        )

    def _leaves_little_choice(self, near: Marks) -> bool:
        arcs = self.problem.arcs
        return bool((arcs.kept(near).sizes > 1).sum() < SCARCE * (arcs.sizes > 1).sum())

    def mark_least(self, near: Marks) -> None:
        """Marks some arcs of each account, whatever their regret."""
        problem, total = self.problem, self.end.total
        self.lanes.over(
            problem.arcs,
            lambda first, last: mark_least(
                problem.arcs, problem.loads, total, LEAST, (first, last), near
            ),
        )

    @property
    def _worth_a_search(self) -> float:
        """The regret of arcs that a search should know."""
        limited = bool(np.isfinite(self.problem.bands.limit).any())
        few = FEW_ARCS_LIMITED if limited else FEW_ARCS
        return np.inf if len(self.problem.arcs.member) <= few else NEAR * self.coin


def bound_at(problem: Problem, prices: Prices, *, lanes: Lanes) -> float:
    """The bound that any prices give."""
    pricing = _Pricing(problem, lanes, Run(Budget(), Watch()))
    pricing.weigh(prices, 0.0, np.zeros(len(problem.arcs.member), np.bool_))
    return pricing.bound
