"""Which column says what: guessed from headers, stated by a person, or given as TOML."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banso.engines.basis.kana import folded
from banso.kit.acts import Refused
from banso.rooms.customers.models import FactDefinition, FactType
from banso.rooms.customers.points import fact_sources

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from collections.abc import Mapping as Values

    from banso.rooms.ingestion.points import Kind

FACT = "fact:"
# what a download of rejected rows adds in either language, and what people make of it
REASON_HEADERS = frozenset({"却下の理由", "却下理由", "Why rejected"})
ALL_ROWS, RECORDS = "all", "records"
MOST_VALUES = 500  # translated values a column may have
FORMATS = {
    "minor": gettext_lazy("Amount in the smallest unit (cents; yen as they are)"),
    "unix": gettext_lazy("Seconds since 1970"),
    "ymd": gettext_lazy("Year, month, day"),
    "dmy": gettext_lazy("Day, month, year"),
    "mdy": gettext_lazy("Month, day, year"),
    "comma": gettext_lazy("Decimal comma (1.234,5)"),
}


class BadMapping(Refused):
    """A mapping names a kind, field or type that does not exist."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """How a file's columns are read.

    `columns` leads from header label to field key, or to "fact:TYPE" for the company's own
    attribute; a column that is absent is left out. `constants` gives fields that no column carries.
    `values` says, by header label, which text stands for which; `formats` how dates and amounts of
    a column are written (FORMATS). `rows` is RECORDS where only the first row of each record
    counts.
    """

    columns: dict[str, str] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    formats: dict[str, str] = field(default_factory=dict)
    rows: str = ALL_ROWS

    def as_json(self) -> dict[str, Any]:
        return {
            "columns": self.columns,
            "constants": self.constants,
            "values": self.values,
            "formats": self.formats,
            "rows": self.rows,
        }

    @classmethod
    def from_json(cls, stored: Values[str, Any]) -> Mapping:
        names = ("columns", "constants", "values", "formats")
        parts = {name: dict(stored.get(name, {})) for name in names}
        return cls(**parts, rows=stored.get("rows", ALL_ROWS))


def plain_label(label: str) -> str:
    """A column name without what people write differently: case, width, spaces and marks."""
    return re.sub(r"[\s_\-/・]", "", folded(label))


def reserved_keys() -> set[str]:
    """Keys of facts that rooms contribute: a company's own attribute can't have them."""
    return {spec.key for source in fact_sources for spec in source.facts}


def fact_key(label: str) -> str:
    """The key of an attribute named after a column: a word that rules can write, Japanese or
    Latin.
    """
    plain = unicodedata.normalize("NFKC", label).strip().lower()
    key = re.sub(r"\W+", "_", plain).strip("_")[:60]
    return key if key and not key[0].isdigit() else f"c_{key}"[:60]


def checked(kind: Kind, mapping: Mapping, header: Sequence[str]) -> Mapping:
    """The mapping, if every required field has a column or a constant and no name is unknown."""
    _require_known(kind, mapping, header)
    _require_readable(mapping)
    _require_each_once(kind, mapping)
    _require_same_facts(mapping)
    return mapping


def _require_known(kind: Kind, mapping: Mapping, header: Sequence[str]) -> None:
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


def _require_readable(mapping: Mapping) -> None:
    for label in (*mapping.values, *mapping.formats):
        if label not in mapping.columns:
            raise BadMapping(
                _("“%(column)s” is not read, so it needs no values or format.") % {"column": label}
            )
    for label, name in mapping.formats.items():
        if name not in FORMATS:
            raise BadMapping(
                _("“%(column)s”: there is no format “%(format)s”.")
                % {"column": label, "format": name}
            )
    if mapping.rows not in {ALL_ROWS, RECORDS}:
        raise BadMapping(_("Rows are either “all” or “records”."))


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
    """Every required field or one of its alternatives has a source, and none has two."""
    if problem := problem_of(kind, mapping.columns.values(), mapping.constants):
        raise BadMapping(problem)


def problem_of(kind: Kind, targets: Iterable[str], constants: Iterable[str]) -> str:
    """What columns read as these fields and constants of these lack, told in a sentence; or ""."""
    fields = [target for target in targets if target and not target.startswith(FACT)]
    twice = next((each for each in fields if fields.count(each) > 1), "")
    if twice:
        return _("Two columns are read as “%(field)s”.") % {"field": _label(kind, twice)}
    missing = missing_of(kind, {*fields, *constants})
    if missing:
        return _("No column is read as “%(field)s”, which every row needs.") % {
            "field": _label(kind, missing)
        }
    return ""


def missing_of(kind: Kind, given: set[str]) -> str:
    """The first required field that is not among those given, nor an alternative of it; or ""."""
    for each in kind.fields:
        alternatives = {f.key for f in kind.fields if f.instead_of == each.key}
        if each.required and not given & {each.key, *alternatives}:
            return each.key
    return ""


def _label(kind: Kind, key: str) -> str:
    return str(next(each.label for each in kind.fields if each.key == key))
