"""Rows out of foreign files: `open_table(path)` is the one door. Nothing here writes a row.

What a file is decides its content, not its name: a workbook by its first bytes, JSON by its first
signs, else text cut by a delimiter. `open_all(path, folder)` comes before it where a ZIP may bring
several files.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from banso.rooms.ingestion.sources.archives import Unpacked, open_all
from banso.rooms.ingestion.sources.delimited import delimited_table
from banso.rooms.ingestion.sources.json_records import is_json, json_table
from banso.rooms.ingestion.sources.kintone import kintone_shape
from banso.rooms.ingestion.sources.names import names_shape
from banso.rooms.ingestion.sources.salesforce import salesforce_shape
from banso.rooms.ingestion.sources.shapes import reshaped
from banso.rooms.ingestion.sources.stripe import stripe_shape
from banso.rooms.ingestion.sources.tables import Cell, Footer, SourceRow, SourceTable, Unreadable
from banso.rooms.ingestion.sources.workbook import OLD_START, ZIP_START, workbook_table

__all__ = [
    "LARGEST_BYTES",
    "Cell",
    "Footer",
    "SourceRow",
    "SourceTable",
    "Unpacked",
    "Unreadable",
    "open_all",
    "open_table",
]

LARGEST_BYTES: Final = 100_000_000
LARGEST_TEXT_BYTES: Final = 2_000_000_000  # read line by line: only time is a limit
_START_BYTES: Final = 4096
_SHAPES: Final = (kintone_shape, stripe_shape, salesforce_shape, names_shape)


def open_table(path: Path) -> SourceTable:
    """The table in a CSV, Excel or JSON file; `Unreadable`, here and never later, with the reason.

    Exports that need it come in a shape whose columns can be mapped.
    """
    table = _table_in(path)
    for shape_of in _SHAPES:
        shape = shape_of(table)
        if shape is not None:
            table = reshaped(table, shape)
    return table


def _table_in(path: Path) -> SourceTable:
    if path.stat().st_size > LARGEST_TEXT_BYTES:
        raise Unreadable("too_large", largest_bytes=LARGEST_TEXT_BYTES)
    with path.open("rb") as file:
        start = file.read(_START_BYTES)
    if not start:
        raise Unreadable("empty")
    is_workbook, has_json = start.startswith((ZIP_START, OLD_START)), is_json(start, path.suffix)
    if not is_workbook and not has_json:
        return delimited_table(path)
    if path.stat().st_size > LARGEST_BYTES:
        raise Unreadable("too_large", largest_bytes=LARGEST_BYTES)
    return workbook_table(path) if is_workbook else json_table(path)
