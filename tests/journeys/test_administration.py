"""An administrator lets a colleague in, who sets a password; the journal tells it afterwards."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visitor
from tests.journeys.served import Installation
from tests.journeys.walking import ADMINISTRATOR, follow, sign_in_as

PASSWORD = "ならんで はしる 2026"


@pytest.fixture
def administrator(page: Page) -> Page:
    sign_in_as(page, ADMINISTRATOR)
    return page


def sign_in_by_form(page: Page, mail: str, password: str) -> None:
    page.goto("/account/login/")
    page.get_by_label("メールアドレス").fill(mail)
    page.get_by_label("パスワード").fill(password)
    page.get_by_role("button", name="ログイン", exact=True).click()


def sign_out(page: Page) -> None:
    page.locator("summary", has_text="さんのメニュー").click()
    page.get_by_role("button", name="ログアウト").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("ログイン")


def test_a_member_is_let_in_sets_a_password_and_signs_in_by_it(
    demo: Installation, administrator: Page, visitor: Visitor
) -> None:
    name, mail, link = give_a_member_access(administrator)
    theirs = visitor(demo)
    set_the_password(theirs, link, name)
    sign_out(theirs)
    sign_in_by_form(theirs, mail, "ちがうパスワード")
    expect(theirs.get_by_role("alert")).to_contain_text("正しくありません")
    sign_in_by_form(theirs, mail, PASSWORD)
    expect(theirs.get_by_role("heading", level=1)).to_have_text("顧客")
    latecomer = visitor(demo)
    latecomer.goto(link)
    expect(latecomer.get_by_role("heading", level=1)).to_have_text("このリンクは無効です")
    the_journal_tells_it(administrator, name, mail)


def give_a_member_access(page: Page) -> tuple[str, str, str]:
    """Name and mail address of the first member without access, and the link to hand over."""
    follow(page, "メンバー")
    row = page.locator("tbody tr").filter(has=page.get_by_role("link", name="権限を付与")).first
    mail = row.get_by_role("cell").filter(has_text="@").inner_text()
    row.get_by_role("link", name="権限を付与").click()
    page.get_by_label("権限ロール").select_option(label="CSM")
    page.get_by_role("button", name="権限を付与").click()
    expect(page.get_by_role("heading", name="パスワード設定用リンク")).to_be_visible()
    name = page.get_by_role("heading", level=1).inner_text()
    return name, mail, page.locator("pre code").inner_text()


def set_the_password(page: Page, link: str, name: str) -> None:
    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_have_text(f"ようこそ、{name}さん")
    page.get_by_label("新しいパスワード").fill("1234567890")
    page.get_by_role("button", name="設定してログイン").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("新しいパスワード").fill(PASSWORD)
    page.get_by_role("button", name="設定してログイン").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("顧客")


def the_journal_tells_it(page: Page, name: str, mail: str) -> None:
    follow(page, "操作履歴")
    told = page.locator("tbody tr").all_inner_texts()[:3]
    assert f"{name}さんがパスワードを設定しました" in told[0]
    assert f"{name}さんが {mail} でログインできるようになりました" in told[1]
    assert f"{name}さんに権限ロール「CSM」を付与しました" in told[2]
    assert name in told[0].split("\t")[1]
    assert ADMINISTRATOR in told[2].split("\t")[1]


def test_somebody_whose_access_has_ended_can_not_sign_in_any_more(
    demo: Installation, administrator: Page, visitor: Visitor
) -> None:
    page = administrator
    follow(page, "ユーザー")
    page.get_by_label("氏名").fill("佐藤 次郎")
    page.get_by_label("メールアドレス").fill("jiro@example.jp")
    page.get_by_label("権限ロール").select_option(label="役員")
    page.get_by_role("button", name="権限を付与").click()
    link = page.locator("pre code").inner_text()
    theirs = visitor(demo)
    set_password_as_executive(theirs, link)
    page.get_by_label("ログインを許可").uncheck()
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("保存しました。")).to_be_visible()
    expect(page.locator("pre code")).to_have_count(0)
    theirs.goto("/accounts/")
    expect(theirs.get_by_role("heading", level=1)).to_have_text("ログイン")
    sign_in_by_form(theirs, "jiro@example.jp", PASSWORD)
    expect(theirs.get_by_role("heading", level=1)).to_have_text("ログイン")
    follow(page, "ユーザー")
    expect(page.locator("tbody tr", has_text="jiro@example.jp")).to_contain_text("利用停止")


def set_password_as_executive(page: Page, link: str) -> None:
    page.goto(link)
    page.get_by_label("新しいパスワード").fill(PASSWORD)
    page.get_by_role("button", name="設定してログイン").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("ARR")


def test_a_mail_address_signs_in_one_person(administrator: Page) -> None:
    page = administrator
    follow(page, "ユーザー")
    page.get_by_label("氏名").fill("管理者 二号")
    page.get_by_label("メールアドレス").fill("ADMIN@aozora-hr.example.jp")
    page.get_by_label("権限ロール").select_option(label="管理者")
    page.get_by_role("button", name="権限を付与").click()
    expect(page.get_by_role("alert")).to_contain_text("すでに")


def test_background_work_is_listed_with_its_state(administrator: Page) -> None:
    page = administrator
    follow(page, "ジョブ")
    expect(page.get_by_role("heading", level=1)).to_have_text("バックグラウンド処理は正常です")
    page.get_by_role("navigation", name="状態").get_by_role("link", name="完了").click()
    expect(page.locator("tbody tr").first).to_contain_text("完了")
    states = page.locator("tbody tr .status").all_inner_texts()
    assert set(states) == {"完了"}
    page.get_by_role("navigation", name="状態").get_by_role("link", name="失敗").click()
    expect(page.get_by_role("main")).to_contain_text("この状態のジョブはありません。")
