"""What a role may do across the whole installation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from banso.rooms.identity.models import AccessRole

if TYPE_CHECKING:
    from banso.rooms.identity.models import User

SEES_ALL = frozenset({AccessRole.OPERATIONS, AccessRole.EXECUTIVE, AccessRole.ADMINISTRATOR})
OPERATES = frozenset({AccessRole.OPERATIONS, AccessRole.ADMINISTRATOR})


def may_see_all(viewer: User) -> bool:
    """Whether every account is in the viewer's scope."""
    return viewer.role in SEES_ALL


def may_operate(viewer: User) -> bool:
    """Whether the viewer brings data in and reads the journal and the jobs."""
    return viewer.role in OPERATES


def may_administer(viewer: User) -> bool:
    """Whether the viewer gives other people access."""
    return viewer.role == AccessRole.ADMINISTRATOR
