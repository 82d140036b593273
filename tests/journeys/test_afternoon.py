"""An afternoon: all that a company has comes in at once, and the whole customer is on one page."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import Visitor
from tests.journeys.served import Installation
from tests.journeys.walking import (
    account_rows,
    amount,
    counts,
    drop,
    expect_state,
    expect_told,
    follow,
    found_by,
    import_row,
    press_and_confirm,
    set_up,
    stat,
    take_back,
)

ACCOUNTS = """顧客コード,取引先名,フリガナ,業種,都道府県,従業員数,取引開始日
K001,株式会社いろは食品,ｲﾛﾊｼｮｸﾋﾝ,食品,東京都,３２０,令和4年4月1日
K002,㈱髙橋精機,ﾀｶﾊｼｾｲｷ,製造,愛知県,"1,150",R5.10.1
K003,医療法人あけぼの会,ｱｹﾎﾞﾉｶｲ,医療,福岡県,85,2024/04/01
"""
CONTACTS = """担当者ID,顧客コード,氏名,フリガナ,部署,役職,メールアドレス
P01,K001,山本 恵,ヤマモト メグミ,人事部,部長,yamamoto@iroha.example.jp
P02,K002,髙橋 健一,タカハシ ケンイチ,総務部,課長,takahashi@seiki.example.jp
P03,K003,大塚 さくら,オオツカ サクラ,事務局,事務長,otsuka@akebono.example.jp
"""
SUBSCRIPTIONS = """明細ID\t顧客コード\t製品\t金額\t請求周期\t開始日
M01\tK001\t労務クラウド\t120,000\t月額\t2024/04/01
M02\tK0O2\t労務クラウド\t2,400,000\t年額\t2024/10/01
M03\tK003\t勤怠クラウド\t六万円\t月額\t令和6年4月1日
M04\tK003\t労務クラウド\t￥９０，０００\t月額\t令和6年4月1日
"""
TOUCHPOINTS = """活動ID,顧客コード,活動日,方法,題名,内容
A01,K001,2026/01/15 14:00,訪問,年末調整の振り返り,入力の手間が減ったとのこと。
A02,K001,2026/02/03 10:30,TEL,勤怠の設定,変形労働時間制の設定を案内した。
A03,K002,2026/02/20,TEL,拠点追加のご相談,来期に二拠点を加えたい。
"""
TICKETS = """問い合わせ番号,顧客コード,件名,受付日時,優先度,完了日時
T01,K001,CSVを取り込めない,2026/01/20 09:12,高,2026/01/20 15:40
T02,K003,権限を変えたい,2026/03/02 11:05,中,
"""


class Brought(NamedTuple):
    """One file of the five: what it is taken for, and how many rows it brings."""

    name: str
    content: bytes
    kind: str
    rows: int


FILES = [
    Brought("問い合わせ.csv", TICKETS.encode("iso2022_jp"), "チケット", 2),
    Brought("活動記録.csv", TOUCHPOINTS.encode("euc_jp"), "対応履歴", 3),
    Brought("契約.txt", SUBSCRIPTIONS.encode("utf-16"), "契約明細", 4),
    Brought("先方担当者.csv", CONTACTS.encode("utf-8-sig"), "先方担当者", 3),
    Brought("取引先.csv", ACCOUNTS.encode("cp932"), "顧客", 3),
]
IN_ORDER = ["取引先.csv", "先方担当者.csv", "契約.txt", "活動記録.csv", "問い合わせ.csv"]
LAST_IN_FIRST_OUT = (
    "問い合わせ.csv",
    "活動記録.csv",
    "契約.txt",  # the corrected rows
    "契約.txt",
    "先方担当者.csv",
    "取引先.csv",
)
SAID = "来期の拠点追加を前向きに検討中。"
PROMISE = "見積もりを送る"
DUE_ON = date(2099, 4, 1)


def test_five_files_come_in_a_meeting_is_logged_and_the_import_is_taken_back(
    empty: Installation, visitor: Visitor
) -> None:
    page = visitor(empty)
    set_up(page)
    drop_five_files(page)
    mend_the_mapping(page)
    check_and_bring_in(page)
    mend_two_rejected_rows(page)
    find_the_account_by_kana(page)
    see_the_whole_customer(page)
    log_a_meeting(page)
    keep_the_promise(page)
    take_all_back(page)
    only_the_account_with_the_meeting_is_left(page)


def drop_five_files(page: Page) -> None:
    """In any order: they are sorted by who refers to whom."""
    page.goto("/imports/new/")
    drop(page, {each.name: each.content for each in FILES})
    page.get_by_role("button", name="アップロード").click()
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("5個のファイルをこの順に取り込みます")
    assert page.locator("#files a[data-file]").all_inner_texts() == IN_ORDER
    for each in FILES:
        row = import_row(page, each.name)
        expect(row.locator("select[name=kind] option:checked")).to_have_text(each.kind)
        expect(row).to_contain_text(f"{each.rows}行")


def mend_the_mapping(page: Page) -> None:
    """Nobody could guess that 方法 is how we were in touch, nor that TEL is a call."""
    lacking = import_row(page, "活動記録.csv")
    expect(lacking).to_contain_text("必須項目「手段」に列が指定されていません。")
    expect(page.locator(".callout")).to_contain_text("1個のファイルに不足があります")
    lacking.locator("td a.link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("各列を取り込む項目の指定")
    page.get_by_label("方法", exact=True).select_option(label="手段 *")
    expect(page.get_by_text("読み取れない値が1種類あります。意味を選んでください")).to_be_visible()
    page.get_by_label("TEL", exact=True).select_option(label="電話")
    page.get_by_label("題名", exact=True).select_option(label="件名")
    page.get_by_role("button", name="この対応に決める").click()
    expect(page.locator("#files")).to_be_visible()
    expect(page.locator(".callout")).to_have_count(0)


def check_and_bring_in(page: Page) -> None:
    page.get_by_role("button", name="すべて確認").click()
    for each in FILES:
        expect(import_row(page, each.name).locator(".status")).to_have_text(
            "確認済み（未取り込み）", timeout=30_000
        )
    assert new_and_rejected(page) == {
        "取引先.csv": (3, 0),
        "先方担当者.csv": (3, 0),
        "契約.txt": (2, 2),
        "活動記録.csv": (3, 0),
        "問い合わせ.csv": (2, 0),
    }
    expect(page.locator(".callout")).to_contain_text("まだ何も変更していません")
    page.get_by_role("button", name="すべて取り込む").click()
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("すべてのファイルを取り込みました", timeout=30_000)


def new_and_rejected(page: Page) -> dict[str, tuple[int, int]]:
    """How many rows of each file came in or would, and how many did not or would not."""
    found = {}
    for name in IN_ORDER:
        figures = import_row(page, name).locator("td.num").all_inner_texts()
        new, _changed, _unchanged, rejected, _warned = figures
        found[name] = (amount(new), amount(rejected))
    return found


def mend_two_rejected_rows(page: Page) -> None:
    import_row(page, "契約.txt").get_by_role("link", name="2", exact=True).click()
    reasons = page.locator("#rejected tbody tr")
    expect(reasons).to_contain_text(
        [
            "3行目：「顧客コード」列（顧客ID）の値「K0O2」に指定された顧客「K0O2」がありません",
            "4行目：「金額」列（金額）の値「六万円」が数値ではありません",
        ]
    )
    page.get_by_role("link", name="却下された行を修正").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("却下された2行の修正")
    faulty = page.locator("td[data-faulty] input")
    expect(faulty).to_have_count(2)
    faulty.nth(0).fill("K002")
    faulty.nth(1).fill("60,000")
    page.get_by_role("button", name="この2行を取り込む").click()
    expect_state(page, "取り込み済み")
    assert counts(page) == {"新規": 2, "変更": 0, "変更なし": 0, "却下": 0}
    page.locator(".trail").get_by_role("link", name="契約.txt").click()
    expect(page.get_by_text("すべての行を取り込みました。")).to_be_visible()


def find_the_account_by_kana(page: Page) -> None:
    for spelling in ("いろは", "イロハ", "ｲﾛﾊ", "iroha"):
        assert found_by(page, spelling) == ["株式会社いろは食品"], spelling
    account_rows(page).first.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("株式会社いろは食品")


def see_the_whole_customer(page: Page) -> None:
    """What came in by five files stands on one page, under that customer alone."""
    expect(page.locator("#panel-profile")).to_contain_text("2022年4月1日")
    expect(stat(page, "ARR")).to_have_text("¥1,440,000")
    expect(page.locator("#panel-contacts tbody tr")).to_contain_text(["山本 恵"])
    assert titles(page) == ["勤怠の設定", "CSVを取り込めない", "年末調整の振り返り"]
    search = page.get_by_role("searchbox", name="記録・チケット・回答の言葉")
    search.fill("変形労働")
    search.press("Enter")
    expect(entries(page)).to_have_count(1)
    assert titles(page) == ["勤怠の設定"]
    page.get_by_role("link", name="すべて表示").click()
    expect(entries(page)).not_to_have_count(1)


def entries(page: Page) -> Locator:
    return page.locator("#story-list ol.story > li:not(.load-more)")


def titles(page: Page) -> list[str]:
    """What was said, the newest first."""
    told = page.locator("#story-list .title a")
    said = page.locator("[href*='/story/touch/'], [href*='/story/ticket/']")
    return told.and_(said).all_inner_texts()


def log_a_meeting(page: Page) -> None:
    """l opens the form, Ctrl+Enter saves; between them only what is to be said."""
    page.keyboard.press("l")
    form = page.get_by_role("dialog", name="対応を記録")
    expect(form.get_by_label("内容")).to_be_focused()
    page.keyboard.type(SAID)
    form.get_by_label("手段").select_option(label="面談")
    form.get_by_label("先方担当者").select_option(label="山本 恵")
    form.get_by_role("radio", name="とても良い").check()
    expect(form.get_by_label("きっかけ").locator("option:checked")).to_contain_text("当社から")
    form.get_by_label("宿題").fill(PROMISE)
    form.get_by_label("期限").fill(DUE_ON.isoformat())
    page.keyboard.press("Control+Enter")
    expect_told(page, "記録しました。")
    logged = entries(page).first
    for words in (SAID, "面談", "山本 恵", "とても良い", "プロアクティブ", PROMISE):
        expect(logged).to_contain_text(words)
    expect(logged.locator(".promised .status")).to_have_text(f"期限 {DUE_ON:%Y/%m/%d}")


def keep_the_promise(page: Page) -> None:
    next_ = page.locator("#panel-promises")
    expect(next_.locator("li")).to_contain_text([PROMISE])
    next_.get_by_role("button", name="完了").click()
    expect(next_.locator(".status")).to_contain_text("完了")


USED_BY_THE_MEETING = {"先方担当者.csv", "取引先.csv"}


def take_all_back(page: Page) -> None:
    """The last in first out, the corrected rows too; what the meeting needs stays, and is told."""
    for name in LAST_IN_FIRST_OUT:
        follow(page, "取り込み")
        undo = page.get_by_role("button", name="取り消し")
        row = import_row(page, name).filter(has=undo).first
        row.get_by_role("link", name=name, exact=True).click()
        if name not in USED_BY_THE_MEETING:
            take_back(page)
            continue
        press_and_confirm(page, "取り消し")
        expect(page.locator("#standing .callout")).to_contain_text(
            "1行は取り消せませんでした", timeout=30_000
        )


def only_the_account_with_the_meeting_is_left(page: Page) -> None:
    follow(page, "顧客一覧")
    expect(account_rows(page)).to_have_count(1)
    account_rows(page).first.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("株式会社いろは食品")
    expect(entries(page).first).to_contain_text(SAID)
    assert len(titles(page)) == 1
    expect(page.locator("#panel-contacts tbody tr")).to_contain_text(["山本 恵"])
    expect(stat(page, "ARR")).not_to_contain_text("1,440,000")
