"""What stands around every page: navigation by role, language, theme, and the safety headers."""

from __future__ import annotations

from dataclasses import replace
from itertools import takewhile

import pytest
from django.test import Client, override_settings
from django.urls import clear_url_caches
from django.utils import translation
from pytest_django import Settings

from banso.kit.csp import POLICY
from banso.rooms.customers.models import Account
from banso.rooms.identity.models import User
from tests.factories.identity import make_user
from tests.factories.pages import Page, browser, visit

pytestmark = pytest.mark.django_db

CUSTOMERS = ["/accounts/", "/accounts/segments/", "/accounts/promises/"]
REVENUE = [f"/revenue/{page}/" for page in ("bridge", "retention", "cohorts", "definitions")]
MODEL = ["/model/", *(f"/model/{page}/" for page in ("organisation", "duties", "coverage"))]
BALANCE = "/model/balance/"
BELOW = [*MODEL, "/members/"]
LEADS = [*MODEL, BALANCE, "/members/"]
QUEUE, STATUS = "/work/", "/work/status/"
WORK = [QUEUE, "/model/handovers/", "/renewals/"]
STEERED = [QUEUE, STATUS, *WORK[1:]]
CLOSED = [*REVENUE, "/revenue/closed/"]
EVERYBODYS = [*CUSTOMERS, *WORK, *REVENUE, *BELOW]
MANAGERS = [*CUSTOMERS, *STEERED, *REVENUE, *LEADS]
EXECUTIVES = [*CUSTOMERS, *WORK, *CLOSED, *LEADS]
CLOSERS = [*CUSTOMERS, *STEERED, *CLOSED, *LEADS]
FACTS = "/accounts/facts/"
DATA = ["/imports/", FACTS, "/accounts/duplicates/"]
WATCHED = ["/settings/keys/", "/journal/", "/jobs/"]
OPERATIONS = [*CLOSERS, *DATA, *WATCHED]
ADMINISTRATORS = [*CLOSERS, *DATA, "/settings/users/", *WATCHED]


def navigation(page: Page) -> list[str]:
    """Where the navigation leads: its links come first on the page, behind the logo."""
    hrefs = [href for href in page.attributes("a", "href") if href.startswith("/")]
    return list(takewhile(ADMINISTRATORS.__contains__, hrefs[1:]))


@pytest.mark.parametrize(
    ("viewer", "items"),
    [
        ("sakura", [*EVERYBODYS, FACTS]),
        ("ken", [*MANAGERS, FACTS]),
        ("account_executive", [*EVERYBODYS, FACTS]),
        ("executive", [*EXECUTIVES, FACTS]),
        ("operations", OPERATIONS),
        ("administrator", ADMINISTRATORS),
    ],
)
def test_the_navigation_holds_what_the_role_may_open(
    viewer: str, items: list[str], request: pytest.FixtureRequest
) -> None:
    client = browser(request.getfixturevalue(viewer))
    page = visit(client, "/members/")
    assert navigation(page) == items
    assert {client.get(href).status_code for href in items} == {200}


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/accounts/", "/accounts/"),
        ("/accounts/{acme}/", "/accounts/"),
        ("/accounts/duplicates/?state=merges", "/accounts/duplicates/"),
        ("/accounts/promises/", "/accounts/promises/"),
        ("/members/", "/members/"),
        ("/imports/new/", "/imports/"),
        ("/settings/users/", "/settings/users/"),
        ("/jobs/", "/jobs/"),
        ("/revenue/bridge/churn/", "/revenue/bridge/"),
    ],
)
def test_the_page_one_is_on_is_marked(
    administrator: User, acme: Account, path: str, current: str
) -> None:
    page = visit(browser(administrator), path.format(acme=acme.pk))
    marked = [
        given["href"] for tag, given, _w in page.elements if "aria-current" in given and tag == "a"
    ]
    assert marked[0] == current


def test_a_page_outside_the_navigation_marks_none() -> None:
    page = visit(browser(make_user(password="correct horse")), "/account/password/")
    assert (page.texts("a", **{"aria-current": "page"}), page.heading) == ([], "Change password")


