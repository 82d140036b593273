"""The way up to the best prices.

D is highest where a linear programme's optimum is, but it has edges. So its minima are made soft
and ever harder (Nesterov 2005), and each smooth hill is climbed by L-BFGS-B on p = W (x - y) and
q = S z, x and y of [0, 1]. The plain D falls out of every step; the best one is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import Bounds, minimize

from banso.engines.assignment.prices import Prices, free
from banso.engines.assignment.problem import Arcs, Bands, Floats
from banso.engines.assignment.smoothing import soft_minima
from banso.engines.assignment.tolls import FIRMNESS

if TYPE_CHECKING:
    from banso.engines.assignment.budget import Run
    from banso.engines.assignment.lanes import Lanes

PRICED = 0.5  # share of the seconds that prices may take


@dataclass(frozen=True, eq=False)
class Space:
    """The prices as a point: x and y of every weighed band, z of every finite limit."""

    bands: Bands
    firm: Floats

    @cached_property
    def scale(self) -> Floats:
        """The unit of a limit's price."""
        weight = self.bands.weight
        return np.where(weight > 0, weight, self.firm / FIRMNESS)

    def prices(self, point: Floats) -> Prices:
        weighed, limited = self._places
        x, y, z = self._parts(point)
        band, limit = np.zeros(weighed.shape), np.zeros(limited.shape)
        band[weighed] = self.bands.weight[weighed] * (x - y)
        limit[limited] = self.scale[limited] * z
        return Prices(band, limit)

    def point(self, prices: Prices) -> Floats:
        """Where these prices lie, as near as bounds allow."""
        weighed, limited = self._places
        part = np.clip(prices.band[weighed] / self.bands.weight[weighed], -1.0, 1.0)
        z = np.clip(prices.limit[limited] / self.scale[limited], 0.0, self._highest[limited])
        return np.concatenate((np.maximum(part, 0.0), np.maximum(-part, 0.0), z))

    def settled(self, point: Floats) -> Floats:
        """The same prices with no band pulled both ways."""
        x, y, z = self._parts(point)
        both = np.minimum(x, y)
        return np.concatenate((x - both, y - both, z))

    def rise(self, point: Floats, going: Floats) -> tuple[float, Floats]:
        """The part of D that depends on bands alone, and the slope of all of D."""
        weighed, limited = self._places
        x, y, z = self._parts(point)
        weight, unit = self.bands.weight[weighed], self.scale[limited]
        high, low = self.bands.high[weighed], self.bands.low[weighed]
        most = self.bands.limit[limited]
        value = weight @ (y * low - x * high) - unit @ (z * most)
        slope = (
            weight * (going[weighed] - high),
            weight * (low - going[weighed]),
            unit * (going[limited] - most),
        )
        return float(value), np.concatenate(slope)

    @cached_property
    def bounds(self) -> Bounds:
        weighed, limited = self._places
        most = np.concatenate((np.ones(2 * weighed.sum()), self._highest[limited]))
        return Bounds(np.zeros(len(most)), most)

    @cached_property
    def _highest(self) -> Floats:
        return self.firm / np.where(self.scale > 0, self.scale, 1.0)

    @cached_property
    def _places(self) -> tuple[np.ndarray, np.ndarray]:
        return self.bands.weight > 0, np.isfinite(self.bands.limit)

    def _parts(self, point: Floats) -> list[Floats]:
        count = int((self.bands.weight > 0).sum())
        return np.split(point, (count, 2 * count))


class Climb:
    """The way up over some arcs; `best` is the highest D seen, and `prices` where it was."""

    def __init__(self, arcs: Arcs, loads: Floats, space: Space, lanes: Lanes, run: Run) -> None:
        self.arcs, self.loads, self.space = arcs, loads, space
        self._lanes, self._run = lanes, run
        self.best = -np.inf
        self.prices = free(*space.firm.shape)

    def climb(self, point: Floats, mu: float, steps: int) -> Floats:
        """Where so many steps at a softness lead; at once there if the time for prices is up."""
        if not len(point):
            self._slope(point, mu)
            return point
        found = minimize(
            self._slope,
            point,
            args=(mu,),
            jac=True,
            method="L-BFGS-B",
            bounds=self.space.bounds,
            callback=self._look_up,
            options={"maxcor": 10, "ftol": 1e-9, "gtol": 1e-10, "maxiter": steps},
        )
        return self.space.settled(np.asarray(found.x, np.float64))

    def _slope(self, point: Floats, mu: float) -> tuple[float, Floats]:
        """-D softened, and its slope, both by account."""
        prices = self.space.prices(point)
        total = prices.total
        pieces = self._lanes.over(
            self.arcs,
            lambda first, last: soft_minima(self.arcs, self.loads, total, mu, first, last),
        )
        hard = sum(piece[1] for piece in pieces) - float(prices.rent(self.space.bands).sum())
        if hard > self.best:
            self.best, self.prices = hard, prices
        going = np.sum([piece[2] for piece in pieces], axis=0)
        value, slope = self.space.rise(point, going)
        value += sum(piece[0] for piece in pieces)
        count = max(1, len(self.loads))
        return -value / count, -slope / count

    def _look_up(self, _point: Floats) -> None:
        if self._run.is_past(PRICED):
            raise StopIteration
