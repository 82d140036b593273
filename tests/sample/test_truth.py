"""What is planted in the sample company is told in truth.json and stands in its files."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from statistics import median

import pytest

from tests.sample.files import (
    SIZES,
    UNTIL,
    Company,
    Row,
    company,
    following,
    last_paid,
    renewals,
    segment,
    start,
    unit_price,
    yearly,
)

MINIMUM = 12 * 17_000  # yen a year for a product


@SIZES
def test_truth_of_the_oversold_quarter(size: int) -> None:
    told = company(size)
    fact = told.fact("oversold_quarter")
    name = {m["氏名"]: m["社員ID"] for m in told.tables["members"]}
    found = set()
    for line in told.tables["subscriptions"]:
        account = told.accounts[line["顧客ID"]]
        if (
            account["業種"] == "飲食"
            and line["製品"] == "アオゾラ給与"
            and fact["from"] <= account["契約開始日"] == line["開始日"] <= fact["to"]
            and name[account["受注担当者"]] in fact["members"]
            and not account["担当CSM"]
            and line["終了日"] == line["契約満了日"]
            and not any(old is line for old, _ in following(told))
        ):
            found.add(line["顧客ID"])
    assert found == set(fact["accounts"])
    assert fact["size"] == len(found) >= 2
    honest = {a for a in found if told.accounts[a]["解約理由"].startswith("シフト勤務")}
    assert honest == set(fact["honest_reason"])
    assert len(honest) == pytest.approx(len(found) / 3, abs=1)


@SIZES
def test_truth_of_the_price_rise_and_its_exemptions(size: int) -> None:
    told = company(size)
    fact = told.fact("price_rise")
    ratios: defaultdict[str, set[bool]] = defaultdict(set)
    for old, new in renewals(told):
        large = segment(told.accounts[new["顧客ID"]]) == "enterprise"
        if (
            large
            and told.term_began(old) < fact["on"] <= new["開始日"]
            and told.accounts[new["顧客ID"]]["担当CSM"]
        ):
            ratios[new["顧客ID"]].add(unit_price(new) / unit_price(old) > 1.02)
    assert {account for account, rose in ratios.items() if rose == {False}} == set(fact["exempted"])
    assert fact["size"] == pytest.approx(0.4 * len(ratios), abs=1.5)


def test_truth_of_the_prices_that_csms_conceded() -> None:
    told = company(2000)
    conceded = set(told.fact("price_conceded_by_csm")["accounts"])
    rise = told.fact("price_rise")
    change: dict[bool, list[float]] = {True: [], False: []}
    for old, new in renewals(told):
        account = told.accounts[new["顧客ID"]]
        large = segment(account) == "enterprise"
        due = large and old["開始日"] < rise["on"] <= new["開始日"] and account["担当CSM"]
        if due and new["顧客ID"] not in rise["exempted"]:
            by_csm = account["更新締結担当"] == account["担当CSM"]
            assert by_csm == (new["顧客ID"] in conceded)
            change[by_csm].append(unit_price(new) / unit_price(old))
    assert median(change[True]) / median(change[False]) == pytest.approx(0.96, abs=0.005)


@SIZES
def test_truth_of_the_uneven_mid_books(size: int) -> None:
    told = company(size)
    fact = told.fact("imbalance")
    books = Counter(row["担当CSM"] for row in told.living if segment(row) == "mid")
    assert dict(books) == fact["books"]
    usual = median(books.values())
    heavy = {handle for handle, size in books.items() if size > 2 * usual}
    assert heavy == set(fact["members"])
    assert [books[h] / usual for h in heavy] == [pytest.approx(2.3, abs=0.2)] * 2


def test_truth_of_the_enterprise_books() -> None:
    told = company(2000)
    books = Counter(row["担当CSM"] for row in told.living if segment(row) == "enterprise")
    assert dict(books) == told.fact("enterprise_books")["members"]
    assert list(books.values()) == [24] * 5


def test_truth_of_the_account_executive_who_farms() -> None:
    told = company(2000)
    (farmer,) = told.fact("account_executive_farming")["members"]
    held = Counter(row["更新締結担当"] for row in told.living)
    assert held.most_common(1)[0] == (farmer, told.fact("account_executive_farming")["size"])
    name = {m["社員ID"]: m["氏名"] for m in told.tables["members"]}
    signed = Counter(row["受注担当者"] for row in told.living if row["契約開始日"] >= "2025-07-15")
    assert signed[name[farmer]] < 0.25 * median(signed.values())


@SIZES
def test_truth_of_win_backs(size: int) -> None:
    told = company(size)
    told_of = {a["account"]: a for a in told.fact("win_backs")["accounts"]}
    by_account: defaultdict[str, list[Row]] = defaultdict(list)
    for line in told.tables["subscriptions"]:
        by_account[line["顧客ID"]].append(line)
    found = {}
    for account, lines in by_account.items():
        paid_until = date.max
        for line in sorted(lines, key=start):
            if paid_until < start(line) - timedelta(days=60):
                found[account] = (paid_until.isoformat(), line["開始日"])
            ends = last_paid(line)
            paid_until = ends if paid_until == date.max else max(paid_until, ends)
    assert found == {a: (t["left_after"], t["back_on"]) for a, t in told_of.items()}


def held(told: Company, account: str, on: date) -> Counter[str]:
    """Licences by product of the lines that are kept with an account."""
    licences: Counter[str] = Counter()
    for line in told.tables["subscriptions"]:
        if line["顧客ID"] == account and start(line) <= on <= last_paid(line):
            licences[line["製品"]] += int(line["数量"])
    return licences


@SIZES
def test_truth_of_mergers_and_splits(size: int) -> None:
    """What went over ends when the other's own contract begins, with as many licences."""
    told = company(size)
    merged, split = told.fact("mergers")["moves"], told.fact("splits")["moves"]
    assert (len(merged), len(split)) == (2, 1)
    rows = told.tables["transfers"]
    whole = [(row["移管元顧客ID"], row["移管先顧客ID"], row["移管日"]) for row in rows]
    assert sorted(row for row in whole if row[0]) == sorted(
        (move["from"], move["to"], move["on"]) for move in merged
    )
    lines = told.lines
    for move in merged + split:
        on, own = (date.fromisoformat(move[day]) for day in ("on", "own_contract_from"))
        eve, last = on - timedelta(days=1), own - timedelta(days=1)
        taken = held(told, move["to"], own) - held(told, move["to"], last)
        if move in merged:
            assert held(told, move["from"], eve) == held(told, move["from"], last) == taken
            assert held(told, move["from"], own) == Counter()
        else:
            gone = [row for row in rows if row["移管先顧客ID"] == move["to"]]
            assert {row["移管日"] for row in gone} == {move["on"]}
            theirs = [lines[row["契約明細ID"]] for row in gone]
            assert {line["顧客ID"] for line in theirs} == {move["from"]}
            assert {last_paid(line) for line in theirs} == {last}
            assert Counter({line["製品"]: int(line["数量"]) for line in theirs}) == taken
            assert held(told, move["from"], eve) == held(told, move["from"], on) > taken
        assert taken != Counter()
    assert {told.accounts[m["from"]]["解約理由"] for m in merged} == {"合併"}
    assert {told.accounts[m["to"]]["親会社ID"] for m in split} == {m["from"] for m in split}


