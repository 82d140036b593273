"""Which column says what: guessed from headers, stated by a person, or given as TOML."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass, field
from fnmatch import fnmatch
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from banso.engines.basis.cells import (
    CellFault,
    as_date,
    as_decimal,
    as_integer,
    as_yes_no,
    is_blank,
)
from banso.engines.basis.kana import folded
from banso.kit.acts import Refused
from banso.rooms.customers.models import SLOT_COUNTS, SLOTS_OF_TYPE, FactDefinition, FactType
from banso.rooms.customers.points import fact_sources
from banso.rooms.customers.queries import OWN
from banso.rooms.ingestion.points import in_order, kinds

if TYPE_CHECKING:
    from collections.abc import Mapping as Values
    from collections.abc import Sequence
    from pathlib import Path

    from banso.engines.basis.cells import Cell
    from banso.rooms.ingestion.points import Kind

FACT = "fact:"
# what a download of rejected rows adds in either language, and what people make of it
REASON_HEADERS = frozenset({"却下の理由", "却下理由", "Why rejected"})
CODE = re.compile(r"0\d+")
GUESSED_FROM = 200  # rows from which an attribute's type is guessed


class BadMapping(Refused):
    """A mapping names a kind, field or type that does not exist."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """How a file's columns are read.

    `columns` leads from header label to field key, or to "fact:TYPE" for the company's own
    attribute; a column that is absent is left out. `constants` gives fields that no column carries.
    """

    columns: dict[str, str] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {"columns": self.columns, "constants": self.constants}

    @classmethod
    def from_json(cls, stored: Values[str, Any]) -> Mapping:
        return cls(
            columns=dict(stored.get("columns", {})), constants=dict(stored.get("constants", {}))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRule:
    """A mapping file's word on the files whose name matches."""

    name: str
    kind: str
    mapping: Mapping


def guessed_kind(header: Sequence[str]) -> Kind | None:
    """The kind whose required fields the header all carries, the one that explains most columns
    first.
    """
    fitting = [
        (len(_named(kind, header)), -kind.position, kind)
        for kind in in_order()
        if _complete(kind, header)
    ]
    return max(fitting, key=lambda each: each[:2])[2] if fitting else None


def _complete(kind: Kind, header: Sequence[str]) -> bool:
    found = set(_named(kind, header).values())
    return all(each.key in found for each in kind.fields if each.required)


def guessed_mapping(kind: Kind, header: Sequence[str], sample: Sequence[Sequence[Cell]]) -> Mapping:
    """Fields by their headers; further columns of accounts become attributes of a guessed type."""
    columns = _named(kind, header)
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


def reserved_keys() -> set[str]:
    """Keys of facts that rooms contribute: a company's own attribute can't have them."""
    return {spec.key for source in fact_sources for spec in source.facts}


def _named(kind: Kind, header: Sequence[str]) -> dict[str, str]:
    """Header label to field key, each field once: the first header that is one of its names."""
    spellings = {label: _plain(label) for label in header}
    columns: dict[str, str] = {}
    for each in kind.fields:
        names = {_plain(name) for name in (*each.headers, each.key)}
        for label, spelled in spellings.items():
            if spelled in names and label not in columns:
                columns[label] = each.key
                break
    return columns


def _plain(label: str) -> str:
    return re.sub(r"[\s_\-/・]", "", folded(label))


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


def fact_key(label: str) -> str:
    """The key of an attribute named after a column: a word that rules can write, Japanese or
    Latin.
    """
    plain = unicodedata.normalize("NFKC", label).strip().lower()
    key = re.sub(r"\W+", "_", plain).strip("_")[:60]
    return key if key and not key[0].isdigit() else f"c_{key}"[:60]


