from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from banso.rooms.identity.access import may_operate
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


def known_closely(viewer: User) -> QuerySet[Member]:
    """The members whose skills, and reasons for being away, the viewer may read: herself, the
    people of the teams she leads, and for operations and administrators everybody.
    """
    if may_operate(viewer):
        return visible_members(viewer)
    return visible_members(viewer).filter(Q(user=viewer) | Q(team__in=_teams_led(viewer)))


def may_note_skills(viewer: User, member: Member) -> bool:
    """Whether the viewer judges what a member can do: nobody judges herself."""
    return member.user_id != viewer.pk and known_closely(viewer).filter(pk=member.pk).exists()


def may_note_absences(viewer: User, member: Member) -> bool:
    """Whether the viewer says when a member is away."""
    return known_closely(viewer).filter(pk=member.pk).exists()


def _teams_led(viewer: User) -> QuerySet[Team]:
    """The teams of a manager, or of whoever is named as their lead, with every team inside."""
    me = Member.objects.filter(user=viewer, leads_team=True).select_related("team").first()
    if me is None or me.team is None:
        return teams_under(viewer)
    return Team.objects.filter(Q(pk=me.team.pk) | Q(path__startswith=f"{me.team.path} / "))