def test_the_company_stands_on_every_page(sakura: User, settings: Settings) -> None:
    client = browser(sakura)
    assert visit(client, "/members/").texts("title") == ["Members · Banso"]
    settings.BANSO = replace(settings.BANSO, company="アオゾラHR")
    page = visit(client, "/members/")
    assert page.texts("title") == ["Members · アオゾラHR"]
    assert page.texts("footer")[0] == "アオゾラHR"


@pytest.mark.parametrize(
    "path", ["/accounts/", "/account/login/", "/healthz", "/nothing/", "/revenue/bridge/", "/look/"]
)
def test_every_answer_carries_the_safety_headers(executive: User, path: str) -> None:
    headers = browser(executive).get(path).headers
    assert headers["Content-Security-Policy"] == POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


def test_the_policy_allows_no_inline_script_or_style() -> None:
    rules = dict(rule.split(" ", 1) for rule in POLICY.split("; "))
    assert (rules["default-src"], rules["script-src"], rules["style-src"]) == ("'self'",) * 3


def test_no_page_holds_an_inline_script_style_or_handler(acme: Account, sakura: User) -> None:
    client = browser(sakura)
    for path in ("/accounts/", f"/accounts/{acme.pk}/", "/members/", "/revenue/bridge/"):
        page = visit(client, path)
        scripts = [given for tag, given, texts in page.elements if tag == "script" and texts]
        assert [given for given in scripts if given.get("type") != "application/json"] == []
        attributes = {name for _tag, given, _texts in page.elements for name in given}
        assert [name for name in attributes if name.startswith("on") or name == "style"] == []
        assert page.texts("style") == []


def test_cookies_cant_be_read_by_scripts_and_travel_by_https_where_it_is_on(
    settings: Settings,
) -> None:
    make_user(email="a@b.example", password="correct horse battery")
    client = browser()
    said = {"login": "a@b.example", "password": "correct horse battery"}
    session = client.post("/account/login/", said).cookies["sessionid"]
    assert (session["httponly"], session["samesite"], session["secure"]) == (True, "Lax", "")
    settings.SESSION_COOKIE_SECURE = True
    theme = client.post("/look/", {"theme": "dark"}).cookies["banso_theme"]
    assert (theme["httponly"], theme["secure"], theme["samesite"]) == (True, True, "Lax")


def test_a_form_without_its_token_is_refused(sakura: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(sakura)
    assert strict.post("/look/", {"theme": "dark"}).status_code == 403
    assert strict.post("/account/logout/").status_code == 403


def test_a_page_is_told_in_the_readers_language_and_leaves_none_behind(
    sakura: User, ken: User
) -> None:
    with translation.override("ja"):
        japanese = browser(sakura, language="ja").get("/members/")
        english = browser(ken, language="en").get("/members/")
        assert translation.get_language() == "ja"
    assert [answer.headers["Content-Language"] for answer in (japanese, english)] == ["ja", "en"]
    assert [Page(answer).heading for answer in (japanese, english)] == ["メンバー", "Members"]


def test_what_a_stranger_reads_depends_on_the_browsers_language() -> None:
    make_user()
    answer = browser(language="en").get("/account/login/")
    vary = {word.strip() for word in answer.headers["Vary"].split(",")}
    assert {"Accept-Language", "Cookie"} <= vary
    assert answer.headers["Content-Language"] == "en"


def test_the_health_check_answers_without_a_sign_in() -> None:
    answer = browser().get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert browser().post("/healthz").status_code == 405


def test_what_is_not_there_is_told_in_the_house_style(sakura: User) -> None:
    for client in (browser(sakura), browser()):
        answer = client.get("/nothing/")
        assert answer.status_code == 404
        assert Page(answer).heading == "There is nothing here, or nothing you may see"


def test_what_breaks_is_told_on_the_plainest_page(sakura: User) -> None:
    client = browser(sakura)
    client.raise_request_exception = False
    with override_settings(ROOT_URLCONF="tests.rooms.project.broken_urls"):
        clear_url_caches()
        answer = client.get("/broken/")
    clear_url_caches()
    assert (answer.status_code, Page(answer).heading) == (500, "エラーが発生しました")
