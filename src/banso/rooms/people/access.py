from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from banso.rooms.identity.models import AccessRole
from banso.rooms.people.models import Member, PoolMembership, Team

if TYPE_CHECKING:
    from datetime import date

    from banso.rooms.identity.models import User


def visible_members(viewer: User) -> QuerySet[Member]:
    """Everyone with access knows their colleagues: names, teams and roles are not secret."""
    return Member.objects.all() if viewer.is_active else Member.objects.none()


def pools_of(members: QuerySet[Member], *, on: date) -> QuerySet[Team]:
    """The pools in which these members work on the day."""
    works = PoolMembership.objects.filter(
        Q(to_on__isnull=True) | Q(to_on__gt=on), member__in=members.values("pk"), from_on__lte=on
    )
    return Team.objects.filter(pk__in=works.values("pool"))


def teams_under(viewer: User) -> QuerySet[Team]:
    """The teams whose accounts a manager sees: her own and every team inside it."""
    me = Member.objects.filter(user=viewer).select_related("team").first()
    if viewer.role != AccessRole.MANAGER or me is None or me.team is None:
        return Team.objects.none()
    return Team.objects.filter(Q(pk=me.team.pk) | Q(path__startswith=f"{me.team.path} / "))
