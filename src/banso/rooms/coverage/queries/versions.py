"""The versions of the operating model, and how two of them differ for today's customers."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Sum

from banso.engines.operating.checks.rules import rules_of as every_rule
from banso.engines.operating.difference import Change, changes
from banso.engines.operating.reading import read
from banso.engines.operating.surroundings import Load
from banso.kit.conditions import first_match
from banso.rooms.coverage.access import visible_versions
from banso.rooms.coverage.models import Application, ModelVersion, VersionState
from banso.rooms.coverage.queries.checking import ARR, customers, rules_of
from banso.rooms.customers.queries.rules import rule_language

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from banso.engines.operating.document import Model
    from banso.rooms.customers.queries.rules import Language
    from banso.rooms.identity.models import User


@dataclass(frozen=True, slots=True)
class AppliedModel:
    """The model that was applied last, ready to be asked."""

    application: Application
    model: Model
    spoken: Language


@dataclass(frozen=True, slots=True)
class Spell:
    """A version in force, from its first day to the first day no longer; None while it lasts."""

    version: ModelVersion
    from_on: date
    to_on: date | None


@dataclass(frozen=True, slots=True)
class Moved:
    """Customers who leave one segment for another; a key is "" where no segment takes them."""

    before: str
    after: str
    held: Load


@dataclass(frozen=True, slots=True)
class Passing:
    """A duty that passes from one holder to another, for the customers of these moves."""

    duty: str
    segment_before: str
    segment: str
    giver: str
    receiver: str
    held: Load


@dataclass(frozen=True, slots=True)
class Difference:
    """What one model changes of another: in the text, and for today's customers."""

    before: Model
    after: Model
    changes: list[Change] = field(default_factory=list)
    moved: list[Moved] = field(default_factory=list)
    passing: list[Passing] = field(default_factory=list)


def versions(viewer: User) -> QuerySet[ModelVersion]:
    """The versions the viewer may know of, the newest first."""
    return visible_versions(viewer).select_related(
        "written_by", "proposed_by", "reviewed_by", "based_on"
    ).order_by("-written_at", "-pk")  # fmt: skip


def version_by_number(number: int) -> ModelVersion | None:
    """The version of that number, unless it is put aside."""
    kept = ModelVersion.objects.exclude(state=VersionState.DROPPED)
    return kept.filter(pk=number).first()


def applications() -> QuerySet[Application]:
    """What was carried out and not taken back, the latest last."""
    standing = Application.objects.filter(taken_back_at=None)
    return standing.select_related("version", "applied_by").order_by("pk")


def in_force() -> Application | None:
    """What was applied last and stands."""
    return applications().last()


def applied_model(application: Application | None) -> AppliedModel | None:
    """The model of what was applied last; None before any was, or where one of its rules can't be
    understood any more, for a fact it speaks of is gone.
    """
    model = model_of(application.version) if application else None
    if application is None or model is None:
        return None
    spoken = rule_language()
    sound = not any(spoken.faults(text) for _path, text in every_rule(model))
    return AppliedModel(application, model, spoken) if sound else None


def model_on(day: date) -> ModelVersion | None:
    """The version under which the company worked on a day; None before the first was applied."""
    last = applications().filter(on__lte=day).last()
    return last.version if last else None


def spells() -> list[Spell]:
    """Which version was in force from which day to which, the earliest first. Of two that hold on
    one day the one applied last is in force, as for `model_on`.
    """
    begun: list[Application] = []
    for each in applications():
        begun = [*(earlier for earlier in begun if earlier.on < each.on), each]
    ends = [*(each.on for each in begun[1:]), None]
    return [Spell(each.version, each.on, to_on) for each, to_on in zip(begun, ends, strict=True)]


def standing(viewer: User, applied: Application | None) -> ModelVersion | None:
    """The version that was applied; before any was, the approved one of the latest day."""
    if applied is not None:
        return versions(viewer).filter(pk=applied.version_id).first()
    approved = versions(viewer).filter(state=VersionState.APPROVED)
    return approved.order_by("-effective_on", "-reviewed_at").first()


def difference(before: Model, after: Model, *, on: date) -> Difference:
    """What the second model changes of the first for the customers of today."""
    shared = _customers(before, after, on=on)
    moved = [Moved(*key, held) for key, held in sorted(shared.items()) if key[0] != key[1]]
    passing = [
        Passing(duty, *key, giver, receiver, held)
        for key, held in sorted(shared.items())
        for duty in dict.fromkeys([*before.duties, *after.duties])
        if (giver := _holder(before, duty, key[0])) != (receiver := _holder(after, duty, key[1]))
    ]
    return Difference(before, after, changes(before, after), moved, passing)


def _holder(model: Model, duty: str, segment: str) -> str:
    if not segment or duty not in model.duties:
        return ""
    return ", ".join(model.accountable(duty, segment))


def _customers(before: Model, after: Model, *, on: date) -> dict[tuple[str, str], Load]:
    """How many customers stand in each pair of segments."""
    spoken = rule_language()
    sides = [rules_of(each, spoken, on=on) for each in (before, after)]
    if not all(sides):
        return {}
    old, new = (first_match(rules, spoken.places) for rules in sides)
    sums: dict[str, Any] = {"accounts": Count("pk"), "arr": Sum(spoken.facts[ARR].path)}
    found = customers(spoken, on=on).annotate(old=old, new=new).order_by()
    counted = found.values_list("old", "new").annotate(**sums)
    return {
        (one or "", two or ""): Load(accounts=count, arr_minor=arr or 0)
        for one, two, count, arr in counted
    }


def model_of(version: ModelVersion) -> Model | None:
    """The model in a version's text."""
    return _model_in(version.text)


@lru_cache(maxsize=16)
def _model_in(text: str) -> Model | None:
    """By its text, which is read once: a page of every account asks for the one in force."""
    return read(text).model
