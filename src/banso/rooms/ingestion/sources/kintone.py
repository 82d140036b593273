"""Exports of kintone: records over several rows, check boxes in columns, text with markup.

A record that holds a table takes a row for each row of the table. Its first row is marked in a
column of its own, which is no column of ours: `starts_record` says the same. A check box is one
column for each option, named `field[option]`, with 1 where it is ticked: one column again, the
ticked options joined by `;`. Rich text becomes plain.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from typing import Final

from banso.rooms.ingestion.sources.shapes import Shape
from banso.rooms.ingestion.sources.tables import Cell, SourceTable

MARKERS: Final = ("レコードの開始行", "Start of new record", "Beginning of record", "*")
_STARTS: Final = "*"
_NUMBERS: Final = {"レコード番号", "Record number", "Record No.", "Record Number"}
_STAMPS: Final = {
    "作成者", "作成日時", "更新者", "更新日時", "作業者",
    "Created by", "Created datetime", "Updated by", "Updated datetime", "Assignee",
}  # fmt: skip
_OPTION: Final = re.compile(r"(?P<name>[^\[\]]+)\[(?P<option>[^\[\]]+)\]")
_BREAK: Final = re.compile(r"<br ?/?>|</(?:div|p|li|tr|h[1-6]|blockquote)>", re.IGNORECASE)
_TAG: Final = re.compile(
    r"</?(?:a|b|blockquote|br|code|div|em|font|h[1-6]|hr|i|img|li|ol|p|pre|s|span|strike|strong|"
    r"sub|sup|table|tbody|td|th|thead|tr|u|ul)\b[^<>]{0,5000}>",
    re.IGNORECASE,
)
_MARKUP: Final = re.compile(r"&(?:\w{2,8}|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});|" + _TAG.pattern, re.I)
_BLANK_LINES: Final = re.compile(r"\n{3,}")


def kintone_shape(table: SourceTable) -> Shape | None:
    """How a kintone export's rows become ours; nothing if the file is none."""
    header = table.header
    marker = next((header.index(label) for label in MARKERS if label in header), None)
    boxes = _check_boxes(header)
    if marker is None and not (_NUMBERS & {*header} and (boxes or _STAMPS & {*header})):
        return None
    boxes = _really_boxes(boxes, table)
    folded = {place for options in boxes.values() for place, _ in options[1:]}
    first = {options[0][0]: name for name, options in boxes.items()}
    kept = [at for at in range(len(header)) if at != marker and at not in folded]

    def cells_of(cells: Sequence[Cell]) -> tuple[Cell, ...]:
        return tuple(
            _ticked(cells, boxes[first[at]]) if at in first else plain_text(cells[at])
            for at in kept
        )

    def starts(cells: Sequence[Cell]) -> bool:
        return marker is None or cells[marker] == _STARTS

    return Shape(tuple(first.get(at, header[at]) for at in kept), cells_of, starts)


def _check_boxes(header: Sequence[str]) -> dict[str, list[tuple[int, str]]]:
    """From a field's name to the places and names of its options."""
    boxes: dict[str, list[tuple[int, str]]] = {}
    for place, label in enumerate(header):
        found = _OPTION.fullmatch(label)
        if found and found["name"] not in header:
            boxes.setdefault(found["name"], []).append((place, found["option"]))
    return boxes


def _really_boxes(
    boxes: dict[str, list[tuple[int, str]]], table: SourceTable
) -> dict[str, list[tuple[int, str]]]:
    """Those whose cells are all 1 or blank: 金額[円] is an amount, and no check box."""
    left = dict(boxes)
    for row in table.rows() if left else ():
        for name in [name for name in left if not _is_boxed(row.cells, left[name])]:
            del left[name]
    return left


def _is_boxed(cells: Sequence[Cell], options: list[tuple[int, str]]) -> bool:
    return all(cells[place] in ("", "1", 1) for place, _ in options)


def _ticked(cells: Sequence[Cell], options: list[tuple[int, str]]) -> str:
    return ";".join(option for place, option in options if cells[place] != "")


def plain_text(cell: Cell) -> Cell:
    """Rich text without its tags and character references; other cells as they are."""
    if not isinstance(cell, str) or not _MARKUP.search(cell):
        return cell
    text = html.unescape(_TAG.sub("", _BREAK.sub("\n", cell)))
    return _BLANK_LINES.sub("\n\n", text.replace("\xa0", " ").replace("\0", "")).strip()
