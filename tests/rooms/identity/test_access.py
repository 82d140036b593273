"""What each role may do across the installation."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from banso.rooms.identity.access import may_administer, may_operate, may_see_all
from banso.rooms.identity.models import AccessRole, User


@pytest.mark.parametrize(
    ("may", "roles"),
    [
        (may_see_all, {"operations", "executive", "administrator"}),
        (may_operate, {"operations", "administrator"}),
        (may_administer, {"administrator"}),
    ],
)
def test_these_roles_may_and_the_others_may_not(
    may: Callable[[User], bool], roles: set[str]
) -> None:
    assert {role.value for role in AccessRole if may(User(role=role))} == roles
    assert {role for role in roles if may(User(role=role))} == roles
