"""Every page there is something to see on, and everything that opens over one."""

from __future__ import annotations

from typing import NamedTuple

from playwright.sync_api import Locator, Page

from tests.journeys.walking import (
    account_rows,
    adapt,
    approve_model,
    begin_from_template,
    bring_in,
    check_columns,
    expect_told,
    press_and_confirm,
    propose_model,
    send_files,
    settle,
    upload,
)

MAPPING, KEY = "基幹システムの顧客", "夜間の連携"
TOUCHES = """接点ID,顧客ID,手段,日時,件名
見本1,{account},電話,2026-02-03,年末調整のご相談
見本2,いない顧客,電話,2026-02-03,宛先のない記録
見本3,{account},電話,2026-02-31,ない日の記録
"""
RATES = "通貨,適用日,レート\nUSD,2026/2/31,150\n"
MINUTES = "活動,所要時間(分)\n電話,20\n"


class Overlay(NamedTuple):
    """What opens over a page: on which one, and what of it opens by a click or a key."""

    page: str
    opener: str
    key: str = ""


OVERLAYS = {
    "kana": Overlay("account", "a[href$='/kana/']"),
    "log": Overlay("account", "", "l"),
    "raise": Overlay("account", "", "r"),
    "entry": Overlay("account", "#story-list .title a"),
    "contact": Overlay("account", "#panel-contacts tbody th a"),
    "new-contact": Overlay("account", "#panel-contacts header a"),
    "closeness": Overlay("account", "#panel-known td a"),
    "filters": Overlay("accounts", "a[href*='/narrowing/']"),
    "chosen-columns": Overlay("accounts", "a[href*='/accounts/columns/']"),
    "new-view": Overlay("accounts", "a[href*='/views/new/']"),
    "promise": Overlay("promises", "#promise-list tbody th a"),
    "question": Overlay("imports", "form[data-confirm] button"),
    "palette": Overlay("accounts", "", "Control+k"),
    "help": Overlay("accounts", "", "?"),
}


def opened(page: Page, address: str, overlay: Overlay) -> Locator:
    """What opens over that page, when it has come to rest."""
    page.goto(address)
    settle(page)
    if overlay.key:
        page.keyboard.press(overlay.key)
    else:  # also of a menu that is still closed
        page.locator(overlay.opener).first.evaluate("opener => opener.click()")
    dialog = page.locator("dialog[open]")
    dialog.locator("> *").first.wait_for()  # the box in it: the dialog itself has no size
    settle(page)
    return dialog


