"""The books of a role as a page and the command tell them: people, figures, moves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
from django.utils.translation import gettext_lazy

from banso.engines.assignment.explanation import what_if
from banso.engines.assignment.settings import ACCOUNTS, ARR, HOURS
from banso.rooms.coverage.queries.balance_bars import told_bars
from banso.rooms.customers.models import Account

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from django.utils.functional import _StrPromise

    from banso.engines.assignment.books import Books
    from banso.engines.assignment.moves import Block
    from banso.rooms.coverage.queries.role_books import RoleBooks
    from banso.rooms.coverage.queries.taking import Presence
    from banso.rooms.people.models import Member, Team

FULL: Final = 1.25  # of an even share: from here on a book is told as overfull
LIGHT: Final = 0.5  # of an even share: below this it is offered to be filled
OFFERED: Final = 40

MEASURE_NAMES: Final[Mapping[str, _StrPromise]] = {
    ACCOUNTS: gettext_lazy("Accounts"),
    ARR: gettext_lazy("ARR"),
    HOURS: gettext_lazy("Hours a year"),
}


@dataclass(frozen=True, slots=True)
class Weight:
    """How much of a measure somebody holds, before and after the gathered moves, and an even share
    of it; none for who is offered nothing.
    """

    measure: str
    before: int
    after: int
    share: float

    @property
    def name(self) -> _StrPromise:
        return MEASURE_NAMES[self.measure]

    @property
    def is_money(self) -> bool:
        return self.measure == ARR

    @property
    def scale(self) -> float:
        """Where a bar ends: at twice an even share."""
        return max(2 * self.share, float(self.before), float(self.after), 1.0)

    @property
    def times(self) -> float:
        """After the moves, over an even share."""
        return self.after / self.share if self.share else 0.0

    @property
    def was_times(self) -> float:
        """Before the moves, over an even share."""
        return self.before / self.share if self.share else 0.0

    @property
    def is_full(self) -> bool:
        return self.times > FULL

    @property
    def changes(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class BookTold:
    """A person with the weights of her book, and when she is away or leaves; how many `stay` with
    who leaves until they have renewed.
    """

    member: Member
    weights: list[Weight]
    presence: Presence | None
    stay: int = 0

    @property
    def takes(self) -> bool:
        """Whether she is offered customers: her book is held against the others'."""
        return self.presence is None or self.presence.takes

    @property
    def is_light(self) -> bool:
        """Whether she has room for many, as who joined has."""
        return self.takes and self.fullest.times < LIGHT

    @property
    def fullest(self) -> Weight:
        return max(self.weights, key=lambda each: each.times)


@dataclass(frozen=True, slots=True)
class Fullest:
    """Whose book is the fullest for its even share, and in which measure."""

    member: Member
    weight: Weight
    times: float

    @property
    def is_nothing(self) -> bool:
        return not self.times


@dataclass(frozen=True, slots=True)
class Headline:
    """The fullest book today and after the gathered moves: it may be another one then."""

    before: Fullest
    after: Fullest

    @property
    def changes(self) -> bool:
        """Whether its figure reads otherwise than before."""
        return _shown(self.before.times) != _shown(self.after.times)

    @property
    def is_one_book(self) -> bool:
        """Whether both figures are of one book and measure."""
        return (self.before.member, self.before.weight.measure) == (
            self.after.member,
            self.after.weight.measure,
        )


@dataclass(frozen=True, slots=True)
class SpreadTold:
    """How many times the usual book the fullest one is, today and after the gathered moves."""

    measure: str
    name: _StrPromise
    before: float | None
    after: float | None

    @property
    def changes(self) -> bool:
        """Whether it reads otherwise than before."""
        return _shown(self.before or 0.0) != _shown(self.after or 0.0)

    @property
    def falls(self) -> bool:
        return self.changes and (self.after or 0.0) < (self.before or 0.0)


@dataclass(frozen=True, slots=True)
class TeamSpread:
    """How uneven the books of a team are, and of how many people."""

    team: Team
    people: int
    spreads: list[SpreadTold]


@dataclass(frozen=True, slots=True)
class BlockTold:
    """Customers who would pass together, the largest first: who gives and takes them, and the
    spreads before and after, of the teams that they touch. Whether it `covers` who needs somebody.
    """

    accounts: list[Account]
    arr_minor: int
    giver: Member | None
    taker: Member
    presence: Presence | None  # of the taker
    spreads: list[SpreadTold]
    covers: bool

    @property
    def codes(self) -> list[str]:
        """How a form names its moves."""
        return [f"{account.pk}:{self.taker.handle}" for account in self.accounts]


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequence:
    """What comes of one customer passing on: the books of who gives and who takes it, and the
    spreads. `bars` say why the search doesn't offer it to her, `breaks` which caps it breaks;
    `is_holder` that the taker has it today; `pays` that evenness gains more than it costs the
    customer.
    """

    account: Account
    taker: Member
    presence: Presence | None  # of the taker
    books: list[BookTold]
    spreads: list[SpreadTold]
    is_holder: bool
    bars: list[str]
    breaks: list[_StrPromise]
    pays: bool

    @property
    def code(self) -> str:
        """How a form names the move."""
        return f"{self.account.pk}:{self.taker.handle}"


def told_books(books: RoleBooks, after: Books) -> list[BookTold]:
    """Everybody's book, the fullest first."""
    found = [told_book(books, each, books.today, after) for each in range(len(books.people))]
    return sorted(found, key=lambda each: (-each.fullest.times, each.member.handle))


