"""Thousands of damaged files: each is a table or refused with a reason, and soon."""

from __future__ import annotations

import gzip
import io
import struct
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import numpy as np
import pytest

from banso.rooms.ingestion.sources import Unreadable, open_all, open_table
from banso.rooms.ingestion.sources.workbook import OLD_START
from tests.factories import nonsense

EXPORTS = Path(__file__).parents[2] / "data" / "exports"
SEEDS = 12
SLOWEST_SECONDS = 5.0  # of this process, whatever runs beside it
BITS = (
    b"\0", b"\xef\xbb\xbf", b"\xff\xfe", b'"', b"'", b"\r\n", b",", b";", b"\t", b"{", b"}", b"[",
    b"]", b":", b"NaN", b"-Infinity", b"1e999999999", b"9" * 5000, b"\\ud800", b"\\u0000", b"null",
    b"\x1b$B", b"&#xD800;", b"<div", b"*", b"\x82", b"\xa4\xa2", b"\x1a", b"PK\x03\x04", b"[A]",
)  # fmt: skip
XML_BITS = (
    b'<c r="XFD1048576"><v>1</v></c>', b'<row r="1048576">', b'r="ZZZZ1"', b't="s"', b't="d"',
    b"<v>99999999</v>", b"<v>NaN</v>", b"<v>1e400</v>", b'<mergeCell ref="A1:XFD1048576"/>',
    b"&#0;", b"<!ENTITY", b's="9999"', b'<dimension ref="A1:XFD1048576"/>',
)  # fmt: skip


def outcome(path: Path, folder: Path) -> str:
    """The reason for a refusal, or "table"; every cell of which can be kept."""
    begun = time.process_time()
    try:
        for _, each in open_all(path, folder).files:
            table = open_table(each)
            rows = list(table.rows())
            assert len(rows) == table.rows_at_most
            assert len(set(table.header)) == len(table.header)
            "\n".join(str(cell) for row in rows for cell in row.cells).encode()
    except Unreadable as refused:
        return refused.code
    finally:
        assert time.process_time() - begun < SLOWEST_SECONDS
    return "table"


def damaged(
    raw: bytes, seeds: list[bytes], bits: tuple[bytes, ...], by: np.random.Generator
) -> bytes:
    found = bytearray(raw)
    for _ in range(by.choice((1, 1, 2, 5, 20))):
        at, what = by.integers(len(found) + 1), by.integers(6)
        if what == 0 and found:
            found[at % len(found)] = by.integers(256)
        elif what == 1:
            found[at:at] = bits[by.integers(len(bits))]
        elif what == 2:
            del found[at : at + by.choice((1, 3, 50, 500))]
        elif what == 3:
            del found[at:]
        elif what == 4:
            found[at:at] = found[by.integers(len(found) + 1) :][:200]
        else:
            other = seeds[by.integers(len(seeds))]
            found[at:at] = other[: by.integers(len(other))]
    return bytes(found)


def test_as_much_nonsense_is_made_up_as_is_promised() -> None:
    assert nonsense.IN_ALL >= 20_000


