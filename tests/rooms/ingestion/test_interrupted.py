"""A run that is cut off goes on where it stopped; two runs never write the same batch."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from typing import Any

import pytest

from banso.kit.upsert import Change, TakenBack
from banso.rooms.customers.models import Account, AccountFacts, Contact, Holding
from banso.rooms.identity.models import User
from banso.rooms.ingestion.actions import runs
from banso.rooms.ingestion.actions.imports import request_check, request_commit, request_take_back
from banso.rooms.ingestion.actions.runs import Overtaken
from banso.rooms.ingestion.models import Batch, Import, ImportState, RowReport
from banso.rooms.ingestion.points import Kind, Occasion, Row, kinds
from banso.rooms.ingestion.queries.mapping import Mapping
from banso.rooms.journal.models import Entry
from tests.factories.dumps import dump
from tests.factories.ingestion import (
    bring_in,
    commit,
    counts,
    findings,
    make_import,
    run_of,
    table_of,
    take_back,
)
from tests.factories.people import make_member
from tests.factories.when import NOON

pytestmark = pytest.mark.django_db


class Cut(Exception):
    """The power went."""


class Frail:
    """A kind whose n-th batch is written and then cut off before it is committed."""

    def __init__(self, kind: Kind, *, at_batch: int) -> None:
        self.kind, self.left = kind, at_batch

    def __getattr__(self, name: str) -> Any:
        return getattr(self.kind, name)

    def resolve(self, rows: Sequence[Row], *, coming: Container[str]) -> None:
        self.kind.resolve(rows, coming=coming)

    def put(self, rows: Sequence[Row], occasion: Occasion) -> list[list[Change]]:
        self.left -= 1
        done = self.kind.put(rows, occasion)
        if self.left == 0:
            raise Cut
        return done

    def take_back(self, changes: Sequence[Change], occasion: Occasion) -> TakenBack:
        self.left -= 1
        done = self.kind.take_back(changes, occasion)
        if self.left == 0:
            raise Cut
        return done


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "BATCH_ROWS", 3)


@pytest.fixture(autouse=True)
def member(db: None) -> None:
    make_member(handle="m1")


def cut_off(of: Import, *, by: User, at_batch: int) -> None:
    """Commit, and lose the power while that batch (from 1) is written."""
    request_commit(of, by=by, at=NOON)
    run = run_of(of, by=by)
    run.kind = Frail(run.kind, at_batch=at_batch)
    with pytest.raises(Cut):
        run.commit(table_of(of))


HEADER = "顧客ID,顧客名,親会社ID,担当CSM,席数\n"
ROWS = [
    *("a1,A1,b2,m1,5", "a2,A2,,,", "a3,,,,", "b1,B1,a2,,7", "b2,B2,,m1,"),
    *("a1,again,,,", "b3,,b2,m9,", "c1,C1,b1,,x", "c2,C2,,,1", "c3,C3,a1,m1,3", "c4,C4,,,"),
]
ACCOUNTS = HEADER + "\n".join(ROWS)


def outcome(of: Import) -> dict[str, Any]:
    """All that a finished import left, told without the numbers of rows and imports."""
    accounts = Account.objects.order_by("external_id")
    return {
        "counts": counts(of),
        "progress": (of.state, of.done_rows, of.total_rows),
        "findings": findings(of),
        "accounts": list(accounts.values_list("external_id", "name", "parent__external_id")),
        "facts": list(accounts.values_list("external_id", "facts__whole_01")),
        "held": list(accounts.filter(pk__in=Holding.objects.values("account")).values("name")),
        "batches": [len(batch.changes) for batch in Batch.objects.order_by("number")],
        "numbers": list(Batch.objects.order_by("number").values_list("number", flat=True)),
        "told": [
            each.details | {"import_id": 0}
            for each in Entry.objects.filter(event="ingestion.import_committed")
        ],
    }


def forget(of: Import, *, by: User) -> None:
    take_back(of, by=by)
    Batch.objects.all().delete()
    RowReport.objects.all().delete()


@pytest.fixture
def uninterrupted(operations: User) -> dict[str, Any]:
    """What the file comes to in one go; its rows are gone again."""
    of = bring_in(ACCOUNTS, by=operations)
    whole = outcome(of)
    forget(of, by=operations)
    return whole


@pytest.mark.parametrize(("at_batch", "standing"), [(1, 0), (2, 1), (3, 2), (4, 4)])
def test_a_cut_off_run_resumed_ends_like_an_uninterrupted_one(
    operations: User, uninterrupted: dict[str, Any], at_batch: int, standing: int
) -> None:
    of = make_import(ACCOUNTS, by=operations)
    cut_off(of, by=operations, at_batch=at_batch)
    assert Batch.objects.count() == standing  # every row of the fourth is rejected
    run_of(of, by=operations).commit(table_of(of))
    again = outcome(of)
    assert again.pop("told")[1:] == uninterrupted.pop("told")
    assert again == uninterrupted


def test_of_a_batch_that_was_cut_off_nothing_stays(operations: User) -> None:
    of = make_import(ACCOUNTS, by=operations)
    tables = (Account, AccountFacts, Holding, Batch, RowReport, Import)
    cut_off(of, by=operations, at_batch=3)
    before = dump(*tables)
    of.refresh_from_db()
    assert (of.done_rows, Batch.objects.count(), of.state) == (5, 2, "committing")
    run = run_of(of, by=operations)
    run.kind = Frail(run.kind, at_batch=1)
    with pytest.raises(Cut):
        run.commit(table_of(of))
    assert dump(*tables) == before


def test_a_run_cut_off_twice_still_ends_the_same(
    operations: User, uninterrupted: dict[str, Any]
) -> None:
    of = make_import(ACCOUNTS, by=operations)
    cut_off(of, by=operations, at_batch=2)
    Import.objects.filter(pk=of.pk).update(state=ImportState.FAILED)
    cut_off(of, by=operations, at_batch=2)
    Import.objects.filter(pk=of.pk).update(state=ImportState.FAILED)
    commit(of, by=operations)
    assert outcome(of) | {"told": uninterrupted["told"]} == uninterrupted


def test_a_cut_off_import_can_be_taken_back(operations: User) -> None:
    of = make_import(ACCOUNTS, by=operations)
    cut_off(of, by=operations, at_batch=3)
    run_of(of, by=operations).fail("stopped")
    of.refresh_from_db()
    take_back(of, by=operations)
    assert (Account.objects.count(), Holding.objects.count(), of.state) == (0, 0, "taken_back")


def test_a_cut_off_taking_back_goes_on_with_the_batches_that_stand(operations: User) -> None:
    of = bring_in(ACCOUNTS, by=operations)
    request_take_back(of, by=operations, at=NOON)
    run = run_of(of, by=operations)
    run.kind = Frail(run.kind, at_batch=2)
    with pytest.raises(Cut):
        run.take_back()
    standing = Batch.objects.filter(taken_back_at=None)
    whole = Batch.objects.count()
    assert standing.count() == whole - 1
    run_of(of, by=operations).take_back()
    assert (Account.objects.count(), standing.count()) == (0, 0)


def test_a_run_that_another_one_overtook_writes_nothing(operations: User) -> None:
    of = make_import(ACCOUNTS, by=operations)
    request_commit(of, by=operations, at=NOON)
    slower, quicker = run_of(of, by=operations), run_of(of, by=operations)
    slower.of = Import.objects.get(pk=of.pk)
    quicker.commit(table_of(of))
    tables = (Account, AccountFacts, Holding, Batch, RowReport, Import, Entry)
    before = dump(*tables)
    with pytest.raises(Overtaken):
        slower.commit(table_of(of))
    assert dump(*tables) == before


def test_a_run_overtaken_half_way_stops_at_its_next_batch(operations: User) -> None:
    of = make_import(ACCOUNTS, by=operations)
    cut_off(of, by=operations, at_batch=2)
    run = run_of(of, by=operations)
    Import.objects.filter(pk=of.pk).update(done_rows=6)
    before = dump(Account, Batch, RowReport)
    with pytest.raises(Overtaken):
        run.commit(table_of(of))
    assert dump(Account, Batch, RowReport) == before


def test_a_check_that_was_overtaken_stops(operations: User) -> None:
    of = make_import(ACCOUNTS, by=operations)
    mapping = Mapping.from_json(of.mapping)
    header = table_of(of).header
    request_check(of, kind=of.kind, mapping=mapping, header=header, by=operations, at=NOON)
    run = run_of(of, by=operations)
    Import.objects.filter(pk=of.pk).update(done_rows=3)
    with pytest.raises(Overtaken):
        run.check(table_of(of))
    assert (RowReport.objects.count(), Account.objects.count()) == (0, 0)


def test_a_taking_back_that_was_overtaken_stops(operations: User) -> None:
    of = bring_in(ACCOUNTS, by=operations)
    request_take_back(of, by=operations, at=NOON)
    run = run_of(of, by=operations)
    run_of(of, by=operations).take_back()
    Import.objects.filter(pk=of.pk).update(kept=9)
    with pytest.raises(Overtaken):
        run.take_back()
    of.refresh_from_db()
    assert (of.state, of.kept) == ("taken_back", 9)


def test_two_takers_of_one_batch_undo_it_once(operations: User) -> None:
    of = bring_in(ACCOUNTS, by=operations)
    request_take_back(of, by=operations, at=NOON)
    run = run_of(of, by=operations)
    run.kind = Racing(run.kind, Batch.objects.order_by("number").first())
    with pytest.raises(Overtaken):
        run.take_back()
    assert Batch.objects.filter(taken_back_at=None).count() == 0


class Racing(Frail):
    """A kind during whose first undoing somebody else undoes that batch."""

    def __init__(self, kind: Kind, batch: Batch | None) -> None:
        super().__init__(kind, at_batch=-1)
        self.batch = batch

    def take_back(self, changes: Sequence[Change], occasion: Occasion) -> TakenBack:
        assert self.batch is not None
        Batch.objects.filter(pk=self.batch.pk).update(taken_back_at=NOON)
        return self.kind.take_back(changes, occasion)


@pytest.fixture
def frail_contacts() -> Iterator[Frail]:
    """The kind of contacts, whose first batch fails once."""
    whole = kinds["contacts"]
    frail = Frail(whole, at_batch=1)
    kinds["contacts"] = frail
    yield frail
    kinds["contacts"] = whole


def test_a_fault_of_a_kind_is_not_taken_for_a_bad_row(
    operations: User, frail_contacts: Frail
) -> None:
    bring_in("顧客ID,顧客名\na1,A\n", by=operations)
    with pytest.raises(Cut):
        bring_in("担当者ID,顧客ID,氏名\nc1,a1,林\n", by=operations)
    assert (Contact.objects.count(), RowReport.objects.count()) == (0, 0)
