"""Companies around a customer's contract, as files bring them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import transaction

from banso.kit.upsert import Change, TakenBack, put, take_back
from banso.rooms.customers.models import AccountParty, Party
from banso.rooms.customers.points import PARTIES_PUT, PARTIES_TAKEN_BACK
from banso.rooms.journal.actions import record

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from banso.rooms.identity.models import User


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyRow:
    """A party of an account as a file states it: another customer, or a company of its own.

    `company` is what the file says of the company itself; without `other_account` it is made or
    changed.
    """

    account: int
    role: str
    other_account: int | None
    external_id: str
    company: dict[str, Any] = field(default_factory=dict)
    given: dict[str, Any] = field(default_factory=dict)


@transaction.atomic
def put_parties(rows: Sequence[PartyRow], *, by: User, at: datetime) -> list[list[Change]]:
    """Create or update who stands around accounts, and the companies themselves."""
    changes: list[list[Change]] = [[] for _row in rows]
    companies = _put_companies(rows, changes)
    for by_company in (True, False):
        places = [n for n, row in enumerate(rows) if (row.other_account is None) == by_company]
        key = "party_id" if by_company else "other_account_id"
        values = [_values(rows[n], key, companies) for n in places]
        placed = put(AccountParty, values, key=["account_id", "role", key])
        for n, each in zip(places, placed, strict=True):
            changes[n] += [each.change] if each.change else []
    touched = [row.account for row, of_row in zip(rows, changes, strict=True) if of_row]
    if touched:
        created = sum(any(_is_new(c) for c in of_row) for of_row in changes)
        updated = len(touched) - created
        record(PARTIES_PUT, by=by, at=at, accounts=touched, created=created, updated=updated)
    return changes


def _is_new(change: Change) -> bool:
    return change.before is None and change.model == AccountParty._meta.label_lower


def _values(row: PartyRow, key: str, companies: dict[str, int]) -> dict[str, Any]:
    other = row.other_account if row.other_account else companies[row.external_id]
    return {"account_id": row.account, "role": row.role, key: other, **row.given}


def _put_companies(rows: Sequence[PartyRow], changes: list[list[Change]]) -> dict[str, int]:
    """The companies by their own id; one named in several rows is what its last row says."""
    last = {row.external_id: n for n, row in enumerate(rows) if row.other_account is None}
    values = [{"external_id": each, **rows[n].company} for each, n in last.items()]
    placed = put(Party, values, key=["external_id"])
    for n, each in zip(last.values(), placed, strict=True):
        changes[n] += [each.change] if each.change else []
    return dict(zip(last, (each.pk for each in placed), strict=True))


@transaction.atomic
def take_back_parties(changes: Sequence[Change], *, by: User, at: datetime) -> TakenBack:
    """Undo what an import did to parties."""
    ties = [c.pk for c in changes if c.model == AccountParty._meta.label_lower]
    accounts = AccountParty.objects.filter(pk__in=ties).values_list("account_id", flat=True)
    concerned = sorted(set(accounts))
    done = take_back(changes)
    counts = {"removed": done.removed, "restored": done.restored}
    record(PARTIES_TAKEN_BACK, by=by, at=at, accounts=concerned, **counts)
    return done
