"""A chosen language and theme stay with person and browser; no page mixes two languages."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import screenshots
from tests.journeys.conftest import Visitor
from tests.journeys.served import Installation
from tests.journeys.walking import ADMINISTRATOR, OPERATIONS, sign_in_as, speak

# What stands on the page as its frame: no names of customers, files or people.
FRAME = (
    "h1, h2, h3, thead th, label, legend, summary, dt, button, .btn, .empty p, .callout p, caption,"
    " .page-header p, figcaption, .tab-links a, .steps li, #side-nav a, .trail a, .status, option"
)
SAME_IN_BOTH = frozenset(
    ("AE", "AM", "ARR", "Banso", "CS", "CSM", "CSV", "Excel", "GRR", "ID", "IT", "MB", "NRR", "Ops")
) | {"Shift_JIS", "TSV", "URL", "UTF"}
ENGLISH = frozenset({"English"})  # the switch is written in the language it leads to
BACKGROUND = "() => getComputedStyle(document.body).backgroundColor"
WORD = re.compile(r"[A-Za-z][A-Za-z_'’]+")
NAMED = ("account", "kana", "story", "user", "import", "columns")  # headed by somebody's own words


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


def test_no_japanese_page_has_an_english_word_in_its_frame(demo: Installation, page: Page) -> None:
    sign_in_as(page, ADMINISTRATOR)
    left_over = {}
    for name, address in list(screenshots.addresses(page, demo.url)):
        page.goto(address)
        page.wait_for_load_state("networkidle")
        found = english_words(page, headed_by_data=name in NAMED)
        if found:
            left_over[name] = sorted(found)
    assert left_over == {}


def english_words(page: Page, *, headed_by_data: bool) -> set[str]:
    """Words in Latin letters that a reader of Japanese sees around the data."""
    texts = page.locator(FRAME).evaluate_all(
        "(found, skip) => found.filter(each => each.checkVisibility() && !each.closest('[lang=en]')"
        " && !(skip && each.matches('h1, .trail *, .page-header p, label, option')))"
        ".map(each => each.innerText)",
        headed_by_data,
    )
    return {word for text in texts for word in WORD.findall(text)} - SAME_IN_BOTH - ENGLISH
