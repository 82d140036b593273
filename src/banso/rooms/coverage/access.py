"""Who sees and changes operating models. Until one is announced it is the business of few."""

from __future__ import annotations

from typing import TYPE_CHECKING

from banso.rooms.coverage.models import Application, ModelVersion, VersionState
from banso.rooms.identity.access import may_operate, may_see_all

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from banso.rooms.identity.models import User


def may_shape(viewer: User) -> bool:
    """Whether the viewer writes models."""
    return may_operate(viewer)


def may_review(viewer: User) -> bool:
    """Whether the viewer may judge what somebody else proposes."""
    return may_see_all(viewer)


def visible_versions(viewer: User) -> QuerySet[ModelVersion]:
    """The versions that the viewer may know of: the one in force, and for few those that aren't
    announced.
    """
    if may_see_all(viewer):
        return ModelVersion.objects.exclude(state=VersionState.DROPPED)
    standing = Application.objects.filter(taken_back_at=None).order_by("-pk")
    return ModelVersion.objects.filter(pk__in=standing.values("version")[:1])
