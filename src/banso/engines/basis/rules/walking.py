"""A walk through all that facts can be to some rules, one fact after the other.

A walk sets each fact to its `situations`, depth first, and turns back as soon as the facts set so
far decide every rule or can lead to nothing that its goal looks for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, Protocol, TypeAlias

from banso.engines.basis.rules.answers import Subject, leaf_holds
from banso.engines.basis.rules.settling import Asked, Recent, Settled
from banso.engines.basis.rules.situations import Situation, TooManyPieces, situations
from banso.engines.basis.rules.tree import Leaf, Rule, fold
from banso.engines.basis.rules.vocabulary import Fact

MOST_SITUATIONS: Final = 5_000  # of one fact

Answers: TypeAlias = Mapping[Leaf, bool]
Verdicts: TypeAlias = Mapping[str, bool | None]  # by rule; None where it can still be either


@dataclass(frozen=True, slots=True)
class Sample:
    """A situation, and how it answers every leaf about its fact."""

    situation: Situation
    answers: Answers


Chosen: TypeAlias = Mapping[str, Sample]


class Goal(Protocol):
    """What a walk looks for."""

    def may_lie_ahead(self, chosen: Chosen, verdicts: Verdicts) -> bool:
        """Whether setting more facts may show something new."""
        ...

    def note(self, chosen: Chosen, verdicts: Verdicts) -> None:
        """Take in a choice that decides every rule."""
        ...


class Walk:
    """The facts of some rules with their samples, and how many steps may still be taken."""

    def __init__(self, rules: Sequence[tuple[str, Settled]], most_steps: int) -> None:
        self.rules = {key: settled.rule for key, settled in rules}
        self.steps_left = most_steps
        self.complete = True
        self.samples = dict(self._sampled(rules))
        self.at_once = self._verdicts({}, dict.fromkeys(self.rules))

    def through(self, goal: Goal, facts: Sequence[str]) -> None:
        """Set the facts in this order, and let the goal note what comes of it."""
        self._go_on(goal, {}, {}, self.at_once, facts)

    def trimmed(self, chosen: Chosen, verdicts: Verdicts) -> Chosen:
        """The choice without the facts that these verdicts don't need."""
        for fact in list(chosen):
            fewer = {key: sample for key, sample in chosen.items() if key != fact}
            answers = {leaf: yes for each in fewer.values() for leaf, yes in each.answers.items()}
            if verdicts.items() <= self._verdicts(answers, self.at_once).items():
                chosen = fewer
        return chosen

    def _go_on(
        self,
        goal: Goal,
        chosen: Chosen,
        answers: Answers,
        verdicts: Verdicts,
        to_set: Sequence[str],
    ) -> None:
        if not goal.may_lie_ahead(chosen, verdicts):
            return
        if None not in verdicts.values():
            goal.note(chosen, verdicts)
            return
        fact, *others = to_set
        for sample in self._steps(self.samples[fact]):
            more = {**answers, **sample.answers}
            told = self._verdicts(more, verdicts)
            self._go_on(goal, {**chosen, fact: sample}, more, told, others)

    def _steps(self, samples: Iterable[Sample]) -> Iterator[Sample]:
        for sample in samples:
            self.steps_left -= 1
            if self.steps_left < 0:
                self.complete = False
                return
            yield sample

    def _verdicts(self, answers: Answers, before: Verdicts) -> Verdicts:
        """What the rules come to by these answers; what was decided before stays."""
        return {
            key: _decided(self.rules[key], answers) if verdict is None else verdict
            for key, verdict in before.items()
        }

    def _sampled(self, rules: Sequence[tuple[str, Settled]]) -> Iterator[tuple[str, list[Sample]]]:
        """For each fact, most used first, one sample for every way its leaves can answer, with a
        value and without.
        """
        uses = Counter(
            fact_of(asked).key for _key, settled in rules for asked in settled.asks.values()
        )
        for key, _count in uses.most_common():
            asking = {
                leaf: settled
                for _key, settled in rules
                for leaf, asked in settled.asks.items()
                if fact_of(asked).key == key
            }
            yield key, self._samples(asking)

    def _samples(self, asking: Mapping[Leaf, Settled]) -> list[Sample]:
        asks = [settled.asks[leaf] for leaf, settled in asking.items()]
        fact, on = fact_of(asks[0]), next(iter(asking.values())).on
        samples: dict[tuple[bool, ...], Sample] = {}
        try:
            made = situations(fact, asks, on=on)
            for each in islice(made, MOST_SITUATIONS):
                subject = Subject({fact.key: each.value}, {fact.key: each.spells})
                answers = {leaf: leaf_holds(rule, leaf, subject) for leaf, rule in asking.items()}
                told = (each.value is None, *answers.values())
                samples.setdefault(told, Sample(each, answers))
            self.complete &= next(made, None) is None
        except TooManyPieces:
            self.complete = False
        return list(samples.values())


def fact_of(asked: Asked) -> Fact:
    """The fact that is asked about."""
    return asked.fact if isinstance(asked, Recent) else asked.of.fact


def _decided(rule: Rule, answers: Answers) -> bool | None:
    """What the rule comes to by the leaves that are answered; None if it can still be either."""
    always: bool | None = True
    return fold(
        rule,
        always=always,
        leaf=answers.get,
        all_of=_all,
        any_of=_any,
        opposite=lambda part: None if part is None else not part,
    )


def _all(parts: Sequence[bool | None]) -> bool | None:
    return False if False in parts else None if None in parts else True


def _any(parts: Sequence[bool | None]) -> bool | None:
    return True if True in parts else None if None in parts else False