def checked(kind: Kind, mapping: Mapping, header: Sequence[str]) -> Mapping:
    """The mapping, if every required field has a column or a constant and no name is unknown."""
    keys = {each.key for each in kind.fields}
    facts = {FACT + fact_type for fact_type in FactType} if kind.keeps_other_columns else set()
    reserved = reserved_keys()
    for label, target in mapping.columns.items():
        if label not in header:
            raise BadMapping(_("The file has no column “%(column)s”.") % {"column": label})
        if target in facts and fact_key(label) in reserved:
            raise BadMapping(
                _("“%(column)s” is worked out from contracts; leave the column out.")
                % {"column": label}
            )
    for target in (*mapping.columns.values(), *mapping.constants):
        if target not in keys | facts:
            raise BadMapping(_("There is no field “%(field)s”.") % {"field": target})
    _require_each_once(kind, mapping)
    _require_same_facts(mapping)
    return mapping


def _require_same_facts(mapping: Mapping) -> None:
    """Attributes have one column each, and the type they were defined with."""
    types = dict(FactDefinition.objects.values_list("key", "type"))
    column_of: dict[str, str] = {}
    for label, target in mapping.columns.items():
        if not target.startswith(FACT):
            continue
        key, stated = fact_key(label), target.removeprefix(FACT)
        if types.get(key, stated) != stated:
            raise BadMapping(
                _("“%(column)s” is known as %(type)s; it can't be read as something else.")
                % {"column": label, "type": FactType(types[key]).label}
            )
        if key in column_of:
            raise BadMapping(
                _("“%(first)s” and “%(second)s” would be one attribute; leave one out.")
                % {"first": column_of[key], "second": label}
            )
        column_of[key] = label


def _require_each_once(kind: Kind, mapping: Mapping) -> None:
    """Every required field has a source, and none has two."""
    targets = [target for target in mapping.columns.values() if not target.startswith(FACT)]
    twice = sorted({target for target in targets if targets.count(target) > 1})
    if twice:
        label = _label(kind, twice[0])
        raise BadMapping(_("Two columns are read as “%(field)s”.") % {"field": label})
    given = {*targets, *mapping.constants}
    missing = [each for each in kind.fields if each.required and each.key not in given]
    if missing:
        raise BadMapping(
            _("No column is read as “%(field)s”, which every row needs.")
            % {"field": missing[0].label}
        )


def _label(kind: Kind, key: str) -> str:
    return str(next(each.label for each in kind.fields if each.key == key))


def rules_in(path: Path) -> list[FileRule]:
    """The rules of a TOML mapping file. docs/formats.md explains it. Raises BadMapping."""
    try:
        stated = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise BadMapping(f"{path.name}: {fault}") from fault
    entries = stated.get("file")
    if not isinstance(entries, list) or not all(_is_rule(entry) for entry in entries):
        raise BadMapping(f"{path.name}: expected [[file]] with [columns], [facts], [constants]")
    return [_rule(entry, path.name) for entry in entries]


def _is_rule(entry: Any) -> bool:
    """Whether an entry has the shape of a rule; whether its names exist is looked at later."""
    if not isinstance(entry, dict):
        return False
    tables = [entry.get(name, {}) for name in ("columns", "facts", "constants")]
    words = [entry.get("name", ""), entry.get("kind", "")]
    if not all(isinstance(table, dict) for table in tables):
        return False
    words += [word for table in tables[:2] for word in table.values()]
    return all(isinstance(word, str) for word in words)


def _rule(entry: dict[str, Any], source: str) -> FileRule:
    if entry.get("kind") not in kinds:
        raise BadMapping(
            _("%(source)s: there is no kind “%(kind)s”; the kinds are %(kinds)s.")
            % {"source": source, "kind": entry.get("kind", ""), "kinds": ", ".join(sorted(kinds))}
        )
    columns = dict(entry.get("columns", {}))
    columns |= {label: FACT + fact_type for label, fact_type in entry.get("facts", {}).items()}
    constants = {key: str(value) for key, value in entry.get("constants", {}).items()}
    return FileRule(
        name=entry.get("name", "*"),
        kind=entry["kind"],
        mapping=Mapping(columns=columns, constants=constants),
    )


def rule_for(rules: Sequence[FileRule], file_name: str) -> FileRule | None:
    """The first rule whose name pattern the file's name matches."""
    return next((rule for rule in rules if fnmatch(file_name, rule.name)), None)
