"""Users as rows, without the journal entries that giving access would leave."""

from __future__ import annotations

from itertools import count
from typing import Any

from banso.rooms.identity.models import AccessRole, Demo, User
from tests.factories.when import NOON

_numbers = count(1)


def make_user(*, password: str | None = None, **given: Any) -> User:
    """A CSM who can't sign in, unless `role` or `password` say otherwise."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "email": f"user{number}@banso.example",
        "name": f"利用者{number}",
        "role": AccessRole.CSM,
        "joined_at": NOON,
    }
    user = User(**values | given)
    if password is None:
        user.set_unusable_password()
    else:
        user.set_password(password)
    user.save()
    return user


def make_demo() -> None:
    """The mark of a database that the demo has filled."""
    Demo.objects.create(filled_at=NOON)
