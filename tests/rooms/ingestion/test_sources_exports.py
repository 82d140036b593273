"""Exports of other systems, as those systems write them: every cell as it must be read."""

from __future__ import annotations

from itertools import repeat
from pathlib import Path
from typing import Any

import pytest

from banso.rooms.ingestion.sources import Footer, SourceRow, open_all, open_table

EXPORTS = Path(__file__).parents[2] / "data" / "exports"

TAKASHIMA = (
    "CRM-1", "㈱髙島硝子", "タカシマガラス", "製造", "大阪府", "1,200",
    "https://www.takashima.example.jp/", "2024-04-01", "m001", "勤怠;人事",
    "年度末は連絡を控える。\n請求は \"本社\" & 支店'別 々。",
)  # fmt: skip
MIDORI = (
    "CRM-2", "有限会社みどり農園", "ミドリノウエン", "農業", "長野県", "35", "", "2025-10-01",
    "m002", "", "",
)  # fmt: skip
SOLUTION = (
    "CRM-3", "ｿﾘｭｰｼｮﾝ①株式会社", "ソリューションイチ", "情報通信", "東京都", "480",
    "solution.example.com", "2023-07-15", "m001", "勤怠;給与;人事",
    "1 < 2 & 3 > 2\n二行目、「<tanaka@example.com>」へ",
)  # fmt: skip
SAVED = "2026-11-20T09:30"
FOOTER = Footer(
    5,
    (
        "取引先一覧(CS共有)",
        "Copyright (c) 2000-2026 salesforce.com, inc. All rights reserved.",
        "機密情報 - 配布禁止",
        "作成者:  佐藤 さくら  2026/11/21 18:04",
        "株式会社伴走商事",
    ),
)


def rows_of(name: str) -> list[SourceRow]:
    return list(open_table(EXPORTS / name).rows())


def cells_of(name: str) -> list[tuple[Any, ...]]:
    return [row.cells for row in rows_of(name)]


def test_kintone_customers_with_a_table_check_boxes_and_rich_text() -> None:
    table = open_table(EXPORTS / "kintone_customers_cp932.csv")
    assert (table.encoding, table.delimiter, table.rows_at_most) == ("cp932", ",", 6)
    assert table.header == (
        "レコード番号", "会社名", "会社名カナ", "業種", "都道府県", "従業員数", "Webサイト",
        "契約開始日", "担当CSM", "利用製品", "備考", "担当者番号", "担当者名", "担当者カナ",
        "部署名", "役職", "メールアドレス", "電話番号", "更新日時",
    )  # fmt: skip
    people = [
        ("P-11", "山﨑 美咲", "ヤマサキ ミサキ", "人事部", "部長",
         "yamasaki@takashima.example.jp", "06-1234-5678"),
        ("P-12", "小川 健", "オガワ ケン", "情報システム部", "",
         "ogawa@takashima.example.jp", ""),
        ("P-13", "三浦, 次郎", "ミウラ ジロウ", "経理部", "課長", "", "06-1234-5679"),
        ("P-21", "緑川 花", "ミドリカワ ハナ", "", "代表", "hana@midori.example.jp",
         "0120-000-000"),
        ("P-31", "佐々木 蒼", "ササキ アオイ", "管理本部", "本部長",
         "sasaki@solution.example.com", "+81 3 1234 5678"),
        ("P-32", "Lee Mina", "", "管理本部", "", "mina@solution.example.com", ""),
    ]  # fmt: skip
    places = zip(
        (2, 3, 4, 5, 6, 8),
        (*repeat(TAKASHIMA, 3), MIDORI, SOLUTION, SOLUTION),
        people,
        (True, False, False, True, True, False),
        strict=True,
    )
    assert list(table.rows()) == [
        SourceRow(number, (*record, *person, SAVED), starts_record=first)
        for number, record, person, first in places
    ]


