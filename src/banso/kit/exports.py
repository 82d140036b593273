"""Files for spreadsheets: CSV as Excel opens it (UTF-8 with BOM, no cell that would run as a
formula), and XLSX whose days and figures are real ones.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Any

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
HEAD = {"bold": True, "bg_color": "#E7EFEE", "bottom": 1, "valign": "vcenter", "text_wrap": True}


@dataclass(frozen=True, slots=True)
class Heading:
    """A column of a sheet: its label, and whether it holds text, a day, money, a whole or a real
    number.
    """

    label: str
    kind: str = "text"


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
    name: str, head: Sequence[Heading], rows: Iterable[Sequence[Any]], *, currency: str
) -> FileResponse:
    """The rows as an Excel file called `name`, written row by row to the disk and sent from there.

    Money comes in major units of the currency.
    """
    file = TemporaryFile()  # noqa: SIM115  the response closes it
    _write_sheet(file, head, rows, currency=currency)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)


def _write_sheet(
    file: IO[bytes], head: Sequence[Heading], rows: Iterable[Sequence[Any]], *, currency: str
) -> None:
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        sheet, bold = book.add_worksheet(), book.add_format(HEAD)
        decimals = "." + "0" * minor_digits(currency) if minor_digits(currency) else ""
        formats = {"day": "yyyy/mm/dd", "money": f"#,##0{decimals}", "whole": "#,##0"}
        styles = {kind: book.add_format({"num_format": text}) for kind, text in formats.items()}
        sheet.freeze_panes(1, 1)
        for place, heading in enumerate(head):
            style = styles.get(heading.kind)
            sheet.set_column(place, place, WIDTHS.get(heading.kind, FIGURE_WIDTH), style)
            sheet.write_string(0, place, heading.label, bold)
        last = 0
        for last, row in enumerate(rows, start=1):
            for place, cell in enumerate(row):
                _write_cell(sheet, (last, place), cell, styles.get(head[place].kind))
        sheet.autofilter(0, 0, last, max(len(head) - 1, 0))


def _write_cell(sheet: Any, at: tuple[int, int], cell: Any, style: Any) -> None:
    """Text is always written as text, so that nothing in it runs."""
    if cell is None or cell == "":
        return
    if isinstance(cell, date):
        sheet.write_datetime(*at, cell, style)
    elif isinstance(cell, str):
        sheet.write_string(*at, cell[:LONGEST_CELL])
    else:
        sheet.write_number(*at, cell, style)
