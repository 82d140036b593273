"""From rows to arcs, costs, targets and bands; and what is refused, with its reasons."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from banso.engines.assignment.building import build
from banso.engines.assignment.faults import Bar, Code, Fault, Impossible
from banso.engines.assignment.problem import NOBODY, Problem
from banso.engines.assignment.rows import AccountRow, MemberRow
from banso.engines.assignment.settings import Measure, Settings
from tests.engines.assignment.made import TWO, account, built, member

ANN = member("ann", regions=frozenset({"east"}), segments=frozenset({"mid"}))
BOB = member("bob", regions=frozenset({"north"}), segments=frozenset({"large"}))


def arcs(problem: Problem) -> dict[str, dict[str, float]]:
    """Who may hold each account, and at which cost."""
    found = {}
    for at, key in enumerate(problem.accounts):
        row = slice(problem.arcs.start[at], problem.arcs.start[at + 1])
        members = [problem.members[each] for each in problem.arcs.member[row]]
        found[key] = dict(zip(members, problem.arcs.cost[row].round(9).tolist(), strict=True))
    return found


def faults(*rows: AccountRow | MemberRow, settings: Settings = TWO) -> tuple[Fault, ...]:
    with pytest.raises(Impossible) as refused:
        build(
            [each for each in rows if isinstance(each, AccountRow)],
            [each for each in rows if isinstance(each, MemberRow)],
            settings,
        )
    return refused.value.faults


def test_a_move_costs_half_a_book_and_half_again_for_a_mean_account() -> None:
    problem = built(
        [account("small", 5.0, owner="ann"), account("mean", 10.0, owner="ann"),
         account("large", 15.0, owner="bob"), account("new")],
        [member("ann"), member("bob")],
    )  # fmt: skip
    assert arcs(problem) == {
        "small": {"ann": 0.0, "bob": 0.75},
        "mean": {"ann": 0.0, "bob": 1.0},
        "large": {"ann": 1.25, "bob": 0.0},
        "new": {"ann": 0.0, "bob": 0.0},
    }
    assert problem.owner.tolist() == [0, 0, 1, NOBODY]


def test_size_counts_up_to_four_times_the_mean_and_is_even_where_nothing_is_measured() -> None:
    given = [account(f"a{at}", 0.0, owner="ann") for at in range(9)]
    staff = [member("ann"), member("bob")]
    assert arcs(built(given, staff))["a0"] == {"ann": 0.0, "bob": 1.0}
    giant = [*given, account("giant", 50.0, owner="ann")]
    assert arcs(built(giant, staff))["giant"] == {"ann": 0.0, "bob": 2.5}
    assert arcs(built(giant, staff))["a0"] == {"ann": 0.0, "bob": 0.5}
    count = Settings(measures=(Measure(key="accounts"),))
    plain = [AccountRow(key="a", loads=(1.0,), owner="ann")]
    people = [MemberRow(key=key, capacity=(1.0,)) for key in ("ann", "bob")]
    assert arcs(build(plain, people, count)) == {"a": {"ann": 0.0, "bob": 1.0}}


def test_continuity_weighs_every_move_and_one_account_more_than_others() -> None:
    given = [account("a", owner="ann"), account("b", owner="ann", continuity=3.0)]
    staff = [member("ann"), member("bob")]
    assert arcs(built(given, staff, continuity=2.0)) == {
        "a": {"ann": 0.0, "bob": 2.0},
        "b": {"ann": 0.0, "bob": 6.0},
    }


def test_an_account_may_cross_region_or_segment_at_a_cost_but_not_both() -> None:
    given = [
        account("home", region="east", segment="mid"),
        account("half", region="east", segment="large"),
        account("anywhere"),
    ]
    assert arcs(built(given, [ANN, BOB])) == {
        "home": {"ann": 0.0},
        "half": {"ann": 0.4, "bob": 0.6},
        "anywhere": {"ann": 0.0, "bob": 0.0},
    }
    assert arcs(built(given, [ANN, BOB], may_cross=2))["home"] == {"ann": 0.0, "bob": 1.0}


def test_a_team_keeps_its_accounts_unless_they_may_leave() -> None:
    staff = [member("ann", team="one"), member("bob", team="two")]
    given = [account("a", team="two"), account("b")]
    assert arcs(built(given, staff)) == {"a": {"bob": 0.0}, "b": {"ann": 0.0, "bob": 0.0}}
    assert arcs(built(given, staff, may_leave_team=True))["a"] == {"ann": 0.0, "bob": 0.0}


def test_a_pin_goes_before_every_condition() -> None:
    given = [account("a", language="de", needs=frozenset({"legal"}), pinned_to="bob")]
    assert arcs(built(given, [ANN, BOB])) == {"a": {"bob": 0.0}}


def test_whom_an_account_is_kept_from_has_no_arc() -> None:
    given = [account("a", kept_from=frozenset({"ann", "somebody else"}))]
    assert arcs(built(given, [ANN, BOB])) == {"a": {"bob": 0.0}}


def test_targets_split_a_teams_total_by_capacity_and_what_is_of_no_team_among_all() -> None:
    staff = [
        member("ann", 1.0, team="one"),
        member("bob", 3.0, team="one"),
        member("cho", 4.0, team="two", besides=(2.0, 0.0)),
    ]
    given = [
        *(account(f"a{at}", team="one") for at in range(4)),
        account("b", 20.0, team="two"),
        *(account(f"c{at}", 4.0) for at in range(8)),
        account("d", 0.0, team="dissolved"),
    ]
    problem = built(given, staff, may_leave_team=True)
    assert problem.target.tolist() == [
        [1.0 + 9 / 8, 10.0 + 4.0],
        [3.0 + 27 / 8, 30.0 + 12.0],
        [1.0 + 2.0 + 36 / 8, 20.0 + 16.0],
    ]
    whole = problem.loads.sum(0) + problem.besides.sum(0)
    assert problem.target.sum(0).tolist() == whole.tolist()


def test_who_takes_nothing_keeps_what_she_holds_and_the_others_share_the_rest() -> None:
    staff = [
        member("ann", team="one"),
        member("bob", 3.0, team="one"),
        member("cho", team="one", takes=False, besides=(1.0, 10.0)),
    ]
    given = [
        account("a", team="one", owner="cho"),
        account("b", team="one", owner="ann"),
        account("c", team="one", owner="cho", pinned_to="cho"),
        *(account(f"d{at}") for at in range(3)),
    ]
    problem = built(given, staff)
    assert arcs(problem)["a"] == {"ann": 1.0, "bob": 1.0, "cho": 0.0}
    assert {key: set(of) for key, of in arcs(problem).items() if key != "a"} == {
        "b": {"ann", "bob"}, "c": {"cho"}, **{f"d{at}": {"ann", "bob"} for at in range(3)},
    }  # fmt: skip
    assert problem.target.tolist() == [[1.0, 10.0], [3.0, 30.0], [3.0, 30.0]]
    assert (problem.bands.low[2].tolist(), problem.bands.high[2].tolist()) == (
        [0.0, 0.0], [pytest.approx(3.15), pytest.approx(31.5)],
    )  # fmt: skip


def test_accounts_told_as_what_members_hold_besides_change_nothing_for_the_others() -> None:
    staff = {"ann": 1.0, "bob": 3.0, "cho": 2.0}
    given = [account(f"a{at}", 5.0 * (1 + at % 4), owner=list(staff)[at % 3]) for at in range(12)]
    whole = built(given, [member(key, capacity) for key, capacity in staff.items()])
    rest = {key: [each for each in given[4:] if each.owner == key] for key in staff}
    besides = {
        key: (float(len(those)), sum(each.loads[1] for each in those))
        for key, those in rest.items()
    }
    part = built(
        given[:4], [member(key, capacity, besides=besides[key]) for key, capacity in staff.items()]
    )
    assert np.allclose(part.target, whole.target)
    assert all(map(np.allclose, part.bands, whole.bands))
    assert np.allclose(part.held(part.owner), whole.held(whole.owner))
    first = whole.arcs.of(np.arange(4))
    assert part.arcs.member.tolist() == first.member.tolist()
    assert np.allclose(part.arcs.cost, first.cost)


def test_what_nobody_may_take_is_refused_with_the_reason() -> None:
    away = [member("ann", takes=False), member("bob", takes=False, team="two")]
    assert faults(account("a"), *away) == (
        Fault(
            code=Code.NOBODY_ELIGIBLE,
            account="a",
            bars={"ann": (Bar.TAKES_NOTHING,), "bob": (Bar.TAKES_NOTHING,)},
        ),
    )


def test_bands_lie_around_targets_and_overload_is_told_in_average_books() -> None:
    settings = Settings(
        measures=(Measure(key="accounts", tolerance=0.1, evenness=3.0), Measure(key="arr"))
    )
    staff = [member("ann"), member("bob", limits=(None, 70.0))]
    problem = build([account(f"a{at}") for at in range(10)], staff, settings)
    assert problem.bands.low.tolist() == [[4.5, 47.5], [4.5, 47.5]]
    assert problem.bands.high.tolist() == [[5.5, 52.5], [5.5, 52.5]]
    assert problem.bands.limit.tolist() == [[np.inf, np.inf], [np.inf, 70.0]]
    overload = problem.bands.weight * problem.target
    assert overload.tolist() == [[15.0, 10.0], [15.0, 10.0]]


def test_without_capacity_there_is_no_target_and_every_unit_weighs_as_on_average() -> None:
    problem = built([account("a"), account("b")], [member("ann"), member("bob", 0.0)])
    assert problem.target.tolist() == [[2.0, 20.0], [0.0, 0.0]]
    assert problem.bands.weight.tolist() == [[1.0, 0.1], [2.0, 0.2]]


def test_where_nobody_has_capacity_all_have_the_same() -> None:
    problem = built([account("a")], [member("ann", 0.0), member("bob", 0.0)])
    assert problem.target.tolist() == [[0.5, 5.0], [0.5, 5.0]]


def test_nothing_to_deal_is_a_problem_as_well() -> None:
    problem = built([], [member("ann")])
    assert (problem.accounts, problem.bands.weight.tolist()) == ((), [[0.0, 0.0]])


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        (account("a"), Fault(code=Code.REPEATED_KEY, account="a", field="key")),
        (member("ann"), Fault(code=Code.REPEATED_KEY, member="ann", field="key")),
        (AccountRow(key="b", loads=(1.0,)),
         Fault(code=Code.WRONG_LENGTH, account="b", field="loads")),
        (account("b", -1.0), Fault(code=Code.NO_AMOUNT, account="b", field="loads")),
        (account("b", np.nan), Fault(code=Code.NO_AMOUNT, account="b", field="loads")),
        (account("b", continuity=np.inf),
         Fault(code=Code.NO_AMOUNT, account="b", field="continuity")),
        (account("b", pinned_to="eve"),
         Fault(code=Code.UNKNOWN_PIN, account="b", member="eve", field="pinned_to")),
        (account("b", pinned_to="ann", kept_from=frozenset({"ann"})),
         Fault(code=Code.PIN_KEPT_FROM, account="b", member="ann", field="pinned_to")),
        (MemberRow(key="bob", capacity=()),
         Fault(code=Code.WRONG_LENGTH, member="bob", field="capacity")),
        (member("bob", -1.0), Fault(code=Code.NO_AMOUNT, member="bob", field="capacity")),
        (member("bob", limits=(1.0,)), Fault(code=Code.WRONG_LENGTH, member="bob", field="limits")),
        (member("bob", limits=(None, -2.0)),
         Fault(code=Code.NO_AMOUNT, member="bob", field="limits")),
        (member("bob", besides=(0.0, 0.0, 0.0)),
         Fault(code=Code.WRONG_LENGTH, member="bob", field="besides")),
    ],
)  # fmt: skip
def test_a_faulty_row_is_named_with_its_field(
    wrong: AccountRow | MemberRow, expected: Fault
) -> None:
    assert faults(account("a"), member("ann"), wrong) == (expected,)


def test_without_members_nothing_can_be_dealt() -> None:
    assert faults(account("a")) == (Fault(code=Code.NO_MEMBERS),)


def test_an_account_that_nobody_may_hold_says_what_excludes_each_member() -> None:
    staff = (
        replace(ANN, languages=frozenset({"en"}), team="one"),
        replace(BOB, skills=frozenset({"legal"}), team="two"),
        member("cho", team="two", languages=frozenset({"en"}), skills=frozenset({"legal"})),
    )
    lonely = account("a", team="two", language="en", needs=frozenset({"legal"}), region="east",
                     segment="mid", kept_from=frozenset({"cho"}))  # fmt: skip
    assert faults(lonely, *staff) == (
        Fault(
            code=Code.NOBODY_ELIGIBLE,
            account="a",
            bars={
                "ann": (Bar.TEAM, Bar.SKILLS),
                "bob": (Bar.LANGUAGE, Bar.PLACE),
                "cho": (Bar.KEPT_FROM,),
            },
        ),
    )


def test_settings_and_measures_know_no_negative_costs() -> None:
    with pytest.raises(ValueError, match="Expected costs of zero or more"):
        Settings(move=-0.1)
    with pytest.raises(ValueError, match="Expected a measure"):
        Settings(measures=())
    with pytest.raises(ValueError, match="Expected a tolerance and an evenness"):
        Measure(key="arr", tolerance=-0.1)


class Spoken(frozenset[str]):
    """Languages that count how often somebody looks for one among them."""

    looks = 0

    def __contains__(self, language: object) -> bool:
        Spoken.looks += 1
        return super().__contains__(language)


def test_members_are_looked_at_once_for_each_language_however_many_kinds_ask_it() -> None:
    staff = [member(f"m{at}", languages=Spoken("je"), skills=frozenset("pq")) for at in range(4)]
    kinds = product(["e", "n", "s"], ["", "j", "e"], [frozenset(), *map(frozenset, "pq")])
    given = [
        account(f"a{at}", region=region, language=language, needs=needs)
        for at, (region, language, needs) in enumerate(kinds)
    ]
    assert (len(given), Spoken.looks) == (27, 0)
    built(given, staff)
    assert Spoken.looks == 2 * len(staff)