def test_kintone_history_cut_by_spaces() -> None:
    table = open_table(EXPORTS / "kintone_history_utf8_bom_space.csv")
    assert (table.encoding, table.delimiter) == ("utf-8-sig", " ")
    assert table.header == (
        "レコード番号", "顧客番号", "会社名", "対応日時", "対応種別", "対応区分", "対応者",
        "先方メールアドレス", "件名", "対応内容", "所要時間(分)", "お客様の様子", "約束したこと",
        "約束の期日", "作成者", "作成日時",
    )  # fmt: skip
    assert list(table.rows()) == [
        SourceRow(2, (
            "TAIO-1", "CRM-1", "㈱髙島硝子", "2026-11-04 14:00", "Web会議", "こちらから", "m001",
            "yamasaki@takashima.example.jp", "定例会", "勤怠の締め処理を\n確認した。", "45", "良い",
            "締め処理の手順書を送る", "2026-11-11", "m001", "2026-11-04 15:02",
        )),
        SourceRow(3, (
            "TAIO-2", "CRM-3", "ｿﾘｭｰｼｮﾝ①株式会社", "2026-11-06 10:30", "電話", "先方から", "m001",
            "", "給与の問い合わせ", "残業 & 深夜手当の設定", "12", "普通", "", "", "m001",
            "2026-11-06 10:50",
        )),
    ]  # fmt: skip


def test_kintone_support_cut_by_semicolons() -> None:
    table = open_table(EXPORTS / "kintone_support_utf8_semicolon.csv")
    assert (table.encoding, table.delimiter) == ("utf-8", ";")
    assert cells_of("kintone_support_utf8_semicolon.csv") == [
        ("SUP-501", "CRM-1", "㈱髙島硝子", "2026-10-01 09:12", "2026-10-01 09:40",
         "2026-10-02 17:05", "打刻が反映されない", "端末; 事務所の2台", "勤怠", "不具合", "高",
         "m003", "ogawa@takashima.example.jp", "はい", "m003", "2026-10-02 17:05"),
        ("SUP-502", "CRM-2", "有限会社みどり農園", "2026-10-03 11:00", "", "", "権限の付け方",
         "経理に<閲覧>だけ渡したい", "人事", "使い方", "中", "m003", "hana@midori.example.jp",
         "いいえ", "m003", "2026-10-03 11:00"),
    ]  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "cp932"])
def test_a_salesforce_report_without_its_footer_and_with_long_ids(encoding: str) -> None:
    table = open_table(EXPORTS / f"salesforce_report_{encoding.replace('-', '')}.csv")
    assert (table.encoding, table.rows_at_most, table.footer) == (encoding, 3, FOOTER)
    assert table.header == (
        "取引先 ID", "取引先名", "業種", "請求先 都道府県", "従業員", "Web サイト",
        "取引先 所有者", "ARR 通貨", "ARR",
    )  # fmt: skip
    assert list(table.rows()) == [
        SourceRow(2, ("0015g00000AbCdEAAV", "株式会社青葉製作所", "製造", "宮城県", "320",
                      "http://aoba.example.jp", "佐藤 さくら", "JPY", "4,800,000")),
        SourceRow(3, ("0015g00000AbCdFAAV", "㈱北斗物流", "運輸", "北海道", "1,050", "",
                      "田中 健", "JPY", "12,000,000")),
        SourceRow(4, ("0015g00000AbCdfAAF", "はやぶさ合同会社", "", "福岡県", "",
                      "hayabusa.example.com", "佐藤 さくら", "JPY", "0")),
    ]  # fmt: skip


def test_salesforce_data_loader() -> None:
    accounts = open_table(EXPORTS / "salesforce_data_loader_accounts.csv")
    assert accounts.header == (
        "Id", "Name", "ParentId", "Industry", "BillingState", "NumberOfEmployees", "Website",
        "Owner.Email", "CreatedDate",
    )  # fmt: skip
    assert [row.cells for row in accounts.rows()] == [
        ("0015g00000AbCdEAAV", "株式会社青葉製作所", "", "Manufacturing", "宮城県", "320",
         "http://aoba.example.jp", "sakura@example.co.jp", "2024-03-31T15:00:00.000Z"),
        ("0015g00000AbCdGAAV", "青葉販売株式会社", "0015g00000AbCdEAAV", "#N/A", "宮城県", "#N/A",
         "", "ken@example.co.jp", "2025-01-15T02:10:44.000Z"),
    ]  # fmt: skip
    assert rows_of("salesforce_data_loader_cases_cp932.csv") == [
        SourceRow(2, ("5005g00000Hj1kLAAR", "00001042", "0015g00000AbCdEAAV", "0035g00000XyZ1aAAF",
                      "CSV が取り込めない", '一行目\r\n二行目 "引用"', "Problem", "High",
                      "2026-11-02T00:15:00.000Z", "2026-11-02T06:45:00.000Z", "true",
                      "ken@example.co.jp")),
        SourceRow(4, ("5005g00000Hj1kMAAR", "00001043", "0015g00000AbCdGAAV", "#N/A",
                      "=SUM(A1:A3) について", "", "Question", "Medium", "2026-11-05T01:00:00.000Z",
                      "#N/A", "false", "ken@example.co.jp")),
    ]  # fmt: skip


