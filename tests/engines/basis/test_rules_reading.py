"""What the text of a rule means; and where it means nothing, what is wrong with it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from banso.engines.basis.rules.checking import check, faults_in
from banso.engines.basis.rules.faults import UnsoundRule
from banso.engines.basis.rules.reading import DEEPEST, LONGEST, MOST_LEAVES, parse
from banso.engines.basis.rules.tree import (
    Always,
    And,
    Between,
    Compare,
    Contains,
    Duration,
    Entered,
    Flag,
    How,
    In,
    Literal,
    Missing,
    Name,
    Not,
    Or,
    Rule,
    Span,
    Take,
    Term,
    Unit,
    facts_of,
    leaves,
)
from banso.engines.basis.rules.vocabulary import Fact, FactType, Vocabulary
from banso.engines.basis.rules.writing import rule_text

VOCABULARY = Vocabulary(
    [
        Fact(key="arr", type=FactType.MONEY),
        Fact(key="health", type=FactType.INTEGER, has_history=True),
        Fact(key="利用率", type=FactType.REAL),
        Fact(key="industry", type=FactType.TEXT, names=("業種",)),
        Fact(key="segment", type=FactType.TEXT, has_history=True, choices=("smb", "mid")),
        Fact(key="term_end_on", type=FactType.DAY, has_history=True),
        Fact(key="has_terminal", type=FactType.FLAG, has_history=True),
    ],
    currency="JPY",
)
MONTH = Literal(Duration(30, Unit.DAYS))


def term(key: str, take: Take = Take.NOW, ago: Literal | None = None) -> Term:
    return Term(Name(key), take, ago)


ARR = Compare(term("arr"), How.AT_LEAST, Literal(Decimal(6_000_000)))
FLAG = Flag(term("has_terminal"))
READ: dict[str, Rule] = {
    "always": Always(),
    "arr >= 6_000_000": ARR,
    "arr>=6000000": ARR,
    "arr\n >=　6_000_000.00": ARR,
    "arr < -0.5": Compare(term("arr"), How.BELOW, Literal(Decimal("-0.5"))),
    "plan == 'O''Brien'": Compare(term("plan"), How.EQUAL, Literal("O'Brien")),
    "プラン != '小売'": Compare(term("プラン"), How.OTHER, Literal("小売")),
    "カスタマー・ID == 'x'": Compare(term("カスタマー・ID"), How.EQUAL, Literal("x")),
    "`1年目 の``値` == 'x'": Compare(term("1年目 の`値"), How.EQUAL, Literal("x")),
    "`and` == 'x'": Compare(term("and"), How.EQUAL, Literal("x")),
    "change == 'x'": Compare(term("change"), How.EQUAL, Literal("x")),
    "day <= 2026-04-01": Compare(term("day"), How.AT_MOST, Literal(date(2026, 4, 1))),
    "arr between 1 and 2": Between(term("arr"), Literal(Decimal(1)), Literal(Decimal(2))),
    "a in ('x')": In(term("a"), (Literal("x"),)),
    "a not in ('x', 'y')": In(term("a"), (Literal("x"), Literal("y")), inside=False),
    "missing(a)": Missing(term("a")),
    "missing(was(a, 30d))": Missing(term("a", Take.WAS, MONTH)),
    "contains(a, 'x')": Contains(term("a"), Literal("x")),
    "starts_with(a, 'x')": Contains(term("a"), Literal("x"), at_start=True),
    "has_terminal": FLAG,
    "has_terminal == true": FLAG,
    "has_terminal != false": FLAG,
    "has_terminal == false": Flag(term("has_terminal"), yes=False),
    "has_terminal != true": Flag(term("has_terminal"), yes=False),
    "entered(segment, 2w)": Entered(Name("segment"), Literal(Duration(2, Unit.WEEKS))),
    "days_until(d) <= 3m": Compare(
        term("d", Take.DAYS_UNTIL), How.AT_MOST, Literal(Duration(3, Unit.MONTHS))
    ),
    "days_since(d) > 5bd": Compare(
        term("d", Take.DAYS_SINCE), How.ABOVE, Literal(Duration(5, Unit.WORKING_DAYS))
    ),
    "change(health, 30d) <= -15": Compare(
        term("health", Take.CHANGE, MONTH), How.AT_MOST, Literal(Decimal(-15))
    ),
    "not not has_terminal": Not(Not(FLAG)),
    "not arr >= 6_000_000": Not(ARR),
    "has_terminal and has_terminal or always": Or((And((FLAG, FLAG)), Always())),
    "has_terminal and (has_terminal or always)": And((FLAG, Or((FLAG, Always())))),
    "(has_terminal and has_terminal) and always": And((And((FLAG, FLAG)), Always())),
    "not (has_terminal and always)": Not(And((FLAG, Always()))),
    "((always))": Always(),
}


@pytest.mark.parametrize(("text", "rule"), READ.items())
def test_a_rule_is_read(text: str, rule: Rule) -> None:
    assert parse(text) == rule
    assert parse(rule_text(rule)) == rule


WRITTEN = {
    "arr>=6000000": "arr >= 6_000_000",
    "a==2026": "a == 2026",
    "a==-12345.670": "a == -12_345.67",
    "a == -0.50": "a == -0.5",
    "not(a or b)and c": "not (a or b) and c",
    "(a and b) or (c or (d))": "a and b or (c or d)",
    "`plan` == 'x'": "plan == 'x'",
    "`not` == 'x' or `プラン 名` == 'it''s'": "`not` == 'x' or `プラン 名` == 'it''s'",
    "a != true": "a == false",
    "a in('x','y')": "a in ('x', 'y')",
}


@pytest.mark.parametrize(("text", "written"), WRITTEN.items())
def test_a_rule_is_written_in_one_way(text: str, written: str) -> None:
    assert rule_text(parse(text)) == written


def test_positions_take_no_part_in_equality_and_point_at_what_was_written() -> None:
    rule = parse("  arr >= 1 and 小売")
    assert rule == parse("arr>=1 and 小売")
    assert [leaf.at for leaf in leaves(rule)] == [Span(2, 10), Span(15, 17)]
    assert rule.at == Span(2, 17)


def test_a_rule_names_its_facts() -> None:
    rule = parse("arr > 1 and not (missing(plan) or entered(segment, 1d)) and change(arr, 1d) > 0")
    assert facts_of(rule) == {"arr", "plan", "segment"}


UNREAD = {
    "": [("empty", 0, 0, ())],
    " \n": [("empty", 0, 2, ())],
    "arr = 5": [("unexpected_character", 4, 5, ("==",))],
    "arr ＞ 5": [("unexpected_character", 4, 5, (">",))],
    "arr >= ５": [("unexpected_character", 7, 8, ("5",))],
    "arr ＞= 5": [("unexpected_character", 4, 6, (">=",))],
    "arr >＝ 5": [("unexpected_character", 4, 6, (">=",))],
    "arr ＝＝ 5": [("unexpected_character", 4, 6, ("==",))],
    "arr >= 6,000,000": [("grouped_digits", 7, 16, ("6000000",))],
    "has_terminal or (arr >= 6,000,000 and health > 3)": [
        ("grouped_digits", 24, 33, ("6000000",)),
    ],
    "arr between 1,000 and 2,000": [
        ("grouped_digits", 12, 17, ("1000",)),
        ("grouped_digits", 22, 27, ("2000",)),
    ],
    "arr >= 6,00": [("expected_and", 8, 9, ())],
    "業種 == '小売'": [("unknown_fact", 0, 2, ("industry",))],
    "業種コード == '小売'": [("unknown_fact", 0, 5, ("industry",))],
    "arr ≧ 5": [("unexpected_character", 4, 5, (">=",))],
    "arr > 5 && health > 3": [
        ("unexpected_character", 8, 10, ("and",)),
    ],
    "arr <> 5": [("unexpected_character", 4, 6, ("!=",))],
    "arr > $5": [("unexpected_character", 6, 7, ())],
    "industry == 'a\0b'": [("unexpected_character", 12, 17, ())],
    "industry == '\ud800'": [("unexpected_character", 12, 15, ())],
    "`a\0` == 'b'": [("unexpected_character", 0, 4, ())],
    'industry == "小売"': [
        ("unexpected_character", 12, 13, ("'",)),
        ("unexpected_character", 15, 16, ("'",)),
    ],
    "industry == '小売": [("unclosed_text", 12, 15, ())],
    "`利用率 > 3": [("unclosed_name", 0, 8, ())],
    "`` > 3": [("empty_name", 0, 2, ())],
    "term_end_on > 2026-02-30": [("not_a_day", 14, 24, ())],
    "term_end_on > 2026-4-1": [("not_a_day", 14, 22, ())],
    "arr > 1__0": [("not_a_number", 6, 10, ())],
    "arr > 1.": [("not_a_number", 6, 8, ())],
    "change(health, 30x) > 1": [("unknown_unit", 15, 18, ("d", "w", "m", "y", "bd", "bh"))],
    "change(health, 30) > 1": [("expected_duration", 15, 17, ())],
    "change(health) > 1": [("expected_comma", 13, 14, ())],
    "changes(health, 30d) > 1": [("unknown_function", 0, 7, ("change",))],
    "days_until(term_end_on, 3d) > 1": [("expected_closing", 22, 23, ())],
    "missing(arr > 1": [("expected_closing", 12, 13, ())],
    "5 < arr": [("expected_fact", 0, 1, ())],
    "arr": [("not_a_flag", 0, 3, ())],
    "arr > ": [("expected_value", 6, 6, ())],
    "arr > health": [("unquoted_text", 6, 12, ("'health'",))],
    "industry == 小売": [("unquoted_text", 12, 14, ("'小売'",))],
    "arr > true": [("expected_value", 6, 10, ())],
    "arr > not": [("expected_value", 6, 9, ())],
    "arr 5": [("expected_comparison", 4, 5, ())],
    "arr between 1 2": [("expected_upper_end", 14, 15, ())],
    "industry in '小売'": [("expected_list", 12, 16, ())],
    "industry in ()": [("expected_value", 13, 14, ())],
    "industry not '小売'": [("expected_in", 13, 17, ())],
    "industry in ('小売', '飲食' and has_terminal": [("expected_closing", 24, 27, ())],
    "has_terminal missing(arr)": [("expected_comparison", 13, 20, ())],
    "missing(arr) has_terminal": [("expected_and", 13, 25, ())],
    "missing(arr) 5 and arr > 0.5": [("expected_and", 13, 14, ()), ("too_fine", 25, 28, ())],
    "has_terminal)": [("unopened", 12, 13, ())],
    "has_terminal) and hass": [("unopened", 12, 13, ()), ("unknown_fact", 18, 22, ())],
    "(has_terminal": [("unclosed", 0, 1, ())],
    "has_terminal and": [("expected_fact", 16, 16, ())],
    "or has_terminal": [("expected_fact", 0, 2, ())],
    "days_until(arr 5) > 1 and arr > 5.5": [
        ("expected_closing", 15, 16, ()),
        ("too_fine", 32, 35, ()),
    ],
}


def told(text: str) -> list[tuple[str, int, int, tuple[str, ...]]]:
    found = faults_in(text, VOCABULARY)
    return [(fault.code, fault.start, fault.end, fault.offers) for fault in found]


@pytest.mark.parametrize(("text", "faults"), UNREAD.items())
def test_what_cannot_be_read_is_pointed_at(
    text: str, faults: list[tuple[str, int, int, tuple[str, ...]]]
) -> None:
    assert told(text) == faults


def test_reading_alone_refuses_with_every_fault() -> None:
    with pytest.raises(UnsoundRule, match="expected_value, unclosed_text") as refused:
        parse("arr > or industry == '小売")
    assert [fault.code for fault in refused.value.faults] == ["expected_value", "unclosed_text"]


def test_a_rule_too_long_too_deep_or_of_too_many_leaves_is_refused() -> None:
    assert told(" " * (LONGEST + 1)) == [("too_long", LONGEST, LONGEST + 1, ())]
    assert parse("(" * (DEEPEST - 1) + "always" + ")" * (DEEPEST - 1)) == Always()
    assert told("(" * DEEPEST + "always") == [("too_deep", DEEPEST, DEEPEST + 6, ())]
    assert told("not " * DEEPEST + "always")[0][0] == "too_deep"
    many = " or ".join(["has_terminal"] * MOST_LEAVES)
    assert told(many) == []
    assert [code for code, *_rest in told(f"{many} or has_terminal")] == ["too_many_leaves"]


MEANINGLESS = {
    "arrr > 5": [("unknown_fact", 0, 4, ("arr",))],
    "利用律 > 0.5": [("unknown_fact", 0, 3, ("利用率",))],
    "ARR > 5": [("unknown_fact", 0, 3, ("arr",))],
    "zzzz and qqqq": [("unknown_fact", 0, 4, ()), ("unknown_fact", 9, 13, ())],
    "arr == '5'": [("wrong_type", 7, 10, ())],
    "health > 2026-04-01": [("wrong_type", 9, 19, ())],
    "term_end_on <= 30d": [("wrong_type", 15, 18, ())],
    "has_terminal == 'x'": [("wrong_type", 16, 19, ())],
    "has_terminal in (1, 2)": [("wrong_type", 17, 18, ()), ("wrong_type", 20, 21, ())],
    "has_terminal between 1 and 2": [("wrong_type", 21, 22, ()), ("wrong_type", 27, 28, ())],
    "days_until(term_end_on) <= '90'": [("wrong_type", 27, 31, ())],
    "arr >= 0.5": [("too_fine", 7, 10, ())],
    "health between 1.5 and 2": [("too_fine", 15, 18, ())],
    "arr > 9223372036854775807": [],
    "arr > 9223372036854775808": [("too_large", 6, 25, ())],
    "利用率 > 1" + "0" * 400: [("too_large", 6, 407, ())],
    "industry > '小売'": [("not_ordered", 0, 8, ())],
    "industry between 'あ' and 'い'": [("not_ordered", 0, 8, ())],
    "industry == ''": [("empty_text", 12, 14, ())],
    "contains(industry, '')": [("empty_text", 19, 21, ())],
    "contains(arr, '5')": [("needs_text", 9, 12, ())],
    "contains(industry, 5)": [("wrong_type", 19, 20, ())],
    "segment == 'smbb'": [("unknown_choice", 11, 17, ("smb",))],
    "segment in ('大企業', 'mid')": [("unknown_choice", 12, 17, ("smb", "mid"))],
    "days_until(arr) < 5": [("needs_day", 11, 14, ())],
    "change(industry, 3d) > 5": [("needs_number", 7, 15, ()), ("no_history", 7, 15, ())],
    "change(arr, 3d) > 5": [("no_history", 7, 10, ())],
    "was(arr, 3d) > 5": [("no_history", 4, 7, ())],
    "entered(arr, 3d)": [("no_history", 8, 11, ())],
    "entered(health, 8bh)": [("working_hours", 16, 19, ())],
    "change(health, 8bh) > 0": [("working_hours", 15, 18, ())],
    "days_until(term_end_on) <= 8bh": [("working_hours", 27, 30, ())],
    "days_until(term_end_on) <= 36525": [],
    "days_until(term_end_on) <= 36526": [("too_far", 27, 32, ())],
    "days_since(term_end_on) <= 101y": [("too_far", 27, 31, ())],
    "arr between 2 and 1": [("reversed", 12, 19, ())],
    "arr between 2 and 2": [],
    "days_until(term_end_on) between 3m and 30d": [],
    "days_until(term_end_on) between 3m and 2m": [("reversed", 32, 41, ())],
    "days_until(term_end_on)": [("not_a_flag", 0, 23, ())],
    "was(has_terminal, 3d) and missing(industry)": [],
}


@pytest.mark.parametrize(("text", "faults"), MEANINGLESS.items())
def test_what_means_nothing_is_pointed_at(
    text: str, faults: list[tuple[str, int, int, tuple[str, ...]]]
) -> None:
    assert told(text) == faults
    assert [fault.code for fault in check(parse(text), VOCABULARY)] == [code for code, *_ in faults]


def test_a_fault_brings_what_a_sentence_about_it_needs() -> None:
    texts = [
        *("arr > 0.5", "health > 'x'", "entered(arr, 1d)", "arrr > 1", "arr > 5x", "arr $ 5"),
        *("days_since(term_end_on) > 2000m", "contains(arr, 'x')", "fo(arr, 1d) > 3"),
    ]
    assert [dict(faults_in(text, VOCABULARY)[0].facts) for text in texts] == [
        {"digits": 0},
        {"expected": "integer", "given": "text"},
        {"name": "arr"},
        {"name": "arrr"},
        {"unit": "x"},
        {"character": "$"},
        {"most": 1200, "unit": "m"},
        {"type": "money"},
        {"name": "fo"},
    ]


def test_a_tree_built_by_hand_is_checked_too() -> None:
    days = Literal(Decimal(14))
    built = [
        Entered(Name("segment"), days),
        Compare(term("health", Take.CHANGE, days), How.BELOW, Literal(Decimal(0))),
    ]
    for rule in built:
        assert [fault.code for fault in check(rule, VOCABULARY)] == ["wrong_type"]


def test_money_is_as_fine_as_the_currency() -> None:
    dollars = Vocabulary([Fact(key="arr", type=FactType.MONEY)], currency="USD")
    assert faults_in("arr > 0.25", dollars) == ()
    assert [fault.code for fault in faults_in("arr > 0.255", dollars)] == ["too_fine"]


IMPOSSIBLE = {
    "a count": lambda: Duration(-1, Unit.DAYS),
    "a finite number": lambda: Literal(Decimal("NaN")),
    "a key": lambda: Name(""),
    "a duration": lambda: term("health", Take.WAS),
    "and for nothing else": lambda: term("health", Take.NOW, MONTH),
    "one value": lambda: In(term("a"), ()),
    "two parts": lambda: And((FLAG,)),
    "two parts or more": lambda: Or(()),
}


@pytest.mark.parametrize(("told_of", "build"), IMPOSSIBLE.items())
def test_a_tree_that_nobody_could_write_cannot_be_built(told_of: str, build: object) -> None:
    with pytest.raises(ValueError, match=told_of):
        build()  # type: ignore[operator]
