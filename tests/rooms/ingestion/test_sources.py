from __future__ import annotations

import codecs
import struct
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
import pytest
import xlsxwriter

from banso.rooms.ingestion.sources import LARGEST_BYTES, SourceRow, Unreadable, open_table, workbook
from banso.rooms.ingestion.sources.decoding import decoded, encoding_of
from banso.rooms.ingestion.sources.delimited import delimiter_of
from banso.rooms.ingestion.sources.workbook import ZIP_START

HEADER = ("顧客ID", "顧客名", "契約開始日", "従業員数")
ROW = ("A-1", "㈱髙島屋①ｱｻﾋ", "令和8年4月1日", "１２０")
TEXT = "\r\n".join(",".join(cells) for cells in (HEADER, ROW)) + "\r\n"


def jis(text: str) -> Iterator[tuple[str, bytes]]:
    """Each character with its JIS row and cell (as 7-bit bytes), its half-width kana, or ASCII."""
    for char in text:
        code = char.encode("cp932")
        if char.isascii() or len(code) == 1:
            yield ("ascii" if char.isascii() else "kana"), bytes([code[0] & 0x7F])
            continue
        row = (code[0] - (0x81 if code[0] < 0xA0 else 0xC1)) * 2
        cell = code[1] - 0x9F if code[1] >= 0x9F else code[1] - 0x40 - (code[1] > 0x7F)
        yield "kanji", bytes([row + (code[1] >= 0x9F) + 0x21, cell + 0x21])


def as_windows_euc(text: str) -> bytes:
    """EUC-JP with the vendor rows, which Python can't write."""
    marks = {"ascii": b"", "kana": b"\x8e", "kanji": b""}
    return b"".join(
        marks[kind] + (code if kind == "ascii" else bytes(byte | 0x80 for byte in code))
        for kind, code in jis(text)
    )


def as_iso_2022(text: str) -> bytes:
    """ISO-2022-JP with half-width kana and the vendor rows,
    as mail programs of Windows write it."""
    escapes = {"ascii": b"\x1b(B", "kana": b"\x1b(I", "kanji": b"\x1b$B"}
    return b"".join(escapes[kind] + code for kind, code in jis(text)) + escapes["ascii"]


def written(folder: Path, raw: bytes, name: str = "顧客.csv") -> Path:
    path = folder / name
    path.write_bytes(raw)
    return path


def workbook_at(path: Path, *sheets: list[list[Any]], **options: Any) -> Path:
    book = xlsxwriter.Workbook(path, options)
    formats = {kind: book.add_format({"num_format": form}) for kind, form in FORMATS.items()}
    for rows in sheets:
        sheet = book.add_worksheet()
        for at, cells in enumerate(rows):
            for place, value in enumerate(cells):
                sheet.write(at, place, value, formats.get(type(value)))
    book.close()
    return path


FORMATS = {date: "yyyy-mm-dd", datetime: "yyyy-mm-dd hh:mm", time: "hh:mm", timedelta: "[h]:mm"}


def refusal(path: Path) -> str:
    with pytest.raises(Unreadable) as refused:
        open_table(path)
    return refused.value.code


@pytest.mark.parametrize(
    ("raw", "encoding"),
    [
        (TEXT.encode("cp932"), "cp932"),
        (TEXT.encode(), "utf-8"),
        (TEXT.encode("utf-8-sig"), "utf-8-sig"),
        (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), "utf-16"),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "utf-16"),
        (codecs.BOM_UTF32_LE + TEXT.encode("utf-32-le"), "utf-32"),
        (codecs.BOM_UTF32_BE + TEXT.encode("utf-32-be"), "utf-32"),
        (as_windows_euc(TEXT), "euc_jp"),
        (as_iso_2022(TEXT), "iso2022_jp_ext"),
        (as_iso_2022("ID,名前\r\n"), "iso2022_jp"),
        (b"ID,name\r\n", "utf-8"),
    ],
)
def test_an_encoding_is_known_by_the_bytes(tmp_path: Path, raw: bytes, encoding: str) -> None:
    assert open_table(written(tmp_path, raw)).encoding == encoding


