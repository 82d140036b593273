"""Contracts that go over to another customer, as a file tells of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import transaction

from banso.kit import lake
from banso.kit.upsert import Change, TakenBack, put, take_back
from banso.rooms.journal.actions import record
from banso.rooms.revenue.models import Transfer
from banso.rooms.revenue.points import TRANSFERS_PUT, TRANSFERS_TAKEN_BACK
from banso.rooms.revenue.queries.book import LINES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from banso.rooms.identity.models import User


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferRow:
    """A transfer as a file states it: of a line, or of all lines of an account."""

    on: date
    into: int
    account: int | None = None
    line: int | None = None
    given: dict[str, Any] = field(default_factory=dict)


@transaction.atomic
def put_transfers(rows: Sequence[TransferRow], *, by: User, at: datetime) -> list[list[Change]]:
    """Create or update transfers by what goes over and the day. No line changes by itself: with
    whom it counts does.
    """
    values = [
        {"on": row.on, "account_id": row.account, "line_id": row.line, "into_id": row.into}
        | row.given
        for row in rows
    ]
    placed = put(Transfer, values, key=["on", "account_id", "line_id"])
    changes = [each.change for each in placed if each.change]
    if changes:
        lake.mark_stale(LINES)
        created = sum(change.before is None for change in changes)
        updated = len(changes) - created
        touched = _concerned(change.pk for change in changes)
        record(TRANSFERS_PUT, by=by, at=at, accounts=touched, created=created, updated=updated)
    return [[each.change] if each.change else [] for each in placed]


@transaction.atomic
def take_back_transfers(changes: Sequence[Change], *, by: User, at: datetime) -> TakenBack:
    """Undo what an import did to transfers."""
    touched = _concerned(change.pk for change in changes)
    done = take_back(changes)
    lake.mark_stale(LINES)
    counts = {"removed": done.removed, "restored": done.restored}
    record(TRANSFERS_TAKEN_BACK, by=by, at=at, accounts=touched, **counts)
    return done


def _concerned(transfers: Iterable[int]) -> list[int]:
    """The accounts on either side."""
    rows = Transfer.objects.filter(pk__in=list(transfers))
    sides = rows.values_list("account_id", "line__account_id", "into_id")
    return sorted({side for each in sides for side in each} - {None})
