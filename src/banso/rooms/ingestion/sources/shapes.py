"""What a system's exports need before their columns can be mapped, besides being read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from banso.rooms.ingestion.sources.tables import Cell, SourceRow, SourceTable, distinct


def _always(_cells: Sequence[Cell]) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Shape:
    """Other labels, the cells under them, and whether a row is the first of its record."""

    header: tuple[str, ...]
    cells: Callable[[Sequence[Cell]], tuple[Cell, ...]]
    starts: Callable[[Sequence[Cell]], bool] = _always


def reshaped(table: SourceTable, shape: Shape) -> SourceTable:
    """The table in another shape; cells past the header stay behind the others."""
    width = len(table.header)

    def read() -> Iterator[SourceRow]:
        for row in table.rows():
            cells = row.cells[:width]
            yield SourceRow(
                row.number,
                (*shape.cells(cells), *row.cells[width:]),
                row.fault,
                row.starts_record and shape.starts(cells),
            )

    return replace(table, header=distinct(shape.header), read=read)
