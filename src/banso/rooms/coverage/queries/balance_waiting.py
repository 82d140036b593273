"""Who needs somebody: customers whom nobody holds, and those of who leaves or is away for long."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from banso.rooms.customers.models import Account

if TYPE_CHECKING:
    from collections.abc import Iterable

    from banso.engines.assignment.books import Books
    from banso.rooms.coverage.models import RebalanceMove
    from banso.rooms.coverage.queries.role_books import Kept, RoleBooks
    from banso.rooms.coverage.queries.taking import Presence
    from banso.rooms.people.models import Member

NAMED: Final = 5  # customers of one person who stay


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """How many customers need somebody: of `giver`, who leaves or is away for long, or whom nobody
    holds. `stay` are hers and can't pass on yet; the largest of them are `named`.
    """

    giver: Member | None
    presence: Presence | None
    number: int
    stay: int
    named: list[Account]

    @property
    def is_away(self) -> bool:
        """Whether she comes back: she holds them all the while."""
        return self.presence is not None and self.presence.leaves_on is None


def told_waiting(books: RoleBooks, after: Books) -> list[Waiting]:
    """Who still needs somebody once the gathered moves are made, by whose it is, the most first."""
    by_id = {each.pk: each for each in books.people.values()}
    held = after.by_key()
    numbers: Counter[Member | None] = Counter()
    staying: dict[Member | None, list[Kept]] = defaultdict(list)
    for account, kept in books.kept.items():
        giver = by_id.get(kept.giver or 0)
        if kept.stays:
            if giver and not books.takes(giver.handle):
                staying[giver].append(kept)
        elif not held[account] or _is_alone(books, held[account], giver):
            numbers[giver] += 1
    givers = dict.fromkeys([*(each for each, _number in numbers.most_common()), *staying])
    first = {each: _largest(staying[each]) for each in givers}
    named = Account.objects.only("name").in_bulk([pk for those in first.values() for pk in those])
    return [
        Waiting(
            giver=each,
            presence=books.presence.get(each.handle) if each else None,
            number=numbers[each],
            stay=len(staying[each]),
            named=[named[pk] for pk in first[each]],
        )
        for each in givers
    ]


def _is_alone(books: RoleBooks, holder: str, giver: Member | None) -> bool:
    """Whether a customer is still with who isn't there for it."""
    return giver is not None and holder == giver.handle and not books.takes(holder)


def _largest(those: Iterable[Kept]) -> list[int]:
    ordered = sorted(those, key=lambda each: (-each.loads[1], each.account))
    return [each.account for each in ordered[:NAMED]]


def covered(books: RoleBooks, gathered: Iterable[RebalanceMove]) -> int:
    """How many moves of a plan give somebody to a customer who needs her."""
    able = {each.pk for handle, each in books.people.items() if books.takes(handle)}
    return sum(each.giver_id not in able for each in gathered)
