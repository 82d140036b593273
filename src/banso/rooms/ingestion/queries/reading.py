"""From the cells of a row to its values: each mapped cell by its field's reader, faults
collected.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
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
from banso.engines.basis.money import minor_digits, to_minor
from banso.engines.basis.passages import searched_text
from banso.rooms.customers.models import FactType
from banso.rooms.ingestion.points import Row
from banso.rooms.ingestion.queries.mapping import FACT, fact_key

if TYPE_CHECKING:
    from collections.abc import Mapping as Values
    from collections.abc import Sequence

    from banso.engines.basis.cells import Cell
    from banso.rooms.ingestion.points import Field, Kind, TableRow
    from banso.rooms.ingestion.queries.mapping import Mapping

Prepare = Callable[["Cell"], "Cell"]
Read = Callable[["Cell"], Any]
DAY_ORDERS = {"dmy": (3, 2, 1), "mdy": (3, 1, 2), "ymd": (1, 2, 3)}
_DAY_PARTS = re.compile(r"(\d{1,4})\D+(\d{1,2})\D+(\d{1,4})(.*)", re.DOTALL)
_LAST_SECOND = 253_402_300_799  # of the year 9999


@dataclass(frozen=True, slots=True)
class Plan:
    """A mapping made ready for many rows: which place is read how, and what is constant.

    `own_key` are the parts that tell rows apart, each with the fields that may say it; `telling`
    has for each part, and for the parent, the places or constants it is taken from, in order.
    `required` are fields that every row must fill itself: none stands in for them.
    """

    kind: Kind
    places: list[tuple[int, Field, Read]]
    facts: list[tuple[int, str, Read]]
    constants: list[tuple[str, Field]]
    own_key: tuple[tuple[str, ...], ...]
    telling: dict[tuple[str, ...], list[tuple[int | None, str, Field]]]
    required: frozenset[str]
    minor: tuple[str, ...]
    currency: str


def plan(kind: Kind, mapping: Mapping, header: Sequence[str], *, currency: str) -> Plan:
    """The mapping applied to this header. `currency` is that of money attributes."""
    by_key = {each.key: each for each in kind.fields}
    places, facts, minor = [], [], []
    for place, label in enumerate(header):  # a database may not keep the order of the mapping
        target = mapping.columns.get(label, "")
        if target.startswith(FACT):
            read = fact_reader(FactType(target.removeprefix(FACT)), currency=currency)
            facts.append((place, fact_key(label), read))
        elif target:
            places.append((place, by_key[target], _reader(by_key[target], mapping, label)))
            minor += [target] if mapping.formats.get(label) == "minor" else []
    constants = [(text, by_key[key]) for key, text in mapping.constants.items()]
    given = {each.key for _place, each, _read in places} | mapping.constants.keys()
    own_key = _own_key(kind, given)
    return Plan(
        kind,
        places,
        facts,
        constants,
        own_key=own_key,
        telling={names: _telling(names, places, constants) for names in (*own_key, (kind.parent,))},
        required=frozenset(
            each.key
            for each in kind.fields
            if each.required
            and each.key not in mapping.constants
            and not _stand_ins(kind, each, given)
        ),
        minor=tuple(minor),
        currency=currency,
    )


def _stand_ins(kind: Kind, field: Field, given: set[str]) -> tuple[str, ...]:
    """Fields with a source that may say what this one says."""
    return tuple(f.key for f in kind.fields if f.instead_of == field.key and f.key in given)


def _own_key(kind: Kind, given: set[str]) -> tuple[tuple[str, ...], ...]:
    """The first set of own keys of which every part has a source."""
    by_key = {each.key: each for each in kind.fields}
    for names in kind.own_keys:
        parts = tuple(
            (*((name,) if name in given else ()), *_stand_ins(kind, by_key[name], given))
            for name in names
        )
        if all(parts):
            return parts
    return ()


def _telling(
    names: tuple[str, ...],
    places: Sequence[tuple[int, Field, Read]],
    constants: Sequence[tuple[str, Field]],
) -> list[tuple[int | None, str, Field]]:
    """Where fields of these names are stated: places of the row, then constants."""
    found: list[tuple[int | None, str, Field]] = []
    for name in names:
        found += [(place, "", each) for place, each, _read in places if each.key == name]
        found += [(None, text, each) for text, each in constants if each.key == name]
    return found


def _reader(each: Field, mapping: Mapping, label: str) -> Read:
    """How a column's cells are read: as its field is, after what the mapping does to them."""
    prepare = _prepare(mapping, label)
    return each.read if prepare is None else lambda cell: each.read(prepare(cell))


