"""Which encoding a text file is in, decided in one fixed order and by the whole file.

Byte order mark, then ISO-2022-JP by its escapes, UTF-8, CP932, EUC-JP: the first that reads every
byte. Only a file that CP932 reads as little but half-width kana, while EUC-JP reads full-width
kana in it, is taken for EUC-JP.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO

from banso.rooms.ingestion.sources.tables import Unreadable

BLOCK_BYTES: Final = 1 << 20

_MARKS: Final = (  # UTF-32 first: its mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ISO_ESCAPE: Final = re.compile(rb"\x1b(?:\$[@B]|\([JI])")
_BINARY_STARTS: Final = (
    b"PK\x03\x04", b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\xd0\xcf\x11\xe0", b"\x1f\x8b",
    b"7z\xbc\xaf", b"Rar!", b"BZh", b"\xfd7zXZ", b"SQLite format 3", b"PAR1", b"{\\rtf",
)  # fmt: skip
_CONTROLS: Final = re.compile("[\x00-\x08\x0e-\x19\x1c\x7f]")
_HALF_KANA_OR_PRIVATE: Final = re.compile("[\uff61-\uff9f\ue000-\uf8ff]")
_FULL_KANA: Final = re.compile("[ぁ-んァ-ヶー]")
_NOT_ASCII: Final = re.compile("[^\x00-\x7f]")
_VENDOR_ROWS: Final = "banso.vendor_rows"

Blocks = Callable[[], Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text, and the encoding (as Python calls it) that it was in."""

    text: str
    encoding: str


def decoded(raw: bytes) -> Decoded:
    """The text of some bytes; `Unreadable` if they are empty, binary, cut short or undecodable."""
    encoding = encoding_of(lambda: [raw])
    return Decoded(raw.decode(encoding, _VENDOR_ROWS), encoding)


def encoding_of_file(path: Path) -> str:
    """The encoding of a file, read in blocks so that its size doesn't matter."""
    return encoding_of(lambda: _blocks(path))


def opened(path: Path, encoding: str) -> TextIO:
    """A file open for reading in an encoding found here, line ends as they are."""
    return path.open(encoding=encoding, errors=_VENDOR_ROWS, newline="")


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(BLOCK_BYTES):
            yield block


def encoding_of(blocks: Blocks) -> str:
    """The encoding in which all blocks, one after the other, are text."""
    start = next(iter(blocks()), b"")
    if not start:
        raise Unreadable("empty")
    if start.startswith(_BINARY_STARTS):
        raise Unreadable("binary")
    marked = [encoding for mark, encoding in _MARKS if start.startswith(mark)]
    if not marked and any(b"\0" in block for block in blocks()):
        raise Unreadable("binary")
    if marked:
        candidates = [marked[0]]
    elif _ISO_ESCAPE.search(start):
        candidates = ["iso2022_jp", "iso2022_jp_ext", "utf-8"]
    else:
        candidates = ["utf-8", "cp932", "euc_jp"]
    encoding = _first_that_reads(candidates, blocks)
    _refuse_controls(start, encoding)
    return encoding


def _first_that_reads(candidates: list[str], blocks: Blocks) -> str:
    whole: list[str] = []
    cut = False
    for encoding in candidates:
        reading = _reading(encoding, blocks)
        if reading == "whole":
            whole.append(encoding)
        cut = cut or reading == "cut"
        if reading != "broken" and encoding not in ("cp932", "euc_jp"):
            break  # what the others read, be it but for the last character, is nothing else
    if whole == ["cp932", "euc_jp"] and _is_rather_euc(next(iter(blocks()))):
        return "euc_jp"
    if not whole:
        raise Unreadable("truncated" if cut else "unknown_encoding")
    return whole[0]


def _reading(encoding: str, blocks: Blocks) -> str:
    """Whether an encoding reads the blocks "whole", has them "cut" in a character, or "broken"."""
    decoder = codecs.getincrementaldecoder(encoding)(_VENDOR_ROWS)
    many_bytes = False
    try:
        for block in blocks():
            many_bytes = not decoder.decode(block).isascii() or many_bytes
    except UnicodeDecodeError:
        return "broken"
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        # A lone strange byte at the end of plain ASCII says nothing about this encoding.
        return "cut" if many_bytes or encoding != "utf-8" else "broken"
    return "whole"


def _is_rather_euc(start: bytes) -> bool:
    as_cp932 = start.decode("cp932", "ignore")
    as_euc = start.decode("euc_jp", "ignore")
    strange = len(_HALF_KANA_OR_PRIVATE.findall(as_cp932))
    kana = len(_FULL_KANA.findall(as_euc))
    return strange * 2 >= len(_NOT_ASCII.findall(as_cp932)) and kana * 5 >= len(
        _NOT_ASCII.findall(as_euc)
    )


def _refuse_controls(start: bytes, encoding: str) -> None:
    text = start.decode(encoding, "ignore")
    if len(_CONTROLS.findall(text)) * 50 > len(text):
        raise Unreadable("binary")


def _vendor_rows(fault: UnicodeError) -> tuple[str, int]:
    """㈱ ① 髙 in EUC-JP and ISO-2022-JP: rows that Windows writes and Python's codecs leave out.

    The same rows are in CP932, where the two bytes of a character are folded differently.
    """
    if not isinstance(fault, UnicodeDecodeError) or fault.encoding not in _JIS_CODECS:
        raise fault
    pair = bytes(byte | 0x80 for byte in fault.object[fault.start : fault.start + 2])
    if len(pair) < 2 or pair[0] not in _ROWS_LEFT_OUT or not 0xA1 <= pair[1] <= 0xFE:
        raise fault
    row, cell = pair[0] - 0xA1, pair[1] - 0xA1
    lead = row // 2 + (0x81 if row < 62 else 0xC1)
    trail = cell + 0x9F if row % 2 else cell + 0x40 + (cell >= 63)
    return bytes((lead, trail)).decode("cp932"), fault.start + 2


_JIS_CODECS: Final = ("euc_jp", "iso2022_jp", "iso2022_jp_ext")
_ROWS_LEFT_OUT: Final = (0xAD, *range(0xF9, 0xFD))  # NEC's row 13, IBM's rows 89 to 92
codecs.register_error(_VENDOR_ROWS, _vendor_rows)
