"""Rows out of foreign files: `open_table(path)` is the one door. Nothing here writes.

What a file is decides its content, not its name: a workbook by its first bytes, else text.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from banso.rooms.ingestion.sources.delimited import delimited_table
from banso.rooms.ingestion.sources.tables import Cell, SourceRow, SourceTable, Unreadable
from banso.rooms.ingestion.sources.workbook import OLD_START, ZIP_START, workbook_table

__all__ = ["LARGEST_BYTES", "Cell", "SourceRow", "SourceTable", "Unreadable", "open_table"]

LARGEST_BYTES: Final = 100_000_000


def open_table(path: Path) -> SourceTable:
    """The table in a CSV or Excel file; `Unreadable`, here and never later, with the reason."""
    if path.stat().st_size > LARGEST_BYTES:
        raise Unreadable("too_large", largest_bytes=LARGEST_BYTES)
    with path.open("rb") as file:
        start = file.read(8)
    if not start:
        raise Unreadable("empty")
    if start.startswith((ZIP_START, OLD_START)):
        return workbook_table(path)
    return delimited_table(path)
