"""CSV, TSV and their kin, read line by line: memory stays flat however long the file is."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Generator
from itertools import chain, islice
from pathlib import Path
from typing import Final

from banso.rooms.ingestion.sources.decoding import encoding_of_file, opened
from banso.rooms.ingestion.sources.grids import grid_table
from banso.rooms.ingestion.sources.tables import LOOKED_AT, Record, SourceTable, Unreadable

_DELIMITERS: Final = ",\t;|"
_SPACE: Final = " "  # kintone writes it on request, with every cell in quotes
_DOS_END: Final = "\x1a"
_END: Final = "\x00end"  # a NUL opens no line: such a file is binary


def delimited_table(path: Path) -> SourceTable:
    """The table in a text file, which is read once here to be sure that it ends as it should."""
    encoding = encoding_of_file(path)
    with opened(path, encoding) as lines:
        delimiter = delimiter_of(list(islice(lines, LOOKED_AT)))

    def records() -> Generator[Record]:
        return _records(path, encoding, delimiter)

    return grid_table(records, encoding=encoding, delimiter=delimiter)


def delimiter_of(lines: list[str]) -> str:
    """The mark that cuts most of these lines into equally many cells; quoted marks don't count."""
    best, best_fit = _DELIMITERS[0], (0, 0)
    for delimiter in _DELIMITERS:
        fits = [(rows, width) for width, rows in _widths(lines, delimiter).items() if width > 1]
        if fits and max(fits) > best_fit:
            best, best_fit = delimiter, max(fits)
    spaced = _widths(lines, _SPACE) if lines and lines[0].startswith('"') else Counter()
    if len(spaced) == 1 and min(spaced) > 1 and spaced.total() > best_fit[0]:
        return _SPACE
    return best


def _widths(lines: list[str], delimiter: str) -> Counter[int]:
    """How many rows have each number of cells."""
    try:
        return Counter(len(cells) for cells in csv.reader(lines, delimiter=delimiter) if cells)
    except csv.Error:  # a cell without an end: this delimiter or the file is wrong
        return Counter()


def _records(path: Path, encoding: str, delimiter: str) -> Generator[Record]:
    """Each line's cells; none for a blank line."""
    with opened(path, encoding) as lines:
        # A line of our own behind the last shows whether a quote is still open there.
        reader = csv.reader(chain(lines, [_END]), delimiter=delimiter)
        number, cells = 1, list[str]()
        try:
            for cells in reader:
                if cells not in ([_DOS_END], [_END]):
                    if cells and cells[-1].endswith(_END):
                        raise Unreadable("truncated", line=number)
                    yield number, cells
                number = reader.line_num + 1
        except csv.Error as fault:
            raise Unreadable("malformed", line=number) from fault
