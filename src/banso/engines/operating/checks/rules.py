"""Whether every rule of the document means something, and the segments divide the customers."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from banso.engines.basis.rules.checking import faults_in
from banso.engines.basis.rules.reading import parse
from banso.engines.basis.rules.settling import settle
from banso.engines.basis.rules.surveying import survey
from banso.engines.basis.rules.vocabulary import FactType
from banso.engines.operating.findings import Finding, Path, error, notice, warning

if TYPE_CHECKING:
    from banso.engines.basis.rules.plain import Plain
    from banso.engines.basis.rules.settling import Settled
    from banso.engines.basis.rules.surveying import Setting
    from banso.engines.basis.rules.vocabulary import Vocabulary
    from banso.engines.operating.document import Model
    from banso.engines.operating.surroundings import Surroundings


def rule_findings(model: Model, around: Surroundings) -> Iterator[Finding]:
    sound = True
    for key, kind in model.facts.items():
        if key not in around.vocabulary:
            yield error("fact_not_defined", ("facts", key), fact=key, type=str(kind))
        elif around.vocabulary[key].type is not kind:
            stated = str(around.vocabulary[key].type)
            yield error("fact_of_another_type", ("facts", key), fact=key, type=stated)
    for path, text in rules_of(model):
        for fault in faults_in(text, around.vocabulary):
            sound = False
            yield error(
                "unsound_rule",
                path,
                offers=fault.offers,
                **fault.facts,
                fault=fault.code,
                start=fault.start,
                end=fault.end,
                rule=text,
            )
    if sound:
        yield from _division(model, around)


def rules_of(model: Model) -> Iterator[tuple[Path, str]]:
    """Every rule of the document with its place."""
    yield from _of_customers(model)
    yield from _of_agreements(model)


def _of_customers(model: Model) -> Iterator[tuple[Path, str]]:
    for at, segment in enumerate(model.segments):
        yield ("segments", at, "when"), segment.when
    for at, phase in enumerate(model.phases):
        for field in ("enter", "leave", "back_when"):
            if getattr(phase, field):
                yield ("phases", at, field), getattr(phase, field)
    for path, team in model.teams_in_order():
        if team.when:
            yield (*path, "when"), team.when


def _of_agreements(model: Model) -> Iterator[tuple[Path, str]]:
    for key, renewal in model.renewals.items():
        for at, exception in enumerate(renewal.except_):
            yield ("renewals", key, "except", at, "when"), exception.when
    for at, protected in enumerate(model.changes.protected):
        yield ("changes", "protected", at, "when"), protected.when
    for field in ("enter", "leave"):
        for at, text in enumerate(getattr(model.changes, field)):
            yield ("changes", field, at), text
    for at, incentive in enumerate(model.incentives):
        for place, text in enumerate(incentive.except_):
            yield ("incentives", at, "except", place), text


def segment_rules(model: Model, around: Surroundings) -> list[tuple[str, Settled]]:
    """The rules of the segments as they stand on the day, in order."""
    return [(each.key, settled(each.when, around)) for each in model.segments]


def settled(text: str, around: Surroundings) -> Settled:
    """A sound rule of the document as it stands on the day."""
    return settle(parse(text), around.vocabulary, on=around.on, is_open=around.is_open)


def _division(model: Model, around: Surroundings) -> Iterator[Finding]:
    """Customers that no segment takes, and segments that take none."""
    places = {each.key: at for at, each in enumerate(model.segments)}
    words = around.vocabulary
    found = survey(segment_rules(model, around))
    for gap in found.gaps:
        yield error("segment_gap", ("segments",), example=_spelled(gap, words))
    for each in found.overlaps:
        at = ("segments", places[each.later], "when")
        example = _spelled(each.example, words)
        yield notice("segment_overlap", at, first=each.first, later=each.later, example=example)
    for hidden in found.unreachable:
        at = ("segments", places[hidden.key], "when")
        behind = ", ".join(hidden.behind)
        yield error("segment_unreachable", at, segment=hidden.key, behind=behind)
    if not found.complete:
        yield warning("segments_not_surveyed", ("segments",))


def _spelled(example: Setting, words: Vocabulary) -> str:
    """The facts of an example that matter, as a rule would state them; "?" is a missing one."""
    return ", ".join(
        f"{fact} = {_value(situation.value, words[fact].type, words.minor_digits)}"
        for fact, situation in sorted(example.items())
    )


def _value(value: Plain | None, kind: FactType, minor_digits: int) -> str:
    if value is None:
        return "?"
    if kind is FactType.MONEY and isinstance(value, int):
        return f"{Decimal(value).scaleb(-minor_digits):f}"
    return str(value)
