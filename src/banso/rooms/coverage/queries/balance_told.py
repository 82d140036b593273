"""The books of a role as a page and the command tell them: people, figures, moves."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from banso.engines.assignment.explanation import what_if
from banso.engines.assignment.settings import ACCOUNTS, ARR, HOURS
from banso.kit.templatetags.banso import percent
from banso.rooms.coverage.queries.balance_bars import told_bars
from banso.rooms.customers.models import Account

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from django.utils.functional import _StrPromise

    from banso.engines.assignment.books import Books
    from banso.engines.assignment.moves import Block
    from banso.rooms.coverage.queries.dealing import Dealt
    from banso.rooms.coverage.queries.role_books import Kept, RoleBooks
    from banso.rooms.coverage.queries.taking import Presence
    from banso.rooms.people.models import Member, Team

FULL: Final = 1.25  # of an even share: from here on a book is told as overfull
LIGHT: Final = 0.5  # of an even share: below this it is offered to be filled
SHOWN: Final = 50
OFFERED: Final = 40

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
    def name(self) -> _StrPromise:
        return MEASURE_NAMES[self.measure]

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
    """A person with the weights of her book, and when she is away or leaves."""

    member: Member
    weights: list[Weight]
    presence: Presence | None

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
class SpreadTold:
    """How many times the usual book the fullest one is, today and after the gathered moves."""

    measure: str
    name: _StrPromise
    before: float | None
    after: float | None


@dataclass(frozen=True, slots=True)
class TeamSpread:
    """How uneven the books of a team are, and of how many people."""

    team: Team
    people: int
    spreads: list[SpreadTold]


@dataclass(frozen=True, slots=True)
class BlockTold:
    """Customers who would pass together, the largest first: who gives and takes them, and the
    spreads before and after.
    """

    accounts: list[Account]
    arr_minor: int
    giver: Member | None
    taker: Member
    presence: Presence | None  # of the taker
    spreads: list[SpreadTold]

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


@dataclass(frozen=True, slots=True)
class CustomerTold:
    """A customer in somebody's book."""

    account: Account
    kept: Kept
    arr_minor: int


@dataclass(frozen=True, slots=True)
class CustomersTold:
    """The customers shown of somebody's book, and how many there are."""

    shown: list[CustomerTold]
    total: int


def told_books(books: RoleBooks, after: Books) -> list[BookTold]:
    """Everybody's book, the fullest first."""
    found = [told_book(books, each, books.today, after) for each in range(len(books.people))]
    return sorted(found, key=lambda each: (-each.fullest.times, each.member.handle))


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
    return BookTold(
        books.people[problem.members[at]],
        [
            Weight(
                measure,
                round(before.held[at, k]),
                round(after.held[at, k]),
                float(problem.target[at, k]),
            )
            for k, measure in enumerate(problem.measures)
        ],
        books.presence.get(problem.members[at]),
    )


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


def _times(spreads: Iterable[SpreadTold]) -> list[float]:
    return [each.after for each in spreads if each.after is not None]


def _spreads(
    before: Mapping[str, float | None], after: Mapping[str, float | None]
) -> list[SpreadTold]:
    return [
        SpreadTold(measure, MEASURE_NAMES[measure], was, after[measure])
        for measure, was in before.items()
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
                giver=_giver(books, block),
                taker=books.people[block.taker],
                presence=books.presence.get(block.taker),
                spreads=told_spread(books, before, block.books),
            )
        )
        before = block.books
    return found


def _giver(books: RoleBooks, block: Block) -> Member | None:
    """Who gives: of those without a book the one who leaves, if it is one."""
    if block.giver:
        return books.people[block.giver]
    givers = {books.kept[account].giver for account in block.accounts}
    leaving = [each for each in books.people.values() if each.pk in givers]
    return leaving[0] if len(givers) == 1 and leaving else None


@dataclass(frozen=True, slots=True)
class Homeless:
    """How many customers need somebody: of somebody who leaves, or whom nobody holds."""

    giver: Member | None
    presence: Presence | None
    number: int


def told_homeless(books: RoleBooks, after: Books) -> list[Homeless]:
    """Who needs somebody, by who held it last; the most first."""
    by_id = {each.pk: each for each in books.people.values()}
    numbers = Counter(by_id.get(books.kept[each].giver or 0) for each in books.free(after))
    return [
        Homeless(giver, books.presence.get(giver.handle) if giver else None, number)
        for giver, number in numbers.most_common()
    ]


def told_customers(books: RoleBooks, handle: str, *, every: bool) -> CustomersTold:
    """Whom somebody holds, the largest first: every one, or as many as a page shows."""
    mine = [books.kept[account] for account in books.mine(books.today, handle)]
    mine.sort(key=lambda each: (-each.loads[1], each.account))
    first = mine if every else mine[:SHOWN]
    known = Account.objects.only("name").in_bulk([each.account for each in first])
    told = [CustomerTold(known[each.account], each, round(each.loads[1])) for each in first]
    return CustomersTold(told, len(mine))


def told_dealt(dealt: Dealt, name: str) -> str:
    """What became of somebody's book that was dealt, in one or two sentences."""
    moving = len(dealt.moves)
    said = [
        ngettext(
            "%(number)s customer of %(name)s is dealt to others in the plan.",
            "%(number)s customers of %(name)s are dealt among the others in the plan.",
            moving,
        )
        % {"number": moving, "name": name}
    ]
    if dealt.stay:
        stays = ngettext(
            "%(number)s stays: its renewal is near, or it is protected.",
            "%(number)s stay: their renewals are near, or they are protected.",
            dealt.stay,
        )
        said.append(stays % {"number": dealt.stay})
    return " ".join([*said, *_told_bound(dealt)])


def told_free(dealt: Dealt) -> str:
    """What became of customers whom nobody held."""
    moving = len(dealt.moves)
    said = ngettext(
        "%(number)s customer whom nobody held is dealt in the plan.",
        "%(number)s customers whom nobody held are dealt in the plan.",
        moving,
    )
    return " ".join([said % {"number": moving}, *_told_bound(dealt)])


def told_filled(dealt: Dealt, name: str) -> str:
    """What became of somebody's book that was filled."""
    moving = len(dealt.moves)
    said = ngettext(
        "%(number)s customer joins the book of %(name)s in the plan.",
        "%(number)s customers join the book of %(name)s in the plan.",
        moving,
    )
    return " ".join([said % {"number": moving, "name": name}, *_told_bound(dealt)])


def told_search(dealt: Dealt) -> str:
    """What a search over all books found."""
    moving = len(dealt.moves)
    said = ngettext(
        "The best way found moves %(number)s customer. It is in the plan.",
        "The best way found moves %(number)s customers. They are in the plan.",
        moving,
    )
    return " ".join([said % {"number": moving}, *_told_bound(dealt)])


def _told_bound(dealt: Dealt) -> list[str]:
    if dealt.proved:
        return [_("No other way of dealing them is better.")]
    if dealt.gap is None:
        return []
    saved = _("Another way of dealing them could be better by %(share)s at most.")
    return [saved % {"share": percent(dealt.gap)}]


def worst(spreads: Collection[SpreadTold]) -> SpreadTold | None:
    """The measure by which books are least even today."""
    stated = [each for each in spreads if each.before is not None]
    return max(stated, key=lambda each: each.before or 0.0, default=None)


def worst_after(spreads: Collection[SpreadTold]) -> SpreadTold | None:
    """The measure by which they are least even after the gathered moves: it may be another."""
    return max(spreads, key=lambda each: each.after or 0.0, default=None)
