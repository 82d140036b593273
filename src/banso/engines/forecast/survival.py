"""How long customers stay: the product-limit estimator of Kaplan and Meier.

Customers who are still there have been seen for a while only (they are censored). With d(t) leaving
after exactly t months of n(t) seen for at least t,

    S(t) = product over t' <= t of 1 - d(t') / n(t')

is the share that is still there after t, from all of them. Who is censored at t counts in n(t).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Survival:
    """The curve: after each of `times` its share of `shares` is left; before the first, all."""

    times: NDArray[np.int64]
    shares: NDArray[np.float64]

    def share_at(self, time: int) -> float:
        """What is left after so long. The last share holds on where nobody was seen longer."""
        steps = int(np.searchsorted(self.times, time, side="right"))
        return float(self.shares[steps - 1]) if steps else 1.0

    @property
    def median(self) -> int | None:
        """The first time after which no more than half are left; None: never seen."""
        reached = np.flatnonzero(self.shares <= 0.5)
        return int(self.times[reached[0]]) if len(reached) else None


def product_limit(durations: NDArray[np.int64], left: NDArray[np.bool_]) -> Survival:
    """The curve of customers seen for `durations`, of whom those with `left` went at its end."""
    if len(durations) != len(left):
        raise ValueError("Expected a duration and an end for each customer.")
    if np.any(durations < 0):
        raise ValueError("Expected durations of zero or more.")
    times = np.unique(durations[left])
    at_risk = len(durations) - np.searchsorted(np.sort(durations), times, side="left")
    gone = np.searchsorted(np.sort(durations[left]), times, side="right")
    leaving = np.diff(gone, prepend=0)
    shares = np.cumprod(1 - leaving / at_risk).astype(np.float64)
    return Survival(times.astype(np.int64), shares)
