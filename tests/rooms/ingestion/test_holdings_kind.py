"""The history of who held what, as files and programs bring it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from banso.rooms.customers.models import Account, Holding
from banso.rooms.identity.models import User
from banso.rooms.ingestion.models import RowReport
from banso.rooms.ingestion.points import in_order, kinds
from banso.rooms.ingestion.queries.items import item
from banso.rooms.ingestion.queries.wording import what_about
from banso.rooms.people.models import TeamKind
from tests.factories.customers import make_account, make_holding
from tests.factories.dumps import dump
from tests.factories.ingestion import bring_in, check, counts, findings, make_import, take_back
from tests.factories.people import make_member, make_team
from tests.factories.when import TODAY

pytestmark = pytest.mark.django_db

HISTORY = """\
顧客ID,責務,社員ID,担当チーム,担当開始日,担当終了日,変更理由
a1,担当CSM,m1,,2024-04-01,2025-03-31,受注
a1,価値,田中 健,,令和7年4月1日,,前任者の退職
a1,サポート,,CS／サポート,2024-04-01,9999-12-31,
a2,Renewal,aoi@example.com,,2024/10/01,,
"""
HEADER = "account id,duty,holder,pool,held from,held to,reason\n"
DAY = timedelta(days=1)
Line = tuple[str, str, str | None, str | None, date, date | None, str]


@pytest.fixture
def accounts(db: None) -> list[Account]:
    make_member(handle="m1", name="佐藤 さくら")
    make_member(handle="m2", name="田中 健")
    make_member(handle="m3", name="青井 葵", email="aoi@example.com")
    make_team("CS / サポート")
    return [make_account(external_id=each, name=f"会社{each}") for each in ("a1", "a2")]


def ledger() -> list[Line]:
    lines = Holding.objects.order_by("account__external_id", "from_on", "pk")
    names = ("account__external_id", "duty", "member__handle", "team__path")
    return list(lines.values_list(*names, "from_on", "to_on", "why"))


def told(cells: str, *, by: User, on: date = TODAY) -> list[tuple[str, list[tuple[str, str]]]]:
    """What is found about rows of an English file."""
    of = bring_in(f"{HEADER}{cells}\n", by=by, on=on)
    return [(severity, found) for _row, severity, found in findings(of)]


def test_a_history_comes_in_with_holders_days_and_reasons(
    accounts: list[Account], operations: User
) -> None:
    of = bring_in(HISTORY, by=operations)
    assert (of.kind, counts(of)) == ("holdings", {"created": 4})
    assert ledger() == [
        ("a1", "value", "m1", None, date(2024, 4, 1), date(2025, 4, 1), "受注"),
        ("a1", "support", None, "CS / サポート", date(2024, 4, 1), None, ""),
        ("a1", "value", "m2", None, date(2025, 4, 1), None, "前任者の退職"),
        ("a2", "renewal", "m3", None, date(2024, 10, 1), None, ""),
    ]


def test_the_same_file_again_changes_nothing_and_taken_back_leaves_nothing(
    accounts: list[Account], operations: User
) -> None:
    make_holding(accounts[0], by=make_member(), from_on=TODAY)
    before = dump(Holding)
    of = bring_in(HISTORY, by=operations)
    assert counts(bring_in(HISTORY, by=operations)) == {"unchanged": 4}
    assert take_back(of, by=operations).kept == 0
    assert dump(Holding) == before


def test_a_check_counts_as_the_import_will_and_writes_nothing(
    accounts: list[Account], operations: User
) -> None:
    of = check(make_import(HISTORY, by=operations), by=operations)
    assert (counts(of), ledger()) == ({"created": 4}, [])


def test_accounts_opened_before_their_history_agree_with_it(
    accounts: list[Account], operations: User
) -> None:
    file = "顧客ID,顧客名,CSM\na1,a1,m2\na2,a2,m1\n"
    bring_in(file, by=operations)
    of = bring_in(
        "顧客ID,責務,社員ID,担当開始日\na1,価値,m1,2024-04-01\na1,価値,m2,2025-04-01\n"
        "a2,価値,m3,2025-04-01\n",
        by=operations,
    )
    assert counts(of) == {"created": 2, "updated": 1}
    value = [line for line in ledger() if line[1] == "value"]
    assert [(who, first, end) for _a, _d, who, _t, first, end, _why in value] == [
        ("m1", date(2024, 4, 1), date(2025, 4, 1)),
        ("m2", date(2025, 4, 1), None),
        ("m3", date(2025, 4, 1), TODAY),
        ("m1", TODAY, None),
    ]
    assert counts(bring_in(file, by=operations, on=TODAY + DAY)) == {"unchanged": 2}


def test_a_column_that_says_nobody_ends_the_history_on_the_day_of_the_import(
    accounts: list[Account], operations: User
) -> None:
    bring_in(HISTORY, by=operations)
    bring_in("顧客ID,顧客名,更新担当\na2,a2,\n", by=operations)
    assert ledger()[-1] == ("a2", "renewal", "m3", None, date(2024, 10, 1), TODAY, "")


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        ("nobody,value,m1,,2024-04-01,,", [("account", "unknown_account")]),
        (",value,m1,,2024-04-01,,", [("account", "missing")]),
        ("a1,,m1,,2024-04-01,,", [("duty", "missing")]),
        ("a1,義務,m1,,2024-04-01,,", [("duty", "not_in_choices")]),
        ("a1,value,m1,,,,", [("from_on", "missing")]),
        ("a1,value,,,2024-04-01,,", [("member", "missing")]),
        ("a1,value,m9,,2024-04-01,,", [("member", "unknown_member")]),
        ("a1,value,m9,CS/サポート,2024-04-01,,", [("member", "unknown_member")]),
        ("a1,value,,CS/どこか,2024-04-01,,", [("team", "unknown_team")]),
        ("a1,value,m1,,2024-04-01,2024-03-31,", [("to_on", "end_before_start")]),
        ("a1,value,m1,,2024-04-01,2024-04-01,", [("to_on", "held_no_day")]),
        ("a1,value,m1,,2026-04-16,,", [("from_on", "begins_ahead")]),
        (f"a1,value,m1,,2024-04-01,,{'長' * 61}", [("reason", "too_long")]),
    ],
)
def test_a_row_is_rejected_for_what_it_names(
    accounts: list[Account], operations: User, cells: str, found: list[tuple[str, str]]
) -> None:
    assert told(cells, by=operations) == [("rejected", found)]
    assert ledger() == []


def test_a_row_that_overlaps_another_names_it(accounts: list[Account], operations: User) -> None:
    rows = "a1,value,m1,,2024-04-01,2025-04-01,\na1,value,m2,,2025-03-31,,"
    assert told(rows, by=operations) == [("rejected", [("from_on", "overlaps")])]
    [finding] = RowReport.objects.get().findings
    words = "lies in the time of another holding: 佐藤 さくら, from 2024-04-01"
    assert what_about(finding["code"], finding["facts"]) == words
    assert [line[2] for line in ledger()] == ["m1"]


def test_one_line_named_in_two_ways_comes_in_once(
    accounts: list[Account], operations: User
) -> None:
    of = bring_in(
        "account id,account name,duty,holder,held from\n"
        "a1,,value,m1,2024-04-01\n,会社a1,value,m2,2024-04-01\n",
        by=operations,
    )
    assert findings(of) == [(3, "rejected", [("from_on", "repeated_id")])]
    assert [line[2] for line in ledger()] == ["m1"]


def test_an_end_ahead_is_none_yet(accounts: list[Account], operations: User) -> None:
    cells = "a1,value,m1,,2024-04-01,2026-04-16,"
    assert told(cells, by=operations) == [("warned", [("to_on", "ends_ahead")])]
    assert ledger()[0][5] is None
    assert told(cells, by=operations, on=TODAY + DAY) == []
    assert ledger()[0][5] == TODAY + DAY


@pytest.mark.parametrize(
    ("cells", "end"),
    [
        (",", None),
        ("2025-04-01,", date(2025, 4, 1)),
        (",2025-03-31", date(2025, 4, 1)),
        ("2025-04-01,2025-12-31", date(2025, 4, 1)),
        ("9999-12-31,", None),
        (",9999-12-31", None),
    ],
)
def test_a_last_day_is_the_day_before_the_first_day_no_longer(
    accounts: list[Account], operations: User, cells: str, end: date | None
) -> None:
    header = "顧客ID,責務,社員ID,担当開始日,担当解除日,担当終了日"
    bring_in(f"{header}\na1,value,m1,2024-04-01,{cells}\n", by=operations)
    assert ledger()[0][5] == end


@pytest.mark.parametrize("called", ["CS / サポート", "cs/ｻﾎﾟｰﾄ", "サポート"])
def test_a_team_is_named_by_its_path_or_by_a_name_of_its_own(
    accounts: list[Account], operations: User, called: str
) -> None:
    assert told(f"a1,support,,{called},2024-04-01,,", by=operations) == []
    assert ledger()[0][3] == "CS / サポート"


def test_a_name_that_two_teams_have_is_nobodys(accounts: list[Account], operations: User) -> None:
    make_team("営業 / サポート")
    found = told("a1,support,,サポート,2024-04-01,,", by=operations)
    assert found == [("rejected", [("team", "unknown_team")])]


def test_a_member_beside_a_team_is_who_holds(accounts: list[Account], operations: User) -> None:
    assert told("a1,support,m1,CS/サポート,2024-04-01,,", by=operations) == []
    assert ledger()[0][2:4] == ("m1", None)


def test_a_file_without_holders_says_when_and_why_of_known_lines_alone(
    accounts: list[Account], operations: User
) -> None:
    bring_in(HISTORY, by=operations)
    of = bring_in(
        "顧客ID,責務,担当開始日,変更理由\na1,価値,2025-04-01,異動\na1,価値,2025-10-01,異動\n",
        by=operations,
    )
    assert counts(of) == {"updated": 1, "rejected": 1}
    assert findings(of) == [(3, "rejected", [("member", "missing")])]
    assert ledger()[2] == ("a1", "value", "m2", None, date(2025, 4, 1), None, "異動")


def test_what_the_kind_tells_would_bring_it_in_unchanged(
    accounts: list[Account], operations: User
) -> None:
    bring_in(HISTORY, by=operations)
    make_holding(accounts[1], by=make_member(), from_on=TODAY, to_on=TODAY)  # of no day
    kind = kinds["holdings"]
    said = kind.told(list(kind.stored(operations, on=TODAY)))
    assert said[0] == {
        "account": "a1", "duty": "value", "member": "m1", "team": None, "from_on": "2024-04-01",
        "to_on": "2025-04-01", "reason": "受注",
    }  # fmt: skip
    lines = [",".join(each[key] or "" for key in said[0]) for each in said]
    again = "\n".join([",".join(said[0]), *lines]) + "\n"
    assert counts(bring_in(again, by=operations, kind="holdings")) == {"unchanged": 4}


def test_one_holding_is_found_by_account_duty_and_first_day(
    accounts: list[Account], operations: User, mia: User
) -> None:
    bring_in(HISTORY, by=operations)
    kind = kinds["holdings"]
    found = item(kind, operations, "a1~value~2025-04-01", on=TODAY)
    assert (found or {})["member"] == "m2"
    assert item(kind, mia, "a1~value~2025-04-01", on=TODAY) is None


def test_a_history_comes_in_after_what_it_names() -> None:
    keys = [kind.key for kind in in_order()]
    assert max(keys.index("members"), keys.index("accounts")) < keys.index("holdings")


def test_a_pools_account_says_so_and_stays_the_pools(
    accounts: list[Account], operations: User
) -> None:
    pool = make_team("CS / プール", kind=TeamKind.POOL)
    for duty in ("value", "adoption"):
        make_holding(accounts[0], by=pool, duty=duty)
    kind = kinds["accounts"]
    [one, _other] = kind.told(list(kind.stored(operations, on=TODAY)))
    assert one["csm"] == "CS / プール"
    before = dump(Holding)
    of = bring_in("id,name,csm\na1,会社a1,CS / プール\n", by=operations, kind="accounts")
    assert (counts(of), dump(Holding)) == ({"unchanged": 1}, before)


def test_a_column_of_accounts_may_name_a_pool(accounts: list[Account], operations: User) -> None:
    make_team("CS / プール", kind=TeamKind.POOL)
    for rows, on in (("a1,a1,m1\n", TODAY), ("a1,a1,プール\na3,a3,プール\n", TODAY + DAY)):
        bring_in(f"id,name,csm\n{rows}", by=operations, kind="accounts", on=on)
    open_lines = [line[:4] for line in ledger() if line[5] is None]
    assert open_lines == [
        ("a1", "value", None, "CS / プール"),
        ("a1", "adoption", None, "CS / プール"),
        ("a3", "value", None, "CS / プール"),
        ("a3", "adoption", None, "CS / プール"),
    ]
