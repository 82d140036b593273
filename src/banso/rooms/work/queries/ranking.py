"""In which order work is done: by when it is due, and how urgent it is.

An item's rank is the moment it is due, in seconds, less the head start of its priority. So what
waits rises by itself: each rank is fixed, and time passes for all alike. What is urgent stands five
days ahead of what is due at the same time, and no further: nothing waits for ever behind a stream
of urgent things.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from banso.rooms.work.models import Priority

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

HEAD_START: Final[Mapping[int, timedelta]] = {
    Priority.URGENT: timedelta(days=5),
    Priority.HIGH: timedelta(days=2),
    Priority.NORMAL: timedelta(),
    Priority.LOW: -timedelta(days=2),
}
WITHOUT_TARGET: Final = timedelta(days=5)  # due so long after it was raised, as far as order goes
ESCALATED: Final = timedelta(days=100)  # ahead of everything that isn't


def rank(*, raised_at: datetime, due_at: datetime | None, priority: int) -> int:
    """The place of an item; the lowest comes first."""
    due = due_at or raised_at + WITHOUT_TARGET
    return int((due - HEAD_START[priority]).timestamp())


def escalated(rank_before: int) -> int:
    """The place of an item whose target is at risk."""
    return rank_before - int(ESCALATED.total_seconds())
