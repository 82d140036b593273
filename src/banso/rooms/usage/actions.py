from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import transaction

from banso.kit.upsert import Change, TakenBack, put, take_back
from banso.rooms.journal.actions import record
from banso.rooms.usage.models import DayOfUse
from banso.rooms.usage.points import USE_PUT, USE_TAKEN_BACK

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from banso.rooms.identity.models import User


@dataclass(frozen=True, slots=True, kw_only=True)
class UseRow:
    """A day of use as a file states it, with the row's own id if it has one."""

    account: int
    on: date
    own_id: str
    given: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """What tells the row apart from every other."""
        if self.own_id:
            return self.own_id
        what = (self.given.get("product") or "", self.given.get("feature") or "")
        return "|".join((str(self.account), self.on.isoformat(), *what))


@transaction.atomic
def put_days_of_use(rows: Sequence[UseRow], *, by: User, at: datetime) -> list[list[Change]]:
    """Create or update days of use; they are too many to link to accounts in the journal."""
    values = [{"key": row.key, "account_id": row.account, **row.given} for row in rows]
    placed = put(DayOfUse, values, key=["key"])
    created = sum(p.change is not None and p.change.before is None for p in placed)
    updated = sum(p.change is not None and p.change.before is not None for p in placed)
    if created or updated:
        record(USE_PUT, by=by, at=at, created=created, updated=updated)
    return [[p.change] if p.change else [] for p in placed]


@transaction.atomic
def take_back_days_of_use(changes: Sequence[Change], *, by: User, at: datetime) -> TakenBack:
    """Undo what an import did to days of use."""
    done = take_back(changes)
    record(USE_TAKEN_BACK, by=by, at=at, removed=done.removed, restored=done.restored)
    return done
