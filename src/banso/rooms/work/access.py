from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from banso.rooms.customers.access import visible_accounts
from banso.rooms.identity.access import may_operate, may_see_all
from banso.rooms.identity.models import AccessRole
from banso.rooms.people.access import teams_under
from banso.rooms.people.models import Member, Team
from banso.rooms.work.models import Seat, WorkItem

if TYPE_CHECKING:
    from datetime import date

    from banso.rooms.identity.models import User


def may_steer(viewer: User) -> bool:
    """Whether the viewer gives work to others, freezes it, and looks after the queues."""
    return viewer.role == AccessRole.MANAGER or may_operate(viewer)


def may_work(viewer: User) -> bool:
    """Whether the viewer raises and does work."""
    return viewer.role != AccessRole.EXECUTIVE


def visible_pools(viewer: User) -> QuerySet[Team]:
    """The pools whose queues the viewer sees: those she has a seat in; of a manager also those in
    which her people have one; for those who see all accounts every pool.
    """
    seats = Seat.objects.filter(is_open=True)
    if not may_see_all(viewer):
        people = Q(user=viewer) | Q(team__in=teams_under(viewer))
        seats = seats.filter(member__in=Member.objects.filter(people).values("pk"))
    return Team.objects.filter(pk__in=seats.values("pool"))


def visible_items(viewer: User, *, on: date) -> QuerySet[WorkItem]:
    """The items of the accounts and pools in the viewer's scope, and those she has or raised."""
    if may_see_all(viewer):
        return WorkItem.objects.all()
    scope = Q(account__in=visible_accounts(viewer, on=on).values("pk"))
    hers = Q(member__user=viewer) | Q(raised_by=viewer)
    return WorkItem.objects.filter(scope | Q(pool__in=visible_pools(viewer).values("pk")) | hers)
