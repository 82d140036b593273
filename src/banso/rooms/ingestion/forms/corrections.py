"""Rejected rows as fields to type over, and what was typed as rows to bring again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from banso.rooms.ingestion.actions.corrections import Correction
from banso.rooms.ingestion.queries.cells import HIDDEN, written
from banso.rooms.ingestion.queries.wording import finding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import QueryDict

    from banso.rooms.ingestion.models import RowReport
    from banso.rooms.ingestion.queries.reasons import Columns

LONGEST_CELL = 20_000


@dataclass(frozen=True, slots=True)
class CellInput:
    """One cell to type over: what is wrong with it, and whether what stood there is hidden."""

    name: str
    label: str
    text: str
    faults: list[str]
    is_hidden: bool
    is_read: bool

    @property
    def has_lines(self) -> bool:
        """Whether the text needs a field that keeps its line breaks."""
        return "\n" in self.text or "\r" in self.text


@dataclass(frozen=True, slots=True)
class RowInput:
    """One rejected row: its cells, and what is wrong with it beyond any cell."""

    report: RowReport
    cells: list[CellInput]
    faults: list[str]


class CorrectionForm:
    """Rejected rows on a page; `repeated` are those whose ID is still that of another row."""

    def __init__(
        self,
        reports: Sequence[RowReport],
        columns: Columns,
        *,
        mapping: dict[str, Any],
        answers: QueryDict | None = None,
    ) -> None:
        self.reports, self.columns, self.answers = reports, columns, answers
        self.header = columns.header
        self.read = mapping.get("columns", {})
        self.repeated: list[RowReport] = []

    def rows(self) -> list[RowInput]:
        return [self._row(report) for report in self.reports]

    def _row(self, report: RowReport) -> RowInput:
        by_place: dict[int, list[str]] = {}
        elsewhere = []
        for stored in report.findings:
            place = self.columns.place_of.get(stored["field"])
            words = finding(self.columns.kind, stored)
            if place is None:
                elsewhere.append(words)
            else:
                by_place.setdefault(place, []).append(words)
        texts, stood = self._texts(report), self._stood(report)
        cells = [
            CellInput(
                name=self._name(report, place),
                label=label,
                text=texts[place],
                faults=by_place.get(place, []),
                is_hidden=stood[place] == HIDDEN,
                is_read=label in self.read,
            )
            for place, label in enumerate(self.header)
        ]
        return RowInput(report, cells, elsewhere)

    def corrections(self) -> list[Correction]:
        """The rows as they were typed, less blank ones and those that would overwrite another."""
        found = []
        for report in self.reports:
            cells = self._texts(report)
            if self._repeats(report, cells):
                self.repeated.append(report)
            elif any(cell.strip() for cell in cells):
                found.append(Correction(report, cells))
        return found

    def _repeats(self, report: RowReport, cells: Sequence[str]) -> bool:
        """Whether a row was rejected for its ID, which nobody has changed: brought in alone, it
        would overwrite the row that has it.
        """
        if not any(stored["code"] == "repeated_id" for stored in report.findings):
            return False
        keys = {name for names in self.columns.kind.own_keys for name in names}
        places = [self.columns.place_of[key] for key in keys if key in self.columns.place_of]
        stood = self._stood(report)
        return all(cells[place] == stood[place] for place in places)

    def _texts(self, report: RowReport) -> list[str]:
        """What stands in the row's fields: as typed, else as it came; what is hidden is blank."""
        stood = self._stood(report)
        as_came = ["" if text == HIDDEN else text for text in stood]
        if self.answers is None:
            return as_came
        return [
            _typed(self.answers.get(self._name(report, place)), text)
            for place, text in enumerate(as_came)
        ]

    def _stood(self, report: RowReport) -> list[str]:
        """The row's cells as text, as many as there are columns."""
        cells = [written(cell) for cell in report.cells]
        return (cells + [""] * len(self.header))[: len(self.header)]

    @staticmethod
    def _name(report: RowReport, place: int) -> str:
        return f"cell-{report.pk}-{place}"


def _typed(answer: str | None, stood: str) -> str:
    """What was typed; what stood there where nobody changed it, as a browser hands in every line
    break as CRLF.
    """
    if answer is None or _lines(answer) == _lines(stood):
        return stood
    return _lines(answer)[:LONGEST_CELL]


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
