"""The sample company's history of who held what agrees with all else its files tell."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from itertools import pairwise

import pytest

from tests.sample.files import UNTIL, Company, Row, company

SOME_DAYS = pytest.mark.parametrize(
    "told",
    [(300, UNTIL), (2000, UNTIL), (100, date(2027, 3, 1)), (100, date(2026, 9, 30))],
    ids=str,
)
NOW = {"担当CSM": ("価値", "定着"), "更新締結担当": ("更新",), "担当AE": ("エクスパンション",)}


def of(told: tuple[int, date]) -> Company:
    return company(told[0], 7, told[1])


def courses(told: Company) -> dict[tuple[str, str], list[Row]]:
    """The lines of each duty of each account, in the order of the file."""
    found = defaultdict[tuple[str, str], list[Row]](list)
    for row in told.tables["holdings"]:
        found[row["顧客ID"], row["責務"]].append(row)
    return found


def after(row: Row) -> str:
    """The first day no longer held; far ahead while it lasts."""
    last = row["担当終了日"]
    return str(date.fromisoformat(last) + timedelta(days=1)) if last else "9999"


@SOME_DAYS
def test_who_holds_now_is_whom_the_accounts_name(told: tuple[int, date]) -> None:
    found = courses(of(told))
    wrong = []
    for account, row in of(told).accounts.items():
        for column, duties in NOW.items():
            for duty in duties:
                lines = found[account, duty]
                now = [line["社員ID"] for line in lines if not line["担当終了日"]]
                wrong += [] if now == [row[column]] * (row[column] != "") else [(account, duty)]
    assert wrong == []


@SOME_DAYS
def test_nobody_holds_a_duty_beside_somebody_else(told: tuple[int, date]) -> None:
    lines = [pair for course in courses(of(told)).values() for pair in pairwise(course)]
    assert [(old, new) for old, new in lines if after(old) > new["担当開始日"]] == []


@SOME_DAYS
def test_holders_are_with_us_on_all_of_their_days(told: tuple[int, date]) -> None:
    members = {row["社員ID"]: row for row in of(told).tables["members"]}
    held = [row for row in of(told).tables["holdings"] if row["社員ID"]]
    early = [r for r in held if r["担当開始日"] < members[r["社員ID"]]["入社日"]]
    ends = [(members[r["社員ID"]]["退職日"], r["担当終了日"]) for r in held]
    late = [(left, last) for left, last in ends if (last or "9999") > (left or "9999")]
    assert (early, late) == ([], [])


@SOME_DAYS
def test_each_duty_is_held_by_a_member_or_a_team(told: tuple[int, date]) -> None:
    rows = of(told).tables["holdings"]
    assert {(bool(row["社員ID"]), bool(row["担当チーム"])) for row in rows} == {
        (True, False),
        (False, True),
    }
    teams = {row["チーム"] for row in of(told).tables["members"]}
    assert {row["担当チーム"] for row in rows} - teams == {""}


@SOME_DAYS
def test_days_lie_between_the_opening_and_the_end_of_the_story(told: tuple[int, date]) -> None:
    until = told[1]
    opening = date(until.year - 3, until.month, 1).isoformat()
    rows = of(told).tables["holdings"]
    assert min(row["担当開始日"] for row in rows) == opening
    assert max(row["担当開始日"] for row in rows) <= until.isoformat()
    assert max(row["担当終了日"] for row in rows) < until.isoformat()


@pytest.mark.parametrize("size", [300, 2000])
def test_handovers_are_those_of_the_truth(size: int) -> None:
    told = company(size)
    changes = {
        (old["顧客ID"], new["担当開始日"], old["社員ID"], new["社員ID"])
        for (_account, duty), course in courses(told).items()
        for old, new in pairwise(course)
        if duty == "価値" and after(old) == new["担当開始日"]
    }
    truth = told.fact("handover_promises")["handovers"]
    assert changes == {(each["account"], each["on"], each["from"], each["to"]) for each in truth}


def test_small_customers_went_from_those_who_sold_to_cs_when_support_was_renamed() -> None:
    told = company(2000)
    roles = {row["社員ID"]: row["職種"] for row in told.tables["members"]}
    renamed = told.fact("relabelled_support")["renamed_on"]
    moved = [r for r in told.tables["holdings"] if r["変更理由"] == "SMB CSへ移管"]
    assert {row["担当開始日"] for row in moved} == {renamed}
    assert {roles[row["社員ID"]] for row in moved} == {"CSM"}
    taken = {row["社員ID"] for row in moved}
    assert set(told.fact("relabelled_support")["members"]) <= taken
    before = {r["社員ID"] for c in courses(told).values() for r, n in pairwise(c) if n in moved}
    assert {roles[handle] for handle in before} == {"AE"}


def test_whoever_left_had_followers_and_gone_customers_are_held_by_nobody() -> None:
    told = company(2000)
    leavers = {m["社員ID"]: m["退職日"] for m in told.tables["members"] if m["退職日"]}
    followed = {
        (old["社員ID"], old["担当終了日"])
        for course in courses(told).values()
        for old, new in pairwise(course)
        if new["変更理由"] == "前任者の退職"
    }
    assert {(handle, leavers[handle]) for handle, _last in followed} == followed
    open_lines = {r["顧客ID"] for r in told.tables["holdings"] if not r["担当終了日"]}
    assert open_lines == {row["顧客ID"] for row in told.living}
