"""The items of a call on their way in: read, resolved and put as the rows of a file are."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings

from banso.engines.basis.cells import CellFault, is_blank
from banso.rooms.customers.models import FactType
from banso.rooms.customers.queries.facts import OWN, definitions
from banso.rooms.ingestion.actions.putting import bring_in, keep_batch
from banso.rooms.ingestion.models import Import, RowReport, Severity
from banso.rooms.ingestion.points import kinds
from banso.rooms.ingestion.queries.cells import storable, storable_name
from banso.rooms.ingestion.queries.items import BETWEEN_PARTS, by_own_key, own_key
from banso.rooms.ingestion.queries.mapping import Mapping, missing_of
from banso.rooms.ingestion.queries.outcomes import status_of
from banso.rooms.ingestion.queries.reading import fact_reader, plan, read_row
from banso.rooms.ingestion.queries.surveying import (
    DEEPEST,
    OWN_ANCESTOR,
    TOO_DEEP,
    in_batches,
    key_of,
    survey,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from banso.engines.basis.cells import Cell
    from banso.rooms.ingestion.points import Kind, Occasion, Row
    from banso.rooms.ingestion.queries.reading import Plan
    from banso.rooms.ingestion.queries.surveying import Survey

Item = dict[str, Any]  # a cell by field key; under FACTS, cells by the key of an own attribute
FACTS = "facts"
BATCH_ROWS = 1_000


@dataclass(frozen=True, slots=True)
class ItemOutcome:
    """What became of one item; findings with their codes and facts, and how grave each is."""

    index: int
    id: str | None
    status: str
    findings: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class _ItemRow:
    """An item as a row of a file: a cell for each field that any item of the call names."""

    number: int
    cells: tuple[Cell, ...]
    fault: str | None = None
    starts_record: bool = True


class ItemRun:
    """The items of one call on their way in."""

    def __init__(self, of: Import, items: Sequence[Item], occasion: Occasion) -> None:
        self.of, self.kind, self.occasion = of, kinds[of.kind], occasion
        self.items = self._with_what_stands(items)
        named = {key for item in self.items for key in item}
        self.header = [each.key for each in self.kind.fields if each.key in named]
        self.fact_readers = _fact_readers() if FACTS in named else {}
        self.plans: dict[frozenset[str], Plan] = {}
        self.status: dict[int, str] = {}

    def results(self) -> list[ItemOutcome]:
        """Bring the items in; what became of each."""
        found = [
            _ItemRow(number, tuple(item.get(key) for key in self.header))
            for number, item in enumerate(self.items, start=1)
        ]
        whole = self._plan(self.header)
        seen = survey(found, whole)
        rows = [self._read(each, whole, seen) for each in found]
        depths = [max(seen.stands(key_of(each, whole)), 0) for each in found]
        batches = 0
        for depth in seen.passes():
            here = (row for row, deep in zip(rows, depths, strict=True) if deep == depth)
            for batch in in_batches(here, BATCH_ROWS):
                self._put(batch, number=batches)
                batches += 1
        self._note(rows, whole)
        return [self._outcome(row, item) for row, item in zip(rows, self.items, strict=True)]

    def _with_what_stands(self, items: Sequence[Item]) -> list[Item]:
        """The items, each with the required fields that it leaves out as they stand already."""
        lacking = {keys: _lacking(self.kind, keys) for keys in {frozenset(item) for item in items}}
        keys = [own_key(self.kind, item) if lacking[frozenset(item)] else None for item in items]
        asked = [key for key in keys if key is not None]
        known = by_own_key(self.kind, self.occasion.by, asked, on=self.occasion.on) if asked else {}
        return [
            item | {name: known[key][name] for name in lacking[frozenset(item)]}
            if key is not None and key in known
            else item
            for item, key in zip(items, keys, strict=True)
        ]

    def _plan(self, keys: Iterable[str]) -> Plan:
        """How items are read that say these fields and leave the others as they are."""
        names = frozenset(keys)
        if names not in self.plans:
            mapping = Mapping(columns={key: key for key in names if key != FACTS})
            currency = settings.BANSO.currency
            self.plans[names] = plan(self.kind, mapping, self.header, currency=currency)
        return self.plans[names]

    def _read(self, found: _ItemRow, whole: Plan, seen: Survey) -> Row:
        item = self.items[found.number - 1]
        row = read_row(found, self._plan(item))
        self._read_facts(row, item.get(FACTS) or {})
        for name in _lacking(self.kind, frozenset(item)):
            row.reject(name, "missing")
        key = key_of(found, whole)
        first = seen.first(key, found.number) if key else found.number
        if first != found.number:
            row.reject(self.kind.own_keys[0][0], "repeated_item", first=first - 1)
        if seen.stands(key) == OWN_ANCESTOR:
            row.reject(self.kind.parent, "own_ancestor")
        elif seen.stands(key) == TOO_DEEP:
            row.reject(self.kind.parent, "too_deep", most=DEEPEST)
        return row

    def _read_facts(self, row: Row, cells: dict[str, Cell]) -> None:
        for key, cell in cells.items():
            name = storable_name(key)
            if key not in self.fact_readers:
                row.reject(name, "unknown_fact")
                continue
            try:
                row.facts[key] = None if is_blank(cell) else self.fact_readers[key](cell)
            except CellFault as fault:
                row.reject(name, fault.code, **fault.facts)

    def _put(self, rows: list[Row], *, number: int) -> None:
        by_row = bring_in(self.kind, rows, self.occasion)
        for row, changes in zip(rows, by_row, strict=True):
            self.status[row.number] = status_of(self.kind, row, changes)
        changes = [change for changes in by_row for change in changes]
        keep_batch(self.of, number, changes, at=self.occasion.at)

    def _note(self, rows: list[Row], whole: Plan) -> None:
        """Keep the counts, and what was found about items, as with the rows of a file."""
        counts = Counter(self.status.values())
        Import.objects.filter(pk=self.of.pk).update(
            **{name: counts[name] for name in ("created", "updated", "unchanged", "rejected")},
            mapping=Mapping(columns={key: key for key in self.header}).as_json(),
            warned=sum(bool(row.warnings) and not row.faults for row in rows),
            total_rows=len(rows),
            done_rows=len(rows),
        )
        reports = [
            RowReport(
                of=self.of,
                row_number=row.number,
                severity=Severity.REJECTED if row.faults else Severity.WARNED,
                findings=[finding.as_json() for finding in row.faults or row.warnings],
                cells=storable(row, whole),
            )
            for row in rows
            if row.faults or row.warnings
        ]
        RowReport.objects.bulk_create(reports, batch_size=500)

    def _outcome(self, row: Row, item: Item) -> ItemOutcome:
        key = own_key(self.kind, item)
        rejected = [each.as_json() | {"severity": Severity.REJECTED.value} for each in row.faults]
        warned = [each.as_json() | {"severity": Severity.WARNED.value} for each in row.warnings]
        return ItemOutcome(
            index=row.number - 1,
            id=BETWEEN_PARTS.join(str(part) for part in key) if key else None,
            status=self.status[row.number],
            findings=rejected or warned,
        )


def _fact_readers() -> dict[str, Callable[[Cell], Any]]:
    """How the company's own attributes are read, by key."""
    own = [fact for fact in definitions().values() if fact.source == OWN]
    currency = settings.BANSO.currency
    return {fact.key: fact_reader(FactType(fact.type), currency=currency) for fact in own}


def _lacking(kind: Kind, given: frozenset[str]) -> list[str]:
    """Required fields that items with these keys leave out."""
    said, lacking = set(given), list[str]()
    while missing := missing_of(kind, said):
        lacking.append(missing)
        said.add(missing)
    return lacking
