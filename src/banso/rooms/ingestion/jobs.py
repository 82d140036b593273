from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.timezone import localdate, now

from banso.kit.acts import Refused
from banso.rooms.identity.models import User
from banso.rooms.ingestion.actions.runs import ImportRun
from banso.rooms.ingestion.models import UNDER_WAY, Import, ImportState
from banso.rooms.ingestion.points import CHECK_REQUESTED, COMMIT_REQUESTED, TAKE_BACK_REQUESTED
from banso.rooms.ingestion.sources import Unreadable, open_table
from banso.rooms.journal.points import reacts_to

if TYPE_CHECKING:
    from banso.rooms.journal.models import Entry

LEASE = timedelta(seconds=30)  # renewed with every batch


def note_given_up(entry: Entry) -> None:
    """Its workers died too often: the import must not look as if it were still under way."""
    of = Import.objects.filter(pk=entry.details["import_id"], state__in=UNDER_WAY).first()
    if of is not None:
        _run_of(of, entry).fail("stopped")


@reacts_to(CHECK_REQUESTED, atomic=False, lease_for=LEASE, otherwise=note_given_up)
def check_file(entry: Entry) -> None:
    """Try the whole file without changing anything."""
    _carry_out(entry, ImportState.CHECKING)


@reacts_to(COMMIT_REQUESTED, atomic=False, lease_for=LEASE, otherwise=note_given_up)
def commit_file(entry: Entry) -> None:
    """Bring the file in."""
    _carry_out(entry, ImportState.COMMITTING)


@reacts_to(TAKE_BACK_REQUESTED, atomic=False, lease_for=LEASE, otherwise=note_given_up)
def take_file_back(entry: Entry) -> None:
    """Undo what the file did."""
    _carry_out(entry, ImportState.TAKING_BACK)


def _run_of(of: Import, entry: Entry) -> ImportRun:
    return ImportRun(of, by=User.objects.get(pk=entry.actor_id or 0), at=now(), on=localdate())


def _carry_out(entry: Entry, state: ImportState) -> None:
    """Run the import that the entry asked for, if it still stands there.

    A file that can't be read and a refusal are noted with it; any other fault is tried again.
    """
    of = Import.objects.filter(pk=entry.details["import_id"], state=state).first()
    if of is None:
        return
    run = _run_of(of, entry)
    try:
        if state == ImportState.TAKING_BACK:
            run.take_back()
            return
        table = open_table(Path(settings.MEDIA_ROOT) / of.path)
        (run.check if state == ImportState.CHECKING else run.commit)(table)
    except FileNotFoundError:
        run.fail("gone")
    except Unreadable as fault:
        run.fail(fault.code, **fault.facts)
    except Refused as refusal:
        run.fail("refused", reason=str(refusal))
