"""Who sees and changes operating models, and who has a part in a handover.

Until a model is announced it is the business of few.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from banso.rooms.coverage.models import Application, Handover, ModelVersion, VersionState
from banso.rooms.customers.access import visible_accounts
from banso.rooms.identity.access import may_operate, may_see_all
from banso.rooms.identity.models import AccessRole
from banso.rooms.people.access import pools_of
from banso.rooms.people.models import Member, Team

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from banso.rooms.identity.models import User


def may_shape(viewer: User) -> bool:
    """Whether the viewer writes models."""
    return may_operate(viewer)


def may_review(viewer: User) -> bool:
    """Whether the viewer may judge what somebody else proposes."""
    return may_see_all(viewer)


def may_see_books(viewer: User) -> bool:
    """Whether the viewer compares what colleagues hold: those of whom she sees all they hold."""
    return may_see_all(viewer) or viewer.role == AccessRole.MANAGER


def visible_versions(viewer: User) -> QuerySet[ModelVersion]:
    """The versions that the viewer may know of: the one in force, and for few those that aren't
    announced.
    """
    if may_see_all(viewer):
        return ModelVersion.objects.exclude(state=VersionState.DROPPED)
    standing = Application.objects.filter(taken_back_at=None).order_by("-pk")
    return ModelVersion.objects.filter(pk__in=standing.values("version")[:1])


def receiving(viewer: User, *, on: date) -> QuerySet[Handover]:
    """Handovers that the viewer receives: in person, by the own team or by a pool."""
    me, teams = _in_person(viewer, on=on)
    return Handover.objects.filter(Q(receiver_member__in=me) | Q(receiver_team__in=teams))


def giving(viewer: User, *, on: date) -> QuerySet[Handover]:
    """Handovers that the viewer gives: in person, by the own team or by a pool."""
    me, teams = _in_person(viewer, on=on)
    return Handover.objects.filter(Q(giver_member__in=me) | Q(giver_team__in=teams))


def _in_person(viewer: User, *, on: date) -> tuple[QuerySet[Member], QuerySet[Team]]:
    """The viewer as a member, and the teams and pools in which she works on the day."""
    me = Member.objects.filter(user=viewer)
    own = Q(pk__in=me.values("team")) | Q(pk__in=pools_of(me, on=on).values("pk"))
    return me, Team.objects.filter(own)


def visible_handovers(viewer: User, *, on: date) -> QuerySet[Handover]:
    """The handovers of the accounts in the viewer's scope, and those she gives or receives."""
    if may_see_all(viewer):
        return Handover.objects.all()
    of_accounts = Handover.objects.filter(account__in=visible_accounts(viewer, on=on)).values("pk")
    given = giving(viewer, on=on).values("pk")
    return Handover.objects.filter(
        pk__in=of_accounts.union(given, receiving(viewer, on=on).values("pk"))
    )


def may_decide(viewer: User) -> bool:
    """Whether the viewer settles what receivers refuse, among the handovers she sees."""
    return viewer.role == AccessRole.MANAGER or may_operate(viewer)
