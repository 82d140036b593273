"""A rule settled for a day: each leaf asks one thing of one fact, in plain values.

Days are counted, amounts are in minor units, and what was meant by today stands as a date. All that
answers a rule starts from here, and so they answer alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeAlias

from banso.engines.basis.deadlines import IsOpen
from banso.engines.basis.rules.checking import check
from banso.engines.basis.rules.faults import UnsoundRule
from banso.engines.basis.rules.plain import (
    Distance,
    Plain,
    back,
    day_at,
    distance,
    duration,
    monday_to_friday,
    plain_value,
)
from banso.engines.basis.rules.tree import (
    COUNTS_DAYS,
    Between,
    Compare,
    Contains,
    Entered,
    Flag,
    How,
    In,
    Leaf,
    Literal,
    Missing,
    Rule,
    Take,
    Term,
    leaves,
)
from banso.engines.basis.rules.vocabulary import Fact, Vocabulary

_SEEN_FROM_BEHIND: Final = {
    How.BELOW: How.ABOVE,
    How.AT_MOST: How.AT_LEAST,
    How.ABOVE: How.BELOW,
    How.AT_LEAST: How.AT_MOST,
}


@dataclass(frozen=True, slots=True)
class Now:
    """The present value."""

    fact: Fact


@dataclass(frozen=True, slots=True)
class Then:
    """The value at the close of a day."""

    fact: Fact
    on: date


@dataclass(frozen=True, slots=True)
class Moved:
    """The present value less that at the close of a day; missing if either is."""

    fact: Fact
    on: date


Operand: TypeAlias = Now | Then | Moved


@dataclass(frozen=True, slots=True)
class Compared:
    of: Operand
    how: How
    value: Plain


@dataclass(frozen=True, slots=True)
class Ranged:
    """Both ends are in."""

    of: Operand
    low: Plain
    high: Plain


@dataclass(frozen=True, slots=True)
class Listed:
    of: Operand
    values: tuple[Plain, ...]
    inside: bool


@dataclass(frozen=True, slots=True)
class Containing:
    of: Operand
    text: str
    at_start: bool


@dataclass(frozen=True, slots=True)
class Unknown:
    """Whether there is no value."""

    of: Operand


@dataclass(frozen=True, slots=True)
class Recent:
    """Whether the present value came after the close of a day."""

    fact: Fact
    since: date


AskedOfTerm: TypeAlias = Compared | Ranged | Listed | Containing | Unknown
Asked: TypeAlias = AskedOfTerm | Recent


@dataclass(frozen=True, slots=True)
class Settled:
    """A sound rule on a day, and what each of its leaves asks."""

    rule: Rule
    on: date
    asks: Mapping[Leaf, Asked]


def settle(
    rule: Rule, vocabulary: Vocabulary, *, on: date, is_open: IsOpen = monday_to_friday
) -> Settled:
    """The rule as it stands on a day; UnsoundRule with every fault `check` finds.

    `is_open` says which days are worked.
    """
    faults = check(rule, vocabulary)
    if faults:
        raise UnsoundRule(faults)
    settling = _Settling(vocabulary, on, is_open)
    return Settled(rule, on, {leaf: settling.asked(leaf) for leaf in leaves(rule)})


@dataclass(frozen=True, slots=True)
class _Settling:
    vocabulary: Vocabulary
    on: date
    is_open: IsOpen

    def asked(self, leaf: Leaf) -> Asked:
        match leaf:
            case Entered():
                return Recent(self.vocabulary[leaf.fact.key], self.ago(leaf.within))
            case Missing():
                return Unknown(self.operand(leaf.term))
            case Flag():
                return Compared(self.operand(leaf.term), How.EQUAL, leaf.yes)
            case Contains():
                return Containing(self.operand(leaf.term), str(leaf.text.value), leaf.at_start)
            case _:
                return self.compared(leaf)

    def compared(self, leaf: Compare | Between | In) -> Asked:
        of, behind = self.operand(leaf.term), leaf.term.take == Take.DAYS_SINCE
        match leaf:
            case Compare():
                how = _SEEN_FROM_BEHIND.get(leaf.how, leaf.how) if behind else leaf.how
                return Compared(of, how, self.plain(leaf.term, leaf.value))
            case Between():
                ends = [self.plain(leaf.term, end) for end in (leaf.low, leaf.high)]
                low, high = reversed(ends) if behind else ends
                return Ranged(of, low, high)
            case _:
                values = (self.plain(leaf.term, value) for value in leaf.values)
                return Listed(of, tuple(dict.fromkeys(values)), leaf.inside)

    def operand(self, term: Term) -> Operand:
        fact = self.vocabulary[term.fact.key]
        if term.ago is None:
            return Now(fact)
        kind = Moved if term.take == Take.CHANGE else Then
        return kind(fact, self.ago(term.ago))

    def plain(self, term: Term, literal: Literal) -> Plain:
        if term.take in COUNTS_DAYS:
            far = distance(literal.value)
            return self.day(back(far) if term.take == Take.DAYS_SINCE else far)
        of_type = self.vocabulary[term.fact.key].type
        return plain_value(literal.value, of_type, minor_digits=self.vocabulary.minor_digits)

    def ago(self, literal: Literal) -> date:
        return self.day(back(duration(literal.value)))

    def day(self, far: Distance) -> date:
        return day_at(self.on, far, is_open=self.is_open)
