"""A ZIP of several files: unpacked safely, or refused."""

from __future__ import annotations

import struct
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
import xlsxwriter

from banso.rooms.ingestion.sources import Unreadable, archives, open_all, open_table

CSV = b"id,name\n1,x\n"


def packed(folder: Path, **members: bytes) -> Path:
    return packed_as(folder, {name.replace("_", "."): text for name, text in members.items()})


def packed_as(folder: Path, members: dict[str, bytes]) -> Path:
    path = folder / "upload.zip"
    with ZipFile(path, "w", ZIP_DEFLATED) as parts:
        for name, text in members.items():
            parts.writestr(name, text)
    return path


def refusal(path: Path, folder: Path) -> str:
    with pytest.raises(Unreadable) as refused:
        open_all(path, folder)
    return refused.value.code


def test_a_file_that_is_no_zip_is_itself(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(CSV)
    assert open_all(path, tmp_path / "out", name="顧客.csv").files == (("顧客.csv", path),)


def test_a_workbook_is_itself(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(path)
    book.add_worksheet().write_row(0, 0, ["id", "name"])
    book.close()
    assert open_all(path, tmp_path / "out").files == (("a.xlsx", path),)


def test_members_keep_their_names_and_get_places_of_our_own(tmp_path: Path) -> None:
    members = {
        "../../etc/a.csv": CSV,
        "/srv/b.TSV": CSV,
        "C:\\temp\\c.json": b'[{"id": 1}]',
        "folder/": b"",
        "folder/d.csv": CSV,
        "__MACOSX/d.csv": b"",
        "notes.docx": b"",
    }
    out = tmp_path / "out"
    unpacked = open_all(packed_as(tmp_path, members), out)
    assert unpacked.files == (
        ("a.csv", out / "001.csv"),
        ("b.TSV", out / "002.tsv"),
        ("c.json", out / "003.json"),
        ("d.csv", out / "004.csv"),
    )
    assert unpacked.left_out == ("notes.docx",)
    assert sorted(path.name for path in tmp_path.rglob("*.*")) == [
        "001.csv", "002.tsv", "003.json", "004.csv", "upload.zip",
    ]  # fmt: skip
    assert open_table(out / "002.tsv").header == ("id", "name")


def test_names_that_windows_wrote_are_read(tmp_path: Path) -> None:
    path = packed_as(tmp_path, {"aaaa.csv": CSV})
    raw = path.read_bytes().replace(b"aaaa.csv", "顧客".encode("cp932") + b".csv")
    path.write_bytes(raw)
    assert [name for name, _ in open_all(path, tmp_path / "out").files] == ["顧客.csv"]


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"readme.md": b"x"}, "no_table_inside"),
        ({f"{at}.csv": CSV for at in range(201)}, "too_many_files"),
        ({"a.csv": b"0" * 20_000_000}, "unpacks_too_large"),
    ],
)
def test_what_holds_no_tables_or_too_much_is_refused(
    tmp_path: Path, members: dict[str, bytes], code: str
) -> None:
    assert refusal(packed_as(tmp_path, members), tmp_path / "out") == code


def test_no_more_is_written_than_allowed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "LARGEST_BYTES", 15)
    path = packed(tmp_path, a_csv=CSV, b_csv=CSV)
    assert refusal(path, tmp_path / "out") == "unpacks_too_large"


@pytest.mark.parametrize("share", [0.3, 0.9])
def test_a_zip_cut_short_is_truncated(tmp_path: Path, share: float) -> None:
    path = packed(tmp_path, a_csv=CSV)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    assert refusal(path, tmp_path / "out") == "truncated"


def test_a_zip_with_a_password_says_so(tmp_path: Path) -> None:
    path = packed(tmp_path, a_csv=CSV)
    raw = bytearray(path.read_bytes())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = raw.index(mark) + place
        raw[at : at + 2] = struct.pack("<H", 1)
    path.write_bytes(raw)
    assert refusal(path, tmp_path / "out") == "password"


def test_a_damaged_member_is_truncated(tmp_path: Path) -> None:
    path = packed(tmp_path, a_csv=bytes(range(32, 127)) * 50)
    raw = bytearray(path.read_bytes())
    raw[60:70] = b"\xff" * 10
    path.write_bytes(raw)
    assert refusal(path, tmp_path / "out") == "truncated"