def _prepare(mapping: Mapping, label: str) -> Prepare | None:
    """What is done to a column's cells before they are read."""
    table, form = mapping.values.get(label), mapping.formats.get(label, "")
    if table:
        return partial(_translated, table={_plain(text): to for text, to in table.items()})
    if form in DAY_ORDERS:
        return partial(_year_first, order=DAY_ORDERS[form])
    return {"unix": _from_unix, "comma": _with_point}.get(form)


def _plain(cell: Cell) -> str:
    return unicodedata.normalize("NFKC", str(cell)).strip().casefold()


def _translated(cell: Cell, *, table: Values[str, str]) -> Cell:
    return table.get(_plain(cell), cell)


def _year_first(cell: Cell, *, order: tuple[int, int, int]) -> Cell:
    parts = _DAY_PARTS.fullmatch(_plain(cell)) if isinstance(cell, str) else None
    if parts is None:
        return cell
    year, month, day = (parts[place] for place in order)
    if len(year) == 2:
        year = f"20{year}"
    return f"{year}-{month:0>2}-{day:0>2}{parts[4]}"


def _from_unix(cell: Cell) -> Cell:
    if is_blank(cell):
        return cell
    seconds = as_integer(cell, least=0, most=_LAST_SECOND)
    return datetime.fromtimestamp(seconds, tz=UTC)


def _with_point(cell: Cell) -> Cell:
    return cell.replace(".", "").replace(",", ".") if isinstance(cell, str) else cell


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


def read_row(found: TableRow, by: Plan) -> Row:
    """The row with its values and what is wrong with its cells."""
    cells = found.cells
    row = Row(number=found.number, cells=cells)
    if found.fault == "too_many_cells":
        row.reject("", found.fault)
        return row
    for place, each, read in by.places:
        if is_blank(cells[place]):
            _leave_blank(row, each, by)
        else:
            _keep(row, row.values, each.key, read, cells[place])
    for text, each in _left_open(row, by):
        _keep(row, row.values, each.key, each.read, text)
    for place, key, read in by.facts:
        row.facts[key] = None
        if not is_blank(cells[place]):
            _keep(row, row.facts, key, read, cells[place])
    for key in by.minor:
        _scale_down(row, key, by)
    row.words = _words(row, by.kind.searched)
    return row


def _left_open(row: Row, by: Plan) -> list[tuple[str, Field]]:
    """The constants of fields that the row itself does not fill."""
    return [each for each in by.constants if row.values.get(each[1].key) in (None, "")]


def _leave_blank(row: Row, each: Field, by: Plan) -> None:
    if each.key in by.required:
        row.reject(each.key, "missing")
    else:
        row.values[each.key] = each.blank


def _keep(
    row: Row, into: dict[str, Any], key: str, read: Callable[[Cell], Any], cell: Cell
) -> None:
    try:
        into[key] = read(cell)
    except CellFault as fault:
        row.reject(key, fault.code, **fault.facts)


def _words(row: Row, searched: Sequence[str]) -> str | None:
    """What the row is searched by; here, since a long file is read by a process of its own."""
    values = row.values
    if not searched or any(key not in values for key in searched):
        return None
    return searched_text(*(values[key] for key in searched))


def _scale_down(row: Row, key: str, by: Plan) -> None:
    """An amount written in the smallest unit of the row's currency, as the amount it is."""
    amount = row.values.get(key)
    if amount is not None:
        code = row.values.get("currency") or by.currency
        row.values[key] = amount.scaleb(-minor_digits(code))
