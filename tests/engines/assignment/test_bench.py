"""What the bench says of an answer: a gap that isn't known is no gap of nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from banso.engines.assignment.balance import Ending
from banso.engines.assignment.budget import Budget
from banso.engines.assignment.solving import solve
from bench.balance import told_gap
from tests.engines.assignment.made import account, built, member, solved


def test_an_answer_that_breaks_limits_is_told_so_and_has_no_gap() -> None:
    staff = [member("ann", limits=(None, 10.0)), member("bob", limits=(None, 10.0))]
    problem = built([account(f"a{at}", 6.0) for at in range(3)], staff)
    found = solve(problem, budget=Budget(proposals=1_000, nodes=0))
    gap, seconds = told_gap("tight", found, 1.0, 0.02, 8.0)
    assert (gap["value"], gap["ratio"], gap["limits_broken"]) == (None, None, 1)
    assert (seconds["value"], seconds["ratio"]) == (1.0, 8.0)


def test_a_gap_is_told_beside_what_is_to_be_reached() -> None:
    balance = solved(built([account("a")], [member("ann"), member("bob")]))
    worse = replace(balance, objective=5.0, bound=4.0, ending=Ending.SPENT)
    [gap, _seconds] = told_gap("small", worse, 1.0, 0.02, 8.0)
    assert (gap["value"], gap["ratio"]) == (pytest.approx(0.2), 0.1)
