"""Rules and subjects made by hypothesis over one vocabulary, full of what engines tell apart.

Texts differ in case, width, normal form, wildcards and quotes; whole numbers lie around 2**53 and
up to 2**62; days around the day of asking and at the ends of the calendar; anything may be missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
from hypothesis import strategies as st

from banso.engines.basis.rules.answers import Spell, Subject
from banso.engines.basis.rules.tree import (
    COUNTS_DAYS,
    LOOKS_BACK,
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
    Leaf,
    Literal,
    Missing,
    Name,
    Not,
    Or,
    Rule,
    Take,
    Term,
    Unit,
)
from banso.engines.basis.rules.vocabulary import NUMERIC, Fact, FactType, Vocabulary

ON = date(2026, 11, 27)  # a Friday
DAY = timedelta(days=1)
FACTS = (
    Fact(key="arr", type=FactType.MONEY, has_history=True),
    Fact(key="健康度", type=FactType.INTEGER, has_history=True),
    Fact(key="利用 率", type=FactType.REAL, has_history=True),
    Fact(key="industry", type=FactType.TEXT, has_history=True),
    Fact(key="プラン", type=FactType.TEXT),
    Fact(key="term_end_on", type=FactType.DAY, has_history=True),
    Fact(key="has_terminal", type=FactType.FLAG, has_history=True),
)
VOCABULARY = Vocabulary(FACTS, currency="USD")

WHOLES = (0, 1, -1, 99, 100, -12_345, *(2**53 + n for n in (-1, 0, 1)), 2**62 - 1, 1 - 2**62)
REALS = (0.0, 0.1, 0.2, 0.3, 0.1 + 0.2, -1.5, 1e-7, 2.0**53, 1e22, -1e300)
TEXTS = (
    *("小売", "小売業", "飲食", "医療・介護", "𠮷野家", "㈱", "株式会社", "小売 ", " ", "\n"),
    *("ＡＢＣ", "ABC", "abc", "ｶﾅ", "カナ", "が", "か\u3099", "ß", "SS"),
    *("O'Brien", "''", "%", "_", "a%", "A_c", "\\", "`", '"', "-- "),
)
DAYS = (
    *(ON + timedelta(days=n) for n in (-400, -91, -31, -30, -29, -1, 0, 1, 3, 29, 30, 31, 90, 365)),
    *(date(1, 1, 1), date(999, 12, 31), date(9999, 12, 31)),
)
POOLS: dict[FactType, Sequence[Any]] = {
    FactType.MONEY: WHOLES,
    FactType.INTEGER: WHOLES,
    FactType.REAL: REALS,
    FactType.TEXT: TEXTS,
    FactType.DAY: DAYS,
    FactType.FLAG: (True, False),
}
STARTS = tuple(ON + timedelta(days=n) for n in (-400, -60, -31, -30, -29, -14, -1, 0, 2))

texts = st.sampled_from(TEXTS) | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=4
)


def decimals(fact_type: FactType) -> st.SearchStrategy[Decimal]:
    """Literals that may be of the type's values, in major units."""
    if fact_type == FactType.REAL:
        return (st.sampled_from(REALS) | st.floats(-1e6, 1e6)).map(lambda x: Decimal(repr(x)))
    near = st.sampled_from(WHOLES) | st.integers(-(2**62), 2**62)
    digits = VOCABULARY.minor_digits if fact_type == FactType.MONEY else 0
    return near.map(lambda whole: Decimal(whole).scaleb(-digits))


def values_of(fact_type: FactType) -> st.SearchStrategy[Any]:
    """Literals of a type."""
    match fact_type:
        case FactType.TEXT:
            return texts
        case FactType.DAY:
            return st.sampled_from(DAYS) | st.dates()
        case _:
            return decimals(fact_type)


durations = st.one_of(
    st.builds(Duration, st.integers(0, 400), st.just(Unit.DAYS)),
    st.builds(Duration, st.integers(0, 60), st.sampled_from([Unit.WEEKS, Unit.MONTHS])),
    st.builds(Duration, st.integers(0, 90), st.just(Unit.WORKING_DAYS)),
    st.builds(Duration, st.integers(0, 3), st.just(Unit.YEARS)),
    st.sampled_from([Duration(n, Unit.DAYS) for n in (0, 1, 14, 29, 30, 31)]),
)
distances = durations | st.integers(-400, 400).map(Decimal)
literal_durations = durations.map(Literal)


