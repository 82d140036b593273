"""Whom somebody holds, as the page Balance lists them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from banso.rooms.customers.models import Account

if TYPE_CHECKING:
    from collections.abc import Iterable

    from banso.rooms.coverage.models import RebalanceMove
    from banso.rooms.coverage.queries.role_books import Kept, RoleBooks
    from banso.rooms.people.models import Member

SHOWN: Final = 50


@dataclass(frozen=True, slots=True)
class CustomerTold:
    """A customer in somebody's book, and to whom the gathered moves give it."""

    account: Account
    kept: Kept
    arr_minor: int
    goes_to: Member | None


@dataclass(frozen=True, slots=True)
class CustomersTold:
    """The customers shown of somebody's book, and how many there are."""

    shown: list[CustomerTold]
    total: int


def told_customers(
    books: RoleBooks, handle: str, *, every: bool, gathered: Iterable[RebalanceMove]
) -> CustomersTold:
    """Whom somebody holds, the largest first: every one, or as many as a page shows."""
    mine = [books.kept[account] for account in books.mine(books.today, handle)]
    mine.sort(key=lambda each: (-each.loads[1], each.account))
    first = mine if every else mine[:SHOWN]
    known = Account.objects.only("name").in_bulk([each.account for each in first])
    goes = {each.account_id: each.receiver for each in gathered}
    told = [
        CustomerTold(known[each.account], each, round(each.loads[1]), goes.get(each.account))
        for each in first
    ]
    return CustomersTold(told, len(mine))
