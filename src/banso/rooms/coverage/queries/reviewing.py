"""What reviewers settled of a version, customer by customer, as planning and pages ask for it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from banso.engines.operating.checks import is_sound
from banso.rooms.coverage.models import Approval, PlanComment, Reservation
from banso.rooms.coverage.queries.checking import checked
from banso.rooms.coverage.queries.ledger import asked, people_by_role
from banso.rooms.coverage.queries.versions import in_force, model_of
from banso.rooms.customers.models import Account
from banso.rooms.people.models import Member
from banso.rooms.people.queries import serving

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from django.db.models import QuerySet

    from banso.engines.operating.document import Model
    from banso.rooms.coverage.models import ModelVersion
    from banso.rooms.identity.models import User


@dataclass(frozen=True, slots=True)
class Reviewed:
    """By account: what is kept or pinned, and who agrees that it moves."""

    reservations: Mapping[int, Reservation] = field(default_factory=dict)
    approvals: Mapping[int, list[User]] = field(default_factory=dict)

    def is_kept_out(self, account: int) -> bool:
        """Whether nothing of the account is to move."""
        found = self.reservations.get(account)
        return found is not None and not found.is_pin

    def pinned(self, account: int, role: str) -> int | None:
        """Who is to have the account in a role, by id."""
        found = self.reservations.get(account)
        return found.member_id if found is not None and role and found.role == role else None

    def agreed(self, account: int) -> int:
        """How many leaders agree that the account moves."""
        return len(self.approvals.get(account, ()))


UNREVIEWED = Reviewed()


def reviewed(version: ModelVersion) -> Reviewed:
    """What was settled of a version; approvals count for the text they were given to."""
    settled = Reservation.objects.filter(version=version).select_related("account", "member", "by")
    approvals: dict[int, list[User]] = defaultdict(list)
    agreed = Approval.objects.filter(version=version, revision=version.revision)
    for each in agreed.select_related("by").order_by("at", "pk"):
        approvals[each.account_id].append(each.by)
    return Reviewed({each.account_id: each for each in settled.order_by("-at", "-pk")}, approvals)


def comments(version: ModelVersion) -> QuerySet[PlanComment]:
    """What was remarked of a version's plan, the latest first."""
    said = PlanComment.objects.filter(version=version)
    return said.select_related("account", "by").order_by("-at", "-pk")


def is_under_review(version: ModelVersion) -> bool:
    """Whether the plan may still be settled: it isn't what the company works by."""
    applied = in_force()
    return applied is None or applied.version_id != version.pk


def approvals_needed(version: ModelVersion, account: Account, *, on: date) -> int:
    """How many leaders must agree before the account moves; 0 where it isn't protected."""
    found = checked(version.text, on=on)
    model, spoken = found.document.model, found.spoken
    if model is None or spoken is None or not is_sound(found.findings):
        return 0
    only = Account.objects.filter(pk=account.pk)
    return max((each.approvals for each in asked(model, spoken, on=on, among=only)), default=0)


def is_in_role(version: ModelVersion, member: Member, role: str, *, on: date) -> bool:
    """Whether the document gives the person the role on the day."""
    model = model_of(version)
    return model is not None and member.pk in people_by_role(model, on=on).get(role, {})


def members(*, on: date) -> QuerySet[Member]:
    """Whoever may be given a customer."""
    return serving(Member.objects.all(), on=on)


def people(model: Model, *, on: date) -> dict[str, list[Member]]:
    """The people of each role, as a customer may be given to one of them."""
    of_roles = people_by_role(model, on=on)
    every = {pk for role in of_roles.values() for pk in role}
    named = list(Member.objects.filter(pk__in=every).only("name").order_by("name", "pk"))
    return {role: [each for each in named if each.pk in ids] for role, ids in of_roles.items()}
