"""A chosen language and theme stay with person and browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visitor
from tests.journeys.served import Installation
from tests.journeys.walking import OPERATIONS, sign_in_as, speak

BACKGROUND = "() => getComputedStyle(document.body).backgroundColor"


@pytest.fixture
def operator(page: Page) -> Iterator[Page]:
    """Somebody of CS Ops, who gets Japanese and the system's theme back afterwards."""
    sign_in_as(page, OPERATIONS)
    yield page
    page.goto("/accounts/")
    speak(page, "ja")
    choose_theme(page, "システムに合わせる")


def choose_theme(page: Page, name: str) -> None:
    page.locator("summary[aria-label='Theme'], summary[aria-label='テーマ']").click()
    page.get_by_role("button", name=name, exact=True).click()
    expect(page.get_by_role("searchbox").first).to_be_visible()


def test_language_and_theme_are_remembered_with_the_person_and_in_the_browser(
    demo: Installation, operator: Page, visitor: Visitor
) -> None:
    html = operator.locator("html")
    expect(html).to_have_attribute("lang", "ja")
    speak(operator, "en")
    choose_theme(operator, "Dark")
    expect(html).to_have_attribute("data-theme", "dark")
    dark = operator.evaluate(BACKGROUND)
    operator.locator("summary", has_text="Menu of").click()
    operator.get_by_role("button", name="Sign out").click()
    expect(operator.get_by_role("heading", level=1)).to_have_text("Sign in")  # by its cookies
    expect(html).to_have_attribute("lang", "en")
    expect(html).to_have_attribute("data-theme", "dark")
    assert operator.evaluate(BACKGROUND) == dark
    elsewhere = visitor(demo)
    elsewhere.goto("/account/login/")
    expect(elsewhere.get_by_role("heading", level=1)).to_have_text("ログイン")
    elsewhere.locator("button.persona", has_text=OPERATIONS).click()
    expect(elsewhere.get_by_role("heading", level=1)).to_have_text("Accounts")  # by choice
    expect(elsewhere.locator("html")).to_have_attribute("data-theme", "dark")
    operator.locator("button.persona", has_text="CS operations").click()


def test_the_sign_in_page_speaks_the_language_the_browser_asks_for(
    demo: Installation, visitor: Visitor
) -> None:
    said = {}
    for locale in ("ja-JP", "en-GB", "fr-FR"):
        page = visitor(demo, locale=locale)
        page.goto("/account/login/")
        said[locale] = page.get_by_role("heading", level=1).inner_text()
    assert said == {"ja-JP": "ログイン", "en-GB": "Sign in", "fr-FR": "ログイン"}
