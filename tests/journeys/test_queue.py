"""Two colleagues work from one pool, one in Japanese and one in English; a lunch break gives an
item back, and their manager sees it on a page that she doesn't touch.
"""

from __future__ import annotations

import re
import sqlite3
import time

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visitor
from tests.journeys.served import Installation
from tests.journeys.walking import ADMINISTRATOR, CSM, OPERATIONS, amount, sign_in_as, speak, stat

PASSWORD = "ならんで はしる 2026"
PATIENCE_S = (
    150  # queues are looked after every minute, and a status page asks every twenty seconds
)


def test_two_colleagues_share_a_pool_and_a_lunch_break_gives_an_item_back(
    demo: Installation, page: Page, visitor: Visitor
) -> None:
    name = sign_in_as(page, CSM)
    colleague = a_colleague(demo, visitor, but=name)
    manager = visitor(demo)
    sign_in_as(manager, OPERATIONS)
    manager.goto("/work/status/")
    waited, in_hand = waiting(manager), amount(stat(manager, "対応中").inner_text())

    hers = takes_next(page, "次の1件")
    his = takes_next(colleague, "Next item")
    assert hers != his
    expect(colleague.locator("#doing")).to_contain_text("Finish, and next")
    expect(stat(manager, "対応中")).to_have_text(f"{in_hand + 2}", timeout=PATIENCE_S * 1_000)
    assert waiting(manager) == waited - 2

    half_an_hour_later(demo, hers)
    until_it_waits_again(page, hers)
    expect(stat(manager, "対応待ち")).to_have_text(f"{waited - 1}", timeout=PATIENCE_S * 1_000)

    colleague.keyboard.press("f")
    expect(colleague.locator("#toasts .flash", has_text="Finished.")).to_be_visible()
    assert colleague.url != his
    colleague.goto(his)
    expect(colleague.locator("#history")).to_contain_text("Finished “")
    page.goto(hers)
    expect(page.locator("#history")).to_contain_text("着手されないままの")


def test_work_is_raised_from_an_account_and_answered_from_its_page_alone(
    demo: Installation, page: Page
) -> None:
    sign_in_as(page, CSM)
    page.goto("/accounts/?sort=-arr")
    page.locator("#account-list tbody th a").first.click()
    expect(page.locator("#panel-work")).to_be_visible()
    page.keyboard.press("r")
    drawer = page.locator("dialog[open]")
    drawer.get_by_label("対応内容").fill("社会保険の設定を見直したい")
    drawer.locator("[name=steps]").fill("現状を聞く\n設定を直す")
    drawer.get_by_label("対応内容").press("Control+Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("社会保険の設定を見直したい")
    for part in ("why", "customer", "packet-touches", "packet-promises", "packet-renewals", "who"):
        expect(page.locator(f"#{part}")).to_be_visible()
    expect(page.locator("#customer li")).to_have_count(3)
    page.keyboard.press("t")
    expect(page.locator("#doing")).to_contain_text("対応を終える")
    page.locator("#steps").get_by_role("button", name=re.compile("現状を聞く")).click()
    expect(page.locator("#steps")).to_contain_text("完了")
    page.keyboard.press("w")
    page.get_by_label("待っていること").fill("お客様の返事待ち")
    page.locator("#act-put_off").get_by_role("button").click()
    expect(page.locator("#toasts .flash", has_text="保留にしました。")).to_be_visible()
    page.goto("/work/?tab=put_off&whose=me")
    expect(page.locator("#work-list tbody")).to_contain_text("お客様の返事待ち")


def a_colleague(demo: Installation, visitor: Visitor, *, but: str) -> Page:
    """Somebody else who has a seat in the pool, let in by an administrator, who reads English."""
    administrator = visitor(demo)
    sign_in_as(administrator, ADMINISTRATOR)
    administrator.goto("/work/status/")
    people = administrator.get_by_role("region", name="社員別").locator("tbody th a")
    name = next(each for each in people.all_inner_texts() if each != but)
    administrator.goto("/members/")
    row = administrator.locator("tbody tr").filter(has_text=name)
    row.get_by_role("link", name="権限を付与").click()
    administrator.get_by_label("権限ロール").select_option(label="CSM")
    administrator.get_by_role("button", name="権限を付与").click()
    link = administrator.locator("pre code").inner_text()
    theirs = visitor(demo, locale="en-US")
    theirs.goto(link)
    theirs.locator("input[type=password]").fill(PASSWORD)
    theirs.locator("form:has(input[type=password]) button.btn").click()
    expect(theirs.locator("#side-nav")).to_be_visible()
    speak(theirs, "en")
    return theirs


def takes_next(page: Page, button: str) -> str:
    """Open the queue, and take what is next from the keyboard; the item's address."""
    page.goto("/work/")
    expect(page.get_by_role("button", name=button)).to_be_visible()
    page.keyboard.press("n")
    page.wait_for_url(re.compile(r"/work/\d+/$"))
    expect(page.locator("#doing form#finish")).to_be_visible()
    return page.url


def waiting(page: Page) -> int:
    return amount(stat(page, "対応待ち").inner_text())


def half_an_hour_later(demo: Installation, address: str) -> None:
    """The time passes in which somebody at lunch says nothing."""
    number = int(address.rstrip("/").rpartition("/")[2])
    with sqlite3.connect(demo.database, timeout=20) as rows:
        rows.execute(
            "UPDATE work_workitem SET lease_until = '2020-01-01 00:00:00' WHERE id = ?", [number]
        )
    rows.close()


def until_it_waits_again(page: Page, address: str) -> None:
    give_up = time.monotonic() + PATIENCE_S
    while time.monotonic() < give_up:
        page.goto(address)
        if page.locator("#doing form#finish").count() == 0:
            return
        time.sleep(3)
    raise AssertionError("It did not go back to the queue.")
