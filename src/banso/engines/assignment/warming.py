"""Kernels made ready, so that no search pays for their compiling with its seconds."""

from __future__ import annotations

from functools import cache

from banso.engines.assignment.budget import Budget
from banso.engines.assignment.building import build
from banso.engines.assignment.rows import AccountRow, MemberRow
from banso.engines.assignment.settings import Measure, Settings
from banso.engines.assignment.solving import solve


@cache
def warm() -> None:
    """Solve a problem of four accounts once a process; compiles what isn't compiled yet."""
    accounts = [AccountRow(key=f"a{at}", loads=(1.0 + at,)) for at in range(4)]
    members = [MemberRow(key=f"m{at}", capacity=(1.0,)) for at in range(2)]
    problem = build(accounts, members, Settings(measures=(Measure(key="load"),)))
    solve(problem, budget=Budget(proposals=100, nodes=10, neighbourhoods=0))
