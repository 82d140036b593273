"""All that a fact can be to some rules: for every way their leaves can answer, one example.

Between two marks that leaves compare with, all values answer alike. So one value at each mark, one
between two neighbours, one below and one above stand for all; of texts each named one, one for each
set of pieces that can be in it, and any other. A past that is asked about takes a value at the
close of each of its days, and the present value a first day.

Exact for whole numbers, amounts, days, flags and texts; for numbers with decimals as far as their
differences are.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations, pairwise, product
from typing import Any, Final

from banso.engines.basis.deadlines import DAY
from banso.engines.basis.rules.answers import Spell
from banso.engines.basis.rules.plain import LARGEST, Plain
from banso.engines.basis.rules.settling import (
    Asked,
    AskedOfTerm,
    Compared,
    Containing,
    Listed,
    Moved,
    Now,
    Ranged,
    Recent,
)
from banso.engines.basis.rules.vocabulary import Fact, FactType

OTHER: Final = "…"  # any text that no rule names, and what stands between pieces of one
MOST_PIECES: Final = 8


class TooManyPieces(ValueError):
    """Rules look for more pieces in one text than can be combined."""


@dataclass(frozen=True, slots=True)
class Situation:
    """A value of a fact, None where it is missing, and what it was before."""

    value: Plain | None
    spells: tuple[Spell, ...] = ()


def situations(fact: Fact, asks: Collection[Asked], *, on: date) -> Iterator[Situation]:
    """Examples of all that the fact can be to what is asked of it, the missing one last."""
    past = _Past.of(asks)
    if not past.days:
        now = [asked for asked in asks if not isinstance(asked, Recent)]
        yield from map(Situation, _examples(fact, now))
        yield Situation(None)
        return
    marks = [mark for day in past.days for mark in past.corners(day)]
    for value in _examples(fact, past.now + past.every_then, marks):
        for first_day in _first_days(past.days, on):
            for before in _befores(fact, past, value, first_day):
                yield Situation(value, (*before, Spell(value, first_day)))
        yield Situation(value)  # nobody has noted its past yet
    for before in _befores(fact, past, None, on):
        yield Situation(None, before)


@dataclass(frozen=True, slots=True)
class _Past:
    """What is asked of one fact, by the day it is asked about."""

    now: list[AskedOfTerm]
    then: dict[date, list[AskedOfTerm]]
    moved: dict[date, list[AskedOfTerm]]
    days: list[date]

    @classmethod
    def of(cls, asks: Collection[Asked]) -> _Past:
        past, days = cls([], {}, {}, []), set()
        for asked in asks:
            match asked:
                case Recent():
                    days.add(asked.since)
                case _ if isinstance(asked.of, Now):
                    past.now.append(asked)
                case _:
                    by_day = past.moved if isinstance(asked.of, Moved) else past.then
                    by_day.setdefault(asked.of.on, []).append(asked)
                    days.add(asked.of.on)
        past.days.extend(sorted(days))
        return past

    @property
    def every_then(self) -> list[AskedOfTerm]:
        return [asked for asks in self.then.values() for asked in asks]

    def changes(self, day: date) -> list[Any]:
        """The differences that are asked about since a day."""
        return [mark for asked in self.moved.get(day, ()) for mark in _marks(asked)]

    def corners(self, day: date) -> Iterator[Any]:
        """Present values at which a mark of the day and a mark of a change meet, and beside."""
        for asked in self.then.get(day, ()):
            for mark, change in product(_marks(asked), self.changes(day)):
                step = 0 if isinstance(mark + change, float) else 1
                yield from (mark + change - step, mark + change, mark + change + step)


def _first_days(days: Sequence[date], on: date) -> Iterator[date]:
    """First days of the present value: by all the days that are asked about, or after some."""
    yield days[0]
    for day, following in pairwise([*days, on]):
        if day < following:  # two days after, so that the day itself may have any value, if it fits
            yield min(day + 2 * DAY, following)


def _befores(fact: Fact, past: _Past, value: Any, first_day: date) -> Iterator[tuple[Spell, ...]]:
    """The values before `first_day`, one a day that is asked about, in every combination."""
    free = [day for day in past.days if day < first_day]
    chosen: list[list[Plain | None]] = []
    for day in free:
        changes = [] if value is None else [value - change for change in past.changes(day)]
        examples = _examples(fact, past.then.get(day, []), changes)
        touching = day + DAY == first_day
        chosen.append([*(each for each in examples if not (touching and each == value)), None])
    for combination in product(*chosen):
        yield tuple(
            Spell(each, day, day + DAY)
            for day, each in zip(free, combination, strict=True)
            if each is not None
        )


def _examples(fact: Fact, asks: Iterable[AskedOfTerm], more_marks: Iterable[Any] = ()) -> list[Any]:
    """A value for every way in which known values can answer."""
    if fact.type == FactType.FLAG:
        return [True, False]
    if fact.type == FactType.TEXT:
        return list(fact.choices) or _texts(list(asks))
    marks = sorted({*(mark for asked in asks for mark in _marks(asked)), *more_marks})
    if fact.type == FactType.DAY:
        days = _wholes([mark.toordinal() for mark in marks], 1, date.max.toordinal())
        return [date.fromordinal(day) for day in days]
    if fact.type == FactType.REAL:
        return _reals(marks)
    return _wholes(marks, -LARGEST if fact.least is None else fact.least, LARGEST)


def _marks(asked: AskedOfTerm) -> tuple[Any, ...]:
    """What values are compared with."""
    match asked:
        case Compared():
            return (asked.value,)
        case Ranged():
            return (asked.low, asked.high)
        case Listed():
            return asked.values
        case _:
            return ()


def _wholes(marks: Sequence[int], least: int, most: int) -> list[int]:
    if not marks:
        return [0 if least < 0 else least]
    beside = {marks[0] - 1, *(mark + 1 for mark in marks)} - set(marks)
    return [value for value in [*marks, *sorted(beside)] if least <= value <= most]


def _reals(marks: Sequence[float]) -> list[float]:
    if not marks:
        return [0.0]
    between = [(low + high) / 2 for low, high in pairwise(marks) if low < (low + high) / 2 < high]
    below, above = marks[0] - 1, marks[-1] + 1
    below = below if below < marks[0] else math.nextafter(marks[0], -math.inf)
    above = above if above > marks[-1] else math.nextafter(marks[-1], math.inf)
    return [*marks, above, *between, below]


def _texts(asks: Sequence[AskedOfTerm]) -> list[str]:
    named = [mark for asked in asks for mark in _marks(asked)]
    pieces = _of(asks, at_start=False)
    if len(pieces) > MOST_PIECES:
        raise TooManyPieces
    gap = OTHER
    while any(gap in text for text in (*named, *pieces)):
        gap += OTHER
    some = [each for size in range(len(pieces) + 1) for each in combinations(pieces, size)]
    starts = (*_of(asks, at_start=True), "")
    made = [gap.join([start, *each]) or gap for start in starts for each in some]
    return list(dict.fromkeys([*named, *made]))


def _of(asks: Iterable[AskedOfTerm], *, at_start: bool) -> list[str]:
    found = (a.text for a in asks if isinstance(a, Containing) and a.at_start == at_start)
    return list(dict.fromkeys(found))
