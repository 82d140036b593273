"""A ZIP of several files, as HubSpot exports them: unpacked into a folder under names of our own.

Whatever a member calls itself, it is written as a number with a known ending, so that no path leads
elsewhere; and no more is written than was allowed, whatever the ZIP says of its own size.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Final
from zipfile import BadZipFile, ZipFile, ZipInfo

from banso.rooms.ingestion.sources.tables import Unreadable
from banso.rooms.ingestion.sources.workbook import ZIP_START

ENDINGS: Final = frozenset(
    {".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".json", ".jsonl", ".ndjson"}
)
LARGEST_BYTES: Final = 500_000_000  # of all files together, unpacked
MOST_FILES: Final = 200
MOST_TIGHTLY: Final = 200  # bytes unpacked from one byte: a real table packs ten to forty to one
_SMALL: Final = 10_000_000  # below which it does no harm, however tightly it is packed
_BLOCK: Final = 1 << 20
_LONGEST_NAME: Final = 200
_UTF8_NAME: Final = 0x800
_ENCRYPTED: Final = 0x1
_PARTS_OF_WORKBOOKS: Final = ("[Content_Types].xml", "mimetype", "content.xml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpacked:
    """Files by the names they came under, and the names of what could not be a table."""

    files: tuple[tuple[str, Path], ...]
    left_out: tuple[str, ...] = ()


def open_all(path: Path, folder: Path, *, name: str = "") -> Unpacked:
    """The tables in an upload: the members of a ZIP, written to `folder`, or the file itself."""
    if not is_archive(path):
        return Unpacked(files=((name or path.name, path),))
    try:
        with ZipFile(path) as packed:
            return _unpacked(packed, path.stat().st_size, folder)
    except (BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError) as fault:
        raise Unreadable("truncated") from fault


def is_archive(path: Path) -> bool:
    """Whether a file is a ZIP that holds files rather than the parts of one workbook."""
    with path.open("rb") as file:
        if file.read(len(ZIP_START)) != ZIP_START:
            return False
    try:
        with ZipFile(path) as packed:
            return not any(name in _PARTS_OF_WORKBOOKS for name in packed.namelist())
    except (BadZipFile, OSError, ValueError, NotImplementedError) as fault:
        raise Unreadable("truncated") from fault


def _unpacked(packed: ZipFile, packed_bytes: int, folder: Path) -> Unpacked:
    members = [(_name_of(member), member) for member in packed.infolist() if not member.is_dir()]
    members = [(name, member) for name, member in members if not _is_clutter(member)]
    tables = [each for each in members if PurePosixPath(each[0]).suffix.lower() in ENDINGS]
    if not tables:
        raise Unreadable("no_table_inside")
    if len(tables) > MOST_FILES:
        raise Unreadable("too_many_files", most=MOST_FILES)
    if any(member.flag_bits & _ENCRYPTED for _, member in tables):
        raise Unreadable("password")
    folder.mkdir(parents=True, exist_ok=True)
    left, files = _allowed_bytes(packed_bytes), []
    for at, (name, member) in enumerate(tables, start=1):
        target = folder / f"{at:03}{PurePosixPath(name).suffix.lower()}"
        with packed.open(member) as source, target.open("wb") as into:
            for block in _blocks(source):
                left -= len(block)
                if left < 0:
                    raise Unreadable("unpacks_too_large", largest_bytes=LARGEST_BYTES)
                into.write(block)
        files.append((name, target))
    chosen = {name for name, _ in tables}
    return Unpacked(
        files=tuple(files), left_out=tuple(name for name, _ in members if name not in chosen)
    )


def _allowed_bytes(packed_bytes: int) -> int:
    return min(LARGEST_BYTES, max(_SMALL, packed_bytes * MOST_TIGHTLY))


def _blocks(source: IO[bytes]) -> Iterator[bytes]:
    while block := source.read(_BLOCK):
        yield block


def _name_of(member: ZipInfo) -> str:
    """The last part of a member's name; Windows writes it in CP932 without saying so."""
    name = member.filename
    if not member.flag_bits & _UTF8_NAME:
        try:
            raw = name.encode("cp437")
            name = _decoded_name(raw)
        except UnicodeError:
            name = member.filename
    plain = "".join(char if char.isprintable() else "_" for char in name.replace("\\", "/"))
    return PurePosixPath(plain).name[-_LONGEST_NAME:] or "file"


def _decoded_name(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp932")


def _is_clutter(member: ZipInfo) -> bool:
    """What macOS and Windows put beside every file."""
    parts = PurePosixPath(member.filename.replace("\\", "/")).parts
    return "__MACOSX" in parts or bool(parts and parts[-1] in (".DS_Store", "Thumbs.db"))