def test_a_hubspot_zip_is_its_files(tmp_path: Path) -> None:
    unpacked = open_all(EXPORTS / "hubspot_export.zip", tmp_path)
    tables = {name: open_table(path) for name, path in unpacked.files}
    assert unpacked.left_out == ("readme.html",)
    assert {name: [row.cells for row in table.rows()] for name, table in tables.items()} == {
        "hubspot-crm-exports-all-companies-2026-11-20.csv": [
            ("9001", "Cedar & Sons", "cedar.example.com", "RETAIL", "Ohio", "85",
             "sakura@example.co.jp", "Customer", "7001;7002"),
            ("9002", "株式会社あけぼの", "akebono.example.jp", "COMPUTER_SOFTWARE", "東京都", "210",
             "", "Customer", ""),
        ],
        "hubspot-crm-exports-all-contacts-2026-11-20.csv": [
            ("7001", "Ann", "O'Neill", "ann@cedar.example.com", "+1 614 555 0100", "COO",
             "sakura@example.co.jp", "9001", "9001;9002", "Ann O'Neill"),
            ("7002", "花子", "曙", "hanako@akebono.example.jp", "", "", "", "9002", "9002",
             "曙 花子"),
        ],
        "hubspot-crm-exports-all-tickets-2026-11-20.csv": [
            ("5501", "Login loop", "Cleared cookies, still looping", "HIGH", "PRODUCT_ISSUE",
             "2026-11-10 08:30", "2026-11-10 13:05", "ken@example.co.jp", "9001", "7001"),
            ("5502", "請求書の宛名", "", "MEDIUM", "BILLING_ISSUE", "2026-11-12 10:00", "", "",
             "9002", ""),
        ],
    }  # fmt: skip


def test_stripe_subscriptions_of_the_api_since_the_periods_moved_to_the_items() -> None:
    table = open_table(EXPORTS / "stripe_subscriptions_since_2025.json")
    assert (table.header_number, table.rows_at_most, table.encoding) == (0, 4, "utf-8")
    assert table.header == (
        "id", "object", "cancel_at_period_end", "created", "currency", "customer", "ended_at",
        "items.object", "items.has_more", "items.total_count", "livemode", "metadata.sales_owner",
        "start_date", "status", "trial_end", "items.data.id", "items.data.object",
        "items.data.created", "items.data.current_period_end", "items.data.current_period_start",
        "items.data.price.id", "items.data.price.object", "items.data.price.currency",
        "items.data.price.nickname", "items.data.price.product",
        "items.data.price.recurring.interval", "items.data.price.recurring.interval_count",
        "items.data.price.recurring.usage_type", "items.data.price.type",
        "items.data.price.unit_amount", "items.data.price.unit_amount_decimal",
        "items.data.quantity", "items.data.subscription",
        "amount × quantity", "months per interval", "last day of period",
    )  # fmt: skip
    made, year, month = 1743433200, (1806505200, 1774969200), (1764514800, 1761922800)

    def row(
        number: int, top: tuple[Any, ...], item: tuple[Any, ...], *, first: bool = True
    ) -> SourceRow:
        name, cancels, currency, customer, ended, items, owner, status = top
        line, period, price, nickname, interval, count, unit, quantity, *reckoned = item
        return SourceRow(
            number,
            (name, "subscription", cancels, made, currency, customer, ended, "list", False, items,
             True, owner, made, status, "", line, "subscription_item", made, *period,
             f"price_{price}", "price", currency, nickname, f"prod_{price}", interval, count,
             "licensed", "recurring", unit, str(unit), quantity, name, *reckoned),
            starts_record=first,
        )  # fmt: skip

    aoba = ("sub_A", False, "jpy", "cus_Aoba", "", 2, "m001", "active")
    cedar = ("sub_B", True, "usd", "cus_Cedar", "", 1, "", "active")
    ended = ("sub_C", False, "usd", "cus_Cedar", 1764514800, 1, "", "canceled")
    assert list(table.rows()) == [
        row(1, aoba, ("si_A1", year, "001", "勤怠 年額", "year", 1, 12000, 40,
                      "480000", "12", year[0] - 86400)),
        row(2, aoba, ("si_A2", year, "002", "", "month", 3, 3000, 1,
                      "3000", "3", year[0] - 86400), first=False),
        row(3, cedar, ("si_B1", month, "003", "Team monthly", "month", 1, 4999, 25,
                       "124975", "1", month[0] - 86400)),
        row(4, ended, ("si_C1", month, "004", "Metered", "week", 1, "", 1,
                       "", "", month[0] - 86400)),
    ]  # fmt: skip


