"""How each segment is served, by how many people, and what these cost where the document says so.

Who serves several segments counts in each for the share of the customers they hold there; what a
pool holds counts evenly for its members. So does a year's cost.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext as _

from banso.engines.basis.money import minor_digits, rounded_half_even
from banso.engines.operating.document import Members
from banso.engines.operating.surroundings import Load
from banso.rooms.people.models import Member, PoolMembership
from banso.rooms.people.queries import serving

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from banso.engines.operating.document import Model, Pool
    from banso.rooms.coverage.queries.duties import Seen
    from banso.rooms.coverage.queries.sentences import Reader, SegmentTold

Shares = dict[int, dict[str, float]]  # by member: the share of their customers in each segment


@dataclass(frozen=True, slots=True)
class PoolTold:
    """A pool that serves a segment; `team` is its id, 0 before the pool was made."""

    name: str
    team: int
    people: int
    knows: str
    owns: str


@dataclass(frozen=True, slots=True)
class Cost:
    """What the people of a segment cost in a year. `stated` of `people` have a stated cost."""

    minor: int
    currency: str
    people: int
    stated: int
    share: float | None  # of the segment's ARR

    @property
    def is_whole(self) -> bool:
        return self.stated == self.people


@dataclass(frozen=True, slots=True)
class Served:
    """A segment as its customers meet it. `people` and `cost` are None for those who don't see all
    customers: they would be wrong.
    """

    told: SegmentTold
    held: Load
    pools: list[PoolTold]
    people: int | None
    each: float | None  # customers that one of them holds, counted in full-time shares
    cost: Cost | None


@dataclass(frozen=True, slots=True)
class Serving:
    """All segments in order, and together."""

    segments: list[Served]
    held: Load
    cost: Cost | None


def serving_of(seen: Seen, reader: Reader, *, currency: str, whole: bool, on: date) -> Serving:
    """Every segment of the model in force."""
    return _Counting(seen, reader, currency, on=on).told(whole=whole)


class _Counting:
    def __init__(self, seen: Seen, reader: Reader, currency: str, *, on: date) -> None:
        self.seen, self.reader, self.currency = seen, reader, currency
        self.model: Model = seen.model
        self.loads = seen.loads()
        self.jobs = dict(serving(Member.objects.all(), on=on).values_list("pk", "job_role"))
        lasting = Q(to_on__isnull=True) | Q(to_on__gt=on)
        rows = PoolMembership.objects.filter(lasting, from_on__lte=on, member__in=self.jobs)
        self.pool_people: dict[int, set[int]] = defaultdict(set)
        for pool, member in rows.values_list("pool", "member"):
            self.pool_people[pool].add(member)
        self.reached: Counter[str] = Counter()  # customers of each segment whom these people hold
        self.shares = self._shares()

    def told(self, *, whole: bool) -> Serving:
        held = self.loads.values()
        together = Load(
            accounts=sum(each.accounts for each in held),
            arr_minor=sum(each.arr_minor for each in held),
        )
        return Serving(
            [self._served(each, whole=whole) for each in self.reader.segments()],
            together,
            self._cost({key: sum(by.values()) for key, by in self.shares.items()}, together)
            if whole
            else None,
        )

    def _served(self, told: SegmentTold, *, whole: bool) -> Served:
        held = self.loads[told.key]
        here = {member: by[told.key] for member, by in self.shares.items() if told.key in by}
        people = sum(here.values())
        return Served(
            told,
            held,
            [self._pool(key, self.model.pools[key]) for key in self._pools_of(told.key)],
            len(here) if whole else None,
            self.reached[told.key] / people if whole and people else None,
            self._cost(here, held) if whole else None,
        )

    def _pools_of(self, segment: str) -> list[str]:
        """The pool that a segment names, and the centres that divide it."""
        coverage = self.model.coverage.get(segment)
        if coverage is None or not coverage.mode.by_pool:
            return []
        return [
            key
            for key, pool in self.model.pools.items()
            if key == coverage.pool
            or (
                coverage.by
                and pool.centre_of_excellence
                and pool.centre_of_excellence.by == coverage.by
            )
        ]

    def _pool(self, key: str, pool: Pool) -> PoolTold:
        team = self.seen.ledger.pools.get(key, 0)
        known, knows = pool.centre_of_excellence, ""
        if known is not None:
            values = [known.is_] if isinstance(known.is_, str) else known.is_
            knows = f"{self.reader.fact(known.by)}: {_(', ').join(values)}"
        owns = _(", ").join(map(self.reader.name, pool.owns))
        return PoolTold(self.reader.name(key), team, len(self.pool_people[team]), knows, owns)

    def _shares(self) -> Shares:
        """Of each who serves in a role or a pool of the model, how their customers divide."""
        roles = {key: each.role for key, each in self.model.coverage.items() if each.role}
        weights: dict[int, Counter[str]] = defaultdict(Counter)
        for each in self.seen.customers:
            holders = {self.seen.ledger.holder(each, duty) for duty in self.model.duties}
            in_role = self.seen.ledger.handles.get(roles.get(each.segment, ""), {})
            self.reached[each.segment] += any(
                holder.member in in_role or self.pool_people.get(holder.team or 0)
                for holder in holders
            )
            for holder in holders:
                if holder.member in in_role:
                    weights[holder.member or 0][each.segment] += 1.0  # type: ignore[assignment]
                people = self.pool_people.get(holder.team or 0, set())
                for member in people:
                    weights[member][each.segment] += 1 / len(people)  # type: ignore[assignment]
        return {
            member: {key: weight / sum(by.values()) for key, weight in by.items()}
            for member, by in weights.items()
        }

    def _cost(self, shares: Mapping[int, float], held: Load) -> Cost | None:
        """None where the document states no cost of anybody."""
        costs = {member: self._cost_of(member) for member in shares}
        stated = {member: cost for member, cost in costs.items() if cost is not None}
        if not stated:
            return None
        currency = self.model.company.currency
        whole = sum(cost * shares[member] for member, cost in stated.items())
        minor = rounded_half_even(Decimal(whole).scaleb(minor_digits(currency)))
        comparable = currency == self.currency and held.arr_minor > 0
        share = minor / held.arr_minor if comparable else None
        return Cost(minor, currency, len(shares), len(stated), share)

    def _cost_of(self, member: int) -> float | None:
        """A year of a member, by the first of the roles that states it."""
        ledger = self.seen.ledger
        roles = [key for key, people in ledger.handles.items() if member in people]
        roles += [
            pool.members.role
            for key, pool in self.model.pools.items()
            if isinstance(pool.members, Members)
            and member in self.pool_people.get(ledger.pools.get(key, 0), set())
        ]
        stated = (
            self.model.roles[role].cost_per_year for role in roles if role in self.model.roles
        )
        return next((cost for cost in stated if cost is not None), None)
