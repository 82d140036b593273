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
    CHECKS_REQUESTED,
    COLUMNS_CHOSEN,
    COMMIT_REQUESTED,
    COMMITS_REQUESTED,
    FILE_DISCARDED,
    FILE_RECEIVED,
    TAKE_BACK_REQUESTED,
    kinds,
)
from banso.rooms.ingestion.queries import first_problem, may_take_back
from banso.rooms.ingestion.queries.mapping import BadMapping, Mapping, checked
from banso.rooms.ingestion.queries.offers import Offer
from banso.rooms.journal.actions import record

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from banso.rooms.identity.models import User

# where no run has hold of an import, so that its columns can be chosen anew
AT_REST = frozenset(
    {ImportState.RECEIVED, ImportState.CHECKED, ImportState.TAKEN_BACK, ImportState.FAILED}
)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """A kept file: the name it came by, the mark of the files it came with, and what stood below
    its table.
    """

    kept: Kept
    name: str
    together: str = ""
    footer: tuple[str, ...] = ()


@transaction.atomic
def receive_file(
    *, kept: Kept, name: str, kind: str, mapping: Mapping, by: User, at: datetime
) -> Import:
    """Note a file that has been kept, with the kind and mapping guessed for it."""
    of = _noted(Arrived(kept=kept, name=name), Offer(kinds[kind], mapping), by, at)
    record(FILE_RECEIVED, by=by, at=at, file=of.file_name, import_id=of.pk)
    return of


@transaction.atomic
def receive(arrived: Arrived, *, offer: Offer, by: User, at: datetime) -> Import:
    """Note a file that has been kept, and how it would be read."""
    of = _noted(arrived, offer, by, at)
    record(FILE_RECEIVED, by=by, at=at, file=of.file_name, import_id=of.pk)
    return of


def _noted(arrived: Arrived, offer: Offer, by: User, at: datetime) -> Import:
    return Import.objects.create(
        kind=offer.kind.key,
        file_name=arrived.name[:200],
        path=arrived.kept.path,
        sha256=arrived.kept.sha256,
        mapping=offer.mapping.as_json(),
        mapping_name=offer.title[:120],
        together=arrived.together,
        footer=list(arrived.footer),
        by=by,
        received_at=at,
    )


@transaction.atomic
def choose_columns(
    of: Import, *, offer: Offer, header: Sequence[str], by: User, at: datetime
) -> None:
    """Read the columns this way from now on; what an earlier check found is forgotten."""
    checked(offer.kind, offer.mapping, header)
    _rewrite(of, offer)
    record(COLUMNS_CHOSEN, by=by, at=at, file=of.file_name, import_id=of.pk)


@transaction.atomic
def choose_kind(of: Import, *, offer: Offer, by: User, at: datetime) -> None:
    """Take the file for another kind, with a mapping that may still lack something."""
    _rewrite(of, offer)
    record(COLUMNS_CHOSEN, by=by, at=at, file=of.file_name, import_id=of.pk)


def _rewrite(of: Import, offer: Offer) -> None:
    """Set kind and mapping, while no run has hold of the import and nothing of it stands."""
    free = Import.objects.filter(pk=of.pk, state__in=AT_REST)
    if not free.update(state=ImportState.RECEIVED) or _stands(of):
        raise NotNow(_("This import is already under way or done."))
    _restart(of)
    Import.objects.filter(pk=of.pk).update(
        kind=offer.kind.key, mapping=offer.mapping.as_json(), mapping_name=offer.title[:120]
    )


@transaction.atomic
def request_check(
    of: Import, *, kind: str, mapping: Mapping, header: Sequence[str], by: User, at: datetime
) -> None:
    """Read the columns this way and try the whole file without changing anything."""
    if _stands(of):  # its columns are settled
        raise NotNow(_("This import is already under way or done."))
    _choose(of, kind, mapping, header)
    _restart(of)
    _move(of, ImportState.CHECKING)
    record(CHECK_REQUESTED, by=by, at=at, file=of.file_name, import_id=of.pk)


@transaction.atomic
def request_commit(of: Import, *, by: User, at: datetime) -> None:
    """Bring the file in; one that stopped half-way goes on after its last committed batch."""
    _begin_commit(of)
    record(COMMIT_REQUESTED, by=by, at=at, file=of.file_name, import_id=of.pk)


@transaction.atomic
def request_check_of_all(files: Sequence[Import], *, by: User, at: datetime) -> None:
    """Try several files as they would come in one after another, without changing anything."""
    for of in _ready(files):
        _restart(of)
        _move(of, ImportState.CHECKING)
    numbers = [of.pk for of in files]
    record(CHECKS_REQUESTED, by=by, at=at, number=len(files), import_ids=numbers)


@transaction.atomic
def request_commit_of_all(files: Sequence[Import], *, by: User, at: datetime) -> None:
    """Bring several files in, one after another in the order of their kinds."""
    for of in _ready(files):
        _begin_commit(of)
    numbers = [of.pk for of in files]
    record(COMMITS_REQUESTED, by=by, at=at, number=len(files), import_ids=numbers)


@transaction.atomic
def request_take_back(of: Import, *, by: User, at: datetime) -> None:
    """Undo everything this import did, batch by batch, last first."""
    if not may_take_back(of):
        raise NotNow(_("There is nothing of this import to take back."))
    if of.state == ImportState.COMMITTED:  # else an attempt that stopped goes on
        Import.objects.filter(pk=of.pk).update(kept=0)
    _move(of, ImportState.TAKING_BACK)
    record(TAKE_BACK_REQUESTED, by=by, at=at, file=of.file_name, import_id=of.pk)


@transaction.atomic
def discard_file(of: Import, *, by: User, at: datetime) -> None:
    """Forget a file of which nothing was ever brought in, and remove what was uploaded."""
    unused = Import.objects.filter(pk=of.pk, state__in=AT_REST)
    if not unused.update(fault="discarded") or Batch.objects.filter(of=of).exists():
        raise NotNow(_("Rows of this file have been brought in. Take it back instead."))
    unused.delete()
    transaction.on_commit(lambda: forget_file(Kept(of.path, of.sha256)))
    record(FILE_DISCARDED, by=by, at=at, file=of.file_name)


def _ready(files: Sequence[Import]) -> Sequence[Import]:
    """The files, if there are any and each is known how to be read."""
    if not files:
        raise NotNow(_("All of these files are under way or done."))
    for of in files:
        problem = first_problem(of)
        if problem:
            raise BadMapping(f"{of.file_name}: {problem}")
    return files


def _begin_commit(of: Import) -> None:
    batches = Batch.objects.filter(of=of)
    standing = batches.filter(taken_back_at=None).exists()
    if standing and batches.filter(taken_back_at__isnull=False).exists():  # half taken back
        raise NotNow(_("This import is already under way or done."))
    if problem := first_problem(of):  # a colleague may have read the columns otherwise meanwhile
        raise BadMapping(problem)
    if not standing:
        _restart(of)
    _move(of, ImportState.COMMITTING)


def _choose(of: Import, kind: str, mapping: Mapping, header: Sequence[str]) -> None:
    if kind not in kinds:
        raise BadMapping(_("Choose what kind of data the file holds."))
    stated = checked(kinds[kind], mapping, header).as_json()
    same = kind == of.kind and stated == of.mapping
    Import.objects.filter(pk=of.pk).update(
        kind=kind, mapping=stated, mapping_name=of.mapping_name if same else ""
    )


def _stands(of: Import) -> bool:
    """Whether rows that this import brought in are there."""
    return Batch.objects.filter(of=of, taken_back_at=None).exists()


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
