"""Laws of every answer: no one move betters it, and it is no dearer than today's or a greedy one;
also where books are nearly even, in problems too large for the exact solver.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as laws
from hypothesis import strategies as st

from banso.engines.assignment.budget import Budget, Run, Watch
from banso.engines.assignment.building import build
from banso.engines.assignment.hierarchy import solve_by_teams
from banso.engines.assignment.lanes import Lanes
from banso.engines.assignment.limits import as_far_as_kept, broken_limits
from banso.engines.assignment.prices import free
from banso.engines.assignment.pricing import LEAST, Priced, find_prices
from banso.engines.assignment.problem import Arcs, Bands, Problem
from banso.engines.assignment.rows import AccountRow, MemberRow
from banso.engines.assignment.searching import Search
from banso.engines.assignment.settling import bettered, completed, settled
from banso.engines.assignment.smoothing import mark_least
from banso.engines.assignment.solving import solve
from banso.engines.assignment.tolls import cheapest
from tests.engines.assignment.made import TWO, least, rows
from tests.engines.assignment.near_even import (
    MEMBERS,
    account_by_account,
    best_move,
    move_by_move,
    near_even,
)

BARELY = Budget(proposals=2_000, nodes=0, neighbourhoods=0)
LITTLE = Budget(proposals=2e4, nodes=5, neighbourhoods=1)


@laws(max_examples=15)
@given(rows(limited=True), st.integers(0, 3))
def test_no_move_betters_a_hurried_answer_todays_is_no_cheaper_and_nothing_is_claimed(
    given: tuple[list[AccountRow], list[MemberRow]], seed: int
) -> None:
    accounts, members = given
    loose = build(accounts, [replace(each, limits=()) for each in members], TWO)
    limit = np.array([[most or np.inf for most in each.limits] for each in members])
    problem, _aside = as_far_as_kept(replace(loose, bands=loose.bands._replace(limit=limit)))
    team_of, best = {key: key[0] for key in problem.members}, least(problem)
    for balance in (
        solve(problem, budget=BARELY, seed=seed),
        solve_by_teams(problem, team_of, budget=BARELY, seed=seed),
    ):
        assert best_move(problem, balance.holders) <= 1e-7
        today = completed(problem, problem.owner)
        if not broken_limits(problem, today):
            assert balance.broken == ()
            assert balance.objective <= problem.objective(today) + 1e-9
        assert best is None or balance.bound <= best + 1e-6 * max(1.0, best)
        assert not balance.proved or balance.objective == pytest.approx(best, rel=1e-6, abs=1e-6)
        assert (balance.gap is None) >= bool(balance.broken)


@laws(max_examples=12)
@given(
    st.integers(0, 99),
    st.sampled_from([0, 3, 40]),
    st.sampled_from([0.01, 0.2, 3.0]),
    st.booleans(),
)
def test_near_even_books_are_left_no_worse_and_no_move_betters_them(
    seed: int, strays: int, dear: float, limited: bool
) -> None:
    problem = near_even(seed, strays=strays, dear=dear, limited=limited)
    assert len(problem.arcs.member) > 6_000
    balance = solve(problem, budget=LITTLE, seed=seed)
    assert best_move(problem, balance.holders) <= 1e-7
    assert balance.broken == ()
    for plain in (problem.owner, move_by_move(problem), account_by_account(problem)):
        assert not broken_limits(problem, plain)
        assert balance.objective <= problem.objective(plain) + 1e-7


def test_a_search_that_knows_too_few_arcs_ends_where_no_move_over_all_of_them_helps() -> None:
    """It knows only how to stay."""
    problem = near_even(3, strays=200, dear=0.2, limited=True)
    stays, nothing = problem.arcs.marks(problem.owner), free(MEMBERS, 2)
    priced = Priced(prices=nothing, bound=0.0, end=nothing, mu=0.1, near=stays)
    generator, run = np.random.default_rng(1), Run(LITTLE, Watch())
    with Lanes() as lanes:
        search = Search(problem, priced, problem.owner, lanes=lanes, run=run, generator=generator)
        found = search.annealed(search.start(), until=np.inf, proposals=100)
    assert best_move(problem, problem.owner) > 1.0
    assert best_move(problem, found) <= 1e-7
    assert not broken_limits(problem, found)


@laws(max_examples=10)
@given(st.integers(0, 99), st.booleans())
def test_whatever_comes_down_costs_less_and_no_move_betters_it(seed: int, limited: bool) -> None:
    problem = near_even(seed, strays=0, dear=0.2, limited=limited)
    rng = np.random.default_rng(seed)
    holders = np.where(rng.random(len(problem.owner)) < 0.1, 0, problem.owner)
    found = settled(problem, holders, run=Run(LITTLE, Watch()), generator=rng)
    assert best_move(problem, holders) > 1e-7 >= best_move(problem, found)
    assert cheapest(problem, (holders, found)) is found


def test_among_very_many_arcs_the_best_move_is_not_looked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    problem, run = near_even(3, strays=200, dear=0.2, limited=False), Run(LITTLE, Watch())
    found = bettered(problem, problem.owner, run=run)
    assert found.tolist() == move_by_move(problem).tolist()
    monkeypatch.setattr("banso.engines.assignment.settling.VERY_MANY", 6_000)
    assert bettered(problem, problem.owner, run=run) is problem.owner


def test_today_is_completed_by_who_costs_least_and_keeps_the_limits() -> None:
    """One account without anybody: member 0 costs nothing and is full, 2 costs more than 1."""
    target = np.full((3, 1), 1.0)
    arcs = Arcs(
        np.array([0, 1, 4]),
        np.array([0, 0, 1, 2], np.int32),
        np.array([0.0, 0.0, 0.5, 0.7]),
    )
    bands = Bands(target * 0, target * 9, target, np.array([[1.0], [np.inf], [np.inf]]))
    problem = Problem(
        accounts=("held", "free"),
        members=("ann", "bob", "cho"),
        measures=("accounts",),
        loads=np.ones((2, 1)),
        arcs=arcs,
        bands=bands,
        target=target,
        besides=target * 0,
        owner=np.array([0, -1]),
    )
    assert completed(problem, problem.owner).tolist() == [0, 1]
    assert solve(problem, budget=BARELY).holders.tolist() == [0, 1]
    loose = replace(problem, bands=bands._replace(limit=np.full((3, 1), np.inf)))
    assert completed(loose, loose.owner).tolist() == [0, 0]
    full = replace(problem, bands=bands._replace(limit=np.full((3, 1), 0.5)))
    assert completed(full, full.owner).tolist() == [0, 1]


def test_where_every_move_is_dear_some_arcs_of_each_account_are_searched_all_the_same() -> None:
    """Nobody's book is outside its band: prices are nothing, and only to stay costs nothing."""
    problem = near_even(1, strays=0, dear=0.0, limited=False)
    wide = replace(problem, bands=problem.bands._replace(high=problem.bands.high * 2))
    wide = replace(wide, bands=wide.bands._replace(low=wide.bands.low / 2))
    with Lanes() as lanes:
        given = {"lanes": lanes, "run": Run(Budget(), Watch())}
        near = find_prices(wide, generator=np.random.default_rng(1), **given).near
        usual = find_prices(problem, generator=np.random.default_rng(1), **given).near
    kept = wide.arcs.kept(near)
    assert set(kept.sizes.tolist()) == {LEAST}
    assert (kept.to(wide.owner) >= 0).all()
    assert len(np.unique(kept.member)) == MEMBERS
    assert problem.arcs.kept(usual).sizes.min() < LEAST


@given(st.lists(st.lists(st.integers(0, 3), min_size=1, max_size=9), max_size=6), st.integers(1, 4))
def test_the_least_arcs_of_an_account_are_as_many_as_asked_and_none_is_less(
    costs: list[list[int]], most: int
) -> None:
    start = np.cumsum([0, *map(len, costs)])
    member = np.array([at for row in costs for at in range(len(row))], np.int32)
    cost = np.array([each for row in costs for each in row], np.float64)
    marks = np.zeros(len(cost), np.bool_)
    loads, prices = np.zeros((len(costs), 1)), np.zeros((9, 1))
    mark_least(Arcs(start, member, cost), loads, prices, most, (0, len(costs)), marks)
    for row, marked in zip(costs, np.split(marks, start[1:-1]), strict=False):
        chosen = sorted(each for each, is_marked in zip(row, marked, strict=True) if is_marked)
        assert chosen == sorted(row)[:most]
