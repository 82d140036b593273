"""Prices, and the bound they give.

For any prices p of band units and q >= 0 of limit units with |p| <= W,

    D(p, q) = sum over accounts of the least c_ij + sum of (p + q)_jk a_ik
              - sum of (p_jk > 0 ? p_jk high_jk : p_jk low_jk)  -  sum of q_jk limit_jk

is no more than any assignment costs (Lagrangian duality; bands are those of what comes on top of
loads already held). The second line is the prices' rent.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from banso.engines.assignment.problem import Bands, Floats, Indices


@dataclass(frozen=True, slots=True, eq=False)
class Prices:
    """What one more unit of a measure costs on a member: by her band, and by her limit."""

    band: Floats
    limit: Floats

    @property
    def total(self) -> Floats:
        return self.band + self.limit

    def rent(self, bands: Bands) -> Floats:
        """What the bands and limits are worth at these prices, by member and measure."""
        edge = np.select([self.band > 0, self.band < 0], [bands.high, bands.low], 0.0)
        most = np.where(self.limit > 0, bands.limit, 0.0)
        return self.band * edge + self.limit * most

    def of(self, members: Indices) -> Prices:
        """The prices of some members."""
        return Prices(self.band[members], self.limit[members])


def free(members: int, measures: int) -> Prices:
    """Prices of nothing at all."""
    return Prices(np.zeros((members, measures)), np.zeros((members, measures)))
