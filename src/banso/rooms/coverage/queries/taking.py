"""Who is away or leaves within the time for which books are planned, and who is offered customers
all the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from banso.kit.templatetags.banso import day
from banso.rooms.people.models import Absence, Member

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

HORIZON: Final = timedelta(days=90)  # for which books are planned
LONG: Final = timedelta(days=28)  # away for longer, somebody else is with her customers
ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """When a member leaves or is away: her last day with us, her first and last days away. Who
    `takes` customers over all the same isn't away for long.
    """

    takes: bool
    leaves_on: date | None = None
    away_from: date | None = None  # where she isn't away yet
    away_until: date | None = None

    @property
    def said(self) -> str:
        """As a page says it beside her name."""
        if self.leaves_on:
            return _("leaves on %(day)s") % {"day": day(self.leaves_on)}
        days = {"first": day(self.away_from), "last": day(self.away_until)}
        if self.away_from and self.away_until:
            return _("away from %(first)s until %(last)s") % days
        if self.away_from:
            return _("away from %(first)s, for an unknown time") % days
        if self.away_until:
            return _("away until %(last)s") % days
        return _("away for an unknown time")


def presences(members: Iterable[Member], *, on: date) -> dict[int, Presence]:
    """Of those members who leave within the horizon, are away, or soon will be for long, by id."""
    members = list(members)
    leaving = {
        each.pk: Presence(takes=False, leaves_on=each.left_on)
        for each in members
        if each.left_on is not None and each.left_on <= on + HORIZON
    }
    found: dict[int, Presence] = {}
    absences = Absence.objects.filter(member__in=members, from_on__lte=on + HORIZON)
    for each in absences.order_by("from_on"):
        is_over = each.to_on is not None and each.to_on <= on
        is_long = each.to_on is None or each.to_on - max(each.from_on, on) >= LONG
        former = found.get(each.member_id)
        if is_over or not (is_long or each.from_on <= on) or (former and not former.takes):
            continue
        found[each.member_id] = Presence(
            takes=not is_long,
            away_from=each.from_on if each.from_on > on else None,
            away_until=each.to_on - ONE_DAY if each.to_on else None,
        )
    return found | leaving
