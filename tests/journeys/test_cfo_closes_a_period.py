"""The CFO freezes a month; what comes in late stands beside it, account by account."""

from __future__ import annotations

from datetime import date

from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import Visitor
from tests.journeys.served import Installation
from tests.journeys.walking import (
    EXECUTIVE,
    OPERATIONS,
    amount,
    bring_in,
    check_columns,
    press_and_confirm,
    rows_of,
    sign_in_as,
    take_back,
    upload,
)

LATE_MINOR = 1_200_000


def test_a_late_line_restates_a_closed_month_and_leaves_what_was_frozen(
    visitor: Visitor, demo: Installation
) -> None:
    cfo = visitor(demo)
    sign_in_as(cfo, EXECUTIVE)
    cfo.goto("/revenue/closed/")
    cfo.get_by_role("main").get_by_role("link", name="期間を締める").first.click()
    cfo.get_by_role("main").locator(".actions").get_by_role("link").first.click()  # last month
    last = date.fromisoformat(cfo.get_by_label("期末日").input_value())
    press_and_confirm(cfo, "この期間を締める")
    expect(cfo.get_by_role("heading", level=1)).to_contain_text("締め後の修正再表示なし")
    closed, frozen = cfo.url, closing(cfo)
    assert frozen == (frozen[0], frozen[0], 0)

    operations = visitor(demo)
    sign_in_as(operations, OPERATIONS)
    customer, line = late_line(demo, last)
    upload(operations, "遅れて届いた明細.csv", line)
    check_columns(operations)
    bring_in(operations)

    until_told(cfo, closed, "その後の修正再表示")
    assert closing(cfo) == (frozen[0], frozen[0] + LATE_MINOR, LATE_MINOR)
    restated = cfo.get_by_role("region", name="締め後の修正再表示(顧客別)")
    expect(restated.locator("tr[data-href]")).to_have_count(1)
    restated.get_by_role("link").click()
    expect(cfo.get_by_role("main")).to_contain_text(customer)

    take_back(operations)
    until_told(cfo, closed, "締め後の修正再表示なし")
    assert closing(cfo) == frozen
    cfo.get_by_label("理由").fill("旅程の終わり")
    press_and_confirm(cfo, "締めを解除")
    expect(cfo.get_by_role("main")).to_contain_text("旅程の終わり")


def until_told(page: Page, address: str, words: str) -> None:
    """Look again until the page says so: figures follow an import a little later."""
    heading = page.get_by_role("heading", level=1)
    for _look in range(30):
        page.goto(address)
        if words in heading.inner_text():
            return
        page.wait_for_timeout(1_000)
    expect(heading).to_contain_text(words)


def closing(page: Page) -> tuple[int, int, int]:
    """Closing ARR when closed, today, and the difference."""
    row: Locator = page.get_by_role("main").get_by_role("row", name="期末ARR").first
    frozen, today, change = row.get_by_role("cell").all_inner_texts()
    return amount(frozen), amount(today), amount(change)


def late_line(demo: Installation, last: date) -> tuple[str, bytes]:
    """A customer's ID and, as a file, a yearly line of it that began on the closed month's last
    day.
    """
    lines = rows_of(demo.sample / "subscriptions.csv")
    known = next(row for row in lines if not row["終了日"] or row["終了日"] > last.isoformat())
    late = known | {
        "契約明細ID": "LATE-1",
        "契約ID": "LATE",
        "金額": str(LATE_MINOR),
        "通貨": "JPY",
        "請求周期": "年額",
        "開始日": last.isoformat(),
        "終了日": "",
        "契約満了日": "",
        **dict.fromkeys(("契約予定の増減", "締結日", "更新元明細ID", "変更元明細ID"), ""),
    }
    rows = (",".join(late), ",".join(late.values()))
    return known["顧客ID"], "\r\n".join(rows).encode("utf-8-sig")
