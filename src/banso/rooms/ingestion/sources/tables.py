"""What every source hands out: a header, and rows of cells under it, numbered as a person counts.

Files made by people begin with titles and blank lines. The header is the first row that fills
three quarters of the width most rows have.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

Cell = str | int | float | bool | date | datetime
Record = tuple[
    int, Sequence[Cell]
]  # line or row of the file, from 1, and the cells that stand there

LOOKED_AT = 50  # rows in which a header must show
_WIDE_ENOUGH = 0.75
FORMULA_STARTS = frozenset("=+-@\t\r")


class Unreadable(Exception):
    """The file as a whole can't be read; nothing of it is used.

    `code` names the reason, `facts` what explains it: limits, lines. Rooms find the words.
    """

    def __init__(self, code: str, **facts: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One row: `number` is its (first) line in the file, a blank cell is an empty text.

    With no `fault` there is a cell for each label of the header. A row that is "too_few_cells" is
    filled up with blanks, one that is "too_many_cells" keeps them all.
    """

    number: int
    cells: tuple[Cell, ...]
    fault: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceTable:
    """A readable table. Its rows are read from the file anew each time they're asked for."""

    header: tuple[str, ...]
    header_number: int
    rows_at_most: int
    records: Callable[[], Iterator[Record]]
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None

    def rows(self) -> Iterator[SourceRow]:
        """Rows below the header that hold anything, in the order of the file."""
        width = len(self.header)
        for number, cells in self.records():
            if number > self.header_number and filled_cells(cells):
                yield _row(number, cells, width)


def _row(number: int, cells: Sequence[Cell], width: int) -> SourceRow:
    cells = [_unguarded(cell) for cell in cells]
    if len(cells) == width:
        return SourceRow(number, tuple(cells))
    if len(cells) < width:
        return SourceRow(number, (*cells, *[""] * (width - len(cells))), "too_few_cells")
    if not filled_cells(cells[width:]):
        return SourceRow(number, tuple(cells[:width]))
    return SourceRow(number, tuple(cells), "too_many_cells")


def _unguarded(cell: Cell) -> Cell:
    """Text without the apostrophe that exports put before what a spreadsheet would run."""
    if isinstance(cell, str) and cell[:1] == "'" and cell[1:2] in FORMULA_STARTS:
        return cell[1:]
    return cell


def filled_cells(cells: Sequence[Cell]) -> int:
    """How many cells hold more than white space."""
    return sum(not isinstance(cell, str) or (cell != "" and not cell.isspace()) for cell in cells)


def header_in(records: Iterator[Record]) -> tuple[int, tuple[str, ...]]:
    """Where the header stands and its labels, each different from the others.

    A repeated label gets " (2)", a column without one "#" and its place.
    """
    first = [record for record in islice(records, LOOKED_AT) if filled_cells(record[1])]
    if not first:
        raise Unreadable("empty")
    usual_width = Counter(len(cells) for _, cells in first).most_common(1)[0][0]
    wide = [rec for rec in first if filled_cells(rec[1]) >= usual_width * _WIDE_ENOUGH]
    number, cells = wide[0] if wide else max(first, key=lambda record: filled_cells(record[1]))
    labels = [" ".join(str(cell).split()) for cell in cells]
    while labels and not labels[-1]:
        labels.pop()
    if not any(char.isalpha() for label in labels for char in label):
        raise Unreadable("no_header")
    return number, _distinct(labels)


def _distinct(labels: list[str]) -> tuple[str, ...]:
    distinct: dict[str, None] = {}
    for place, label in enumerate(labels, start=1):
        name, again = label or f"#{place}", 1
        while name in distinct:
            again += 1
            name = f"{label or f'#{place}'} ({again})"
        distinct[name] = None
    return tuple(distinct)
