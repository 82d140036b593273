"""What the pages of facts show: of each fact how many accounts have it, and how its values lie."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Count, F, Max, Min, Q

from banso.engines.basis.rules.faults import UnsoundRule
from banso.engines.basis.rules.reading import parse
from banso.engines.basis.rules.tree import facts_of
from banso.engines.basis.rules.writing import fact_text
from banso.rooms.customers.access import visible_accounts
from banso.rooms.customers.models import FactChange, FactDefinition, FactRefresh, FactType
from banso.rooms.customers.points import (
    ACCOUNTS_EDITED,
    ACCOUNTS_PUT,
    ACCOUNTS_TAKEN_BACK,
    EDIT_UNDONE,
)
from banso.rooms.customers.queries.facts import OWN
from banso.rooms.customers.queries.segments import segments
from banso.rooms.customers.queries.vocabulary import ACCOUNT, Fact, vocabulary
from banso.rooms.journal.queries import entries

if TYPE_CHECKING:
    from datetime import date, datetime

    from banso.rooms.identity.models import User

FREQUENT = 12
BY_HAND: Final = frozenset({ACCOUNT, OWN})  # what imports and people write
WRITTEN_BY: Final = (ACCOUNTS_PUT, ACCOUNTS_TAKEN_BACK, ACCOUNTS_EDITED, EDIT_UNDONE)


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of the viewer's accounts have a value, and between which ends the values lie."""

    accounts: int
    of: int
    low: Any = None
    high: Any = None

    @property
    def share(self) -> float | None:
        return self.accounts / self.of if self.of else None


@dataclass(frozen=True, slots=True)
class ShownFact:
    """A fact as the list of facts shows it; `refreshed_at` is unknown where nothing was written."""

    fact: Fact
    coverage: Coverage
    refreshed_at: datetime | None
    used_by: list[str]

    @property
    def known_rule(self) -> str:
        """The rule that fits the accounts that have a value."""
        return f"not missing({fact_text(self.fact.key)})"


@dataclass(frozen=True, slots=True)
class Frequent:
    """A value, how many of the viewer's accounts have it, and the rule that fits them."""

    value: Any
    accounts: int
    rule: str


def shown_facts(viewer: User, *, on: date) -> list[ShownFact]:
    """Every fact with its coverage among the viewer's accounts."""
    known, fresh, used = vocabulary(), _freshness(), _uses()
    coverage = _coverage(viewer, list(known.values()), on=on)
    return [
        ShownFact(fact, coverage[key], fresh.get(fact.source), used.get(key, []))
        for key, fact in known.items()
    ]


def shown_fact(viewer: User, key: str, *, on: date) -> ShownFact | None:
    """One fact; none if there is none of that key."""
    fact = vocabulary().get(key)
    if fact is None:
        return None
    coverage = _coverage(viewer, [fact], on=on)[key]
    return ShownFact(fact, coverage, _freshness().get(fact.source), _uses().get(key, []))


def _coverage(viewer: User, facts: list[Fact], *, on: date) -> dict[str, Coverage]:
    """One question for all of them."""
    asked: dict[str, Any] = {"of": Count("pk")}
    for place, fact in enumerate(facts):
        value = fact.as_expression()
        asked[f"n_{place}"] = Count(value)
        if fact.numeric or fact.type == FactType.DAY:
            asked |= {f"low_{place}": Min(value), f"high_{place}": Max(value)}
    found = visible_accounts(viewer, on=on).order_by().aggregate(**asked)
    return {
        fact.key: Coverage(
            found[f"n_{place}"], found["of"], found.get(f"low_{place}"), found.get(f"high_{place}")
        )
        for place, fact in enumerate(facts)
    }


def _freshness() -> dict[str, datetime]:
    """When the facts of each source were last written."""
    found = dict(FactRefresh.objects.values_list("source", "at"))
    written = entries().filter(event__in=[event.code for event in WRITTEN_BY]).first()
    return found | (dict.fromkeys(BY_HAND, written.at) if written else {})


def _uses() -> dict[str, list[str]]:
    """Which segments' rules ask for a fact, by its key."""
    found: dict[str, list[str]] = {}
    for segment in segments():
        try:
            keys = facts_of(parse(segment.rule))
        except UnsoundRule:
            continue
        for key in keys:
            found.setdefault(key, []).append(segment.name)
    return found


def frequent_values(viewer: User, fact: Fact, *, on: date) -> list[Frequent]:
    """The most frequent values of a text, a flag or a whole number among the viewer's accounts."""
    if fact.type not in {FactType.TEXT, FactType.FLAG, FactType.INTEGER}:
        return []
    seen = visible_accounts(viewer, on=on).order_by().annotate(value=fact.as_expression())
    counted = seen.exclude(value=None).values_list("value").annotate(number=Count("pk"))
    top = counted.order_by("-number", F("value"))[:FREQUENT]
    return [Frequent(value, number, _rule_of(fact, value)) for value, number in top]


def _rule_of(fact: Fact, value: Any) -> str:
    key = fact_text(fact.key)
    if fact.type == FactType.FLAG:
        return key if value else f"{key} == false"
    if fact.type == FactType.INTEGER:
        return f"{key} == {value}"
    quoted = str(value).replace("'", "''")
    return f"{key} == '{quoted}'"


def first_noted_on(fact: Fact) -> date | None:
    """From which day on the former values of a fact are known."""
    found: date | None = FactChange.objects.filter(fact=fact.key).aggregate(first=Min("from_on"))[
        "first"
    ]
    return found


def changes_noted(viewer: User, fact: Fact, *, on: date) -> int:
    """How often a value of the viewer's accounts gave way to another or to none."""
    seen = visible_accounts(viewer, on=on)
    return FactChange.objects.filter(
        Q(to_on__isnull=False), fact=fact.key, account__in=seen
    ).count()


def definition_of(fact: Fact) -> FactDefinition | None:
    """The definition whose history can be switched: of facts in slots alone."""
    return FactDefinition.objects.filter(key=fact.key).first() if fact.in_slot else None
