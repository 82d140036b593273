"""The whole way: sizes, budgets, cancelling, progress; a leaver, some accounts, teams."""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import count

import numpy as np
import pytest

from banso.engines.assignment.balance import Ending, ended
from banso.engines.assignment.books import Books, present
from banso.engines.assignment.budget import Budget, Progress, Run, Watch
from banso.engines.assignment.faults import Bar, Code, Fault, Impossible
from banso.engines.assignment.limits import BrokenLimit
from banso.engines.assignment.neighbourhoods import improved
from banso.engines.assignment.prices import free
from banso.engines.assignment.pricing import Priced
from banso.engines.assignment.problem import Arcs, Bands, Problem
from banso.engines.assignment.proof import Proof, prove
from banso.engines.assignment.rehoming import fill, redeal, rehome
from banso.engines.assignment.solving import bound_of, solve
from tests.engines.assignment.made import QUICK, account, built, member, solved


def made(accounts: int, members: int, choices: int, seed: int = 1) -> Problem:
    """Accounts of log-normal size, each with so many members drawn for it and an owner of them."""
    rng = np.random.default_rng(seed)
    loads = np.column_stack((np.ones(accounts), np.exp(rng.normal(0, 1, accounts))))
    drawn = np.sort(np.argsort(rng.random((accounts, members)), 1)[:, :choices], 1)
    cost = np.ones(drawn.shape)
    cost[:, 0] = 0.0
    target = np.tile(loads.sum(0) / members, (members, 1))
    return Problem(
        accounts=tuple(f"a{at}" for at in range(accounts)),
        members=tuple(f"m{at}" for at in range(members)),
        measures=("accounts", "arr"),
        loads=loads,
        arcs=Arcs(np.arange(accounts + 1) * choices, drawn.ravel().astype(np.int32), cost.ravel()),
        bands=Bands(0.95 * target, 1.05 * target, 2 * accounts / members / target,
                    np.full(target.shape, np.inf)),
        target=target,
        besides=np.zeros(target.shape),
        owner=drawn[:, 0],
    )  # fmt: skip


def test_a_large_problem_is_priced_by_columns_and_searched_in_halves() -> None:
    problem = made(20_000, 45, 16)
    assert len(problem.arcs.member) == 320_000
    budget = Budget(proposals=3e6)
    balance = solve(problem, budget=budget, seed=3)
    assert (balance.ending, balance.broken) == (Ending.SPENT, ())
    assert balance.objective == problem.objective(balance.holders)
    assert balance.gap is not None
    assert 0 <= balance.gap <= 0.05
    again = solve(problem, budget=budget, seed=3)
    assert again.holders.tolist() == balance.holders.tolist()
    assert again.bound == balance.bound


def test_seconds_end_a_search_by_the_clock_that_is_handed_in() -> None:
    began = time.monotonic()
    balance = solve(made(3_000, 20, 4), budget=Budget.of_seconds(3.0, time.monotonic))
    assert 3.0 <= time.monotonic() - began < 15.0
    assert balance.ending is Ending.SPENT
    assert balance.proposals > 100_000


def test_a_search_gets_its_part_of_the_seconds_that_prices_leave() -> None:
    """By a clock that goes on when it is looked at, prices end after half of the seconds."""
    ticks = count()
    told: list[Progress] = []
    budget = Budget.of_seconds(1.0, lambda: next(ticks) / 200)
    balance = solve(made(800, 8, 4), budget=budget, watch=Watch(progress=told.append))
    assert balance.proposals > 10_000
    assert [each.stage for each in told if each.share == 1.0] == ["search", "proof"]
    run = Run(Budget.of_seconds(8.0, iter([2.0, 6.0]).__next__), Watch())
    assert run.share_after(0.5) == 0.75
    assert Run(Budget(), Watch()).share_after(0.5) == 0.5


def test_a_cancelled_search_gives_what_it_has_and_its_bound_holds() -> None:
    asked = count()
    watch = Watch(cancelled=lambda: next(asked) > 20)
    problem = made(2_000, 15, 4)
    balance = solve(problem, budget=Budget(proposals=np.inf), watch=watch)
    assert balance.ending is Ending.CANCELLED
    assert balance.objective == problem.objective(balance.holders)
    assert balance.bound <= balance.objective
    assert balance.proved is False


