"""A first pass over a whole file: which rows repeat a key, and which wait for others.

What is kept of a row is eight bytes, so that two million rows are no burden. Keys whose hashes meet
are compared in full when the rows themselves are read.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import numpy.typing as npt

from banso.engines.basis.cells import CellFault, is_blank
from banso.rooms.ingestion.queries.mapping import RECORDS
from banso.rooms.ingestion.queries.reading import read_row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from banso.engines.basis.cells import Cell
    from banso.rooms.ingestion.points import Row, Table, TableRow
    from banso.rooms.ingestion.queries.mapping import Mapping
    from banso.rooms.ingestion.queries.reading import Plan

T = TypeVar("T")
Key = tuple[str, ...]
DEEPEST = 50  # each level of parents is one reading of the file
OWN_ANCESTOR, TOO_DEEP = -1, -2


class Ids:
    """The keys of a file as a container: whether a row of this own id is among them."""

    def __init__(self, hashes: npt.NDArray[np.int64]) -> None:
        self.hashes = hashes  # sorted
        self.rejected: set[int] = set()

    def leave_out(self, rows: Iterable[Row], by: Plan) -> None:
        """No rejected one of these rows comes any more; a repeated one came before."""
        for row in rows:
            if row.faults and all(found.code != "repeated_id" for found in row.faults):
                self.rejected.add(hash((_spelled(row.cells, by, by.own_key[0]),)))

    def __contains__(self, text: object) -> bool:
        wanted = hash((text,))
        if wanted in self.rejected:
            return False
        place = int(np.searchsorted(self.hashes, wanted))
        return place < len(self.hashes) and int(self.hashes[place]) == wanted


@dataclass(frozen=True, slots=True)
class Survey:
    """What a first pass learns: how many rows, which hashes repeat, how deep rows stand.

    `depth` is how many ancestors of a row are in the same file, for those that have one;
    OWN_ANCESTOR and TOO_DEEP are below zero.
    """

    rows: int
    ids: Ids
    repeated: frozenset[int]
    depth: dict[str, int]
    first_of: dict[Key, int] = field(default_factory=dict)

    def passes(self) -> range:
        """Rows of depth 0 come in first, then those that name them as parents, and so on."""
        return range(max(0, *self.depth.values(), 0) + 1)

    def first(self, key: Key, number: int) -> int:
        """The number of the first row with this key; rows are asked for in the file's order."""
        if hash(key) not in self.repeated:
            return number
        return self.first_of.setdefault(key, number)

    def stands(self, key: Key) -> int:
        """How deep the row with this key stands."""
        return self.depth.get(key[0], 0) if key and self.depth else 0


def survey(rows: Iterable[TableRow], by: Plan) -> Survey:
    """Read the keys of a whole file once."""
    hashes, parent_of, number = array("q"), dict[str, str](), 0
    for row in rows:
        number += 1
        key = key_of(row, by)
        if not key:
            continue
        hashes.append(hash(key))
        if by.kind.parent:
            parent = _spelled(row.cells, by, (by.kind.parent,))
            if parent:
                parent_of.setdefault(key[0], parent)
    every = np.sort(np.frombuffer(hashes, dtype=np.int64)) if hashes else np.empty(0, np.int64)
    twice = frozenset(every[1:][every[1:] == every[:-1]].tolist())
    ids = Ids(every)
    depth = {key: _depth_of(key, parent_of, ids) for key in parent_of}
    return Survey(number, ids, twice, {key: deep for key, deep in depth.items() if deep})


def key_of(row: TableRow, by: Plan) -> Key:
    """What tells the row apart, as text; empty when a part of it can't be read."""
    if row.fault == "too_many_cells":
        return ()
    key = tuple(_spelled(row.cells, by, names) for names in by.own_key)
    return key if all(key) else ()


def _spelled(cells: Sequence[Cell], by: Plan, names: tuple[str, ...]) -> str:
    """One part of a key as text, by the first of its fields that the row fills; "" where blank or
    wrong.
    """
    for place, text, each in by.telling[names]:
        cell = text if place is None else cells[place]
        if is_blank(cell):
            continue
        try:
            return str(each.read(cell))
        except CellFault:
            return ""
    return ""


def counted(table: Table, mapping: Mapping) -> Iterator[TableRow]:
    """The rows of a file that count: all, or the first of each record."""
    if mapping.rows == RECORDS:
        return (row for row in table.rows() if row.starts_record)
    return table.rows()


def keyed_rows(rows: Iterable[TableRow], by: Plan) -> Iterator[tuple[Key, Row]]:
    """Each row as it was read, with its key."""
    for row in rows:
        yield key_of(row, by), read_row(row, by)


def _depth_of(key: str, parent_of: dict[str, str], ids: Ids) -> int:
    """How many ancestors of a row are in the file."""
    seen, above = {key}, parent_of[key]
    while above in ids:
        if above in seen:
            return OWN_ANCESTOR
        if len(seen) > DEEPEST:
            return TOO_DEEP
        seen.add(above)
        above = parent_of.get(above, "")
    return len(seen) - 1


def in_batches(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    batch: list[T] = []
    for row in rows:
        batch.append(row)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
