"""What happened, as touchpoints, tickets, surveys, cancellations, usage and parties tell it: whole
and possible.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta

import pytest

from tests.sample.files import (
    PRODUCTS,
    SIZES,
    UNTIL,
    Company,
    Row,
    check_digit,
    company,
    last_paid,
    segment,
    start,
)

KINDS = {
    "打ち合わせ", "オンライン会議", "訪問", "電話", "メール", "チャット", "研修", "ウェビナー",
    "社内メモ",
}  # fmt: skip
LABELS = {
    "操作方法", "設定変更", "計算・集計", "取込・出力", "電子申請", "権限・ログイン",
    "端末・アプリ", "不具合", "法令・制度", "請求・契約",
}  # fmt: skip
SOME_DAYS = pytest.mark.parametrize(
    "told_until", [(300, UNTIL), (2000, UNTIL), (100, date(2027, 1, 1)), (100, date(2028, 2, 29))]
)
ENDLESS = "9999-12-31"


def told_of(size_and_day: tuple[int, date]) -> Company:
    size, until = size_and_day
    return company(size, 7 if until == UNTIL else 5, until)


def day(row: Row) -> str:
    """The day on which something happened, whatever it is."""
    return next(row[column][:10] for column in ("日時", "受付日時", "回答日") if column in row)


def happened(told: Company) -> list[Row]:
    return [
        row for kind in ("touchpoints", "tickets", "survey_answers") for row in told.tables[kind]
    ]


@SOME_DAYS
def test_contacts_belong_to_the_account_and_are_there(told_until: tuple[int, date]) -> None:
    told = told_of(told_until)
    contacts = {row["先方担当者ID"]: row for row in told.tables["contacts"]}
    wrong = []
    for row in happened(told):
        contact = contacts[row["先方担当者ID"]] if row["先方担当者ID"] else None
        if contact and not (
            contact["顧客ID"] == row["顧客ID"]
            and contact["着任日"] <= day(row) <= (contact["離任日"] or ENDLESS)
        ):
            wrong.append(row)
    assert wrong == []
    nameless = {r["種別"] for r in told.tables["touchpoints"] if not r["先方担当者ID"]}
    assert nameless == {"社内メモ"}


@SOME_DAYS
def test_members_are_employed_and_at_work(told_until: tuple[int, date]) -> None:
    told = told_of(told_until)
    members = {row["社員ID"]: row for row in told.tables["members"]}
    wrong = []
    for row in told.tables["touchpoints"] + told.tables["tickets"]:
        member, on = members[row["担当者"]], day(row)
        here = member["入社日"] <= on <= (member["退職日"] or ENDLESS)
        away = member["休業開始日"] and member["休業開始日"] <= on <= member["休業終了日"]
        if not here or away:
            wrong.append((row, member))
    assert wrong == []


@SOME_DAYS
def test_nothing_happens_before_a_customer_exists_or_after_the_end(
    told_until: tuple[int, date],
) -> None:
    told = told_of(told_until)
    paid = last_days(told)
    for row in happened(told):
        assert told.accounts[row["顧客ID"]]["契約開始日"] <= day(row) < told_until[1].isoformat()
        assert day(row) <= paid[row["顧客ID"]]


def last_days(told: Company) -> dict[str, str]:
    days: defaultdict[str, str] = defaultdict(str)
    for line in told.tables["subscriptions"]:
        days[line["顧客ID"]] = max(days[line["顧客ID"]], line["終了日"] or ENDLESS)
    return days


@SIZES
def test_touchpoints_have_valid_values(size: int) -> None:
    rows = company(size).tables["touchpoints"]
    assert {row["種別"] for row in rows} == KINDS
    assert {row["起点"] for row in rows} == {"プロアクティブ", "リアクティブ"}
    assert {row["温度感"] for row in rows} == {"", "とても良い", "良い", "普通", "不安", "悪い"}
    assert [
        row for row in rows if not (row["件名"] and row["内容"] and int(row["所要分"]) > 0)
    ] == []
    assert [row for row in rows if bool(row["宿題"]) != bool(row["宿題期限"])] == []
    done = [row for row in rows if row["宿題完了日"]]
    assert [row for row in done if not row["宿題"] or row["宿題完了日"] < day(row)] == []
    assert [row["日時"] for row in rows] == sorted(row["日時"] for row in rows)


@SIZES
def test_tickets_have_valid_values_and_run_forward(size: int) -> None:
    rows = company(size).tables["tickets"]
    assert {row["製品"] for row in rows} == PRODUCTS
    assert {row["分類"] for row in rows} == LABELS
    assert {row["優先度"] for row in rows} == {"低", "中", "高", "緊急"}
    assert {row["満足度"] for row in rows} == {"", "1", "2", "3", "4", "5"}
    assert {row["エスカレーション"] for row in rows} == {"はい", "いいえ"}
    for row in rows:
        times = [row["受付日時"], row["初回応答日時"] or ENDLESS, row["完了日時"] or ENDLESS]
        assert times == sorted(times)
        assert not row["満足度"] or row["完了日時"]
    assert 0 < sum(not row["完了日時"] for row in rows) < 0.02 * len(rows)


@SIZES
def test_survey_scores_are_on_their_scales(size: int) -> None:
    scales: defaultdict[str, set[int]] = defaultdict(set)
    for row in company(size).tables["survey_answers"]:
        scales[row["調査"]].add(int(row["点数"]))
    assert set(scales) == {"NPS", "CSAT", "オンボーディング"}
    assert scales["CSAT"] | scales["オンボーディング"] <= set(range(1, 6))
    assert scales["NPS"] <= set(range(11))


@SIZES
def test_a_cancellation_ends_its_contract_on_the_day_it_says(size: int) -> None:
    told = company(size)
    ends: defaultdict[str, date] = defaultdict(lambda: date.min)
    owner = {}
    for line in told.tables["subscriptions"]:
        ends[line["契約ID"]] = max(ends[line["契約ID"]], last_paid(line))
        owner[line["契約ID"]] = line["顧客ID"]
    rows = told.tables["cancellations"]
    assert len({row["契約ID"] for row in rows}) == len(rows)
    for row in rows:
        assert owner[row["契約ID"]] == row["顧客ID"]
        assert date.fromisoformat(row["解約日"]) == ends[row["契約ID"]] + timedelta(days=1)
        assert told.accounts[row["顧客ID"]]["契約開始日"] < row["申出日"] < row["解約日"]
        assert row["申出方法"] in {"書面", "メール", "フォーム", "電話"}
        left = not told.accounts[row["顧客ID"]]["担当CSM"]
        assert not left or row["理由"] == told.accounts[row["顧客ID"]]["解約理由"]


@SIZES
def test_every_lost_customer_gave_notice_unless_merged_or_forgotten(size: int) -> None:
    told = company(size)
    lost = {a for a, row in told.accounts.items() if not row["担当CSM"]}
    back = {entry["account"] for entry in told.fact("win_backs")["accounts"]}
    merged = {move["from"] for move in told.fact("mergers")["moves"]}
    lapsed = {entry["account"] for entry in told.fact("lapsed_renewals")["accounts"]}
    said = {row["顧客ID"] for row in told.tables["cancellations"]}
    assert said - back == lost - merged - lapsed
    assert back - said == set()


@SIZES
def test_usage_is_of_products_in_force(size: int) -> None:
    told = company(size)
    spans: defaultdict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for line in told.tables["subscriptions"]:
        begin = start(line) - timedelta(days=28)  # late paper: work went on meanwhile
        end = line["終了日"] or ENDLESS
        spans[line["顧客ID"], line["製品"]].append((begin.isoformat(), end))
    for use in told.usage:
        assert any(a <= use.day <= b for a, b in spans[use.account, use.product])
        assert 0 < use.users <= use.turns
        assert use.errors >= 0 < use.seconds
    keys = Counter((use.account, use.product, use.day) for use in told.usage)
    assert max(keys.values()) == 1
    assert max(use.day for use in told.usage) == (UNTIL - timedelta(days=1)).isoformat()


def test_few_work_at_weekends() -> None:
    users: Counter[bool] = Counter()
    for use in company(2000).usage:
        users[date.fromisoformat(use.day).weekday() >= 5] += use.users
    assert 0.02 < users[True] / users.total() < 0.12


@SIZES
def test_parties_are_somebody_else_with_valid_numbers(size: int) -> None:
    told = company(size)
    rows = told.tables["parties"]
    assert {row["役割"] for row in rows} == {"契約先", "請求先", "利用企業", "販売パートナー"}
    names: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    for row in rows:
        account = told.accounts[row["顧客ID"]]
        assert row["相手先ID"] != row["顧客ID"]
        assert row["相手先名"] != account["顧客名"]
        number = row["法人番号"]
        assert not number or (len(number) == 13 and int(number[0]) == check_digit(number))
        assert account["契約開始日"] == row["開始日"]
        names[row["相手先ID"]].add((row["相手先名"], number))
        if row["相手先ID"].startswith("C"):
            assert row["相手先名"] == told.accounts[row["相手先ID"]]["顧客名"]
            assert row["相手先ID"] == account["親会社ID"]
        if row["役割"] == "販売パートナー":
            assert row["相手先名"] == account["販売パートナー"]
    assert [party for party, told_as in names.items() if len(told_as) > 1] == []
    sold = {row["顧客ID"] for row in rows if row["役割"] == "販売パートナー"}
    assert sold == {a for a, row in told.accounts.items() if row["販売パートナー"]}


@SIZES
def test_successors_name_whom_they_followed(size: int) -> None:
    contacts = {row["先方担当者ID"]: row for row in company(size).tables["contacts"]}
    arrived = [row for row in contacts.values() if row["前任者ID"]]
    for row in arrived:
        before = contacts[row["前任者ID"]]
        assert before["顧客ID"] == row["顧客ID"]
        gone = date.fromisoformat(before["離任日"])
        assert date.fromisoformat(row["着任日"]) == gone + timedelta(days=1)
    left = [row for row in contacts.values() if row["離任日"]]
    assert {row["先方担当者ID"] for row in left} == {row["前任者ID"] for row in arrived}
    months = Counter(row["離任日"][5:] for row in left)
    assert (months["03-31"] + months["09-30"]) / len(left) > 0.9


def test_every_kind_of_activity_has_its_standard_minutes() -> None:
    rows = company(300).tables["standard_minutes"]
    assert {row["種別"] for row in rows} == KINDS | {"チケット"}
    assert [row for row in rows if int(row["標準工数(分)"]) <= 0] == []


def test_there_is_as_much_of_everything_as_there_should_be() -> None:
    rows = company(2000).written.rows
    assert rows["touchpoints"] == pytest.approx(40_000, rel=0.08)
    assert rows["tickets"] == pytest.approx(35_000, rel=0.08)
    assert rows["survey_answers"] == pytest.approx(5_500, rel=0.10)
    assert 200_000 < rows["usage"] < 350_000


def test_requests_follow_the_seasons() -> None:
    by_month = Counter(row["受付日時"][5:7] for row in company(2000).tables["tickets"])
    about = Counter(
        row["受付日時"][5:7]
        for row in company(2000).tables["tickets"]
        if "年末調整" in row["件名"] or "年調" in row["件名"]
    )
    assert set(about) == {"10", "11", "12", "01"}
    assert by_month["12"] > 1.15 * by_month["09"]


def test_large_customers_are_seen_more_often() -> None:
    told = company(2000)
    seen = Counter(row["顧客ID"] for row in told.tables["touchpoints"])
    by_size: defaultdict[str, list[int]] = defaultdict(list)
    for row in told.living:
        by_size[segment(row)].append(seen[row["顧客ID"]])
    means = [sum(by_size[s]) / len(by_size[s]) for s in ("SMB", "mid", "enterprise")]
    assert means == sorted(means)
    assert means[2] > 4 * means[0]
