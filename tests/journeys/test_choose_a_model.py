"""A head of CS takes a template, adapts it, has it judged, applies it, and takes it back."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import Visitor
from tests.journeys.served import Installation
from tests.journeys.walking import (
    CSM,
    OPERATIONS,
    TEMPLATE,
    adapt,
    amount,
    approve_model,
    begin_from_template,
    expect_told,
    follow,
    listed_accounts,
    press_and_confirm,
    propose_model,
    sign_in_as,
)

OWN = "現行体制（全顧客に担当者）"
PATIENCE_SECONDS = 30


def test_a_head_of_cs_chooses_applies_and_takes_back(demo: Installation, visitor: Visitor) -> None:
    page = visitor(demo)
    sign_in_as(page, OPERATIONS)
    evens_the_books(page)
    own = lets_go_of_their_own(page)
    page.get_by_role("link", name="テンプレート", exact=False).first.click()
    begin_from_template(page)
    expect(findings(page)).to_have_text("まだ提出できません")
    adapt(page)
    expect(findings(page)).to_have_text(re.compile("提出できます|問題は見つかりません"))
    address = propose_model(page)
    approve_model(visitor(demo), address)
    before = holders(page)
    page.goto(f"{address}plan/")
    promised = amount(page.get_by_role("heading", level=1).inner_text().split("社の責務")[0])
    press_and_confirm(page, "適用する")
    expect_told(page, f"適用しました。顧客{promised}社の責務が移りました。")
    # what is frozen or protected stays as it was
    expect(page.get_by_role("heading", level=1)).to_contain_text(
        re.compile("何も(変わり|移り)ません")
    )
    reads_it(visitor(demo))
    tells_the_story(page)
    page.goto(f"{address}plan/")
    press_and_confirm(page, "取り消し")
    expect_told(page, "取り消しました。全員が適用前の担当に戻りました。")
    follow(page, "引き継ぎ")
    expect(page.locator("#handover-list h2")).to_have_text("該当する引き継ぎはありません")
    follow_until(lambda: holders(page) == before)
    adopts(page, own)


def evens_the_books(page: Page) -> None:
    """The two with too many customers are found, and a few moves mend it; then all is as before."""
    follow(page, "担当バランス")
    title = page.get_by_role("heading", level=1)
    expect(title).to_contain_text("さんの担当量は均等な取り分の")
    [before] = multiples(title)
    assert before >= 1.5
    page.get_by_role("button", name=re.compile("^この[0-9]+件を案に追加")).click()
    expect(title).to_contain_text("→")
    assert multiples(title)[-1] <= round(1 + (before - 1) / 2, 1)  # half of it or more
    drags_a_customer_from_the_fullest(page)
    press_and_confirm(page, "適用する")
    expect_told(page, "担当が替わりました。")
    press_and_confirm(page, "取り消し")
    expect_told(page, "取り消しました。担当は元どおりです。移管の内容は案に戻っています。")
    assert multiples(title)[0] == before


def drags_a_customer_from_the_fullest(page: Page) -> None:
    """Onto the lightest book: what comes of it is told before it joins the plan."""
    books = page.locator("tr:has(.against)")
    books.first.get_by_role("link").click()
    customer = page.locator("#customers tr[draggable=true]").first
    name = customer.get_by_role("link").inner_text()
    carry(page, customer.locator("td").first, page.locator(".drop-tray > li"))
    told = page.locator("dialog[open]")
    expect(told).to_contain_text(f"{name}を")
    told.get_by_role("button", name="案に追加").click()
    expect_told(page, "1社を移管案に追加しました。")
    expect(page.locator("section", has_text="移管案").last).to_contain_text(name)


def carry(page: Page, what: Locator, onto: Locator) -> None:
    """Drag something onto the first of the places that show once it is dragged."""
    what.hover()
    page.mouse.down()
    place = what.bounding_box()
    assert place is not None
    page.mouse.move(place["x"] + 5, place["y"] + 5, steps=3)
    expect(onto.first).to_be_visible()
    onto.first.hover()
    page.mouse.up()


def multiples(title: Locator) -> list[float]:
    """How many times an even share the fullest book is: today, and once the plan is made."""
    return [float(each) for each in re.findall(r"([0-9.]+)倍", title.inner_text())]


def lets_go_of_their_own(page: Page) -> str:
    """The sample company's model is taken back, to begin from nothing; its address."""
    follow(page, "運用モデル")
    expect(page.get_by_role("heading", level=1)).to_have_text(OWN)
    page.get_by_role("link", name=OWN, exact=True).click()
    own = page.url
    page.goto(f"{own}plan/")
    press_and_confirm(page, "取り消し")
    expect_told(page, "取り消しました。全員が適用前の担当に戻りました。")
    follow(page, "運用モデル")
    expect(page.get_by_role("main")).not_to_contain_text("適用中")
    return own


def adopts(page: Page, own: str) -> None:
    """The company goes on as it did: its own model is in force again, and nobody moves."""
    page.goto(own)
    page.get_by_role("button", name="すでにこの体制で運用している").click()
    page.locator("dialog[open]").get_by_role("button").last.click()
    expect_told(page, "モデルが有効になりました。")
    follow(page, "運用モデル")
    expect(page.get_by_role("main")).to_contain_text("適用中")


def follow_until(holds: Callable[[], bool]) -> None:
    """The list follows the ledger when a worker has refreshed the facts."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(1)


def findings(page: Page) -> Locator:
    return page.locator("#findings h2")


def reads_it(page: Page) -> None:
    """A CSM reads who renews, as a sentence."""
    sign_in_as(page, CSM)
    follow(page, "運用モデル")
    expect(page.get_by_role("heading", level=1)).to_have_text(TEMPLATE)
    renewing = page.get_by_text("更新はAMが締結し、満了日の180日前に始めます。")
    expect(renewing).to_be_visible()


def tells_the_story(page: Page) -> None:
    """What each customer's new holder should know is there; CS operations adds what isn't."""
    follow(page, "引き継ぎ")
    page.locator("#handover-list tbody tr a").first.click()
    for title in ("直近の接点と温度感", "未了の宿題", "契約更新", "担当変更のご案内"):
        heading = page.get_by_role("main").get_by_role("heading", name=title, exact=True)
        expect(heading).to_be_visible()
    expect(page.get_by_label("本文")).to_have_value(re.compile(" 様\n\n平素より"))
    page.locator("#note summary").click()
    page.get_by_label("記録に表れないこと").fill("朝の電話がつながりやすい")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator("#note")).to_contain_text("朝の電話がつながりやすい")


def holders(page: Page) -> dict[str, str]:
    """Each customer's CSM, as the list of accounts tells it."""
    return {row["顧客ID"]: row["担当CSM"] for row in listed_accounts(page)}
