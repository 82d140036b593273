"""What reviewers settle of a plan before it is applied.

Its entries in the journal are linked to no account: until a model is announced, those whom it moves
don't know of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from banso.kit.acts import Refused
from banso.rooms.coverage.access import may_review
from banso.rooms.coverage.actions.versions import ReadOtherwise
from banso.rooms.coverage.models import (
    Approval,
    ModelVersion,
    PlanComment,
    Reservation,
    VersionState,
)
from banso.rooms.coverage.points import (
    CUSTOMER_FREED,
    CUSTOMER_KEPT_OUT,
    CUSTOMER_PINNED,
    MOVE_AGREED,
    PLAN_COMMENTED,
)
from banso.rooms.coverage.queries.reviewing import approvals_needed, is_in_role, is_under_review
from banso.rooms.journal.actions import record

if TYPE_CHECKING:
    from datetime import date, datetime

    from banso.rooms.customers.models import Account
    from banso.rooms.identity.models import User
    from banso.rooms.people.models import Member


@dataclass(frozen=True, slots=True)
class Pin:
    """To whom a role's duties of a customer are to go, and why."""

    role: str
    member: Member
    reason: str


class NoReviewer(Refused):
    """Only who may judge models settles what one would change."""


class NotUnderReview(Refused):
    """What the company works by, or has put aside, isn't reviewed any more."""


class AlreadySettled(Refused):
    """A customer is kept or pinned once in a version; whoever thinks otherwise frees it first."""


class NotInTheRole(Refused):
    """A customer is given to people whom the document names for the role."""


class NotSettled(Refused):
    """The customer is left to the rules already."""


class NotProtected(Refused):
    """The customer moves without anybody's approval."""


class AlreadyAgreed(Refused):
    """Each leader agrees once."""


@transaction.atomic
def keep_out(
    version: ModelVersion, account: Account, *, reason: str, by: User, at: datetime
) -> Reservation:
    """Let nothing of a customer move. Raises NoReviewer, NotUnderReview, AlreadySettled."""
    of = _reviewed_by(by, version)
    _still_free(of, account)
    kept = Reservation.objects.create(version=of, account=account, reason=reason, by=by, at=at)
    record(CUSTOMER_KEPT_OUT, by=by, at=at, **_told(of, account), reason=reason)
    return kept


@transaction.atomic
def pin_customer(
    version: ModelVersion, account: Account, pin: Pin, *, on: date, by: User, at: datetime
) -> Reservation:
    """Give a role's duties of a customer to one of its people. Raises NoReviewer, NotUnderReview,
    AlreadySettled, NotInTheRole.
    """
    of = _reviewed_by(by, version)
    if not is_in_role(of, pin.member, pin.role, on=on):
        raise NotInTheRole(
            _("%(name)s isn't in the role that the document names for this duty.")
            % {"name": pin.member.name}
        )
    _still_free(of, account)
    said: dict[str, Any] = {"role": pin.role, "reason": pin.reason}
    pinned = Reservation.objects.create(
        version=of, account=account, member=pin.member, **said, by=by, at=at
    )
    record(CUSTOMER_PINNED, by=by, at=at, **_told(of, account), **said, member=pin.member.name)
    return pinned


@transaction.atomic
def free_customer(version: ModelVersion, account: Account, *, by: User, at: datetime) -> None:
    """Leave a customer to the rules again. Raises NoReviewer, NotUnderReview, NotSettled."""
    of = _reviewed_by(by, version)
    if not Reservation.objects.filter(version=of, account=account).delete()[0]:
        raise NotSettled(_("This customer is neither kept nor pinned any more."))
    record(CUSTOMER_FREED, by=by, at=at, **_told(of, account))


@transaction.atomic
def comment_on_plan(
    version: ModelVersion, *, account: Account | None = None, text: str, by: User, at: datetime
) -> PlanComment:
    """Remark something of one customer, or of the whole plan. Raises NoReviewer, NotUnderReview."""
    of = _reviewed_by(by, version)
    said = PlanComment.objects.create(version=of, account=account, text=text, by=by, at=at)
    told = _told(of, account) if account else _named(of)
    record(PLAN_COMMENTED, by=by, at=at, **told, text=text)
    return said


@transaction.atomic
def agree_to_move(
    version: ModelVersion, account: Account, *, read: int, on: date, by: User, at: datetime
) -> Approval:
    """A leader agrees that a protected customer moves by the `read` revision. Raises NoReviewer,
    NotUnderReview, ReadOtherwise, NotProtected, AlreadyAgreed.
    """
    of = _reviewed_by(by, version)
    if of.revision != read:
        raise ReadOtherwise(_("The document was rewritten since you read it. Read it again."))
    if not approvals_needed(of, account, on=on):
        raise NotProtected(_("The document doesn't protect this customer: nobody has to agree."))
    mine = {"version": of, "revision": read, "account": account, "by": by}
    if Approval.objects.filter(**mine).exists():
        raise AlreadyAgreed(_("You have agreed already. The others have to be somebody else."))
    agreed = Approval.objects.create(**mine, at=at)
    record(MOVE_AGREED, by=by, at=at, **_told(of, account), revision=read)
    return agreed


def _reviewed_by(by: User, version: ModelVersion) -> ModelVersion:
    """The version, which nobody applies or rewrites until the act is done."""
    if not may_review(by):
        raise NoReviewer(_("Only operations, executives and administrators review a model."))
    of = ModelVersion.objects.select_for_update().get(pk=version.pk)
    if of.state == VersionState.DROPPED or not is_under_review(of):
        raise NotUnderReview(
            _("This version is in force or put aside: what it changes isn't reviewed any more.")
        )
    return of


def _still_free(version: ModelVersion, account: Account) -> None:
    """The lock on the version keeps two reviewers from settling one customer at once."""
    settled = Reservation.objects.filter(version=version, account=account).select_related("by")
    if (found := settled.first()) is not None:
        raise AlreadySettled(
            _("%(name)s has settled this customer already: “%(reason)s” Free it first.")
            % {"name": found.by, "reason": found.reason}
        )


def _told(version: ModelVersion, account: Account) -> dict[str, Any]:
    return {**_named(version), "account": account.name, "account_id": account.pk}


def _named(version: ModelVersion) -> dict[str, Any]:
    return {"model_id": version.pk, "name": str(version)}
