"""Keys of programs, and programs that call the API with them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.test import Client

from banso.rooms.identity.actions import create_key
from banso.rooms.identity.models import User
from tests.factories.when import NOON


def make_key(user: User, *, may_write: bool = False, days: int | None = None, **given: Any) -> str:
    """The token of a key that acts as the user and has no end, unless `days` says otherwise."""
    at: datetime = given.pop("at", NOON)
    name = given.pop("name", "reverse ETL")
    issued = create_key(
        name=name, user=user, may_write=may_write, days=days, by=given.pop("by", user), at=at
    )
    return issued.token


def program(token: str = "", *, language: str = "en") -> Client:
    """A program that sends the token, if any, with each call."""
    headers = {"accept-language": language}
    if token:
        headers["authorization"] = f"Bearer {token}"
    return Client(headers=headers)
