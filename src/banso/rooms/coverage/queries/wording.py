"""Findings in words: what stands there, why it matters, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext_lazy as _

from banso.engines.operating.findings import Severity
from banso.rooms.coverage.queries.advice import ADVICE
from banso.rooms.coverage.queries.said import SAID
from banso.rooms.customers.queries.wording import FAULTS, OTHERWISE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.utils.functional import _StrPromise

    from banso.engines.operating.findings import Finding

SEVERITIES: Final[Mapping[Severity, _StrPromise]] = {
    Severity.ERROR: _("Error"),
    Severity.WARNING: _("Warning"),
    Severity.NOTICE: _("Notice"),
}

LEVELS: Final = {Severity.ERROR: "danger", Severity.WARNING: "warning", Severity.NOTICE: "info"}


@dataclass(frozen=True, slots=True)
class Told:
    """A finding in words; `place` is where it stands, as a path, and `level` its colour."""

    finding: Finding
    level: str
    severity: str
    sentence: str
    advice: str
    place: str


def told(finding: Finding) -> Told:
    """A finding in the active language."""
    facts = dict(finding.facts)
    sentence = str(SAID[finding.code]) % facts
    if finding.code == "unsound_rule":
        sentence = f"{sentence} {_fault(finding)}"
    return Told(
        finding,
        LEVELS[finding.severity],
        str(SEVERITIES[finding.severity]),
        sentence,
        str(ADVICE.get(finding.code, "")) % facts,
        ".".join(map(str, finding.path)),
    )


def all_told(findings: Iterable[Finding]) -> list[Told]:
    """Findings in words, the gravest first."""
    return [told(each) for each in sorted(findings, key=lambda each: (-each.severity, each.line))]


def findings_for_programs(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Findings as command and API print them, with their words in the active language."""
    return [
        {
            "code": each.code,
            "severity": each.severity.name.lower(),
            "line": each.line,
            "column": each.column,
            "path": list(each.path),
            "facts": each.facts,
            "offers": list(each.offers),
            "message": words.sentence,
            "advice": words.advice,
        }
        for each, words in ((each, told(each)) for each in findings)
    ]


def _fault(finding: Finding) -> str:
    """What is wrong inside a rule."""
    return str(FAULTS.get(str(finding.facts["fault"]), OTHERWISE)) % dict(finding.facts)
