"""The cells of rows that are reported: as they are stored, and as they are typed over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from banso.engines.basis.cells import as_text
from banso.engines.basis.japanese import looks_like_my_number

if TYPE_CHECKING:
    from banso.engines.basis.cells import Cell
    from banso.rooms.ingestion.points import Row
    from banso.rooms.ingestion.queries.reading import Plan

HIDDEN = "●●●●"
NUL = "\x00"  # no database keeps it in JSON


def written(cell: Cell) -> str:
    """A cell as a person would type it, and as it is read again: a text as it is, the whole
    number of a workbook without its `.0`.
    """
    if cell is None or isinstance(cell, str):
        return cell or ""
    return as_text(cell)


def storable(row: Row, by: Plan) -> list[str | int | float | bool]:
    """The row's cells as they came, but for personal numbers, which are never stored.

    Twelve digits that stand where the mapping expects an ID or a name are no such number.
    """
    astray = any(found.code in {"looks_like_my_number", "too_many_cells"} for found in row.faults)
    expected = set() if astray else {place for place, _field, _prepare in by.places}
    return [
        HIDDEN
        if place not in expected and looks_like_my_number(written(cell))
        else cell
        if isinstance(cell, int | float | bool)
        else written(cell).replace(NUL, "")
        for place, cell in enumerate(row.cells)
    ]


def storable_name(name: str) -> str:
    """What a program called an attribute, as far as it may be stored."""
    plain = name.replace(NUL, "")
    return HIDDEN if looks_like_my_number(plain) else plain[:60]