def test_progress_goes_through_its_stages_and_never_back() -> None:
    told: list[Progress] = []
    solve(made(800, 8, 4), budget=Budget(proposals=1e5, neighbourhoods=2, nodes=1),
          watch=Watch(progress=told.append))  # fmt: skip
    stages = list(dict.fromkeys(each.stage for each in told))
    assert stages == ["prices", "search", "neighbourhoods", "proof"]
    for stage in stages:
        shares = [each.share for each in told if each.stage == stage]
        assert shares == sorted(shares)
        assert 0 <= shares[0] <= shares[-1] <= 1
    costs = [each.objective for each in told if each.stage == "search"]
    assert costs == sorted(costs, reverse=True)


def test_where_nobody_has_a_choice_the_answer_is_proved_and_its_cost_unavoidable() -> None:
    given = [account(f"a{at}", pinned_to="ann") for at in range(4)]
    balance = solved(built(given, [member("ann"), member("bob")]))
    assert (balance.proved, balance.gap, balance.gap_of_choices) == (True, 0.0, 0.0)
    assert balance.objective == pytest.approx(2 * 2 * (4 - 2.1) + 2 * 2 * 1.9)


def test_nothing_to_deal_costs_nothing() -> None:
    balance = solved(built([], [member("ann"), member("bob")]))
    assert (balance.proved, balance.objective, balance.books.by_key()) == (True, 0.0, {})


def test_a_gap_is_unknown_over_a_bound_of_nothing() -> None:
    """Three equal accounts between two: the programme halves one, whole they can't be even."""
    problem = built([account(f"a{at}") for at in range(3)], [member("ann"), member("bob")])
    balance = solve(problem, budget=Budget(proposals=1_000, nodes=0))
    assert balance.objective > 0
    assert (balance.bound, balance.gap) == (pytest.approx(0.0, abs=1e-6), None)


def test_a_gap_is_the_part_of_the_answer_that_another_could_save() -> None:
    balance = replace(solved(uneven()), objective=5.0, bound=4.0, ending=Ending.SPENT)
    assert balance.problem.unavoidable == 0.0
    assert (balance.gap, balance.gap_of_choices) == (pytest.approx(0.2), pytest.approx(0.2))
    assert replace(balance, bound=0.0).gap is None
    assert replace(balance, bound=5.0).gap == 0.0


def test_with_limits_broken_no_gap_is_told_and_nothing_is_proved() -> None:
    broken = (BrokenLimit(member="ann", measure="arr", load=2.0, limit=1.0, accounts=()),)
    balance = ended(replace(solved(uneven()), broken=broken, ending=Ending.SPENT))
    assert balance.objective == balance.bound
    assert (balance.gap, balance.gap_of_choices, balance.proved) == (None, None, False)


def test_limits_that_nobody_can_keep_leave_the_bound_of_those_who_do() -> None:
    """Three accounts of 6 between two who may hold 10 each: somebody is over her limit."""
    staff = [member("ann", limits=(None, 10.0)), member("bob", limits=(None, 10.0))]
    problem = built([account(f"a{at}", 6.0) for at in range(3)], staff)
    balance = solve(problem, budget=Budget(proposals=1_000, nodes=0))
    assert [(each.measure, each.load) for each in balance.broken] == [("arr", 12.0)]
    assert (balance.gap, balance.proved) == (None, False)


def test_a_bound_above_the_answer_by_more_than_sums_lose_is_no_proof() -> None:
    answer = solved(uneven())
    above = ended(replace(answer, bound=answer.objective + 1, ending=Ending.SPENT))
    assert (above.proved, above.gap, above.gap_of_choices) == (False, None, None)


@pytest.mark.parametrize(
    ("dual", "tree", "closed", "told"),
    [
        (3.0, -np.inf, False, 3.0),
        (3.0, 3.5, False, 3.5),
        (3.9, 3.5, False, 3.9),
        (4 + 2e-6, 3.5, False, 4.0),  # by what sums may lose
        (3.0, 4 - 2e-6, True, 4.0),  # closed, to the solver's tolerance
        (3.0, 4 + 2e-6, True, 4.0),
        (3.0, 4 - 2e-6, False, 4 - 2e-6),
        (3.0, 3.5, True, 3.5),  # it says closed, and its bound doesn't
        (4.1, 3.0, True, 3.0),  # refuted by the answer
        (3.0, 4.1, True, 3.0),
        (4.1, 4.1, True, 0.5),  # then only the cheapest arc is sure
    ],
)
def test_of_two_bounds_the_better_one_is_told_that_the_answer_does_not_refute(
    dual: float, tree: float, closed: bool, told: float
) -> None:
    problem = one_of_four()
    assert problem.objective(np.array([0])) == 4.0
    assert bound_of(problem, priced_at(dual), proof_at(tree, closed=closed)) == told


