"""Renewals set against the contracts: made ahead, closed by what the lines did, or taken away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction

from banso.kit.upsert import put
from banso.rooms.journal.actions import record
from banso.rooms.renewals.models import RecordedOutcome, Renewal
from banso.rooms.renewals.points import RENEWALS_RECONCILED
from banso.rooms.renewals.queries.terms import first_term_end_kept, terms_told

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from banso.rooms.identity.models import User

Key = tuple[int, "date"]


@dataclass(frozen=True, slots=True)
class Reconciled:
    """How many renewals were made, changed and taken away."""

    made: int
    changed: int
    removed: int

    @property
    def anything(self) -> bool:
        return bool(self.made or self.changed or self.removed)


@transaction.atomic
def reconcile_renewals(contracts: Sequence[int], *, on: date, by: User, at: datetime) -> Reconciled:
    """Let the renewals of these contracts be those that the contracts tell.

    A person's word stays. A renewal that no contract tells any more goes, unless it has one.
    """
    rows = Renewal.objects.select_for_update().filter(contract__in=contracts).order_by("pk")
    there = {(row.contract_id, row.term_end_on): row for row in rows}
    words = RecordedOutcome.objects.filter(renewal__contract__in=contracts)
    recorded = set(words.values_list("renewal_id", flat=True))
    told = {
        (values["contract_id"], values["term_end_on"]): values
        for values in terms_told(contracts, on=on)
    }
    for key, values in told.items():
        _settle(values, there.get(key), recorded, at)
    placed = put(Renewal, list(told.values()), key=["contract_id", "term_end_on"])
    gone = _no_longer_told(there, told, on)
    fallen = [row for row in gone if row.pk in recorded and row.stands]
    Renewal.objects.filter(pk__in=[row.pk for row in fallen]).update(stands=False)
    removed = [row for row in gone if row.pk not in recorded]
    Renewal.objects.filter(pk__in=[row.pk for row in removed]).delete()
    made = sum(p.change is not None and p.change.before is None for p in placed)
    changed = sum(p.change is not None and p.change.before is not None for p in placed)
    done = Reconciled(made, changed + len(fallen), len(removed))
    if done.anything:
        touched = [row.account_id for row in (*fallen, *removed)]
        touched += [v["account_id"] for v, p in zip(told.values(), placed, strict=True) if p.change]
        counts = {"made": done.made, "changed": done.changed, "removed": done.removed}
        record(RENEWALS_RECONCILED, by=by, at=at, accounts=touched, **counts)
    return done


def _settle(values: dict[str, Any], row: Renewal | None, recorded: set[int], at: datetime) -> None:
    """What holds: a person's word as it is, else that of the lines, closed when it first was."""
    if row is not None and row.pk in recorded:
        for name in ("outcome", "loss_reason", "by_lines"):
            del values[name]
        return
    closed = values["outcome"] != ""
    values["renewed_arr_minor"] = values["lines_arr_minor"] if closed else None
    values["closed_at"] = ((row.closed_at if row else None) or at) if closed else None


def _no_longer_told(
    there: dict[Key, Renewal], told: dict[Key, dict[str, Any]], on: date
) -> list[Renewal]:
    first = first_term_end_kept(on=on)
    return [row for key, row in there.items() if key not in told and row.term_end_on >= first]
