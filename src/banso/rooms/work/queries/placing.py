"""Where an item belongs: to whom holds its duty at the account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Q

from banso.rooms.customers.models import Duty, Holding
from banso.rooms.people.models import TeamKind
from banso.rooms.people.queries import away
from banso.rooms.work.models import Seat, State, WorkItem
from banso.rooms.work.queries.policies import span_of

if TYPE_CHECKING:
    from datetime import date, datetime

    from banso.engines.basis.working_time import WorkingTime
    from banso.engines.operating.document import Pool
    from banso.rooms.customers.models import Account
    from banso.rooms.people.models import Member, Team

STANDS_IN = (Duty.VALUE, Duty.ADOPTION)  # who answers where nobody holds the duty itself
HELD = timedelta(hours=2)  # of working time, where the model doesn't say


@dataclass(frozen=True, slots=True)
class Place:
    """Whose an item is: a pool's, a person's, or nobody's yet."""

    pool: Team | None = None
    member: Member | None = None


@dataclass(frozen=True, slots=True)
class Continued:
    """Who served the account last, and until when the item waits for that person alone."""

    member: int
    until: datetime


def place_of(account: Account, duty: str, *, on: date) -> Place:
    """By the ledger. Of somebody who is away today it is the pool in which she works, if any: her
    colleagues there cover for her.
    """
    lasting = Q(to_on__isnull=True) | Q(to_on__gt=on)
    lines = Holding.objects.filter(lasting, account=account, from_on__lte=on)
    held = {each.duty: each for each in lines.select_related("member__team", "team")}
    found = next((held[each] for each in (duty, *STANDS_IN) if each in held), None)
    if found is None:
        return Place()
    if found.member is None:
        return Place(pool=found.team)
    if away(on=on).filter(member=found.member).exists():
        cover = _covering(found.member)
        return Place(pool=cover) if cover else Place(member=found.member)
    return Place(member=found.member)


def _covering(member: Member) -> Team | None:
    seat = Seat.objects.filter(member=member, is_open=True).select_related("pool").first()
    if seat:
        return seat.pool
    return member.team if member.team and member.team.kind == TeamKind.POOL else None


def continued(
    account: Account, pool: Team, said: Pool, work: WorkingTime, *, at: datetime
) -> Continued | None:
    """The member of the pool who finished something for the account last, within the time for
    which the model wants what follows in the same hands, if she is there today.
    """
    within = span_of(said.continuity)
    if within is None:
        return None
    done = WorkItem.objects.filter(account=account, pool=pool, state=State.DONE)
    last = done.filter(member__isnull=False).order_by("-finished_at").first()
    if last is None or last.finished_at is None or work.after(last.finished_at, within) < at:
        return None
    seats = Seat.objects.filter(pool=pool, member=last.member_id, is_open=True)
    gone = away(on=at.astimezone(work.zone).date()).values("member")
    if not seats.exclude(member__in=gone).exists():
        return None
    holds = span_of(said.holds)
    until = work.after(at, holds) if holds else work.later(at, HELD)
    return Continued(last.member_id or 0, until)
