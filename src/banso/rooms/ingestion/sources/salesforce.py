"""Record IDs of Salesforce in their long form.

Reports show fifteen characters, of which two may differ in case alone; Data Loader writes eighteen,
whose last three tell the capitals. Only with all eighteen do the files of one company fit together.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from banso.rooms.ingestion.sources.shapes import Shape
from banso.rooms.ingestion.sources.tables import Cell, SourceTable

_LABEL: Final = re.compile(
    r"(?:親?取引先|取引先責任者|活動|商談|ケース|契約|ユーザー) ?ID"
    r"|(?:Parent )?(?:Account|Contact|Case|Activity|Opportunity|Contract|Owner) ID"
    r"|(?:Parent|Account|Contact|Case|Opportunity|Contract|Owner|Who|What)?Id"
)
# Accounts, contacts, users, opportunities, tasks, events, cases, contracts.
_SHORT_ID: Final = re.compile(r"(?=.*[A-Za-z])(?:00[1356TU]|500|800)[A-Za-z0-9]{12}")
_SUFFIXES: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def salesforce_shape(table: SourceTable) -> Shape | None:
    """The table with long IDs; nothing if none of its columns is called as one of theirs."""
    ids = frozenset(at for at, label in enumerate(table.header) if _LABEL.fullmatch(label))
    if not ids:
        return None

    def cells_of(cells: Sequence[Cell]) -> tuple[Cell, ...]:
        return tuple(long_id(cell) if at in ids else cell for at, cell in enumerate(cells))

    return Shape(table.header, cells_of)


def long_id(cell: Cell) -> Cell:
    """The ID with a letter for each five characters that says which of them are capitals."""
    if not isinstance(cell, str) or not _SHORT_ID.fullmatch(cell):
        return cell
    fives = (cell[at : at + 5] for at in (0, 5, 10))
    return cell + "".join(
        _SUFFIXES[sum(1 << at for at, char in enumerate(five) if char.isupper())] for five in fives
    )
