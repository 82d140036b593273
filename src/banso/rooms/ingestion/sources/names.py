"""People whose name stands in two columns: one more column holds it as a whole.

Family name first where it's written in Japanese or Chinese characters, given name first elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from banso.rooms.ingestion.sources.shapes import Shape
from banso.rooms.ingestion.sources.tables import Cell, SourceTable

_PAIRS: Final = (("姓", "名"), ("last name", "first name"), ("lastname", "firstname"))
_WHOLE: Final = {"氏名", "名前", "name", "full name", "contact name", "担当者名"}
_EAST_ASIAN: Final = re.compile("[々〆ぁ-ヿ㐀-鿿豈-﫿]")


def names_shape(table: SourceTable) -> Shape | None:
    """The table with whole names; nothing if it has them already, or no parts of them."""
    places = {label.lower(): at for at, label in enumerate(table.header)}
    pair = next((pair for pair in _PAIRS if places.keys() >= {*pair}), None)
    if pair is None or not _WHOLE.isdisjoint(places):
        return None
    family, given = (places[part] for part in pair)

    def cells_of(cells: Sequence[Cell]) -> tuple[Cell, ...]:
        parts = [str(cells[family]).strip(), str(cells[given]).strip()]
        if not _EAST_ASIAN.search("".join(parts)):
            parts.reverse()
        return (*cells, " ".join(part for part in parts if part))

    label = "氏名" if pair == _PAIRS[0] else "full name"
    return Shape((*table.header, label), cells_of)
