"""Dealing a pool's work to its people, where the model says that it is dealt and not taken."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import F
from django.utils.timezone import localtime

from banso.engines.operating.choices import Routing
from banso.rooms.journal.actions import record
from banso.rooms.work.actions.changing import LEASE, NOT_HELD
from banso.rooms.work.models import Seat, State, WorkItem
from banso.rooms.work.points import ITEMS_DEALT
from banso.rooms.work.queries.chairs import chairs, declines, pieces
from banso.rooms.work.queries.dealing import Deal, Dealer, by_seat
from banso.rooms.work.queries.policies import model_in_force, pool_said

if TYPE_CHECKING:
    from banso.rooms.identity.models import User
    from banso.rooms.people.models import Team

MOST: Final = 20_000
TOLD: Final = 200  # of those that nobody can take


@transaction.atomic
def deal_pool(pool: Team, *, routing: Routing | None = None, by: User, at: datetime) -> Deal:
    """Deal what waits in a pool to whoever is there, has room and can serve it.

    What nobody can take stays as it is and says why, person by person; it is asked for again
    whenever this runs. All seats of the pool are locked, so that no cap is passed.
    """
    chosen = routing or pool_said(pool, model_in_force()).routing
    if chosen is Routing.PULL:
        return Deal()
    seats = Seat.objects.select_for_update().filter(pool=pool, is_open=True).order_by("pk")
    there = chairs(list(seats), at=at)
    dealer = Dealer(there, chosen, declined=declines(pool, at=at), at=at)
    done = dealer.deal(pieces(pool, at=at, most=MOST), told=TOLD)
    _write(done, at)
    if done.dealt:
        told = {
            "pool": pool.name,
            "routing": chosen.value,
            "number": len(done.dealt),
            "dealt": [[each.piece.item, each.chair.member, each.next] for each in done.dealt],
        }
        record(ITEMS_DEALT, by=by, at=at, accounts=[x.piece.account for x in done.dealt], **told)
    return done


def _write(done: Deal, at: datetime) -> None:
    on = localtime(at).date()
    for seat, given in by_seat(done.dealt).items():
        WorkItem.objects.filter(pk__in=[each.piece.item for each in given]).update(
            state=State.IN_HAND,
            member=given[0].chair.member,
            seat=seat,
            since=at,
            lease_until=at + LEASE,
            was_dealt=True,
            version=F("version") + 1,
            nobody=[],
            **NOT_HELD,
        )
        of_today = Seat.objects.filter(pk=seat, day=on).update(taken=F("taken") + len(given))
        if not of_today:
            Seat.objects.filter(pk=seat).update(taken=len(given), day=on)
        Seat.objects.filter(pk=seat).update(
            open=F("open") + len(given),
            last_taken_at=datetime.fromtimestamp(given[0].chair.last, UTC),
            dealt_minutes=F("dealt_minutes") + sum(each.piece.minutes for each in given),
        )
    for item, why in done.nobody.items():
        WorkItem.objects.filter(pk=item).exclude(nobody=why).update(nobody=why)
