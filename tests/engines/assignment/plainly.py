"""A small search told in full, by whatever the kernels are: compiled, or their text.

`NUMBA_DISABLE_JIT=1 python -m tests.engines.assignment.plainly` tells what their text says.
"""

from __future__ import annotations

import json

from banso.engines.assignment.budget import Budget
from banso.engines.assignment.hierarchy import solve_by_teams
from banso.engines.assignment.solving import solve
from tests.engines.assignment.made import account, built, member


def told() -> str:
    """The answer to twenty accounts among four members, one of whom is limited."""
    staff = [member("ann", limits=(4.0, None)), member("bob", 0.5), member("cho"), member("dan")]
    owners = ["ann", "bob", "cho", "", "ann"]
    given = [
        account(
            f"a{at}",
            float(at * at % 37 + 1),
            owner=owners[at % 5],
            kept_from=frozenset({"dan"} if at % 3 else ()),
            pinned_to="cho" if at == 7 else "",
        )
        for at in range(20)
    ]
    problem = built(given, staff)
    balance = solve(problem, budget=Budget(proposals=30_000, nodes=0))
    team_of = {"ann": "one", "bob": "one", "cho": "two", "dan": "two"}
    teams = solve_by_teams(problem, team_of, budget=Budget(proposals=2_000, nodes=0))
    prices = balance.prices.total.round(6).tolist()
    found = [(each.holders.tolist(), round(each.objective, 6)) for each in (balance, teams)]
    return json.dumps([found, prices, round(teams.bound, 6)])


if __name__ == "__main__":
    print(told())
