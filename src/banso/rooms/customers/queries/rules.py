"""Rules over the facts of accounts: the condition language, told which facts there are and where
they stand.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Q

from banso.engines.basis.rules import vocabulary as language
from banso.engines.basis.rules.answers import Spell, Subject, explain
from banso.engines.basis.rules.checking import faults_in
from banso.engines.basis.rules.reading import parse
from banso.engines.basis.rules.settling import settle
from banso.engines.basis.rules.tree import facts_of
from banso.kit.conditions import Past, Place, as_q
from banso.kit.working_days import is_open_on
from banso.rooms.customers.models import FactChange, Segment
from banso.rooms.customers.queries.vocabulary import SEGMENT, Fact, shipped_facts, vocabulary

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import date

    from banso.engines.basis.rules.answers import Verdict
    from banso.engines.basis.rules.faults import Fault
    from banso.engines.basis.rules.settling import Settled
    from banso.rooms.customers.models import Account

# True of every account. SQLite reads a table end to end by any index that holds all columns asked
# of it, in the order of that index, and looks up the rows joined to it all over the place. No index
# holds the name: so the table itself is read, in less than half the time.
READ_WHOLE = Q(name__isnull=False)


@dataclass(frozen=True, slots=True)
class Language:
    """The facts a rule may speak of here, for the language and for the database."""

    facts: Mapping[str, Fact]
    words: language.Vocabulary
    places: Mapping[str, Place]
    segments: Mapping[str, str]  # key to name, of those in use

    def without(self, *keys: str) -> Language:
        """The same without some facts."""
        left = {key: fact for key, fact in self.facts.items() if key not in keys}
        return _language(left, self.segments)

    def faults(self, text: str) -> tuple[Fault, ...]:
        """Everything wrong with a rule."""
        return faults_in(text, self.words)

    def settled(self, text: str, *, on: date) -> Settled:
        """The rule as it stands on a day; UnsoundRule if it can't be read."""
        return settle(parse(text), self.words, on=on, is_open=is_open_on())

    def met(self, text: str, *, on: date) -> Q:
        """The rule as a condition of accounts; UnsoundRule if it can't be read."""
        return READ_WHOLE & as_q(self.settled(text, on=on), self.places)

    def explained(self, text: str, account: Account, *, on: date) -> Verdict:
        """Whether the rule holds for one account, leaf by leaf; UnsoundRule if it can't be read."""
        settled = self.settled(text, on=on)
        return explain(settled, self._subject(account, facts_of(settled.rule)))

    def _subject(self, account: Account, keys: Collection[str]) -> Subject:
        asked = [self.facts[key] for key in keys]
        values = {fact.key: fact.value_in(account) for fact in asked}
        return Subject(values, spells([fact for fact in asked if fact.history], account))


def spells(facts: Collection[Fact], account: Account) -> dict[str, list[Spell]]:
    """The former and present values of an account in those facts, by day."""
    kinds = {fact.key: fact.kind for fact in facts}
    found: dict[str, list[Spell]] = {key: [] for key in kinds}
    rows = FactChange.objects.filter(account=account, fact__in=kinds) if kinds else ()
    for row in rows:
        found[row.fact].append(Spell(getattr(row, kinds[row.fact]), row.from_on, row.to_on))
    return found


def rule_language(*, without: Collection[str] = ()) -> Language:
    """What rules can speak of now, `without` some facts."""
    in_use = Segment.objects.filter(position__isnull=False).order_by("position", "pk")
    spoken = _language(vocabulary(), {each.key: each.name for each in in_use})
    return spoken.without(*without) if without else spoken


def fact_language() -> Language:
    """The same for rules asked of one account at hand: without the names of segments, and without
    what leads the database to a fact.
    """
    facts = vocabulary()
    return Language(facts, _words(facts, ()), {}, {})


def _language(facts: Mapping[str, Fact], segments: Mapping[str, str]) -> Language:
    places = {key: _place(fact) for key, fact in facts.items()}
    return Language(facts, _words(facts, segments), places, segments)


def _words(facts: Mapping[str, Fact], segments: Iterable[str]) -> language.Vocabulary:
    choices = {SEGMENT: tuple(segments)}
    leasts = {spec.key: spec.least for spec in shipped_facts()}
    words = [
        language.Fact(
            key=key,
            type=language.FactType(fact.type),
            has_history=fact.history,
            choices=choices.get(key, ()),
            names=(fact.label,),
            least=leasts.get(key),
        )
        for key, fact in facts.items()
    ]
    return language.Vocabulary(words, currency=settings.BANSO.currency)


def _place(fact: Fact) -> Place:
    past = Past(rows="fact_changes", fact=fact.key, value=fact.kind)
    return Place(fact.path, past if fact.history else None)