def test_with_limits_broken_the_bound_is_that_of_whoever_keeps_them() -> None:
    problem = one_of_four()
    tight = replace(problem, bands=problem.bands._replace(limit=np.zeros((2, 1))))
    assert bound_of(tight, priced_at(4.1), proof_at(3.0, closed=True)) == 4.1


def one_of_four() -> Problem:
    """An account that costs 4 where it is, and half elsewhere."""
    nothing, nobody = np.zeros((2, 1)), np.full((2, 1), np.inf)
    return Problem(
        accounts=("a",),
        members=("ann", "bob"),
        measures=("accounts",),
        loads=np.ones((1, 1)),
        arcs=Arcs(np.array([0, 2]), np.array([0, 1], np.int32), np.array([4.0, 0.5])),
        bands=Bands(nothing, nobody, nothing, nobody),
        target=nothing,
        besides=nothing,
        owner=np.array([0]),
    )


def priced_at(bound: float) -> Priced:
    near = np.ones(2, np.bool_)
    return Priced(prices=free(2, 1), bound=bound, end=free(2, 1), mu=0.1, near=near)


def proof_at(bound: float, *, closed: bool) -> Proof:
    return Proof(holders=np.array([0]), bound=bound, closed=closed)


def uneven() -> Problem:
    """Ann holds nine of ten; five with each would be even."""
    given = [account(f"a{at}", owner="ann" if at else "bob") for at in range(10)]
    return built(given, [member("ann"), member("bob")])


def test_what_no_choice_avoids_is_left_out_of_the_second_gap() -> None:
    problem = built(
        [*(account(f"p{at}", 10.0, owner="bob", pinned_to="ann") for at in range(6)),
         *(account(f"a{at}", 7.0 + at, owner="ann") for at in range(5))],
        [member("ann"), member("bob")],
    )  # fmt: skip
    balance = solve(problem, budget=Budget(proposals=1_000, nodes=0))
    assert balance.problem.unavoidable > 0
    assert balance.gap is not None
    if balance.gap_of_choices is not None:
        assert balance.gap_of_choices >= balance.gap


def test_a_leavers_accounts_go_to_those_who_may_and_nobody_elses_move() -> None:
    staff = [member("ann"), member("bob"), member("cho"), member("dan", team="other")]
    given = [
        *(account(f"a{at}", owner="ann", kept_from=frozenset({"dan"})) for at in range(6)),
        *(account(f"b{at}", owner="bob") for at in range(4)),
        *(account(f"c{at}", owner="cho") for at in range(2)),
        account("d", owner="dan"),
    ]
    books = present(built(given, staff))
    known = solved(books.problem).prices
    balance = rehome(books, {"ann"}, known=known, budget=QUICK)
    assert balance.problem.members == ("bob", "cho")
    assert balance.problem.accounts == tuple(f"a{at}" for at in range(6))
    assert balance.proved
    assert balance.books.held.tolist() == [[6.0, 60.0], [6.0, 60.0]]
    target = books.problem.target
    assert balance.problem.target.sum(0) == pytest.approx(target[:3].sum(0))
    more = rehome(books, {"ann"}, accounts={"b0", *(f"a{at}" for at in range(6))}, budget=QUICK)
    assert more.problem.accounts[-1] == "b0"


def test_who_keeps_some_accounts_keeps_as_much_of_her_target() -> None:
    given = [*(account(f"a{at}", owner="ann") for at in range(6)),
             *(account(f"b{at}", owner="bob") for at in range(3)),
             *(account(f"c{at}", owner="cho") for at in range(3))]  # fmt: skip
    books = present(built(given, [member("ann"), member("bob"), member("cho")]))
    balance = rehome(books, {"ann"}, accounts={"a2", "a3", "a4", "a5"}, budget=QUICK)
    assert balance.problem.accounts == ("a2", "a3", "a4", "a5")
    assert balance.problem.target[:, 0].tolist() == [5.0, 5.0]
    assert (balance.books.held[:, 0].tolist(), balance.books.spread["accounts"]) == ([5.0, 5.0], 1)
    one = rehome(books, {"ann"}, accounts={"a5"}, budget=QUICK)
    assert one.problem.target[:, 0].tolist() == [4.0, 4.0]


