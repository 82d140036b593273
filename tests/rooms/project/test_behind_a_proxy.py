"""Guessing passwords is slowed down for the one who guesses, not for everybody behind the proxy."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from tests.factories.identity import make_user

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"
LOGIN = "/account/login/"


@pytest.fixture(autouse=True)
def no_guesses_yet() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def signs_in(forwarded: str) -> bool:
    """Whether somebody at that address gets in, after another has guessed a dozen times."""
    guessing = Client(headers={"x-forwarded-for": "203.0.113.7"})
    for number in range(12):
        guessing.post(LOGIN, {"login": f"user{number}@b.example", "password": "guess"})
    make_user(email="aoi@b.example", password=PASSWORD)
    client = Client(headers={"x-forwarded-for": forwarded})
    client.post(LOGIN, {"login": "aoi@b.example", "password": PASSWORD})
    return "_auth_user_id" in client.session


@pytest.mark.parametrize(
    ("forwarded", "gets_in"),
    [
        ("203.0.113.7", False),
        ("198.51.100.2", True),
        ("198.51.100.2, 203.0.113.7", False),  # a claim, then the proxy's word
    ],
)
def test_behind_a_proxy_each_visitor_is_counted_apart(
    settings: Settings, forwarded: str, gets_in: bool
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert signs_in(forwarded) is gets_in


def test_without_a_proxy_nobody_believes_what_a_visitor_claims(settings: Settings) -> None:
    assert settings.ALLAUTH_TRUSTED_PROXY_COUNT == 0
    assert signs_in("198.51.100.2") is False
