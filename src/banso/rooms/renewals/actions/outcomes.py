"""What people say of a renewal: its outcome, and taking it back."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from banso.kit.acts import Refused
from banso.rooms.journal.actions import record
from banso.rooms.renewals.models import LOST, RecordedOutcome, Renewal, RenewalOutcome
from banso.rooms.renewals.points import OUTCOME_RECORDED, RENEWAL_REOPENED
from banso.rooms.renewals.queries.terms import by_the_lines

if TYPE_CHECKING:
    from datetime import date, datetime

    from banso.rooms.identity.models import User


class AlreadyRecorded(Refused):
    """Somebody has said what became of it; take that back before saying something else."""


class NothingRecorded(Refused):
    """Nobody has said anything that could be taken back."""


class ReasonMissing(Refused):
    """A loss without a reason teaches nothing."""


class AmountMissing(Refused):
    """A renewal goes on with an amount above zero."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeStated:
    """What somebody says became of a renewal. Of a loss the reason must be given, of a renewal the
    ARR with which it goes on.
    """

    outcome: RenewalOutcome
    renewed_arr_minor: int | None = None
    reason: str = ""
    detail: str = ""
    would_have_kept: str = ""
    oversold: bool = False
    competitor: str = ""
    noticed_on: date | None = None
    notice_form: str = ""


@transaction.atomic
def record_outcome(
    renewal: Renewal, stated: OutcomeStated, *, by: User, at: datetime
) -> RecordedOutcome:
    """Say what became of a renewal. The amount decides whether it was renewed at more or less."""
    said = asdict(stated) | _measured(renewal, stated)
    silent = Renewal.objects.filter(Q(closed_at=None) | Q(by_lines=True), pk=renewal.pk)
    holds = {
        "outcome": said["outcome"],
        "renewed_arr_minor": said["renewed_arr_minor"],
        "loss_reason": said["reason"],
        "by_lines": False,
        "closed_at": at,
    }
    if not silent.update(**holds):  # the update is the lock
        raise AlreadyRecorded(_("Somebody has recorded the outcome of this renewal already."))
    recorded = RecordedOutcome.objects.create(renewal=renewal, by=by, at=at, **said)
    record(OUTCOME_RECORDED, by=by, at=at, **_named(renewal), outcome=said["outcome"])
    return recorded


def _measured(renewal: Renewal, stated: OutcomeStated) -> dict[str, Any]:
    """The outcome as its amount tells it; of what shrank, the reason."""
    if stated.outcome in LOST:
        if not stated.reason:
            raise ReasonMissing(_("Please say why the customer was lost."))
        return {"renewed_arr_minor": 0}
    now, due = stated.renewed_arr_minor, renewal.renewable_arr_minor
    if not now or now < 0:
        raise AmountMissing(_("Please give the ARR with which the contract goes on."))
    if due is None or now == due:
        return {"outcome": RenewalOutcome.RENEWED, "reason": ""}
    if now > due:
        return {"outcome": RenewalOutcome.RENEWED_LARGER, "reason": ""}
    return {"outcome": RenewalOutcome.RENEWED_SMALLER}


def _named(renewal: Renewal) -> dict[str, Any]:
    return {
        "accounts": [renewal.account_id],
        "contract": renewal.contract.external_id,
        "term_end_on": renewal.term_end_on.isoformat(),
    }


@transaction.atomic
def reopen_renewal(renewal: Renewal, *, by: User, at: datetime) -> None:
    """Take a person's word back. What the lines say holds again; else the renewal is open."""
    said = RecordedOutcome.objects.filter(renewal=renewal).first()
    if said is None or not RecordedOutcome.objects.filter(pk=said.pk).delete()[0]:
        raise NothingRecorded(_("Nobody has recorded an outcome of this renewal."))
    now = Renewal.objects.select_related("cancellation").get(pk=renewal.pk)
    holds = by_the_lines(now.lines_outcome, now.cancellation)
    holds["renewed_arr_minor"] = now.lines_arr_minor if now.lines_outcome else None
    holds["closed_at"] = at if now.lines_outcome else None
    Renewal.objects.filter(pk=renewal.pk).update(**holds)
    record(RENEWAL_REOPENED, by=by, at=at, **_named(renewal), outcome=said.outcome)
