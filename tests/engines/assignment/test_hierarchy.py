"""Teams first, then their people: both levels together, and the whole where they break limits."""

from __future__ import annotations

import pytest

from banso.engines.assignment.balance import Ending
from banso.engines.assignment.budget import Budget, Watch
from banso.engines.assignment.faults import Impossible
from banso.engines.assignment.hierarchy import solve_by_teams
from tests.engines.assignment.made import QUICK, account, built, least, member, solved


def test_teams_come_first_and_then_their_people() -> None:
    staff = [member("ann"), member("bob"), member("cho"), member("dan")]
    given = [account(f"a{at}", 5.0 + at, owner="ann") for at in range(16)]
    problem = built(given, staff, continuity=0.1)
    team_of = {"ann": "one", "bob": "one", "cho": "two", "dan": "two"}
    balance = solve_by_teams(problem, team_of, budget=QUICK)
    assert balance.objective == problem.objective(balance.holders)
    assert balance.books.held[:, 0].tolist() == [4.0, 4.0, 4.0, 4.0]
    best = solved(problem)
    assert balance.bound <= best.objective + 1e-6
    assert best.objective <= balance.objective + 1e-6
    assert balance.before.held[:, 0].tolist() == [16.0, 0.0, 0.0, 0.0]
    stopped = solve_by_teams(problem, team_of, budget=QUICK, watch=Watch(cancelled=lambda: True))
    assert stopped.ending is Ending.CANCELLED


def test_teams_whose_people_cannot_keep_what_their_team_could_are_searched_as_one() -> None:
    """Two of 6 fit a team that may hold 7 and 5 in all, but not its people; 6 and 5 fit them."""
    staff = [
        member("ann", limits=(None, 7.0)),
        member("bob", limits=(None, 5.0)),
        member("cho", limits=(None, 12.0)),
    ]
    given = [account("a0", 6.0, owner="ann"), account("a1", 6.0, owner="ann"),
             account("b0", 5.0, owner="cho"), account("b1", 5.0, owner="cho")]  # fmt: skip
    problem = built(given, staff, continuity=50.0)
    team_of = {"ann": "one", "bob": "one", "cho": "two"}
    balance = solve_by_teams(problem, team_of, budget=QUICK)
    assert (balance.broken, balance.proved) == ((), True)
    assert balance.books.held[:, 1].tolist() == [6.0, 5.0, 11.0]
    assert balance.objective == pytest.approx(least(problem))


def test_limits_that_clash_are_refused_by_person_also_where_teams_come_first() -> None:
    staff = [member("ann", limits=(None, 10.0)), member("bob", limits=(None, 10.0))]
    problem = built([account(f"a{at}", 6.0) for at in range(3)], staff)
    with pytest.raises(Impossible) as refused:
        solve_by_teams(problem, {"ann": "one", "bob": "two"}, budget=QUICK)
    assert {each.member for each in refused.value.faults} <= {"ann", "bob"}


def test_a_team_that_does_not_come_to_keep_its_limits_has_the_whole_searched_as_one() -> None:
    """Three of 6 fit a team that may hold 20 in all; of its two people each takes one."""
    staff = [
        member("ann", limits=(None, 10.0)),
        member("bob", limits=(None, 10.0)),
        member("cho", limits=(None, 12.0)),
    ]
    given = [account(f"a{at}", 6.0, owner="ann") for at in range(3)]
    problem = built([*given, account("c", 5.0, owner="cho")], staff, continuity=50.0)
    team_of = {"ann": "one", "bob": "one", "cho": "two"}
    balance = solve_by_teams(problem, team_of, budget=Budget(proposals=3_000, nodes=0))
    assert balance.broken == ()
    assert balance.books.held[:, 1].tolist() == [6.0, 6.0, 11.0]
