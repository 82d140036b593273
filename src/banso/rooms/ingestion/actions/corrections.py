"""Rejected rows brought again: corrected cells become an import of their own."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from banso.kit.acts import Refused, upkeep
from banso.rooms.ingestion.models import Import, ImportState, RowReport, Severity
from banso.rooms.ingestion.points import ROWS_CORRECTED
from banso.rooms.ingestion.queries import STANDS
from banso.rooms.journal.actions import record

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from banso.rooms.identity.models import User
    from banso.rooms.ingestion.actions.imports import Kept


class AlreadyCorrected(Refused):
    """Some of the rows have been brought in meanwhile, or the import doesn't stand any more."""


@dataclass(frozen=True, slots=True)
class Correction:
    """A rejected row and the cells it shall have."""

    report: RowReport
    cells: list[str]


class CorrectedFile:
    """The rows as a CSV under the file's own header, so that they are read as the file was."""

    def __init__(self, header: Sequence[str], rows: Sequence[Correction]) -> None:
        self.header, self.rows = header, rows

    def blocks(self) -> Iterator[bytes]:
        writer = csv.writer(_Line(), quoting=csv.QUOTE_ALL, lineterminator="\n")
        yield b"\xef\xbb\xbf" + writer.writerow(self.header)
        for row in self.rows:
            yield writer.writerow(row.cells)


class _Line:
    """A file that hands back the line written to it."""

    def write(self, text: str) -> bytes:
        return text.encode()


@transaction.atomic
def correct_rows(
    of: Import, *, rows: Sequence[Correction], kept: Kept, by: User, at: datetime
) -> Import:
    """Bring rejected rows again from the kept file that holds them corrected, in this order."""
    again = Import.objects.create(
        kind=of.kind,
        file_name=of.file_name,
        path=kept.path,
        sha256=kept.sha256,
        mapping=of.mapping,
        mapping_name=of.mapping_name,
        corrects=of,
        state=ImportState.COMMITTING,
        by=by,
        received_at=at,
    )
    still = RowReport.objects.filter(
        pk__in=[row.report.pk for row in rows], severity=Severity.REJECTED, corrected_by=None,
        of=of, of__state__in=STANDS,
    )  # fmt: skip
    if not rows or still.update(corrected_by=again) != len(rows):
        raise AlreadyCorrected(
            _("Some of these rows have been corrected meanwhile. Please look at what is left.")
        )
    record(ROWS_CORRECTED, by=by, at=at, import_id=again.pk, number=len(rows), file=of.file_name)
    return again


@upkeep
def settle_corrections(again: Import, *, numbers: Sequence[int]) -> None:
    """After corrected rows were brought in: those still wrong stay open, as they stand now.

    `numbers` are the numbers of all rows of the corrected file, in its order.
    """
    taken = list(RowReport.objects.filter(corrected_by=again).order_by("row_number", "pk"))
    if len(taken) != len(numbers):  # it was settled before
        return
    found = RowReport.objects.filter(of=again, severity=Severity.REJECTED)
    wrong = {report.row_number: report for report in found}
    open_again = []
    for report, number in zip(taken, numbers, strict=True):
        if number in wrong:
            report.corrected_by = None
            report.findings, report.cells = wrong[number].findings, wrong[number].cells
            open_again.append(report)
    RowReport.objects.bulk_update(open_again, ["corrected_by", "findings", "cells"])


@upkeep
def reopen_rows(again: Import) -> None:
    """The corrected rows did not come in after all, or were taken back: they wait once more."""
    RowReport.objects.filter(corrected_by=again).update(corrected_by=None)
