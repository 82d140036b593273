"""How an item changes: the seat first, the item second, everywhere; so no two wait in a ring.

Every write says which version of the item it has read. Whoever read an older one changes nothing,
and the transaction with all it did rolls back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from django.db import connection
from django.db.models import F
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from banso.kit.acts import Refused
from banso.rooms.work.models import Seat, State, WorkItem

if TYPE_CHECKING:
    from datetime import datetime

    from banso.rooms.people.models import Member

LEASE: Final = timedelta(minutes=30)
NO_CLAIM: Final[dict[str, Any]] = {"seat": None, "lease_until": None}
NOT_HELD: Final[dict[str, Any]] = {"held_for": None, "held_until": None}


class ChangedMeanwhile(Refused):
    """Somebody else did something with the item since it was read."""


class AtCapacity(Refused):
    """She has as much as she may have at once, or has taken as much as she may today."""


_TAKE: Final = """
    UPDATE work_seat SET open = open + 1, day = %s, last_taken_at = %s,
        taken = CASE WHEN day = %s THEN taken + 1 ELSE 1 END
    WHERE id = %s AND is_open"""
_WITHIN_CAPS: Final = """
        AND open < at_once AND (per_day IS NULL OR day IS NULL OR day <> %s OR taken < per_day)"""


@dataclass(frozen=True, slots=True)
class Slot:
    """A place on somebody's seat."""

    seat: Seat
    member: Member

    def take(self, *, at: datetime, over: bool = False) -> None:
        """One place more, if there is one: the update is the lock. With `over` there always is.

        It is written as the database reads it, for it is a part of every claim: to put it together
        anew each time costs more than to carry it out.
        """
        on = connection.ops.adapt_datefield_value(localtime(at).date())
        asked = [on, connection.ops.adapt_datetimefield_value(at), on, self.seat.pk]
        with connection.cursor() as cursor:
            if over:
                cursor.execute(_TAKE, asked)
            else:
                cursor.execute(_TAKE + _WITHIN_CAPS, [*asked, on])
            if cursor.rowcount == 0:
                raise AtCapacity(
                    _(
                        "%(name)s has as much in hand as one may have here,"
                        " or has taken enough today."
                    )
                    % {"name": self.member}
                )


@dataclass(frozen=True, slots=True)
class Change:
    """A change of one item as it was read, at a moment."""

    item: WorkItem
    at: datetime

    def out_of_hand(self, **values: Any) -> None:
        """Write a state in which nobody has it in hand; a seat it was on gets its place back."""
        self._give_back()
        self._write(**NO_CLAIM, **values)

    def into_hand(self, member: Member, seat: Seat | None, *, over: bool = False) -> None:
        """Put it into somebody's hand: a place on her seat, if she has one in its pool, and the
        item. Beyond the seat's caps only with `over`.
        """
        if seat is not None:
            self._lock_both(seat)
            Slot(seat, member).take(at=self.at, over=over)
        self._give_back()
        self._write(
            state=State.IN_HAND,
            member=member,
            seat=seat,
            lease_until=self.at + LEASE if seat else None,
            wake_at=None,
            why="",
            nobody=[],
            **NOT_HELD,
        )

    def _lock_both(self, seat: Seat) -> None:
        """Of two seats the lower first: so two who take over from each other don't wait in a
        ring.
        """
        if self.item.seat_id is not None:
            both = Seat.objects.select_for_update().filter(pk__in=[seat.pk, self.item.seat_id])
            list(both.order_by("pk").values_list("pk"))

    def _give_back(self) -> None:
        if self.item.seat_id is not None:  # of an item read too early the write below refuses
            Seat.objects.filter(pk=self.item.seat_id, open__gt=0).update(open=F("open") - 1)

    def _write(self, **values: Any) -> None:
        found = WorkItem.objects.filter(pk=self.item.pk, version=self.item.version)
        if not found.update(version=F("version") + 1, since=self.at, **values):
            raise ChangedMeanwhile(_("Somebody else has changed this in the meantime."))
