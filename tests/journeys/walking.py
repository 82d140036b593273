"""Steps that many journeys take, in the words of the pages."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

CSM = "CSM"
MANAGER = "CSマネージャー"
OPERATIONS = "CS Ops"
ACCOUNT_EXECUTIVE = "AE"
EXECUTIVE = "役員"
ADMINISTRATOR = "管理者"
SWITCH = {"ja": "日本語に切り替える", "en": "Switch to English"}
MINUS = re.compile("[-−－▲△]")


def sign_in_as(page: Page, role: str, *, language: str = "ja") -> str:
    """Sign in with the demo's one click for an access role; the name of who that is."""
    page.goto("/account/login/")
    personas = page.locator("form[action*='/demo/sign-in/']").get_by_role("button")
    persona = personas.filter(has=page.get_by_text(role, exact=True)).first
    name = persona.locator(".quiet").inner_text()
    persona.click()
    expect(page.get_by_role("main")).to_be_visible()
    expect(page.get_by_role("searchbox").first).to_be_visible()
    speak(page, language)
    return name


def set_up(page: Page) -> None:
    """Become the first administrator of an empty installation."""
    page.goto("/")
    page.get_by_label("お名前").fill("鈴木 花子")
    page.get_by_label("メールアドレス").fill("hanako@example.jp")
    page.get_by_label("パスワード").fill("伴走してくださいね2026")
    page.get_by_role("button", name="初期設定").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("顧客")


def speak(page: Page, language: str) -> None:
    """Have the pages in this language: a person's choice outlives the window they made it in."""
    if page.locator("html").get_attribute("lang") != language:
        page.get_by_role("button", name=SWITCH[language]).click()
    expect(page.locator("html")).to_have_attribute("lang", language)


def settle(page: Page) -> None:
    """Wait until the page has all that it asks for by itself."""
    page.wait_for_function("() => !document.querySelector('.htmx-request')")


def follow(page: Page, name: str) -> None:
    """Follow a link of the side navigation."""
    page.locator("#side-nav").get_by_role("link", name=name, exact=True).click()


def stat(page: Page, label: str) -> Locator:
    """The figure under a label, as in the row of figures on top of a page."""
    term = page.locator("dt", has_text=re.compile(f"^{label}$"))
    return page.locator("dl > div").filter(has=term).locator("dd").first


def amount(text: str) -> int:
    """A figure as a whole number, whatever stands around its digits."""
    digits = int(re.sub(r"\D", "", text))
    return -digits if MINUS.search(text) else digits


def account_rows(page: Page) -> Locator:
    """The rows of the list of accounts that are there by now."""
    return page.locator("#account-list tbody tr[data-href]")


def found_by(page: Page, words: str) -> list[str]:
    """The names of the accounts the list shows for these words."""
    page.goto("/accounts/")
    field = page.get_by_role("main").get_by_role("searchbox")
    field.fill(words)
    page.locator("#account-list").evaluate("list => list.setAttribute('data-old', '')")
    field.press("Enter")
    expect(page.locator("#account-list:not([data-old])")).to_be_visible()
    links = account_rows(page).locator("th a")
    names: list[str] = links.evaluate_all("links => links.map(link => link.firstChild.data.trim())")
    return names


def show_all(page: Page) -> None:
    """Scroll until a list has no more to load."""
    more = page.locator("tr.load-more a")
    while more.count():
        before = page.locator("tbody tr").count()
        more.first.scroll_into_view_if_needed()
        expect(page.locator("tbody tr")).not_to_have_count(before)


def downloaded(page: Page, link: Locator) -> list[dict[str, str]]:
    """The rows of the CSV behind a link, as Excel would read them."""
    with page.expect_download() as downloading:
        link.click()
    return rows_of(downloading.value.path())


def listed_accounts(page: Page) -> list[dict[str, str]]:
    """The rows of the account list's CSV, from its menu of files."""
    page.goto("/accounts/")
    main = page.get_by_role("main")
    main.locator("summary", has_text="書き出し").click()
    return downloaded(page, main.get_by_role("link", name="CSV"))


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def upload(page: Page, name: str, content: bytes) -> None:
    """Choose a file on the page that takes them, send it, and come to its columns."""
    send_files(page, {name: content})
    expect(page.get_by_role("heading", level=1)).to_have_text("各列を取り込む項目の指定")


