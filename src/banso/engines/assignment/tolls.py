"""What a search pays beside the objective: a toll for every unit beyond a hard limit.

It may pass a limit on its way and comes back, as no arc could save what the toll costs. Whether an
answer keeps its limits is looked at exactly, elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from banso.engines.assignment.limits import excess
from banso.engines.assignment.problem import Floats, Indices, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable

FIRMNESS = 20.0  # how many times the weight of a band it is at least


def firmness(problem: Problem) -> Floats:
    """The toll of a unit by member and measure: far more than any arc could save."""
    spread = float(np.ptp(problem.arcs.cost)) if len(problem.arcs.cost) else 0.0
    usual = problem.loads.mean(0) if len(problem.loads) else problem.loads.sum(0)
    by_cost = 4.0 * max(spread, 1.0) / np.where(usual > 0, usual, 1.0)
    firm = np.maximum(FIRMNESS * problem.bands.weight, by_cost)
    return np.where(np.isfinite(problem.bands.limit), firm, 0.0)


def tolls(problem: Problem, held: Floats) -> Floats:
    """What each load costs by lying outside its band, and beyond its limit."""
    passed = firmness(problem) * excess(problem.bands.limit, held)
    return np.asarray(problem.bands.penalty(held) + passed, np.float64)


def cost_with_tolls(problem: Problem, holders: Indices) -> float:
    """The objective of an assignment, and the tolls for the limits that it passes."""
    paid = tolls(problem, problem.held(holders))
    return float(problem.costs(holders).sum() + paid.sum())


def cheapest(problem: Problem, found: Iterable[Indices]) -> Indices:
    """The cheapest assignment of those that keep all limits; if none does, of all with tolls. Of
    equal ones the first.
    """

    def price(holders: Indices) -> tuple[bool, float]:
        passed = excess(problem.bands.limit, problem.held(holders))
        return bool(passed.any()), cost_with_tolls(problem, holders)

    return min(found, key=price)
