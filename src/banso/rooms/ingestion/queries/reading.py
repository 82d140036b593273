"""From the cells of a row to its values: each mapped cell by its field's reader, faults
collected.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.conf import settings

from banso.engines.basis.cells import (
    CellFault,
    as_amount,
    as_date,
    as_decimal,
    as_integer,
    as_text,
    as_yes_no,
    is_blank,
)
from banso.engines.basis.japanese import looks_like_my_number
from banso.engines.basis.money import to_minor
from banso.rooms.customers.models import FactType
from banso.rooms.ingestion.points import Row
from banso.rooms.ingestion.queries.mapping import FACT, fact_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from banso.engines.basis.cells import Cell
    from banso.rooms.ingestion.points import Field, Kind
    from banso.rooms.ingestion.queries.mapping import Mapping


DEEPEST = 50  # each level of parents is one reading of the file
OWN_ANCESTOR, TOO_DEEP = -1, -2


@dataclass(frozen=True, slots=True)
class Plan:
    """A mapping made ready for many rows: which place is read how, and what is constant."""

    kind: Kind
    places: list[tuple[int, Field]]
    facts: list[tuple[int, str, Callable[[Cell], Any]]]
    constants: list[tuple[str, Field]]


@dataclass(frozen=True, slots=True)
class Survey:
    """What a first pass over a file learns: how many rows, which repeat a key, how deep each
    stands.

    `depth` is how many ancestors of a row are in the same file; OWN_ANCESTOR and TOO_DEEP are below
    zero.
    """

    rows: int
    first_of: dict[tuple[str, ...], int]
    depth: dict[str, int]
    per_depth: Counter[int]

    def passes(self) -> range:
        """Rows of depth 0 come in first, then those that name them as parents, and so on."""
        return range(max(self.per_depth, default=0) + 1)

    def at_depth(self, depth: int) -> int:
        """How many rows stand at a depth."""
        return self.per_depth[depth]


def plan(kind: Kind, mapping: Mapping, header: Sequence[str], *, currency: str) -> Plan:
    """The mapping applied to this header. `currency` is that of money attributes."""
    by_key = {each.key: each for each in kind.fields}
    places, facts = [], []
    for place, label in enumerate(header):  # a database may not keep the order of the mapping
        target = mapping.columns.get(label, "")
        if target.startswith(FACT):
            read = fact_reader(FactType(target.removeprefix(FACT)), currency=currency)
            facts.append((place, fact_key(label), read))
        elif target:
            places.append((place, by_key[target]))
    constants = [(text, by_key[key]) for key, text in mapping.constants.items()]
    return Plan(kind, places, facts, constants)


def fact_reader(fact_type: FactType, *, currency: str) -> Callable[[Cell], Any]:
    """How a cell of an attribute is read. A personal My Number is refused and never kept."""
    readers: dict[FactType, Callable[[Cell], Any]] = {
        FactType.TEXT: partial(as_text, longest=200),
        FactType.INTEGER: as_integer,
        FactType.MONEY: lambda cell: to_minor(as_amount(cell), currency),
        FactType.REAL: lambda cell: float(as_decimal(cell)),
        FactType.DAY: lambda cell: as_date(cell, zone=ZoneInfo(settings.TIME_ZONE)),
        FactType.FLAG: as_yes_no,
    }
    read = readers[fact_type]

    def read_own(cell: Cell) -> Any:
        if looks_like_my_number(as_text(cell)):
            raise CellFault("looks_like_my_number")
        return read(cell)

    return read_own


def read_row(number: int, cells: Sequence[Cell], fault: str | None, by: Plan) -> Row:
    """The row with its values and what is wrong with its cells."""
    row = Row(number=number, cells=cells)
    if fault == "too_many_cells":
        row.reject("", fault)
        return row
    for place, each in by.places:
        _read_field(row, each, cells[place])
    for text, each in by.constants:
        _read_field(row, each, text)
    for place, key, read in by.facts:
        row.facts[key] = None
        if not is_blank(cells[place]):
            _keep(row, row.facts, key, read, cells[place])
    return row


def _read_field(row: Row, each: Field, cell: Cell) -> None:
    if is_blank(cell):
        if each.required:
            row.reject(each.key, "missing")
        else:
            row.values[each.key] = each.blank
        return
    _keep(row, row.values, each.key, each.read, cell)


def _keep(
    row: Row, into: dict[str, Any], key: str, read: Callable[[Cell], Any], cell: Cell
) -> None:
    try:
        into[key] = read(cell)
    except CellFault as fault:
        row.reject(key, fault.code, **fault.facts)


def survey(rows: Iterable[tuple[int, Sequence[Cell], str | None]], by: Plan) -> Survey:
    """Read the keys of a whole file once."""
    first_of: dict[tuple[str, ...], int] = {}
    parent_of: dict[str, str] = {}
    keys: list[str] = []
    for number, cells, fault in rows:
        key = () if fault == "too_many_cells" else key_of(cells, by)
        keys.append(key[0] if key else "")
        if key and first_of.setdefault(key, number) == number and by.kind.parent:
            parent_of[key[0]] = _spelled(cells, by, by.kind.parent)
    depth = _depths(parent_of)
    per_depth = Counter(max(depth.get(key, 0), 0) for key in keys)
    return Survey(len(keys), first_of, depth, per_depth)


def key_of(cells: Sequence[Cell], by: Plan) -> tuple[str, ...]:
    """What tells the row apart, as text; empty when a part of it can't be read."""
    key = tuple(_spelled(cells, by, name) for name in by.kind.own_key)
    return key if all(key) else ()


def _spelled(cells: Sequence[Cell], by: Plan, name: str) -> str:
    """One field's value as text, "" where blank or wrong."""
    sources = [(cells[place], each) for place, each in by.places if each.key == name]
    sources += [(text, each) for text, each in by.constants if each.key == name]
    for cell, each in sources:
        try:
            return "" if is_blank(cell) else str(each.read(cell))
        except CellFault:
            return ""
    return ""


def _depths(parent_of: dict[str, str]) -> dict[str, int]:
    return {key: _depth_of(key, parent_of) for key in parent_of}


def _depth_of(key: str, parent_of: dict[str, str]) -> int:
    seen = {key}
    above = parent_of[key]
    while above in parent_of:
        if above in seen:
            return OWN_ANCESTOR
        if len(seen) > DEEPEST:
            return TOO_DEEP
        seen.add(above)
        above = parent_of[above]
    return len(seen) - 1


def in_batches(rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    batch: list[Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
