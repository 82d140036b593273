"""Pictures of every page, in both languages and themes, wide and narrow: `python -m
tests.journeys.screenshots DIR`.

Looks at a demo that is being served (BANSO_URL, by default http://127.0.0.1:8000). With `--readme`
it makes only the picture in the README.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, Page, sync_playwright

URL = os.environ.get("BANSO_URL", "http://127.0.0.1:8000")
LANGUAGES = ("ja", "en")
ADMINISTRATOR = "管理者"  # the name of the demo's administrator, in both languages
WIDTHS = {1440: 900, 390: 844}


class Look(NamedTuple):
    """How a page is looked at."""

    language: str
    theme: str
    width: int


def chromium_options() -> dict[str, object]:
    """Debian's Chromium, quiet and without a sandbox when we are root."""
    quiet = [
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
        "--hide-scrollbars",
    ]
    return {
        "executable_path": os.environ.get("BANSO_CHROMIUM", "/usr/bin/chromium"),
        "args": [*quiet, *(["--no-sandbox"] if os.getuid() == 0 else [])],
    }


def signed_in(browser: Browser, look: Look, name: str) -> Page:
    """A page of the demo user of that name, in the given look."""
    context = browser.new_context(
        viewport={"width": look.width, "height": WIDTHS[look.width]},
        locale=look.language,
        color_scheme="dark" if look.theme == "dark" else "light",
    )
    page = context.new_page()
    page.goto(f"{URL}/account/login/")
    page.locator("button.persona", has_text=name).click()
    page.wait_for_load_state("networkidle")
    if page.locator("html").get_attribute("lang") != look.language:
        page.locator(f'button[name="language"][value="{look.language}"]').click()
    if page.locator("html").get_attribute("data-theme") != look.theme:
        page.locator('summary:has(use[href$="#sun"])').click()
        page.locator(f'button[name="theme"][value="{look.theme}"]').click()
    page.wait_for_load_state("networkidle")
    return page


def addresses(page: Page, url: str) -> Iterator[tuple[str, str]]:
    """Name and address of every page there is something to see on."""
    page.goto(f"{url}/accounts/?sort=-arr")
    account = page.locator("table.data-table tbody tr").first.get_attribute("data-href")
    page.goto(f"{url}/imports/")
    of = page.locator("table.data-table tbody tr").first.get_attribute("data-href")
    page.goto(f"{url}/settings/users/")
    user = page.locator("table.data-table tbody tr").first.get_attribute("data-href")
    yield from {
        "accounts": "/accounts/?sort=-arr",
        "accounts-none": "/accounts/?q=zzzz",
        "account": f"{account}",
        "kana": f"{account}kana/",
        "story": f"{account}story/",
        "bridge": "/revenue/bridge/",
        "movements": "/revenue/bridge/churn/",
        "members": "/members/",
        "imports": "/imports/",
        "import-new": "/imports/new/",
        "import": f"{of}",
        "columns": f"{of}columns/",
        "users": "/settings/users/",
        "user": f"{user}",
        "journal": "/journal/",
        "jobs": "/jobs/",
        "not-found": "/accounts/999999999/",
        "password": "/account/password/",
    }.items()


def take(browser: Browser, folder: Path, look: Look) -> None:
    page = signed_in(browser, look, ADMINISTRATOR)
    for name, address in list(addresses(page, URL)):
        page.goto(URL + address)
        page.wait_for_load_state("networkidle")
        page.screenshot(
            path=folder / f"{name}-{look.language}-{look.theme}-{look.width}.png", full_page=True
        )
    page.context.close()
    context = browser.new_context(
        viewport={"width": look.width, "height": WIDTHS[look.width]},
        locale=look.language,
        color_scheme="dark" if look.theme == "dark" else "light",
    )
    door = context.new_page()
    door.goto(f"{URL}/account/login/")
    door.screenshot(path=folder / f"sign-in-{look.language}-{look.theme}-{look.width}.png")
    context.close()


def take_for_readme(browser: Browser, file: Path) -> None:
    page = signed_in(browser, Look("ja", "light", 1440), ADMINISTRATOR)
    page.goto(f"{URL}/revenue/bridge/")
    page.wait_for_load_state("networkidle")
    page.screenshot(path=file)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--readme", action="store_true", help="only the README's picture, into FOLDER"
    )
    parser.add_argument("--only", default="", help="a look such as ja-light-1440")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**chromium_options())  # type: ignore[arg-type]
        if asked.readme:
            take_for_readme(browser, asked.folder / "bridge.png")
            return
        for language in LANGUAGES:
            for theme in ("light", "dark"):
                for width in WIDTHS:
                    look = Look(language, theme, width)
                    if asked.only in {"", f"{language}-{theme}-{width}"}:
                        take(browser, asked.folder, look)


if __name__ == "__main__":
    main()