def addresses(page: Page) -> dict[str, str]:
    """Name and address of every page there is something to see on, for an administrator."""
    account = _first(page, "/accounts/?sort=-arr")
    page.goto(account)
    contact = _href(page, "#panel-contacts tbody th a")
    closeness = _href(page, "#panel-known td a")
    entry = _href(page, "#story-list .title a[href*='/touch/']")
    version = _href(page, "table.data-table tbody th a", on="/model/")
    return {
        "accounts": "/accounts/?sort=-arr",
        "accounts-none": "/accounts/?q=zzzz",
        "filters-page": "/accounts/narrowing/",
        "columns-page": "/accounts/columns/",
        "view-page": "/accounts/views/new/",
        "find": "/accounts/found/?q=あ",
        "edits": "/accounts/edits/",
        "duplicates": "/accounts/duplicates/",
        "kept-apart": "/accounts/duplicates/?state=kept_apart",
        "merges": "/accounts/duplicates/?state=merges",
        "pair": _first(page, "/accounts/duplicates/"),
        "account": account,
        "kana-page": f"{account}kana/",
        "log-page": f"{account}touches/new/",
        "story": f"{account}story/",
        "story-none": f"{account}story/?q=zzzz",
        "entry-page": entry,
        "origin-page": f"{entry}origin/",
        "contact-page": contact,
        "edit-contact": f"{contact}edit/",
        "transfer": f"{contact}transfer/",
        "new-contact-page": f"{account}contacts/new/",
        "closeness-page": closeness,
        "promises": "/accounts/promises/?whose=all",
        "promises-none": "/accounts/promises/?whose=mine",
        "segments": "/accounts/segments/",
        "new-segment": "/accounts/segments/new/",
        "rule": "/accounts/rule/",
        "facts": "/accounts/facts/",
        "fact": "/accounts/facts/arr/",
        "queue": "/work/",
        "queue-over": "/work/?tab=over",
        "queue-none": "/work/?q=zzzz",
        "work-item": _first(page, "/work/"),
        "raise-page": account.replace("/accounts/", "/work/new/"),
        "status": "/work/status/",
        "renewals": "/renewals/",
        "unmatched": "/renewals/unmatched/",
        "renewals-without-rate": "/renewals/without-rate/",
        "new-case": account.replace("/accounts/", "/value/accounts/") + "new/",
        "bridge": "/revenue/bridge/",
        "bridge-cut": "/revenue/bridge/?by=segment",
        "retention": "/revenue/retention/",
        "rate": "/revenue/retention/nrr/",
        "account-lines": _href(page, "table.data-table th a", on="/revenue/retention/nrr/"),
        "cohorts": "/revenue/cohorts/",
        "cohort": _href(page, "table.data-table td a", on="/revenue/cohorts/"),
        "closed-periods": "/revenue/closed/",
        "close-period": "/revenue/closed/new/",
        "restatements": "/revenue/restatements/",
        "usage-revenue": "/revenue/usage/",
        "definitions": "/revenue/definitions/",
        "new-definition": "/revenue/definitions/new/",
        "movements": "/revenue/bridge/churn/",
        "trend": account.replace("/accounts/", "/revenue/accounts/"),
        "model": "/model/",
        "organisation": "/model/organisation/",
        "duties": "/model/duties/",
        "coverage": "/model/coverage/",
        "balance": _href(page, "table.data-table a[href*='member=']", on="/model/balance/"),
        "team-accounts": _href(page, "table.teams .group td a", on="/model/organisation/"),
        "model-templates": "/model/templates/",
        "model-version": version,
        "model-plan": f"{version}plan/",
        "model-moves": f"{version}plan/moves/?all=1",
        "handovers": "/model/handovers/?whose=all&state=withdrawn",
        "handovers-none": "/model/handovers/?whose=give",
        "handover": _first(page, "/model/handovers/?whose=all&state=withdrawn"),
        "members": "/members/",
        "members-none": "/members/?q=zzzz",
        "member": _first(page, "/members/"),
        "access": _href(page, "a[href$='/access/']", on="/members/"),
        "imports": "/imports/",
        "imports-none": "/imports/?state=failed",
        "import-new": "/imports/new/",
        "mappings": "/imports/mappings/",
        "together": _href(page, "a[href*='/together/']", on="/imports/"),
        "import": _first(page, "/imports/?kind=touchpoints"),
        "rejected": f"{_first(page, '/imports/?kind=touchpoints')}rejected/",
        "columns": f"{_first(page, '/imports/?kind=accounts')}columns/",
        "users": "/settings/users/",
        "user": _first(page, "/settings/users/"),
        "keys": "/settings/keys/",
        "journal": "/journal/",
        "jobs": "/jobs/",
        "not-found": "/accounts/999999999/",
        "password": "/account/password/",
    }


def _first(page: Page, address: str) -> str:
    """The address of the first row of a list."""
    page.goto(address)
    return (
        page.locator("table.data-table tbody tr[data-href]").first.get_attribute("data-href") or ""
    )


def _href(page: Page, selector: str, *, on: str = "") -> str:
    if on:
        page.goto(on)
    return page.locator(selector).first.get_attribute("href") or ""


