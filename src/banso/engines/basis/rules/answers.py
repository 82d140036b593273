"""A settled rule answered for one subject, and explained leaf by leaf."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from banso.engines.basis.rules.plain import Plain
from banso.engines.basis.rules.settling import (
    Compared,
    Containing,
    Listed,
    Moved,
    Now,
    Operand,
    Ranged,
    Recent,
    Settled,
    Unknown,
)
from banso.engines.basis.rules.tree import (
    COUNTS_DAYS,
    Always,
    And,
    Entered,
    How,
    Leaf,
    Not,
    Or,
    Rule,
    Take,
    fold,
)

_COMPARES: Final[Mapping[How, Callable[[Any, Any], bool]]] = {
    How.EQUAL: operator.eq,
    How.OTHER: operator.ne,
    How.BELOW: operator.lt,
    How.AT_MOST: operator.le,
    How.ABOVE: operator.gt,
    How.AT_LEAST: operator.ge,
}


@dataclass(frozen=True, slots=True)
class Spell:
    """A value and how long it held: from a day to the first day it no longer did, if any."""

    value: Plain | None
    from_on: date
    to_on: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether the value stood at the close of the day."""
        return self.from_on <= day and (self.to_on is None or day < self.to_on)


@dataclass(frozen=True, slots=True)
class Subject:
    """What is known of one account, say: present values by fact, and spells of those with a past.

    Amounts are in minor units; no value and an empty text are missing.
    """

    facts: Mapping[str, Plain | None]
    spells: Mapping[str, Sequence[Spell]] = field(default_factory=dict)

    def value(self, of: Operand) -> Any:
        """What a term comes to; None if it is missing."""
        if isinstance(of, Now):
            return _known(self.facts.get(of.fact.key))
        spell = self.spell(of.fact.key, of.on)
        then: Any = spell.value if spell else None
        if not isinstance(of, Moved):
            return then
        now: Any = self.facts.get(of.fact.key)
        return None if now is None or then is None else now - then

    def spell(self, key: str, on: date) -> Spell | None:
        """The spell of a known value on a day."""
        for spell in self.spells.get(key, ()):
            if spell.holds_on(on) and _known(spell.value) is not None:
                return spell
        return None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a part of a rule came to.

    A leaf says what it saw: the value of its term (days counted for `days_until` and `days_since`,
    the day its value came for `entered`), None if that is missing.
    """

    part: Rule
    holds: bool
    parts: tuple[Verdict, ...] = ()
    seen: Plain | None = None
    missing: bool = False


def holds(settled: Settled, subject: Subject) -> bool:
    """Whether the rule holds for the subject."""
    return fold(
        settled.rule,
        always=True,
        leaf=lambda leaf: leaf_holds(settled, leaf, subject),
        all_of=all,
        any_of=any,
        opposite=operator.not_,
    )


def first_match(rules: Iterable[tuple[str, Settled]], subject: Subject) -> str | None:
    """The key of the first rule that holds; None if none does."""
    return next((key for key, rule in rules if holds(rule, subject)), None)


def explain(settled: Settled, subject: Subject) -> Verdict:
    """The answer with that of every part, in the shape of the rule."""

    def told(part: Rule) -> Verdict:
        match part:
            case And() | Or():
                parts = tuple(told(each) for each in part.parts)
                every = all if isinstance(part, And) else any
                return Verdict(part, every(each.holds for each in parts), parts)
            case Not():
                inner = told(part.part)
                return Verdict(part, not inner.holds, (inner,))
            case Always():
                return Verdict(part, holds=True)
            case _:
                answer, seen = _answer(settled, part, subject)
                return Verdict(
                    part, answer, seen=_as_asked(part, seen, settled.on), missing=seen is None
                )

    return told(settled.rule)


def leaf_holds(settled: Settled, leaf: Leaf, subject: Subject) -> bool:
    """Whether one leaf of the rule holds for the subject."""
    return _answer(settled, leaf, subject)[0]


def _answer(settled: Settled, leaf: Leaf, subject: Subject) -> tuple[bool, Any]:
    """Whether a leaf holds, and the value it saw."""
    asked = settled.asks[leaf]
    if isinstance(asked, Recent):
        spell = subject.spell(asked.fact.key, settled.on)
        return spell is not None and spell.from_on > asked.since, spell and spell.from_on
    seen = subject.value(asked.of)
    if isinstance(asked, Unknown):
        return seen is None, seen
    return seen is not None and _compares(asked, seen), seen


def _compares(asked: Compared | Ranged | Listed | Containing, seen: Any) -> bool:
    match asked:
        case Compared():
            return _COMPARES[asked.how](seen, asked.value)
        case Ranged():
            return bool(asked.low <= seen <= asked.high)
        case Listed():
            return (seen in asked.values) == asked.inside
        case _:
            return str(seen).startswith(asked.text) if asked.at_start else asked.text in seen


def _as_asked(leaf: Leaf, seen: Any, on: date) -> Any:
    """The day a term saw as the number of days it asks for."""
    if seen is None or isinstance(leaf, Entered) or leaf.term.take not in COUNTS_DAYS:
        return seen
    ahead = (seen - on).days
    return -ahead if leaf.term.take == Take.DAYS_SINCE else ahead


def _known(value: Plain | None) -> Plain | None:
    return None if value == "" else value
