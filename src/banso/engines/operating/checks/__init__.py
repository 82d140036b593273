"""What is wrong with a model, or known to go wrong with one like it.

Each module asks one thing of a model in its surroundings and hands out findings; their order is
that of the document. Where a finding repeats an article's argument or a handbook's rule, the
function that makes it names the source.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from banso.engines.operating.checks.capacity import capacity_findings
from banso.engines.operating.checks.coverage import coverage_findings
from banso.engines.operating.checks.duties import duty_findings
from banso.engines.operating.checks.facing import facing_findings
from banso.engines.operating.checks.incentives import incentive_findings
from banso.engines.operating.checks.metrics import metric_findings
from banso.engines.operating.checks.names import name_findings
from banso.engines.operating.checks.pools import pool_findings
from banso.engines.operating.checks.renewals import renewal_findings
from banso.engines.operating.checks.rules import rule_findings
from banso.engines.operating.checks.teams import team_findings
from banso.engines.operating.findings import Finding, Severity, in_reading_order

if TYPE_CHECKING:
    from banso.engines.operating.reading import Document
    from banso.engines.operating.surroundings import Surroundings

_SOUND_FIRST: Final = (name_findings, rule_findings)
_THEN: Final = (
    coverage_findings,
    duty_findings,
    pool_findings,
    team_findings,
    renewal_findings,
    incentive_findings,
    metric_findings,
    facing_findings,
    capacity_findings,
)


def check(document: Document, around: Surroundings) -> tuple[Finding, ...]:
    """Every finding about a document. One that can't be read has those of its reading; while a
    name leads nowhere, what would follow it is not asked.
    """
    model = document.model
    if model is None:
        return document.findings
    found = [each for ask in _SOUND_FIRST for each in ask(model, around)]
    if not any(each.code in {"unknown_name", "repeated_name"} for each in found):
        found += [each for ask in _THEN for each in ask(model, around)]
    return tuple(in_reading_order([document.located(each) for each in found]))


def is_sound(findings: tuple[Finding, ...]) -> bool:
    """Whether a model with these findings may be carried out."""
    return all(each.severity < Severity.ERROR for each in findings)
