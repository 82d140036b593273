"""What the checks say of a model: a code, where it stands, and the argument behind it.

Rooms find the words. An ERROR keeps a model from being applied; a WARNING is known to go wrong
elsewhere; a NOTICE is the price of what was chosen.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

Path = tuple[str | int, ...]
Detail = str | int | float


class Severity(IntEnum):
    """The graver, the higher."""

    NOTICE = 1
    WARNING = 2
    ERROR = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something about one place of the document. `facts` explain it, `offers` might mend it."""

    code: str
    path: Path
    severity: Severity
    line: int = 0  # from 1, where the text is known
    column: int = 0
    facts: dict[str, Detail] = field(default_factory=dict)
    offers: tuple[str, ...] = ()


def error(code: str, path: Path, *, offers: tuple[str, ...] = (), **facts: Detail) -> Finding:
    return Finding(code=code, path=path, severity=Severity.ERROR, facts=facts, offers=offers)


def warning(code: str, path: Path, **facts: Detail) -> Finding:
    return Finding(code=code, path=path, severity=Severity.WARNING, facts=facts)


def notice(code: str, path: Path, **facts: Detail) -> Finding:
    return Finding(code=code, path=path, severity=Severity.NOTICE, facts=facts)


def in_reading_order(findings: list[Finding]) -> list[Finding]:
    """By line, then the gravest first."""
    return sorted(findings, key=lambda each: (each.line, each.column, -each.severity, each.code))
