"""A file checked and committed: exact counts, nothing twice, parents before children."""

from __future__ import annotations

from datetime import timedelta

import pytest

from banso.rooms.customers.models import SLOT_COUNTS, Account, FactDefinition, Holding
from banso.rooms.identity.models import User
from banso.rooms.ingestion.actions import runs
from banso.rooms.ingestion.models import Batch, Import, ImportState, RowReport
from banso.rooms.journal.models import Entry
from banso.rooms.people.models import Member
from tests.factories.customers import make_account
from tests.factories.dumps import dump_of_all
from tests.factories.ingestion import (
    bring_in,
    check,
    commit,
    counts,
    findings,
    make_import,
    run_of,
    table_of,
)
from tests.factories.people import make_member
from tests.factories.when import NOON, TODAY

pytestmark = pytest.mark.django_db

ACCOUNTS = """顧客ID,顧客名,業種,担当CSM,プラン
a1,A,製造,m1,Pro
a2,B,,m1,
a3,,小売,,
a1,again,,,
a4,D,,m2,
"""


@pytest.fixture(autouse=True)
def csm(db: None) -> Member:
    return make_member(handle="m1")


def said(of: Import) -> dict[str, object]:
    """The last entry of the import, without its id."""
    entry = Entry.objects.filter(details__import_id=of.pk).order_by("pk").last()
    assert entry is not None
    return {"event": entry.event} | {k: v for k, v in entry.details.items() if k != "import_id"}


def test_every_row_is_counted_once_and_every_reason_kept(operations: User) -> None:
    of = bring_in(ACCOUNTS, by=operations)
    assert counts(of) == {"created": 3, "rejected": 2, "warned": 1}
    assert findings(of) == [
        (4, "rejected", [("name", "missing")]),
        (5, "rejected", [("id", "repeated_id")]),
        (6, "warned", [("csm", "unknown_member")]),
    ]
    assert RowReport.objects.get(row_number=5).findings[0]["facts"] == {"first": 2}
    assert (of.state, of.done_rows, of.total_rows) == ("committed", 5, 5)
    assert (of.finished_at, Batch.objects.count()) == (NOON, 1)
    assert said(of) == {
        "event": "ingestion.import_committed",
        "file": "file.csv",
        "created": 3,
        "updated": 0,
        "rejected": 2,
    }


def test_the_same_file_again_changes_nothing(operations: User) -> None:
    bring_in(ACCOUNTS, by=operations)
    apart = (Import, RowReport, Batch, Entry)
    before = dump_of_all(but=apart)
    of = bring_in(ACCOUNTS, by=operations, on=TODAY + timedelta(days=1))
    assert counts(of) == {"unchanged": 3, "rejected": 2, "warned": 1}
    after = dump_of_all(but=apart)
    assert after.pop("kit.job") != before.pop("kit.job")  # the commits that were asked for
    assert after == before
    assert Batch.objects.get(of=of).changes == []


def test_a_row_that_says_something_new_is_an_update(operations: User) -> None:
    make_member(handle="m2")
    bring_in("顧客ID,顧客名,担当CSM,プラン\na1,A,m1,Pro\na2,B,m1,Pro\na3,C,m1,Pro\n", by=operations)
    of = bring_in(
        "顧客ID,顧客名,担当CSM,プラン\na1,AA,m1,Pro\na2,B,m2,Pro\na3,C,m1,Max\n", by=operations
    )
    assert counts(of) == {"updated": 3}


def test_columns_that_are_absent_leave_their_fields_alone(operations: User) -> None:
    bring_in(ACCOUNTS, by=operations)
    before = Account.objects.filter(external_id="a1").values().get()
    of = bring_in("顧客ID,顧客名\na1,A\n", by=operations)
    assert counts(of) == {"unchanged": 1}
    assert Account.objects.filter(external_id="a1").values().get() == before


def test_empty_cells_clear_their_fields(operations: User) -> None:
    bring_in(ACCOUNTS, by=operations)
    of = bring_in("顧客ID,顧客名,業種,担当CSM,プラン\na1,A,,,\n", by=operations)
    assert counts(of) == {"updated": 1}
    account = Account.objects.select_related("facts").get(external_id="a1")
    slot = FactDefinition.objects.get(key="プラン").slot
    assert (account.industry, getattr(account.facts, slot)) == ("", None)
    assert list(Holding.objects.filter(account=account, to_on=None)) == []


def test_a_check_counts_what_a_commit_would_do_and_changes_nothing(operations: User) -> None:
    of = make_import(ACCOUNTS, by=operations)
    apart = (Import, RowReport)
    before = dump_of_all(but=apart)
    Import.objects.update(state=ImportState.CHECKING)
    run_of(of, by=operations).check(table_of(of))
    assert dump_of_all(but=apart) == before
    of.refresh_from_db()
    assert (of.state, of.done_rows, of.total_rows) == ("checked", 5, 5)
    told, found = counts(of), findings(of)
    assert (told, found[0][0]) == ({"created": 3, "rejected": 2, "warned": 1}, 4)
    commit(of, by=operations)
    assert (counts(of), findings(of)) == (told, found)