def leave_traces(page: Page) -> None:
    """Do as an administrator what leaves something on every page. Once: a second time nothing."""
    page.goto("/settings/keys/")
    if page.get_by_text(KEY).count():  # it is left last
        return
    page.goto("/accounts/?sort=-arr")
    first, second = (account_rows(page).nth(place).get_attribute("data-href") for place in (0, 1))
    _make_alike(page, _profile(page, f"{first}"), _profile(page, f"{second}"))
    upload(page, "電話の記録.csv", TOUCHES.format(account=_profile(page, f"{first}")[0]).encode())
    check_columns(page)
    bring_in(page)
    send_files(page, {"レート.csv": RATES.encode(), "標準工数.csv": MINUTES.encode()})
    _edit_two_accounts(page)
    _hand_customers_over_and_back(page)
    _draft_a_model(page)
    _save_a_view(page)
    _note_a_skill(page)
    _create_a_key(page)


def _note_a_skill(page: Page) -> None:
    """What the first member of the list can do, and that she is away today."""
    page.goto(_first(page, "/members/") + "?skill=consulting")
    page.locator("#note-skill textarea").fill("提案から定着までを一人で担当")
    page.locator("#note-skill form button").click()
    expect_told(page, "保存しました。")
    page.locator("#absences summary").click()
    page.locator("#absences details form button").click()
    expect_told(page, "保存しました。")


def _draft_a_model(page: Page) -> None:
    page.goto("/model/templates/")
    page.locator("form[action$='/model/begin/'] button").first.click()
    page.locator("#findings").wait_for()


def _hand_customers_over_and_back(page: Page) -> None:
    """Apply a model and take it back: everybody holds what they held, and the handovers tell."""
    page.goto("/model/templates/")
    begin_from_template(page)
    adapt(page)
    address = propose_model(page)
    browser = page.context.browser
    assert browser is not None
    other = browser.new_context(base_url="/".join(page.url.split("/")[:3]), locale="ja-JP")
    approve_model(other.new_page(), address)
    other.close()
    page.goto(f"{address}plan/")
    press_and_confirm(page, "適用する")
    expect_told(page, "適用しました。")
    page.goto(f"{address}plan/")
    press_and_confirm(page, "取り消し")
    expect_told(page, "取り消しました。")


def _profile(page: Page, address: str) -> tuple[str, str, str]:
    """ID, name and corporate number of an account."""
    page.goto(address)
    name = page.get_by_role("heading", level=1).inner_text()
    number = page.locator("#panel-profile dt", has_text="法人番号").locator("+ dd")
    return page.locator("#panel-profile dd").first.inner_text(), name, number.inner_text()


def _make_alike(page: Page, one: tuple[str, str, str], other: tuple[str, str, str]) -> None:
    """Give an account the number of another, by a file whose mapping is saved."""
    lines = ["顧客ID,顧客名,法人番号", ",".join((*one[:2], other[2]))]
    upload(page, "顧客の見直し.csv", "\n".join(lines).encode())
    page.get_by_label("同じ列のファイルのために保存する名前").fill(MAPPING)
    page.get_by_role("button", name="列の対応を保存").click()
    expect_told(page, MAPPING)
    check_columns(page)
    bring_in(page)


def _edit_two_accounts(page: Page) -> None:
    page.goto("/accounts/?sort=-arr")
    for key in ("j", "x", "j", "x"):
        page.keyboard.press(key)
    page.locator("[data-with-picked]").click()
    page.locator("#id_value").fill("見直し中")
    page.get_by_role("main").locator("button[value=check]").click()
    page.get_by_role("main").locator("button[value=apply]").click()
    page.locator("#toasts .flash").wait_for()


def _save_a_view(page: Page) -> None:
    page.goto("/accounts/views/new/?sort=-arr&from.arr=10000000")
    page.get_by_label("ビューの名前").fill("大口の顧客")
    page.get_by_role("main").get_by_role("button", name="保存").click()


def _create_a_key(page: Page) -> None:
    page.goto("/settings/keys/")
    page.get_by_role("main").locator("#id_name").fill(KEY)
    page.get_by_role("main").locator("form.form button").click()
    page.locator("pre code").first.wait_for()
