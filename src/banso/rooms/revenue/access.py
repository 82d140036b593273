"""Who may close a period of the company's revenue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from banso.rooms.identity.access import may_see_all

if TYPE_CHECKING:
    from banso.rooms.identity.models import User


def may_close_periods(viewer: User) -> bool:
    """Whether the viewer closes periods and reads closed ones. They are the whole company's, so it
    takes a viewer of the whole: executives (a CFO is one), operations and administrators.
    """
    return may_see_all(viewer)
