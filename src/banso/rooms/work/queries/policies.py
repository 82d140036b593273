"""What the operating model in force says of work: pools, targets, caps, who has a seat where."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db.models import Q

from banso.engines.operating.choices import Routing
from banso.engines.operating.document import Pool
from banso.engines.operating.spans import distance_of
from banso.rooms.coverage.queries.ledger import LANGUAGE, posts_of
from banso.rooms.coverage.queries.versions import in_force, model_of
from banso.rooms.customers.queries.facts import definitions, fact_of
from banso.rooms.customers.queries.vocabulary import SEGMENT
from banso.rooms.people.models import PoolMembership, Team, TeamKind
from banso.rooms.people.queries import known_skills, skills_by_member
from banso.rooms.work.queries.needs import serves

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from banso.engines.basis.rules.plain import Distance
    from banso.engines.operating.document import Model
    from banso.rooms.customers.models import Account
    from banso.rooms.people.models import Member

AT_ONCE: Final = 5  # where the model doesn't say
FULL_WEEK_MINUTES: Final = 2_400
AS_USUAL: Final = Pool(members=[])


@dataclass(frozen=True, slots=True)
class Known:
    """What the model and its facts say of one account, as far as work goes."""

    target: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatRow:
    """A seat as the model in force gives it."""

    pool: int
    member: int
    share: float
    at_once: int
    per_day: int | None
    serves: list[str]


def model_in_force() -> Model | None:
    application = in_force()
    return model_of(application.version) if application else None


def pool_said(pool: Team, model: Model | None) -> Pool:
    """What the model says of a pool; of one that it doesn't know, what is usual."""
    return model.pools.get(pool.key, AS_USUAL) if model else AS_USUAL


def dealing_pools() -> list[tuple[Team, Routing]]:
    """The pools whose work is dealt, and how."""
    model = model_in_force()
    if model is None:
        return []
    found = Team.objects.filter(kind=TeamKind.POOL).exclude(key="").order_by("pk")
    dealt = [(pool, pool_said(pool, model).routing) for pool in found]
    return [(pool, routing) for pool, routing in dealt if routing is not Routing.PULL]


def span_of(text: str | None) -> Distance | None:
    return distance_of(text) if text else None


def known_of(account: Account, model: Model | None, *, usual_language: str) -> Known:
    """The response target of the account's segment, and in which language it is served."""
    known = definitions()
    segment = fact_of(account, SEGMENT, known)
    coverage = model.coverage.get(segment) if model and segment else None
    target = (
        coverage.response_target.first_response if coverage and coverage.response_target else ""
    )
    language = fact_of(account, LANGUAGE, known)
    return Known(target, str(language or usual_language))


def seats_said(model: Model | None, *, on: date) -> Iterator[SeatRow]:
    """A seat for everybody who works in a pool on the day.

    Whoever gives the pool a part of her hours, by her post, her week or a reserve, has that part of
    its caps, and at least one.
    """
    works = Q(to_on__isnull=True) | Q(to_on__gt=on)
    left = Q(member__left_on__isnull=True) | Q(member__left_on__gte=on)
    there = PoolMembership.objects.filter(works, left, from_on__lte=on)
    noted, topics = skills_by_member(), known_skills()
    for each in there.select_related("pool", "member").order_by("pool", "member"):
        said, member = pool_said(each.pool, model), each.member
        share = _share(member, said, model)
        yield SeatRow(
            pool=each.pool_id,
            member=member.pk,
            share=share,
            at_once=_part(said.at_once or AT_ONCE, share),
            per_day=_part(said.per_day, share) if said.per_day else None,
            serves=serves(noted.get(member.pk), every_topic=topics),
        )


def _share(member: Member, said: Pool, model: Model | None) -> float:
    week = member.weekly_minutes / FULL_WEEK_MINUTES
    roles = (posts_of(model) if model else {}).get(member.handle) or {member.job_role: 1.0}
    reserve = said.reserve
    if reserve and reserve.role in roles:
        return week * roles[reserve.role] * reserve.share
    return week * sum(roles.values())


def _part(most: int, share: float) -> int:
    return max(1, math.ceil(most * min(share, 1.0) - 1e-9))
