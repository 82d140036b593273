from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from banso.rooms.customers.models import Account, Holding
from banso.rooms.identity.access import may_see_all
from banso.rooms.identity.models import AccessRole
from banso.rooms.people.access import pools_of, teams_under
from banso.rooms.people.models import Member, Team

if TYPE_CHECKING:
    from datetime import date

    from banso.rooms.identity.models import User


def visible_accounts(viewer: User, *, on: date) -> QuerySet[Account]:
    """The accounts in the viewer's scope on that day: what every query of accounts starts from.

    Operations, executives and administrators see all; a manager what her teams' members and pools
    hold; everyone else what they themselves, their own team or a pool they work in hold.
    """
    if may_see_all(viewer):
        return Account.objects.all()
    if viewer.role == AccessRole.MANAGER:
        teams = teams_under(viewer)
        members = Member.objects.filter(Q(team__in=teams) | Q(user=viewer))
    else:
        teams = Team.objects.filter(pk__in=Member.objects.filter(user=viewer).values("team"))
        members = Member.objects.filter(user=viewer)
    held = Holding.objects.filter(Q(to_on__isnull=True) | Q(to_on__gt=on), from_on__lte=on)
    by_member = held.filter(member__in=members.values("pk")).values("account")
    by_team = held.filter(team__in=teams.values("pk")).values("account")
    by_pool = held.filter(team__in=pools_of(members, on=on).values("pk")).values("account")
    # three questions, each answered by its index; one with OR would read the whole ledger
    return Account.objects.filter(pk__in=by_member.union(by_team, by_pool))


def may_edit_accounts(viewer: User) -> bool:
    """Whether the viewer corrects the master record of accounts they see."""
    return viewer.role != AccessRole.EXECUTIVE