def test_a_leaver_whom_nobody_can_replace_is_told_by_account() -> None:
    given = [account("a", owner="ann", pinned_to="ann"), account("b", owner="bob")]
    books = present(built(given, [member("ann"), member("bob")]))
    with pytest.raises(Impossible) as refused:
        rehome(books, {"ann"}, budget=QUICK)
    assert refused.value.faults == (
        Fault(code=Code.NOBODY_ELIGIBLE, account="a", bars={"ann": (Bar.NOT_ASKED,)}),
    )


def test_some_accounts_alone_are_dealt_over_those_named_or_over_all_who_may() -> None:
    given = [account(f"a{at}", owner="ann") for at in range(6)]
    books = present(built(given, [member("ann"), member("bob"), member("cho")]))
    named = redeal(books, {"a0", "a1"}, members={"cho"}, budget=QUICK)
    assert named.books.by_key() == {"a0": "cho", "a1": "cho"}
    assert redeal(books, {"a0"}, budget=QUICK).problem.members == ("ann", "bob", "cho")


def test_a_joiners_book_is_filled_from_the_fullest_up_to_her_band_and_nothing_else_moves() -> None:
    owners = ["ann"] * 8 + ["bob"] * 5 + ["cho"] * 2 + [""]
    given = [account(f"a{at}", owner=owner) for at, owner in enumerate(owners)]
    given.append(account("pinned", owner="ann", pinned_to="ann"))
    books = present(built(given, [member("ann"), member("bob"), member("cho"), member("dan")]))
    balance = fill(books, "dan", budget=QUICK)
    assert balance.proved
    assert balance.books.held[:, 0].tolist() == [5.0, 5.0, 2.0, 4.0]
    moved = {key for key, holder in balance.books.by_key().items() if holder == "dan"}
    assert {owners[int(key[1:])] for key in moved} == {"ann"}
    assert "a15" not in balance.problem.accounts
    assert fill(present(balance.problem), "ann", budget=QUICK).books.movers.tolist() == []


def test_a_book_is_filled_although_another_is_over_its_limit() -> None:
    given = [account(f"a{at}", owner="ann", pinned_to="ann" if at < 3 else "") for at in range(6)]
    problem = built(given, [member("ann"), member("bob")])
    limit = np.array([[2.0, np.inf], [3.0, np.inf]])
    tight = replace(problem, bands=problem.bands._replace(limit=limit))
    balance = fill(present(tight), "bob", budget=QUICK)
    assert (balance.books.held[:, 0].tolist(), balance.broken) == ([3.0, 3.0], ())


def test_a_matrix_is_accounts_in_a_function_with_people_who_serve_several() -> None:
    """Ann knows both functions, bob payroll, cho labour; each is one row of capacity."""
    staff = [
        member("ann", skills=frozenset({"payroll", "labour"})),
        member("bob", skills=frozenset({"payroll"})),
        member("cho", skills=frozenset({"labour"})),
    ]
    given = [
        account(f"a{at}/{function}", needs=frozenset({function}))
        for at in range(6)
        for function in ("payroll", "labour")
    ]
    books = solved(built(given, staff)).books
    assert books.held[:, 0].tolist() == [4.0, 4.0, 4.0]
    assert Books(problem=books.problem, holders=books.holders).spread["accounts"] == 1.0


def test_the_solver_begins_with_the_answer_it_is_given_and_may_be_stopped_at_once() -> None:
    problem = built([account(f"a{at}", 5.0 + at) for at in range(9)],
                    [member("ann", limits=(5.0, None)), member("bob")])  # fmt: skip
    fits = np.array([0, 1] * 4 + [0])
    at_once = prove(problem, fits, run=Run(Budget(), Watch()), seconds=0.0)
    assert (at_once.holders.tolist(), at_once.closed) == (fits.tolist(), False)
    breaks = np.zeros(9, np.int64)
    nothing = prove(problem, breaks, run=Run(Budget(), Watch()), seconds=0.0)
    assert (nothing.holders.tolist(), nothing.closed, nothing.clash) == ([0] * 9, False, False)
    whole = prove(problem, fits, run=Run(Budget(), Watch()))
    assert (whole.closed, whole.bound) == (True, pytest.approx(problem.objective(whole.holders)))


def test_a_neighbourhood_of_all_members_is_the_whole_problem() -> None:
    problem = made(12, 3, 3)
    run = Run(Budget(neighbourhoods=1), Watch())
    first = problem.owner.copy()
    found = improved(problem, first, run=run, generator=np.random.default_rng(1), until=1.0)
    assert problem.objective(found) == pytest.approx(solved(problem).objective)
