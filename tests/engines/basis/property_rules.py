"""Laws of rules: what is written is read again, and every engine answers as Python does."""

from __future__ import annotations

from typing import Any

import ibis
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from banso.engines.basis.rules.answers import Subject, explain, first_match, holds
from banso.engines.basis.rules.checking import check, faults_in
from banso.engines.basis.rules.expressions import SPELLS, as_ibis
from banso.engines.basis.rules.expressions import first_match as first_match_of
from banso.engines.basis.rules.reading import parse, read
from banso.engines.basis.rules.settling import settle
from banso.engines.basis.rules.tree import Not, Rule, leaves
from banso.engines.basis.rules.vocabulary import FactType
from banso.engines.basis.rules.writing import rule_text
from tests.engines.basis.rules_made import FACTS, ON, VOCABULARY, rules, subjects

KINDS = {
    FactType.TEXT: ("text", pa.string()),
    FactType.INTEGER: ("whole", pa.int64()),
    FactType.MONEY: ("whole", pa.int64()),
    FactType.REAL: ("real", pa.float64()),
    FactType.DAY: ("day", pa.date32()),
    FactType.FLAG: ("flag", pa.bool_()),
}


@given(rules)
def test_a_rule_is_read_as_it_was_written_and_stands_where_its_positions_say(rule: Rule) -> None:
    text = rule_text(rule)
    assert parse(text) == rule
    assert check(rule, VOCABULARY) == ()
    for leaf in leaves(parse(text)):
        assert parse(text[leaf.at.start : leaf.at.end]) == leaf


@given(st.text(max_size=60) | st.text("ab'`() ,<>=!0123-.and or not in 大＞「", max_size=60))
def test_any_text_is_a_rule_or_has_faults_that_lie_in_it(text: str) -> None:
    _rule, faults = read(text)
    for fault in [*faults, *faults_in(text, VOCABULARY)]:
        assert 0 <= fault.start <= fault.end <= len(text)


@given(rules, subjects)
def test_not_turns_every_answer_and_explanations_come_to_it(rule: Rule, subject: Subject) -> None:
    yes, no = (settle(each, VOCABULARY, on=ON) for each in (rule, Not(rule)))
    assert holds(no, subject) is not holds(yes, subject)
    assert explain(yes, subject).holds is holds(yes, subject)


@settings(max_examples=15)
@given(st.lists(rules, min_size=1, max_size=3), st.lists(subjects, min_size=5, max_size=20))
def test_duckdb_answers_as_python_does(given_rules: list[Rule], some: list[Subject]) -> None:
    settled = [settle(rule, VOCABULARY, on=ON) for rule in given_rules]
    named = [(f"rule {place}", rule) for place, rule in enumerate(settled)]
    facts, spells = tables(some)
    asked = {key: as_ibis(rule, facts, spells) for key, rule in named}
    found = facts.select("account_id", first=first_match_of(named, facts, spells), **asked)
    told = ibis.duckdb.connect().to_pyarrow(found.order_by("account_id")).to_pylist()
    assert told == [
        {"account_id": place, "first": first_match(named, subject)}
        | {key: holds(rule, subject) for key, rule in named}
        for place, subject in enumerate(some)
    ]


def tables(some: list[Subject]) -> tuple[Any, Any]:
    """The subjects as tables, numbered from nought."""
    columns = {"account_id": pa.array(range(len(some)), pa.int64())}
    for fact in FACTS:
        values = [subject.facts[fact.key] for subject in some]
        columns[fact.key] = pa.array(values, KINDS[fact.type][1])
    rows = [
        {"account_id": place, "fact": fact.key, KINDS[fact.type][0]: spell.value}
        | {"from_on": spell.from_on, "to_on": spell.to_on}
        for place, subject in enumerate(some)
        for fact in FACTS
        for spell in subject.spells.get(fact.key, ())
    ]
    spells = pa.Table.from_pylist(rows, schema=SPELLS.to_pyarrow())
    return ibis.memtable(pa.table(columns)), ibis.memtable(spells)
