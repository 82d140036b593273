"""What became of rows that were brought in: one by one, and counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from banso.kit.upsert import Change
    from banso.rooms.ingestion.points import Kind, Row


@dataclass(slots=True)
class Tally:
    """What some rows came to."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    warned: int = 0


def status_of(kind: Kind, row: Row, changes: Sequence[Change]) -> str:
    """What became of one row: created, updated, unchanged or rejected."""
    if row.faults:
        return "rejected"
    if not changes:
        return "unchanged"
    new = any(change.model == kind.model and change.before is None for change in changes)
    return "created" if new else "updated"


def tally_of(kind: Kind, rows: Sequence[Row], by_row: Sequence[Sequence[Change]]) -> Tally:
    """The rows counted by what became of them."""
    tally = Tally(warned=sum(bool(row.warnings) and not row.faults for row in rows))
    for row, changes in zip(rows, by_row, strict=True):
        status = status_of(kind, row, changes)
        setattr(tally, status, getattr(tally, status) + 1)
    return tally