@SIZES
def test_truth_of_ramps(size: int) -> None:
    """Foreseen steps replace the line before in their term, with more licences at its price, and
    were signed before the term began.
    """
    told = company(size)
    lines = told.lines
    steps = [line for line in lines.values() if line["契約予定の増減"] == "はい"]
    fact = told.fact("ramps")
    assert {line["契約明細ID"] for line in steps} == set(fact["steps"])
    assert {line["契約ID"] for line in steps} == set(fact["contracts"])
    assert fact["size"] >= size // 100
    for line in steps:
        before = lines[line["変更元明細ID"]]
        assert last_paid(before) + timedelta(days=1) == start(line)
        assert before["契約満了日"] == line["契約満了日"]
        assert int(line["数量"]) >= 1.08 * int(before["数量"])
        if yearly(before) > MINIMUM:
            assert unit_price(line) == pytest.approx(
                unit_price(before), rel=1e-4
            )  # cents are rounded
        assert line["締結日"] < before["開始日"]
    assert {line["締結日"] for line in lines.values() if line not in steps} == {""}


@SIZES
def test_every_line_that_goes_on_says_which_one_it_follows(size: int) -> None:
    told = company(size)
    for old, new in following(told):
        link = "更新元明細ID" if old["終了日"] == old["契約満了日"] != "" else "変更元明細ID"
        near = (start(new) - last_paid(old)).days <= 29
        assert new[link] == (old["契約明細ID"] if near else "")


@SIZES
def test_truth_of_pauses(size: int) -> None:
    told = company(size)
    lines = told.lines
    pauses = told.fact("pauses")["pauses"]
    assert [
        {
            "account": row["顧客ID"],
            "line": row["休止対象明細ID"],
            "from": row["開始日"],
            "to": row["終了日"],
        }
        for row in told.tables["pauses"]
    ] == pauses
    assert len(pauses) >= 1
    for pause in pauses:
        line = lines[pause["line"]]
        assert line["顧客ID"] == pause["account"]
        assert line["開始日"] < pause["from"] < pause["to"] < (line["終了日"] or "9999")


@SIZES
def test_truth_of_groups(size: int) -> None:
    told = company(size)
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for row in told.tables["accounts"]:
        if row["親会社ID"]:
            groups[row["親会社ID"]].append(row["顧客ID"])
    assert dict(groups) == told.fact("groups")["children_of"]


@SIZES
def test_truth_of_white_space(size: int) -> None:
    told = company(size)
    fact = told.fact("white_space")
    grown = {
        row["顧客ID"]: (int(row["前年従業員数"]), int(row["従業員数"]))
        for row in told.living
        if int(row["従業員数"]) >= 1.23 * int(row["前年従業員数"])
    }
    listed = {a["account"]: (a["employees_before"], a["employees"]) for a in fact["accounts"]}
    assert grown == listed
    assert len(grown) == round(0.015 * size)
    latest = {}
    for old, new in renewals(told):
        if last_paid(new) >= UNTIL:
            latest[new["顧客ID"]] = int(new["数量"]) / int(old["数量"])
    flat = {account for account in grown if latest[account] < 1.05}
    assert flat == {a["account"] for a in fact["accounts"] if a["missed"]}
    assert fact["missed"] == (len(grown) + 1) // 2
