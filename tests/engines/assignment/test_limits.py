"""Hard limits: kept, or refused with the member, the measure and the accounts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from banso.engines.assignment.building import build
from banso.engines.assignment.faults import Bar, Code, Fault, Impossible
from banso.engines.assignment.limits import (
    BrokenLimit,
    as_far_as_kept,
    broken_limits,
    loosened,
)
from banso.engines.assignment.problem import NOBODY, Problem
from banso.engines.assignment.rows import AccountRow, MemberRow
from banso.engines.assignment.settings import Measure, Settings
from tests.engines.assignment.made import account, built, member, solved


def test_a_limit_is_kept_although_evenness_asks_for_more() -> None:
    staff = [member("ann", limits=(2.0, None)), member("bob")]
    balance = solved(built([account(f"a{at}") for at in range(8)], staff))
    assert balance.books.held.tolist() == [[2.0, 20.0], [6.0, 60.0]]
    assert (balance.broken, balance.proved) == ((), True)


def test_pins_beyond_a_limit_are_refused_with_their_accounts() -> None:
    given = [*(account(f"a{at}", pinned_to="ann") for at in range(3)), account("b")]
    with pytest.raises(Impossible) as refused:
        built(given, [member("ann", limits=(2.0, None)), member("bob")])
    assert refused.value.faults == (
        Fault(
            code=Code.BEYOND_LIMIT,
            member="ann",
            field="accounts",
            accounts=("a0", "a1", "a2"),
            load=3.0,
            limit=2.0,
        ),
    )


def test_limits_too_small_for_all_there_is_are_refused() -> None:
    with pytest.raises(Impossible) as refused:
        built([account("a", 30.0)], [member("ann", limits=(None, 20.0), besides=(0.0, 5.0))])
    assert refused.value.faults == (
        Fault(code=Code.LIMITS_TOO_SMALL, field="arr", load=35.0, limit=20.0),
    )


def test_an_account_too_large_for_everybody_is_refused_by_name() -> None:
    staff = [member("ann", limits=(None, 25.0)), member("bob", limits=(None, 25.0))]
    with pytest.raises(Impossible) as refused:
        built([account("a", 30.0), account("b")], staff)
    assert refused.value.faults == (
        Fault(
            code=Code.NOBODY_ELIGIBLE,
            account="a",
            bars={"ann": (Bar.LIMIT,), "bob": (Bar.LIMIT,)},
        ),
    )


def test_what_has_one_place_left_takes_it_from_others() -> None:
    """The large one fits with bob alone; then b, pinned to him too, leaves no room for c."""
    staff = [member("ann", limits=(None, 25.0)), member("bob", limits=(None, 45.0))]
    problem = built([account("a", 30.0), account("b", pinned_to="bob"), account("c")], staff)
    assert problem.only_choice.tolist() == [1, 1, 0]


def test_limits_that_clash_are_named_once_the_solver_has_proved_it() -> None:
    """Three accounts of six, two members of ten: room for twenty, but not for all three."""
    staff = [member("ann", limits=(None, 10.0)), member("bob", limits=(None, 10.0))]
    problem = built([account(f"a{at}", 6.0) for at in range(3)], staff)
    with pytest.raises(Impossible) as refused:
        solved(problem)
    [fault] = refused.value.faults
    assert (fault.code, fault.field, fault.load, fault.limit) == (
        Code.LIMITS_CLASH, "arr", 12.0, 10.0,
    )  # fmt: skip
    assert (fault.member in {"ann", "bob"}, len(fault.accounts)) == (True, 2)


def limited(*limits: float, accounts: list[AccountRow], measure: int = 0) -> Problem:
    """The problem of these accounts and a member for each limit, before limits are looked at."""
    problem = built(accounts, [member(key) for key in ("ann", "bob", "cho")[: len(limits)]])
    most = problem.bands.limit.copy()
    most[:, measure] = limits
    return replace(problem, bands=problem.bands._replace(limit=most))


def test_a_limit_that_cannot_be_kept_leaves_the_others_and_grows_no_more_than_it_must() -> None:
    given = [*(account(f"a{at}", owner="ann", pinned_to="ann") for at in range(3)), account("b")]
    problem, faults = as_far_as_kept(limited(2.0, 2.0, accounts=given))
    assert [(each.code, each.member, each.load) for each in faults] == [
        (Code.BEYOND_LIMIT, "ann", 3.0)
    ]
    assert problem.bands.limit[:, 0].tolist() == [3.0, 2.0]
    assert problem.only_choice.tolist() == [0, 0, 0, 1]
    assert solved(problem).broken == ()


def test_limits_too_small_for_all_there_is_are_lifted_in_that_measure() -> None:
    problem, faults = as_far_as_kept(limited(1.0, 1.0, accounts=[account(k) for k in "abc"]))
    assert [(each.code, each.field, each.load, each.limit) for each in faults] == [
        (Code.LIMITS_TOO_SMALL, "accounts", 3.0, 2.0)
    ]
    assert np.isinf(problem.bands.limit).all()
    given = [*(account(f"a{at}", pinned_to="ann") for at in range(3)), account("b"), account("c")]
    problem, faults = as_far_as_kept(limited(2.0, 2.0, accounts=given))
    assert [each.code for each in faults] == [Code.BEYOND_LIMIT]
    assert problem.bands.limit[:, 0].tolist() == [3.0, 2.0]


def test_an_account_that_fits_with_nobody_lifts_the_limits_of_who_may_hold_it() -> None:
    given = [account("a", 30.0, kept_from=frozenset({"cho"})), account("b")]
    problem, faults = as_far_as_kept(limited(25.0, 25.0, 25.0, accounts=given, measure=1))
    assert [(each.code, each.account) for each in faults] == [(Code.NOBODY_ELIGIBLE, "a")]
    assert problem.bands.limit[:, 1].tolist() == [np.inf, np.inf, 25.0]


def test_with_limits_that_keep_nothing_is_loosened() -> None:
    problem, faults = as_far_as_kept(limited(2.0, 2.0, accounts=[account(k) for k in "abc"]))
    assert (faults, problem.bands.limit[:, 0].tolist()) == ((), [2.0, 2.0])


def test_once_limits_that_clash_are_loosened_an_answer_keeps_the_rest() -> None:
    staff = [member("ann", limits=(None, 10.0)), member("bob", limits=(None, 10.0))]
    problem = built([account(f"a{at}", 6.0) for at in range(3)], staff)
    with pytest.raises(Impossible) as refused:
        solved(problem)
    balance = solved(loosened(problem, refused.value.faults))
    assert (balance.proved, balance.broken) == (True, ())
    assert sorted(balance.books.held[:, 1].tolist()) == [6.0, 12.0]
    assert sorted(balance.problem.bands.limit[:, 1].tolist()) == [10.0, 12.0]


def test_broken_limits_are_looked_at_exactly_but_not_beyond_rounding() -> None:
    problem = built(
        [account("a", 0.1), account("b", 0.2)], [member("ann", limits=(None, 0.3)), member("bob")]
    )
    assert 0.1 + 0.2 > 0.3
    assert broken_limits(problem, np.array([0, 0])) == ()
    tight = built([account("a", 0.1), account("b", 0.2)],
                  [member("ann", limits=(None, 0.29)), member("bob")])  # fmt: skip
    assert broken_limits(tight, np.array([0, 0])) == (
        BrokenLimit(member="ann", measure="arr", load=0.1 + 0.2, limit=0.29, accounts=("a", "b")),
    )
    assert broken_limits(tight, np.array([0, NOBODY])) == ()


@pytest.mark.parametrize("seed", range(4))
def test_limits_that_fit_exactly_are_kept_where_nothing_else_costs(seed: int) -> None:
    chance = np.random.default_rng(seed)
    cuts = [np.sort(chance.choice(np.arange(1, 1_000), 4, replace=False)) for _member in range(4)]
    loads = np.concatenate([np.diff([0, *each, 1_000]) for each in cuts]).astype(float)
    given = [AccountRow(key=f"a{at}", loads=(load,)) for at, load in enumerate(loads)]
    staff = [MemberRow(key=f"m{at}", capacity=(1.0,), limits=(1_000.0,)) for at in range(4)]
    load = Measure(key="load", tolerance=10.0, evenness=0.0)
    balance = solved(build(given, staff, Settings(measures=(load,), continuity=0.0)), seed)
    assert balance.books.held.tolist() == [[1_000.0]] * 4
    assert balance.proved