@pytest.mark.parametrize("seed", range(SEEDS))
def test_damaged_text_and_zips_are_read_or_refused(tmp_path: Path, seed: int) -> None:
    by = np.random.default_rng(seed)
    seeds = [path.read_bytes() for path in sorted(EXPORTS.iterdir())]
    endings = (".csv", ".json", ".jsonl", ".xlsx", ".zip")
    seen = set()
    for _ in range(nonsense.DAMAGED_TEXTS_AND_ZIPS // SEEDS):
        path = tmp_path / f"damaged{endings[by.integers(len(endings))]}"
        path.write_bytes(damaged(seeds[by.integers(len(seeds))], seeds, BITS, by))
        seen.add(outcome(path, tmp_path / "out"))
    assert {"table", "not_json", "unknown_encoding", "truncated", "binary"} <= seen


def sheet_parts() -> dict[str, bytes]:
    """A workbook of few parts, written by hand so that damage meets them all."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    links = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    cells = "".join(
        f'<row r="{row}"><c r="A{row}"><v>{row}</v></c>'
        f'<c r="B{row}" t="inlineStr"><is><t>name</t></is></c></row>'
        for row in range(1, 5)
    )
    return {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"/>'.encode(),
        "_rels/.rels": (
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
            f'Type="{links}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
        ).encode(),
        "xl/workbook.xml": (
            f'<workbook xmlns="{main}" xmlns:r="{links}"><sheets>'
            '<sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>'
        ).encode(),
        "xl/_rels/workbook.xml.rels": (
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
            f'Type="{links}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
        ).encode(),
        "xl/worksheets/sheet1.xml": (
            f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>'
        ).encode(),
    }


def zipped(parts: dict[str, bytes]) -> bytes:
    into = io.BytesIO()
    with ZipFile(into, "w", ZIP_DEFLATED) as book:
        for name, text in parts.items():
            book.writestr(name, text)
    return into.getvalue()


def test_damaged_workbooks_are_read_or_refused(tmp_path: Path) -> None:
    by = np.random.default_rng(1)
    whole = sheet_parts()
    path = tmp_path / "damaged.xlsx"
    seen = set()
    for _ in range(nonsense.DAMAGED_WORKBOOKS):
        name = sorted(whole)[by.integers(len(whole))]
        parts = whole | {name: damaged(whole[name], list(whole.values()), XML_BITS, by)}
        path.write_bytes(zipped(parts))
        seen.add(outcome(path, tmp_path / "out"))
    assert {"table", "not_a_workbook", "sheet_too_large"} <= seen


FREE, END, TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def old_workbook(*cells: tuple[int, int]) -> bytes:
    """The smallest workbook of the old kind, with numbers in some cells."""

    def record(kind: int, content: bytes) -> bytes:
        return struct.pack("<HH", kind, len(content)) + content

    def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
        spelled = f"{name}\0".encode("utf-16-le")
        links = struct.pack("<HBBIII", len(spelled), kind, 1, FREE, FREE, child)
        return spelled.ljust(64, b"\0") + links + bytes(36) + struct.pack("<IQ", start, size)

    start = record(0x809, struct.pack("<HHII", 0x600, 5, 0, 0))
    sheet = start[:6] + b"\x10\0" + start[8:]
    text = record(0xFC, struct.pack("<IIHB", 1, 1, 2, 0) + b"ID")
    place = len(start) + len(text) + 4 + 4 + 8 + 1
    stream = start + record(0x85, struct.pack("<IBBBB", place, 0, 0, 1, 0) + b"S")
    stream += text + record(0x0A, b"") + sheet + record(0xFD, struct.pack("<HHHI", 0, 0, 0, 0))
    for row, column in cells:
        stream += record(0x203, struct.pack("<HHHd", row, column, 0, 1.5))
    stream = (stream + record(0x0A, b"")).ljust(4096, b"\0")
    sizes = struct.pack("<5H6x9I", 62, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, END, 0, END, 0)
    chain = [TABLE, END, *range(3, 10), END, *[FREE] * 118]
    folder = entry("Root Entry", 5, 1, END, 0) + entry("Workbook", 2, FREE, 2, 4096) + bytes(256)
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + sizes
        + struct.pack("<109I", 0, *[FREE] * 108) + struct.pack("<128I", *chain) + folder + stream
    )  # fmt: skip


def test_an_old_workbook_is_read(tmp_path: Path) -> None:
    path = tmp_path / "old.xls"
    path.write_bytes(old_workbook((1, 0)))
    table = open_table(path)
    assert (table.header, [row.cells for row in table.rows()]) == (("ID",), [(1.5,)])


def test_an_old_workbook_that_would_fill_memory_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "old.xls"
    path.write_bytes(old_workbook((0xFFFF, 0xFFFF)))
    assert outcome(path, tmp_path) == "not_a_workbook"


def test_damaged_old_workbooks_are_read_or_refused(tmp_path: Path) -> None:
    by = np.random.default_rng(1)
    whole = old_workbook((1, 0), (2, 0))
    seen = set()
    for _ in range(nonsense.DAMAGED_OLD_WORKBOOKS):
        raw = bytearray(whole)
        for _ in range(by.choice((1, 2, 8))):
            raw[by.integers(1536, 1750)] = by.integers(256)
        path = tmp_path / "damaged.xls"
        path.write_bytes(raw)
        seen.add(outcome(path, tmp_path))
    assert {"table", "not_a_workbook"} <= seen


def bombs() -> Iterator[tuple[str, Callable[[], bytes], str]]:
    yield "gzip", lambda: gzip.compress(b"a,b\n" * 1_000_000), "binary"
    yield "zip", lambda: zipped({"a.csv": b"a,b\n" * 6_000_000}), "unpacks_too_large"
    yield "zip in zip", lambda: zipped({"a.zip": zipped({"a.csv": b"a,b\n"})}), "no_table_inside"
    yield "wide", lambda: ",".join(f"c{at}" for at in range(100_000)).encode(), "too_many_columns"
    yield "wide, one name", lambda: b"c," * 16_000 + b"c\n1\n", "table"
    yield "many blank lines", lambda: b"a,b\n" + b"\n" * 1_000_000 + b"1,2\n", "table"
    yield "many tags", lambda: b"*,a\n*," + b"<div " * 20_000 + b"\n", "table"
    yield "many references", lambda: b"*,a\n*," + b"&#12" * 20_000 + b"\n", "table"
    yield "one quote", lambda: b'a,b\n"' + b"x\n" * 500_000, "malformed"
    yield "one long line", lambda: b'[{"a": "' + b"x" * 5_000_000 + b'"}]', "table"
    yield "deep lists", lambda: b"[" * 1_000_000, "nested_too_deep"
    yield "deep objects", lambda: b'{"a":' * 1_000_000, "nested_too_deep"
    yield "a long number", lambda: b'[{"a": ' + b"9" * 1_000_000 + b"}]", "table"
    yield "a large power", lambda: b'[{"a": 1e' + b"9" * 1_000_000 + b"}]", "table"
    yield "many records", lambda: b"[" + b"{}," * 500_000 + b"{}]", "empty"
    yield "old start", lambda: OLD_START + b"\xff" * 4096, "not_a_workbook"


@pytest.mark.parametrize(
    ("made", "code"), [bomb[1:] for bomb in bombs()], ids=[bomb[0] for bomb in bombs()]
)
def test_bombs_end_soon(tmp_path: Path, made: Callable[[], bytes], code: str) -> None:
    path = tmp_path / "bomb"
    path.write_bytes(made())
    assert outcome(path, tmp_path / "out") == code
