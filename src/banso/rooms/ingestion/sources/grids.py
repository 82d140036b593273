"""A table among the records of a file: where it begins, and where only a footer is left.

Reports end with lines of their own: the name of the report, a copyright, who made it. Such lines
stand behind a blank line, or several in a row, and hold one cell where the table has three or more.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import closing
from dataclasses import dataclass, field

from banso.rooms.ingestion.sources.tables import (
    Cell,
    Footer,
    Record,
    SourceRow,
    SourceTable,
    filled_cells,
    header_in,
    row_of,
)

SHOWN_LINES = 5
LONGEST_LINE = 200
NARROWEST = 3  # a table of two columns may well end with a row of one cell


@dataclass(slots=True)
class _Tail:
    """Lines of one cell with no row below them so far."""

    first: int
    after_blank: bool
    ragged: bool = True  # whether all are shorter than the table, not merely blank in it
    count: int = 0
    lines: list[str] = field(default_factory=list)

    def add(self, cells: Sequence[Cell], width: int) -> None:
        self.count += 1
        self.ragged = self.ragged and len(cells) == 1 < width
        if self.count <= SHOWN_LINES:
            text = next(str(cell) for cell in cells if filled_cells([cell]))
            self.lines.append(text.strip().replace("\0", "")[:LONGEST_LINE])

    @property
    def is_footer(self) -> bool:
        return self.after_blank or (self.ragged and self.count > 1)


def grid_table(
    records: Callable[[], Generator[Record]],
    *,
    passed_over: AbstractSet[int] = frozenset(),
    **origin: str | None,
) -> SourceTable:
    """The table in records, all of which are read once here."""
    # A look that ends early, by a refusal too, must not leave the file open.
    with closing(records()) as top:
        header_number, header = header_in(top, passed_over=passed_over)
    width = len(header)
    with closing(records()) as every:
        below = (record for record in every if record[0] > header_number)
        count, tail = _ending(below, width, _first_named(header))

    def read() -> Iterator[SourceRow]:
        for number, cells in records():
            if tail is not None and number >= tail.first:
                return
            if number > header_number and filled_cells(cells, enough=1):
                yield row_of(number, cells, width)

    return SourceTable(
        header=header,
        header_number=header_number,
        rows_at_most=count,
        read=read,
        footer=Footer(tail.count, tuple(tail.lines)) if tail else Footer(),
        **origin,
    )


def _first_named(header: Sequence[str]) -> int:
    return next((at for at, label in enumerate(header) if not label.startswith("#")), 0)


def _ending(records: Iterable[Record], width: int, first: int) -> tuple[int, _Tail | None]:
    """How many rows there are, and the footer below them. `first` is the first named column."""
    rows, tail, blank = 0, None, False
    for number, cells in records:
        filled = filled_cells(cells, enough=2)
        if not filled:
            blank = True
            continue
        if filled > 1 or width < NARROWEST or not filled_cells(cells[: first + 1]):
            rows += 1 + (tail.count if tail else 0)
            tail = None
        else:
            if tail is None or (blank and not tail.after_blank):
                rows += tail.count if tail else 0
                tail = _Tail(number, blank)
            tail.add(cells, width)
        blank = False
    if tail is not None and not tail.is_footer:
        return rows + tail.count, None
    return rows, tail
