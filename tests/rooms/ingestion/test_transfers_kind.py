"""Contracts that go over to another customer, as files and programs bring it."""

from __future__ import annotations

from datetime import date

import pytest

from banso.rooms.customers.actions.merges import merge_accounts
from banso.rooms.customers.models import Account
from banso.rooms.identity.models import User
from banso.rooms.ingestion.points import kinds
from banso.rooms.journal.models import Entry, Link
from banso.rooms.revenue.models import SubscriptionLine, Transfer
from tests.factories.customers import make_account
from tests.factories.dumps import dump
from tests.factories.ingestion import bring_in, counts, findings, take_back
from tests.factories.revenue import make_line
from tests.factories.when import NOON, TODAY

pytestmark = pytest.mark.django_db

FILE = """\
移管日,移管元顧客ID,契約明細ID,移管先顧客ID,移管理由
2026-02-01,a2,,a1,合併
2026-03-01,,L-1,a3,会社分割
"""
HEADER, MERGER, _SPLIT = FILE.splitlines()
ENGLISH = """\
Transfer date,From account ID,Line ID,To account name,Reason
2026-02-01,a2,,株式会社 a1,合併
2026-03-01,a1,L-1,株式会社 a3,会社分割
"""


@pytest.fixture
def accounts(db: None) -> dict[str, Account]:
    """a1 has the line L-1 of the year, a2 one that still runs, a3 none."""
    made = {own: make_account(external_id=own, name=f"株式会社{own}") for own in ("a1", "a2", "a3")}
    year = {"start_on": date(2026, 1, 1), "end_on": date(2027, 1, 1)}
    make_line(made["a1"], external_id="L-1", **year)
    make_line(made["a2"], external_id="L-2", start_on=date(2026, 1, 1))
    return made


def went() -> list[tuple[str | None, str | None, str, str, str]]:
    columns = ("account__external_id", "line__external_id", "into__external_id", "on", "reason")
    rows = Transfer.objects.order_by("on").values_list(*columns)
    return [(*row[:3], row[3].isoformat(), row[4]) for row in rows]


GONE = [
    ("a2", None, "a1", "2026-02-01", "合併"),
    (None, "L-1", "a3", "2026-03-01", "会社分割"),
]


@pytest.mark.parametrize("text", [FILE, ENGLISH], ids=["ja", "en"])
def test_a_merger_names_the_account_and_a_split_the_line(
    accounts: dict[str, Account], operations: User, text: str
) -> None:
    of = bring_in(text, by=operations)
    assert (of.kind, counts(of), findings(of)) == ("transfers", {"created": 2}, [])
    assert went() == GONE
    entry = Entry.objects.get(event="revenue.transfers_put")
    assert set(Link.objects.filter(entry=entry).values_list("account_id", flat=True)) == {
        account.pk for account in accounts.values()
    }


def test_the_same_file_again_changes_nothing_and_taken_back_leaves_nothing(
    accounts: dict[str, Account], operations: User
) -> None:
    before = dump(Transfer, SubscriptionLine)
    of = bring_in(FILE, by=operations)
    assert counts(bring_in(ENGLISH, by=operations)) == {"unchanged": 2}
    take_back(of, by=operations)
    assert dump(Transfer, SubscriptionLine) == before
    assert Entry.objects.filter(event="revenue.transfers_taken_back").count() == 1


def test_a_later_file_may_say_that_it_went_to_somebody_else(
    accounts: dict[str, Account], operations: User
) -> None:
    bring_in(FILE, by=operations)
    later = bring_in(f"{HEADER}\n2026-02-01,a2,,a3,\n", by=operations)
    assert counts(later) == {"updated": 1}
    assert went()[0] == ("a2", None, "a3", "2026-02-01", "")
    take_back(later, by=operations)
    assert went() == GONE


WRONG = {
    "2026-02-01,,L-9,a2,": ("line", "unknown_line"),
    "2026-02-01,a9,,a2,": ("account", "unknown_account"),
    "2026-02-01,,L-1,a9,": ("into", "unknown_account"),
    "2026-02-01,,L-1,,": ("into", "missing"),
    "2026-02-01,,,a2,": ("line", "missing"),
    ",a2,,a1,": ("on", "missing"),
    "2026-01-15,a2,,a2,": ("into", "same_account"),
    "2026-02-01,,L-1,a1,": ("into", "same_account"),
    "2026-02-01,a2,L-1,a3,": ("line", "line_of_another_account"),
    "2026-01-01,,L-1,a2,": ("on", "line_not_begun"),
    "2027-01-01,,L-1,a2,": ("on", "line_over"),
}


