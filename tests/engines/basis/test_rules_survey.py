"""Gaps and overlaps are found with examples, from the rules alone."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import pytest

from banso.engines.basis.rules.answers import Spell
from banso.engines.basis.rules.cycles import cycles
from banso.engines.basis.rules.reading import parse
from banso.engines.basis.rules.settling import settle
from banso.engines.basis.rules.situations import OTHER
from banso.engines.basis.rules.surveying import Overlap, Setting, Survey, Unreachable, survey
from banso.engines.basis.rules.vocabulary import Fact, FactType, Vocabulary

ON = date(2026, 11, 27)
VOCABULARY = Vocabulary(
    [
        Fact(key="arr", type=FactType.MONEY),
        Fact(key="employees", type=FactType.INTEGER, least=0),
        Fact(key="complexity", type=FactType.INTEGER),
        Fact(key="health", type=FactType.INTEGER, has_history=True),
        Fact(key="rate", type=FactType.REAL, has_history=True),
        Fact(key="industry", type=FactType.TEXT),
        Fact(key="stage", type=FactType.TEXT, has_history=True, choices=("new", "old")),
        Fact(key="term_end_on", type=FactType.DAY),
        Fact(key="has_terminal", type=FactType.FLAG),
    ],
    currency="JPY",
)


def surveyed(*rules: str, **given: Any) -> Survey:
    named = [(f"{n}", settle(parse(rule), VOCABULARY, on=ON)) for n, rule in enumerate(rules)]
    return survey(named, **given)


def values(setting: Setting) -> dict[str, Any]:
    return {key: situation.value for key, situation in setting.items()}


def gaps(*rules: str) -> list[dict[str, Any]]:
    return [values(gap) for gap in surveyed(*rules).gaps]


def test_segments_as_companies_write_them_have_no_gap() -> None:
    found = surveyed("arr >= 6_000_000 or complexity >= 4", "arr >= 1_200_000", "always")
    assert (found.gaps, found.unreachable, found.complete) == ((), (), True)
    (overlap,) = found.overlaps
    assert (overlap.first, overlap.later) == ("0", "1")
    assert values(overlap.example) == {"arr": 1_200_000, "complexity": 4}


def test_no_rules_leave_everything_out() -> None:
    assert surveyed() == Survey(({},), (), (), complete=True)


def test_a_forgotten_yen_and_a_missing_arr_are_gaps() -> None:
    assert gaps("arr >= 1_200_000", "arr < 1_199_999") == [{"arr": 1_199_999}, {"arr": None}]
    assert gaps("arr >= 1_200_000", "arr < 1_200_000") == [{"arr": None}]
    assert gaps("arr >= 1_200_000", "not arr >= 1_200_000") == []


def test_no_gap_is_told_in_which_no_account_can_be() -> None:
    assert gaps("employees between 0 and 99") == [{"employees": 100}, {"employees": None}]
    assert gaps("employees > 0") == [{"employees": 0}, {"employees": None}]
    assert gaps("complexity between 0 and 9") == [{"complexity": -1}, {"complexity": None}]


def test_gaps_name_only_the_facts_that_matter_and_the_least_that_is_missing() -> None:
    assert gaps("has_terminal and arr > 5") == [
        {"arr": 5},
        {"has_terminal": None},
        {"arr": None},
    ]
    assert gaps("has_terminal or has_terminal == false and arr > 5") == [
        {"has_terminal": False, "arr": 5},
        {"has_terminal": None},
        {"has_terminal": False, "arr": None},
    ]
    assert gaps("not (missing(arr) and missing(complexity))") == [{"arr": None, "complexity": None}]


def test_a_fact_whose_absence_alone_makes_no_gap_is_not_told_as_one() -> None:
    either = "not (missing(arr) and missing(complexity)) and not (missing(arr) and has_terminal)"
    assert gaps(either) == [{"arr": None, "has_terminal": True}]
    assert gaps("has_terminal and (arr > 5 or missing(arr))") == [
        {"arr": 5},
        {"has_terminal": None},
    ]
    assert gaps("has_terminal or missing(arr)") == [
        {"has_terminal": False, "arr": 0},
        {"arr": 0, "has_terminal": None},
    ]


def test_days_texts_flags_and_numbers_have_their_boundaries() -> None:
    assert gaps("days_until(term_end_on) <= 90", "days_until(term_end_on) > 91") == [
        {"term_end_on": date(2027, 2, 26)},
        {"term_end_on": None},
    ]
    assert gaps("industry in ('小売', '飲食')") == [{"industry": OTHER}, {"industry": None}]
    assert gaps("industry not in ('小売', '飲食')") == [{"industry": "小売"}, {"industry": None}]
    assert gaps("stage == 'new'", "stage == 'old'") == [{"stage": None}]
    assert gaps("rate < 0.5", "rate > 0.5", "missing(rate)") == [{"rate": 0.5}]
    assert gaps("rate <= 0.5", "rate >= 1", "missing(rate)") == [{"rate": 0.75}]
    assert gaps("rate >= 0.5", "missing(rate)") == [{"rate": -0.5}]
    assert gaps("rate between 0.5 and 1", "rate < 0.5 or rate > 1") == [{"rate": None}]
    assert gaps("missing(rate)") == [{"rate": 0.0}]
    assert gaps("arr > -9_223_372_036_854_775_807", "arr < 0 or missing(arr)") == []


def test_numbers_without_room_between_them_have_no_gap() -> None:
    next_up = f"{math.nextafter(1e20, math.inf):.0f}"
    assert gaps(f"rate <= 1{'0' * 20}", f"rate >= {next_up} or missing(rate)") == []
    assert gaps(f"rate >= 1{'0' * 20} or missing(rate)") == [
        {"rate": math.nextafter(1e20, -math.inf)}
    ]
    assert gaps(f"rate <= 1{'0' * 20} or missing(rate)") == [
        {"rate": math.nextafter(1e20, math.inf)}
    ]


def test_texts_are_put_together_from_the_pieces_rules_look_for() -> None:
    found = gaps(
        "contains(industry, '小売') and contains(industry, '飲食')",
        "starts_with(industry, '小売') or not contains(industry, '小売')",
    )
    assert found == [{"industry": "…小売"}]
    dotted = gaps("industry in ('…', '……')", "missing(industry)")
    assert dotted == [{"industry": "………"}]


def test_what_can_never_decide_is_told_with_what_takes_its_place() -> None:
    found = surveyed("arr >= 10", "arr >= 20", "arr > 5 and arr < 3", "always", "always")
    assert found.unreachable == (
        Unreachable("1", ("0",)),
        Unreachable("2", ()),
        Unreachable("4", ("0", "3")),
    )
    assert [(each.first, each.later) for each in found.overlaps] == [("0", "1")]


def test_overlaps_stand_in_the_order_of_the_rules() -> None:
    found = surveyed("arr > 3", "has_terminal", "arr > 1")
    assert [(each.first, each.later) for each in found.overlaps] == [
        ("0", "1"),
        ("0", "2"),
        ("1", "2"),
    ]
    assert values(found.overlaps[2].example) == {"arr": 3, "has_terminal": True}
    assert isinstance(found.overlaps[2], Overlap)


def test_a_past_is_imagined() -> None:
    fell = surveyed("not change(health, 30d) <= -15")
    assert fell.gaps == ({"health": fell.gaps[0]["health"]},)
    example = fell.gaps[0]["health"]
    assert example.value == 0
    assert example.spells == (
        Spell(15, date(2026, 10, 28), date(2026, 10, 29)),
        Spell(0, date(2026, 10, 30)),
    )


def test_what_the_past_rules_out_is_no_gap_and_no_overlap() -> None:
    assert gaps("not (entered(stage, 14d) or was(stage, 30d) == 'new') or always") == []
    stayed = "not entered(stage, 30d) and stage == 'new' and not missing(was(stage, 30d))"
    assert surveyed(f"{stayed} and was(stage, 30d) != 'new'").unreachable == (Unreachable("0", ()),)
    falling = "change(health, 30d) <= -15 and was(health, 30d) < 50 and health > 34"
    assert surveyed(falling).unreachable == (Unreachable("0", ()),)
    assert surveyed(falling.replace("> 34", ">= 34")).unreachable == ()
    assert (
        surveyed("change(rate, 30d) == 0.5 and rate == 1 and was(rate, 30d) == 0.5").unreachable
        == ()
    )
    yesterday = "entered(stage, 1d) and stage == 'new' and was(stage, 1d) == 'new'"
    assert surveyed(yesterday).unreachable == (Unreachable("0", ()),)
    assert surveyed(yesterday.replace("entered(stage, 1d)", "entered(stage, 2d)")).unreachable == ()


def test_the_present_day_is_a_day_of_the_past_too() -> None:
    assert surveyed("was(stage, 0d) == 'new' and stage == 'old'").unreachable == (
        Unreachable("0", ()),
    )
    assert surveyed("missing(was(stage, 0d)) and stage == 'old'").unreachable == ()


def test_a_missing_present_has_a_past_too() -> None:
    (gap,) = surveyed("not (missing(health) and was(health, 7d) > 5)").gaps
    assert gap["health"].value is None
    assert gap["health"].spells == (Spell(6, date(2026, 11, 20), date(2026, 11, 21)),)


def test_a_survey_that_would_take_too_long_says_so() -> None:
    found = surveyed("arr > 1 and complexity > 2", "always", most_steps=1)
    assert (found.complete, found.unreachable) == (False, ())
    pieces = " and ".join(f"contains(industry, '{n}')" for n in range(9))
    assert surveyed(pieces).complete is False


def test_facts_made_of_each_other_are_found() -> None:
    uses = {
        "segment": {"health", "arr"},
        "health": {"touch"},
        "touch": {"segment"},
        "tier": {"tier"},
    }
    assert cycles(uses) == (("health", "segment", "touch"), ("tier",))
    assert cycles({"segment": {"health"}, "health": {"arr"}}) == ()
    assert cycles({"a": {"b", "c"}, "b": {"a"}, "c": {"c"}}) == (("a", "b"), ("c",))


@pytest.mark.parametrize("count", [12])
def test_many_segments_over_many_facts_are_surveyed(count: int) -> None:
    rules = [
        f"arr >= {100 - n} and complexity == {n} or industry == '{n}' and not has_terminal"
        for n in range(count)
    ]
    assert surveyed(*rules, "always").complete is True
