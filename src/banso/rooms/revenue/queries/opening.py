"""The questions that the pages of revenue ask first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from banso.engines.revenue.periods import Period, last_months
from banso.kit.acts import Refused
from banso.rooms.identity.access import may_see_all
from banso.rooms.identity.models import User
from banso.rooms.revenue.queries import figures
from banso.rooms.revenue.queries.figures import Reader
from banso.rooms.revenue.queries.groups import OWNER, cut_by

if TYPE_CHECKING:
    from datetime import date


NO_ACCOUNT = 0


def ask_first(on: date) -> None:
    """Ask them for somebody who sees the whole company and for somebody who sees a part of it."""
    users = list(User.objects.filter(is_active=True))
    whole = next((user for user in users if may_see_all(user)), None)
    part = next((user for user in users if not may_see_all(user)), None)
    for viewer in (whole, part):
        if viewer is None:
            continue
        reader = Reader(viewer=viewer, on=on)
        try:
            told = figures.compared(reader, Period(on, on))
            figures.total_of(told)
            figures.rate_parts_of(told, told.accounts)
            figures.lines_behind(reader, told.period, NO_ACCOUNT)
            figures.groups_of(told, cut_by(OWNER).memberships())
            figures.trend(reader, [on])
            figures.by_period(reader, last_months(on))
        except Refused:  # no lines yet, or no rate: whoever asks will be told
            return
