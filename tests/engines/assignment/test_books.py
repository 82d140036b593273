"""Books as they are, the spread, one move's consequences, and the first moves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from banso.engines.assignment.books import Books, present, spread
from banso.engines.assignment.explanation import alternatives, what_if, why
from banso.engines.assignment.moves import first_blocks, passing
from banso.engines.assignment.problem import NOBODY, Problem
from tests.engines.assignment.made import account, built, member, solved


def uneven() -> Problem:
    """Ann holds seven of ten, bob two, cho one."""
    owners = ["ann"] * 7 + ["bob"] * 2 + ["cho"]
    given = [account(f"a{at}", owner=owner) for at, owner in enumerate(owners)]
    return built(given, [member("ann"), member("bob"), member("cho")])


def test_the_spread_is_the_fullest_book_over_the_median_one_by_capacity() -> None:
    held, target = np.array([[23.0], [10.0], [5.0]]), np.array([[10.0], [10.0], [5.0]])
    assert spread(held, target) == [2.3]
    assert spread(held[:, [0, 0]], np.array([[10.0, 0.0], [10.0, 0.0], [5.0, 0.0]])) == [2.3, None]
    assert spread(np.array([[3.0], [0.0], [0.0]]), target) == [None]


def test_books_tell_who_holds_what_and_who_would_move() -> None:
    problem = uneven()
    books = present(problem).moved(0, 2).moved(9, NOBODY)
    assert books.movers.tolist() == [0, 9]
    assert (books.by_key()["a0"], books.by_key()["a9"]) == ("cho", "")
    assert books.held.tolist() == [[6.0, 60.0], [2.0, 20.0], [1.0, 10.0]]
    assert books.spread == {"accounts": 3.0, "arr": 3.0}
    assert books.broken == ()


def test_the_objective_is_costs_and_penalties() -> None:
    problem = uneven()
    outside = (7 - 3.5) + (10 / 3 * 0.95 - 2) + (10 / 3 * 0.95 - 1)
    evenness = 2 * 10 / 3 / (10 / 3)
    assert present(problem).objective == pytest.approx(2 * evenness * outside)
    moved = Books(problem=problem, holders=np.array([2, *problem.owner[1:]]))
    assert moved.objective == pytest.approx(1.0 + 2 * evenness * (outside - 2))


def test_a_move_says_what_it_does_to_costs_loads_and_spread() -> None:
    told = what_if(present(uneven()), "a0", "cho")
    assert (told.giver, told.taker, told.cost_change, told.is_allowed) == ("ann", "cho", 1.0, True)
    assert told.penalty_change == pytest.approx({"accounts": -4.0, "arr": -4.0})
    assert told.change == pytest.approx(-7.0)
    assert told.giver_loads == ({"accounts": 7.0, "arr": 70.0}, {"accounts": 6.0, "arr": 60.0})
    assert told.taker_loads == ({"accounts": 1.0, "arr": 10.0}, {"accounts": 2.0, "arr": 20.0})
    assert [each["arr"] for each in told.spread] == pytest.approx([3.5, 3.0])


def test_a_move_to_whom_it_may_not_go_or_beyond_her_limit_is_not_allowed() -> None:
    given = [account("a", owner="ann", kept_from=frozenset({"cho"})), account("b", owner="bob")]
    staff = [member("ann"), member("bob", limits=(1.0, None)), member("cho")]
    books = present(built(given, staff))
    barred = what_if(books, "a", "cho")
    assert (barred.cost_change, barred.change, barred.is_allowed) == (None, None, False)
    full = what_if(books, "a", "bob")
    assert (full.breaks, full.is_allowed) == (("accounts",), False)
    assert what_if(books, "b", "bob").breaks == ()


def test_an_account_that_nobody_holds_is_given_by_nobody() -> None:
    told = what_if(present(built([account("a")], [member("ann")])), "a", "ann")
    assert (told.giver, told.giver_loads, told.cost_change) == ("", ({}, {}), 0.0)
    assert told.taker_loads == ({"accounts": 0.0, "arr": 0.0}, {"accounts": 1.0, "arr": 10.0})


def test_staying_changes_nothing() -> None:
    told = what_if(present(uneven()), "a0", "ann")
    assert (told.change, told.spread[0] == told.spread[1]) == (0.0, True)


def test_blocks_break_no_limit() -> None:
    given = [account(f"a{at}", owner="ann") for at in range(6)]
    problem = built(given, [member("ann"), member("bob", limits=(1.0, None))])
    assert [(each.taker, len(each.accounts)) for each in first_blocks(present(problem), 9)] == [
        ("bob", 1)
    ]


def test_blocks_take_what_passes_between_two_people_at_once() -> None:
    """Ann has room to give; cho takes two before she is full, bob then one."""
    blocks = first_blocks(present(uneven()), 9)
    assert [(each.giver, each.taker, len(each.accounts)) for each in blocks] == [
        ("ann", "cho", 2), ("ann", "bob", 1),
    ]  # fmt: skip
    assert [each.gain for each in blocks] == pytest.approx([14.0, 7.0])
    assert blocks[-1].books.held[:, 0].tolist() == [4.0, 3.0, 3.0]
    assert first_blocks(blocks[-1].books, 9) == ()
    assert [each.accounts for each in first_blocks(present(uneven()), 1)] == [blocks[0].accounts]


def test_blocks_give_what_nobody_holds_too() -> None:
    problem = built([account(f"a{at}") for at in range(4)], [member("ann"), member("bob")])
    blocks = first_blocks(present(problem), 9)
    assert {each.giver for each in blocks} == {""}
    assert blocks[-1].books.held[:, 0].tolist() == [2.0, 2.0]


def test_what_nobody_holds_goes_first_although_evenness_gains_elsewhere() -> None:
    """Every book is full beyond its band for the large one; evening ann's out would gain more."""
    owners = ["ann"] * 7 + ["bob"] * 2 + ["cho"]
    given = [account(f"a{at}", owner=owner) for at, owner in enumerate(owners)]
    given += [account("large", 200.0), account("barred", pinned_to="ann")]
    problem = built(given, [member("ann"), member("bob"), member("cho")])
    first, second, third = first_blocks(present(problem), 3)
    assert {first.accounts, second.accounts} == {("large",), ("barred",)}
    assert (first.giver, second.giver, third.giver) == ("", "", "ann")


