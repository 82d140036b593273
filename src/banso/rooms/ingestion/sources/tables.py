"""What every source hands out: a header, and rows of cells under it, numbered as a person counts.

Files made by people begin with titles and blank lines. The header is the first row that fills
three quarters of the width most rows have.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Final, TypeGuard

Cell = str | int | float | bool | date | datetime
Record = tuple[
    int, Sequence[Cell]
]  # line or row of the file, from 1, and the cells that stand there

LOOKED_AT: Final = 50  # rows in which a header must show
MOST_COLUMNS: Final = 16_384  # the widest sheet that Excel knows
_WIDE_ENOUGH: Final = 0.75
FORMULA_STARTS: Final = frozenset("=+-@\t\r")


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
    filled up with blanks, one that is "too_many_cells" keeps them all. Where a record takes several
    rows, only the first `starts_record`; the others repeat what the record says once.
    """

    number: int
    cells: tuple[Cell, ...]
    fault: str | None = None
    starts_record: bool = True


@dataclass(frozen=True, slots=True)
class Footer:
    """Lines below the last row that are none: how many they are, and the first of them."""

    count: int = 0
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceTable:
    """A readable table. Its rows are read from the file anew each time they're asked for.

    `footer` is what was left out at the end; `rows_at_most` does not count it.
    """

    header: tuple[str, ...]
    header_number: int
    rows_at_most: int
    read: Callable[[], Iterator[SourceRow]]
    footer: Footer = Footer()
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None

    def rows(self) -> Iterator[SourceRow]:
        """Rows below the header that hold anything, in the order of the file."""
        return self.read()


def row_of(number: int, cells: Sequence[Cell], width: int) -> SourceRow:
    """A record of the file as a row under a header of some width."""
    cells = [_plain(cell) if _is_odd(cell) else cell for cell in cells]
    if len(cells) == width:
        return SourceRow(number, tuple(cells))
    if len(cells) < width:
        return SourceRow(number, (*cells, *[""] * (width - len(cells))), "too_few_cells")
    if not filled_cells(cells[width:]):
        return SourceRow(number, tuple(cells[:width]))
    return SourceRow(number, tuple(cells), "too_many_cells")


def _is_odd(cell: Cell) -> TypeGuard[str]:
    return isinstance(cell, str) and (cell[:1] == "'" or "\0" in cell)


def _plain(cell: str) -> str:
    """Text without the apostrophe that exports put before what a spreadsheet would run.

    Nor with a NUL, which no database keeps.
    """
    cell = cell.replace("\0", "")
    return cell[1:] if cell[:1] == "'" and cell[1:2] in FORMULA_STARTS else cell


def filled_cells(cells: Sequence[Cell], *, enough: int = MOST_COLUMNS) -> int:
    """How many cells hold more than white space, counted no further than `enough`."""
    count = 0
    for cell in cells:  # a plain loop: it runs over every row of every file, twice
        if not isinstance(cell, str) or (cell and not cell.isspace()):
            count += 1
            if count == enough:
                break
    return count


def header_in(
    records: Iterator[Record], *, passed_over: AbstractSet[int] = frozenset()
) -> tuple[int, tuple[str, ...]]:
    """Where the header stands and its labels, each different from the others.

    Rows `passed_over` are taken only if nothing else will do.
    """
    first = list(islice((rec for rec in records if filled_cells(rec[1])), LOOKED_AT))
    if not first:
        raise Unreadable("empty")
    # Lines of one cell are titles and footers, unless the whole file is but one column.
    lines = [record for record in first if len(record[1]) > 1] or first
    usual_width = Counter(len(cells) for _, cells in lines).most_common(1)[0][0]
    wide = [rec for rec in first if filled_cells(rec[1]) >= usual_width * _WIDE_ENOUGH]
    wide = [rec for rec in wide if rec[0] not in passed_over] or wide
    number, cells = wide[0] if wide else max(first, key=lambda record: filled_cells(record[1]))
    labels = [" ".join(str(cell).replace("\0", "").split()) for cell in cells]
    while labels and not labels[-1]:
        labels.pop()
    if not any(char.isalpha() for label in labels for char in label):
        raise Unreadable("no_header")
    return number, distinct(labels)


def distinct(labels: Sequence[str]) -> tuple[str, ...]:
    """Labels of which none comes twice: a repeated one gets " (2)", an empty one "#", its place."""
    if len(labels) > MOST_COLUMNS:
        raise Unreadable("too_many_columns", most=MOST_COLUMNS)
    taken: dict[str, int] = {}
    for place, label in enumerate(labels, start=1):
        wanted = label or f"#{place}"
        name, again = wanted, taken.get(wanted, 0)
        while name in taken:
            again += 1
            name = f"{wanted} ({again + 1})" if again else wanted
        taken[wanted] = max(again, taken.get(wanted, 0))
        taken.setdefault(name, 0)
    return tuple(name for name in taken)
