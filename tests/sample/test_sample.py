"""The sample company's files: whole, believable, of the right size."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from banso.engines.operating.checks import check
from banso.engines.operating.findings import Severity
from banso.engines.operating.reading import read as read_model
from banso.sample import write_company
from tests.engines.operating.documents import around
from tests.sample.files import (
    FULL_NAME,
    JOB_ROLES,
    KANA,
    PRODUCTS,
    SIZES,
    STAKES,
    UNTIL,
    arr_by_account,
    check_digit,
    company,
    contents,
    following,
    last_paid,
    read,
    segment,
    start,
)


def test_the_same_arguments_write_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_company(tmp_path / name, accounts=150, seed=3, until=UNTIL)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_another_seed_writes_other_customers_and_the_same_cast(tmp_path: Path) -> None:
    for seed in (3, 4):
        write_company(tmp_path / str(seed), accounts=2000, seed=seed, until=UNTIL)
    one, two = contents(tmp_path / "3"), contents(tmp_path / "4")
    assert [name for name in one if one[name] == two[name]] == [
        "members.csv",
        "model.yaml",
        "standard_minutes.csv",
    ]


def test_its_operating_model_has_no_errors(tmp_path: Path) -> None:
    text = write_company(tmp_path, accounts=100, seed=1, until=UNTIL).model.read_text("utf-8")
    found = check(read_model(text), around())
    assert [each.code for each in found if each.severity is Severity.ERROR] == []


def test_files_open_in_japanese_spreadsheets(tmp_path: Path) -> None:
    written = write_company(tmp_path, accounts=100, seed=1, until=UNTIL)
    for path in written.files.values():
        assert path.read_bytes()[:3] == b"\xef\xbb\xbf"
        assert b"\n" not in path.read_bytes().replace(b"\r\n", b"")
    assert {k: len(read(p)) for k, p in written.files.items()} == written.rows


def test_files_are_listed_in_the_order_of_import(tmp_path: Path) -> None:
    written = write_company(tmp_path, accounts=100, seed=1, until=UNTIL)
    assert list(written.files) == [
        "members", "accounts", "contacts", "parties", "rates", "subscriptions", "transfers",
        "cancellations", "standard_minutes", "touchpoints", "tickets", "survey_answers", "usage",
        "holdings", "skills",
    ]  # fmt: skip


def test_too_few_accounts_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least 100"):
        write_company(tmp_path, accounts=99, seed=1, until=UNTIL)


def test_a_negative_seed_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="zero or more"):
        write_company(tmp_path, accounts=100, seed=-1, until=UNTIL)


@pytest.mark.parametrize("until", [date(2028, 2, 29), date(2027, 1, 1), date(2026, 3, 31)])
def test_any_day_can_be_the_last(until: date) -> None:
    told = company(100, 5, until)
    assert {r["顧客ID"] for r in told.living} == set(arr_by_account(told, until))
    assert max(start(line) for line in told.tables["subscriptions"]) <= until


@SIZES
def test_ids_and_handles_are_unique(size: int) -> None:
    told = company(size)
    for kind, key in (
        ("members", "社員ID"),
        ("members", "メールアドレス"),
        ("accounts", "顧客ID"),
        ("accounts", "顧客名"),
        ("accounts", "法人番号"),
        ("accounts", "ドメイン"),
        ("contacts", "先方担当者ID"),
        ("subscriptions", "契約明細ID"),
        ("cancellations", "解約ID"),
        ("touchpoints", "接点ID"),
        ("tickets", "チケットID"),
        ("survey_answers", "回答ID"),
    ):
        values = [row[key] for row in told.tables[kind]]
        assert [value for value, count in Counter(values).items() if count > 1] == []


@SIZES
def test_every_reference_resolves(size: int) -> None:
    told = company(size)
    here = {m["社員ID"] for m in told.tables["members"] if not m["退職日"]}
    holders = {row[duty] for row in told.living for duty in ("担当CSM", "更新締結担当", "担当AE")}
    assert holders - here == set()
    ids = set(told.accounts)
    assert {row["顧客ID"] for row in told.tables["contacts"]} == ids
    assert {row["顧客ID"] for row in told.tables["subscriptions"]} == ids
    parents = {row["親会社ID"] for row in told.accounts.values()} - {""}
    assert parents - ids == set()
    assert {told.accounts[parent]["親会社ID"] for parent in parents} == {""}


@SIZES
def test_the_lost_have_no_holders_and_the_living_all(size: int) -> None:
    told = company(size)
    paying = set(arr_by_account(told, UNTIL))
    assert len(paying) == size
    for account_id, row in told.accounts.items():
        duties = [bool(row[duty]) for duty in ("担当CSM", "更新締結担当", "担当AE")]
        assert duties == [account_id in paying] * 3


@SIZES
def test_kana_are_katakana_and_nothing_else(size: int) -> None:
    told = company(size)
    names = [row["顧客名カナ"] for row in told.tables["accounts"]]
    assert [name for name in names if not KANA.fullmatch(name)] == []
    people = [row["氏名カナ"] for kind in ("members", "contacts") for row in told.tables[kind]]
    assert [name for name in people if not FULL_NAME.fullmatch(name)] == []


@SIZES
def test_corporate_numbers_are_valid(size: int) -> None:
    numbers = [row["法人番号"] for row in company(size).tables["accounts"]]
    assert {len(number) for number in numbers} == {13}
    assert [number for number in numbers if int(number[0]) != check_digit(number)] == []


def test_the_check_digit_here_agrees_with_the_published_example() -> None:
    assert check_digit("8700110005901") == 8


@SIZES
def test_addresses_are_under_domains_reserved_for_examples(size: int) -> None:
    told = company(size)
    domains = [row["ドメイン"] for row in told.tables["accounts"]]
    mails = [row["メールアドレス"] for kind in ("members", "contacts") for row in told.tables[kind]]
    domain = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)?\.example\.(jp|com)")
    assert [name for name in domains if not domain.fullmatch(name)] == []
    parts = [mail.split("@") for mail in mails]
    assert [
        p for p in parts if not (re.fullmatch(r"[a-z0-9.-]+", p[0]) and domain.fullmatch(p[1]))
    ] == []


@SIZES
def test_words_of_the_contract_are_used(size: int) -> None:
    told = company(size)
    assert {row["職種"] for row in told.tables["members"]} == JOB_ROLES
    assert {row["関与"] for row in told.tables["contacts"]} == STAKES
    assert {row["製品"] for row in told.tables["subscriptions"]} == PRODUCTS


@SIZES
def test_proportions_hold(size: int) -> None:
    told = company(size)
    count = Counter(segment(row) for row in told.living)
    assert count == {
        "SMB": round(size * 0.70),
        "mid": round(size * 0.24),
        "enterprise": round(size * 0.06),
    }
    assert len(told.accounts) == pytest.approx(1.22 * size, abs=1)
    kanto = sum(row["地域"] == "関東" for row in told.accounts.values())
    assert kanto / len(told.accounts) == pytest.approx(0.5, abs=0.03)
    towns = sum(row["業種"] == "自治体" for row in told.living)
    assert towns == round(size * 0.015)
    children = sum(row["親会社ID"] != "" for row in told.living)
    assert children / size == pytest.approx(0.05, abs=0.006)


@SIZES
def test_small_customers_have_few_contacts_and_large_ones_many(size: int) -> None:
    told = company(size)
    seats = Counter(row["顧客ID"] for row in told.tables["contacts"] if not row["離任日"])
    bounds = {"SMB": (2, 3), "mid": (3, 5), "enterprise": (6, 10)}
    for account_id, row in told.accounts.items():
        least, most = bounds[segment(row)]
        town = row["業種"] == "自治体"
        assert least <= seats[account_id] <= (min(most, 8) if town else most)


@SIZES
def test_terms_follow_one_another_without_gap_or_overlap(size: int) -> None:
    told = company(size)
    late = {(r["contract"], r["renewed_on"]): r for r in told.fact("late_renewals")["renewals"]}
    gaps = set()
    for old, new in following(told):
        days = (start(new) - last_paid(old)).days - 1
        assert 0 <= days <= 28
        if days:
            gaps.add((new["契約ID"], new["開始日"]))
            assert late[new["契約ID"], new["開始日"]]["days_late"] == days
    assert gaps == set(late)
    for line in told.tables["subscriptions"]:
        assert start(line) <= last_paid(line)
        assert line["契約満了日"] >= line["終了日"] or line["契約満了日"] == ""


def test_term_ends_cluster_in_march_and_december() -> None:
    ends = [r["契約満了日"][5:] for r in company(2000).tables["subscriptions"] if r["契約満了日"]]
    assert ends.count("03-31") / len(ends) == pytest.approx(0.30, abs=0.04)
    assert ends.count("12-31") / len(ends) == pytest.approx(0.12, abs=0.03)


def test_the_book_of_two_thousand_has_the_size_it_should() -> None:
    told = company(2000)
    contracts = {row["契約ID"] for row in told.tables["subscriptions"]}
    assert len(contracts) == pytest.approx(2900, rel=0.06)
    assert len(told.tables["subscriptions"]) == pytest.approx(8200, rel=0.05)
    assert sum(arr_by_account(told, UNTIL).values()) == pytest.approx(3.6e9, rel=0.1)


@pytest.mark.parametrize("seed", [7, 1])
def test_revenue_grows_and_stays_as_that_of_a_sound_company(seed: int) -> None:
    told = company(2000, seed)
    before = arr_by_account(told, UNTIL.replace(year=UNTIL.year - 1))
    now = arr_by_account(told, UNTIL)
    opening = sum(before.values())
    assert 1.22 < sum(now.values()) / opening < 1.40
    assert 0.88 < sum(min(arr, now.get(a, 0)) for a, arr in before.items()) / opening < 0.95
    assert 1.04 < sum(now.get(a, 0) for a in before) / opening < 1.14


def test_a_few_percent_pay_in_dollars_and_the_rates_cover_them() -> None:
    told = company(2000)
    abroad = {r["顧客ID"] for r in told.tables["subscriptions"] if r["通貨"] == "USD"}
    assert len(abroad) == 30
    rates = told.tables["rates"]
    assert len(rates) == 40
    assert (rates[0]["適用日"], rates[-1]["適用日"]) == ("2023-04-01", "2026-07-01")
    assert {140 <= float(rate["レート"]) <= 158 for rate in rates} == {True}


def test_about_fifty_people_work_there_and_some_have_left() -> None:
    members = company(2000).tables["members"]
    roles = Counter(m["職種"] for m in members if not m["退職日"])
    assert roles == {
        "AE": 12, "CSM": 14, "戦略型CSM": 5, "サポート": 6, "オンボーディング": 3,
        "トレーナー": 2, "AM": 2, "CSマネージャー": 2, "CS責任者": 1, "CS Ops": 1,
        "パートナー営業": 2, "役員": 2,
    }  # fmt: skip
    assert sum(m["退職日"] != "" for m in members) == 9
    leaders = Counter(m["チーム"] for m in members if m["チーム責任者"] == "はい")
    assert set(leaders.values()) == {1}
    assert set(leaders) == {m["チーム"] for m in members}


def test_names_do_not_bore() -> None:
    names = [row["顧客名"] for row in company(2000).tables["accounts"]]
    openings = Counter(
        re.sub(r"\w\w法人(社団|財団)?|株式会社|有限会社|合同会社|㈱|\(株\)", "", name)[:2]
        for name in names
    )
    assert openings.most_common(1)[0][1] < 0.06 * len(names)
    assert any(name.startswith("株式会社") for name in names)
    assert any(name.endswith("株式会社") for name in names)