@st.composite
def terms(draw: st.DrawFn, fact: Fact) -> Term:
    takes = [Take.NOW]
    if fact.type == FactType.DAY:
        takes += [Take.DAYS_UNTIL, Take.DAYS_SINCE]
    if fact.has_history:
        takes += [Take.WAS] + [Take.CHANGE] * (fact.type in NUMERIC)
    take = draw(st.sampled_from(takes))
    ago = draw(literal_durations) if take in LOOKS_BACK else None
    return Term(Name(fact.key), take, ago)


@st.composite
def asked_leaves(draw: st.DrawFn) -> Leaf:
    """A leaf that compares a term, with values that fit it."""
    fact = draw(st.sampled_from([fact for fact in FACTS if fact.type != FactType.FLAG]))
    term = draw(terms(fact))
    counted = term.take in COUNTS_DAYS
    values = distances if counted else values_of(fact.type)
    ordered = st.integers(-400, 400).map(Decimal) if counted else values
    kinds = ["compare", "in"] + (["contains"] if fact.type == FactType.TEXT else ["between"])
    match draw(st.sampled_from(kinds)):
        case "compare":
            hows = [How.EQUAL, How.OTHER] if fact.type == FactType.TEXT else list(How)
            return Compare(term, draw(st.sampled_from(hows)), Literal(draw(values)))
        case "between":
            low, high = sorted([draw(ordered), draw(ordered)])
            return Between(term, Literal(low), Literal(high))
        case "in":
            many = draw(st.lists(values.map(Literal), min_size=1, max_size=4))
            return In(term, tuple(many), draw(st.booleans()))
        case _:
            return Contains(term, Literal(draw(values)), draw(st.booleans()))


flags = st.sampled_from([fact for fact in FACTS if fact.type == FactType.FLAG])
every_leaf = st.one_of(
    asked_leaves(),
    asked_leaves(),
    asked_leaves(),
    st.builds(Flag, flags.flatmap(terms), st.booleans()),
    st.builds(Missing, st.sampled_from(FACTS).flatmap(terms)),
    st.builds(
        Entered,
        st.sampled_from([fact for fact in FACTS if fact.has_history]).map(
            lambda fact: Name(fact.key)
        ),
        literal_durations,
    ),
)


def _joined(parts: st.SearchStrategy[Rule]) -> st.SearchStrategy[Rule]:
    some = st.lists(parts, min_size=2, max_size=4).map(tuple)
    return st.builds(And, some) | st.builds(Or, some) | st.builds(Not, parts)


rules = st.recursive(every_leaf | st.builds(Always), _joined, max_leaves=6)

TODAY_MAY_BE = {fact.key: (None, *POOLS[fact.type]) for fact in FACTS} | {
    "industry": (None, "", *TEXTS)
}


def _spells(fact: Fact, dice: np.random.Generator) -> list[Spell]:
    """Stretches that don't overlap, with and without a last day; the values need not differ."""
    chosen = sorted(dice.choice(len(STARTS), int(dice.integers(4)), replace=False))
    starts = [STARTS[place] for place in chosen]
    ends = [*starts, _one_of((None, ON - DAY, ON, ON + DAY), dice)][1:]
    return [
        Spell(_one_of(POOLS[fact.type], dice), start, end)
        for start, end in zip(starts, ends, strict=True)
        if end is None or start < end
    ]


def _one_of(pool: Sequence[Any], dice: np.random.Generator) -> Any:
    return pool[int(dice.integers(len(pool)))]


def made_subject(seed: int) -> Subject:
    """Somebody of whom something is known; what is now and what was noted need not fit."""
    dice = np.random.default_rng(seed)
    facts = {key: _one_of(values, dice) for key, values in TODAY_MAY_BE.items()}
    return Subject(facts, {fact.key: _spells(fact, dice) for fact in FACTS if fact.has_history})


subjects = st.integers(0, 2**32).map(made_subject)
