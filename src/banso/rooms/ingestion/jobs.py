from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.timezone import localdate, now
from django.utils.translation import override

from banso.kit import jobs
from banso.kit.acts import Refused
from banso.kit.rows import writing_many
from banso.rooms.identity.actions import system_user
from banso.rooms.identity.models import User
from banso.rooms.ingestion import queries
from banso.rooms.ingestion.actions.corrections import reopen_rows, settle_corrections
from banso.rooms.ingestion.actions.imports import (
    Arrived,
    Kept,
    forget_file,
    keep_file,
    receive,
    request_commit_of_all,
)
from banso.rooms.ingestion.actions.runs import ImportRun
from banso.rooms.ingestion.actions.together import MOST_ROWS, TogetherRun
from banso.rooms.ingestion.forms.ahead import read_elsewhere
from banso.rooms.ingestion.forms.files import Arrival, arrivals_of, blocks_of, table_of
from banso.rooms.ingestion.models import UNDER_WAY, Import, ImportState
from banso.rooms.ingestion.points import (
    CHECK_REQUESTED,
    CHECKS_REQUESTED,
    COMMIT_REQUESTED,
    COMMITS_REQUESTED,
    ROWS_CORRECTED,
    TAKE_BACK_REQUESTED,
)
from banso.rooms.ingestion.queries.mapping import checked
from banso.rooms.ingestion.queries.wording import fault
from banso.rooms.ingestion.sources import Unreadable
from banso.rooms.ingestion.sources.folder import DONE, FAILED, put_away, settled_files
from banso.rooms.journal.points import reacts_to

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from banso.rooms.ingestion.sources import SourceTable
    from banso.rooms.ingestion.sources.folder import FolderFile
    from banso.rooms.journal.models import Entry

LEASE = timedelta(seconds=30)  # renewed with every batch
LONG_LEASE = timedelta(minutes=10)  # of work that can't show how far it has come
MANY_ROWS = 50_000  # from which a second process is worth its start
MANY_AT_ONCE = 20_000  # rows of so long a file that are written together
KEEP_UPLOADS = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Brought:
    """A file of the folder: what it holds, or why it can't be taken."""

    file: FolderFile
    arrivals: list[Arrival]
    problem: str


def note_given_up(entry: Entry) -> None:
    """Its workers died too often: the import must not look as if it were still under way."""
    of = Import.objects.filter(pk=entry.details["import_id"], state__in=UNDER_WAY).first()
    if of is not None:
        _run_of(of, entry).fail("stopped")
    _follow_corrections(entry.details["import_id"])


def note_all_given_up(entry: Entry) -> None:
    """The same for files that went together: the first has stopped, the others wait for it."""
    standing = _together(entry, *UNDER_WAY)
    for of in standing[:1]:
        _run_of(of, entry).fail("stopped")
    for of in standing[1:]:
        _run_of(of, entry).fail("earlier_stopped", file=standing[0].file_name)


@reacts_to(CHECK_REQUESTED, atomic=False, lease_for=LEASE, otherwise=note_given_up)
def check_file(entry: Entry) -> None:
    """Try the whole file without changing anything."""
    _carry_out(entry, entry.details["import_id"], ImportState.CHECKING)


@reacts_to(COMMIT_REQUESTED, atomic=False, lease_for=LEASE, otherwise=note_given_up)
def commit_file(entry: Entry) -> None:
    """Bring the file in."""
    _carry_out(entry, entry.details["import_id"], ImportState.COMMITTING)


@reacts_to(TAKE_BACK_REQUESTED, atomic=False, lease_for=LEASE, otherwise=note_given_up)
def take_file_back(entry: Entry) -> None:
    """Undo what the file did."""
    _carry_out(entry, entry.details["import_id"], ImportState.TAKING_BACK)


@reacts_to(ROWS_CORRECTED, atomic=False, lease_for=LEASE, otherwise=note_given_up)
def commit_corrections(entry: Entry) -> None:
    """Bring corrected rows in."""
    _carry_out(entry, entry.details["import_id"], ImportState.COMMITTING)


@reacts_to(CHECKS_REQUESTED, atomic=False, lease_for=LONG_LEASE, otherwise=note_all_given_up)
def check_files(entry: Entry) -> None:
    """Try the files as they would come in one after another; very large ones each by itself."""
    tables = [(of, _table(of, entry)) for of in _together(entry, ImportState.CHECKING)]
    readable = [(of, table) for of, table in tables if table is not None]
    if sum(table.rows_at_most for _of, table in readable) > MOST_ROWS:
        for of, _table_again in readable:
            _carry_out(entry, of.pk, ImportState.CHECKING)
        return
    by = User.objects.get(pk=entry.actor_id or 0)
    TogetherRun(by=by, at=now(), on=localdate()).check(readable)


@reacts_to(COMMITS_REQUESTED, atomic=False, lease_for=LEASE, otherwise=note_all_given_up)
def commit_files(entry: Entry) -> None:
    """Bring the files in one after another, whichever worker does it; one that stops stops those
    after it.
    """
    for of in _together(entry, ImportState.COMMITTING):
        _carry_out(entry, of.pk, ImportState.COMMITTING)
        of.refresh_from_db()
        if of.state == ImportState.FAILED:
            for later in _together(entry, ImportState.COMMITTING):
                _run_of(later, entry).fail("earlier_stopped", file=of.file_name)


