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
    EXECUTIVE,
    OPERATIONS,
    amount,
    follow,
    listed_accounts,
    sign_in_as,
)

TEMPLATE = "戦略型とプール型"
PATIENCE_SECONDS = 30
ADAPTED = {  # our CSMs have one job, and the support team another name
    "pool_csm": "csm",
    "{key: support}": "{key: support, name: {ja: カスタマーサポート, en: Customer support}}",
    'when: "arr >= 6_000_000"': 'when: "arr >= 12_000_000"',
    "hours_per_account: 75": "hours_per_account: 60",
}


def test_a_head_of_cs_chooses_applies_and_takes_back(demo: Installation, visitor: Visitor) -> None:
    page = visitor(demo)
    sign_in_as(page, OPERATIONS)
    follow(page, "運用モデル")
    page.get_by_role("link", name="テンプレート", exact=False).first.click()
    page.get_by_role("button", name=f"下書きにする: {TEMPLATE}", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TEMPLATE)
    expect(findings(page)).to_have_text("まだ提出できません")
    adapt(page)
    expect(findings(page)).to_have_text(re.compile("提出できます|問題は見つかりません"))
    page.get_by_role("button", name="下書きを保存").click()
    told(page, "下書きを保存しました。")
    page.get_by_role("button", name="確認に出す").click()
    told(page, "運用モデルを確認に出しました。別の人の確認を待ちます。")
    address = page.url
    approve(visitor(demo), address)
    before = holders(page)
    page.goto(f"{address}plan/")
    promised = amount(page.get_by_role("heading", level=1).inner_text().split("社の責務")[0])
    press_and_confirm(page, "適用する")
    told(page, f"適用しました。顧客{promised}社の責務が移りました。")
    expect(page.get_by_role("heading", level=1)).to_contain_text("何も変わりません")
    reads_it(visitor(demo))
    page.goto(f"{address}plan/")
    press_and_confirm(page, "取り消し")
    told(page, "取り消しました。全員が適用前の担当に戻りました。")
    follow_until(lambda: holders(page) == before)


def follow_until(holds: Callable[[], bool]) -> None:
    """The list follows the ledger when a worker has refreshed the facts."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(1)


def findings(page: Page) -> Locator:
    return page.locator("#findings h2")


def adapt(page: Page) -> None:
    """Change the document where it doesn't fit, in the browser."""
    document = page.get_by_label("文書", exact=True)
    text = document.input_value()
    for was, becomes in ADAPTED.items():
        assert was in text
        text = text.replace(was, becomes)
    document.fill(text)


def told(page: Page, sentence: str) -> None:
    expect(page.locator(".flash").first).to_contain_text(sentence)


def approve(page: Page, address: str) -> None:
    """Somebody else says yes."""
    sign_in_as(page, EXECUTIVE)
    page.goto(address)
    page.get_by_role("button", name="承認する").click()
    told(page, "運用モデルを承認しました。")


def press_and_confirm(page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("button", name=name, exact=True).click()
    page.locator("dialog[open]").get_by_role("button", name=name, exact=True).click()


def reads_it(page: Page) -> None:
    """A CSM reads who renews, as a sentence."""
    sign_in_as(page, CSM)
    follow(page, "運用モデル")
    expect(page.get_by_role("heading", level=1)).to_have_text(TEMPLATE)
    renewing = page.get_by_text("更新はAMが締結し、満了日の180日前に始めます。")
    expect(renewing).to_be_visible()


def holders(page: Page) -> dict[str, str]:
    """Each customer's CSM, as the list of accounts tells it."""
    return {row["顧客ID"]: row["担当CSM"] for row in listed_accounts(page)}
