"""The CFO doubts a figure: from the bridge to its accounts, their lines, and a spreadsheet."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.walking import (
    EXECUTIVE,
    amount,
    downloaded,
    show_all,
    sign_in_as,
    speak,
    stat,
)

MOVED = ("new", "reactivation", "expansion", "contraction", "churn", "fx")


@pytest.fixture
def bridge(page: Page) -> Page:
    """The executive at the bridge of the year up to a month ago."""
    sign_in_as(page, EXECUTIVE)
    today = date.fromisoformat(page.get_by_label("期末日").input_value())
    closing = today - timedelta(days=30)
    choose(page, closing - timedelta(days=365), closing)
    return page


def choose(page: Page, opening: date, closing: date) -> None:
    page.get_by_label("期首日").fill(opening.isoformat())
    page.get_by_label("期末日").fill(closing.isoformat())
    page.get_by_role("button", name="表示").click()
    expect(page.locator(".page-header")).to_contain_text(
        f"{closing.year}年{closing.month}月{closing.day}日まで"
    )


def bars(page: Page) -> dict[str, tuple[int, int]]:
    """Accounts and ARR of each bar, by the last word of the address it opens."""
    found = {}
    for row in page.locator("tr[data-href*='/revenue/bridge/']").all():
        kind = re.search(r"/bridge/(\w+)/", row.get_attribute("data-href") or "")
        assert kind is not None
        accounts, arr = row.get_by_role("cell").all_inner_texts()
        found[kind[1]] = (amount(f"0{accounts}"), amount(arr))
    return found


def movements(page: Page) -> Locator:
    """The rows of accounts, without those of their contract lines."""
    return page.get_by_role("main").locator("tbody tr[data-href]")


def column(page: Page, number: int) -> list[int]:
    cells = movements(page).locator(f"td:nth-child({number})")
    return [amount(text) for text in cells.all_inner_texts()]


def test_what_moved_adds_up_and_the_figures_on_top_are_the_same(bridge: Page) -> None:
    found = bars(bridge)
    moved = sum(found[kind][1] for kind in MOVED if kind in found)
    assert found["opening"][1] + moved == found["closing"][1]
    assert amount(stat(bridge, "期末ARR").inner_text()) == found["closing"][1]
    retained = sum(found[kind][1] for kind in ("opening", "expansion", "contraction", "churn"))
    nrr = float(stat(bridge, "NRR").inner_text().rstrip("%"))
    assert nrr == pytest.approx(100 * retained / found["opening"][1], abs=0.051)


@pytest.mark.parametrize("kind", ["churn", "expansion"])
def test_a_bar_opens_to_the_accounts_that_make_it_and_downloads_as_they_stand(
    kind: str, bridge: Page
) -> None:
    accounts, arr = bars(bridge)[kind]
    assert accounts > 0
    open_bar(bridge, kind)
    assert abs(amount(bridge.get_by_role("heading", level=1).inner_text())) == abs(arr)
    show_all(bridge)
    assert movements(bridge).count() == accounts
    assert sum(column(bridge, 3)) == arr
    rows = downloaded(bridge, bridge.get_by_role("link", name="CSV"))
    parts = {row["顧客ID"]: changed(row) for row in rows if row["期末ARR"]}
    assert sorted(parts.values()) == sorted(column(bridge, 3))
    lines = bridge.get_by_role("main").locator("tbody tr:not([data-href])")
    assert lines.count() == len(rows)


def open_bar(page: Page, kind: str) -> None:
    """Click the row of a bar in the table under the chart."""
    row = page.locator(f"tr[data-href*='/revenue/bridge/{kind}/']")
    label = row.get_by_role("rowheader").inner_text()
    row.get_by_role("cell").last.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(label)


def changed(row: dict[str, str]) -> int:
    apart = int(row["為替影響"]) + int(row["移管(顧客間・区分間)"])
    return int(row["期末ARR"]) - apart - int(row["期首ARR"])


def test_three_clicks_lead_from_nrr_to_the_contract_line_that_made_the_difference(
    page: Page,
) -> None:
    """Each step adds up to the one before: the rate, the account in it, its lines."""
    sign_in_as(page, EXECUTIVE)
    page.goto("/revenue/retention/")
    nrr = stat(page, "NRR")
    told = float(nrr.inner_text().rstrip("%"))

    nrr.get_by_role("link").click()
    title = page.get_by_role("heading", level=1)
    expect(title).to_contain_text("÷")
    above, below = (amount(part) for part in title.inner_text().partition("=")[2].split("÷"))
    assert 100 * above / below == pytest.approx(told, abs=0.051)
    show_all(page)
    whole = [amount(text) for text in page.locator("tfoot td").all_inner_texts()]
    assert (whole[0], whole[3]) == (below, above)
    assert [sum(column(page, place)) for place in (2, 3, 4, 5)] == whole[:4]
    sizes = [abs(minor) for minor in column(page, 4)]
    assert (sizes, sizes[0] > 0) == (sorted(sizes, reverse=True), True)
    largest = movements(page).first
    before, after = (amount(text) for text in largest.locator("td").all_inner_texts()[:2])

    page.keyboard.press("Home")
    largest.get_by_role("link").click()
    expect(title).to_contain_text("から")
    assert (sum(column(page, 3)), sum(column(page, 4))) == (before, after)
    line = movements(page).first
    own_id = line.locator(".sub").first.inner_text()

    line.get_by_role("link").click()
    expect(page.locator("tr:target th .sub").first).to_have_text(own_id)
    expect(page.locator("tr:target")).to_be_in_viewport()


def test_an_account_shows_the_lines_that_the_bridge_counted(bridge: Page) -> None:
    open_bar(bridge, "closing")
    in_yen = bridge.locator("tbody tr:not([data-href]) td:last-child").filter(has_text="¥").first
    line = in_yen.locator("xpath=..")
    counted = line.locator("td .quiet").inner_text()
    line.get_by_role("link").click()
    expect(bridge.get_by_role("heading", name="契約と明細")).to_be_visible()
    expect(bridge.locator("tr:target th .sub").first).to_have_text(counted)
    lines = bridge.get_by_role("region", name="契約明細").locator("tbody tr")
    assert counted in lines.locator("th .sub").all_inner_texts()
    held = lines.filter(has=bridge.get_by_text("有効", exact=True))
    arr = sum(amount(text) for text in held.locator("td:nth-child(5)").all_inner_texts())
    assert amount(stat(bridge, "ARR").inner_text()) == arr


def test_a_period_that_ends_before_it_begins_is_refused_with_a_reason(bridge: Page) -> None:
    bridge.get_by_label("期首日").fill("2026-04-01")
    bridge.get_by_label("期末日").fill("2026-03-31")
    bridge.get_by_role("button", name="表示").click()
    expect(bridge.get_by_role("alert")).to_contain_text("期末日は期首日以降の日付にしてください。")
    expect(bridge.get_by_label("期首日")).to_have_value("2026-04-01")


def test_the_bridge_says_the_same_in_english(bridge: Page) -> None:
    said = bars(bridge)
    speak(bridge, "en")
    try:
        expect(bridge.get_by_label("From the close of")).to_be_visible()
        assert bars(bridge) == said
        open_bar(bridge, "churn")
        expect(bridge.get_by_role("heading", level=1)).to_contain_text("Churn −¥")
        rows = downloaded(bridge, bridge.get_by_role("link", name="CSV"))
        assert len({row["Account ID"] for row in rows}) == said["churn"][0]
    finally:
        speak(bridge, "ja")
