"""Small made-up rows, and every assignment of them: what a search can be held against."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np
from hypothesis import strategies as st

from banso.engines.assignment.balance import Balance
from banso.engines.assignment.budget import Budget
from banso.engines.assignment.building import build
from banso.engines.assignment.limits import broken_limits
from banso.engines.assignment.problem import Indices, Problem
from banso.engines.assignment.rows import AccountRow, MemberRow
from banso.engines.assignment.settings import Measure, Settings
from banso.engines.assignment.solving import solve

QUICK = Budget(proposals=3_000, nodes=2_000, neighbourhoods=2)
TWO = Settings(measures=(Measure(key="accounts"), Measure(key="arr")))


def account(key: str, arr: float = 10.0, **given: object) -> AccountRow:
    return AccountRow(key=key, loads=(1.0, arr), **given)


def member(key: str, capacity: float = 1.0, **given: object) -> MemberRow:
    return MemberRow(key=key, capacity=(capacity, capacity), **given)


def built(accounts: list[AccountRow], members: list[MemberRow], **given: object) -> Problem:
    """The problem of rows with accounts and ARR as measures."""
    return build(accounts, members, Settings(measures=TWO.measures, **given))


def solved(problem: Problem, seed: int = 0) -> Balance:
    return solve(problem, budget=QUICK, seed=seed)


def every_assignment(problem: Problem) -> Iterator[Indices]:
    """All that arcs allow, whatever limits say."""
    arcs = problem.arcs
    rows = [
        arcs.member[first:last] for first, last in zip(arcs.start, arcs.start[1:], strict=False)
    ]
    for chosen in product(*rows):
        yield np.array(chosen, np.int64).reshape(len(rows))


def least(problem: Problem) -> float | None:
    """The least that an assignment within limits costs, by trying all; None: there is none."""
    kept = [
        problem.objective(holders)
        for holders in every_assignment(problem)
        if not broken_limits(problem, holders)
    ]
    return min(kept, default=None)


KEYS = ("ann", "bob", "cho")
SKILLS = st.sets(st.sampled_from("pq"))


@st.composite
def rows(
    draw: st.DrawFn, *, limited: bool = False, sound: bool = True
) -> tuple[list[AccountRow], list[MemberRow]]:
    """Up to seven accounts and three members, with regions, skills, pins and what is ruled out.

    Sound ones leave ann for everybody; limits may forbid it yet.
    """
    kept_from = KEYS[1:] if sound else KEYS
    staff = [
        member(
            key,
            draw(st.sampled_from([0.5, 1.0, 1.0, 0.0])),
            regions=frozenset(draw(st.sets(st.sampled_from("en")))),
            skills=frozenset("pq" if sound and key == "ann" else draw(SKILLS)),
            limits=(draw(st.sampled_from([None, 2.0, 3.0, 4.0])), None) if limited else (),
            takes=sound or draw(st.booleans()),
        )
        for key in KEYS[: draw(st.integers(1, 3))]
    ]
    asked = [
        account(
            f"a{at}",
            float(draw(st.integers(0, 60))),
            owner=draw(st.sampled_from(["", *KEYS, "gone"])),
            region=draw(st.sampled_from(["", "e", "n"])),
            needs=frozenset(draw(st.sets(st.sampled_from("pq"), max_size=1))),
            kept_from=frozenset(draw(st.sets(st.sampled_from(kept_from), max_size=1))),
            pinned_to=draw(st.sampled_from(["", "", "", "", "ann"])),
        )
        for at in range(draw(st.integers(0, 7)))
    ]
    return asked, staff
