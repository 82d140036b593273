"""The kernels of the bound: every account's least priced arc, plain and softened.

With v_ij = c_ij + sum of price_jk a_ik, the softened minimum over an account's arcs is
-mu log sum of exp(-v_ij / mu). Its slope in the prices is the load that goes to each member if
account i goes to j with probability s_ij = exp(-v_ij / mu) over their sum. The least is taken out
before the exponential; terms beyond 25 mu are below the last digit and are dropped.
"""

from __future__ import annotations

import numpy as np

from banso.engines.assignment.compiled import Chance, compiled, uniform
from banso.engines.assignment.problem import Arcs, Floats, Indices, Marks

NEGLIGIBLE = 25.0  # exp(-25) is 1e-11


@compiled
def priced(arcs: Arcs, loads: Floats, prices: Floats, account: int, values: Floats) -> float:
    """Puts what an account's arcs cost at these prices into `values`; the least of them."""
    least = np.inf
    first = arcs.start[account]
    for arc in range(first, arcs.start[account + 1]):
        member = arcs.member[arc]
        value = arcs.cost[arc]
        for measure in range(loads.shape[1]):
            value += prices[member, measure] * loads[account, measure]
        values[arc - first] = value
        least = min(least, value)
    return least


@compiled
def soften(values: Floats, count: int, least: float, mu: float) -> float:
    """Turns values into exp(-(value - least) / mu); their sum."""
    total = 0.0
    for at in range(count):
        above = (values[at] - least) / mu
        weight = np.exp(-above) if above < NEGLIGIBLE else 0.0
        values[at] = weight
        total += weight
    return total


@compiled
def widest(arcs: Arcs, first: int, last: int) -> int:
    """The most arcs that one of the accounts has."""
    most = 0
    for account in range(first, last):
        most = max(most, arcs.start[account + 1] - arcs.start[account])
    return most


@compiled
def soft_minima(
    arcs: Arcs, loads: Floats, prices: Floats, mu: float, first: int, last: int
) -> tuple[float, float, Floats]:  # fmt: skip
    """Of the accounts from `first` to before `last`: the sums of softened and of plain minima, and
    the load that goes to every member.
    """
    soft, hard = 0.0, 0.0
    going = np.zeros(prices.shape)
    values = np.empty(widest(arcs, first, last))
    for account in range(first, last):
        start, count = arcs.start[account], arcs.start[account + 1] - arcs.start[account]
        least = priced(arcs, loads, prices, account, values)
        total = soften(values, count, least, mu)
        hard += least
        soft += least - mu * np.log(total)
        for at in range(count):
            if values[at] > 0.0:
                share = values[at] / total
                member = arcs.member[start + at]
                for measure in range(loads.shape[1]):
                    going[member, measure] += share * loads[account, measure]
    return soft, hard, going


@compiled
def mark_near(
    arcs: Arcs, loads: Floats, prices: Floats, slack: float, span: tuple[int, int], near: Marks
) -> float:
    """Marks arcs whose regret is at most `slack`, and unmarks none; the sum of the minima."""
    hard = 0.0
    values = np.empty(widest(arcs, span[0], span[1]))
    for account in range(span[0], span[1]):
        start, count = arcs.start[account], arcs.start[account + 1] - arcs.start[account]
        least = priced(arcs, loads, prices, account, values)
        hard += least
        for at in range(count):
            if values[at] - least <= slack:
                near[start + at] = True
    return hard


@compiled
def mark_least(
    arcs: Arcs, loads: Floats, prices: Floats, most: int, span: tuple[int, int], near: Marks
) -> None:
    """Marks so many arcs of each account, those of the least regret. Of many alike other ones for
    every account, lest all have the same few to go to.
    """
    values = np.empty(widest(arcs, span[0], span[1]))
    least, place = np.empty(most), np.empty(most, np.int64)
    for account in range(span[0], span[1]):
        start, count = arcs.start[account], arcs.start[account + 1] - arcs.start[account]
        priced(arcs, loads, prices, account, values)
        known = 0
        for step in range(count):
            at = (account + step) % count
            if known == most and values[at] >= least[most - 1]:
                continue
            known = min(known + 1, most)
            free = known - 1
            while free > 0 and least[free - 1] > values[at]:
                least[free], place[free] = least[free - 1], place[free - 1]
                free -= 1
            least[free], place[free] = values[at], start + at
        for at in range(known):
            near[place[at]] = True


@compiled
def draw_arcs(
    arcs: Arcs, loads: Floats, prices: Floats, mu: float, chance: Chance, drawn: Indices
) -> None:
    """Draws an arc for every account, each with its softened probability s_ij."""
    values = np.empty(widest(arcs, 0, len(drawn)))
    for account in range(len(drawn)):
        start, count = arcs.start[account], arcs.start[account + 1] - arcs.start[account]
        least = priced(arcs, loads, prices, account, values)
        left = uniform(chance) * soften(values, count, least, mu)
        taken = 0
        for at in range(count):
            if values[at] > 0.0 and left >= 0.0:
                taken = at
                left -= values[at]
        drawn[account] = start + taken
