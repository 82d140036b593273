"""A cell of a file, and what is wrong with it as a code that a room turns into a sentence."""

from __future__ import annotations

from datetime import date

Cell = str | float | date | bool | None  # whole numbers and moments included


class CellFault(ValueError):
    """A cell can't be read as what its column means.

    `code` names the fault, `facts` the limits that explain it (never the value itself: it may be
    a personal number, and whoever reads the fault has the cell anyway).
    """

    def __init__(self, code: str, **facts: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts
