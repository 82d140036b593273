"""How long to search, who watches, and when to stop.

A budget in proposals, nodes and neighbourhoods gives the same answer on every machine: for tests
and comparisons. One in seconds makes the best of a machine; the caller hands in the clock, as
engines read none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What a search may use: proposals of the annealing, nodes of each tree (0: no tree at all),
    neighbourhoods, and seconds of `clock`. What is used up first decides.
    """

    proposals: float = 5e6
    nodes: float = 20_000
    neighbourhoods: float = 20
    seconds: float = inf
    clock: Callable[[], float] = lambda: 0.0

    @classmethod
    def of_seconds(cls, seconds: float, clock: Callable[[], float]) -> Self:
        """So many seconds of the clock, and whatever can be done in them."""
        return cls(proposals=inf, nodes=inf, neighbourhoods=inf, seconds=seconds, clock=clock)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a search is: in which stage, which share of it (0..1), and the best so far."""

    stage: str  # prices, search, neighbourhoods, proof
    share: float
    objective: float | None = None
    bound: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """Who looks on: `cancelled` is asked often and ends the search, `progress` is told."""

    cancelled: Callable[[], bool] = lambda: False
    progress: Callable[[Progress], None] = lambda _progress: None


class Run:
    """A budget being used."""

    def __init__(self, budget: Budget, watch: Watch) -> None:
        self.budget = budget
        self.watch = watch
        self.proposals = 0
        self._began = budget.clock()

    @property
    def seconds(self) -> float:
        """Since the search began; always 0 without a clock."""
        return self.budget.clock() - self._began

    @property
    def seconds_left(self) -> float:
        return max(0.0, self.budget.seconds - self.seconds)

    def share_after(self, part: float) -> float:
        """The share of the seconds that will be used up after a part of those left."""
        now = min(1.0, used(self.seconds, self.budget.seconds))
        return now + part * (1.0 - now)

    def is_past(self, share: float) -> bool:
        """Whether somebody cancelled, or a share of the seconds is used up."""
        return self.watch.cancelled() or self.seconds >= share * self.budget.seconds

    @property
    def is_over(self) -> bool:
        """Whether somebody cancelled, or time is up."""
        return self.is_past(1.0)

    def tell(
        self,
        stage: str,
        share: float,
        *,
        objective: float | None = None,
        bound: float | None = None,
    ) -> None:
        self.watch.progress(
            Progress(stage=stage, share=min(1.0, share), objective=objective, bound=bound)
        )


def used(spent: float, whole: float) -> float:
    """Which share of a budget is spent: nothing of one without end, all of one of nothing."""
    return spent / whole if whole > 0 else 1.0
