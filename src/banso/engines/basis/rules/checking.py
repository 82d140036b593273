"""Whether a rule means something with a vocabulary: every fault at once, each where it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from banso.engines.basis.rules.faults import Fault
from banso.engines.basis.rules.plain import Distance, Unfit, distance, duration, plain_value
from banso.engines.basis.rules.reading import read
from banso.engines.basis.rules.tree import (
    COUNTS_DAYS,
    LOOKS_BACK,
    Between,
    Compare,
    Contains,
    Entered,
    Flag,
    How,
    In,
    Leaf,
    Literal,
    Rule,
    Span,
    Take,
    Term,
    leaves,
    name_in,
)
from banso.engines.basis.rules.vocabulary import NUMERIC, Fact, FactType, Vocabulary, near

Converter = Callable[[Any], Any]


def faults_in(text: str, vocabulary: Vocabulary) -> tuple[Fault, ...]:
    """Everything wrong with a rule's text: what can't be read and what means nothing."""
    rule, unread = read(text)
    return _in_order([*unread, *check(rule, vocabulary)])


def check(rule: Rule, vocabulary: Vocabulary) -> tuple[Fault, ...]:
    """Everything that means nothing in a rule that could be read."""
    return _in_order(fault for leaf in leaves(rule) for fault in _of_leaf(leaf, vocabulary))


def _in_order(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    return tuple(sorted(faults, key=lambda fault: (fault.start, fault.end)))


def _of_leaf(leaf: Leaf, vocabulary: Vocabulary) -> Iterator[Fault]:
    name = name_in(leaf)
    if name.key not in vocabulary:
        yield _fault("unknown_fact", name.at, name=name.key, offers=vocabulary.nearest(name.key))
        return
    fact = vocabulary[name.key]
    if isinstance(leaf, Entered):
        yield from _history(fact, name.at)
        yield from _unfit(leaf.within, duration)
        return
    of_term = list(_of_term(leaf.term, fact))
    yield from of_term or _asked(leaf, fact, vocabulary)


def _of_term(term: Term, fact: Fact) -> Iterator[Fault]:
    at = term.fact.at
    if term.take in COUNTS_DAYS and fact.type != FactType.DAY:
        yield _fault("needs_day", at, type=fact.type.value)
    if term.take == Take.CHANGE and fact.type not in NUMERIC:
        yield _fault("needs_number", at, type=fact.type.value)
    if term.take in LOOKS_BACK:
        yield from _history(fact, at)
    if term.ago:
        yield from _unfit(term.ago, duration)


def _history(fact: Fact, at: Span) -> Iterator[Fault]:
    if not fact.has_history:
        yield _fault("no_history", at, name=fact.key)


def _asked(leaf: Leaf, fact: Fact, vocabulary: Vocabulary) -> Iterator[Fault]:
    """The faults of what is asked of a term that is sound."""
    match leaf:
        case Flag() | Contains():
            yield from _of_its_type(leaf, fact)
        case Compare() | Between() if _orders(leaf) and fact.type == FactType.TEXT:
            yield _fault("not_ordered", leaf.term.at)
        case Compare():
            yield from _values(leaf.term, (leaf.value,), fact, vocabulary)
        case Between():
            yield from _ends(leaf, fact, vocabulary)
        case In():
            yield from _values(leaf.term, leaf.values, fact, vocabulary)


def _of_its_type(leaf: Flag | Contains, fact: Fact) -> Iterator[Fault]:
    wanted = FactType.FLAG if isinstance(leaf, Flag) else FactType.TEXT
    if fact.type != wanted:
        code = "not_a_flag" if isinstance(leaf, Flag) else "needs_text"
        yield _fault(code, leaf.term.at, type=fact.type.value)
    elif isinstance(leaf, Contains):
        yield from _unfit(leaf.text, partial(plain_value, fact_type=wanted, minor_digits=0))


def _orders(leaf: Compare | Between) -> bool:
    return isinstance(leaf, Between) or leaf.how not in {How.EQUAL, How.OTHER}


def _values(
    term: Term, values: tuple[Literal, ...], fact: Fact, vocabulary: Vocabulary
) -> Iterator[Fault]:
    convert = _converter(term, fact, vocabulary)
    for literal in values:
        unfit = list(_unfit(literal, convert))
        yield from unfit
        if fact.choices and not unfit and literal.value not in fact.choices:
            offers = near(str(literal.value), fact.choices) or fact.choices[:3]
            yield _fault("unknown_choice", literal.at, offers=offers)


def _ends(leaf: Between, fact: Fact, vocabulary: Vocabulary) -> Iterator[Fault]:
    convert = _converter(leaf.term, fact, vocabulary)
    unfit = [*_unfit(leaf.low, convert), *_unfit(leaf.high, convert)]
    yield from unfit
    if not unfit and _backwards(convert(leaf.low.value), convert(leaf.high.value)):
        yield _fault("reversed", Span(leaf.low.at.start, leaf.high.at.end))


def _backwards(low: Any, high: Any) -> bool:
    """Whether the ends stand the wrong way round, as far as that shows without a day."""
    match low, high:
        case Distance(), Distance():
            return low.unit == high.unit and low.count > high.count
        case _:
            return bool(low > high)


def _converter(term: Term, fact: Fact, vocabulary: Vocabulary) -> Converter:
    if term.take in COUNTS_DAYS:
        return distance
    return partial(plain_value, fact_type=fact.type, minor_digits=vocabulary.minor_digits)


def _unfit(literal: Literal, convert: Converter) -> Iterator[Fault]:
    try:
        convert(literal.value)
    except Unfit as unfit:
        yield Fault(unfit.code, literal.at.start, literal.at.end, unfit.facts)


def _fault(code: str, at: Span, *, offers: tuple[str, ...] = (), **facts: str | int) -> Fault:
    return Fault(code, at.start, at.end, facts, offers)
