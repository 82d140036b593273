"""What somebody should know before she applies a plan: caps that are passed or can't be kept,
takers who are away, and what people hold that isn't compared.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from django.db.models import Count
from django.utils.translation import gettext as _

from banso.engines.assignment.settings import ACCOUNTS
from banso.kit.templatetags.banso import number
from banso.rooms.customers.models import Account, Holding

if TYPE_CHECKING:
    from collections.abc import Iterable

    from banso.engines.assignment.books import Books
    from banso.engines.assignment.faults import Fault
    from banso.rooms.coverage.models import RebalanceMove
    from banso.rooms.coverage.queries.role_books import RoleBooks
    from banso.rooms.coverage.queries.taking import Presence
    from banso.rooms.people.models import Member


@dataclass(frozen=True, slots=True)
class OverCap:
    """Somebody who would hold more than the model's cap."""

    member: Member
    held: int
    most: int


@dataclass(frozen=True, slots=True)
class Besides:
    """How many customers somebody holds for which the model names another role."""

    member: Member
    number: int


@dataclass(frozen=True, slots=True)
class AbsentTaker:
    """Somebody who takes customers over in a plan and is away, or leaves."""

    member: Member
    presence: Presence
    number: int


def told_over(books: RoleBooks, after: Books) -> list[OverCap]:
    """Who holds more than of the model's cap can be kept."""
    if books.caps is None or books.most is None:
        return []
    held = after.held[:, books.problem.measures.index(ACCOUNTS)]
    return [
        OverCap(books.people[books.problem.members[at]], round(held[at]), books.most)
        for at in np.flatnonzero(held > books.caps)
    ]


def told_aside(books: RoleBooks) -> list[str]:
    """What of the model's cap can't be kept whatever is moved, in a sentence each."""
    found = {(each.member, each.account): _told_fault(books, each) for each in books.aside}
    return list(found.values())


def _told_fault(books: RoleBooks, fault: Fault) -> str:
    if fault.member:
        return _(
            "%(name)s holds %(held)s customers who must stay, more than the model's cap of "
            "%(most)s. Her cap alone is set aside here; everybody else's is kept."
        ) % {
            "name": books.people[fault.member].name,
            "held": number(round(fault.load)),
            "most": number(books.most),
        }
    if fault.field:
        return _(
            "The model's caps leave room for %(room)s customers, and there are %(held)s. All are "
            "set aside here."
        ) % {"held": number(round(fault.load)), "room": number(round(fault.limit))}
    return _(
        "The model's caps leave nobody who could take %(customer)s. They are set aside for those "
        "who could otherwise."
    ) % {"customer": Account.objects.only("name").get(pk=fault.account).name}


def told_besides(books: RoleBooks) -> list[Besides]:
    """Who holds customers that are none of the role's, the most first: nobody deals them here. Who
    looks sees all that these people hold. Those of who leaves are in nobody's book and still hers.
    """
    ids = [each.pk for each in books.people.values()]
    held = Holding.objects.filter(to_on=None, member__in=ids)
    numbers = dict(
        held.order_by().values_list("member").annotate(n=Count("account", distinct=True))
    )
    counted = books.problem.measures.index(ACCOUNTS)
    leaving = Counter(each.giver for each in books.kept.values() if not each.holder)
    theirs = books.today.held[:, counted]
    found = [
        Besides(member, numbers.get(member.pk, 0) - round(theirs[at]) - leaving[member.pk])
        for at, member in enumerate(books.people.values())
    ]
    return sorted((each for each in found if each.number > 0), key=lambda each: -each.number)


def told_absent(books: RoleBooks, gathered: Iterable[RebalanceMove]) -> list[AbsentTaker]:
    """Who takes customers over in a plan and is away, or leaves."""
    numbers = Counter(each.receiver.handle for each in gathered)
    return [
        AbsentTaker(books.people[handle], books.presence[handle], taken)
        for handle, taken in numbers.items()
        if handle in books.presence
    ]
