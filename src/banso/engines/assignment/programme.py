"""The problem as rows and columns of a mixed-integer programme.

Columns: every arc (0 or 1), then over and under of every weighed band. Rows: every account, every
weighed band, every finite limit. Each measure is told in means of an account's load, so that no
band closes by rounding and no coefficient dwarfs another.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import block_array, coo_array, csr_array, eye_array

from banso.engines.assignment.problem import Floats, Indices, Marks, Problem


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Programme:
    """Minimise cost @ x, with low <= matrix @ x <= high and 0 <= x <= most; the first `arcs`
    columns are whole.
    """

    cost: Floats
    most: Floats
    matrix: csr_array
    low: Floats
    high: Floats
    arcs: int


def programme(problem: Problem) -> Programme:
    """The programme of a problem, in its own units of measure."""
    unit = _units(problem)
    bands = problem.bands.less(problem.besides)
    weighed, limited = bands.weight > 0, np.isfinite(bands.limit)
    accounts, arcs, tolls = len(problem.accounts), len(problem.arcs.member), int(weighed.sum())
    units = np.broadcast_to(unit, weighed.shape)
    slack = eye_array(tolls)
    nothing = coo_array((accounts, tolls))
    rows = [
        [_one_holder(problem), nothing, nothing],
        [_loads_by(problem, weighed, unit), -slack, slack],
        [_loads_by(problem, limited, unit), None, None],
    ]
    toll = (bands.weight * units)[weighed]
    return Programme(
        cost=np.concatenate((problem.arcs.cost, toll, toll)),
        most=np.concatenate((np.ones(arcs), np.full(2 * tolls, np.inf))),
        matrix=block_array(rows, format="csr"),
        low=np.concatenate(
            (np.ones(accounts), (bands.low / units)[weighed], np.full(limited.sum(), -np.inf))
        ),
        high=np.concatenate(
            (np.ones(accounts), (bands.high / units)[weighed], (bands.limit / units)[limited])
        ),
        arcs=arcs,
    )


def start_of(problem: Problem, holders: Indices) -> Floats:
    """The columns that an assignment is."""
    bands, weighed = problem.bands, problem.bands.weight > 0
    held, unit = problem.held(holders), _units(problem)
    chosen = np.zeros(len(problem.arcs.member))
    chosen[problem.arcs.to(holders)] = 1.0
    over = np.maximum(held - bands.high, 0.0) / unit
    under = np.maximum(bands.low - held, 0.0) / unit
    return np.concatenate((chosen, over[weighed], under[weighed]))


def holders_of(problem: Problem, columns: Floats) -> Indices:
    """Whom each account's columns choose."""
    account = np.repeat(np.arange(len(problem.accounts)), problem.arcs.sizes)
    chosen = np.flatnonzero(columns[: len(account)] > 0.5)
    holders = np.empty(len(problem.accounts), np.int64)
    holders[account[chosen]] = problem.arcs.member[chosen]
    return holders


def _units(problem: Problem) -> Floats:
    mean = problem.loads.mean(0)
    return np.where(mean > 0, mean, 1.0)


def _one_holder(problem: Problem) -> csr_array:
    arcs = problem.arcs
    ones, columns = np.ones(len(arcs.member)), np.arange(len(arcs.member))
    return csr_array((ones, columns, arcs.start), shape=(len(arcs.start) - 1, len(arcs.member)))


def _loads_by(problem: Problem, marked: Marks, unit: Floats) -> coo_array:
    """A row for each marked member and measure: what every arc would put on it."""
    arcs = problem.arcs
    row_of = np.full(marked.shape, -1)
    row_of[marked] = np.arange(marked.sum())
    account = np.repeat(np.arange(len(problem.accounts)), arcs.sizes)
    rows = row_of[arcs.member]
    arc, measure = np.nonzero(rows >= 0)
    loads = (problem.loads / unit)[account[arc], measure]
    return coo_array(
        (loads, (rows[arc, measure], arc)), shape=(int(marked.sum()), len(arcs.member))
    )
