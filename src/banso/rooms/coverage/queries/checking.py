"""A document checked in this company: with its facts, its people and its customers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Count, Q, Sum
from django.utils.functional import cached_property

from banso.engines.basis.rules.faults import UnsoundRule
from banso.engines.basis.rules.vocabulary import Fact, FactType, Vocabulary
from banso.engines.operating.checks import check
from banso.engines.operating.reading import read
from banso.engines.operating.surroundings import Load, Person, Surroundings
from banso.kit.conditions import first_match
from banso.kit.working_days import is_open_on
from banso.rooms.customers.models import Account, StandardMinutes
from banso.rooms.customers.queries.rules import READ_WHOLE, rule_language
from banso.rooms.customers.queries.vocabulary import shipped_facts
from banso.rooms.people.models import Member, Team
from banso.rooms.people.queries import levels, serving

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from banso.engines.basis.rules.settling import Settled
    from banso.engines.operating.document import Model
    from banso.engines.operating.findings import Finding
    from banso.engines.operating.reading import Document
    from banso.rooms.customers.queries.rules import Language

ARR, TERM_END = "arr", "term_end_on"
FULL_WEEK = 2_400  # minutes: what a full-time member works


@dataclass(frozen=True)
class Checked:
    """A document with its findings, and what it was checked against; `spoken` is None where the
    database was not asked.
    """

    document: Document
    around: Surroundings
    spoken: Language | None = None

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        return check(self.document, self.around)


def checked(text: str, *, on: date) -> Checked:
    """Everything there is to say of a text in this company on a day."""
    document, spoken = read(text), rule_language()
    held = in_segments(document.model, spoken, on=on) if document.model else {}
    around = Surroundings(
        vocabulary=spoken.words,
        on=on,
        people=_people(on=on) or None,
        teams=frozenset(Team.objects.values_list("name", flat=True)) or None,
        loads=held or None,
        minutes=dict(StandardMinutes.objects.values_list("activity", "minutes")),
        is_open=is_open_on(),
    )
    return Checked(document, around, spoken)


def checked_alone(text: str, *, on: date) -> Checked:
    """What there is to say of a text by itself: the attributes that it declares are taken for
    given, and nobody is known. The database is not asked.
    """
    document = read(text)
    facts = document.model.facts.items() if document.model else ()
    shipped = [
        Fact(key=each.key, type=FactType(each.type), has_history=each.history, least=each.least)
        for each in shipped_facts()
    ]
    words = Vocabulary(shipped, currency=settings.BANSO.currency)
    stated = [Fact(key=key, type=kind) for key, kind in facts]
    return Checked(document, Surroundings(vocabulary=words.including(stated), on=on))


def in_segments(model: Model, spoken: Language, *, on: date) -> dict[str, Load]:
    """The company's customers in each of the model's segments, by their facts now.

    Empty where a rule can't be understood: the findings say why. The whole company counts,
    whoever asks: a model is about all of it.
    """
    rules = rules_of(model, spoken, on=on)
    if not rules:
        return {}
    sums: dict[str, Any] = {"accounts": Count("pk"), "arr": Sum(spoken.facts[ARR].path)}
    found = customers(spoken, on=on).annotate(fits=first_match(rules, spoken.places)).order_by()
    counted = found.values_list("fits").annotate(**sums)
    held = {
        key: Load(accounts=accounts, arr_minor=arr or 0) for key, accounts, arr in counted if key
    }
    return {segment.key: held.get(segment.key, Load(accounts=0)) for segment in model.segments}


def customers(spoken: Language, *, on: date) -> QuerySet[Account]:
    """The accounts that a model is about: those that pay now, or whose term runs or is to come.

    Where no revenue has been brought in yet, all of them.
    """
    read = Account.objects.filter(READ_WHOLE)
    pays = Q(**{f"{spoken.facts[ARR].path}__gt": 0})
    if TERM_END in spoken.facts:
        pays |= Q(**{f"{spoken.facts[TERM_END].path}__gte": on})
    paying = read.filter(pays)
    return paying if paying.exists() else read


def rules_of(model: Model, spoken: Language, *, on: date) -> list[tuple[str, Settled]]:
    """The rules of the segments in order; none where one of them can't be understood."""
    try:
        return [(each.key, spoken.settled(each.when, on=on)) for each in model.segments]
    except UnsoundRule:
        return []


def _people(*, on: date) -> tuple[Person, ...]:
    """Who works for us on the day, in the role of their job, for the share of a week they work.

    Of whom no skill was ever noted, none is asked for.
    """
    noted = levels()
    return tuple(
        Person(handle=handle, roles={role: minutes / FULL_WEEK}, skills=noted.get(pk))
        for pk, handle, role, minutes in serving(Member.objects.all(), on=on)
        .order_by("handle")
        .values_list("pk", "handle", "job_role", "weekly_minutes")
    )