def send_files(page: Page, files: dict[str, bytes]) -> None:
    """Choose files on the page that takes them, and send them."""
    page.goto("/imports/new/")
    page.locator("input[type=file]").set_input_files(
        [
            {"name": name, "mimeType": "text/csv", "buffer": content}
            for name, content in files.items()
        ]
    )
    expect(page.locator(".dropzone output")).to_have_text("、".join(files))
    page.get_by_role("button", name="アップロード").click()


def drop(page: Page, files: dict[str, bytes]) -> None:
    """Drop files on the page that takes them, as a hand drops them out of a folder."""
    carried = page.evaluate_handle(
        """files => {
            const carried = new DataTransfer();
            for (const [name, bytes] of Object.entries(files))
                carried.items.add(new File([new Uint8Array(bytes)], name));
            return carried;
        }""",
        {name: list(content) for name, content in files.items()},
    )
    page.locator(".dropzone").dispatch_event("drop", {"dataTransfer": carried})
    expect(page.locator(".dropzone output")).to_have_text("、".join(files))


def import_row(page: Page, name: str) -> Locator:
    """The row of a file, among those of one upload or in the history."""
    link = page.get_by_role("rowheader").get_by_role("link", name=name, exact=True)
    return page.get_by_role("main").get_by_role("row").filter(has=link)


def expect_state(page: Page, words: str, *, timeout: float = 30_000) -> None:
    """The import on the page comes to stand so, while the page keeps itself up to date."""
    expect(page.locator("#standing .status").first).to_have_text(words, timeout=timeout)


def counts(page: Page) -> dict[str, int]:
    """What became of an import's rows, by the figures on its page."""
    labels = ("新規", "変更", "変更なし", "却下")
    return {label: amount(stat(page, label).inner_text()) for label in labels}


def take_back(page: Page) -> None:
    """Undo the import on the page, and say yes."""
    page.get_by_role("main").get_by_role("button", name="取り消し", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="取り消し", exact=True).click()
    expect_state(page, "取り消し済み")


def expect_told(page: Page, words: str) -> None:
    """A message comes up and says so."""
    expect(page.locator("#toasts .flash", has_text=words)).to_be_visible()


def check_columns(page: Page) -> None:
    """From an uploaded file to what bringing it in would do."""
    page.get_by_role("button", name="ファイル全体を確認").click()
    expect_state(page, "確認済み（未取り込み）")


def bring_in(page: Page) -> None:
    """From what bringing a file in would do to having done it."""
    page.get_by_role("main").get_by_role("button", name="取り込み", exact=True).click()
    expect_state(page, "取り込み済み")


TEMPLATE = "戦略型とプール型"
ADAPTED = {  # our CSMs have one job, and the support team another name
    "pool_csm": "csm",
    "{key: support}": "{key: support, name: {ja: カスタマーサポート, en: Customer support}}",
    'when: "arr >= 6_000_000"': 'when: "arr >= 12_000_000"',
    "hours_per_account: 75": "hours_per_account: 60",
}


def begin_from_template(page: Page) -> None:
    page.get_by_role("button", name=f"下書きにする: {TEMPLATE}", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TEMPLATE)


def adapt(page: Page) -> None:
    """Change the document where it doesn't fit, in the browser."""
    document = page.get_by_label("文書", exact=True)
    text = document.input_value()
    for was, becomes in ADAPTED.items():
        assert was in text
        text = text.replace(was, becomes)
    document.fill(text)


def propose_model(page: Page) -> str:
    """Save the draft and have it judged; its address."""
    page.get_by_role("button", name="下書きを保存").click()
    expect_told(page, "下書きを保存しました。")
    page.get_by_role("button", name="確認に出す").click()
    expect_told(page, "運用モデルを確認に出しました。別の人の確認を待ちます。")
    return page.url


def approve_model(page: Page, address: str) -> None:
    """Somebody else says yes."""
    sign_in_as(page, EXECUTIVE)
    page.goto(address)
    page.get_by_role("button", name="承認する").click()
    expect_told(page, "運用モデルを承認しました。")


def press_and_confirm(page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("button", name=name, exact=True).click()
    page.locator("dialog[open]").get_by_role("button", name=name, exact=True).click()
