"""Who left, who stayed all the same, and what could be seen of it before."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from statistics import mean

import pytest

from banso.engines.basis.deadlines import counted_back
from banso.engines.basis.notices import as_notice
from tests.sample.files import SIZES, Company, company, following, segment

DIPS = (("04-29", "05-06"), ("08-11", "08-16"), ("12-28", "12-31"), ("01-01", "01-04"))
BAD_MOODS = ("不安", "悪い")
FALLEN = 0.80  # use in the last four weeks before a notice, over that of the first eight


def daily_users(told: Company) -> dict[str, Counter[date]]:
    """Users by customer and day, without weekends and the holidays that mean nothing."""
    found: defaultdict[str, Counter[date]] = defaultdict(Counter)
    for use in told.usage:
        day = date.fromisoformat(use.day)
        if day.weekday() < 5 and not any(a <= use.day[5:] <= b for a, b in DIPS):
            found[use.account][day] += use.users
    return found


def fall(users: Counter[date], notice: date) -> float:
    """Mean use in the 28 days before a notice over that of 150 to 94 days before it."""

    def level(first: int, last: int) -> float:
        span = [notice - timedelta(days=back) for back in range(last + 1, first + 1)]
        days = [
            day
            for day in span
            if day.weekday() < 5 and not any(a <= day.isoformat()[5:] <= b for a, b in DIPS)
        ]
        return mean(users[day] for day in days)

    return level(28, 0) / level(150, 94)


def notices(told: Company) -> dict[str, date]:
    return {r["顧客ID"]: date.fromisoformat(r["申出日"]) for r in told.tables["cancellations"]}


@pytest.fixture(scope="module")
def users() -> dict[str, Counter[date]]:
    return daily_users(company(2000))


def test_truth_of_the_decline_before_churn(users: dict[str, Counter[date]]) -> None:
    told = company(2000)
    fact = told.fact("decline_before_churn")
    declined = {entry["account"]: entry for entry in fact["declined"]}
    left = {
        account: on
        for account, on in notices(told).items()
        if segment(told.accounts[account]) == "mid" and not told.accounts[account]["担当CSM"]
    }
    kept_green = {entry["account"] for entry in fact["sponsor_left"]} | set(fact["price_alone"])
    assert set(left) == set(declined) | kept_green
    assert len(declined) / len(left) == pytest.approx(0.70, abs=0.02)
    for part in ("sponsor_left", "price_alone"):
        assert len(fact[part]) / len(left) == pytest.approx(0.15, abs=0.02)
    long_enough = {a for a in left if start_of(told, a) + timedelta(days=150) <= left[a]}
    fallen = {a for a in long_enough if fall(users[a], left[a]) < FALLEN}
    assert len(fallen & set(declined)) > 0.95 * len(long_enough & set(declined))
    assert len(fallen & kept_green) < 0.10 * len(kept_green)
    for account, entry in declined.items():
        days = (left[account] - date.fromisoformat(entry["from"])).days
        assert 60 <= days <= 120
        assert entry["notice_on"] == left[account].isoformat()


def start_of(told: Company, account: str) -> date:
    return date.fromisoformat(told.accounts[account]["契約開始日"])


def test_truth_of_those_who_declined_and_renewed(users: dict[str, Counter[date]]) -> None:
    told = company(2000)
    fact = told.fact("decline_before_churn")
    renewed = fact["renewed_though_declining"]
    assert 0.40 <= len(renewed) / (len(renewed) + len(fact["declined"])) <= 0.50
    falls = [fall(users[e["account"]], date.fromisoformat(e["deadline"])) for e in renewed]
    assert sum(each < FALLEN for each in falls) > 0.9 * len(falls)
    begun = {(line["顧客ID"], line["開始日"]) for line in told.tables["subscriptions"]}
    late = {
        (e["account"], (date.fromisoformat(e["term_ended_on"]) + timedelta(days=1)).isoformat())
        for e in told.fact("late_renewals")["renewals"]
    }
    assert [e for e in renewed if (e["account"], e["renewed_on"]) not in begun | late] == []
    assert [e for e in renewed if not told.accounts[e["account"]]["担当CSM"]] == []


def test_the_mood_of_the_doomed_turns_before_their_numbers() -> None:
    told = company(2000)
    entries = {e["account"]: e for e in told.fact("decline_before_churn")["declined"]}
    doomed: Counter[bool] = Counter()
    others: Counter[bool] = Counter()
    for row in told.tables["touchpoints"]:
        if row["温度感"]:
            entry = entries.get(row["顧客ID"])
            bad = row["温度感"] in BAD_MOODS
            if entry and entry["mood_from"] <= row["日時"][:10] < entry["from"]:
                doomed[bad] += 1
            elif not entry:
                others[bad] += 1
    assert doomed.total() > 50
    assert doomed[True] / doomed.total() > 0.5
    assert others[True] / others.total() < 0.15


@SIZES
def test_truth_of_sponsors_who_left(size: int) -> None:
    told = company(size)
    contacts = {row["先方担当者ID"]: row for row in told.tables["contacts"]}
    said = notices(told)
    sponsors = told.fact("decline_before_churn")["sponsor_left"]
    assert len(sponsors) >= 1
    for entry in sponsors:
        contact = contacts[entry["contact"]]
        assert contact["顧客ID"] == entry["account"]
        assert contact["関与"] == "決裁者"
        assert contact["離任日"] == entry["left_on"] < said[entry["account"]].isoformat()


@SIZES
def test_truth_of_price_rises_announced_too_late(size: int) -> None:
    told = company(size)
    fact = told.fact("price_rise_announcements")
    sent: defaultdict[str, list[str]] = defaultdict(list)
    for row in told.tables["touchpoints"]:
        if row["件名"] == "価格改定のご案内":
            sent[row["顧客ID"]].append(row["日時"][:10])
    entries = fact["late"] + fact["in_time"]
    assert set(sent) == {e["account"] for e in entries}
    assert {e["account"] for e in fact["late"]} <= set(told.fact("price_rise")["announced_late"])
    assert all(entry["on"] in sent[entry["account"]] for entry in fact["late"])
    for late, those in ((True, fact["late"]), (False, fact["in_time"])):
        for entry in those:
            assert (entry["on"] > _deadline(told, entry["account"], entry["on"])) == late


def _deadline(told: Company, account: str, on: str) -> str:
    """The customer's last day for a notice in the term that runs on a day."""
    lines = [
        line
        for line in told.tables["subscriptions"]
        if line["顧客ID"] == account and line["開始日"] <= on <= line["契約満了日"]
    ]
    line = min(lines, key=lambda each: each["契約ID"])
    notice = as_notice(line["解約通知期限"])
    end = date.fromisoformat(line["契約満了日"])
    return counted_back(end, notice, is_open=lambda day: day.weekday() < 5).isoformat()


