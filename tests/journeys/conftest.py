"""A real server and a real browser. Every page that a journey opens is watched.

pytest itself touches no database here.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect, sync_playwright

from tests.journeys.places import leave_traces
from tests.journeys.screenshots import chromium_options
from tests.journeys.served import Installation, copy_of_sample, served
from tests.journeys.walking import ADMINISTRATOR, sign_in_as

ACCOUNTS = 120
PATIENCE_MS = 15_000
NOTED_ELSEWHERE = (
    "Failed to load resource: the server responded with a status of",  # by its response
    "htmx:afterRequest",  # a request that was out when its page was left
    "htmx:sendError",
    "htmx:sendAbort",
)

Visitor = Callable[..., Page]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Package scope: a running Playwright would forbid Django's calls in tests of other folders."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**chromium_options())  # type: ignore[arg-type]
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """The sample company, served with one sign-in a role. Journeys add and end no account of it."""
    home = tmp_path_factory.mktemp("demo") / "home"
    base = tmp_path_factory.getbasetemp()
    of_this_run = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    copy_of_sample(home, of_this_run / "filled", accounts=ACCOUNTS)
    with served(home, "demo") as installation:
        yield installation


@pytest.fixture(scope="package")
def lived_in(browser: Browser, demo: Installation) -> Installation:
    """The demo once somebody has left something on every page."""
    context = browser.new_context(base_url=demo.url, locale="ja-JP", timezone_id="Asia/Tokyo")
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    sign_in_as(page, ADMINISTRATOR)
    leave_traces(page)
    context.close()
    return demo


@pytest.fixture
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation that nobody has set up yet."""
    home = tmp_path_factory.mktemp("empty") / "home"
    home.parent.mkdir(exist_ok=True)
    with served(home, "serve") as installation:
        yield installation


class Watch:
    """Notes what must not happen while a page is used: errors, broken policies, missing files."""

    def __init__(self, context: BrowserContext) -> None:
        self.seen: list[str] = []
        context.on("console", self._said)
        context.on("weberror", lambda fault: self.seen.append(f"script: {fault.error}"))
        context.on("response", self._answered)

    def _said(self, message: Any) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith(NOTED_ELSEWHERE):
            self.seen.append(f"console {message.type}: {message.text}")

    def _answered(self, response: Any) -> None:
        """A page may be refused with a 4xx, which its journey looks at; nothing else may."""
        own_page = response.request.is_navigation_request() and response.status < 500
        if response.status >= 400 and not own_page:
            self.seen.append(f"{response.status} {response.request.method} {response.url}")


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Visitor]:
    """Opens a window of its own at an installation, as somebody new in Japan unless told else."""
    watched: list[tuple[BrowserContext, Watch]] = []

    def arrive(installation: Installation, *, width: int = 1440, **look: Any) -> Page:
        context = browser.new_context(
            **{
                "base_url": installation.url,
                "locale": "ja-JP",
                "timezone_id": "Asia/Tokyo",
                "viewport": {"width": width, "height": 900},
            }
            | look
        )
        context.set_default_timeout(PATIENCE_MS)
        watched.append((context, Watch(context)))
        return context.new_page()

    yield arrive
    for context, _watch in watched:
        context.close()
    assert [fault for _context, watch in watched for fault in watch.seen] == []


@pytest.fixture
def page(visitor: Visitor, demo: Installation) -> Page:
    """A window at the demo; nobody is signed in."""
    return visitor(demo)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With a failure comes what its server printed and what its page showed."""
    report = yield
    if report.failed:
        for given in getattr(item, "funcargs", {}).values():
            if isinstance(given, Installation):
                report.sections.append((f"log of {given.url}", given.log()))
            elif isinstance(given, Page) and not given.is_closed():
                report.sections.append((f"page {given.url}", _shown(given)))
    return report


def _shown(page: Page) -> str:
    try:
        return page.locator("body").inner_text(timeout=2_000)[:4_000]
    except Error as fault:
        return str(fault)
