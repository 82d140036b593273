"""Bringing rows in, whoever brings them: a file's batch or the items of one API call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import DataError, IntegrityError, transaction

from banso.kit.upsert import packed
from banso.rooms.ingestion.models import Batch
from banso.rooms.ingestion.points import kinds

if TYPE_CHECKING:
    from collections.abc import Container, Sequence
    from datetime import datetime

    from banso.kit.upsert import Change
    from banso.rooms.ingestion.models import Import
    from banso.rooms.ingestion.points import Kind, Occasion, Row


@transaction.atomic
def bring_in(
    kind: Kind, rows: Sequence[Row], occasion: Occasion, *, coming: Container[str] = ()
) -> list[list[Change]]:
    """Resolve and put the rows that have no fault yet; each row's changes, in order.

    A row that turns out wrong gets its faults and brings nothing. No row may name another of the
    same call as its parent. The kind's own actions write the journal.
    """
    readable = [row for row in rows if not row.faults]
    kind.resolve(readable, coming=coming)
    good = [row for row in readable if not row.faults]
    put = dict(zip((id(row) for row in good), _put_or_reject(kind, good, occasion), strict=True))
    return [put.get(id(row), []) for row in rows]


def _put_or_reject(kind: Kind, rows: Sequence[Row], occasion: Occasion) -> list[list[Change]]:
    """Put all rows at once; if the database refuses, row by row, rejecting those it refuses."""
    try:
        with transaction.atomic():
            return kind.put(rows, occasion) if rows else []
    except (IntegrityError, DataError):
        if len(rows) == 1:
            rows[0].reject("", "database_refused")
            return [[]]
    half = len(rows) // 2
    first = _put_or_reject(kind, rows[:half], occasion)
    return first + _put_or_reject(kind, rows[half:], occasion)


@transaction.atomic
def keep_batch(of: Import, number: int, changes: Sequence[Change], *, at: datetime) -> Batch:
    """Keep what was done together: undoing reads it, and the page of a row that asks where it is
    from.
    """
    own = [change.pk for change in changes if change.model == kinds[of.kind].model]
    return Batch.objects.create(
        of=of,
        number=number,
        changes=packed(changes),
        lowest=min(own, default=None),
        highest=max(own, default=None),
        committed_at=at,
    )
