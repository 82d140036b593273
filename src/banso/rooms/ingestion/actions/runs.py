"""How an import is carried out: rows in batches, each committed whole or not at all.

The rows of a file have one order (parents before children, then as they stand), so a run that was
cut off goes on after the rows its import has counted. Each batch moves that count by a conditional
update in its own transaction: two runs of one import can't both commit a batch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import F

from banso.kit import jobs
from banso.kit.ahead import uncollected
from banso.kit.upsert import IN_USE, packed, unpacked
from banso.rooms.customers.actions.facts import define_fact, forget_empty_facts
from banso.rooms.customers.models import FactDefinition
from banso.rooms.ingestion.actions.putting import bring_in, keep_batch
from banso.rooms.ingestion.models import Batch, Import, ImportState, RowReport, Severity
from banso.rooms.ingestion.points import (
    IMPORT_COMMITTED,
    IMPORT_FAILED,
    IMPORT_TAKEN_BACK,
    Occasion,
    kinds,
)
from banso.rooms.ingestion.queries.cells import storable
from banso.rooms.ingestion.queries.mapping import FACT, Mapping, fact_key
from banso.rooms.ingestion.queries.outcomes import Tally, tally_of
from banso.rooms.ingestion.queries.reading import plan
from banso.rooms.ingestion.queries.surveying import (
    DEEPEST,
    OWN_ANCESTOR,
    TOO_DEEP,
    counted,
    in_batches,
    keyed_rows,
    survey,
)
from banso.rooms.journal.actions import record

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator
    from datetime import date, datetime

    from banso.kit.upsert import Change
    from banso.rooms.identity.models import User
    from banso.rooms.ingestion.points import Row, Table
    from banso.rooms.ingestion.queries.surveying import Key, Survey

BATCH_ROWS = 5_000


class Overtaken(Exception):
    """Another run of the same import has gone on meanwhile; this batch must not be written."""


class ImportRun:
    """One import being checked, committed or taken back by `by`; `on` is the day new holders
    start.

    `read_elsewhere` hands out what `keyed_rows` does, where another process reads the file, and
    `batch_rows` are written at once.
    """

    def __init__(
        self,
        of: Import,
        *,
        by: User,
        at: datetime,
        on: date,
        read_elsewhere: Callable[[], Iterator[tuple[Key, Row]]] | None = None,
    ) -> None:
        self.of = of
        self.read_elsewhere = read_elsewhere
        self.batch_rows = BATCH_ROWS
        self.kind = kinds[of.kind]
        self.occasion = Occasion(by=by, at=at, on=on, why=f"import {of.pk}")

    def check(self, table: Table) -> None:
        """Do all that a commit would do, batch by batch, and roll each back; keep counts and
        reports.
        """
        seen = self._survey(table)
        for rows in uncollected(self._batches(table, seen)):
            with transaction.atomic():
                self._define_facts()
                tally, _changes = self._put(rows, coming=seen.ids)
                seen.ids.leave_out(rows, self.plan)  # whose parent they are stands in a later batch
                transaction.set_rollback(True)
            with transaction.atomic():
                self._count(rows, tally, ImportState.CHECKING)
            del rows, _changes  # or two batches would be held at once
        self._finish(ImportState.CHECKING, ImportState.CHECKED)

    def commit(self, table: Table) -> None:
        """Bring in every batch that has not been brought in yet."""
        seen = self._survey(table)
        self._define_facts()
        for rows in uncollected(self._batches(table, seen)):
            self._commit_batch(rows)
            del rows  # as above
        with transaction.atomic():
            self._finish(ImportState.COMMITTING, ImportState.COMMITTED)
            record(
                IMPORT_COMMITTED,
                by=self.occasion.by,
                at=self.occasion.at,
                import_id=self.of.pk,
                file=self.of.file_name,
                created=self.of.created,
                updated=self.of.updated,
                rejected=self.of.rejected,
            )

    def _commit_batch(self, rows: list[Row]) -> None:
        with transaction.atomic():
            tally, changes = self._put(rows, coming=())
            number = Batch.objects.filter(of=self.of).count()
            keep_batch(self.of, number, changes, at=self.occasion.at)
            self._count(rows, tally, ImportState.COMMITTING)

    def take_back(self) -> None:
        """Undo the standing batches, last first, each in its own transaction.

        What others use stays, and stays to be taken back once they are gone.
        """
        standing = Batch.objects.filter(of=self.of, taken_back_at=None).order_by("-number")
        total = standing.count()
        for done, batch in enumerate(list(standing), start=1):
            with transaction.atomic():
                jobs.renew(done_steps=done, total_steps=total)
                mine = Batch.objects.filter(pk=batch.pk, taken_back_at=None)
                if not mine.update(taken_back_at=self.occasion.at):
                    raise Overtaken(str(batch.pk))
                changes = unpacked(batch.changes)
                back = self.kind.take_back(changes, self.occasion)
                Import.objects.filter(pk=self.of.pk).update(kept=F("kept") + len(back.kept))
                used = {id(change) for change, code in back.kept if code == IN_USE}
                if used:
                    rest = packed(change for change in changes if id(change) in used)
                    Batch.objects.filter(pk=batch.pk).update(taken_back_at=None, changes=rest)
        with transaction.atomic():
            some_stand = standing.all().exists()
            to = ImportState.COMMITTED if some_stand else ImportState.TAKEN_BACK
            self._finish(ImportState.TAKING_BACK, to)
            stated = Mapping.from_json(self.of.mapping).columns.items()
            keys = [fact_key(label) for label, target in stated if target.startswith(FACT)]
            forget_empty_facts(keys, by=self.occasion.by, at=self.occasion.at)
            record(
                IMPORT_TAKEN_BACK,
                by=self.occasion.by,
                at=self.occasion.at,
                import_id=self.of.pk,
                file=self.of.file_name,
                kept=self.of.kept,
            )

    def fail(self, code: str, **facts: str | int) -> None:
        """Note why the run stopped. What has been committed stands, and can be resumed or taken
        back.
        """
        with transaction.atomic():
            moved = Import.objects.filter(pk=self.of.pk).exclude(state=ImportState.FAILED)
            moved.update(
                state=ImportState.FAILED,
                fault=code,
                fault_facts=facts,
                finished_at=self.occasion.at,
            )
            record(
                IMPORT_FAILED,
                by=self.occasion.by,
                at=self.occasion.at,
                import_id=self.of.pk,
                file=self.of.file_name,
                fault=code,
            )

    def _plan(self, table: Table) -> None:
        self.mapping = Mapping.from_json(self.of.mapping)
        self.plan = plan(self.kind, self.mapping, table.header, currency=settings.BANSO.currency)

    def _survey(self, table: Table) -> Survey:
        """Read the whole file once before anything is written: a fault in it changes nothing."""
        self._plan(table)
        seen = survey(counted(table, self.mapping), self.plan)
        Import.objects.filter(pk=self.of.pk).update(total_rows=seen.rows)
        self.of.total_rows = seen.rows
        return seen

    def _batches(self, table: Table, seen: Survey) -> Iterator[list[Row]]:
        """The rows not yet done, in batches. No batch holds both a parent and its child."""
        skip = self.of.done_rows
        for depth in seen.passes():
            here = 0

            def rest(depth: int = depth, done: int = skip) -> Iterator[Row]:
                nonlocal here
                for here, row in enumerate(self._rows(table, seen, depth), start=1):
                    if here > done:
                        yield row

            yield from in_batches(rest(), self.batch_rows)
            skip = max(0, skip - here)

    def _rows(self, table: Table, seen: Survey, depth: int) -> Iterator[Row]:
        """The rows of one depth, read; repeated keys and own ancestors are rejected."""
        for key, row in self._keyed(table):
            stands = seen.stands(key)
            if max(stands, 0) != depth:
                continue
            first = seen.first(key, row.number) if key else row.number
            if first != row.number:
                row.reject(self.plan.own_key[0][0], "repeated_id", first=first)
            if stands == OWN_ANCESTOR:
                row.reject(self.kind.parent, "own_ancestor")
            elif stands == TOO_DEEP:
                row.reject(self.kind.parent, "too_deep", most=DEEPEST)
            yield row

    def _keyed(self, table: Table) -> Iterator[tuple[Key, Row]]:
        if self.read_elsewhere is not None:
            return self.read_elsewhere()
        return keyed_rows(counted(table, self.mapping), self.plan)

    def _put(self, rows: list[Row], *, coming: Container[str]) -> tuple[Tally, list[Change]]:
        by_row = bring_in(self.kind, rows, self.occasion, coming=coming)
        changes = [change for changes in by_row for change in changes]
        return tally_of(self.kind, rows, by_row), changes

    def _count(self, rows: list[Row], tally: Tally, state: ImportState) -> None:
        """Add the batch to the import's counts, if no other run has; keep what was found about
        rows.
        """
        done = self.of.done_rows + len(rows)
        jobs.renew(done_steps=done, total_steps=self.of.total_rows)
        mine = Import.objects.filter(pk=self.of.pk, state=state, done_rows=self.of.done_rows)
        if not mine.update(
            done_rows=done,
            created=F("created") + tally.created,
            updated=F("updated") + tally.updated,
            unchanged=F("unchanged") + tally.unchanged,
            rejected=F("rejected") + tally.rejected,
            warned=F("warned") + tally.warned,
        ):
            raise Overtaken(str(self.of))
        RowReport.objects.bulk_create(self._reports(rows), batch_size=500)
        self.of.done_rows = done

    def _reports(self, rows: list[Row]) -> Iterator[RowReport]:
        for row in rows:
            found = row.faults or row.warnings
            if found:
                yield RowReport(
                    of=self.of,
                    row_number=row.number,
                    severity=Severity.REJECTED if row.faults else Severity.WARNED,
                    findings=[finding.as_json() for finding in found],
                    cells=storable(row, self.plan),
                )

    def _finish(self, state: ImportState, to: ImportState) -> None:
        mine = Import.objects.filter(pk=self.of.pk, state=state)
        if not mine.update(state=to, finished_at=self.occasion.at):
            raise Overtaken(str(self.of))
        self.of.refresh_from_db()

    def _define_facts(self) -> None:
        """Attributes that the mapping names and nobody has defined yet."""
        known = set(FactDefinition.objects.values_list("key", flat=True))
        for label, target in Mapping.from_json(self.of.mapping).columns.items():
            key = fact_key(label)
            if target.startswith(FACT) and key not in known:
                known.add(key)
                define_fact(
                    key=key,
                    label_ja=label[:80],
                    label_en=label[:80],
                    fact_type=target.removeprefix(FACT),
                    by=self.occasion.by,
                    at=self.occasion.at,
                )
