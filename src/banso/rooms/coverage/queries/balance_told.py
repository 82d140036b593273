"""The books of a role as a page and the command tell them: people, figures, moves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy

from banso.engines.assignment.settings import ACCOUNTS, ARR, HOURS
from banso.rooms.customers.models import Account

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from django.utils.functional import _StrPromise

    from banso.engines.assignment.books import Books
    from banso.engines.assignment.moves import Block
    from banso.rooms.coverage.queries.balancing import Kept, RoleBooks
    from banso.rooms.people.models import Member

FULL: Final = 1.25  # of an even share: from here on a book is told as overfull
SHOWN: Final = 50

MEASURE_NAMES: Final[Mapping[str, _StrPromise]] = {
    ACCOUNTS: gettext_lazy("Accounts"),
    ARR: gettext_lazy("ARR"),
    HOURS: gettext_lazy("Hours a year"),
}


@dataclass(frozen=True, slots=True)
class Weight:
    """How much of a measure somebody holds, before and after the gathered moves, and an even share
    of it.
    """

    measure: str
    before: int
    after: int
    share: float

    @property
    def is_money(self) -> bool:
        return self.measure == ARR

    @property
    def scale(self) -> float:
        """Where a bar ends: at twice an even share."""
        return max(2 * self.share, float(self.after), 1.0)

    @property
    def times(self) -> float:
        """After the moves, over an even share."""
        return self.after / self.share if self.share else 0.0

    @property
    def is_full(self) -> bool:
        return self.times > FULL

    @property
    def changes(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class BookTold:
    """A person with the weights of her book."""

    member: Member
    weights: list[Weight]

    @property
    def fullest(self) -> Weight:
        return max(self.weights, key=lambda each: each.times)


@dataclass(frozen=True, slots=True)
class SpreadTold:
    """How many times the usual book the fullest one is, today and after the gathered moves."""

    measure: str
    name: _StrPromise
    before: float | None
    after: float | None


@dataclass(frozen=True, slots=True)
class BlockTold:
    """Customers who would pass together, the largest first: who gives and takes them, and the
    spreads before and after.
    """

    accounts: list[Account]
    arr_minor: int
    giver: Member | None
    taker: Member
    spreads: list[SpreadTold]

    @property
    def codes(self) -> list[str]:
        """How a form names its moves."""
        return [f"{account.pk}:{self.taker.handle}" for account in self.accounts]


@dataclass(frozen=True, slots=True)
class CustomerTold:
    """A customer in somebody's book."""

    account: Account
    kept: Kept
    arr_minor: int


def told_books(books: RoleBooks, after: Books) -> list[BookTold]:
    """Everybody's book, the fullest first."""
    problem = books.problem
    found = [
        BookTold(
            books.people[handle],
            [
                Weight(
                    measure,
                    round(books.today.held[at, k]),
                    round(after.held[at, k]),
                    float(problem.target[at, k]),
                )
                for k, measure in enumerate(problem.measures)
            ],
        )
        for at, handle in enumerate(problem.members)
    ]
    return sorted(found, key=lambda each: (-each.fullest.times, each.member.handle))


def told_spread(books: RoleBooks, before: Books, after: Books) -> list[SpreadTold]:
    """How uneven books are by each measure, before and after."""
    now = books.spread(after)
    return [
        SpreadTold(measure, MEASURE_NAMES[measure], was, now[measure])
        for measure, was in books.spread(before).items()
    ]


def told_blocks(books: RoleBooks, start: Books, blocks: Sequence[Block]) -> list[BlockTold]:
    """Suggested moves in their order."""
    known = Account.objects.only("name").in_bulk(
        [int(account) for block in blocks for account in block.accounts]
    )
    found, before = [], start
    for block in blocks:
        arr = {account: books.kept[account].loads[1] for account in block.accounts}
        largest = sorted(arr, key=lambda account: (-arr[account], int(account)))
        found.append(
            BlockTold(
                accounts=[known[int(account)] for account in largest],
                arr_minor=round(sum(arr.values())),
                giver=books.people.get(block.giver),
                taker=books.people[block.taker],
                spreads=told_spread(books, before, block.books),
            )
        )
        before = block.books
    return found


def told_customers(books: RoleBooks, handle: str) -> list[CustomerTold]:
    """Whom somebody holds, the largest first; as many as a page shows."""
    mine = [each for each in books.kept.values() if each.holder == handle]
    mine.sort(key=lambda each: (-each.loads[1], each.account))
    first = mine[:SHOWN]
    known = Account.objects.only("name").in_bulk([each.account for each in first])
    return [CustomerTold(known[each.account], each, round(each.loads[1])) for each in first]


def worst(spreads: Collection[SpreadTold]) -> SpreadTold | None:
    """The measure by which books are least even today."""
    stated = [each for each in spreads if each.before is not None]
    return max(stated, key=lambda each: each.before or 0.0, default=None)
