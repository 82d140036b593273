"""Somebody who never leaves the keyboard, and writes Japanese with it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import CDPSession, Page, expect

from tests.journeys.served import Installation
from tests.journeys.walking import CSM, OPERATIONS, account_rows, sign_in_as

ENTER = 13
BY_IME = 229  # the key code of a key that went to the input method


@pytest.fixture
def at_the_list(page: Page) -> Page:
    """A CSM at the list of her accounts."""
    sign_in_as(page, CSM)
    expect(page.get_by_role("heading", level=1)).to_have_text("顧客")
    expect(account_rows(page).nth(2)).to_be_visible()
    return page


def test_a_slash_leads_to_the_search_and_enter_searches(at_the_list: Page) -> None:
    page = at_the_list
    field = page.get_by_role("banner").get_by_role("searchbox")
    page.keyboard.press("/")
    expect(field).to_be_focused()
    expect(field).to_have_value("")
    page.keyboard.type("株式会社/j")  # in a field, letters are letters
    expect(field).to_have_value("株式会社/j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/accounts/?q=*")


def test_j_and_k_walk_the_list_and_enter_opens_the_account(at_the_list: Page) -> None:
    page = at_the_list
    links = account_rows(page).locator("th a")
    for key, row in (("j", 0), ("j", 1), ("j", 2), ("k", 1), ("k", 0), ("k", 0), ("j", 1)):
        page.keyboard.press(key)
        expect(links.nth(row)).to_be_focused()
    name = links.nth(1).inner_text().splitlines()[0]
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def test_the_palette_leads_to_an_account_by_a_few_letters(at_the_list: Page) -> None:
    page = at_the_list
    name = account_rows(page).nth(1).locator("th a").inner_text().splitlines()[0]
    page.keyboard.press("Control+k")
    page.keyboard.type(name)
    page.keyboard.press("Enter")  # before the answer is there: it is waited for
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def test_the_palette_leads_to_a_page_by_the_arrows(at_the_list: Page) -> None:
    page = at_the_list
    page.keyboard.press("Control+k")
    page.keyboard.type("ブリッジ")
    page.locator("#palette-hits [data-for='ブリッジ']").wait_for(state="attached")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/revenue/bridge/")


def test_columns_are_put_in_order_and_the_list_follows(at_the_list: Page) -> None:
    page = at_the_list
    page.get_by_role("link", name="表示する列").press("Enter")
    drawer = page.get_by_role("dialog", name="表示する列")
    up = drawer.get_by_role("button", name="ARRを上へ")
    up.wait_for()
    for _place in range(drawer.locator("ol li").count()):
        up.press("Enter")
        expect(up).to_be_focused()
    drawer.get_by_role("button", name="この列を表示").press("Enter")
    expect(page.locator("#account-list thead th").nth(1)).to_have_text("ARR")


def test_l_opens_the_log_and_numbers_choose_the_mood_while_nothing_is_written(
    at_the_list: Page,
) -> None:
    page = at_the_list
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="対応を記録").wait_for()
    page.keyboard.press("l")
    form = page.get_by_role("dialog", name="対応を記録")
    expect(form.get_by_label("内容")).to_be_focused()
    page.keyboard.type("5")
    expect(form.get_by_label("内容")).to_have_value("5")
    form.get_by_role("radio", name="未記入").focus()
    page.keyboard.press("4")
    expect(form.get_by_role("radio", name=re.compile("^良い"))).to_be_checked()
    question = page.get_by_role("heading", name="書いた内容を破棄しますか？")
    page.keyboard.press("Escape")
    expect(question).to_be_visible()
    page.keyboard.press("Escape")  # which answers: no
    expect(question).to_be_hidden()
    press(page.context.new_cdp_session(page), "Escape", code=BY_IME, text="")
    expect(form.get_by_label("内容")).to_have_value("5")
    expect(question).to_be_hidden()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="破棄").click()
    expect(form).to_have_count(0)


def test_a_keeps_two_accounts_apart_and_the_row_offers_the_way_back(
    lived_in: Installation, page: Page
) -> None:
    sign_in_as(page, OPERATIONS)
    page.goto("/accounts/duplicates/")
    row = page.locator("table[data-list] tbody tr").first
    page.keyboard.press("j")
    expect(row.locator("th a").first).to_be_focused()
    page.keyboard.press("a")
    back = row.get_by_role("button", name="元に戻す")
    back.click()
    expect(row.get_by_role("button", name="別の会社とする")).to_be_visible()


def test_x_selects_rows_and_the_selection_says_how_many(at_the_list: Page) -> None:
    page = at_the_list
    selection = page.locator("form[data-selection]")
    expect(selection).to_be_hidden()
    for key in ("j", "x", "j", "x"):
        page.keyboard.press(key)
    expect(selection.locator("output")).to_have_text("2")
    page.keyboard.press("x")
    expect(selection.locator("output")).to_have_text("1")


def test_help_opens_over_the_page_closes_on_escape_and_gives_the_focus_back(
    at_the_list: Page,
) -> None:
    page = at_the_list
    help_ = page.get_by_role("dialog").get_by_role("heading", name="キーボード操作")
    page.keyboard.press("j")
    page.keyboard.press("?")
    expect(help_).to_be_visible()
    page.keyboard.press("/")  # what lies under a dialog does not move
    expect(page.locator("[data-search]")).not_to_be_focused()
    page.keyboard.press("Escape")
    expect(help_).to_be_hidden()
    expect(account_rows(page).locator("th a").first).to_be_focused()


def test_a_drawer_has_an_address_and_escape_leads_back_to_where_it_was_opened(
    at_the_list: Page,
) -> None:
    page = at_the_list
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    correct = page.get_by_role("link", name="カナを")
    correct.wait_for()
    address = page.url
    correct.focus()
    page.keyboard.press("Enter")
    drawer = page.get_by_role("dialog", name="顧客名のカナ")
    expect(drawer).to_be_visible()
    assert page.url == f"{address}kana/"
    page.keyboard.press("Escape")
    expect(drawer).to_have_count(0)
    expect(correct).to_be_focused()
    assert page.url == address


def test_a_menu_closes_on_escape_and_gives_the_focus_back(at_the_list: Page) -> None:
    page = at_the_list
    theme = page.locator("summary[aria-label='テーマ']")
    theme.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="ダーク", exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="ダーク", exact=True)).to_be_hidden()
    expect(theme).to_be_focused()


def test_the_first_tab_offers_to_skip_the_navigation(at_the_list: Page) -> None:
    page = at_the_list
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="本文へ移動")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()


def test_enter_that_confirms_kanji_does_not_search_and_the_next_one_does(at_the_list: Page) -> None:
    page = at_the_list
    keys = page.context.new_cdp_session(page)
    page.keyboard.press("/")
    before = page.url
    half = {"text": "かぶしき", "selectionStart": 4, "selectionEnd": 4}
    keys.send("Input.imeSetComposition", half)
    press(keys, "Enter", code=BY_IME, text="")
    keys.send("Input.insertText", {"text": "株式"})
    press(keys, "Enter", code=BY_IME, text="\r")  # Safari tells of it after the end of composing
    page.wait_for_timeout(300)
    assert page.url == before
    expect(page.get_by_role("banner").get_by_role("searchbox")).to_have_value("株式")
    press(keys, "Enter", code=ENTER, text="\r")
    page.wait_for_url("**/accounts/?q=*")


def press(keys: CDPSession, name: str, *, code: int, text: str) -> None:
    """A key as the page hears of it: the input method keeps its text for itself."""
    key = {"key": name, "code": name, "windowsVirtualKeyCode": code}
    down = {"type": "keyDown", "text": text} if text else {"type": "rawKeyDown"}
    keys.send("Input.dispatchKeyEvent", down | key)
    keys.send("Input.dispatchKeyEvent", {"type": "keyUp"} | key)
