"""Excel workbooks: the first visible sheet that holds anything, its cells with their types."""

from __future__ import annotations

from collections.abc import Iterator
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

from banso.rooms.ingestion.sources.tables import (
    Cell,
    Record,
    SourceTable,
    Unreadable,
    filled_cells,
    header_in,
)

ZIP_START: Final = b"PK\x03\x04"
OLD_START: Final = b"\xd0\xcf\x11\xe0"  # .xls, and any workbook with a password
_LOCKED_PART: Final = "EncryptedPackage".encode("utf-16-le")
LARGEST_UNPACKED_BYTES: Final = 1 << 30


def workbook_table(path: Path) -> SourceTable:
    """The table in a workbook. A sheet is held in memory as a whole."""
    _refuse_broken_zip(path)
    try:
        with path.open("rb") as file:  # given a path, calamine would believe its ending
            sheet = _first_sheet(load_workbook(file))
    except CalamineError as fault:
        raise Unreadable("password" if _is_locked(path, fault) else "not_a_workbook") from fault

    def records() -> Iterator[Record]:
        return _records(sheet)

    number, header = header_in(records())
    return SourceTable(
        header=header,
        header_number=number,
        rows_at_most=max(sum(1 for _ in sheet.iter_rows()) - number, 0),
        records=records,
        sheet=sheet.name,
    )


def _refuse_broken_zip(path: Path) -> None:
    with path.open("rb") as file:
        if file.read(len(ZIP_START)) != ZIP_START:
            return
    try:
        with ZipFile(path) as parts:
            unpacked = sum(part.file_size for part in parts.infolist())
    except BadZipFile as fault:
        raise Unreadable("truncated") from fault
    if unpacked > LARGEST_UNPACKED_BYTES:
        raise Unreadable("too_large", largest_bytes=LARGEST_UNPACKED_BYTES)


def _is_locked(path: Path, fault: CalamineError) -> bool:
    return isinstance(fault, PasswordError) or _LOCKED_PART in path.read_bytes()


def _first_sheet(book: CalamineWorkbook) -> CalamineSheet:
    for seen in book.sheets_metadata:
        if seen.visible == SheetVisibleEnum.Visible and seen.typ == SheetTypeEnum.WorkSheet:
            sheet = book.get_sheet_by_name(seen.name)
            if any(filled_cells(cells) for _, cells in _records(sheet)):
                return sheet
    raise Unreadable("empty")


def _records(sheet: CalamineSheet) -> Iterator[Record]:
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        yield number, [_cell(value) for value in cells]


def _cell(value: object) -> Cell:
    """The value; a time of day or a duration has no column kind here and becomes its text."""
    return value if isinstance(value, str | int | float | date | datetime) else str(value)
