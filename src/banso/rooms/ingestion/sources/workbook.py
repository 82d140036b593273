"""Excel workbooks: the first visible sheet that holds anything, its cells with their types."""

from __future__ import annotations

import math
import re
import subprocess
import sys
import zlib
from collections.abc import Generator, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Final
from zipfile import BadZipFile, ZipFile

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
    load_workbook,
)

from banso.rooms.ingestion.sources.grids import grid_table
from banso.rooms.ingestion.sources.tables import (
    Cell,
    Record,
    SourceTable,
    Unreadable,
    filled_cells,
)

ZIP_START: Final = b"PK\x03\x04"
OLD_START: Final = b"\xd0\xcf\x11\xe0"  # .xls, and any workbook with a password
_LOCKED_PART: Final = "EncryptedPackage".encode("utf-16-le")
LARGEST_UNPACKED_BYTES: Final = 1 << 30
MOST_CELLS: Final = 30_000_000  # of the rectangle around all cells, which is held in memory
_TRIAL: Final = Path(__file__).with_name("trial.py")
_LONGEST_TRIAL: Final = 60  # seconds
_BLOCK_BYTES: Final = 1 << 20
_LONGEST_REFERENCE: Final = 24
_SHEET_PART: Final = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
_REFERENCE: Final = re.compile(rb"""\br\s{0,4}=\s{0,4}["']([A-Za-z]{1,3})([0-9]{1,7})["']""")
_NOT_OURS: Final = frozenset({"xl/workbook.bin", "content.xml"})  # .xlsb and .ods


def workbook_table(path: Path) -> SourceTable:
    """The table in a workbook. A sheet is held in memory as a whole."""
    with path.open("rb") as file:
        start = file.read(len(OLD_START))
    if start == OLD_START:
        _refuse_harmful(path)
    else:
        _refuse_broken_zip(path)
    try:
        with path.open("rb") as file:  # given a path, calamine would believe its ending
            sheet = _first_sheet(load_workbook(file))
    except CalamineError as fault:
        raise Unreadable("password" if _is_locked(path, fault) else "not_a_workbook") from fault
    except BaseException as fault:
        if type(fault).__name__ != "PanicException":  # what calamine's own faults become
            raise
        raise Unreadable("not_a_workbook") from fault
    merged = _Merged(sheet)

    def records() -> Generator[Record]:
        return merged.filled_down(_records(sheet))

    return grid_table(records, passed_over=merged.over_several_columns, sheet=sheet.name)


def _refuse_harmful(path: Path) -> None:
    """An old workbook that lies about its size makes calamine take all memory and end the process.

    So another process reads it first.
    """
    try:
        trial = subprocess.run(  # noqa: S603 our own file and Python
            [sys.executable, "-I", str(_TRIAL), str(path.resolve())],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_LONGEST_TRIAL,
            check=False,
        )
    except subprocess.TimeoutExpired as fault:
        raise Unreadable("not_a_workbook") from fault
    if trial.returncode:
        raise Unreadable("not_a_workbook")


def _refuse_broken_zip(path: Path) -> None:
    try:
        with ZipFile(path) as parts:
            _refuse_parts(parts)
    except (BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError) as fault:
        raise Unreadable("truncated") from fault
    except RuntimeError as fault:  # a part that wants a password
        raise Unreadable("password") from fault


def _refuse_parts(parts: ZipFile) -> None:
    if sum(part.file_size for part in parts.infolist()) > LARGEST_UNPACKED_BYTES:
        raise Unreadable("too_large", largest_bytes=LARGEST_UNPACKED_BYTES)
    if not _NOT_OURS.isdisjoint(parts.namelist()):
        raise Unreadable("not_a_workbook")
    for name in filter(_SHEET_PART.fullmatch, parts.namelist()):
        if _cells_spanned(parts, name) > MOST_CELLS:
            raise Unreadable("sheet_too_large", most=MOST_CELLS)


def _cells_spanned(parts: ZipFile, name: str) -> int:
    """Cells of the rectangle around all that a sheet holds: two far corners would fill memory."""
    left, right, bottom, rest = 1 << 15, 0, 0, b""
    with parts.open(name) as sheet:
        while block := sheet.read(_BLOCK_BYTES):
            text = rest + block
            places = set(_REFERENCE.findall(text))
            columns = {_column(letters) for letters in {letters for letters, _ in places}}
            bottom = max([bottom, *(int(row) for _, row in places)])
            left, right = min([left, *columns]), max([right, *columns])
            rest = text[-_LONGEST_REFERENCE:]
    return bottom * (right - left + 1) if right else 0


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _is_locked(path: Path, fault: CalamineError) -> bool:
    return isinstance(fault, PasswordError) or _LOCKED_PART in path.read_bytes()


def _first_sheet(book: CalamineWorkbook) -> CalamineSheet:
    for seen in book.sheets_metadata:
        if seen.visible == SheetVisibleEnum.Visible and seen.typ == SheetTypeEnum.WorkSheet:
            sheet = book.get_sheet_by_name(seen.name)
            if any(filled_cells(cells) for _, cells in _records(sheet)):
                return sheet
    raise Unreadable("empty")


class _Merged:
    """What is merged on a sheet: a value over several rows holds for each of them.

    A row in which cells are merged over several columns is a title, or groups the columns below.
    """

    def __init__(self, sheet: CalamineSheet) -> None:
        ranges = sheet.merged_cell_ranges or []
        left = sheet.start[1] if sheet.start else 0  # rows begin with the first filled column
        self.over_several_columns = {first[0] + 1 for first, last in ranges if first[1] < last[1]}
        self._tall: dict[int, list[tuple[int, int]]] = {}
        for (row, column), (last_row, _) in ranges:
            if last_row > row and column >= left:
                self._tall.setdefault(row + 1, []).append((column - left, last_row + 1))

    def filled_down(self, records: Iterator[Record]) -> Generator[Record]:
        if not self._tall:
            yield from records
            return
        going: dict[int, tuple[int, Cell]] = {}
        for number, given in records:
            cells = list(given)
            for column, (last, value) in going.items():
                if number <= last and column < len(cells) and cells[column] == "":
                    cells[column] = value
            for column, last in self._tall.get(number, ()):
                if column < len(cells):
                    going[column] = (last, cells[column])
            yield number, cells


def _records(sheet: CalamineSheet) -> Iterator[Record]:
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        yield number, [_cell(value) for value in cells]


def _cell(value: object) -> Cell:
    """The value; a time of day or a duration has no column kind here and becomes its text."""
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value if isinstance(value, str | int | float | date | datetime) else str(value)
