"""Somebody installs Banso, brings in an export of their old system, and takes it back again."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visitor
from tests.journeys.served import Installation
from tests.journeys.walking import (
    account_rows,
    bring_in,
    check_columns,
    counts,
    downloaded,
    expect_state,
    follow,
    found_by,
    set_up,
    take_back,
    upload,
)

FILE = "得意先一覧.csv"
CUSTOMERS = """顧客コード,取引先名,フリガナ,業種,都道府県,従業員数,取引開始日,ランク
T001,株式会社あさひ,ｱｻﾋ,製造,東京都,１２０,令和5年4月1日,Ａ
T002,㈱髙﨑商店,ﾀｶｻｷｼｮｳﾃﾝ,卸売,群馬県,"１,２３４",R6.10.1,Ｂ
T003,有限会社みどり,ミドリ,小売,大阪府,8,平成30年12月1日,Ｂ
T004,合同会社くじら,,サービス,愛知県,45,2024/01/15,Ｃ
T005,株式会社まちがい,マチガイ,製造,福岡県,10,令和5年13月1日,Ｃ
"""
GUESSES = {
    "顧客コード": "顧客ID *",
    "取引先名": "顧客名 *",
    "フリガナ": "カナ",
    "業種": "業種",
    "都道府県": "地域",
    "従業員数": "従業員数",
    "取引開始日": "取引開始日",
    "ランク": "独自項目「ランク」：テキスト",
}


def test_an_export_of_an_old_system_is_brought_in_corrected_and_taken_back(
    empty: Installation, visitor: Visitor
) -> None:
    page = visitor(empty)
    a_weak_password_is_refused(page)
    set_up(page)
    empty_pages_say_what_to_do(page)
    upload(page, FILE, CUSTOMERS.encode("cp932"))
    columns_are_guessed(page)
    the_check_tells_what_would_happen(page)
    bring_in(page)
    assert counts(page) == {"新規": 4, "変更": 0, "変更なし": 0, "却下": 1}
    corrected_rows_come_in_by_their_own_download(page)
    accounts_are_found_however_they_are_spelled(page)
    correct_the_kana(page)
    think_again_and_take_it_back(page)
    only_what_was_changed_since_is_left(page)


def a_weak_password_is_refused(page: Page) -> None:
    page.goto("/")
    asked = "ようこそ。管理者を登録してください。"
    expect(page.get_by_role("heading", level=1)).to_have_text(asked)
    page.get_by_label("お名前").fill("鈴木 花子")
    page.get_by_label("メールアドレス").fill("hanako@example.jp")
    page.get_by_label("パスワード").fill("みじかい")
    page.get_by_role("button", name="初期設定").click()
    expect(page.get_by_role("alert")).to_contain_text("10")


def empty_pages_say_what_to_do(page: Page) -> None:
    main = page.get_by_role("main")
    expect(main.get_by_role("heading", level=2)).to_have_text("顧客がまだありません")
    follow(page, "ARRブリッジ")
    expect(main.get_by_role("heading", level=2)).to_contain_text("契約明細がまだない")
    expect(main.get_by_role("link", name="契約明細を取り込む")).to_be_visible()
    follow(page, "メンバー")
    expect(main.get_by_role("heading", level=2)).to_have_text("メンバーがまだ登録されていません")
    follow(page, "取り込み")
    expect(main.get_by_role("heading", level=2)).to_have_text("まだ取り込みがありません")
    follow(page, "顧客一覧")
    main.get_by_role("link", name="顧客を取り込む").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("ファイルの取り込み")


def columns_are_guessed(page: Page) -> None:
    expect(page.get_by_role("main")).to_contain_text("Shift_JIS")
    guessed = {
        column: page.get_by_label(column, exact=True).locator("option:checked").inner_text()
        for column in GUESSES
    }
    assert guessed == GUESSES


def the_check_tells_what_would_happen(page: Page) -> None:
    page.get_by_role("button", name="ファイル全体を確認").click()
    expect_state(page, "確認済み（未取り込み）")
    assert counts(page) == {"新規": 4, "変更": 0, "変更なし": 0, "却下": 1}
    reason = page.locator("#rejected tbody tr")
    expect(reason).to_have_count(1)
    expect(reason.get_by_role("rowheader")).to_have_text("「取引開始日」を日付として読み取れません")
    number, example = reason.get_by_role("cell").all_inner_texts()
    assert number == "1"
    assert example == (
        "6行目：「取引開始日」列（取引開始日）の値「令和5年13月1日」を日付として読み取れません"
    )


def corrected_rows_come_in_by_their_own_download(page: Page) -> None:
    (rejected,) = downloaded(page, page.get_by_role("link", name="すべてを理由付きでダウンロード"))
    assert rejected.pop("却下の理由") == "「取引開始日」を日付として読み取れません"
    corrected = rejected | {"取引開始日": "令和5年12月1日"}
    lines = [",".join(corrected), ",".join(corrected.values())]
    upload(page, "修正分.csv", "\r\n".join(lines).encode())
    check_columns(page)
    bring_in(page)
    assert counts(page) == {"新規": 1, "変更": 0, "変更なし": 0, "却下": 0}
    take_back(page)


def accounts_are_found_however_they_are_spelled(page: Page) -> None:
    for spelling in ("あさひ", "アサヒ", "asahi", "ｱｻﾋ"):
        assert found_by(page, spelling) == ["株式会社あさひ"], spelling
    assert found_by(page, "高崎") == ["㈱髙﨑商店"]
    assert found_by(page, "該当なし") == []
    main = page.get_by_role("main")
    expect(main.get_by_role("heading", level=2)).to_have_text("該当する顧客がありません")
    found_by(page, "高崎")
    expect(account_rows(page).first.get_by_role("cell").nth(2)).to_have_text("1,234")
    account_rows(page).first.get_by_role("link").click()
    facts = page.locator("#panel-profile")
    expect(facts).to_contain_text("2024年10月1日")
    expect(facts).to_contain_text("Ｂ")


def correct_the_kana(page: Page) -> None:
    found_by(page, "くじら")
    account_rows(page).first.get_by_role("link").click()
    page.get_by_role("link", name="カナを追加").click()
    drawer = page.get_by_role("dialog", name="顧客名のカナ")
    drawer.get_by_label("カナ", exact=True).fill("クジラ")
    drawer.get_by_role("button", name="保存").click()
    expect(page.get_by_text("保存しました。")).to_be_visible()
    expect(page.get_by_role("link", name="カナを修正")).to_be_visible()
    assert found_by(page, "kujira") == ["合同会社くじら"]


def think_again_and_take_it_back(page: Page) -> None:
    follow(page, "取り込み")
    page.get_by_role("main").get_by_role("link", name=FILE).click()
    page.get_by_role("main").get_by_role("button", name="取り消し", exact=True).click()
    question = page.get_by_role("dialog", name="この取り込みを取り消しますか？")
    expect(question).to_contain_text("新規の4行を削除し")
    question.get_by_role("button", name="戻る").click()
    expect(question).to_be_hidden()
    expect_state(page, "取り込み済み")
    take_back(page)
    expect(page.get_by_role("main")).to_contain_text(
        "その後に変更されたか使用中の1件は残しています"
    )


def only_what_was_changed_since_is_left(page: Page) -> None:
    follow(page, "顧客一覧")
    expect(account_rows(page)).to_have_count(1)
    expect(account_rows(page)).to_contain_text("合同会社くじら")
