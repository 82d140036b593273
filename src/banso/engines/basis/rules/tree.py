"""The tree of a rule: what is asked, in words of the language, and where each word stood.

Positions are counted in characters and take no part in equality: two rules are equal when they ask
the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Span:
    """From the character `start` up to, without, the character `end`."""

    start: int = 0
    end: int = 0


NOWHERE = Span()


class How(StrEnum):
    """How a comparison compares."""

    EQUAL = "=="
    OTHER = "!="
    BELOW = "<"
    AT_MOST = "<="
    ABOVE = ">"
    AT_LEAST = ">="


class Unit(StrEnum):
    """What a duration counts."""

    DAYS = "d"
    WEEKS = "w"
    MONTHS = "m"
    YEARS = "y"
    WORKING_DAYS = "bd"
    WORKING_HOURS = "bh"


class Take(StrEnum):
    """What a term takes from its fact."""

    NOW = "now"
    DAYS_UNTIL = "days_until"
    DAYS_SINCE = "days_since"
    CHANGE = "change"
    WAS = "was"


LOOKS_BACK = frozenset({Take.CHANGE, Take.WAS})
COUNTS_DAYS = frozenset({Take.DAYS_UNTIL, Take.DAYS_SINCE})


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time: 30d, 2w, 3m, 1y, 5bd, 8bh."""

    count: int
    unit: Unit

    def __post_init__(self) -> None:
        if self.count < 0:
            raise ValueError("Expected a count of zero or more.")


Value: TypeAlias = Decimal | str | date | Duration


@dataclass(frozen=True, slots=True)
class Literal:
    """A value as it was written."""

    value: Value
    at: Span = field(default=NOWHERE, compare=False, repr=False)

    def __post_init__(self) -> None:
        if isinstance(self.value, Decimal) and not self.value.is_finite():
            raise ValueError("Expected a finite number.")


@dataclass(frozen=True, slots=True)
class Name:
    """A fact's key."""

    key: str
    at: Span = field(default=NOWHERE, compare=False, repr=False)

    def __post_init__(self) -> None:
        if not self.key:
            raise ValueError("Expected a key.")


@dataclass(frozen=True, slots=True)
class Term:
    """What stands on the left: a fact, or what a function takes from it. `ago` is a duration."""

    fact: Name
    take: Take = Take.NOW
    ago: Literal | None = None
    at: Span = field(default=NOWHERE, compare=False, repr=False)

    def __post_init__(self) -> None:
        if (self.ago is not None) != (self.take in LOOKS_BACK):
            raise ValueError("Expected a duration for change and was, and for nothing else.")


@dataclass(frozen=True, slots=True)
class Compare:
    term: Term
    how: How
    value: Literal
    at: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Between:
    """Both ends are in."""

    term: Term
    low: Literal
    high: Literal
    at: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class In:
    """One of the values; with `inside` False a value that is none of them, as `!=` is to `==`."""

    term: Term
    values: tuple[Literal, ...]
    inside: bool = True
    at: Span = field(default=NOWHERE, compare=False, repr=False)

    def __post_init__(self) -> None:
        if not self.values:
            raise ValueError("Expected one value or more.")


@dataclass(frozen=True, slots=True)
class Contains:
    """A text that has another in it, or begins with it; sign for sign."""

    term: Term
    text: Literal
    at_start: bool = False
    at: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Flag:
    """Yes, or no; `x == false` is not `not x`, which holds also where x is missing."""

    term: Term
    yes: bool = True
    at: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Missing:
    term: Term
    at: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Entered:
    """The present value has held for less than `within`."""

    fact: Name
    within: Literal
    at: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Always:
    at: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class And:
    parts: tuple[Rule, ...]
    at: Span = field(default=NOWHERE, compare=False, repr=False)

    def __post_init__(self) -> None:
        _two_or_more(self.parts)


@dataclass(frozen=True, slots=True)
class Or:
    parts: tuple[Rule, ...]
    at: Span = field(default=NOWHERE, compare=False, repr=False)

    def __post_init__(self) -> None:
        _two_or_more(self.parts)


@dataclass(frozen=True, slots=True)
class Not:
    part: Rule
    at: Span = field(default=NOWHERE, compare=False, repr=False)


Leaf: TypeAlias = Compare | Between | In | Contains | Flag | Missing | Entered
Rule: TypeAlias = Always | And | Or | Not | Leaf


def fold(
    rule: Rule,
    *,
    always: T,
    leaf: Callable[[Leaf], T],
    all_of: Callable[[list[T]], T],
    any_of: Callable[[list[T]], T],
    opposite: Callable[[T], T],
) -> T:
    """What a tree comes to, from what its leaves come to."""

    def come_to(node: Rule) -> T:
        match node:
            case Always():
                return always
            case And():
                return all_of([come_to(part) for part in node.parts])
            case Or():
                return any_of([come_to(part) for part in node.parts])
            case Not():
                return opposite(come_to(node.part))
            case _:
                return leaf(node)

    return come_to(rule)


def leaves(rule: Rule) -> Iterator[Leaf]:
    """The leaves from left to right."""
    match rule:
        case Always():
            return
        case And() | Or():
            for part in rule.parts:
                yield from leaves(part)
        case Not():
            yield from leaves(rule.part)
        case _:
            yield rule


def name_in(leaf: Leaf) -> Name:
    """The fact a leaf asks about."""
    return leaf.fact if isinstance(leaf, Entered) else leaf.term.fact


def facts_of(rule: Rule) -> frozenset[str]:
    """The keys of all facts a rule asks about."""
    return frozenset(name_in(leaf).key for leaf in leaves(rule))


def _two_or_more(parts: tuple[Rule, ...]) -> None:
    if len(parts) < 2:
        raise ValueError("Expected two parts or more.")
