"""The exact solver: the problem as a mixed-integer programme, from the answer found so far.

HiGHS says how far it came: the best answer, a bound below which there is none, and whether the two
met. Only then is an answer called proved.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isinf
from typing import TYPE_CHECKING

import highspy
import numpy as np

from banso.engines.assignment.balance import TOLERANCE
from banso.engines.assignment.limits import broken_limits
from banso.engines.assignment.programme import Programme, holders_of, programme, start_of
from banso.engines.assignment.tolls import cheapest

if TYPE_CHECKING:
    from banso.engines.assignment.budget import Run
    from banso.engines.assignment.problem import Indices, Problem


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Proof:
    """The best holders known, the bound, and whether the solver closed the tree.

    `clash`: it proved that no assignment keeps every limit.
    """

    holders: Indices
    bound: float
    closed: bool
    clash: bool = False


class _Solver(highspy.Highs):
    """The solver, silent from the start: it greets on stdout as soon as callbacks are enabled."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # the solver's own

    def enableCallbacks(self) -> None:  # noqa: N802  # the solver's own name
        self.silent()
        super().enableCallbacks()  # type: ignore[no-untyped-call]  # the solver's own


def prove(
    problem: Problem, holders: Indices, *, run: Run, seconds: float = inf, nodes: float = inf
) -> Proof:
    """Search the whole tree, or as much of it as so many seconds and nodes allow."""
    solver = _Solver()
    for option, value in _options(min(seconds, run.seconds_left), nodes).items():
        solver.setOptionValue(option, value)
    solver.passModel(_model(programme(problem)))
    if not broken_limits(problem, holders):
        solution = highspy.HighsSolution()
        solution.col_value = start_of(problem, holders).tolist()
        solver.setSolution(solution)
    solver.cbMipInterrupt.subscribe(lambda event: _interrupt_when_over(event, run))
    solver.run()
    return _told(problem, holders, solver)


def _options(seconds: float, nodes: float) -> dict[str, float]:
    options: dict[str, float] = {
        "mip_rel_gap": TOLERANCE,
        "mip_abs_gap": TOLERANCE,
        "threads": 1,  # it is asked from servers, and small trees end no sooner with more
    }
    if not isinf(seconds):
        options["time_limit"] = seconds
    if not isinf(nodes):
        options["mip_max_nodes"] = int(nodes)
    return options


def _model(stated: Programme) -> highspy.HighsLp:
    model = highspy.HighsLp()
    columns = len(stated.cost)
    model.num_col_, model.num_row_ = columns, len(stated.low)
    model.col_cost_ = stated.cost
    model.col_lower_, model.col_upper_ = np.zeros(columns), stated.most
    model.row_lower_, model.row_upper_ = stated.low, stated.high
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = stated.matrix.indptr
    model.a_matrix_.index_ = stated.matrix.indices
    model.a_matrix_.value_ = stated.matrix.data
    whole, part = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
    model.integrality_ = [whole] * stated.arcs + [part] * (columns - stated.arcs)
    return model


def _interrupt_when_over(event: highspy.HighsCallbackEvent, run: Run) -> None:
    if run.is_over:
        event.interrupt()


def _told(problem: Problem, holders: Indices, solver: highspy.Highs) -> Proof:
    """What the solver came to; the answer it was given where it found none better."""
    status, told = solver.getModelStatus(), solver.getInfo()
    is_kept = not broken_limits(problem, holders)
    if status == highspy.HighsModelStatus.kInfeasible:
        clash = not is_kept
        return Proof(holders=holders, bound=-inf, closed=clash, clash=clash)
    best = holders
    if told.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible:
        found = holders_of(problem, np.array(solver.getSolution().col_value))
        best = cheapest(problem, (holders, found))
    closed = status == highspy.HighsModelStatus.kOptimal
    return Proof(holders=best, bound=told.mip_dual_bound, closed=closed)
