"""Which customers of a very large role are read one by one, and what its people hold besides."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from banso.rooms.coverage.queries.checking import customers
from banso.rooms.coverage.queries.hours import hours_of_segments
from banso.rooms.coverage.queries.role_sums import role_sums
from banso.rooms.people.models import Member
from banso.rooms.people.queries import serving

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
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
    handle, which customers, and whether moves are to be suggested, which come out of the fullest
    books. `continuity` is what a change of hands weighs against even books; 1 is usual.
    """

    whole: bool = False
    members: Collection[str] = ()
    accounts: Collection[int] = ()
    suggests: bool = False
    continuity: float = 1.0


WHOLE: Final = About(whole=True)


def rest_of(
    viewer: User,
    applied: AppliedModel,
    role: str,
    *,
    people: Mapping[str, Member],
    on: date,
    about: About,
) -> tuple[Rest, set[int] | None]:
    """What people hold besides the customers to be read one by one, and these; nothing and None
    where all of them are.
    """
    if about.whole or customers(applied.spoken, on=on).count() <= MANY:
        return {}, None
    serve = frozenset(serving(Member.objects.all(), on=on).values_list("pk", flat=True))
    ids = {member.pk: handle for handle, member in people.items()}
    sums = role_sums(viewer, applied, role, people=ids, serving=serve, on=on)
    hours = hours_of_segments(applied, on=on)

    def loads(held: Mapping[Place, tuple[int, int]]) -> Rest:
        """The same by handle, with hours."""
        found: Rest = {}
        for (member, segment, region), (number, arr) in held.items():
            by, asks = hours.get(segment, ("", 0.0))
            found[ids[member], segment, region] = (
                number,
                arr,
                number * asks if by == role else 0.0,
            )
        return found

    named = set(about.members)
    if about.suggests:
        named |= _fullest(loads(sums.by_holder()), people.values())
    known = {people[handle].pk for handle in named if handle in people}
    among = sums.one_by_one(known, about.accounts)
    return loads(sums.by_holder(without=among)), among


def total_by_holder(rest: Rest) -> dict[str, Loads]:
    """What each person holds of all segments."""
    found: dict[str, Loads] = defaultdict(lambda: (0.0, 0.0, 0.0))
    for (holder, _segment, _region), loads in rest.items():
        found[holder] = tuple(map(sum, zip(found[holder], loads, strict=True)))
    return found


def _fullest(held: Rest, people: Iterable[Member]) -> set[str]:
    """Whose books are the fullest of each team, by all measures together and for her hours."""
    totals = total_by_holder(held)
    whole = [sum(column) or 1.0 for column in zip(*totals.values(), strict=True)]
    teams: dict[int | None, list[tuple[float, str]]] = defaultdict(list)
    for each in people:
        shares = (load / most for load, most in zip(totals[each.handle], whole, strict=False))
        teams[each.team_id].append((sum(shares) / max(each.weekly_minutes, 1), each.handle))
    return {handle for books in teams.values() for _full, handle in sorted(books)[-FULLEST:]}
