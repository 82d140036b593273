from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat

from banso.rooms.customers.models import BulkEdit, SavedView
from banso.rooms.identity.models import AccessRole
from banso.rooms.people.models import Member, Team

if TYPE_CHECKING:
    from banso.rooms.identity.models import User

BELOW = " / "  # between the names of a team's path


def saved_views(viewer: User) -> QuerySet[SavedView]:
    """The viewer's own views, and those that were saved for a team she is in, at any depth."""
    below = Concat(OuterRef("team__path"), Value(BELOW))
    her_team = Member.objects.filter(user=viewer).filter(
        Q(team=OuterRef("team")) | Q(team__path__startswith=below)
    )
    seen = SavedView.objects.filter(Q(owner=viewer) | Q(Exists(her_team), team__isnull=False))
    return seen.select_related("team").order_by("name", "pk")


def bulk_edits(viewer: User) -> QuerySet[BulkEdit]:
    """The viewer's own edits of many accounts, latest first; without what undoing them reads."""
    return BulkEdit.objects.filter(by=viewer).defer("changes").order_by("-at", "-pk")


def shared_with(viewer: User) -> Team | None:
    """The team for which the viewer may save views: a manager's own."""
    if viewer.role != AccessRole.MANAGER:
        return None
    return Team.objects.filter(pk__in=Member.objects.filter(user=viewer).values("team")).first()
