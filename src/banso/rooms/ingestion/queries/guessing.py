"""What a file probably is, and what its columns probably say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import override

from banso.engines.basis.cells import (
    CellFault,
    as_date,
    as_decimal,
    as_integer,
    as_yes_no,
    is_blank,
)
from banso.rooms.customers.models import SLOT_COUNTS, SLOTS_OF_TYPE, FactDefinition, FactType
from banso.rooms.customers.points import fact_sources
from banso.rooms.customers.queries.facts import OWN
from banso.rooms.ingestion.points import in_order
from banso.rooms.ingestion.queries.mapping import (
    FACT,
    REASON_HEADERS,
    Mapping,
    fact_key,
    missing_of,
    plain_label,
    reserved_keys,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from banso.engines.basis.cells import Cell
    from banso.rooms.ingestion.points import Field, Kind

CODE = re.compile(r"0\d+")
GUESSED_FROM = 200  # rows from which an attribute's type is guessed


def guessed_kind(header: Sequence[str]) -> Kind | None:
    """The kind whose required fields the header all carries, the one that explains most columns
    first.
    """
    fitting = [
        (len(named_fields(kind, header)), -kind.position, kind)
        for kind in in_order()
        if _complete(kind, header)
    ]
    return max(fitting, key=lambda each: each[:2])[2] if fitting else None


def _complete(kind: Kind, header: Sequence[str]) -> bool:
    return not missing_of(kind, set(named_fields(kind, header).values()))


def guessed_mapping(kind: Kind, header: Sequence[str], sample: Sequence[Sequence[Cell]]) -> Mapping:
    """Fields by their headers; further columns of accounts become attributes of a guessed type."""
    columns = named_fields(kind, header)
    if kind.keeps_other_columns:
        free, reserved = _free_slots(), reserved_keys()
        taken: set[str] = set()
        definitions = {fact.key: fact for fact in FactDefinition.objects.all()}
        for place, label in enumerate(header):
            if label in columns or label in REASON_HEADERS:
                continue
            fact_type = guessed_type([row[place] for row in sample[:GUESSED_FROM]])
            known = definitions.get(fact_key(label))
            if fact_key(label) in reserved | taken or (known is not None and known.source != OWN):
                continue
            taken.add(fact_key(label))
            if known is not None:
                columns[label] = FACT + known.type
            elif free[SLOTS_OF_TYPE[fact_type]] > 0:
                free[SLOTS_OF_TYPE[fact_type]] -= 1
                columns[label] = FACT + fact_type
    return Mapping(columns=columns)


def _free_slots() -> dict[str, int]:
    free = dict(SLOT_COUNTS)
    for slot in FactDefinition.objects.values_list("slot", flat=True):
        free[slot.rpartition("_")[0]] -= 1
    defined = set(FactDefinition.objects.values_list("key", flat=True))
    for source in fact_sources:
        for spec in source.facts:
            if spec.key not in defined:
                free[SLOTS_OF_TYPE[spec.type]] -= 1
    return free


def named_fields(kind: Kind, header: Sequence[str]) -> dict[str, str]:
    """Header label to field key, each field once: the first header that is one of its names."""
    spellings = {label: plain_label(label) for label in header}
    columns: dict[str, str] = {}
    for each in kind.fields:
        names = _names(each)
        for label, spelled in spellings.items():
            if spelled in names and label not in columns:
                columns[label] = each.key
                break
    return columns


def _names(of: Field) -> set[str]:
    """What a column of this field may be called: by its names, its key, or as a page calls it."""
    names = {of.key, *of.headers}
    for language, _called in settings.LANGUAGES:
        with override(language):
            names.add(str(of.label))
    return {plain_label(name) for name in names}


def guessed_type(cells: Sequence[Cell]) -> FactType:
    """The narrowest type that every filled cell can be read as; text when there is none."""
    filled = [cell for cell in cells if not is_blank(cell)]
    readers = (
        (FactType.FLAG, as_yes_no),
        (FactType.DAY, as_date),
        (FactType.INTEGER, as_integer),
        (FactType.REAL, as_decimal),
    )
    for fact_type, read in readers:
        if filled and all(_reads(read, cell) for cell in filled):
            if fact_type is FactType.FLAG and {str(cell) for cell in filled} <= {"0", "1"}:
                continue  # a column of zeros and ones is rather a number
            if any(CODE.fullmatch(str(cell)) for cell in filled):
                continue  # 0600001 is a code, not a number: its zeros must stay
            return fact_type
    return FactType.TEXT


def _reads(read: Any, cell: Cell) -> bool:
    try:
        read(cell)
    except CellFault:
        return False
    return True
