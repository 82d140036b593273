"""What a column holds: a few of its values, and those that its field's reader does not know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from banso.engines.basis.cells import CellFault, as_text, is_blank
from banso.rooms.ingestion.points import Shape
from banso.rooms.ingestion.queries.reasons import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from banso.engines.basis.cells import Cell
    from banso.rooms.ingestion.points import Field

SAMPLES = 5
MOST_UNKNOWN = 40  # listed at once; more of them means that the column says something else
TRANSLATED = frozenset({Shape.CHOICE, Shape.FLAG})
DAY_FORMATS, AMOUNT_FORMATS = ("ymd", "dmy", "mdy", "unix"), ("minor", "comma")
_FORMATS_OF = {
    Shape.DAY: DAY_FORMATS,
    Shape.MOMENT: DAY_FORMATS,
    Shape.AMOUNT: AMOUNT_FORMATS,
    Shape.WHOLE: ("comma",),
}


def samples(cells: Iterable[Cell]) -> list[str]:
    """The first different values of a column, as a page may show them."""
    found: dict[str, None] = {}
    for cell in cells:
        text = shown(cell)
        if text:
            found.setdefault(text)
        if len(found) == SAMPLES:
            break
    return list(found)


def formats_of(each: Field) -> tuple[str, ...]:
    """The formats that make sense for a field."""
    return _FORMATS_OF.get(each.shape, ())


def is_translated(each: Field) -> bool:
    """Whether a field's values are few, so that each may need its translation."""
    return each.shape in TRANSLATED


def unknown_values(each: Field, cells: Iterable[Cell], known: Mapping[str, str]) -> list[str]:
    """Different values of a column that its field can't read and no translation covers."""
    found: dict[str, None] = {}
    for cell in cells:
        if len(found) == MOST_UNKNOWN:
            break
        if is_blank(cell) or as_text(cell) in known or as_text(cell) in found:
            continue
        if not _reads(each, cell) and shown(cell) == as_text(cell):
            found[as_text(cell)] = None
    return list(found)


def _reads(each: Field, cell: Cell) -> bool:
    try:
        each.read(cell)
    except CellFault:
        return False
    return True
