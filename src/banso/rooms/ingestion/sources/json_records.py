"""JSON and JSON lines: each record flattened to columns named by dotted paths.

A list of objects inside a record makes it take a row for each of them, the rest repeated; which
list that is, the first thousand records decide: the one that most of them have. Other lists are
joined by `;`. Numbers with decimals stay text, so that no digit is lost.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any, Final

from banso.rooms.ingestion.sources.decoding import encoding_of_file, opened
from banso.rooms.ingestion.sources.json_reading import records_in_lines, records_in_text
from banso.rooms.ingestion.sources.tables import (
    MOST_COLUMNS,
    Cell,
    SourceRow,
    SourceTable,
    Unreadable,
    distinct,
)

LOOKED_AT: Final = 1000  # records that decide which list spans rows
DEEPEST: Final = 50
ENDINGS: Final = {".json", ".jsonl", ".ndjson"}
_MARK: Final = re.compile(rb"\A(?:\xef\xbb\xbf|\xff\xfe(?:\0\0)?|(?:\0\0)?\xfe\xff)")
_JSON_START: Final = re.compile(rb'\s*(?:\{\s*(?:["}]|\Z)|\[\s*(?:[\{\[\]]|\Z))')

Leaves = dict[str, list[Cell]]
Records = Generator[dict[str, Any]]


def is_json(start: bytes, ending: str) -> bool:
    """Whether a file holds JSON, by its first bytes; by its name's ending where they say little."""
    signs = _MARK.sub(b"", start).replace(b"\0", b"")
    unclear = ending.lower() in ENDINGS and signs.strip()[:1] in (b"{", b"[")
    return _JSON_START.match(signs) is not None or unclear


def json_table(path: Path) -> SourceTable:
    """The records of a file as a table, all of them read once here."""
    encoding = encoding_of_file(path)
    in_lines = _holds_lines(path, encoding)

    def records() -> Records:
        with opened(path, encoding) as text:
            yield from records_in_lines(text) if in_lines else records_in_text(text.read())

    # A look that ends early, by a refusal too, must not leave the file open.
    with closing(records()) as some:
        span = _spanning_list(islice(some, LOOKED_AT))
    with closing(records()) as every:
        names, count = _paths(every, span)

    def read() -> Iterator[SourceRow]:
        number = 0  # of the row: two rows of a record must not be taken for one
        for record in records():
            for at, leaves in enumerate(_rows(record, span)):
                number += 1
                cells = tuple(_joined(leaves.get(name, [])) for name in names)
                yield SourceRow(number, cells, starts_record=at == 0)

    return SourceTable(
        header=distinct([" ".join(name.split()) for name in names]),
        header_number=0,
        rows_at_most=count,
        read=read,
        encoding=encoding,
    )


def _paths(records: Iterator[dict[str, Any]], span: str) -> tuple[list[str], int]:
    """All paths that any record has, in the order in which they appear, and how many rows."""
    paths: dict[str, None] = {}
    count = 0
    for record in records:
        for leaves in _rows(record, span):
            count += 1
            paths.update(dict.fromkeys(leaves))
        if len(paths) > MOST_COLUMNS:
            raise Unreadable("too_many_columns", most=MOST_COLUMNS)
    if not paths:
        raise Unreadable("empty")
    return list(paths), count


def _holds_lines(path: Path, encoding: str) -> bool:
    """Whether the first line is a record by itself, and others follow."""
    with opened(path, encoding) as text:
        filled = (line for line in text if line.strip())
        first, second = next(filled, ""), next(filled, "")
    if not first.lstrip().startswith("{") or not second:
        return False
    try:
        return len(list(records_in_lines([first]))) == 1
    except Unreadable:
        return first.rstrip().endswith("}") and second.lstrip().startswith("{")


def _spanning_list(records: Iterator[dict[str, Any]]) -> str:
    """The path of the list of objects that most records have, the first of equals; else ""."""
    found = Counter[str]()
    for record in records:
        found.update(_lists_of_objects(record, "", 0))
    return found.most_common(1)[0][0] if found else ""


def _lists_of_objects(value: dict[str, Any], path: str, depth: int) -> Iterator[str]:
    _refuse_depth(depth)
    for key, inner in value.items():
        name = f"{path}.{key}" if path else key
        if isinstance(inner, dict):
            yield from _lists_of_objects(inner, name, depth + 1)
        elif isinstance(inner, list) and any(isinstance(each, dict) for each in inner):
            yield name


def _rows(record: dict[str, Any], span: str) -> Iterator[Leaves]:
    """A record's leaves by their paths, once for each object of the list that spans rows."""
    shared: Leaves = {}
    inside: list[Any] = []
    _gather(record, "", 0, shared, (span, inside))
    for each in inside or [None]:
        leaves: Leaves = {}
        if inside:
            _gather(each, span, 1, leaves, ("", []))
        yield {name: [*shared.get(name, []), *leaves.get(name, [])] for name in shared | leaves}


def _gather(value: Any, path: str, depth: int, into: Leaves, aside: tuple[str, list[Any]]) -> None:
    """Collect scalars under their paths; the list at the path `aside` goes there instead."""
    _refuse_depth(depth)
    if isinstance(value, dict):
        for key, inner in value.items():
            _gather(inner, f"{path}.{key}" if path else key, depth + 1, into, aside)
    elif isinstance(value, list):
        if path and path == aside[0] and not aside[1]:
            aside[1].extend(value)
            return
        for inner in value:
            _gather(inner, path, depth + 1, into, aside)
    else:
        into.setdefault(path, []).append("" if value is None else value)


def _refuse_depth(depth: int) -> None:
    if depth > DEEPEST:
        raise Unreadable("nested_too_deep", most=DEEPEST)


def _joined(cells: list[Cell]) -> Cell:
    if len(cells) == 1:
        return cells[0]
    return ";".join(
        str(cell).lower() if isinstance(cell, bool) else str(cell) for cell in cells if cell != ""
    )