@jobs.job(every=timedelta(minutes=1), atomic=False, lease_for=LONG_LEASE)
def look_into_folder() -> None:
    """Take what has arrived in the folder, unless files taken before are still coming in."""
    folder = settings.BANSO.inbox
    busy = Import.objects.filter(together__startswith=queries.FOLDER, state__in=UNDER_WAY)
    if not folder or not Path(folder).is_dir() or busy.exists():
        return  # a folder that isn't there is told on the page of imports
    at = now()
    with override(settings.LANGUAGE_CODE):
        found = [_brought(file) for file in settled_files(Path(folder), at=at)]
        _take_in([each for each in found if not each.problem], at=at)
        for each in found:
            into = FAILED if each.problem else DONE
            put_away(each.file.path, into, on=localdate(at), reason=each.problem)
            _forget_unused(each)


@jobs.job(every=timedelta(days=1), atomic=False)
def remove_old_uploads() -> None:
    """Uploaded files that no import needs any more: taken back, discarded, or cut short long
    ago.
    """
    since = now() - KEEP_UPLOADS
    needed = queries.needed_paths(since=since)
    folder = Path(settings.MEDIA_ROOT)
    for path in folder.rglob("*"):
        old = path.is_file() and path.stat().st_mtime < since.timestamp()
        if old and str(path.relative_to(folder)) not in needed:
            path.unlink(missing_ok=True)


def _brought(file: FolderFile) -> Brought:
    """What a file of the folder holds. Of one that was taken before a crash nothing is left to
    take.
    """
    if Import.objects.filter(together=f"{queries.FOLDER}{file.mark}").exists():
        return Brought(file, [], "")
    found = arrivals_of(keep_file(blocks_of(file.path), file.path.name), file.path.name)
    problems = (_problem(each) for each in found)
    return Brought(file, found, next((words for words in problems if words), ""))


def _problem(arrival: Arrival) -> str:
    """Why a file can't be brought in without a person, as a sentence; or ""."""
    if arrival.fault is not None:
        is_beside = arrival.fault.code == "left_out"
        words = "" if is_beside else fault(arrival.fault.code, arrival.fault.facts)
    elif not arrival.is_known:
        words = fault("unknown_kind", {})
    else:
        words = _refusal(arrival)
    return words and f"{arrival.name}: {words}"


def _refusal(arrival: Arrival) -> str:
    try:
        for offer in arrival.offers:
            checked(offer.kind, offer.mapping, arrival.outline.header if arrival.outline else ())
    except Refused as refusal:
        return str(refusal)
    return ""


def _take_in(found: Sequence[Brought], *, at: datetime) -> None:
    """Receive the files and ask for them to be brought in, all in one transaction."""
    with transaction.atomic():
        jobs.renew(done_steps=0, total_steps=len(found))
        by = system_user(at=at)
        received = [
            receive(_arrived(each, arrival), offer=offer, by=by, at=at)
            for each in found
            for arrival in each.arrivals
            for offer in arrival.offers
        ]
        if received:
            request_commit_of_all(queries.in_turn(received), by=by, at=at)


def _arrived(brought: Brought, arrival: Arrival) -> Arrived:
    return Arrived(
        kept=arrival.kept or Kept("", ""),
        name=arrival.name,
        together=f"{queries.FOLDER}{brought.file.mark}",
        footer=arrival.outline.footer.lines if arrival.outline else (),
    )


def _forget_unused(brought: Brought) -> None:
    """Copies of what could not be taken are of no use."""
    for arrival in brought.arrivals:
        if arrival.kept is not None:
            forget_file(arrival.kept)


def _together(entry: Entry, *states: str) -> list[Import]:
    """The files that the entry asked for together, those in these states, in turn."""
    asked = Import.objects.filter(pk__in=entry.details["import_ids"], state__in=states)
    return queries.in_turn(asked)


def _run_of(of: Import, entry: Entry) -> ImportRun:
    return ImportRun(of, by=User.objects.get(pk=entry.actor_id or 0), at=now(), on=localdate())


def _table(of: Import, entry: Entry) -> SourceTable | None:
    """The import's file; one that can't be read any more stops the import."""
    try:
        return table_of(of)
    except FileNotFoundError:
        _run_of(of, entry).fail("gone")
    except Unreadable as fault:
        _run_of(of, entry).fail(fault.code, **fault.facts)
    return None


def _carry_out(entry: Entry, import_id: int, state: ImportState) -> None:
    """Run the import that the entry asked for, if it still stands there."""
    of = Import.objects.filter(pk=import_id, state=state).first()
    if of is not None:
        _run(of, entry, state)
    _follow_corrections(import_id)


def _run(of: Import, entry: Entry, state: ImportState) -> None:
    """A file that can't be read and a refusal are noted with it; any other fault is tried again."""
    run = _run_of(of, entry)
    try:
        if state == ImportState.TAKING_BACK:
            run.take_back()
            return
        table = _table(of, entry)
        if table is not None:
            go = run.check if state == ImportState.CHECKING else run.commit
            if table.rows_at_most < MANY_ROWS:
                go(table)
                return
            run.read_elsewhere = read_elsewhere(of, at_once=MANY_AT_ONCE)
            run.batch_rows = MANY_AT_ONCE
            with writing_many():
                go(table)
    except Unreadable as fault:
        run.fail(fault.code, **fault.facts)
    except Refused as refusal:
        run.fail("refused", reason=str(refusal))


def _follow_corrections(import_id: int) -> None:
    """Where corrected rows have come in, those still wrong wait again with the file they came in;
    where they have not, all of them do.
    """
    again = Import.objects.filter(pk=import_id, corrects__isnull=False).first()
    if again is None:
        return
    if again.state == ImportState.COMMITTED:
        settle_corrections(again, numbers=[row.number for row in table_of(again).rows()])
    elif not again.under_way:
        reopen_rows(again)
