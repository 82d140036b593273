"""Each access role signs in with one click and sees what the sample's files give it to see."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visitor
from tests.journeys.served import Installation
from tests.journeys.walking import (
    ACCOUNT_EXECUTIVE,
    ADMINISTRATOR,
    CSM,
    EXECUTIVE,
    MANAGER,
    OPERATIONS,
    account_rows,
    amount,
    found_by,
    listed_accounts,
    rows_of,
    sign_in_as,
    stat,
)

OPERATIONAL = {"取り込み", "重複候補", "ユーザー", "APIキー", "操作履歴", "ジョブ"}
CLOSED = (
    "/imports/",
    "/imports/new/",
    "/imports/mappings/",
    "/accounts/duplicates/",
    "/journal/",
    "/jobs/",
    "/settings/users/",
    "/settings/keys/",
)
HOLDERS = ("担当CSM", "更新締結担当", "担当AE")


def members(demo: Installation) -> dict[str, dict[str, str]]:
    """The sample's members by name."""
    return {row["氏名"]: row for row in rows_of(demo.sample / "members.csv")}


def held_by(demo: Installation, handles: set[str]) -> set[str]:
    """The ids of the accounts that the sample's file gives to any of these members."""
    return {
        row["顧客ID"]
        for row in rows_of(demo.sample / "accounts.csv")
        if handles & {row[holder] for holder in HOLDERS}
    }


def listed(page: Page) -> set[str]:
    """The ids of the accounts in the list, by its CSV; the list's own count says as many."""
    ids = [row["顧客ID"] for row in listed_accounts(page)]
    assert len(ids) == len(set(ids))
    count = page.get_by_role("main").get_by_role("heading", level=2)
    assert amount(count.inner_text()) == len(ids)
    return set(ids)


@pytest.mark.parametrize("role", [CSM, ACCOUNT_EXECUTIVE])
def test_who_holds_accounts_sees_their_own_and_no_other(
    role: str, demo: Installation, page: Page
) -> None:
    name = sign_in_as(page, role)
    own = held_by(demo, {members(demo)[name]["社員ID"]})
    assert listed(page) == own
    assert own != set()


def test_a_manager_sees_what_her_team_holds(demo: Installation, page: Page) -> None:
    team = members(demo)[sign_in_as(page, MANAGER)]["チーム"]
    people = [row for row in members(demo).values() if row["チーム"].startswith(team)]
    assert len(people) > 1
    assert listed(page) == held_by(demo, {row["社員ID"] for row in people})


@pytest.mark.parametrize("role", [OPERATIONS, EXECUTIVE, ADMINISTRATOR])
def test_those_who_steer_the_company_see_every_account(
    role: str, demo: Installation, page: Page
) -> None:
    sign_in_as(page, role)
    everything = {row["顧客ID"] for row in rows_of(demo.sample / "accounts.csv")}
    assert listed(page) == everything
    assert len(everything) > 120


def test_an_executive_starts_at_the_bridge_of_the_whole_company(
    demo: Installation, page: Page, visitor: Visitor
) -> None:
    sign_in_as(page, EXECUTIVE)
    expect(page.get_by_role("heading", level=1)).to_contain_text("NRR")
    offered = set(page.locator("#side-nav nav").get_by_role("link").all_inner_texts())
    assert offered >= {"顧客一覧", "宿題", "ARRブリッジ", "メンバー"}
    assert offered & OPERATIONAL == set()
    csm = visitor(demo)
    sign_in_as(csm, CSM)
    csm.goto("/revenue/bridge/")
    hers, whole = (amount(stat(each, "期末ARR").inner_text()) for each in (csm, page))
    assert 0 < hers < whole


def test_an_account_of_somebody_else_is_not_there_and_imports_are_not_hers(
    demo: Installation, page: Page, visitor: Visitor
) -> None:
    name = sign_in_as(page, CSM)
    own = held_by(demo, {members(demo)[name]["社員ID"]})
    names = {row["顧客ID"]: row["顧客名"] for row in rows_of(demo.sample / "accounts.csv")}
    taken = {names[account] for account in own}
    foreign = next(of for account, of in names.items() if account not in own and of not in taken)
    boss = visitor(demo)
    sign_in_as(boss, EXECUTIVE)
    assert foreign in found_by(boss, foreign)
    address = account_rows(boss).first.get_attribute("data-href")
    assert found_by(page, foreign) == []
    assert refusal(page, f"{address}") == (404, "ページがないか、閲覧権限がありません")
    for below in ("kana/", "story/", "touches/new/", "contacts/new/"):
        assert refusal(page, f"{address}{below}") == (404, "ページがないか、閲覧権限がありません")
    for closed in CLOSED:
        assert refusal(page, closed) == (403, "現在の権限ロールではこのページを表示できません")


def refusal(page: Page, address: str) -> tuple[int, str]:
    """The status and heading with which a page is refused."""
    answer = page.goto(address)
    assert answer is not None
    return answer.status, page.get_by_role("heading", level=1).inner_text()


def test_whoever_has_not_signed_in_is_asked_to(page: Page) -> None:
    page.goto("/revenue/bridge/?from=2025-03-31")
    expect(page.get_by_role("heading", level=1)).to_have_text("ログイン")
    page.get_by_label("メールアドレス").fill("admin@aozora-hr.example.jp")
    page.get_by_label("パスワード").fill("running-alongside")
    page.get_by_role("button", name="ログイン", exact=True).click()
    page.wait_for_url("**/revenue/bridge/?from=2025-03-31")
    expect(page.get_by_label("期首日")).to_have_value("2025-03-31")
