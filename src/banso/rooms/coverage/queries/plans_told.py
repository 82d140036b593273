"""A plan in words: who would give what to whom, who stays and why, what would lack a holder."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from banso.rooms.customers.models import Account
from banso.rooms.people.models import Member, Team

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.utils.functional import _StrPromise

    from banso.engines.operating.surroundings import Load
    from banso.rooms.coverage.queries.ledger import Holder
    from banso.rooms.coverage.queries.planning import Plan
    from banso.rooms.coverage.queries.sentences import Reader
    from banso.rooms.coverage.queries.versions import Difference

SHOWN = 50
KEPT: Final[Mapping[str, _StrPromise]] = {
    "frozen": _("Their renewal is near: they move after it is signed."),
    "protected": _("They are protected: they move only when leaders agree."),
}


@dataclass(frozen=True, slots=True)
class Passing:
    """Moves alike. `giver` is "" where nobody held the duty."""

    segment: str
    duty: str
    giver: str
    receiver: str
    accounts: int
    arr_minor: int


@dataclass(frozen=True, slots=True)
class Staying:
    """Customers of whom nothing moves, for one reason, and the first of them by name."""

    reason: str
    accounts: int
    first: list[Account]


@dataclass(frozen=True, slots=True)
class Lacking:
    """Customers for whose duty nobody is there."""

    segment: str
    duty: str
    holder: str
    accounts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanTold:
    """A plan as its page shows it. `people` are the members who give or receive."""

    customers: int
    moves: int
    accounts: int
    people: int
    passing: list[Passing]
    staying: list[Staying]
    lacking: list[Lacking]
    outside: int
    is_whole: bool

    @property
    def shown(self) -> list[Passing]:
        return self.passing[:SHOWN]

    @property
    def hidden(self) -> int:
        return max(0, len(self.passing) - SHOWN)


def told_plan(plan: Plan, reader: Reader) -> PlanTold:
    """The plan in the active language."""
    groups = plan.grouped()
    holders = {holder for group in groups for holder in group[2:4]}
    names = _names(holders, reader)
    reasons = Counter(plan.kept.values())
    return PlanTold(
        customers=plan.customers,
        moves=len(plan.moves),
        accounts=len({move.account for move in plan.moves}),
        people=len({holder.member for holder in holders if holder.member}),
        passing=[
            Passing(reader.name(segment), reader.duty(duty), names[giver], names[receiver],
                    accounts, arr)
            for segment, duty, giver, receiver, accounts, arr in groups
        ],
        staying=[_staying(plan, code, number) for code, number in reasons.most_common()],
        lacking=[
            Lacking(reader.name(segment), reader.duty(duty), reader.name(holder), number)
            for (segment, duty, holder), number in plan.without.most_common()
        ],
        outside=plan.outside,
        is_whole=plan.is_whole,
    )  # fmt: skip


def _names(holders: Collection[Holder], reader: Reader) -> dict[Holder, str]:
    members = Member.objects.in_bulk([each.member for each in holders if each.member])
    teams = Team.objects.in_bulk([each.team for each in holders if each.team])
    named = {}
    for each in holders:
        if each.member:
            named[each] = members[each.member].name
        elif each.team:
            named[each] = teams[each.team].name
        else:
            named[each] = reader.name(each.pool) if each.pool else ""
    return named


def _staying(plan: Plan, code: str, number: int) -> Staying:
    of_reason = [pk for pk, reason in plan.kept.items() if reason == code]
    named = Account.objects.filter(pk__in=of_reason[:SHOWN]).order_by("sort_key", "pk")
    return Staying(str(KEPT[code]), number, list(named.only("name")))


def moving(found: Difference, old: Reader, new: Reader) -> list[tuple[str, str, Load]]:
    """Customers who change their segment between two versions."""
    return [(old.name(each.before), new.name(each.after), each.held) for each in found.moved]


def differing(found: Difference, old: Reader, new: Reader) -> list[Passing]:
    """Duties that the second version gives to somebody else."""
    return [
        Passing(
            new.name(each.segment),
            new.duty(each.duty),
            old.name(each.giver),
            new.name(each.receiver),
            each.held.accounts,
            each.held.arr_minor,
        )
        for each in found.passing
    ]