@pytest.mark.parametrize(
    "raw",
    [
        TEXT.encode("cp932"),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("utf-16"),
        as_windows_euc(TEXT),
        as_iso_2022(TEXT),
    ],
)
def test_a_japanese_file_reads_the_same_from_any_encoding(tmp_path: Path, raw: bytes) -> None:
    table = open_table(written(tmp_path, raw))
    assert (table.header, list(table.rows())) == (HEADER, [SourceRow(2, ROW)])


def test_half_width_kana_stay_cp932() -> None:
    text = "ID,ｶﾅ\r\n1,ﾔﾏﾀﾞﾀﾛｳ\r\n2,ｽｽﾞｷｲﾁﾛｳ\r\n3,ｱｻﾋ\r\n"
    found = decoded(text.encode("cp932"))
    assert (found.text, found.encoding) == (text, "cp932")


def test_euc_that_cp932_could_read_as_half_width_kana_stays_euc() -> None:
    text = "ID,カナ\r\n1,アサヒ\r\n"
    found = decoded(text.encode("euc_jp"))
    assert text.encode("euc_jp").decode("cp932") != text
    assert (found.text, found.encoding) == (text, "euc_jp")


@pytest.mark.parametrize("size", range(1, 24))
@pytest.mark.parametrize(
    "raw", [TEXT.encode("cp932"), TEXT.encode(), as_windows_euc(TEXT), as_iso_2022(TEXT)]
)
def test_where_blocks_end_does_not_matter(raw: bytes, size: int) -> None:
    first = len(HEADER[0].encode())
    blocks = [raw[:first], *(raw[at : at + size] for at in range(first, len(raw), size))]
    assert encoding_of(lambda: blocks) == decoded(raw).encoding


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "empty"),
        ("顧客,あ".encode()[:-1], "truncated"),
        ("顧客,あ".encode("cp932")[:-1], "truncated"),
        ("顧客,あ".encode("utf-8-sig")[:-1], "truncated"),
        ("顧客,あ".encode("utf-16")[:-1], "truncated"),
        ("顧客,あ".encode("iso2022_jp")[:-4], "truncated"),
        ('ID,名\r\n1,"あさひ\r\n2,そら'.encode("cp932"), "truncated"),
        (b"ID\x00,name\r\n", "binary"),
        ("ID,name\r\n".encode("utf-16-le"), "binary"),
        (b"%PDF-1.7\n1 0 obj", "binary"),
        (b"\x89PNG\r\n\x1a\n", "binary"),
        (b"\x1f\x8b\x08", "binary"),
        (bytes(range(1, 9)), "binary"),
        (b"ID,name\r\n1,caf\xe9,\xff\r\n", "unknown_encoding"),
        (codecs.BOM_UTF8 + b"ID,\xff\xff\r\n", "unknown_encoding"),
        (b"1,2026-04-01\r\n2,2026-05-01\r\n", "no_header"),
        (b"\r\n , \r\n", "empty"),
        (b'ID,"' + b"x" * 140_000 + b"\r\n", "malformed"),
    ],
)
def test_a_file_that_is_no_table_has_one_reason(tmp_path: Path, raw: bytes, code: str) -> None:
    assert refusal(written(tmp_path, raw)) == code


def test_an_open_quote_is_found_where_it_begins(tmp_path: Path) -> None:
    path = written(tmp_path, 'ID,名\r\n1,"あ\r\nい"\r\n2,"う\r\n3,え\r\n'.encode())
    with pytest.raises(Unreadable) as refused:
        open_table(path)
    assert (refused.value.code, refused.value.facts) == ("truncated", {"line": 4})


def test_no_bytes_are_no_text() -> None:
    with pytest.raises(Unreadable) as refused:
        decoded(b"")
    assert refused.value.code == "empty"


def test_random_bytes_are_refused() -> None:
    raw = np.random.default_rng(1).integers(0, 256, 5000, dtype=np.uint8).tobytes()
    with pytest.raises(Unreadable) as refused:
        decoded(raw)
    assert refused.value.code == "binary"


def test_a_file_past_the_limit_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.write(ZIP_START)
        file.truncate(LARGEST_BYTES + 1)
    assert refusal(path) == "too_large"


