"""Published instances: the listed value proved, or a bound below it and the gap beside it.

All of them, so many seconds each: `python -m tests.engines.assignment.published SECONDS`.
"""

from __future__ import annotations

import numpy as np
import pytest

from banso.engines.assignment.balance import Balance
from banso.engines.assignment.budget import Budget
from banso.engines.assignment.solving import solve
from tests.engines.assignment.cases import (
    BOOKS,
    GAP,
    PARTITIONS,
    book,
    generalised_assignment,
    partition,
)

SMALL = Budget(proposals=3e5, nodes=1e6)
HARD = Budget(proposals=1e6, nodes=200)


def agrees(balance: Balance, name: str) -> None:
    """Within capacities, not below what is known to be the least, not above its own bound."""
    assert balance.broken == ()
    assert balance.objective == round(balance.objective)
    assert balance.objective >= GAP[name]["lower_bound"]
    assert balance.bound <= GAP[name]["best_known"] + 1e-3


@pytest.mark.parametrize("name", ["gap1-0", "gap2-1", "gap3-4", "gap5-2", "gap7-0", "gap11-0",
                                  "a05100", "a20100", "c05100"])  # fmt: skip
def test_a_generalised_assignment_is_solved_to_its_value(name: str) -> None:
    balance = solve(generalised_assignment(name), budget=SMALL)
    agrees(balance, name)
    assert (balance.proved, balance.objective) == (True, GAP[name]["best_known"])


@pytest.mark.parametrize("name", ["d05100", "e05100"])
def test_a_hard_one_tells_its_gap_instead(name: str) -> None:
    balance = solve(generalised_assignment(name), budget=HARD)
    agrees(balance, name)
    assert balance.gap is not None
    assert balance.gap <= 0.005
    print(f"{name}: {balance.objective:.0f}, bound {balance.bound:.1f}, gap {balance.gap:.3%}")


@pytest.mark.parametrize("name", PARTITIONS)
def test_a_partition_is_perfect_where_going_by_size_is_not(name: str) -> None:
    balance = solve(partition(name), budget=SMALL)
    sums = balance.books.held[:, 0]
    case = PARTITIONS[name]
    assert (balance.proved, balance.objective, float(np.ptp(sums))) == (True, 0.0, 0.0)
    assert sums.max() == case.get("opt_makespan", sum(case["items"]) / case["bins"])


@pytest.mark.parametrize("name", ["book_60x5", "book_200x8"])
def test_a_small_book_is_proved_to_be_the_best(name: str) -> None:
    balance = solve(book(name), budget=SMALL)
    assert balance.proved
    assert balance.objective == pytest.approx(BOOKS[name]["optimum"], abs=1e-4)


def test_a_middle_book_is_near_the_best_known_and_its_bound_below() -> None:
    case = BOOKS["book_1000x10"]
    problem = book("book_1000x10")
    balance = solve(problem, budget=Budget(proposals=4e6, nodes=0))
    assert balance.bound <= case["best_known"]
    assert balance.bound >= case["lp_bound"] * 0.999
    assert case["lower_bound"] <= balance.objective <= case["best_known"] * 1.02