@SIZES
def test_truth_of_contracts_that_lapsed_because_nobody_called(size: int) -> None:
    told = company(size)
    fact = told.fact("lapsed_renewals")
    entries, silent = fact["accounts"], timedelta(days=fact["silent_days"])
    ends = {e["account"]: date.fromisoformat(e["ended_on"]) for e in entries}
    lines = [line for line in told.tables["subscriptions"] if line["顧客ID"] in ends]
    assert {line["自動更新"] for line in lines} <= {"いいえ"}
    assert [row for row in told.tables["cancellations"] if row["顧客ID"] in ends] == []
    touched = [
        row
        for row in told.tables["touchpoints"]
        if row["顧客ID"] in ends
        and row["種別"] not in ("社内メモ", "ウェビナー")
        and date.fromisoformat(row["日時"][:10]) > ends[row["顧客ID"]] - silent
    ]
    assert touched == []


def test_nobody_but_the_late_pays_the_old_price() -> None:
    """The notes and the lines tell of the same price rise."""
    told = company(2000)
    late = {entry["account"] for entry in told.fact("price_rise_announcements")["late"]}
    rise = told.fact("price_rise")["on"]
    rose: defaultdict[str, list[bool]] = defaultdict(list)
    for old, new in following(told):
        if old["終了日"] == old["契約満了日"] != "" and old["開始日"] < rise <= new["開始日"]:
            per_seat = [float(line["金額"]) / int(line["数量"]) for line in (old, new)]
            if old["請求周期"] == new["請求周期"] and int(new["数量"]) >= 60 <= int(old["数量"]):
                rose[new["顧客ID"]].append(per_seat[1] > 1.05 * per_seat[0])
    assert [account for account in late if any(rose[account])] == []