def test_a_checked_file_can_be_checked_again_with_other_columns(operations: User) -> None:
    of = check(make_import(ACCOUNTS, by=operations), by=operations)
    of.refresh_from_db()
    of.mapping = {"columns": {"顧客ID": "id", "業種": "name"}}
    check(of, by=operations)
    assert [found[0] for found in findings(of)] == [3, 5, 6]
    assert [(of.state, Batch.objects.count(), Account.objects.count())] == [("checked", 0, 0)]


FAMILY = "顧客ID,顧客名,親会社ID\nc,C,b\nb,B,a\na,A,top\nx,X,y\ny,Y,x\nz,Z,z\n"


def parents() -> dict[str, str | None]:
    return dict(Account.objects.values_list("external_id", "parent__external_id"))


def test_parents_come_before_their_children_in_any_order_of_the_file(operations: User) -> None:
    make_account(external_id="top")
    of = bring_in(FAMILY, by=operations)
    assert parents() == {"top": None, "a": "top", "b": "a", "c": "b"}
    assert counts(of) == {"created": 3, "rejected": 3}
    assert findings(of) == [(row, "rejected", [("parent", "own_ancestor")]) for row in (5, 6, 7)]


def test_a_check_knows_the_parents_that_come_with_the_file(operations: User) -> None:
    make_account(external_id="top")
    of = make_import(FAMILY, by=operations)
    check(of, by=operations)
    assert counts(of) == {"created": 3, "rejected": 3}


def test_parents_are_found_across_batches(
    operations: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "BATCH_ROWS", 1_000)
    rows = 1_500
    lines = [f"c{number},C{number},p{number}" for number in range(rows)]
    lines += [f"p{number},P{number}," for number in reversed(range(rows))]
    text = "\n".join(["顧客ID,顧客名,親会社ID", *lines])
    of = bring_in(text, by=operations)
    assert counts(of) == {"created": 2 * rows}
    found = parents()
    assert [name for name in found if found[name] != f"p{name[1:]}"] == [
        name for name in found if name[0] == "p"
    ]
    assert list(Batch.objects.order_by("number").values_list("number", flat=True)) == [0, 1, 2, 3]


def test_ragged_rows_are_filled_up_or_rejected(operations: User) -> None:
    of = bring_in("顧客ID,顧客名,業種\na1,A\na2,B,製造,\na3,C,小売,x\n\n", by=operations)
    assert findings(of) == [(4, "rejected", [("", "too_many_cells")])]
    assert RowReport.objects.get().cells == ["a3", "C", "小売", "x"]
    industries = Account.objects.order_by("external_id").values_list("external_id", "industry")
    assert list(industries) == [("a1", ""), ("a2", "製造")]


def test_a_file_of_nothing_but_a_header_brings_nothing(operations: User) -> None:
    of = bring_in("顧客ID,顧客名\n", by=operations)
    assert (counts(of), of.state, Batch.objects.count()) == ({}, "committed", 0)


MEMBERS = "社員ID,氏名,退職日\n"


def test_rows_that_the_database_refuses_are_rejected_alone(operations: User) -> None:
    for number in (3, 7):
        make_member(handle=f"h{number}", joined_on=TODAY)
    lines = [f"h{number},H{number},2020-01-01" for number in range(10)]
    of = bring_in(MEMBERS + "\n".join(lines), by=operations)
    assert counts(of) == {"created": 8, "rejected": 2}
    assert findings(of) == [(row, "rejected", [("", "database_refused")]) for row in (5, 9)]
    assert Member.objects.filter(left_on__isnull=False).count() == 8


def test_a_file_with_more_attributes_than_fit_is_refused_whole(operations: User) -> None:
    labels = ",".join(f"列{number}" for number in range(14))
    text = f"顧客ID,顧客名,{labels}\na1,A,{','.join(['はい'] * 14)}\n"
    of = make_import(text, by=operations)
    kept = [target for target in of.mapping["columns"].values() if target == "fact:flag"]
    assert len(kept) == SLOT_COUNTS["flag"]
    assert counts(commit(of, by=operations)) == {"created": 1}


@pytest.mark.parametrize(
    ("text", "rejected"),
    [
        ("a1,A,x,\na2,B,1,a1\na3,C,1,a2\na4,D,1,\na5,E,1,a4\n", (2, 3, 4)),
        ("a5,E,1,a4\na4,D,1,top\n", (3, 2)),
        ("a1,A,1,\na2,B,1,a1\na1,A,1,\n", (4,)),  # the first a1 comes all the same
    ],
)
def test_a_check_rejects_the_children_of_rows_that_it_rejects_as_bringing_in_does(
    operations: User, text: str, rejected: tuple[int, ...]
) -> None:
    text = f"顧客ID,顧客名,従業員数,親会社ID\n{text}"
    of = make_import(text, by=operations)
    check(of, by=operations)
    assert {row for row, *_told in findings(of)} == set(rejected)
    again = bring_in(text, by=operations)
    assert (findings(again), counts(again)) == (findings(of), counts(of))
