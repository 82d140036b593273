"""A plan in words: who would give what to whom, who stays and why, what would lack a holder, and
what reviewers settled.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from banso.rooms.customers.models import Account
from banso.rooms.people.models import Member, Team

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.utils.functional import _StrPromise

    from banso.engines.operating.surroundings import Load
    from banso.rooms.coverage.models import Reservation
    from banso.rooms.coverage.queries.ledger import Holder
    from banso.rooms.coverage.queries.planning import Plan
    from banso.rooms.coverage.queries.sentences import Reader
    from banso.rooms.coverage.queries.versions import Difference
    from banso.rooms.identity.models import User

SHOWN = 50
KEPT: Final[Mapping[str, _StrPromise]] = {
    "frozen": _("Their renewal is near: they move after it is signed."),
    "protected": _("They are protected: they move only when leaders agree."),
    "kept_out": _("Reviewers kept them out."),
}
IDLE: Final[Mapping[str, _StrPromise]] = {
    "frozen": _("Without effect: the renewal is near, so nothing moves."),
    "protected": _("Without effect: too few leaders agree, so nothing moves."),
    "not_in_role": _("Without effect: this person isn't in the role any more."),
    "no_duty": _("Without effect: the role has no duty of this customer."),
}


@dataclass(frozen=True, slots=True)
class Passing:
    """Moves alike. `giver` is "" where nobody held the duty; `asked` is the address of the single
    moves.
    """

    segment: str
    duty: str
    giver: str
    receiver: str
    accounts: int
    arr_minor: int
    asked: str = ""


@dataclass(frozen=True, slots=True)
class Settled:
    """A customer kept out, or pinned to the member in a role; `idle` says why without effect."""

    reservation: Reservation
    role: str
    idle: str


@dataclass(frozen=True, slots=True)
class Guarded:
    """A protected customer of whom something would move, and the leaders who agree."""

    account: Account
    needed: int
    leaders: list[User]

    @property
    def is_agreed(self) -> bool:
        return len(self.leaders) >= self.needed


@dataclass(frozen=True, slots=True)
class Staying:
    """Customers of whom nothing moves, for one reason, and the first of them by name."""

    code: str
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
    """A plan as its page shows it. `people` are the members who give or receive. Of the protected
    those are first of whom too few leaders agree.
    """

    customers: int
    moves: int
    accounts: int
    people: int
    passing: list[Passing]
    staying: list[Staying]
    lacking: list[Lacking]
    settled: list[Settled]
    guarded: list[Guarded]
    unguarded: int  # protected customers beyond those shown
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
    names = names_of(holders, reader)
    reasons = Counter(plan.kept.values())
    return PlanTold(
        customers=plan.customers,
        moves=len(plan.moves),
        accounts=len({move.account for move in plan.moves}),
        people=len({holder.member for holder in holders if holder.member}),
        passing=[
            Passing(reader.name(segment), reader.duty(duty), names[giver], names[receiver],
                    accounts, arr, address_of(segment, duty, giver, receiver))
            for segment, duty, giver, receiver, accounts, arr in groups
        ],
        staying=[_staying(plan, code, number) for code, number in reasons.most_common()],
        lacking=[
            Lacking(reader.name(segment), reader.duty(duty), reader.name(holder), number)
            for (segment, duty, holder), number in plan.without.most_common()
        ],
        settled=[
            Settled(each, reader.name(each.role) if each.role else "",
                    str(IDLE[plan.idle[pk]]) if pk in plan.idle else "")
            for pk, each in plan.reviewed.reservations.items()
        ],
        guarded=_guarded(plan),
        unguarded=max(0, len(plan.protected) - SHOWN),
        outside=plan.outside,
        is_whole=plan.is_whole,
    )  # fmt: skip


def address_of(segment: str, duty: str, giver: Holder, receiver: Holder) -> str:
    """How an address asks for the single moves of a group."""
    return urlencode(
        {"segment": segment, "duty": duty, "giver": giver.code, "receiver": receiver.code}
    )


def names_of(holders: Collection[Holder], reader: Reader) -> dict[Holder, str]:
    """What holders are called."""
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


def _guarded(plan: Plan) -> list[Guarded]:
    agreed = plan.reviewed.agreed
    lacking_first = sorted(plan.protected.items(), key=lambda each: agreed(each[0]) >= each[1])
    first = dict(lacking_first[:SHOWN])
    named = Account.objects.only("name").in_bulk(list(first))
    return [
        Guarded(named[pk], needed, list(plan.reviewed.approvals.get(pk, ())))
        for pk, needed in first.items()
    ]


def _staying(plan: Plan, code: str, number: int) -> Staying:
    of_reason = [pk for pk, reason in plan.kept.items() if reason == code]
    named = Account.objects.filter(pk__in=of_reason[:SHOWN]).order_by("sort_key", "pk")
    return Staying(code, str(KEPT[code]), number, list(named.only("name")))


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
