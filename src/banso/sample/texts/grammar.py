"""Phrases with choices in them, and how one of their readings is told.

`[週明け|月末]` is one of several, `[|至急]` maybe nothing, `<2-5>` a number from 2 to 5, `{相手}`
a word that the teller knows. Choices may stand in choices.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_TOKENS = re.compile(r"([\[\]|]|<\d+-\d+>|\{[^{}]+\})")
_MULTIPLIER, _INCREMENT, _MASK = 6364136223846793005, 1442695040888963407, (1 << 64) - 1
_STEP = 0x9E3779B97F4A7C15  # keeps the streams of neighbouring numbers apart


class Dice:
    """A stream of small numbers from one number: the same number tells the same text."""

    __slots__ = ("_state",)

    def __init__(self, number: int) -> None:
        self._state = (number * _STEP + _INCREMENT) & _MASK
        self.below(2)

    def below(self, size: int) -> int:
        self._state = (self._state * _MULTIPLIER + _INCREMENT) & _MASK
        return (self._state >> 33) % size

    def chance(self, part: float) -> bool:
        return self.below(1_000) < part * 1_000

    def one(self, phrases: Sequence[Phrase]) -> Phrase:
        return phrases[self.below(len(phrases))]


@dataclass(frozen=True, slots=True)
class _Slot:
    name: str


@dataclass(frozen=True, slots=True)
class _Number:
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class _Choice:
    phrases: tuple[Phrase, ...]


_Part = str | _Slot | _Number | _Choice
Phrase = tuple[_Part, ...]


def phrase(text: str) -> Phrase:
    """Reads a phrase once, so that it can be told many times."""
    tokens = [token for token in _TOKENS.split(text) if token]
    made, rest = _sequence(tokens, 0)
    if rest != len(tokens):
        raise ValueError(f"Unbalanced brackets in: {text}")
    return made


def phrases(block: str) -> tuple[Phrase, ...]:
    """One phrase per line."""
    return tuple(phrase(line) for line in block.split("\n") if line)


def tell(made: Phrase, words: Mapping[str, str], dice: Dice) -> str:
    told: list[str] = []
    for part in made:
        if isinstance(part, str):
            told.append(part)
        elif isinstance(part, _Slot):
            told.append(words[part.name])
        elif isinstance(part, _Number):
            told.append(str(part.low + dice.below(part.high - part.low + 1)))
        else:
            told.append(tell(part.phrases[dice.below(len(part.phrases))], words, dice))
    return "".join(told)


def slots(made: Phrase) -> set[str]:
    """The words that a phrase asks for."""
    asked: set[str] = set()
    for part in made:
        if isinstance(part, _Slot):
            asked.add(part.name)
        elif isinstance(part, _Choice):
            asked = asked.union(*(slots(inner) for inner in part.phrases))
    return asked


def _sequence(tokens: list[str], at: int) -> tuple[Phrase, int]:
    parts: list[_Part] = []
    while at < len(tokens) and tokens[at] not in "|]":
        piece = tokens[at]
        at += 1
        if piece == "[":
            choice, at = _choice(tokens, at)
            parts.append(choice)
        else:
            parts.append(_part(piece))
    return tuple(parts), at


def _choice(tokens: list[str], at: int) -> tuple[_Choice, int]:
    inner: list[Phrase] = []
    while True:
        made, at = _sequence(tokens, at)
        inner.append(made)
        if at >= len(tokens):
            raise ValueError("A choice is not closed.")
        at += 1
        if tokens[at - 1] == "]":
            return _Choice(tuple(inner)), at


def _part(piece: str) -> _Part:
    if piece[0] == "<" and piece[-1] == ">":
        low, high = piece[1:-1].split("-")
        return _Number(int(low), int(high))
    return _Slot(piece[1:-1]) if piece[0] == "{" else piece
