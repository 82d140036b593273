"""What an address may ask, whoever typed it; and by which methods."""

from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from banso.project.middleware import plain_question
from banso.rooms.identity.models import User
from tests.factories.pages import browser, visit
from tests.factories.people import make_member

pytestmark = pytest.mark.django_db


def asked(query: str) -> dict[str, list[str]]:
    """What a view is asked by the query string."""
    seen: list[HttpRequest] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(request)
        return HttpResponse()

    plain_question(view)(RequestFactory().get("/", QUERY_STRING=query))
    return dict(seen[0].GET.lists())


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("q=a&q=b&left=", {"q": ["a", "b"], "left": [""]}),
        ("q=%00", {"q": [""]}),
        ("q=%E4%BD%90%00%1B%7F%C2%85%E5%80%89&q=b", {"q": ["佐倉", "b"]}),
        ("q=a%09b%0A", {"q": ["a\tb\n"]}),
        ("f.%00x=%01", {"f.x": [""]}),
    ],
)
def test_control_characters_are_taken_out_of_every_question(
    query: str, told: dict[str, list[str]]
) -> None:
    assert asked(query) == told


@pytest.mark.parametrize(
    "address",
    [
        *("/members/?q=%00", "/accounts/?q=%00&industry=%00&f.plan=%00&sort=%00&after=%00"),
        *("/accounts/filters/?region=%00", "/journal/?after=%00", "/jobs/?state=%00"),
        *("/imports/?after=%00", "/revenue/bridge/?from=%00"),
    ],
)
def test_no_page_breaks_on_a_nul(administrator: User, address: str) -> None:
    visit(browser(administrator), address)


def test_a_member_is_found_though_the_search_holds_a_nul(operations: User) -> None:
    make_member(name="佐倉")
    page = visit(browser(operations), "/members/?q=%E4%BD%90%00%E5%80%89")
    assert [row[0].split()[0] for row in page.rows[1:]] == ["佐倉"]


def test_the_health_check_and_pages_answer_a_head(operations: User) -> None:
    answer = Client().head("/healthz")
    assert (answer.status_code, answer.content) == (200, b"")
    client = browser(operations)
    paths = ("/members/", "/accounts/", "/journal/", "/jobs/")
    assert [client.head(path).status_code for path in paths] == [200] * 4
