"""Rules in words, in the form of questions, and as proposals; gaps and overlaps with examples."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from banso.engines.basis.rules import vocabulary as language
from banso.engines.basis.rules.answers import Subject, explain
from banso.engines.basis.rules.reading import parse
from banso.engines.basis.rules.settling import settle
from banso.engines.basis.rules.tree import facts_of
from banso.rooms.customers.actions.facts import define_contributed_facts
from banso.rooms.customers.actions.segments import settle_segments
from banso.rooms.customers.models import FactType
from banso.rooms.customers.queries.building import (
    Node,
    changed,
    facts_in,
    form_of,
    placed,
    posted,
    text_of,
)
from banso.rooms.customers.queries.proposals import proposals
from banso.rooms.customers.queries.rules import Language, rule_language
from banso.rooms.customers.queries.segments import SegmentRow
from banso.rooms.customers.queries.surveys import survey_in_words
from banso.rooms.customers.queries.wording import FAULTS, Speaker, faults_in_words
from banso.rooms.identity.models import User
from tests.factories.customers import make_fact
from tests.factories.when import NOON, TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def spoken(db: None) -> Language:
    define_contributed_facts()
    make_fact("score", FactType.REAL, label_en="Score")
    return rule_language()


IN_WORDS = [
    ("always", "every account"),
    ("arr >= 6_000_000", "ARR is at least ¥6,000,000"),
    ("arr > 1 and arr < 3", "ARR is above ¥1 and ARR is below ¥3"),
    ("employees <= 10 or employees == 12", "Employees is at most 10, or Employees is 12"),
    (
        "employees > 9 or missing(arr) and marked_left",
        "Employees is above 9, or (ARR is not known and Marked as left: yes)",
    ),
    ("employees != 1_000", "Employees is not 1,000"),
    ("score >= 0.5", "Score is at least 0.5"),
    ("employees between 1 and 9", "Employees is between 1 and 9"),
    ("industry in ('製造', '小売')", "Industry is one of “製造”, “小売”"),
    ("industry not in ('製造')", "Industry is none of “製造”"),
    ("contains(domain, 'co.jp')", "Domain contains “co.jp”"),
    ("starts_with(kana, 'ア')", "Kana begins with “ア”"),
    ("marked_left", "Marked as left: yes"),
    ("marked_left == false", "Marked as left: no"),
    ("missing(arr)", "ARR is not known"),
    ("not (missing(arr) or marked_left)",
     "it is not so that (ARR is not known, or Marked as left: yes)"),
    ("(missing(arr) or marked_left) and employees > 1",
     "(ARR is not known, or Marked as left: yes) and Employees is above 1"),
    ("customer_since >= 2026-04-01", "Customer since is at least 1 Apr 2026"),
    ("days_until(term_end_on) <= 90", "the time until “Term end” is at most 90 days"),
    ("days_since(last_touch_on) >= 3m", "the time since “Last touch” is at least 3 months"),
    ("days_until(term_end_on) <= 1", "the time until “Term end” is at most 1 day"),
    ("change(arr, 30d) <= -15", "the change of “ARR” within 30 days is at most −¥15"),
    ("was(industry, 1y) == '製造'", "“Industry” 1 year ago is “製造”"),
    ("entered(industry, 2w)", "Industry has been what it is for less than 2 weeks"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "words"), IN_WORDS)
def test_a_rule_is_told_in_words(spoken: Language, rule: str, words: str) -> None:
    assert Speaker(spoken).rule(rule) == words


def test_a_segment_is_told_by_its_name(spoken: Language, operations: User) -> None:
    row = SegmentRow(key="big", name_ja="大", name_en="Big", rule="employees >= 100")
    settle_segments([row], past=False, by=operations, at=NOON, on=TODAY)
    now = rule_language()
    assert Speaker(now).rule("segment == 'big'") == "Segment is “Big”"
    assert Speaker(now).seen(now.facts["segment"], "big") == "Big"
    [fault] = faults_in_words("segment == 'bigg'", now.faults("segment == 'bigg'"))
    assert fault.offers == (("big", "segment == 'big'"),)


@pytest.mark.parametrize(
    ("rule", "place", "sentence"),
    [
        ("", 1, "The rule is empty. Write “always” for every account."),
        ("employes > 1", 1, "There is no fact called “employes”."),
        ("employees > 'x'", 13, "A value of this kind can't be compared with this fact."),
        ("arr >", 6, "Here a value is missing."),
        ("(arr > 1", 1, "This parenthesis is not closed."),
    ],
)
def test_a_fault_says_what_and_where(
    spoken: Language, rule: str, place: int, sentence: str
) -> None:
    first = faults_in_words(rule, spoken.faults(rule))[0]
    assert (first.place, first.sentence) == (place, sentence)


def test_an_offer_is_the_whole_rule_with_the_word_in_place(spoken: Language) -> None:
    text = "arr > 1 and employes > 1"
    [fault] = faults_in_words(text, spoken.faults(text))
    assert (fault.before, fault.wrong, fault.after) == ("arr > 1 and ", "employes", " > 1")
    assert fault.offers[0] == ("employees", "arr > 1 and employees > 1")


def test_every_fault_has_a_sentence_in_both_languages(spoken: Language) -> None:
    for code in ("en", "ja"):
        with translation.override(code):
            facts = {"most": 1, "name": "x"}
            assert [each for each, words in FAULTS.items() if not str(words) % facts] == []


def test_an_explanation_tells_what_was_seen_line_by_line(spoken: Language) -> None:
    text = (
        "not missing(arr) and (employees >= 100 or days_until(term_end_on) <= 90 or marked_left)"
        " and entered(industry, 30d) and always"
    )
    settled = settle(parse(text), spoken.words, on=TODAY)
    facts = {"arr": 5, "employees": None, "term_end_on": date(2026, 4, 20), "marked_left": False}
    lines = Speaker(spoken).verdict(explain(settled, Subject(facts)))
    assert [(each.depth, each.holds, each.words, each.seen) for each in lines] == [
        (0, False, "All of these hold", ""),
        (1, True, "This does not hold", ""),
        (2, False, "ARR is not known", "¥5"),
        (1, True, "One of these holds", ""),
        (2, False, "Employees is at least 100", "not known"),
        (2, True, "the time until “Term end” is at most 90 days", "5 days"),
        (2, False, "Marked as left: yes", "No"),
        (1, False, "Industry has been what it is for less than 30 days", "not known"),
        (1, True, "every account", ""),
    ]


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("arr", None, "–"), ("industry", "", "–"), ("marked_left", True, "Yes"),
        ("employees", 1_000, "1,000"), ("industry", "製造", "製造"),
        ("customer_since", date(2026, 4, 1), "1 Apr 2026"),
    ],
)  # fmt: skip
def test_a_value_prints_by_its_fact(spoken: Language, key: str, value: Any, words: str) -> None:
    assert Speaker(spoken).seen(spoken.facts[key], value) == words


# The form of questions

ROUND = [rule for rule, _words in IN_WORDS] + [
    "not contains(domain, 'x')",
    "not missing(arr)",
    "not not missing(arr)",
    "not not marked_left",
    "not (arr > 1 and arr < 3) or employees > 1",
    "(arr > 1 or arr < 3) and (employees > 1 or employees < 0 and marked_left)",
    "industry in ('a、b', 'c')",
    "industry == 'it''s'",
    "days_until(term_end_on) == 3",
    "days_since(last_touch_on) <= 30 and days_until(term_end_on) >= 2w",
    "change(arr, 30d) >= 1 or entered(industry, 30d)",
    "not always",
    "was(arr, 30d) between 1 and 2",
    "industry == ' 小売'",
    "contains(industry, '　株')",
    "contains(industry, ' ')",
    "industry in ('a', 'b ')",
    " and ".join(f"(industry == 'x{n}' or arr >= {n} and employees > {n})" for n in range(66)),
]


@pytest.mark.parametrize("rule", ROUND)
def test_form_and_text_tell_the_same_tree(spoken: Language, rule: str) -> None:
    assert parse(text_of(form_of(parse(rule)), spoken.facts)) == parse(rule)


@pytest.mark.parametrize("rule", ROUND)
def test_what_a_browser_posts_is_the_form_it_was_given(spoken: Language, rule: str) -> None:
    form = form_of(parse(rule))
    given, paths = _posted(placed(form, spoken.facts, {}))
    back = posted(given, paths)
    assert back is not None
    assert parse(text_of(back, spoken.facts)) == parse(rule)


def _posted(place: Any) -> tuple[dict[str, str], list[str]]:
    """What a browser sends of a form."""
    node, path = place.node, place.path
    sent = {
        f"{name}.{path}": getattr(node, name) for name in ("kind", "fact", "ask", "a", "b", "text")
    }
    sent |= {f"turned.{path}": "1"} if node.turned else {}
    paths = [f"{path}:{node.kind}"]
    for part in place.parts:
        below, more = _posted(part)
        sent, paths = sent | below, paths + more
    return sent, paths


def test_an_or_typed_among_conditions_that_all_hold_stays_one_of_them(spoken: Language) -> None:
    typed = Node(kind="text", text="arr > 1 or arr < 0")
    form = Node(kind="all", parts=(Node(kind="ask", fact="marked_left", ask="yes"), typed))
    assert text_of(form, spoken.facts) == "marked_left and (arr > 1 or arr < 0)"
    assert text_of(replace(form, kind="any"), spoken.facts) == "marked_left or arr > 1 or arr < 0"


def test_without_nodes_nothing_was_posted() -> None:
    assert posted({}, []) is None


def test_a_posted_kind_that_is_none_becomes_a_group_of_all() -> None:
    assert posted({"kind.0": "x"}, ["0:all"]) == Node(kind="all")


def test_questions_and_groups_are_added_and_dropped(spoken: Language) -> None:
    form = form_of(parse("arr > 1 and employees > 2"))
    more = changed(form, "add:0")
    assert [part.ask for part in more.parts] == ["above", "above", ""]
    assert [part.kind for part in changed(form, "group:0").parts] == ["ask", "ask", "any"]
    assert text_of(changed(form, "drop:0.0"), spoken.facts) == "employees > 2"
    assert changed(form, "drop:0.7") == form
    assert changed(form, "") == form


def test_a_form_without_questions_is_always(spoken: Language) -> None:
    assert text_of(Node(kind="all"), spoken.facts) == "always"
    assert form_of(parse("always")) == Node(kind="all")


@pytest.mark.parametrize(
    ("node", "text"),
    [
        (Node(kind="ask", fact="arr", ask="at_least", a="６，０００"), "arr >= 6000"),
        (Node(kind="ask", fact="arr", ask="at_least"), "arr >= "),
        (Node(kind="ask", fact="arr", ask="rose", a="5", b="30"), "change(arr, 30d) >= 5"),
        (Node(kind="ask", fact="arr", ask="rose", a="5", b="3m"), "change(arr, 3m) >= 5"),
        (Node(kind="ask", fact="industry", ask="one_of", a="製造、小売, IT "),
         "industry in ('製造', '小売', 'IT')"),
        (Node(kind="ask", fact="customer_since", ask="is", a="2026/04/01"),
         "customer_since == 2026-04-01"),
        (Node(kind="ask", fact="term_end_on", ask="until_most", a="1,000"),
         "days_until(term_end_on) <= 1000"),
        (Node(kind="ask", fact="gone", ask="is", a="1"), "gone"),
        (Node(kind="ask"), ""),
    ],
)  # fmt: skip
def test_what_is_typed_becomes_a_rule(spoken: Language, node: Node, text: str) -> None:
    assert text_of(node, spoken.facts) == text


def test_a_question_offers_what_its_fact_can_be_asked(spoken: Language) -> None:
    def asks(key: str) -> list[str]:
        form = placed(Node(kind="ask", fact=key), spoken.facts, {"industry": ("製造",)})
        return [ask for ask, _words in form.asks]

    assert asks("marked_left") == ["yes", "no", "missing", "known"]
    assert "entered" in asks("industry")
    assert "entered" not in asks("domain")
    assert asks("no such fact") == asks(next(iter(spoken.facts)))
    form = placed(
        Node(kind="ask", fact="industry", ask="is"), spoken.facts, {"industry": ("製造",)}
    )
    assert (form.values, form.offers, form.is_group) == (1, ("製造",), False)
    assert placed(Node(kind="all"), spoken.facts, {}).is_group


def test_the_facts_of_a_form_are_those_of_its_rule() -> None:
    rule = parse("arr > 1 and (missing(industry) or marked_left)")
    assert facts_in(form_of(rule)) == facts_of(rule)


# Proposals and the survey


@pytest.mark.parametrize(
    ("currency", "bound"), [("JPY", "arr >= 6_000_000"), ("USD", "arr >= 60_000")]
)
def test_bounds_are_in_the_reporting_currency(currency: str, bound: str) -> None:
    first = proposals(currency=currency)[0].rows[0]
    assert first.rule.startswith(bound)


@given(
    arr=st.none() | st.integers(min_value=0, max_value=10_000_000),
    employees=st.none() | st.integers(min_value=0, max_value=2_000),
    which=st.integers(min_value=0, max_value=1),
)
def test_exactly_one_proposed_rule_fits_whoever_has_one_of_the_facts(
    arr: int | None, employees: int | None, which: int
) -> None:
    words = _words()
    subject = Subject({"arr": arr, "employees": employees})
    rules = [
        settle(parse(row.rule), words, on=TODAY) for row in proposals(currency="JPY")[which].rows
    ]
    fitting = [explain(rule, subject).holds for rule in rules]
    assert sum(fitting) == (0 if arr is None and employees is None else 1)


def _words() -> Any:
    facts = [
        language.Fact(key="arr", type=language.FactType.MONEY),
        language.Fact(key="employees", type=language.FactType.INTEGER),
    ]
    return language.Vocabulary(facts, currency="JPY")


def test_the_survey_of_a_proposal_finds_the_one_gap_and_no_overlap(
    spoken: Language, operations: User
) -> None:
    rows = proposals(currency="JPY")[0].rows
    settle_segments(rows, past=False, by=operations, at=NOON, on=TODAY)
    found = survey_in_words(on=TODAY)
    assert (found.gaps, found.overlaps, found.unreachable, found.complete) == (
        ["ARR is not known, Employees is not known"], [], [], True,
    )  # fmt: skip


def test_overlaps_and_what_is_never_reached_are_told_by_name(
    spoken: Language, operations: User
) -> None:
    rows = [
        SegmentRow(key="a", name_ja="甲", name_en="A", rule="employees >= 10"),
        SegmentRow(key="b", name_ja="乙", name_en="B", rule="employees >= 20"),
        SegmentRow(key="c", name_ja="丙", name_en="C", rule="employees < 1 and employees > 1"),
        SegmentRow(key="d", name_ja="丁", name_en="D", rule="always"),
    ]
    settle_segments(rows, past=False, by=operations, at=NOON, on=TODAY)
    found = survey_in_words(on=TODAY)
    assert found.gaps == []
    assert [(each.first, each.later, each.example) for each in found.overlaps] == [
        ("A", "B", "Employees 20"),
    ]
    assert [(each.name, each.behind) for each in found.unreachable] == [("B", "A"), ("C", "")]
