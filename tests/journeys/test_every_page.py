"""Every page, for people who can't see it well, on a phone, and who read no English: axe-core finds
nothing, nothing is wider than its window, and no English word stands in a Japanese frame.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import Visitor
from tests.journeys.places import OVERLAYS, addresses, opened
from tests.journeys.screenshots import Look
from tests.journeys.served import Installation
from tests.journeys.walking import ADMINISTRATOR, settle, sign_in_as

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
LOOKS = (Look("ja", "light", 1440), Look("en", "dark", 390))
RUN_AXE = "() => axe.run(document, {resultTypes: ['violations'], preload: false})"
AT_REST = """() => Promise.allSettled(
    document.getAnimations()
        .filter(each => each.effect.getTiming().iterations < 99)
        .map(each => each.finished)
).then(() => null)"""
# What stands on the page as its frame: no names of customers, files or people.
FRAME = (
    "h1, h2, h3, thead th, label, legend, summary, dt, button, .btn, .empty p, .callout p, caption,"
    " .page-header p, figcaption, .tab-links a, .steps li, #side-nav a, .trail a, .status, option"
)
SAME_IN_BOTH = (
    frozenset(
        (
            "AE",
            "AM",
            "API",
            "ARPA",
            "ARR",
            "Banso",
            "CS",
            "CSAT",
            "CSM",
            "CSV",
            "Ctrl",
            "Enter",
            "Excel",
            "GRR",
        )
    )
    | {
        "ID",
        "IT",
        "JSON",
        "MB",
        "NPS",
        "NRR",
        "Ops",
        "SMB",
        "Shift_JIS",
        "TSV",
        "URL",
        "USD",
        "UTF",
        "ZIP",
    }
    | {"XLSX", "YAML"}
)
COMPANIES = frozenset(  # templates are named after them
    [
        "ClientSuccess",
        "Cloudflare",
        "GitLab",
        "Imprivata",
        "New",
        "Relic",
        "Periscope",
        "PostHog",
        "RD",
        "Station",
        "WalkMe",
    ]
)
ENGLISH = frozenset({"English"})  # the switch is written in the language it leads to
WORD = re.compile(r"[A-Za-z][A-Za-z_'’]+")
NAMED = frozenset({  # headed by somebody's own words
    "access", "account", "closeness-page", "columns", "contact-page", "edit-contact", "entry-page",
    "import", "kana-page", "keys", "model-moves", "model-plan", "model-templates", "model-version",
    "origin-page", "pair", "rejected", "segments", "story",
    "team-accounts", "transfer", "trend", "user",
})  # fmt: skip
WIDTHS = "() => [document.documentElement.scrollWidth, window.innerWidth]"


@pytest.fixture
def everywhere(
    request: pytest.FixtureRequest, lived_in: Installation, visitor: Visitor
) -> tuple[Page, dict[str, str]]:
    """The administrator in one look, and the address of every page by its name."""
    look: Look = request.param
    page = visitor(lived_in, width=look.width, color_scheme=look.theme)
    sign_in_as(page, ADMINISTRATOR, language=look.language)
    return page, addresses(page)


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
def test_nothing_is_wrong_with_any_page_nor_with_what_opens_over_one(
    everywhere: tuple[Page, dict[str, str]],
) -> None:
    page, places = everywhere
    wrong = {}
    for name, address in places.items():
        page.goto(address)
        settle(page)
        wrong[name] = faults(page, headed_by_data=name in NAMED)
    for name, overlay in OVERLAYS.items():
        opened(page, places[overlay.page], overlay)
        wrong[name] = faults(page, headed_by_data=True)
    assert {name: found for name, found in wrong.items() if found} == {}


def faults(page: Page, *, headed_by_data: bool) -> list[str]:
    """What axe-core finds, by how much the page is too wide, and English in a Japanese frame."""
    needed, there = page.evaluate(WIDTHS)
    too_wide = [f"{needed - there} pixels too wide"] if needed > there else []
    in_japanese = page.locator("html[lang=ja]").count() > 0
    english = english_words(page, headed_by_data=headed_by_data) if in_japanese else set()
    return violations(page) + too_wide + sorted(english)


def english_words(page: Page, *, headed_by_data: bool) -> set[str]:
    """Words in Latin letters that a reader of Japanese sees around the data."""
    texts = page.locator(FRAME).evaluate_all(
        "(found, skip) => found.filter(each => each.checkVisibility() && !each.closest('[lang=en]')"
        " && !(skip && each.matches('h1, dialog h2, .trail *, .page-header p, label, option')))"
        ".map(each => each.innerText)",
        headed_by_data,
    )
    return (
        {word for text in texts for word in WORD.findall(text)} - SAME_IN_BOTH - COMPANIES - ENGLISH
    )


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


def test_axe_finds_nothing_in_an_open_menu(page: Page) -> None:
    sign_in_as(page, ADMINISTRATOR)
    for name in ("さんのメニュー", "書き出し", "ビュー"):
        page.locator("summary", has_text=name).click()
        assert violations(page) == [], name
        page.keyboard.press("Escape")
