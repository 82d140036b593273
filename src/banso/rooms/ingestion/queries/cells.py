"""The cells of rows that were reported: as they are shown to be typed over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from banso.engines.basis.cells import as_text

if TYPE_CHECKING:
    from banso.engines.basis.cells import Cell


def written(cell: Cell) -> str:
    """A cell as a person would type it, and as it is read again: a text as it is, the whole
    number of a workbook without its `.0`.
    """
    if cell is None or isinstance(cell, str):
        return cell or ""
    return as_text(cell)
