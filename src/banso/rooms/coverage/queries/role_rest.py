"""Which customers of a very large role are read one by one, and what its people hold besides."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final

from banso.rooms.coverage.queries.checking import customers
from banso.rooms.coverage.queries.hours import hours_of_segments
from banso.rooms.coverage.queries.role_sums import number_in_role, role_sums
from banso.rooms.people.models import Member
from banso.rooms.people.queries import serving

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date

    from banso.rooms.coverage.queries.role_sums import Place
    from banso.rooms.coverage.queries.versions import AppliedModel
    from banso.rooms.identity.models import User

MANY: Final = 20_000  # customers that are read one by one while somebody waits
FULLEST: Final = 3  # books of each team out of which moves are suggested

Loads = tuple[float, ...]
Rest = dict[tuple[str, str, str], Loads]  # by holder, segment and region: accounts, ARR, hours


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What is asked about a role: the `whole` of it, customer by customer; or whose books, by
    handle, which customers, those `gathered` with the handle of who is to have each, and whether
    moves are to be suggested, which come out of the fullest books. `continuity` is what a change of
    hands weighs against even books; 1 is usual.
    """

    whole: bool = False
    members: Collection[str] = ()
    accounts: Collection[int] = ()
    gathered: Mapping[int, str] = field(default_factory=dict)
    suggests: bool = False
    continuity: float = 1.0


WHOLE: Final = About(whole=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """The people of a role by handle, the minutes a week that each has for it, and who of them is
    offered customers.
    """

    people: Mapping[str, Member]
    minutes: Mapping[str, float]
    takers: Collection[str]


@dataclass(frozen=True, kw_only=True)
class Beside:
    """What people hold besides the customers that are read one by one, how many of it are `staying`
    with each, by handle, and which are read: None for all.
    """

    loads: Rest = field(default_factory=dict)
    staying: Mapping[str, int] = field(default_factory=dict)
    among: Collection[int] | None = None

    @cached_property
    def by_holder(self) -> dict[str, Loads]:
        """What each person holds of all segments."""
        return _by_holder(self.loads)


def rest_of(
    viewer: User,
    applied: AppliedModel,
    role: str,
    *,
    crew: Crew,
    on: date,
    about: About,
) -> Beside:
    """What is besides the customers to be read one by one; nothing where all of them are."""
    if about.whole or customers(applied.spoken, on=on).count() <= MANY:
        return Beside()
    if number_in_role(applied, role, on=on) <= MANY:
        return Beside()
    serve = frozenset(serving(Member.objects.all(), on=on).values_list("pk", flat=True))
    people = crew.people
    ids = {member.pk: handle for handle, member in people.items()}
    sums = role_sums(viewer, applied, role, people=ids, serving=serve, on=on)
    hours = hours_of_segments(applied, on=on)

    def loads(held: Mapping[Place, tuple[int, int]]) -> Rest:
        """The same by handle, with hours."""
        found: Rest = {}
        for (member, segment, region), (number, arr) in held.items():
            by, asks = hours.get(segment, ("", 0.0))
            spent = number * asks if by == role else 0.0
            found[ids[member], segment, region] = (number, arr, spent)
        return found

    named = set(about.members)
    if about.suggests:
        received = {
            account: people[to].pk for account, to in about.gathered.items() if to in people
        }
        named |= _fullest(_by_holder(loads(sums.by_holder(gathered=received))), crew)
    known = {people[handle].pk for handle in named if handle in people}
    among = sums.one_by_one(known, {*about.accounts, *about.gathered})
    return Beside(
        loads=loads(sums.by_holder(without=among)),
        staying={ids[member]: number for member, number in sums.staying(without=among).items()},
        among=among,
    )


def _by_holder(rest: Rest) -> dict[str, Loads]:
    found: dict[str, Loads] = defaultdict(lambda: (0.0, 0.0, 0.0))
    for (holder, _segment, _region), loads in rest.items():
        found[holder] = tuple(map(sum, zip(found[holder], loads, strict=True)))
    return found


def _fullest(totals: Mapping[str, Loads], crew: Crew) -> set[str]:
    """Whose books are the fullest of each team, by all measures together and for her hours; of who
    is offered nothing no book is held against the others'.
    """
    whole = [sum(column) or 1.0 for column in zip(*totals.values(), strict=True)]
    teams: dict[int | None, list[tuple[float, str]]] = defaultdict(list)
    for handle in crew.takers:
        shares = (load / most for load, most in zip(totals[handle], whole, strict=False))
        fullness = sum(shares) / max(crew.minutes[handle], 1.0)
        teams[crew.people[handle].team_id].append((fullness, handle))
    return {handle for books in teams.values() for _full, handle in sorted(books)[-FULLEST:]}
