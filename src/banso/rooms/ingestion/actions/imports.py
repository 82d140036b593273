from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from banso.kit.acts import Refused
from banso.rooms.ingestion.models import MOVES, Batch, Import, ImportState, RowReport
from banso.rooms.ingestion.points import (
    CHECK_REQUESTED,
    COMMIT_REQUESTED,
    FILE_RECEIVED,
    TAKE_BACK_REQUESTED,
    kinds,
)
from banso.rooms.ingestion.queries import may_take_back
from banso.rooms.ingestion.queries.mapping import BadMapping, Mapping, checked
from banso.rooms.journal.actions import record

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from banso.rooms.identity.models import User

NOTHING_DONE: dict[str, Any] = {
    "done_rows": 0, "created": 0, "updated": 0, "unchanged": 0, "rejected": 0, "warned": 0,
    "kept": 0, "total_rows": None, "fault": "", "fault_facts": {}, "finished_at": None,
}  # fmt: skip


class NotNow(Refused):
    """The import is at a point where this can't be done."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A file kept below the uploads folder."""

    path: str
    sha256: str


def keep_file(blocks: Iterable[bytes], name: str) -> Kept:
    """Keep a file in the uploads folder under its own checksum, so that a run can read it again."""
    folder = Path(settings.MEDIA_ROOT)
    folder.mkdir(parents=True, exist_ok=True)
    digest = sha256()
    with NamedTemporaryFile(dir=folder, suffix=".part", delete=False) as unfinished:
        try:
            for block in blocks:
                digest.update(block)
                unfinished.write(block)
        except BaseException:
            Path(unfinished.name).unlink()
            raise
    kept = Path(digest.hexdigest()[:2]) / f"{digest.hexdigest()}{Path(name).suffix.lower()[:8]}"
    (folder / kept).parent.mkdir(exist_ok=True)
    Path(unfinished.name).replace(folder / kept)
    return Kept(str(kept), digest.hexdigest())


def forget_file(kept: Kept) -> None:
    """Remove a kept file that turned out unreadable, unless an import was made of it before."""
    if not Import.objects.filter(path=kept.path).exists():
        (Path(settings.MEDIA_ROOT) / kept.path).unlink(missing_ok=True)


@transaction.atomic
def receive_file(
    *, kept: Kept, name: str, kind: str, mapping: Mapping, by: User, at: datetime
) -> Import:
    """Note a file that has been kept, with the kind and mapping guessed for it."""
    of = Import.objects.create(
        kind=kind,
        file_name=name[:200],
        path=kept.path,
        sha256=kept.sha256,
        mapping=mapping.as_json(),
        by=by,
        received_at=at,
    )
    record(FILE_RECEIVED, by=by, at=at, file=of.file_name, import_id=of.pk)
    return of


@transaction.atomic
def request_check(
    of: Import, *, kind: str, mapping: Mapping, header: Sequence[str], by: User, at: datetime
) -> None:
    """Read the columns this way and try the whole file without changing anything."""
    if Batch.objects.filter(of=of, taken_back_at=None).exists():  # its columns are settled
        raise NotNow(_("This import is already under way or done."))
    _choose(of, kind, mapping, header)
    _restart(of)
    _move(of, ImportState.CHECKING)
    record(CHECK_REQUESTED, by=by, at=at, file=of.file_name, import_id=of.pk)


@transaction.atomic
def request_commit(of: Import, *, by: User, at: datetime) -> None:
    """Bring the file in; one that stopped half-way goes on after its last committed batch."""
    batches = Batch.objects.filter(of=of)
    standing = batches.filter(taken_back_at=None).exists()
    if standing and batches.filter(taken_back_at__isnull=False).exists():  # half taken back
        raise NotNow(_("This import is already under way or done."))
    if not standing:
        _restart(of)
    _move(of, ImportState.COMMITTING)
    record(COMMIT_REQUESTED, by=by, at=at, file=of.file_name, import_id=of.pk)


@transaction.atomic
def request_take_back(of: Import, *, by: User, at: datetime) -> None:
    """Undo everything this import did, batch by batch, last first."""
    if not may_take_back(of):
        raise NotNow(_("There is nothing of this import to take back."))
    _move(of, ImportState.TAKING_BACK)
    record(TAKE_BACK_REQUESTED, by=by, at=at, file=of.file_name, import_id=of.pk)


def _choose(of: Import, kind: str, mapping: Mapping, header: Sequence[str]) -> None:
    if kind not in kinds:
        raise BadMapping(_("Choose what kind of data the file holds."))
    stated = checked(kinds[kind], mapping, header)
    Import.objects.filter(pk=of.pk).update(kind=kind, mapping=stated.as_json())


def _restart(of: Import) -> None:
    """Forget the counts and reports of an earlier check or of a commit that was taken back."""
    Batch.objects.filter(of=of, taken_back_at__isnull=False).delete()
    RowReport.objects.filter(of=of).delete()
    Import.objects.filter(pk=of.pk).update(**NOTHING_DONE)


def _move(of: Import, to: ImportState) -> None:
    """Move the import along MOVES; who comes second is told so."""
    sources = [state for state, goals in MOVES.items() if to in goals]
    if not Import.objects.filter(pk=of.pk, state__in=sources).update(state=to, fault=""):
        raise NotNow(_("This import is already under way or done."))
