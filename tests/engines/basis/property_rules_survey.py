"""Laws of the survey: every example is true, and no account can show what it didn't tell."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from banso.engines.basis.rules.answers import Spell, Subject, first_match, holds
from banso.engines.basis.rules.settling import Settled, settle
from banso.engines.basis.rules.surveying import Setting, Survey, survey
from banso.engines.basis.rules.tree import Rule
from tests.engines.basis.rules_made import ON, VOCABULARY, rules, subjects

Named = list[tuple[str, Settled]]


def named(some: list[Rule]) -> Named:
    return [(f"rule {n}", settle(rule, VOCABULARY, on=ON)) for n, rule in enumerate(some)]


def noted(subject: Subject) -> Subject:
    """The subject as a history notes it: each value until it changes, the present one still."""
    facts, spells = dict(subject.facts), {}
    for key, past in subject.spells.items():
        kept: list[Spell] = []
        for spell in past:
            if spell.value in {None, ""} or spell.from_on > ON:
                continue
            if kept and (kept[-1].value, kept[-1].to_on) == (spell.value, spell.from_on):
                kept[-1] = replace(kept[-1], to_on=spell.to_on)
            else:
                kept.append(spell)
        spells[key] = kept
        if kept:
            lasting = Subject({}, spells).spell(key, ON)
            facts[key] = lasting.value if lasting else None
    return Subject(facts, spells)


def as_subject(example: Setting, others: Subject) -> Subject:
    """The example, with the facts it leaves out as somebody else has them."""
    facts = {**others.facts, **{key: each.value for key, each in example.items()}}
    spells = {**others.spells, **{key: each.spells for key, each in example.items()}}
    return Subject(facts, spells)


def holding(some: Named, subject: Subject) -> list[str]:
    return [key for key, rule in some if holds(rule, subject)]


few_rules = st.lists(rules, min_size=1, max_size=4).map(named)


@settings(max_examples=20)
@given(few_rules, subjects)
def test_every_example_is_true_whatever_the_other_facts_are(some: Named, others: Subject) -> None:
    found = survey(some, most_steps=2_000)
    for gap in found.gaps:
        assert holding(some, as_subject(gap, others)) == []
    for overlap in found.overlaps:
        held = holding(some, as_subject(overlap.example, others))
        assert held[0] == overlap.first
        assert overlap.later in held[1:]


@settings(max_examples=20)
@given(few_rules, st.lists(subjects.map(noted), min_size=5, max_size=10))
def test_no_account_shows_what_a_complete_survey_did_not_tell(
    some: Named, everybody: list[Subject]
) -> None:
    found = survey(some, most_steps=2_000)
    if not found.complete:
        return
    for subject in everybody:
        held = holding(some, subject)
        assert held or found.gaps
        assert not told_unreachable(found, first_match(some, subject))
        for later in held[1:]:
            assert tells(found, some, held[0], later)


def told_unreachable(found: Survey, key: str | None) -> bool:
    return key in [each.key for each in found.unreachable]


def tells(found: Survey, some: Named, first: str, later: str) -> bool:
    pairs = [(overlap.first, overlap.later) for overlap in found.overlaps]
    behind = {each.key: each.behind for each in found.unreachable}
    takes_all = not survey([pair for pair in some if pair[0] == later]).gaps
    return (first, later) in pairs or takes_all or first in behind.get(later, ())
