"""Who of a pool gets which of its waiting items, when work is dealt instead of taken.

What a pool's routing evens out is told by a measure of each seat: who got something longest ago,
the fewest items open, the fewest minutes of work open, or the fewest minutes ever for the share of
hours given to the pool. The items go in the order of their ranks, each to the seat with the lowest
measure among those that serve its queue, have room, and whose member may have it. The same seats
and items are always dealt alike.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from banso.engines.operating.choices import Routing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

NO_ROOM, TODAY_FULL, OTHER_SKILL = "no_room", "today_full", "other_skill"
DECLINED, HELD_FOR_OTHER = "declined", "held_for_other"
AWAY, OFF, ABSENT = "away", "off", "absent"


@dataclass(slots=True)
class Chair:
    """A seat while dealing: what is on it and how much room is left."""

    seat: int
    member: int
    serves: frozenset[str]
    room: int
    room_today: int
    open: int
    open_minutes: int
    dealt_minutes: float
    share: float
    last: float  # when something was taken last, in seconds; then a count that goes on
    why_not: str = ""  # why nothing is dealt to the member now, whatever it is

    @property
    def full(self) -> str:
        """Why nothing more goes on it."""
        if self.why_not:
            return self.why_not
        if self.room <= 0:
            return NO_ROOM
        return TODAY_FULL if self.room_today <= 0 else ""


@dataclass(frozen=True, slots=True)
class Piece:
    """An item while dealing."""

    item: int
    account: int
    needs: str
    minutes: int
    held_for: int | None = None


@dataclass(frozen=True, slots=True)
class Dealt:
    """An item, the seat it goes to, and the member who would have been next."""

    piece: Piece
    chair: Chair
    next: int | None


@dataclass(slots=True)
class Deal:
    """What was dealt, and why the rest was not: per member a code."""

    dealt: list[Dealt] = field(default_factory=list)
    nobody: dict[int, list[tuple[int, str]]] = field(default_factory=dict)


MEASURES: Final[Mapping[Routing, Callable[[Chair], Any]]] = {
    Routing.ROUND_ROBIN: lambda each: (each.last, each.seat),
    Routing.LEAST_LOADED: lambda each: (each.open, each.last, each.seat),
    Routing.LEAST_MINUTES: lambda each: (each.open_minutes, each.last, each.seat),
    Routing.WEIGHTED: lambda each: (each.dealt_minutes / each.share, each.last, each.seat),
}


class Dealer:
    """Deals the pieces among the chairs by one routing."""

    def __init__(
        self,
        chairs: Sequence[Chair],
        routing: Routing,
        *,
        declined: Mapping[int, frozenset[int]],
        at: datetime,
    ) -> None:
        self.chairs, self.measure, self.declined = chairs, MEASURES[routing], declined
        self.turn = at.timestamp()
        self.serving: dict[str, list[Chair]] = {}
        self.is_there = {each.member for each in chairs if not each.why_not}

    def deal(self, pieces: Iterable[Piece], *, told: int) -> Deal:
        """All that can be dealt; of the first `told` that can't, why not."""
        done = Deal()
        for piece in pieces:
            found = self._takers(piece)
            if found:
                done.dealt.append(self._give(piece, found))
            elif len(done.nobody) < told:
                done.nobody[piece.item] = [(each.member, self._why(piece, each))
                                           for each in self.chairs]  # fmt: skip
        return done

    def _takers(self, piece: Piece) -> list[Chair]:
        """The chairs that can take it, in no order."""
        able = self.serving.get(piece.needs)
        if able is None:
            able = [each for each in self.chairs if piece.needs in each.serves and not each.full]
            self.serving[piece.needs] = able
        elif any(each.full for each in able):
            able[:] = [each for each in able if not each.full]
        if piece.held_for in self.is_there:
            return [each for each in able if each.member == piece.held_for]
        passed = self.declined.get(piece.item)
        return [each for each in able if each.member not in passed] if passed else able

    def _give(self, piece: Piece, among: list[Chair]) -> Dealt:
        chosen = min(among, key=self.measure)
        others = [each for each in among if each is not chosen]
        after = min(others, key=self.measure).member if others else None
        self.turn += 1e-6
        chosen.last = self.turn
        chosen.room -= 1
        chosen.room_today -= 1
        chosen.open += 1
        chosen.open_minutes += piece.minutes
        chosen.dealt_minutes += piece.minutes
        return Dealt(piece, chosen, after)

    def _why(self, piece: Piece, each: Chair) -> str:
        if piece.needs not in each.serves:
            return OTHER_SKILL
        if each.member in self.declined.get(piece.item, ()):
            return DECLINED
        if piece.held_for in self.is_there and piece.held_for != each.member:
            return HELD_FOR_OTHER
        return each.full or NO_ROOM


def by_seat(dealt: Iterable[Dealt]) -> dict[int, list[Dealt]]:
    """What each seat gets."""
    found: dict[int, list[Dealt]] = defaultdict(list)
    for each in dealt:
        found[each.chair.seat].append(each)
    return found


def fairness(counts: Counter[int]) -> float:
    """The fewest that anybody got over the most; 1.0 is even."""
    return min(counts.values()) / max(counts.values()) if counts else 1.0
