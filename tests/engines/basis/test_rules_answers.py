"""What rules answer of one account on one day, leaf by leaf."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from banso.engines.basis.rules.answers import (
    Spell,
    Subject,
    Verdict,
    explain,
    first_match,
    holds,
    leaf_holds,
)
from banso.engines.basis.rules.faults import UnsoundRule
from banso.engines.basis.rules.reading import parse
from banso.engines.basis.rules.settling import Settled, settle
from banso.engines.basis.rules.tree import leaves
from banso.engines.basis.rules.vocabulary import Fact, FactType, Vocabulary
from banso.engines.basis.rules.writing import rule_text

ON = date(2026, 11, 27)  # a Friday
DAY = timedelta(days=1)
VOCABULARY = Vocabulary(
    [
        Fact(key="arr", type=FactType.MONEY),
        Fact(key="health", type=FactType.INTEGER, has_history=True),
        Fact(key="rate", type=FactType.REAL),
        Fact(key="industry", type=FactType.TEXT),
        Fact(key="segment", type=FactType.TEXT, has_history=True),
        Fact(key="term_end_on", type=FactType.DAY),
        Fact(key="has_terminal", type=FactType.FLAG),
    ],
    currency="USD",
)
HISTORY = {
    "health": [
        Spell(80, date(2026, 1, 1), date(2026, 11, 1)),
        Spell(60, date(2026, 11, 1), date(2026, 11, 14)),
        Spell(55, date(2026, 11, 14)),
    ],
    "segment": [Spell("smb", date(2026, 1, 1), date(2026, 3, 1)), Spell("mid", date(2026, 11, 14))],
}
ACME = Subject(
    {
        "arr": 1_200_050,
        "health": 55,
        "rate": 0.1,
        "industry": "小売業",
        "segment": "mid",
        "term_end_on": date(2027, 2, 28),
        "has_terminal": True,
    },
    HISTORY,
)


def settled(text: str, **given: Any) -> Settled:
    return settle(parse(text), VOCABULARY, on=given.pop("on", ON), **given)


HOLD = [
    "always",
    "arr == 12_000.50",
    "arr >= 12_000.5 and arr <= 12_000.5",
    "not arr > 12_000.5 and not arr < 12_000.5",
    "arr > 12_000.49 and arr < 12_000.51",
    "arr != 12_000",
    "arr between 12_000.50 and 12_001 and arr between 12_000 and 12_000.50",
    "not arr between 12_000.51 and 12_001",
    "rate == 0.1",
    "rate in (0.2, 0.1)",
    "industry in ('飲食', '小売業') and industry not in ('飲食', '小売')",
    "contains(industry, '売') and starts_with(industry, '小売')",
    "not contains(industry, '飲') and not starts_with(industry, '売')",
    "has_terminal and not has_terminal == false",
    "not missing(arr)",
    "days_until(term_end_on) == 93",
    "days_until(term_end_on) in (30, 60, 93)",
    "days_until(term_end_on) between 93 and 94",
    "days_since(term_end_on) == -93",
    "days_since(term_end_on) < -92 and days_since(term_end_on) >= -93",
    "days_since(term_end_on) between -93 and -92",
    "change(health, 30d) == -25",
    "change(health, 26d) == -5",
    "change(health, 13d) == 0 and change(health, 14d) == -5",
    "was(health, 14d) == 60 and was(health, 13d) == 55",
    "was(segment, 1y) == 'smb' or missing(was(segment, 30d))",
    "entered(health, 14d) and not entered(health, 13d)",
    "entered(segment, 14d) and segment == 'mid'",
]


@pytest.mark.parametrize("text", HOLD)
def test_it_holds(text: str) -> None:
    assert holds(settled(text), ACME) is True
    assert holds(settled(f"not ({text})"), ACME) is False


LEAVES = [
    *("arr == 1", "arr != 1", "arr < 1", "arr <= 1", "arr > 1", "arr >= 1", "arr between 1 and 2"),
    *("rate == 1.5", "industry == 'x'", "industry != 'x'", "industry in ('x')"),
    *("industry not in ('x')", "contains(industry, 'x')", "starts_with(industry, 'x')"),
    *("term_end_on > 2026-01-01", "days_until(term_end_on) < 5", "days_since(term_end_on) < 5"),
    *("has_terminal", "has_terminal == false", "change(health, 30d) < 5", "was(health, 1d) < 5"),
    *("was(segment, 1d) != 'x'", "entered(segment, 1y)"),
]
NOTHING = [
    Subject({}),
    Subject({"industry": "", "segment": ""}, {"segment": [Spell("", date(2026, 1, 1))]}),
    Subject({"arr": None, "industry": None}, {"health": [Spell(None, date(2026, 1, 1))]}),
]


@pytest.mark.parametrize("text", LEAVES)
@pytest.mark.parametrize("subject", NOTHING)
def test_a_leaf_over_a_missing_fact_is_false_and_not_turns_it_true(
    text: str, subject: Subject
) -> None:
    assert holds(settled(text), subject) is False
    assert holds(settled(f"not {text}"), subject) is True


@pytest.mark.parametrize("key", ["arr", "industry", "was(segment, 1d)", "change(health, 1d)"])
def test_what_is_missing_is_missing(key: str) -> None:
    assert [holds(settled(f"missing({key})"), subject) for subject in NOTHING] == [True] * 3


def test_a_change_is_missing_without_a_value_now_or_then() -> None:
    rule = settled("missing(change(health, 30d))")
    assert holds(rule, ACME) is False
    assert holds(rule, replace(ACME, facts={"health": None})) is True
    assert holds(rule, replace(ACME, spells={})) is True


def test_the_ends_of_months_are_kept_and_years_leap() -> None:
    ends = {date(2027, 2, 28): "3m", date(2027, 11, 27): "1y", date(2026, 12, 11): "2w"}
    for end, within in ends.items():
        subject = Subject({"term_end_on": end})
        assert holds(settled(f"days_until(term_end_on) <= {within}", on=ON), subject) is (
            end != date(2027, 2, 28)
        )
    leap = Subject({"term_end_on": date(2024, 2, 29)})
    assert holds(settled("days_since(term_end_on) == 1y", on=date(2025, 2, 28)), leap) is False
    assert holds(settled("days_until(term_end_on) == 1m", on=date(2024, 1, 31)), leap) is True


@pytest.mark.parametrize(
    ("within", "end"),
    [
        ("0bd", date(2026, 11, 27)),
        ("1bd", date(2026, 11, 30)),
        ("5bd", date(2026, 12, 4)),
        ("6bd", date(2026, 12, 7)),
    ],
)
def test_working_days_pass_over_the_weekend(within: str, end: date) -> None:
    last, past = (Subject({"term_end_on": day}) for day in (end, end + DAY))
    rule = settled(f"days_until(term_end_on) <= {within}")
    assert [holds(rule, last), holds(rule, past)] == [True, False]


def test_working_days_count_back_and_pass_over_holidays() -> None:
    def closed_on_thursdays(day: date) -> bool:
        return day.weekday() not in {3, 5, 6}

    rule = settled("days_since(term_end_on) == 3bd", is_open=closed_on_thursdays)
    assert holds(rule, Subject({"term_end_on": date(2026, 11, 23)})) is True
    with pytest.raises(ValueError, match="a working day within a year"):
        settled("entered(health, 1bd)", is_open=lambda day: False)


def test_an_unsound_rule_is_not_settled() -> None:
    with pytest.raises(UnsoundRule, match="unknown_fact, too_fine"):
        settled("arrr > 5 and arr > 0.555")


def test_the_first_rule_that_holds_decides() -> None:
    rules = [
        (key, settled(text))
        for key, text in {"large": "arr >= 10_000", "smb": "has_terminal", "else": "always"}.items()
    ]
    flagged = Subject({"has_terminal": True})
    assert first_match(rules, ACME) == "large"
    assert first_match(rules, flagged) == "smb"
    assert first_match(rules, Subject({})) == "else"
    assert first_match(rules[:2], Subject({})) is None


def flat(verdict: Verdict) -> list[tuple[str, bool, Any, bool]]:
    told = (rule_text(verdict.part), verdict.holds, verdict.seen, verdict.missing)
    return [told, *(each for part in verdict.parts for each in flat(part))]


def test_an_explanation_tells_what_each_leaf_saw() -> None:
    rule = settled(
        "not (arr < 5 or missing(industry)) and (days_until(term_end_on) <= 90 or always)"
        " and (days_since(term_end_on) > 3m or change(health, 30d) < 0)"
        " and (entered(segment, 14d) or was(segment, 30d) == 'smb' or has_terminal == false)"
    )
    assert flat(explain(rule, ACME))[1:] == [
        ("not (arr < 5 or missing(industry))", True, None, False),
        ("arr < 5 or missing(industry)", False, None, False),
        ("arr < 5", False, 1_200_050, False),
        ("missing(industry)", False, "小売業", False),
        ("days_until(term_end_on) <= 90 or always", True, None, False),
        ("days_until(term_end_on) <= 90", False, 93, False),
        ("always", True, None, False),
        ("days_since(term_end_on) > 3m or change(health, 30d) < 0", True, None, False),
        ("days_since(term_end_on) > 3m", False, -93, False),
        ("change(health, 30d) < 0", True, -25, False),
        (
            "entered(segment, 14d) or was(segment, 30d) == 'smb' or has_terminal == false",
            True,
            None,
            False,
        ),
        ("entered(segment, 14d)", True, date(2026, 11, 14), False),
        ("was(segment, 30d) == 'smb'", False, None, True),
        ("has_terminal == false", False, True, False),
    ]


def test_an_explanation_tells_what_is_missing() -> None:
    rule = settled("arr < 5 or days_until(term_end_on) < 3 or entered(health, 1d)")
    assert flat(explain(rule, Subject({}))) == [
        (rule_text(rule.rule), False, None, False),
        ("arr < 5", False, None, True),
        ("days_until(term_end_on) < 3", False, None, True),
        ("entered(health, 1d)", False, None, True),
    ]


def test_one_leaf_can_be_asked() -> None:
    rule = settled("arr < 5 or has_terminal")
    assert [leaf_holds(rule, leaf, ACME) for leaf in leaves(rule.rule)] == [False, True]
