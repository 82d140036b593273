"""Files for spreadsheets: CSV as Excel opens it (UTF-8 with BOM, no cell that would run as a
formula), and XLSX whose days and figures are real ones.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any

import xlsxwriter
from django.http import FileResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header

from banso.engines.basis.money import minor_digits

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_CELL = 32_767  # characters that Excel takes
WIDTHS = {"text": 24, "day": 12}
FIGURE_WIDTH = 14
LONGEST_SHEET_NAME = 31  # characters that Excel takes
NOT_IN_A_SHEET_NAME = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
HEAD = {"bold": True, "bg_color": "#E7EFEE", "bottom": 1, "valign": "vcenter", "text_wrap": True}


@dataclass(frozen=True, slots=True)
class Heading:
    """A column of a sheet: its label, and whether it holds text, a day, money, a whole or a real
    number, a share in 0..1 that reads as a percentage, or points of one.
    """

    label: str
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class About:
    """What a sheet is of: its name, and what stands above its table, each with a label."""

    title: str
    lines: Sequence[tuple[str, str]] = ()


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def harmless(cell: Any) -> Any:
    """Text that a spreadsheet would take for a formula gets a leading apostrophe; numbers don't."""
    if isinstance(cell, str) and cell.startswith(FORMULA_STARTS):
        return "'" + cell
    return cell


def major_units(minor: int, currency: str) -> Decimal:
    """Money as a spreadsheet reads it: major units, a decimal point, no group marks."""
    return Decimal(minor).scaleb(-minor_digits(currency))


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow([harmless(cell) for cell in header])
    for row in rows:
        yield writer.writerow([harmless(cell) for cell in row])


def csv_download(
    name: str, header: Sequence[str], rows: Iterable[Sequence[Any]]
) -> StreamingHttpResponse:
    """Stream the rows as a download called `name`."""
    answer = StreamingHttpResponse(csv_lines(header, rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return answer


def xlsx_download(
    name: str,
    head: Sequence[Heading],
    rows: Iterable[Sequence[Any]],
    *,
    currency: str,
    about: About | None = None,
    foot: Sequence[Any] | None = None,
) -> FileResponse:
    """The rows as an Excel file called `name`, written row by row to the disk and sent from there.

    Money comes in major units of the currency. What it is `about` stands above the table and names
    the sheet; `foot` stands below, out of the filter's reach.
    """
    file = TemporaryFile()  # noqa: SIM115  the response closes it
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        writer = _Sheet(book, head, about or About(""), currency)
        writer.write(rows, foot)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)


class _Sheet:
    """The one sheet of a book while it is written from top to bottom."""

    def __init__(self, book: Any, head: Sequence[Heading], about: About, currency: str) -> None:
        title = about.title.translate(NOT_IN_A_SHEET_NAME).strip(" '")[:LONGEST_SHEET_NAME]
        self.head, self.about = head, about
        self.sheet = book.add_worksheet(title.strip() or None)
        self.bold, self.title = book.add_format(HEAD), book.add_format({"bold": True})
        digits = minor_digits(currency)
        formats = {
            "day": "yyyy/mm/dd",
            "money": f"#,##0{'.' + '0' * digits if digits else ''}",
            "whole": "#,##0",
            "share": "0.0%",
            "points": "+0.00%;-0.00%;0.00%",
        }
        self.plain = {kind: book.add_format({"num_format": f}) for kind, f in formats.items()}
        self.strong = {
            kind: book.add_format({"num_format": f, "bold": True, "top": 1})
            for kind, f in {**formats, "text": "@", "real": "General"}.items()
        }

    def write(self, rows: Iterable[Sequence[Any]], foot: Sequence[Any] | None) -> None:
        top = self._above()
        self.sheet.freeze_panes(top + 1, 1)
        for place, heading in enumerate(self.head):
            width = WIDTHS.get(heading.kind, FIGURE_WIDTH)
            self.sheet.set_column(place, place, width, self.plain.get(heading.kind))
            self.sheet.write_string(top, place, heading.label, self.bold)
        last = top
        for last, row in enumerate(rows, start=top + 1):
            self._write_row(last, row, self.plain)
        self.sheet.autofilter(top, 0, last, max(len(self.head) - 1, 0))
        if foot is not None:
            self._write_row(last + 1, foot, self.strong)

    def _above(self) -> int:
        """What the table is of; the row in which it begins."""
        if not self.about.title:
            return 0
        self.sheet.write_string(0, 0, self.about.title, self.title)
        for row, (label, told) in enumerate(self.about.lines, start=1):
            self.sheet.write_string(row, 0, label)
            self.sheet.write_string(row, 1, told)
        return len(self.about.lines) + 2

    def _write_row(self, at: int, row: Sequence[Any], styles: dict[str, Any]) -> None:
        for place, cell in enumerate(row):
            _write_cell(self.sheet, (at, place), cell, styles.get(self.head[place].kind))


def _write_cell(sheet: Any, at: tuple[int, int], cell: Any, style: Any) -> None:
    """Text is always written as text, so that nothing in it runs."""
    if cell is None or cell == "":
        return
    if isinstance(cell, date):
        sheet.write_datetime(*at, cell, style)
    elif isinstance(cell, str):
        sheet.write_string(*at, cell[:LONGEST_CELL], style)
    else:
        sheet.write_number(*at, cell, style)
