"""What people do with an import: it moves along its life, step by step, and says no otherwise."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest
from django.conf import settings

from banso.kit.models import Job
from banso.rooms.identity.models import User
from banso.rooms.ingestion.actions.imports import (
    NotNow,
    keep_file,
    request_check,
    request_commit,
    request_take_back,
)
from banso.rooms.ingestion.models import MOVES, UNDER_WAY, Batch, Import, ImportState, RowReport
from banso.rooms.ingestion.queries import imports, kind_of, may_go_on, may_take_back, reports
from banso.rooms.ingestion.queries.mapping import BadMapping, Mapping
from banso.rooms.ingestion.queries.wording import fault, finding
from banso.rooms.journal.models import Entry
from tests.factories.dumps import dump_of_all
from tests.factories.ingestion import bring_in, make_import, run_of, table_of, take_back
from tests.factories.when import NOON

pytestmark = pytest.mark.django_db

TEXT = "顧客ID,顧客名\na1,A\na2,\n"


def told() -> list[tuple[str, object]]:
    return [(each.event, each.details) for each in Entry.objects.order_by("pk")]


def check(of: Import, *, by: User, kind: str = "accounts", **columns: str) -> None:
    mapping = Mapping(columns=columns or {"顧客ID": "id", "顧客名": "name"})
    request_check(of, kind=kind, mapping=mapping, header=("顧客ID", "顧客名"), by=by, at=NOON)


def test_a_file_is_kept_under_its_checksum_once(home: Path) -> None:
    first = keep_file([b"a,", b"b\n"], "Customers.CSV")
    again = keep_file([b"a,b\n"], "other.csv")
    digest = sha256(b"a,b\n").hexdigest()
    assert (first, first.sha256) == (again, digest)
    kept = [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
    assert [path.relative_to(settings.MEDIA_ROOT) for path in kept] == [Path(first.path)]
    assert (kept[0].read_bytes(), kept[0].suffix) == (b"a,b\n", ".csv")


def test_a_file_that_breaks_off_while_it_is_kept_leaves_no_finished_file(home: Path) -> None:
    def broken() -> object:
        yield b"a,b\n"
        raise OSError

    with pytest.raises(OSError):  # noqa: PT011
        keep_file(broken(), "a.csv")  # type: ignore[arg-type]
    assert list(Path(settings.MEDIA_ROOT).rglob("*.csv")) == []


def test_a_received_file_waits_for_its_columns(operations: User) -> None:
    of = make_import(TEXT, by=operations, name="x" * 300)
    assert (of.state, of.kind, len(of.file_name)) == ("received", "accounts", 200)
    assert (of.by, of.received_at, of.done_rows) == (operations, NOON, 0)
    assert told() == [("ingestion.file_received", {"file": of.file_name, "import_id": of.pk})]
    assert (str(of), of.under_way) == (of.file_name, False)


def test_each_request_is_an_entry_and_a_job(operations: User) -> None:
    of = make_import(TEXT, by=operations)
    check(of, by=operations)
    run_of(of, by=operations).check(table_of(of))
    request_commit(of, by=operations, at=NOON)
    run_of(of, by=operations).commit(table_of(of))
    of.refresh_from_db()
    request_take_back(of, by=operations, at=NOON)
    events = [event for event, _details in told() if event.startswith("ingestion.")]
    assert events == [
        "ingestion.file_received",
        "ingestion.check_requested",
        "ingestion.commit_requested",
        "ingestion.import_committed",
        "ingestion.take_back_requested",
    ]
    names = Job.objects.filter(name__contains=".ingestion.").order_by("pk")
    jobs = [name.rpartition(".")[2] for name in names.values_list("name", flat=True)]
    assert len(jobs) == 3


@pytest.mark.parametrize(
    ("kind", "columns"),
    [
        ("colours", {"顧客ID": "id", "顧客名": "name"}),
        ("accounts", {"顧客ID": "id"}),
        ("contacts", {"顧客ID": "id", "顧客名": "name"}),
    ],
)
def test_a_mapping_that_cant_be_carries_nothing_on(
    operations: User, kind: str, columns: dict[str, str]
) -> None:
    of = make_import(TEXT, by=operations)
    before = dump_of_all()
    with pytest.raises(BadMapping):
        check(of, by=operations, kind=kind, **columns)
    assert dump_of_all() == before


@pytest.mark.parametrize("state", sorted(ImportState))
def test_only_the_moves_of_the_table_are_made(operations: User, state: str) -> None:
    of = bring_in(TEXT, by=operations)
    requests = {
        ImportState.TAKING_BACK: lambda: request_take_back(of, by=operations, at=NOON),
        ImportState.COMMITTING: lambda: request_commit(of, by=operations, at=NOON),
        ImportState.CHECKING: lambda: check(of, by=operations),
    }
    for goal, request in requests.items():
        Import.objects.filter(pk=of.pk).update(state=state)
        of.refresh_from_db()
        if goal == ImportState.CHECKING:
            Batch.objects.all().delete()
        if goal in MOVES[ImportState(state)]:
            request()
        else:
            with pytest.raises(NotNow):
                request()
        of.refresh_from_db()
        assert of.state == (goal if goal in MOVES[ImportState(state)] else state)


def test_a_stopped_import_can_be_checked_only_while_nothing_of_it_stands(
    operations: User,
) -> None:
    of = bring_in(TEXT, by=operations)
    run_of(of, by=operations).fail("stopped")
    with pytest.raises(NotNow):
        check(of, by=operations)
    assert Batch.objects.filter(of=of).count() == 1


def test_what_is_half_taken_back_can_only_be_taken_back_to_the_end(operations: User) -> None:
    of = bring_in(TEXT, by=operations)
    run_of(of, by=operations).fail("stopped")
    Batch.objects.create(of=of, number=1, committed_at=NOON, taken_back_at=NOON)
    with pytest.raises(NotNow):
        request_commit(of, by=operations, at=NOON)
    of.refresh_from_db()
    assert (may_go_on(of), may_take_back(of)) == (False, True)
    take_back(of, by=operations)
    assert (may_go_on(of), may_take_back(of), of.state) == (False, False, "taken_back")


def test_bringing_in_again_begins_anew_and_going_on_does_not(operations: User) -> None:
    of = bring_in(TEXT, by=operations)
    run_of(of, by=operations).fail("stopped")
    request_commit(of, by=operations, at=NOON)
    of.refresh_from_db()
    assert (of.done_rows, of.rejected, of.fault, RowReport.objects.count()) == (2, 1, "", 1)
    run_of(of, by=operations).commit(table_of(of))
    of.refresh_from_db()
    take_back(of, by=operations)
    request_commit(of, by=operations, at=NOON)
    of.refresh_from_db()
    assert (of.done_rows, of.rejected, of.kept, RowReport.objects.count()) == (0, 0, 0, 0)
    assert (Batch.objects.count(), of.total_rows, of.finished_at) == (0, None, None)


def test_a_run_that_fails_notes_why_and_its_facts(operations: User) -> None:
    of = make_import(TEXT, by=operations)
    request_commit(of, by=operations, at=NOON)
    run_of(of, by=operations).fail("malformed", line=7)
    of.refresh_from_db()
    assert (of.state, of.fault, of.fault_facts, of.finished_at) == (
        *("failed", "malformed", {"line": 7}, NOON),
    )
    assert told()[-1] == (
        "ingestion.import_failed",
        {"import_id": of.pk, "file": "file.csv", "fault": "malformed"},
    )


def test_who_may_not_operate_sees_no_import(
    sakura: User, ken: User, executive: User, operations: User, administrator: User
) -> None:
    of = make_import(TEXT, by=operations)
    seen = [list(imports(viewer)) for viewer in (sakura, ken, executive)]
    assert seen == [[], [], []]
    assert [list(imports(viewer)) for viewer in (operations, administrator)] == [[of], [of]]


def test_the_newest_import_stands_first(operations: User) -> None:
    older, newer = (make_import(TEXT, by=operations) for _number in range(2))
    assert list(imports(operations)) == [newer, older]


def test_reports_stand_in_the_order_of_the_file(operations: User) -> None:
    of = bring_in("顧客ID,顧客名\na1,\na2,A\n,B\n", by=operations)
    assert [report.row_number for report in reports(of)] == [2, 4]
    assert list(reports(of, severity="warned")) == []
    assert (kind_of(of).key, may_take_back(of), may_go_on(of)) == ("accounts", True, False)


def test_findings_and_faults_are_told_in_words(operations: User) -> None:
    of = make_import(TEXT, by=operations)
    stored = {"field": "id", "code": "too_long", "facts": {"longest": 100}}
    assert finding(kind_of(of), stored) == "“Account ID” is longer than 100 characters"
    whole = {"field": "", "code": "database_refused", "facts": {}}
    assert finding(kind_of(of), whole) == "“The row” was refused by the database"
    own = {"field": "plan", "code": "too_small", "facts": {}}
    assert finding(kind_of(of), own) == "“plan” must not be below "
    assert fault("malformed", {"line": 7}).startswith("The file's quotes or characters")
    assert fault("something else", {}) == "something else"


def test_a_running_import_is_under_way() -> None:
    under_way = [state for state in ImportState if Import(state=state).under_way]
    assert set(under_way) == UNDER_WAY


def test_columns_read_otherwise_meanwhile_bring_nothing_in(operations: User) -> None:
    of = make_import(TEXT, by=operations)
    Import.objects.filter(pk=of.pk).update(mapping={"columns": {"顧客ID": "id"}})
    of.refresh_from_db()
    with pytest.raises(BadMapping, match="No column is read as “Account name”"):
        request_commit(of, by=operations, at=NOON)
    of.refresh_from_db()
    assert of.state == ImportState.RECEIVED
