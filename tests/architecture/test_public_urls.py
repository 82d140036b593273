"""Rule 3: every address sends a stranger to sign-in, answers 401, or stands on this list."""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, path, reverse
from pytest_django import Settings

from tests.factories.identity import make_user

pytestmark = pytest.mark.django_db
PUBLIC = {
    "account_login",
    "api:api-root",
    "api:nowhere",
    "api:openapi-json",
    "healthz",
    "identity:set_up",
    "identity:demo_sign_in",
    "identity:look",
    "identity:invitation",
}
SAMPLES: dict[str, Any] = {"int": 1, "string": "x", "slug": "x", "path": "x", "uuid": UUID(int=1)}
FIRST_CHOICE = re.compile(r"\(\?P<(\w+)>(\w+)")  # of a group in a regular expression


def samples(entry: URLPattern) -> dict[str, Any]:
    """Arguments that fit a route."""
    kinds = {name: type(kind).__name__ for name, kind in entry.pattern.converters.items()}
    fitting = {n: SAMPLES[kind.removesuffix("Converter").lower()] for n, kind in kinds.items()}
    return fitting or dict(FIRST_CHOICE.findall(str(entry.pattern)))


def routes(resolver: URLResolver, room: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every named route and arguments that fit it."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from routes(entry, f"{entry.namespace}:" if entry.namespace else room)
        elif isinstance(entry, URLPattern):
            yield f"{room}{entry.name}", samples(entry)


def open_to_strangers(resolver: URLResolver) -> set[str]:
    """Routes that answer a stranger with anything but the way to sign-in, or 401 where a key is
    asked for, by GET and by POST.
    """
    stranger = Client(raise_request_exception=False)
    found = set()
    for name, arguments in routes(resolver):
        address = reverse(name, kwargs=arguments)
        answers = [stranger.get(address), stranger.post(address)]
        told = {answer.headers.get("Location", "").split("?")[0] for answer in answers
                if answer.status_code not in {401, 405}}  # fmt: skip
        closed = any(answer.status_code == 401 for answer in answers)
        if told != ({reverse("account_login")} if not closed else set()):
            found.add(name)
    return found


def test_strangers_are_sent_to_sign_in(transactional_db: None, settings: Settings) -> None:
    settings.BANSO = type(settings.BANSO)()
    make_user()
    assert open_to_strangers(get_resolver()) - PUBLIC == set()


def test_every_address_has_a_name() -> None:
    assert [name for name, _arguments in routes(get_resolver()) if name.endswith("None")] == []


def test_a_planted_open_page_is_found(settings: Settings) -> None:
    def open_page(_request: HttpRequest) -> HttpResponse:
        return HttpResponse("everything")

    planted = ModuleType("planted")
    own = get_resolver().url_patterns
    planted.urlpatterns = [*own, path("open/", open_page, name="open")]  # type: ignore[attr-defined]
    settings.ROOT_URLCONF = planted
    make_user()
    assert open_to_strangers(get_resolver(planted)) - PUBLIC == {"open"}