def test_what_nobody_may_hold_within_limits_waits_and_the_rest_goes_on() -> None:
    given = [*(account(f"a{at}", owner="ann") for at in range(4)), account("free", 100.0)]
    staff = [member("ann", limits=(None, 110.0)), member("bob", limits=(None, 105.0))]
    books = present(built(given, staff)).moved(0, 1)
    assert [(each.accounts, each.taker) for each in first_blocks(books, 1)] == [(("a1",), "bob")]


def test_blocks_give_one_at_least_of_what_nobody_holds_where_all_are_full() -> None:
    given = [account(f"a{at}", owner=owner) for at, owner in enumerate(["ann", "bob"] * 3)]
    problem = built([*given, account("x"), account("y")], [member("ann"), member("bob")])
    full = replace(problem, bands=problem.bands._replace(high=problem.bands.high / 2))
    blocks = first_blocks(present(full), 9)
    assert [(each.giver, len(each.accounts)) for each in blocks] == [("", 1), ("", 1)]
    assert {each.taker for each in blocks} == {"ann", "bob"}
    assert sum(each.gain for each in blocks) < 0


def test_what_passes_between_two_is_a_block_or_nothing() -> None:
    block = passing(present(uneven()), "ann", "bob")
    assert block is not None
    assert (block.giver, block.taker, block.accounts) == ("ann", "bob", ("a0",))
    assert passing(present(uneven()), "cho", "ann") is None
    assert passing(present(uneven()), "", "ann") is None


def test_first_moves_look_at_all_arcs_piece_by_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    at_once = [each.accounts for each in first_blocks(present(uneven()), 3)]
    monkeypatch.setattr("banso.engines.assignment.moves.AT_ONCE", 4)
    assert [each.accounts for each in first_blocks(present(uneven()), 3)] == at_once


def test_why_says_who_was_next_and_what_moving_would_cost() -> None:
    problem = uneven()
    balance = solved(problem)
    told = why(balance, "a9")
    assert (told.owner, told.holder.member, told.holder.change) == ("cho", "cho", 0.0)
    assert told.next is not None
    for option in told.others:
        moved = balance.books.moved(9, problem.members.index(option.member))
        assert option.change == pytest.approx(moved.objective - balance.objective)
        assert option.cost == 1.0
    assert told.next.change == min(option.change for option in told.others)
    priced = [option.cost + sum(option.charges.values()) for option in (told.holder, *told.others)]
    regrets = [option.regret for option in (told.holder, *told.others)]
    assert regrets == pytest.approx([price - min(priced) for price in priced])


def test_any_books_tell_who_else_may_hold_an_account_and_what_it_costs_to_go_there() -> None:
    problem = uneven()
    balance = solved(problem)
    told = alternatives(balance.books, "a9")
    assert [(each.member, each.change) for each in told] == [
        (each.member, pytest.approx(each.change)) for each in why(balance, "a9").others
    ]
    today = present(problem)
    assert [(each.member, each.change) for each in alternatives(today, "a0")] == [
        (each, pytest.approx(what_if(today, "a0", each).change)) for each in ("bob", "cho")
    ]
    alone = present(built([account("a")], [member("ann")]))
    assert [each.member for each in alternatives(alone, "a")] == ["ann"]
    assert alternatives(alone.moved(0, 0), "a") == ()


def test_who_has_no_alternative_has_nobody_next() -> None:
    told = why(solved(built([account("a")], [member("ann")])), "a")
    assert (told.owner, told.holder.member, told.next) == ("", "ann", None)


def test_books_are_sound_where_everybody_has_somebody_within_limits() -> None:
    staff = [member("ann", limits=(2.0, None)), member("bob")]
    problem = built([account(f"a{at}", owner="ann") for at in range(3)], staff)
    books = present(problem)
    assert books.is_sound is False
    assert books.moved(0, 1).is_sound is True
    assert books.moved(0, NOBODY).is_sound is False