def test_stripe_subscriptions_of_the_api_before() -> None:
    table = open_table(EXPORTS / "stripe_subscriptions_before_2025.jsonl")
    told = (
        "id", "current_period_end", "customer", "items.data.id", "items.data.price.unit_amount",
        "items.data.quantity", "metadata.plan_name", "amount × quantity", "months per interval",
        "last day of period",
    )  # fmt: skip
    places = [table.header.index(name) for name in told]
    seen = [
        (row.number, row.starts_record, *(row.cells[at] for at in places)) for row in table.rows()
    ]
    assert seen == [
        (1, True, "sub_D", 1806505200, "cus_Aoba", "si_D1", 12000, 3, "", "36000", "12",
         1806418800),
        (2, True, "sub_E", 1764514800, "cus_Cedar", "si_E1", 4999, 2, "team", "9998", "1",
         1764428400),
        (3, False, "sub_E", 1764514800, "cus_Cedar", "si_E2", 150, 10, "team", "1500", "1",
         1764428400),
    ]  # fmt: skip


def test_stripe_subscriptions_of_the_dashboard_in_yen_and_dollars() -> None:
    table = open_table(EXPORTS / "stripe_subscriptions.csv")
    made = "2025-03-31 15:00Z"
    assert table.header[:10] == (
        "id", "Customer ID", "Customer Description", "Customer Email", "Plan", "Quantity",
        "Currency", "Interval", "Amount", "Status",
    )  # fmt: skip
    assert table.header[10:] == (
        "Created (UTC)", "Start Date (UTC)", "Current Period Start (UTC)",
        "Current Period End (UTC)", "Trial End (UTC)", "Canceled At (UTC)",
        "Cancel At Period End", "Ended At (UTC)", "sales_owner (metadata)",
        "amount × quantity", "months per interval", "last day of period",
    )  # fmt: skip
    assert [row.cells for row in table.rows()] == [
        ("sub_A", "cus_Aoba", "", "keiri@aoba.example.jp", "勤怠 年額", "40", "jpy", "year",
         "12000", "active", made, made, "2026-03-31 15:00Z", "2027-03-31 15:00Z", "", "", "false",
         "", "m001", "480000", "12", "2027-03-30 15:00:00Z"),
        ("sub_B", "cus_Cedar", "", "ann@cedar.example.com", "Team monthly", "25", "usd", "month",
         "49.99", "active", made, made, "2025-10-31 15:00Z", "2025-11-30 15:00Z", "",
         "2025-11-10 02:00Z", "true", "", "", "1249.75", "1", "2025-11-29 15:00:00Z"),
        ("sub_C", "cus_Cedar", "", "ann@cedar.example.com", "Quarterly", "", "usd", "3 months",
         "1,250.50", "canceled", made, made, "2025-09-30 15:00Z", "2025-12-31 15:00Z", "",
         "2025-11-10 02:00Z", "false", "2025-11-10 02:00Z", "", "1250.5", "3",
         "2025-12-30 15:00:00Z"),
    ]  # fmt: skip


def test_stripe_customers_have_moments_that_say_where() -> None:
    assert rows_of("stripe_customers.csv") == [
        SourceRow(2, ("cus_Aoba", "", "keiri@aoba.example.jp", "株式会社青葉製作所",
                      "2025-03-31 15:00Z", "false", "jpy")),
        SourceRow(3, ("cus_Cedar", "Retail", "ann@cedar.example.com", "Cedar & Sons",
                      "2025-03-31 15:00Z", "false", "usd")),
    ]  # fmt: skip
