"""Gaps and overlaps of rules of which the first that holds decides, with examples, from the rules
alone.

What is found is true of its example, whatever the facts are that it leaves out. That nothing else
can be found is certain if the survey is `complete`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Final, TypeAlias

from banso.engines.basis.rules.settling import Settled
from banso.engines.basis.rules.situations import Situation
from banso.engines.basis.rules.walking import Chosen, Verdicts, Walk

MOST_STEPS: Final = 20_000  # facts set; a few seconds

Setting: TypeAlias = Mapping[str, Situation]


@dataclass(frozen=True, slots=True)
class Overlap:
    """An example for which two rules hold; the first takes it."""

    first: str
    later: str
    example: Setting


@dataclass(frozen=True, slots=True)
class Unreachable:
    """A rule that never decides. Those in `behind` take all it holds for; without any it never
    holds.
    """

    key: str
    behind: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Survey:
    """What was found. An example names only the facts that matter.

    Of gaps there is one where all is known, and one for each fact whose absence makes one. Rules
    that hold for everything, as the last one should, are no overlap. `unreachable` is told only of
    a complete survey.
    """

    gaps: tuple[Setting, ...]
    overlaps: tuple[Overlap, ...]
    unreachable: tuple[Unreachable, ...]
    complete: bool


def survey(rules: Sequence[tuple[str, Settled]], *, most_steps: int = MOST_STEPS) -> Survey:
    """The gaps and overlaps of rules settled on one day with one vocabulary, first one first."""
    walk = Walk(rules, most_steps)
    found, facts = _Findings(walk), list(walk.samples)
    walk.through(found, facts)
    for fact in facts:
        alone = _GapWithout(walk, fact)
        walk.through(alone, [fact, *(other for other in facts if other != fact)])
        if alone.gap is not None:
            found.gaps[frozenset({fact})] = alone.gap
    return Survey(
        gaps=tuple(found.in_order()),
        overlaps=tuple(found.overlaps()),
        unreachable=tuple(found.unreachable()) if walk.complete else (),
        complete=walk.complete,
    )


@dataclass(slots=True)
class _Findings:
    """All that a survey tells: every pair of rules that meets, what decides, and gaps by the facts
    that are missing, where no gap is known for which fewer are.
    """

    walk: Walk
    gaps: dict[frozenset[str], Chosen] = field(default_factory=dict)
    met: dict[tuple[str, str], Chosen] = field(default_factory=dict)
    deciding: set[str] = field(default_factory=set)

    def may_lie_ahead(self, chosen: Chosen, verdicts: Verdicts) -> bool:
        first: list[str] = []  # rules that may be the first to hold
        for key, verdict in verdicts.items():
            if verdict is False:
                continue
            if any((before, key) not in self.met for before in first):
                return True
            if not _holds_one(first, verdicts):
                if key not in self.deciding:
                    return True
                first.append(key)
        missing = _missing(chosen)
        return not _holds_one(first, verdicts) and not any(less <= missing for less in self.gaps)

    def note(self, chosen: Chosen, verdicts: Verdicts) -> None:
        holding = [key for key, verdict in verdicts.items() if verdict]
        if not holding:
            gap = self.walk.trimmed(chosen, verdicts)
            self.gaps.setdefault(_missing(gap), gap)
            return
        first = holding[0]
        self.deciding.add(first)
        before = dict.fromkeys(takewhile(first.__ne__, verdicts), False)
        for later in holding[1:]:
            if (first, later) not in self.met:
                needed = {**before, first: True, later: True}
                self.met[first, later] = self.walk.trimmed(chosen, needed)

    def in_order(self) -> Iterator[Setting]:
        """The gaps, those with the fewest facts missing first."""
        for _missing_facts, gap in sorted(self.gaps.items(), key=lambda each: len(each[0])):
            yield _setting(gap)

    def overlaps(self) -> Iterator[Overlap]:
        for first in self.walk.rules:
            for later, always_holds in self.walk.at_once.items():
                if (first, later) in self.met and not always_holds:
                    yield Overlap(first, later, _setting(self.met[first, later]))

    def unreachable(self) -> Iterator[Unreachable]:
        for key in self.walk.rules:
            if key not in self.deciding:
                behind = (first for first in self.walk.rules if (first, key) in self.met)
                yield Unreachable(key, tuple(behind))


@dataclass(slots=True)
class _GapWithout:
    """A gap for which one fact must be missing, and no other."""

    walk: Walk
    fact: str
    gap: Chosen | None = None

    def may_lie_ahead(self, chosen: Chosen, verdicts: Verdicts) -> bool:
        missing = _missing(chosen)
        lacking = not chosen or missing == {self.fact}
        return lacking and self.gap is None and True not in verdicts.values()

    def note(self, chosen: Chosen, verdicts: Verdicts) -> None:
        gap = self.walk.trimmed(chosen, verdicts)
        if _missing(gap) == {self.fact}:
            self.gap = gap


def _holds_one(keys: Sequence[str], verdicts: Verdicts) -> bool:
    return any(verdicts[key] for key in keys)


def _missing(chosen: Chosen) -> frozenset[str]:
    return frozenset(key for key, sample in chosen.items() if sample.situation.value is None)


def _setting(chosen: Chosen) -> Setting:
    return {key: sample.situation for key, sample in chosen.items()}
