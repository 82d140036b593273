from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction

from banso.kit.upsert import Change, Placed, TakenBack, put, take_back
from banso.rooms.customers.models import (
    Contact,
)
from banso.rooms.customers.points import (
    CONTACTS_PUT,
    CONTACTS_TAKEN_BACK,
)
from banso.rooms.journal.actions import record

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from banso.rooms.identity.models import User


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRow:
    """A contact as a file states it. Fields the file lacks stay as they are."""

    external_id: str
    account: int
    given: dict[str, Any]


@transaction.atomic
def put_contacts(rows: Sequence[ContactRow], *, by: User, at: datetime) -> list[Placed]:
    """Create or update contacts by their own id."""
    values = [
        {"external_id": row.external_id, "account_id": row.account, **row.given} for row in rows
    ]
    placed = put(Contact, values, key=["external_id"])
    touched = [row.account for row, p in zip(rows, placed, strict=True) if p.change]
    if touched:
        created = sum(p.change is not None and p.change.before is None for p in placed)
        updated = len(touched) - created
        record(CONTACTS_PUT, by=by, at=at, accounts=touched, created=created, updated=updated)
    return placed


@transaction.atomic
def take_back_contacts(changes: Sequence[Change], *, by: User, at: datetime) -> TakenBack:
    """Undo what an import did to contacts."""
    contacts = Contact.objects.filter(pk__in=[change.pk for change in changes])
    accounts = dict(contacts.values_list("pk", "account_id"))
    done = take_back(changes)
    stayed = {change.pk for change, _code in done.kept}
    before = {account for pk, account in accounts.items() if pk not in stayed}
    after = contacts.exclude(pk__in=stayed).values_list("account_id", flat=True)
    counts = {"removed": done.removed, "restored": done.restored}
    record(CONTACTS_TAKEN_BACK, by=by, at=at, accounts=sorted({*before, *after}), **counts)
    return done