@pytest.mark.parametrize(
    ("lines", "delimiter"),
    [
        (["a,b,c", "1,2,3"], ","),
        (["a\tb", "1,5\t2"], "\t"),
        (["a;b", "1,5;2,5", '"x,y";3'], ";"),
        (["id,tags", "1,x;y;z", "2,x"], ","),
        (['"a;b;c",d', '"e;f;g",h'], ","),
        (["a|b", "1|2"], "|"),
        (["name", "x"], ","),
        (['a,"' + "x" * 140_000], ","),
    ],
)
def test_the_delimiter_is_what_cuts_rows_alike(lines: list[str], delimiter: str) -> None:
    assert delimiter_of(lines) == delimiter


def test_titles_and_blank_lines_above_the_header_are_passed_over(tmp_path: Path) -> None:
    raw = "顧客一覧,,\r\n出力日,2026/4/1,\r\n\r\nID,名前,備考\r\n1,あさひ,\r\n".encode()
    table = open_table(written(tmp_path, raw))
    assert (table.header, table.header_number) == (("ID", "名前", "備考"), 4)
    assert list(table.rows()) == [SourceRow(5, ("1", "あさひ", ""))]


def test_a_header_narrower_than_the_file_is_found(tmp_path: Path) -> None:
    table = open_table(written(tmp_path, "題,,,,,\nID,名,,,,\n1,あ,,,,\n".encode()))
    assert (table.header, list(table.rows())) == (("ID", "名"), [SourceRow(3, ("1", "あ"))])


def test_every_column_has_a_label_of_its_own(tmp_path: Path) -> None:
    table = open_table(written(tmp_path, "名前,,名前,名前 (2),名前\n1,2,3,4,5\n".encode()))
    assert table.header == ("名前", "#2", "名前 (2)", "名前 (2) (2)", "名前 (3)")


def test_rows_are_numbered_by_their_first_line(tmp_path: Path) -> None:
    raw = 'ID,備考\r\n1,"一行目\r\n二行目"\r\n\r\n2,"彼は""はい""と"\r\n\x1a'.encode()
    table = open_table(written(tmp_path, raw))
    assert list(table.rows()) == [
        SourceRow(2, ("1", "一行目\r\n二行目")),
        SourceRow(5, ("2", '彼は"はい"と')),
    ]
    assert table.rows_at_most == 2


def test_a_ragged_row_says_so_and_stops_nothing(tmp_path: Path) -> None:
    table = open_table(written(tmp_path, b"a,b,c\n1,2\n1,2,3,4\n1,2,3, ,\n1,2,3\n , \n"))
    assert list(table.rows()) == [
        SourceRow(2, ("1", "2", ""), "too_few_cells"),
        SourceRow(3, ("1", "2", "3", "4"), "too_many_cells"),
        SourceRow(4, ("1", "2", "3")),
        SourceRow(5, ("1", "2", "3")),
    ]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_any_line_ending_will_do(tmp_path: Path, ending: str) -> None:
    table = open_table(written(tmp_path, ending.join(["a,b", "1,2", "3,4"]).encode()))
    assert [row.cells for row in table.rows()] == [("1", "2"), ("3", "4")]


def test_rows_can_be_read_again(tmp_path: Path) -> None:
    table = open_table(written(tmp_path, TEXT.encode()))
    assert list(table.rows()) == list(table.rows()) == [SourceRow(2, ROW)]


def test_a_workbook_keeps_its_types_and_its_zeros(tmp_path: Path) -> None:
    moment = datetime(2026, 4, 1, 9, 30)  # noqa: DTZ001
    path = workbook_at(
        tmp_path / "a.xlsx",
        [
            ["ID", "数", "日", "時", "真", "刻", "間"],
            ["001", 12.5, date(2026, 4, 1), moment, True, time(9, 30), timedelta(hours=30)],
        ],
    )
    table = open_table(path)
    typed = ("001", 12.5, date(2026, 4, 1), moment, True, "09:30:00", "1 day, 6:00:00")
    assert list(table.rows()) == [SourceRow(2, typed)]
    assert (table.sheet, table.encoding, table.delimiter, table.rows_at_most) == (
        "Sheet1", None, None, 1,
    )  # fmt: skip


