"""Every page, for people who can't see it well and on a phone: axe-core finds nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.journeys import screenshots
from tests.journeys.conftest import Visitor
from tests.journeys.screenshots import Look
from tests.journeys.served import Installation
from tests.journeys.walking import ADMINISTRATOR, sign_in_as

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
LOOKS = (Look("ja", "light", 1440), Look("en", "dark", 390))
RUN_AXE = "() => axe.run(document, {resultTypes: ['violations'], preload: false})"
AT_REST = """() => Promise.allSettled(
    document.getAnimations()
        .filter(each => each.effect.getTiming().iterations < 99)
        .map(each => each.finished)
).then(() => null)"""
WIDTHS = "() => [document.documentElement.scrollWidth, window.innerWidth]"


@pytest.fixture
def everywhere(
    request: pytest.FixtureRequest, demo: Installation, visitor: Visitor
) -> tuple[Page, dict[str, str]]:
    """The administrator in one look, and the address of every page by its name."""
    look: Look = request.param
    page = visitor(demo, width=look.width, color_scheme=look.theme)
    page.goto("/account/login/")
    sign_in_as(page, ADMINISTRATOR, language=look.language)
    return page, dict(screenshots.addresses(page, demo.url))


def violations(page: Page) -> list[str]:
    """What axe-core finds wrong: the rule, how bad, and where first."""
    page.evaluate(AT_REST)  # a drawer that is still fading in has too little contrast
    page.evaluate(AXE.read_text())  # by the debugger, which the page's policy doesn't bind
    found: list[dict[str, Any]] = page.evaluate(RUN_AXE)["violations"]
    return [
        f"{rule['id']} ({rule['impact']}, {len(rule['nodes'])}×): {rule['nodes'][0]['html'][:160]}"
        for rule in found
    ]


@pytest.mark.parametrize("everywhere", LOOKS, indirect=True, ids=("ja-light-1440", "en-dark-390"))
def test_axe_finds_nothing_on_any_page_and_no_page_is_wider_than_its_window(
    everywhere: tuple[Page, dict[str, str]],
) -> None:
    page, addresses = everywhere
    wrong = {}
    for name, address in addresses.items():
        page.goto(address)
        page.wait_for_load_state("networkidle")
        found = violations(page)
        needed, there = page.evaluate(WIDTHS)
        if needed > there:
            found.append(f"{needed - there} pixels too wide")
        if found:
            wrong[name] = found
    assert wrong == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_on_the_pages_before_sign_in(
    theme: str, demo: Installation, visitor: Visitor
) -> None:
    page = visitor(demo, color_scheme=theme)
    found = {}
    for address in ("/account/login/", "/invitation/x/y/"):
        page.goto(address)
        found[address] = violations(page)
    assert found == {"/account/login/": [], "/invitation/x/y/": []}


def test_axe_finds_nothing_in_what_opens_over_a_page(page: Page) -> None:
    sign_in_as(page, ADMINISTRATOR)
    page.goto("/accounts/?sort=-arr")
    page.keyboard.press("?")
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.locator("#account-list tbody tr[data-href]").first.get_by_role("link").click()
    page.get_by_role("link", name="カナを").click()
    page.get_by_role("dialog", name="顧客名のカナ").wait_for()
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.locator("summary", has_text="さんのメニュー").click()
    assert violations(page) == []
