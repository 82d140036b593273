from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from banso.rooms.identity.models import AccessRole
from banso.rooms.people.models import Member, Team

if TYPE_CHECKING:
    from banso.rooms.identity.models import User


def visible_members(viewer: User) -> QuerySet[Member]:
    """Everyone with access knows their colleagues: names, teams and roles are not secret."""
    return Member.objects.all() if viewer.is_active else Member.objects.none()


def teams_under(viewer: User) -> QuerySet[Team]:
    """The teams whose accounts a manager sees: her own and every team inside it."""
    me = Member.objects.filter(user=viewer).select_related("team").first()
    if viewer.role != AccessRole.MANAGER or me is None or me.team is None:
        return Team.objects.none()
    return Team.objects.filter(Q(pk=me.team.pk) | Q(path__startswith=f"{me.team.path} / "))
