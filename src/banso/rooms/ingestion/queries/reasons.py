"""Why rows were rejected or warned about: reason by reason, each with its first rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from banso.engines.basis.cells import as_text, is_blank
from banso.engines.basis.japanese import looks_like_my_number
from banso.rooms.ingestion.models import RowReport
from banso.rooms.ingestion.queries import kind_of
from banso.rooms.ingestion.queries.cells import HIDDEN
from banso.rooms.ingestion.queries.mapping import FACT, fact_key
from banso.rooms.ingestion.queries.wording import finding, what_about

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from banso.rooms.ingestion.models import Import

FIRST_ROWS = 3
MOST_REPORTS = 20_000  # read for one page; beyond them the page says so
LONGEST_VALUE = 60


@dataclass(frozen=True, slots=True)
class Example:
    """One row of a reason: where it stands, and what about it."""

    row: int
    words: str


@dataclass(slots=True)
class Reason:
    """One thing that is wrong with some rows: their number, and the first of them."""

    about: str
    code: str
    number: int = 0
    words: str = ""
    shared: dict[str, Any] = field(default_factory=dict)
    first: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    examples: list[Example] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Reasons:
    """All reasons, the most frequent first; `more` where not every row was looked at."""

    each: list[Reason]
    more: bool


class Columns:
    """The columns of an import's file by the field that they say."""

    def __init__(self, of: Import, header: Sequence[str]) -> None:
        self.kind, self.header = kind_of(of), list(header)
        self.labels = {each.key: str(each.label) for each in self.kind.fields}
        self.place_of: dict[str, int] = {}
        stated = of.mapping.get("columns", {})
        for place, label in enumerate(self.header):
            target = stated.get(label, "")
            if target:
                key = fact_key(label) if target.startswith(FACT) else target
                self.place_of.setdefault(key, place)

    def label(self, about: str) -> str:
        """What a field or an own attribute is called here."""
        if about in self.labels:
            return self.labels[about]
        place = self.place_of.get(about)
        return about if place is None else self.header[place]

    def sentence(self, cells: Sequence[Any], stored: dict[str, Any]) -> str:
        """The column, our field, the value and what about it."""
        place = self.place_of.get(stored["field"])
        if place is None or place >= len(cells):
            return finding(self.kind, stored)
        words = {
            "column": self.header[place],
            "field": self.label(stored["field"]),
            "what": what_about(stored["code"], stored["facts"]),
            "value": shown(cells[place], secret=stored["code"] == "looks_like_my_number"),
        }
        if not words["value"]:
            return _("column “%(column)s” (%(field)s) %(what)s") % words
        return _("column “%(column)s” (%(field)s): “%(value)s” %(what)s") % words


def shown(cell: Any, *, secret: bool = False) -> str:
    """A cell as a page may show it: a personal number never."""
    if is_blank(cell):
        return ""
    text = as_text(cell)
    if secret or looks_like_my_number(text):
        return HIDDEN
    return text if len(text) <= LONGEST_VALUE else text[:LONGEST_VALUE] + "…"


def reasons(found: QuerySet[RowReport], columns: Columns) -> Reasons:
    """The reports grouped by field and code."""
    groups: dict[tuple[str, str], Reason] = {}
    read = list(found.values_list("pk", "findings")[: MOST_REPORTS + 1])
    for pk, findings in read[:MOST_REPORTS]:
        for stored in findings:
            key = (stored["field"], stored["code"])
            group = groups.get(key)
            if group is None:
                group = groups[key] = Reason(*key, shared=dict(stored["facts"]))
            _add(group, pk, stored)
    ordered = sorted(groups.values(), key=lambda group: -group.number)
    _exemplify(ordered, columns)
    return Reasons(ordered, more=len(read) > MOST_REPORTS)


def _add(group: Reason, pk: int, stored: dict[str, Any]) -> None:
    group.number += 1
    facts = stored["facts"].items()
    group.shared = {name: fact for name, fact in facts if group.shared.get(name) == fact}
    if len(group.first) < FIRST_ROWS:
        group.first.append((pk, stored))


def _exemplify(groups: Sequence[Reason], columns: Columns) -> None:
    """Find the words of each reason, and its first rows."""
    rows = RowReport.objects.in_bulk([pk for group in groups for pk, _stored in group.first])
    for group in groups:
        about = columns.label(group.about) or _("The row")
        what = what_about(group.code, group.shared, otherwise="…")
        group.words = _("“%(field)s” %(what)s") % {"field": about, "what": what}
        group.examples = [
            Example(rows[pk].row_number, columns.sentence(rows[pk].cells, stored))
            for pk, stored in group.first
        ]
