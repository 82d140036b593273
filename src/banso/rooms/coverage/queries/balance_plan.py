"""A plan of moves within a role: what each customer weighs, and the whole as a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext_lazy

from banso.kit.exports import Heading, major_units

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from banso.rooms.coverage.models import RebalanceMove
    from banso.rooms.coverage.queries.role_books import RoleBooks
    from banso.rooms.coverage.queries.sentences import Reader

HEADS: Final = (
    ("text", gettext_lazy("Customer ID")),
    ("text", gettext_lazy("Customer")),
    ("text", gettext_lazy("Segment")),
    ("money", gettext_lazy("ARR")),
    ("text", gettext_lazy("Hands over")),
    ("text", gettext_lazy("Takes over")),
)


@dataclass(frozen=True, slots=True)
class MoveTold:
    """A move of a plan: its customer's segment and ARR, unknown where it is in no book any more."""

    move: RebalanceMove
    segment: str
    arr_minor: int | None


@dataclass(frozen=True, slots=True)
class PlanTold:
    """The moves, in the order in which they were added."""

    moves: Sequence[MoveTold]

    @property
    def arr_minor(self) -> int:
        """What all that moves pays, as far as it is known."""
        return sum(each.arr_minor or 0 for each in self.moves)

    def rows(self, currency: str) -> Iterator[tuple[Any, ...]]:
        """As `HEADS` names them."""
        for each in self.moves:
            move, arr = each.move, each.arr_minor
            yield (
                move.account.external_id,
                move.account.name,
                each.segment,
                None if arr is None else major_units(arr, currency),
                move.giver.name if move.giver else "",
                move.receiver.name,
            )


def told_plan(books: RoleBooks, gathered: Iterable[RebalanceMove], reader: Reader) -> PlanTold:
    """The gathered moves as a person reads them."""
    return PlanTold([_told(books, each, reader) for each in gathered])


def heads() -> list[Heading]:
    """The columns of the plan's file."""
    return [Heading(str(label), kind) for kind, label in HEADS]


def _told(books: RoleBooks, move: RebalanceMove, reader: Reader) -> MoveTold:
    kept = books.kept.get(str(move.account_id))
    if kept is None:
        return MoveTold(move, "", None)
    return MoveTold(move, reader.name(kept.segment) if kept.segment else "", round(kept.loads[1]))
