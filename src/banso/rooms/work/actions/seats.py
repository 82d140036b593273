"""Seats as the operating model in force gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from banso.kit.acts import upkeep
from banso.rooms.work.models import Seat
from banso.rooms.work.queries.policies import model_in_force, seats_said

if TYPE_CHECKING:
    from datetime import date

GIVEN = ("share", "at_once", "per_day", "serves")


@upkeep
def settle_seats(*, on: date) -> int:
    """Let there be exactly the seats that the model in force and the pools' members ask for on a
    day; how many changed.

    What somebody has in hand stays hers until its lease runs out, also when her seat is closed.
    """
    there = {(each.pool_id, each.member_id): each for each in Seat.objects.all()}
    changed = 0
    wanted = set()
    for row in seats_said(model_in_force(), on=on):
        key = (row.pool, row.member)
        wanted.add(key)
        values = {name: getattr(row, name) for name in GIVEN}
        seat = there.get(key)
        if seat is None:
            Seat.objects.create(pool_id=row.pool, member_id=row.member, **values)
        elif not seat.is_open or any(getattr(seat, name) != values[name] for name in GIVEN):
            Seat.objects.filter(pk=seat.pk).update(is_open=True, **values)
        else:
            continue
        changed += 1
    gone = [each.pk for key, each in there.items() if each.is_open and key not in wanted]
    Seat.objects.filter(pk__in=gone).update(is_open=False)
    return changed + len(gone)
