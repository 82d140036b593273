"""Laws of a balance, over small problems of which every assignment can be tried."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import settings as laws
from hypothesis import strategies as st

from banso.engines.assignment.books import present
from banso.engines.assignment.building import build
from banso.engines.assignment.eligibility import bars
from banso.engines.assignment.explanation import what_if
from banso.engines.assignment.faults import Code, Impossible
from banso.engines.assignment.hierarchy import solve_by_teams
from banso.engines.assignment.moves import NO_GAIN, first_blocks
from banso.engines.assignment.problem import Problem
from banso.engines.assignment.rows import AccountRow, MemberRow
from banso.engines.assignment.settings import Settings
from tests.engines.assignment.made import QUICK, TWO, every_assignment, least, rows, solved
from tests.engines.assignment.near_even import best_move

Rows = tuple[list[AccountRow], list[MemberRow]]
FEW = laws(max_examples=15)


def problem_of(given: Rows) -> Problem:
    return build(*given, TWO)


@given(rows(sound=False), st.sampled_from([TWO, replace(TWO, owner_may_keep=True)]))
def test_an_arc_exists_exactly_where_nothing_bars_it(given: Rows, settings: Settings) -> None:
    accounts, members = given
    expected = [
        [at for at, member in enumerate(members) if not bars(account, member, settings)]
        for account in accounts
    ]
    try:
        arcs = build(accounts, members, settings).arcs
    except Impossible as refused:
        lonely = [each.account for each in refused.faults if each.code is Code.NOBODY_ELIGIBLE]
        named = [each for each, found in zip(accounts, expected, strict=True) if not found]
        unsound = [each.code for each in refused.faults if each.code is not Code.NOBODY_ELIGIBLE]
        assert unsound or lonely == [account.key for account in named]
    else:
        told = np.split(arcs.member, arcs.start[1:-1]) if accounts else []
        assert [each.tolist() for each in told] == expected


@FEW
@given(rows(), st.integers(0, 3))
def test_no_assignment_costs_less_than_the_bound_and_proved_is_the_best(
    given: Rows, seed: int
) -> None:
    problem = problem_of(given)
    balance, best = solved(problem, seed), least(problem)
    assert best is not None
    assert balance.bound <= best + 1e-6
    assert balance.objective == problem.objective(balance.holders)
    assert balance.bound <= balance.objective
    assert balance.gap == 0.0
    assert balance.proved
    assert balance.objective == pytest.approx(best, abs=1e-5)


@FEW
@given(rows(limited=True))
def test_limits_are_kept_or_named_also_where_teams_come_first(given: Rows) -> None:
    accounts, members = given
    team_of = {"ann": "one", "bob": "two", "cho": "one"}
    loose = problem_of((accounts, [replace(each, limits=()) for each in members]))
    limit = np.array([[most or np.inf for most in each.limits] for each in members])
    limited = replace(loose, bands=loose.bands._replace(limit=limit))
    best = least(limited)
    try:
        problem = build(accounts, members, TWO)
        balance = solved(problem)
    except Impossible:
        assert best is None
    else:
        by_teams = solve_by_teams(problem, team_of, budget=QUICK)
        assert balance.broken == by_teams.broken == ()
        assert balance.objective == pytest.approx(best, abs=1e-5)
        assert by_teams.bound <= best + 1e-5
        assert by_teams.objective >= best - 1e-5


@FEW
@given(rows(), st.randoms(use_true_random=False))
def test_names_and_order_of_members_change_nothing(given: Rows, chance: object) -> None:
    accounts, members = given
    problem = problem_of(given)
    shuffled = list(members)
    chance.shuffle(shuffled)
    balance, again = solved(problem), solved(build(accounts, shuffled, TWO))
    assert again.objective == pytest.approx(balance.objective, abs=1e-5)
    assert again.bound == pytest.approx(balance.bound, abs=1e-5)


@FEW
@given(rows())
def test_the_same_seed_and_budget_give_the_same_answer(given: Rows) -> None:
    problem = problem_of(given)
    first, second = solved(problem, 5), solved(problem, 5)
    assert first.holders.tolist() == second.holders.tolist()
    assert (first.objective, first.bound) == (second.objective, second.bound)


@FEW
@given(rows())
def test_with_a_huge_continuity_only_those_move_who_must(given: Rows) -> None:
    problem = problem_of(given)
    firm = build(*given, replace(TWO, continuity=1e4))
    has_owner = problem.owner >= 0
    may_stay = has_owner & (problem.arcs.to(problem.owner) >= 0)
    movers = solved(firm).books.movers
    assert movers.tolist() == np.flatnonzero(has_owner & ~may_stay).tolist()


@FEW
@given(rows())
def test_without_continuity_owners_do_not_matter(given: Rows) -> None:
    accounts, members = given
    easy = replace(TWO, continuity=0.0)
    unowned = [replace(each, owner="") for each in accounts]
    first, second = (solved(build(each, members, easy)) for each in (accounts, unowned))
    assert first.objective == pytest.approx(second.objective, abs=1e-5)


@given(rows(), st.integers(0, 6), st.integers(0, 2))
def test_what_if_tells_what_the_books_would_tell(given: Rows, account: int, taker: int) -> None:
    problem = problem_of(given)
    assume(account < len(problem.accounts) and taker < len(problem.members))
    for holders in islice(every_assignment(problem), 3):
        books = replace(present(problem), holders=holders)
        told = what_if(books, problem.accounts[account], problem.members[taker])
        moved = books.moved(account, taker)
        if told.change is not None:
            assert told.change == pytest.approx(moved.objective - books.objective)
        assert told.spread[1] == pytest.approx(moved.spread)


@given(rows())
def test_first_blocks_add_up_and_end_where_no_move_helps(given: Rows) -> None:
    problem = problem_of(given)
    books = present(problem)
    for block in first_blocks(books, 20):
        before, homeless = books.objective, (books.holders < 0).any()
        taker = problem.members.index(block.taker)
        for account in block.accounts:
            at = problem.accounts.index(account)
            assert (books.holders[at] < 0) == homeless
            books = books.moved(at, taker)
        assert books.holders.tolist() == block.books.holders.tolist()
        assert before - books.objective == pytest.approx(block.gain)
        assert homeless or block.gain > 0
    assert first_blocks(books, 1) == ()
    if (books.holders >= 0).all():
        assert best_move(problem, books.holders) <= NO_GAIN
