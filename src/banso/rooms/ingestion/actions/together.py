"""Several files tried as if they were brought in one after another, and all of it rolled back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import transaction

from banso.kit.acts import Refused
from banso.rooms.ingestion.actions.runs import ImportRun, Overtaken
from banso.rooms.ingestion.models import Import, ImportState, RowReport

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from banso.rooms.identity.models import User
    from banso.rooms.ingestion.points import Table

# one transaction holds them all, and on SQLite nobody else writes meanwhile
MOST_ROWS = 50_000
COUNTS = ("total_rows", "created", "updated", "unchanged", "rejected", "warned")


@dataclass(frozen=True, slots=True)
class Tried:
    """What would come of a file after those before it: counts and reports, or why it stops."""

    of: Import
    counts: dict[str, Any] = field(default_factory=dict)
    reports: list[RowReport] = field(default_factory=list)
    refusal: str = ""


class TogetherRun:
    """A dry run of files that refer to each other; `on` is the day new holders would start."""

    def __init__(self, *, by: User, at: datetime, on: date) -> None:
        self.by, self.at, self.on = by, at, on

    def check(self, files: Iterable[tuple[Import, Table]]) -> None:
        """Do all that bringing them in would do, roll it back, and keep counts and reports."""
        with transaction.atomic():
            tried = [self._tried(of, table) for of, table in files]
            transaction.set_rollback(True)
        with transaction.atomic():
            for each in tried:
                self._keep(each)

    def _tried(self, of: Import, table: Table) -> Tried:
        try:
            with transaction.atomic():
                Import.objects.filter(pk=of.pk).update(state=ImportState.COMMITTING)
                ImportRun(of, by=self.by, at=self.at, on=self.on).commit(table)
        except Refused as refusal:
            return Tried(of, refusal=str(refusal))
        found = list(RowReport.objects.filter(of=of).order_by("pk"))
        return Tried(of, {name: getattr(of, name) for name in COUNTS}, found)

    def _keep(self, tried: Tried) -> None:
        if tried.refusal:
            ImportRun(tried.of, by=self.by, at=self.at, on=self.on).fail(
                "refused", reason=tried.refusal
            )
            return
        mine = Import.objects.filter(pk=tried.of.pk, state=ImportState.CHECKING)
        marks = {"state": ImportState.CHECKED, "finished_at": self.at}
        if not mine.update(done_rows=tried.counts["total_rows"], **marks, **tried.counts):
            raise Overtaken(str(tried.of))
        for report in tried.reports:
            report.pk = None
        RowReport.objects.bulk_create(tried.reports, batch_size=500)
