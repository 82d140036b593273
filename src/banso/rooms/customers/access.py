from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from banso.rooms.customers.models import Account, Holding
from banso.rooms.identity.access import may_see_all
from banso.rooms.identity.models import AccessRole
from banso.rooms.people.access import teams_under
from banso.rooms.people.models import Member, Team

if TYPE_CHECKING:
    from datetime import date

    from banso.rooms.identity.models import User


def visible_accounts(viewer: User, *, on: date) -> QuerySet[Account]:
    """The accounts in the viewer's scope on that day: what every query of accounts starts from.

    Operations, executives and administrators see all; a manager what her teams' members and pools
    hold; everyone else what they themselves or their own team's pool hold.
    """
    if may_see_all(viewer):
        return Account.objects.all()
    held = Holding.objects.filter(_by(viewer), from_on__lte=on).filter(
        Q(to_on__isnull=True) | Q(to_on__gt=on)
    )
    return Account.objects.filter(pk__in=held.values("account"))


def _by(viewer: User) -> Q:
    """Holdings that put an account into the viewer's scope."""
    if viewer.role == AccessRole.MANAGER:
        teams = teams_under(viewer)
        members = Member.objects.filter(Q(team__in=teams) | Q(user=viewer))
    else:
        teams = Team.objects.filter(pk__in=Member.objects.filter(user=viewer).values("team"))
        members = Member.objects.filter(user=viewer)
    return Q(member__in=members.values("pk")) | Q(team__in=teams.values("pk"))


def may_edit_accounts(viewer: User) -> bool:
    """Whether the viewer corrects the master record of accounts they see."""
    return viewer.role != AccessRole.EXECUTIVE
