"""Which segment every account would have been in on days before anybody defined segments.

The rules are asked at the close of the first day that revenue can tell of and of every month end
since, over facts as of that day: told by their source where it knows its past (ARR does), else by
the history kept here, else as they are now. An account's answer holds from that day on; who had no
segment before has it from the day after the last one asked.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from banso.engines.basis.fiscal import month_end
from banso.engines.basis.rules.answers import Spell, Subject
from banso.engines.basis.rules.answers import first_match as first_of
from banso.engines.basis.rules.tree import facts_of
from banso.rooms.customers.models import Account, FactChange, SegmentList
from banso.rooms.customers.points import PastFacts, fact_sources
from banso.rooms.customers.queries.rules import rule_language
from banso.rooms.customers.queries.segments import SegmentRow, asked_in_order
from banso.rooms.customers.queries.vocabulary import SEGMENT, Fact

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from banso.engines.basis.rules.settling import Settled
    from banso.rooms.customers.queries.rules import Language

ONE = timedelta(days=1)
Answer = tuple[date, "str | None"]  # the day from which it holds


@dataclass(frozen=True, slots=True)
class PastSegments:
    """Of each account its segments by first day, from `from_on` until a list of segments held."""

    from_on: date
    answers: Mapping[int, Sequence[Answer]]


def first_day_told() -> date | None:
    """The first day of which a source can tell facts."""
    days = [source.first_day() for source in fact_sources if isinstance(source, PastFacts)]
    return min((day for day in days if day), default=None)


def list_to_date_back() -> SegmentList | None:
    """The latest list that is to hold for the past too, if that is still to be worked out: not
    done yet, or done before the sources could tell of earlier days.
    """
    latest = SegmentList.objects.filter(past=True).order_by("-pk").first()
    first = first_day_told()
    if latest is None or first is None or first >= latest.from_on:
        return None
    done = latest.past_from_on is not None and latest.past_from_on <= first
    return None if done else latest


def past_segments(of: SegmentList) -> PastSegments | None:
    """The answers of a list for the days before it; none if no source tells of any."""
    first = first_day_told()
    if first is None or first >= of.from_on:
        return None
    spoken = rule_language(without=[SEGMENT])
    rows = [SegmentRow(**each) for each in of.segments]
    asking = _Asking(
        spoken, rows, list(Account.objects.order_by("pk").values_list("pk", flat=True))
    )
    for day in days_asked(first, until=of.from_on):
        asking.ask(day)
    return PastSegments(first, asking.answers)


def days_asked(first: date, *, until: date) -> list[date]:
    """The first day and every month end after it, before `until`."""
    days, day = [first], month_end(first)
    while day < until:
        if day > first:
            days.append(day)
        day = month_end(day + ONE)
    return days


@dataclass(slots=True)
class _Asking:
    """The rules asked of all accounts on one day after another.

    Who knows the same facts as on the day before gets the same answer, unless the rules mean
    something else by then.
    """

    spoken: Language
    rows: Sequence[SegmentRow]
    accounts: Sequence[int]
    answers: dict[int, list[Answer]] = field(default_factory=dict)
    asked_on: date | None = None
    facts: list[Fact] = field(default_factory=list)
    past: _PastValues | None = None
    meant: list[Any] = field(default_factory=list)
    seen: dict[int, tuple[tuple[Any, ...], str | None]] = field(default_factory=dict)

    def ask(self, day: date) -> None:
        rules = asked_in_order(self.rows, self.spoken, on=day)
        if self.past is None:
            keys = sorted({key for _name, rule in rules for key in facts_of(rule.rule)})
            self.facts = [self.spoken.facts[key] for key in keys]
            self.past = _PastValues(self.facts)
        meant = [(name, rule.rule, list(rule.asks.values())) for name, rule in rules]
        if meant != self.meant:
            self.seen.clear()
        values = self.past.on(day)
        for account in self.accounts:
            self._answer(account, values(account), rules, day)
        self.meant, self.asked_on = meant, day

    def _answer(
        self, account: int, known: tuple[Any, ...], rules: Sequence[tuple[str, Settled]], day: date
    ) -> None:
        before = self.seen.get(account)
        if before is not None and before[0] == known:
            return
        facts = {fact.key: value for fact, value in zip(self.facts, known, strict=True)}
        found = first_of(rules, Subject(facts, self._spells(account)))
        self.seen[account] = (known, found)
        told = self.answers.setdefault(account, [])
        last = told[-1][1] if told else None
        if found != last:
            reaches_back = last is None and self.asked_on is not None
            told.append((self.asked_on + ONE if reaches_back and self.asked_on else day, found))

    def _spells(self, account: int) -> Mapping[str, Sequence[Spell]]:
        assert self.past is not None  # noqa: S101  set before anybody is asked
        return self.past.spells.get(account, {})


class _PastValues:
    """The values of some facts on any day, for all accounts."""

    def __init__(self, facts: Sequence[Fact]) -> None:
        self.facts = facts
        self.spells = _spells([fact for fact in facts if fact.history])
        self.now = _values_now(facts)

    def on(self, day: date) -> Callable[[int], tuple[Any, ...]]:
        """What is known of an account as of the close of a day."""
        told = _told_on(day, {fact.key for fact in self.facts if fact.tells_past})

        def known(account: int) -> tuple[Any, ...]:
            now = self.now.get(account, (None,) * len(self.facts))
            return tuple(
                told[fact.key].get(account)
                if fact.key in told
                else self._kept(account, fact, day, at_present)
                for fact, at_present in zip(self.facts, now, strict=True)
            )

        return known

    def _kept(self, account: int, fact: Fact, day: date, at_present: Any) -> Any:
        """The value of that day by the history; of days before it, the first one it tells."""
        spells = self.spells.get(account, {}).get(fact.key)
        if not spells:
            return at_present
        place = bisect_right(spells, day, key=lambda spell: spell.from_on)
        spell = spells[max(place - 1, 0)]
        return spell.value if place == 0 or spell.holds_on(day) else None


def _told_on(day: date, keys: set[str]) -> dict[str, dict[int, Any]]:
    """The values of those facts whose sources know them as of the day."""
    told: dict[str, dict[int, Any]] = {key: {} for key in keys}
    for source in fact_sources:
        here = {spec.key for spec in source.facts} & keys
        for account, values in source.values(on=day) if here else ():
            for key in here:
                told[key][account] = values.get(key)
    return told


def _values_now(facts: Iterable[Fact]) -> dict[int, tuple[Any, ...]]:
    columns = {f"at_{place}": fact.as_expression() for place, fact in enumerate(facts)}
    if not columns:
        return {}
    rows = Account.objects.annotate(**columns).values_list("pk", *columns)
    return {pk: tuple(values) for pk, *values in rows.iterator()}


def _spells(facts: Iterable[Fact]) -> dict[int, dict[str, list[Spell]]]:
    found: dict[int, dict[str, list[Spell]]] = {}
    for fact in facts:
        rows = FactChange.objects.filter(fact=fact.key).order_by("account_id", "from_on")
        for account, value, since, until in rows.values_list(
            "account_id", fact.kind, "from_on", "to_on"
        ).iterator():
            spell = Spell(value, since, until)
            found.setdefault(account, {}).setdefault(fact.key, []).append(spell)
    return found
