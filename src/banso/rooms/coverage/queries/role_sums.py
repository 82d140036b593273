"""What the people of a role hold, added up: of a very large company nobody waits until all that can
be known of each customer is read.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Q

from banso.engines.operating.document import EVERY
from banso.rooms.coverage.queries.checking import ARR
from banso.rooms.coverage.queries.ledger import placed, restrained
from banso.rooms.coverage.queries.staying import Staying
from banso.rooms.customers.access import visible_accounts
from banso.rooms.customers.models import Holding

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from django.db.models import QuerySet

    from banso.engines.operating.document import Model
    from banso.rooms.coverage.queries.versions import AppliedModel
    from banso.rooms.identity.models import User

Duties = tuple[str, ...]
Place = tuple[int, str, str]  # a member by id, a segment and a region


class Held(NamedTuple):
    """A customer whose first duty of the role one of its people holds, and whether it stays."""

    account: int
    place: Place
    arr_minor: int
    stays: bool


@dataclass(frozen=True, kw_only=True)
class RoleSums:
    """The customers of a role: those that are surely with one of its people, and by id those whose
    first duty of the role is with none of them, with all duties of the role.
    """

    held: list[Held]
    others: dict[int, Duties]
    people: Collection[int]
    serving: Collection[int]
    on: date

    def by_holder(
        self, *, without: Collection[int] = (), gathered: Mapping[int, int] | None = None
    ) -> dict[Place, tuple[int, int]]:
        """At each place: how many customers, and their ARR, `without` some of them, and once those
        `gathered` are with their receivers.
        """
        received = gathered or {}
        found: dict[Place, tuple[int, int]] = {}
        for account, (member, segment, region), arr, _stays in self.held:
            if account not in without:
                place = received.get(account, member), segment, region
                number, before = found.get(place, (0, 0))
                found[place] = number + 1, before + arr
        return found

    def staying(self, *, without: Collection[int] = ()) -> Counter[int]:
        """By member how many customers stay with them."""
        return Counter(
            each.place[0] for each in self.held if each.stays and each.account not in without
        )

    def one_by_one(self, members: Collection[int], accounts: Collection[int]) -> set[int]:
        """The customers of these members, those among these accounts, and whomever nobody holds, or
        one of the people by another duty.
        """
        found = {
            each.account
            for each in self.held
            if each.place[0] in members or each.account in accounts
        }
        return found | self._free_or_theirs | (self.others.keys() & set(accounts))

    @cached_property
    def _free_or_theirs(self) -> set[int]:
        """As `balancing._giver` has it: one of the people by whatever duty, else whoever holds the
        first duty that anybody holds decides.
        """
        wanted = {duty for of in self.others.values() for duty in of}
        rows = _current(wanted, on=self.on).filter(account__in=list(self.others))
        holders: dict[int, dict[str, int | None]] = defaultdict(dict)
        for account, duty, member in rows.values_list("account_id", "duty", "member_id"):
            holders[account][duty] = member
        found = set()
        for account, duties in self.others.items():
            held = holders[account]
            if self._is_free_or_theirs([held[duty] for duty in duties if duty in held]):
                found.add(account)
        return found

    def _is_free_or_theirs(self, members: Sequence[int | None]) -> bool:
        if not members or any(each in self.people for each in members):
            return True
        return members[0] is not None and members[0] not in self.serving


def role_sums(
    viewer: User,
    applied: AppliedModel,
    role: str,
    *,
    people: Collection[int],
    serving: Collection[int],
    on: date,
) -> RoleSums:
    """The customers of a role that the viewer sees, to be added up."""
    duties_of = dict(_kinds(applied.model, role))
    holder_of: dict[str, dict[int, int]] = {duties[0]: {} for duties in duties_of.values()}
    first = _current(holder_of, on=on).filter(member__isnull=False)
    for account, duty, member in first.values_list("account_id", "duty", "member_id"):
        if member in people:
            holder_of[duty][account] = member
    seen = visible_accounts(viewer, on=on).values("pk")
    rows = restrained(applied.model, applied.spoken, on=on).filter(_in_role(duties_of), pk__in=seen)
    held, others = [], {}
    arr_of = applied.spoken.facts[ARR].path
    staying = Staying(model=applied.model, on=on)
    told = rows.values_list("pk", "fits", "phase", "region", "needed", "term", arr_of)
    for account, segment, phase, region, needed, term, arr in told:
        duties = duties_of[segment, phase]
        holder = holder_of[duties[0]].get(account)
        if holder is None:
            others[account] = duties
        else:
            stays = staying.stays(term, needed)
            held.append(Held(account, (holder, segment, region), arr or 0, stays))
    return RoleSums(held=held, others=others, people=people, serving=serving, on=on)


def number_in_role(applied: AppliedModel, role: str, *, on: date) -> int:
    """For how many customers the role is accountable."""
    kinds = dict(_kinds(applied.model, role))
    return placed(applied.model, applied.spoken, on=on).filter(_in_role(kinds)).count()


def _in_role(kinds: Iterable[tuple[str, str]]) -> Q:
    phases: dict[str, list[str]] = defaultdict(list)
    for segment, phase in kinds:
        phases[segment].append(phase)
    found = Q(pk__in=[])
    for segment, those in phases.items():
        found |= Q(fits=segment, phase__in=those)
    return found


def _current(duties: Collection[str], *, on: date) -> QuerySet[Holding]:
    lasts = Q(to_on=None) | Q(to_on__gt=on)
    return Holding.objects.filter(lasts, from_on__lte=on, duty__in=duties)


def _kinds(model: Model, role: str) -> Iterator[tuple[tuple[str, str], Duties]]:
    """Each segment and phase in which duties are the role's, with these."""
    for segment in model.segments:
        for phase in [each.key for each in model.phases] or [EVERY]:
            duties = tuple(
                duty
                for duty in model.duties
                if (role,) == model.accountable(duty, segment.key, phase)[:1]
            )
            if duties:
                yield (segment.key, phase), duties
