"""The worker's side of an import: requests are carried out, faults noted, and gone on from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.timezone import now  # noqa: TID251  a worker's clock is the real one

from banso.kit import jobs
from banso.kit.models import Job, JobState
from banso.kit.upsert import Change, TakenBack
from banso.rooms.customers.models import SLOT_COUNTS, Account, FactType
from banso.rooms.identity.models import User
from banso.rooms.ingestion import jobs as ingestion_jobs
from banso.rooms.ingestion.actions.imports import (
    request_check,
    request_commit,
    request_take_back,
)
from banso.rooms.ingestion.actions.kinds.contacts import ContactsKind
from banso.rooms.ingestion.forms.ahead import read_elsewhere
from banso.rooms.ingestion.models import Batch, Import, ImportState, RowReport
from banso.rooms.ingestion.points import Occasion, Row, kinds
from banso.rooms.ingestion.queries.mapping import Mapping
from banso.rooms.ingestion.queries.reading import plan
from banso.rooms.ingestion.queries.surveying import counted, keyed_rows
from banso.rooms.ingestion.queries.wording import fault
from tests.factories.customers import make_account, make_fact
from tests.factories.ingestion import counts, make_import, table_of
from tests.factories.when import NOON

pytestmark = pytest.mark.django_db

TEXT = "顧客ID,顧客名\na1,A\na2,\n"
CONTACTS = "担当者ID,顧客ID,氏名\nc1,a1,林\n"


def check(of: Import, *, by: User) -> None:
    mapping = Mapping.from_json(of.mapping)
    header = table_of(of).header
    request_check(of, kind=of.kind, mapping=mapping, header=header, by=by, at=NOON)


def state(of: Import) -> str:
    jobs.work_off()
    of.refresh_from_db()
    return of.state


def outcome(of: Import) -> str:
    """Where the import ends when every retry has been made, without waiting for it."""
    while Job.objects.filter(state=JobState.WAITING, name__contains=".ingestion.").exists():
        Job.objects.filter(state=JobState.WAITING).update(run_after=NOON)
        state(of)
    return state(of)


def errors() -> list[str]:
    """The last line of each failed or waiting job's error, of imports alone."""
    found = Job.objects.filter(name__contains=".ingestion.").exclude(error="").order_by("pk")
    return [error.strip().splitlines()[-1] for error in found.values_list("error", flat=True)]


def test_a_worker_checks_commits_and_takes_back(operations: User) -> None:
    of = make_import(TEXT, by=operations)
    check(of, by=operations)
    assert (state(of), Account.objects.count()) == ("checked", 0)
    request_commit(of, by=operations, at=NOON)
    assert (state(of), Account.objects.count()) == ("committed", 1)
    assert counts(of) == {"created": 1, "rejected": 1}
    request_take_back(of, by=operations, at=NOON)
    assert (state(of), Account.objects.count()) == ("taken_back", 0)
    assert errors() == []


