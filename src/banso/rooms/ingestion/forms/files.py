"""Uploaded files looked into: what each holds, and how it would be read."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from banso.rooms.ingestion.actions.imports import Kept, forget_file, keep_file
from banso.rooms.ingestion.points import in_order
from banso.rooms.ingestion.queries.guessing import GUESSED_FROM, guessed_mapping
from banso.rooms.ingestion.queries.mapping import FACT
from banso.rooms.ingestion.queries.offers import Offer, offers_for
from banso.rooms.ingestion.sources import LARGEST_BYTES, Unreadable, open_all, open_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.core.files.uploadedfile import UploadedFile

    from banso.engines.basis.cells import Cell
    from banso.rooms.ingestion.models import Import
    from banso.rooms.ingestion.points import Kind
    from banso.rooms.ingestion.sources import Footer, SourceTable

SAMPLE_ROWS = 2_000
SAMPLE_CELLS = 200_000  # of a very wide file fewer rows are looked at
DEFAULT_KIND = "accounts"
ENCODINGS = {  # as people call them
    "utf-8": "UTF-8", "utf-8-sig": "UTF-8", "utf-16": "UTF-16", "utf-32": "UTF-32",
    "cp932": "Shift_JIS", "euc_jp": "EUC-JP",
    "iso2022_jp": "ISO-2022-JP", "iso2022_jp_ext": "ISO-2022-JP",
}  # fmt: skip


class _Files(forms.ClearableFileInput):
    allow_multiple_selected = True


class _FilesField(forms.FileField):
    """One or more files."""

    def clean(self, given: Any, initial: Any = None) -> Any:
        one = super().clean
        return [one(each, initial) for each in given] if given else one(None, initial)


class UploadForm(forms.Form):
    """The files of one upload."""

    file = _FilesField(label=_("Files"), widget=_Files, allow_empty_file=True)


@dataclass(frozen=True, slots=True)
class Outline:
    """What a page needs to know of a file: its columns and first rows, and what stands below."""

    path: Path
    changed: int
    header: tuple[str, ...]
    rows_at_most: int
    footer: Footer
    encoding: str
    sheet: str
    has_records: bool  # whether some rows only continue the record above

    @property
    def sample(self) -> tuple[tuple[Cell, ...], ...]:
        return _read(self.path, self.changed)[1]

    def column(self, place: int) -> list[Cell]:
        return [row[place] for row in self.sample if place < len(row)]


def outline_of(of: Import) -> Outline:
    """The outline of an import's file. Raises Unreadable, or FileNotFoundError."""
    return outline(Path(settings.MEDIA_ROOT) / of.path)


def table_of(of: Import) -> SourceTable:
    return open_table(Path(settings.MEDIA_ROOT) / of.path)


def outline(path: Path) -> Outline:
    """The outline of a file; a large file is read for it only once."""
    return _outline(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=256)
def _outline(path: Path, changed: int) -> Outline:
    return _read(path, changed)[0]


@lru_cache(maxsize=4)
def _read(path: Path, changed: int) -> tuple[Outline, tuple[tuple[Cell, ...], ...]]:
    """The outline, and the first rows, which are kept for a few files only."""
    table = open_table(path)
    most = max(GUESSED_FROM, min(SAMPLE_ROWS, SAMPLE_CELLS // max(1, len(table.header))))
    rows = list(islice(table.rows(), most))
    found = Outline(
        path=path,
        changed=changed,
        header=table.header,
        rows_at_most=table.rows_at_most,
        footer=table.footer,
        encoding=ENCODINGS.get(table.encoding or "", ""),
        sheet=table.sheet or "",
        has_records=not all(row.starts_record for row in rows),
    )
    return found, tuple(row.cells for row in rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A file out of an upload: kept, with how it would be read; or the reason why it can't be."""

    name: str
    kept: Kept | None = None
    outline: Outline | None = None
    offers: list[Offer] = field(default_factory=list)
    fault: Unreadable | None = None
    is_known: bool = True  # whether the offers come of what the file's columns are called


def arrivals(file: UploadedFile[bytes]) -> list[Arrival]:
    """The files of one upload: itself, or what a ZIP holds."""
    name = file.name or "file"
    if (file.size or 0) > LARGEST_BYTES:
        return [Arrival(name=name, fault=Unreadable("too_large", largest_bytes=LARGEST_BYTES))]
    return arrivals_of(keep_file(file.chunks(), name), name)


def arrivals_of(kept: Kept, name: str) -> list[Arrival]:
    """What a kept file brings. A ZIP itself isn't kept, but the files in it."""
    path = Path(settings.MEDIA_ROOT) / kept.path
    with TemporaryDirectory(prefix="banso-unpacked-") as folder:
        try:
            inside = open_all(path, Path(folder), name=name)
        except Unreadable as fault:
            forget_file(kept)
            return [Arrival(name=name, fault=fault)]
        if inside.files[0][1] == path:
            return [_arrival(kept, name)]
        found = [
            _arrival(keep_file(blocks_of(member), called), called)
            for called, member in inside.files
        ]
    forget_file(kept)
    left_out = [Arrival(name=each, fault=Unreadable("left_out")) for each in inside.left_out]
    return found + left_out


def blocks_of(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            yield block


def _arrival(kept: Kept, name: str) -> Arrival:
    try:
        found = outline(Path(settings.MEDIA_ROOT) / kept.path)
    except Unreadable as fault:
        forget_file(kept)
        return Arrival(name=name, fault=fault)
    sample = found.sample[:GUESSED_FROM]
    offers = offers_for(name, found.header, sample)
    return Arrival(
        name=name,
        kept=kept,
        outline=found,
        offers=offers or [_nearest(found.header, sample)],
        is_known=bool(offers),
    )


def _nearest(header: Sequence[str], sample: Sequence[Sequence[Cell]]) -> Offer:
    """The kind that knows most of the columns, where none has all that it needs."""
    offers = [Offer(kind, guessed_mapping(kind, header, sample)) for kind in in_order()]
    best = max(offers, key=_fields_of)
    if _fields_of(best):
        return best
    return next(offer for offer in offers if offer.kind.key == DEFAULT_KIND)


def offer_of(kind: Kind, name: str, found: Outline) -> Offer:
    """How a file would be read as this kind: as it is known for it, else by its column names."""
    sample = found.sample[:GUESSED_FROM]
    known = offers_for(name, found.header, sample)
    guess = Offer(kind, guessed_mapping(kind, found.header, sample))
    return next((offer for offer in known if offer.kind.key == kind.key), guess)


def _fields_of(offer: Offer) -> int:
    return sum(not target.startswith(FACT) for target in offer.mapping.columns.values())