def told_headline(told: Sequence[BookTold]) -> Headline:
    """Whose book is the fullest, by the figures that stand beside their names. Of those that read
    alike then it is the one that is so today.
    """
    every = [(book.member, weight) for book in told for weight in book.weights]
    was = max(every, key=lambda each: each[1].was_times)
    now = max(every, key=lambda each: (_shown(each[1].times), each is was, each[1].times))
    return Headline(Fullest(*was, was[1].was_times), Fullest(*now, now[1].times))


def told_takers(told: Sequence[BookTold], giver: Member) -> list[BookTold]:
    """To whom somebody's customers are offered by name, as many as a choice shows: who takes
    customers before who is away or leaves, then her team, then the emptiest book.
    """
    found = [each for each in reversed(told) if each.member != giver]
    found.sort(key=lambda each: (not each.takes, each.member.team_id != giver.team_id))
    return found[:OFFERED]


def told_consequence(books: RoleBooks, start: Books, account: Account, to: str) -> Consequence:
    """What comes of one customer passing to a member, once the gathered moves are made."""
    found = what_if(start, str(account.pk), to)
    problem = books.problem
    after = start.moved(problem.accounts.index(found.account), problem.members.index(to))
    sides = [problem.members.index(each) for each in (found.giver, to) if each]
    return Consequence(
        account=account,
        taker=books.people[to],
        presence=books.presence.get(to),
        books=[told_book(books, each, start, after) for each in dict.fromkeys(sides)],
        spreads=told_spread(books, start, after),
        is_holder=books.kept[found.account].holder == to,
        bars=told_bars(books, found.account, to),
        breaks=[MEASURE_NAMES[measure] for measure in found.breaks],
        pays=(found.change or 0.0) < 0,
    )


def told_book(books: RoleBooks, at: int, before: Books, after: Books) -> BookTold:
    """A member's book by her place among all."""
    problem = books.problem
    handle = problem.members[at]
    share = problem.target[at] if books.takes(handle) else np.zeros(len(problem.measures))
    sides = zip(books.held_by(handle, before), books.held_by(handle, after), share, strict=True)
    return BookTold(
        books.people[handle],
        [
            Weight(measure, round(was), round(now), float(even))
            for measure, (was, now, even) in zip(problem.measures, sides, strict=True)
        ],
        books.presence.get(handle),
        _stay(books, handle) if books.is_leaving(handle) else 0,
    )


def _stay(books: RoleBooks, handle: str) -> int:
    return sum(each.stays and each.holder == handle for each in books.kept.values())


def told_spread(books: RoleBooks, before: Books, after: Books) -> list[SpreadTold]:
    """How uneven books are by each measure, before and after."""
    return _spreads(books.spread(before), books.spread(after))


def told_teams(books: RoleBooks, after: Books) -> list[TeamSpread]:
    """How uneven each team is, the least even one first; none where all are compared together."""
    before, now = books.spread_by_team(books.today), books.spread_by_team(after)
    found = [
        TeamSpread(team, int(books.compared[team].sum()), _spreads(before[team], now[team]))
        for team in before
        if team
    ]
    return sorted(found, key=lambda each: -max(_times(each.spreads), default=0.0))


def _shown(times: float) -> float:
    """As a page rounds it."""
    return round(times, 1)


def _times(spreads: Iterable[SpreadTold]) -> list[float]:
    return [each.after for each in spreads if each.after is not None]


def _spreads(
    before: Mapping[str, float | None], after: Mapping[str, float | None]
) -> list[SpreadTold]:
    return [
        SpreadTold(measure, MEASURE_NAMES[measure], was, after[measure])
        for measure, was in before.items()
    ]


def told_blocks(
    books: RoleBooks, start: Books, blocks: Sequence[Block], *, most: int
) -> list[BlockTold]:
    """Suggested moves in their order: all that cover who needs somebody, and at most so many after
    them. Each follows the ones above it; what makes no book visibly more even is left out.
    """
    known = Account.objects.only("name").in_bulk(
        [int(account) for block in blocks for account in block.accounts]
    )
    found: list[BlockTold] = []
    before, left = start, most
    for block in blocks:
        after = _passed(before, block)
        told = _block(books, block, known, (before, after))
        if not told.covers and not (left and any(each.falls for each in told.spreads)):
            continue
        found.append(told)
        before, left = after, left - (not told.covers)
    return found


def _passed(before: Books, block: Block) -> Books:
    """The books once a block has passed, whichever blocks were left out before it."""
    holders = before.holders.copy()
    problem, passing = before.problem, set(block.accounts)
    for at, key in enumerate(problem.accounts):
        if key in passing:
            holders[at] = problem.members.index(block.taker)
    return replace(before, holders=holders)


def _block(
    books: RoleBooks, block: Block, known: Mapping[int, Account], sides: tuple[Books, Books]
) -> BlockTold:
    arr = {account: books.kept[account].loads[1] for account in block.accounts}
    largest = sorted(arr, key=lambda account: (-arr[account], int(account)))
    among = [books.people[each] for each in (block.giver, block.taker) if each]
    return BlockTold(
        accounts=[known[int(account)] for account in largest],
        arr_minor=round(sum(arr.values())),
        giver=_giver(books, block),
        taker=books.people[block.taker],
        presence=books.presence.get(block.taker),
        spreads=_spreads(*(books.spread(each, among=among) for each in sides)),
        covers=not block.giver,
    )


def _giver(books: RoleBooks, block: Block) -> Member | None:
    """Who gives: of those without a book the one who leaves, if it is one."""
    if block.giver:
        return books.people[block.giver]
    givers = {books.kept[account].giver for account in block.accounts}
    leaving = [each for each in books.people.values() if each.pk in givers]
    return leaving[0] if len(givers) == 1 and leaving else None