@pytest.mark.parametrize("row", WRONG)
def test_what_cannot_be_is_rejected_with_its_row_and_field(
    accounts: dict[str, Account], operations: User, row: str
) -> None:
    of = bring_in(f"{HEADER}\n{row}\n{MERGER}\n", by=operations)
    assert findings(of) == [(2, "rejected", [WRONG[row]])]
    assert went() == [GONE[0]]


def test_one_thing_goes_over_once_a_day_however_it_is_named(
    accounts: dict[str, Account], operations: User
) -> None:
    header = "移管日,移管元顧客ID,移管元顧客名,契約明細ID,移管先顧客ID"
    rows = [
        "2026-02-01,a2,,,a1",
        "2026-02-01,,株式会社a2,,a3",
        "2026-02-01,,,L-1,a3",
        "2026-02-01,,,L-1,a2",
        "2026-02-02,,,L-1,a2",
    ]
    of = bring_in("\n".join([header, *rows]) + "\n", by=operations)
    assert findings(of) == [
        (3, "rejected", [("on", "repeated_id")]),
        (5, "rejected", [("line", "repeated_id")]),
    ]
    assert counts(of) == {"created": 3, "rejected": 2}


def test_what_went_over_may_come_back(accounts: dict[str, Account], operations: User) -> None:
    back = "2026-04-01,,L-1,a1,\n2026-04-01,a2,,a2,\n"
    of = bring_in(FILE + back, by=operations)
    assert counts(of) == {"created": 4}
    assert counts(bring_in(f"{HEADER}\n{back}", by=operations)) == {"unchanged": 2}
    early = bring_in(f"{HEADER}\n2026-02-15,,L-1,a1,\n", by=operations)
    assert findings(early) == [(2, "rejected", [("into", "same_account")])]


def test_an_account_without_a_line_on_that_day_is_odd(
    accounts: dict[str, Account], operations: User
) -> None:
    of = bring_in(f"{HEADER}\n2025-02-01,a2,,a1,\n2026-02-01,a3,,a1,\n", by=operations)
    odd = [("on", "nothing_goes_over")]
    assert findings(of) == [(2, "warned", odd), (3, "warned", odd)]
    assert counts(of) == {"created": 2, "warned": 2}


def test_a_merged_account_has_no_lines_of_its_own_to_hand_over(
    accounts: dict[str, Account], operations: User
) -> None:
    a1, a2 = accounts["a1"], accounts["a2"]
    merge_accounts(a1, a2, taken=(), by=operations, at=NOON, on=TODAY)
    of = bring_in(f"{HEADER}\n2026-02-01,a2,,a3,\n2026-02-01,a2,L-2,a3,\n", by=operations)
    assert findings(of) == [(2, "rejected", [("account", "merged_account")])]
    assert went() == [(None, "L-2", "a3", "2026-02-01", "")]


def test_a_line_in_use_stays_when_its_import_is_taken_back(
    accounts: dict[str, Account], operations: User
) -> None:
    lines = "契約明細ID,顧客ID,金額,請求周期,開始日\nL-7,a1,100,月額,2026-01-01\n"
    of = bring_in(lines, by=operations)
    bring_in(f"{HEADER}\n2026-02-01,,L-7,a3,\n", by=operations)
    take_back(of, by=operations)
    assert SubscriptionLine.objects.filter(external_id="L-7").exists()


def test_who_sees_both_sides_is_told_and_it_would_come_in_unchanged(
    accounts: dict[str, Account], operations: User, sakura: User
) -> None:
    bring_in(FILE, by=operations)
    kind = kinds["transfers"]
    told = kind.told(list(kind.stored(operations, on=TODAY)))
    assert told == [
        {"line": None, "account": "a2", "on": "2026-02-01", "into": "a1", "reason": "合併"},
        {"line": "L-1", "account": None, "on": "2026-03-01", "into": "a3", "reason": "会社分割"},
    ]
    header = list(told[0])
    rows = [",".join(each[key] or "" for key in header) for each in told]
    again = "\n".join([",".join(header), *rows]) + "\n"
    assert counts(bring_in(again, by=operations)) == {"unchanged": 2}
    assert list(kind.stored(sakura, on=TODAY)) == []