def test_a_long_file_is_read_by_another_process_to_the_same_end(
    operations: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    of = make_import("顧客ID,顧客名,席数\na1,A,3\na2,,x\na1,again,\na3,C\n", by=operations)
    table, mapping = table_of(of), Mapping.from_json(of.mapping)
    by = plan(kinds[of.kind], mapping, table.header, currency="JPY")
    assert list(read_elsewhere(of, at_once=2)()) == list(keyed_rows(counted(table, mapping), by))
    monkeypatch.setattr(ingestion_jobs, "MANY_ROWS", 1)
    request_commit(of, by=operations, at=NOON)
    assert state(of) == "committed"
    assert counts(of) == {"created": 2, "rejected": 2}


def test_a_worker_shows_how_far_it_has_come(operations: User) -> None:
    of = make_import(TEXT, by=operations)
    request_commit(of, by=operations, at=NOON)
    state(of)
    done = Job.objects.get(name__contains="commit_file")
    assert (done.state, done.done_steps, done.total_steps) == (JobState.DONE, 2, 2)


def test_a_second_job_of_the_same_request_does_nothing(operations: User) -> None:
    of = make_import(TEXT, by=operations)
    request_commit(of, by=operations, at=NOON)
    Job.objects.get(name__contains="commit_file")
    first = Job.objects.get(name__contains="commit_file")
    Job.objects.create(name=first.name, arguments=first.arguments, run_after=NOON, enqueued_at=NOON)
    assert (state(of), Batch.objects.count(), Account.objects.count()) == ("committed", 1, 1)
    assert errors() == []


def test_a_file_that_became_unreadable_stops_the_import_with_its_reason(operations: User) -> None:
    of = make_import(TEXT, by=operations)
    request_commit(of, by=operations, at=NOON)
    (Path(settings.MEDIA_ROOT) / of.path).write_bytes(b"PK\x03\x04" + bytes(60))
    assert (state(of), of.fault, Account.objects.count()) == ("failed", "truncated", 0)
    assert errors() == []


def test_a_file_that_is_gone_stops_the_import(operations: User) -> None:
    of = make_import(TEXT, by=operations)
    request_commit(of, by=operations, at=NOON)
    (Path(settings.MEDIA_ROOT) / of.path).unlink()
    assert (state(of), of.fault, Account.objects.count()) == ("failed", "gone", 0)


def test_attributes_that_no_longer_fit_stop_the_import_with_a_sentence(operations: User) -> None:
    of = make_import("顧客ID,顧客名,点\na1,A,4.5\n", by=operations)
    request_commit(of, by=operations, at=NOON)
    for number in range(SLOT_COUNTS["real"]):
        make_fact(f"real {number}", FactType.REAL)
    assert (state(of), Account.objects.count()) == ("failed", 0)
    assert fault(of.fault, of.fault_facts).startswith("No more attributes of the type “Number” fit")


class Failing(ContactsKind):
    """Contacts that can't be put or taken back while `broken`."""

    broken = True

    def put(self, rows: Sequence[Row], occasion: Occasion) -> list[list[Change]]:
        if self.broken:
            raise ZeroDivisionError
        return super().put(rows, occasion)

    def take_back(self, changes: Sequence[Change], occasion: Occasion) -> TakenBack:
        if self.broken:
            raise ZeroDivisionError
        return super().take_back(changes, occasion)


@pytest.fixture
def failing(operations: User) -> Iterator[Failing]:
    make_account(external_id="a1")
    sound = kinds["contacts"]
    kinds["contacts"] = Failing()
    yield kinds["contacts"]
    kinds["contacts"] = sound


def test_an_unexpected_fault_stops_the_import_which_can_go_on(
    operations: User, failing: Failing
) -> None:
    of = make_import(CONTACTS, by=operations)
    request_commit(of, by=operations, at=NOON)
    assert (outcome(of), of.fault, errors()) == ("failed", "stopped", ["ZeroDivisionError"])
    failing.broken = False
    request_commit(of, by=operations, at=NOON)
    assert (state(of), of.fault, counts(of)) == ("committed", "", {"created": 1})


class Raced(ContactsKind):
    """Contacts during whose first batch another run goes on."""

    def put(self, rows: Sequence[Row], occasion: Occasion) -> list[list[Change]]:
        Import.objects.update(done_rows=1)
        return super().put(rows, occasion)


def test_a_worker_that_was_overtaken_leaves_the_import_to_the_other(
    operations: User, failing: Failing
) -> None:
    kinds["contacts"] = Raced()
    of = make_import(CONTACTS, by=operations)
    request_commit(of, by=operations, at=NOON)
    assert (state(of), of.fault, Batch.objects.count()) == ("committing", "", 0)
    assert [error.partition(":")[0].rpartition(".")[2] for error in errors()] == ["Overtaken"]


def test_a_fault_that_passes_is_overcome_by_the_retry(operations: User, failing: Failing) -> None:
    of = make_import(CONTACTS, by=operations)
    request_commit(of, by=operations, at=NOON)
    assert (state(of), errors()) == ("committing", ["ZeroDivisionError"])
    failing.broken = False
    assert (outcome(of), errors()) == ("committed", [])


def test_a_taking_back_that_stopped_can_be_asked_for_again(
    operations: User, failing: Failing
) -> None:
    failing.broken = False
    of = make_import(CONTACTS, by=operations)
    request_commit(of, by=operations, at=NOON)
    state(of)
    failing.broken = True
    request_take_back(of, by=operations, at=NOON)
    assert (outcome(of), Batch.objects.filter(taken_back_at=None).count()) == ("failed", 1)
    failing.broken = False
    request_take_back(of, by=operations, at=NOON)
    assert (state(of), of.kept) == ("taken_back", 0)


def test_a_check_that_stops_says_so(operations: User, failing: Failing) -> None:
    of = make_import(CONTACTS, by=operations)
    check(of, by=operations)
    assert (outcome(of), of.fault, RowReport.objects.count()) == ("failed", "stopped", 0)


@pytest.mark.parametrize("asked", ["check", "commit", "take back"])
def test_when_its_workers_died_too_often_the_import_is_stopped(
    operations: User, asked: str
) -> None:
    of = make_import(TEXT, by=operations)
    if asked == "take back":
        request_commit(of, by=operations, at=NOON)
        state(of)
        request_take_back(of, by=operations, at=NOON)
    elif asked == "commit":
        request_commit(of, by=operations, at=NOON)
    else:
        check(of, by=operations)
    dead = Job.objects.filter(name__contains=".ingestion.", state=JobState.WAITING)
    long_ago = now() - timedelta(hours=1)
    dead.update(state=JobState.RUNNING, lease_until=long_ago, attempts=9)
    assert (state(of), of.fault, errors()) == ("failed", "stopped", ["Its workers died too often."])


def test_a_job_given_up_after_its_import_ended_changes_nothing(operations: User) -> None:
    of = make_import(TEXT, by=operations)
    request_commit(of, by=operations, at=NOON)
    Import.objects.update(state=ImportState.COMMITTED)
    Job.objects.filter(name__contains="commit_file").update(
        state=JobState.RUNNING, lease_until=now() - timedelta(hours=1), attempts=9
    )
    assert (state(of), of.fault) == ("committed", "")
