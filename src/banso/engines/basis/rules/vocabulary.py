"""The facts a rule may speak of, with their types."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum

from banso.engines.basis.money import minor_digits

NEAREST = 3


class FactType(StrEnum):
    """What kind of value a fact has; it decides what can be asked of it."""

    TEXT = "text"
    INTEGER = "integer"
    MONEY = "money"
    REAL = "real"
    DAY = "day"
    FLAG = "flag"


NUMERIC = frozenset({FactType.INTEGER, FactType.MONEY, FactType.REAL})


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A fact: its key, its type, whether its past is kept, and the only texts it can be, if so.
    `names` are what people call it: a rule speaks of its key, but who writes one may not know it.
    A whole number or money is never below `least`, so that no gap is told that nobody can fall in.
    """

    key: str
    type: FactType
    has_history: bool = False
    choices: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    least: int | None = None


class Vocabulary:
    """The facts by key, and the decimals of the currency in which their money is told."""

    def __init__(self, facts: Iterable[Fact], *, currency: str) -> None:
        self._facts = {fact.key: fact for fact in facts}
        self.minor_digits = minor_digits(currency)

    def __contains__(self, key: str) -> bool:
        return key in self._facts

    def __getitem__(self, key: str) -> Fact:
        return self._facts[key]

    def including(self, facts: Iterable[Fact]) -> Vocabulary:
        """This vocabulary and those of the facts that it does not know yet."""
        wider = Vocabulary(facts, currency="JPY")
        wider._facts |= self._facts
        wider.minor_digits = self.minor_digits
        return wider

    def nearest(self, key: str) -> tuple[str, ...]:
        """The known keys that are called so or are most like an unknown one, best first."""
        called = {name.casefold(): each.key for each in self._facts.values() for name in each.names}
        exact = called.get(key.casefold())
        likely = [called[name] for name in near(key, called)]
        found = [exact] if exact else [*near(key, self._facts), *likely]
        return tuple(dict.fromkeys(found))[:NEAREST]


def near(word: str, known: Iterable[str]) -> tuple[str, ...]:
    """Of the known words those most like one, best first, whatever their case."""
    folded: dict[str, list[str]] = {}
    for each in known:
        folded.setdefault(each.casefold(), []).append(each)
    found = get_close_matches(word.casefold(), folded, n=NEAREST, cutoff=0.5)
    return tuple(each for fold in found for each in folded[fold])[:NEAREST]
