"""Mappings given as TOML: by a person, or shipped for the exports of well-known systems."""

from __future__ import annotations

import tomllib
import unicodedata
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from banso.rooms.ingestion.points import kinds
from banso.rooms.ingestion.queries.mapping import (
    ALL_ROWS,
    FACT,
    RECORDS,
    BadMapping,
    Mapping,
    plain_label,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

SHIPPED = Path(__file__).resolve().parents[1] / "mappings"
TABLES = ("columns", "facts", "constants", "values", "formats")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRule:
    """A mapping file's word on the files whose name matches, or whose header has these columns.

    `system` and the titles name a shipped rule.
    """

    name: str
    kind: str
    mapping: Mapping
    recognised_by: frozenset[str] = frozenset()
    system: str = ""
    title_ja: str = ""
    title_en: str = ""

    @property
    def title(self) -> str:
        """What the rule is called in the active language."""
        return self.title_ja if get_language() == "ja" else self.title_en

    def fits(self, file_name: str, header: Sequence[str]) -> bool:
        """Whether the rule is meant for such a file."""
        if self.recognised_by:
            wanted = {_spelling(label) for label in self.recognised_by}
            return wanted <= {_spelling(label) for label in header}
        return fnmatch(file_name, self.name)


@cache
def shipped_rules() -> tuple[FileRule, ...]:
    """The rules that come with Banso, of every system."""
    return tuple(rule for path in sorted(SHIPPED.glob("*.toml")) for rule in rules_in(path))


def rules_in(path: Path) -> list[FileRule]:
    """The rules of a TOML mapping file. docs/formats.md explains it. Raises BadMapping."""
    try:
        stated = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise BadMapping(f"{path.name}: {fault}") from fault
    entries = stated.get("file")
    if not isinstance(entries, list) or not all(_is_rule(entry) for entry in entries):
        raise BadMapping(f"{path.name}: expected [[file]] with {', '.join(TABLES)} as tables")
    return [_rule(entry, path.name) for entry in entries]


def _is_rule(entry: Any) -> bool:
    """Whether an entry has the shape of a rule; whether its names exist is looked at later."""
    if not isinstance(entry, dict):
        return False
    if not all(isinstance(entry.get(name, {}), dict) for name in TABLES):
        return False
    words = [entry.get(name, "") for name in ("name", "kind", "rows", "system", "title_ja")]
    words += [entry.get("title_en", ""), *entry.get("columns", {}).values()]
    words += [*entry.get("facts", {}).values(), *entry.get("formats", {}).values()]
    recognised = entry.get("recognised_by", [])
    if not isinstance(recognised, list):
        return False
    tables = entry.get("values", {}).values()
    translations = all(isinstance(table, dict) for table in tables)
    return translations and all(isinstance(word, str) for word in (*words, *recognised))


def _rule(entry: dict[str, Any], source: str) -> FileRule:
    if entry.get("kind") not in kinds:
        raise BadMapping(
            _("%(source)s: there is no kind “%(kind)s”; the kinds are %(kinds)s.")
            % {"source": source, "kind": entry.get("kind", ""), "kinds": ", ".join(sorted(kinds))}
        )
    columns = dict(entry.get("columns", {}))
    columns |= {label: FACT + fact_type for label, fact_type in entry.get("facts", {}).items()}
    tables = entry.get("values", {}).items()
    return FileRule(
        name=entry.get("name", "*"),
        kind=entry["kind"],
        recognised_by=frozenset(entry.get("recognised_by", [])),
        system=entry.get("system", ""),
        title_ja=entry.get("title_ja", ""),
        title_en=entry.get("title_en", ""),
        mapping=Mapping(
            columns=columns,
            constants={key: str(text) for key, text in entry.get("constants", {}).items()},
            values={label: {k: str(v) for k, v in table.items()} for label, table in tables},
            formats=dict(entry.get("formats", {})),
            rows=entry.get("rows", ALL_ROWS),
        ),
    )


def rules_for(rules: Sequence[FileRule], file_name: str, header: Sequence[str]) -> list[FileRule]:
    """The rules for such a file: the first by name, else those of the system whose rule knows most
    of its columns, one a kind.

    A file whose records span rows holds several kinds: customers, and in a table inside each
    their contacts.
    """
    fitting = [rule for rule in rules if rule.fits(file_name, header)]
    if not fitting:
        return []
    best = max(fitting, key=lambda rule: len(rule.recognised_by))
    of_kind = {best.kind: best}
    for rule in fitting:
        same = (rule.name, rule.system) == (best.name, best.system)
        if same and RECORDS in {rule.mapping.rows, best.mapping.rows}:
            of_kind.setdefault(rule.kind, rule)
    return list(of_kind.values())


def _spelling(label: str) -> str:
    return unicodedata.normalize("NFKC", label).strip().casefold()


def cut_to(mapping: Mapping, header: Sequence[str]) -> Mapping:
    """A shipped or saved mapping in this file's spelling of the columns, without those it lacks.

    Of two columns that say the same, the file's first is read.
    """
    here = {plain_label(label): label for label in reversed(header)}
    spelled = {
        label: here[plain_label(label)] for label in mapping.columns if plain_label(label) in here
    }
    columns: dict[str, str] = {}
    for label, key in mapping.columns.items():
        taken = not key.startswith(FACT) and key in columns.values()
        if label in spelled and not taken:
            columns[spelled[label]] = key
    return Mapping(
        columns=columns,
        constants=mapping.constants,
        values={
            spelled[label]: table for label, table in mapping.values.items() if label in spelled
        },
        formats={
            spelled[label]: name for label, name in mapping.formats.items() if label in spelled
        },
        rows=mapping.rows,
    )