def test_days_counted_from_1904_are_the_same_days(tmp_path: Path) -> None:
    rows = [["ID", "日"], ["1", date(2026, 4, 1)]]
    table = open_table(workbook_at(tmp_path / "a.xlsx", rows, date_1904=True))
    assert [row.cells for row in table.rows()] == [("1", date(2026, 4, 1))]


def test_a_workbook_is_known_by_its_bytes_whatever_its_name(tmp_path: Path) -> None:
    path = workbook_at(tmp_path / "a.xlsx", [["ID", "名"], ["1", "あ"]])
    renamed = [path.rename(tmp_path / "a.csv"), tmp_path / "a.xls", tmp_path / "a"]
    for copy in renamed[1:]:
        copy.write_bytes(renamed[0].read_bytes())
    assert [open_table(copy).header for copy in renamed] == [("ID", "名")] * 3
    assert open_table(written(tmp_path, TEXT.encode(), "b.xlsx")).header == HEADER


def test_a_sheet_is_the_first_that_is_visible_and_holds_something(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "a.xlsx")
    hidden, empty, third = (book.add_worksheet(name) for name in ("隠し", "空", "顧客"))
    hidden.write_row(0, 0, ["ID", "名"])
    hidden.hide()
    empty.activate()
    empty.set_first_sheet()
    third.merge_range(1, 1, 1, 3, "顧客一覧")
    third.write_row(3, 1, ["ID", "名", "数"])
    third.write_row(5, 1, ["1", "あ", 2])
    book.close()
    table = open_table(tmp_path / "a.xlsx")
    assert (table.sheet, table.header, table.header_number) == ("顧客", ("ID", "名", "数"), 4)
    assert list(table.rows()) == [SourceRow(6, ("1", "あ", 2.0))]


def test_a_workbook_without_a_row_is_empty(tmp_path: Path) -> None:
    assert refusal(workbook_at(tmp_path / "a.xlsx", [])) == "empty"


@pytest.mark.parametrize("kept_share", [0.01, 0.5, 0.99])
def test_a_workbook_cut_short_is_truncated(tmp_path: Path, kept_share: float) -> None:
    raw = workbook_at(tmp_path / "a.xlsx", [["ID", "名"], ["1", "あ"]]).read_bytes()
    assert refusal(written(tmp_path, raw[: int(len(raw) * kept_share)], "b.xlsx")) == "truncated"


def test_a_zip_of_something_else_is_no_workbook(tmp_path: Path) -> None:
    with ZipFile(tmp_path / "a.xlsx", "w") as parts:
        parts.writestr("readme.txt", "hello")
    assert refusal(tmp_path / "a.xlsx") == "not_a_workbook"


def test_an_old_office_file_that_holds_no_table_is_no_workbook(tmp_path: Path) -> None:
    assert refusal(written(tmp_path, workbook.OLD_START + b"\x00" * 600)) == "not_a_workbook"


def directory_entry(name: str, kind: int, child: int) -> bytes:
    spelled = f"{name}\0".encode("utf-16-le")
    links = struct.pack("<HBBIII", len(spelled), kind, 1, FREE, FREE, child)
    return spelled.ljust(64, b"\0") + links + bytes(36) + struct.pack("<IQ", END, 0)


FREE, END, TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


@pytest.mark.parametrize("name", ["a.xlsx", "a.csv"])
def test_a_workbook_with_a_password_says_so(tmp_path: Path, name: str) -> None:
    """The smallest container of the kind that Excel puts such a workbook in."""
    start = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    sizes = struct.pack("<5H6x9I", 62, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, END, 0, END, 0)
    sectors = struct.pack("<109I", 0, *[FREE] * 108) + struct.pack(
        "<128I", TABLE, END, *[FREE] * 126
    )
    parts = [("Root Entry", 5, 1), ("EncryptedPackage", 2, FREE), ("EncryptionInfo", 2, FREE)]
    directory = b"".join(directory_entry(*part) for part in [*parts, ("", 0, FREE)])
    assert refusal(written(tmp_path, start + sizes + sectors + directory, name)) == "password"


def test_a_zip_that_unpacks_without_end_is_too_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = workbook_at(tmp_path / "a.xlsx", [["ID", "名"], ["1", "あ"]])
    monkeypatch.setattr(workbook, "LARGEST_UNPACKED_BYTES", 1000)
    assert refusal(path) == "too_large"
