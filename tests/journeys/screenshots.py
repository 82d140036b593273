"""Pictures of every page, in both languages and themes, wide and narrow: `python -m
tests.journeys.screenshots DIR`.

Looks at a demo that is being served (BANSO_URL, by default http://127.0.0.1:8000), and leaves some
traces in it first, so that there is something to see everywhere. With `--readme` it makes only the
picture in the README.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, Page, sync_playwright

from tests.journeys.places import OVERLAYS, addresses, leave_traces, opened

URL = os.environ.get("BANSO_URL", "http://127.0.0.1:8000")
LANGUAGES = ("ja", "en")
ADMINISTRATOR = "管理者"  # the name of the demo's administrator, in both languages
WIDTHS = {1440: 900, 390: 844}
FADE_MS = 300


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


def _window(browser: Browser, look: Look) -> Page:
    context = browser.new_context(
        base_url=URL,
        viewport={"width": look.width, "height": WIDTHS[look.width]},
        locale=look.language,
        color_scheme="dark" if look.theme == "dark" else "light",
    )
    return context.new_page()


def signed_in(browser: Browser, look: Look, name: str) -> Page:
    """A page of the demo user of that name, in the given look."""
    page = _window(browser, look)
    page.goto("/account/login/")
    page.locator("button.persona", has_text=name).click()
    page.wait_for_load_state("networkidle")
    if page.locator("html").get_attribute("lang") != look.language:
        page.locator(f'button[name="language"][value="{look.language}"]').click()
    if page.locator("html").get_attribute("data-theme") != look.theme:
        page.locator('summary:has(use[href$="#sun"])').click()
        page.locator(f'button[name="theme"][value="{look.theme}"]').click()
    page.wait_for_load_state("networkidle")
    return page


def take(browser: Browser, folder: Path, look: Look) -> None:
    """Every page and all that opens over one, whole; then the page before sign-in."""
    page = signed_in(browser, look, ADMINISTRATOR)
    places = addresses(page)
    for name, address in places.items():
        page.goto(address)
        page.wait_for_load_state("networkidle")
        page.screenshot(path=_file(folder, name, look), full_page=True)
    for name, overlay in OVERLAYS.items():
        opened(page, places[overlay.page], overlay)
        page.wait_for_timeout(FADE_MS)
        page.screenshot(path=_file(folder, name, look))
    page.context.close()
    door = _window(browser, look)
    door.goto("/account/login/")
    door.screenshot(path=_file(folder, "sign-in", look))
    door.context.close()


def _file(folder: Path, name: str, look: Look) -> Path:
    return folder / f"{name}-{look.language}-{look.theme}-{look.width}.png"


def take_for_readme(browser: Browser, file: Path) -> None:
    page = signed_in(browser, Look("ja", "light", 1440), ADMINISTRATOR)
    page.goto("/revenue/bridge/")
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
        leave_traces(signed_in(browser, Look("ja", "light", 1440), ADMINISTRATOR))
        for language in LANGUAGES:
            for theme in ("light", "dark"):
                for width in WIDTHS:
                    look = Look(language, theme, width)
                    if asked.only in {"", f"{language}-{theme}-{width}"}:
                        take(browser, asked.folder, look)


if __name__ == "__main__":
    main()
