"""A pool of two under a model that serves small customers by it."""

from __future__ import annotations

import pytest

from banso.rooms.customers.models import Account
from banso.rooms.identity.models import User
from banso.rooms.people.models import Member, Team
from tests.factories.work import join, make_pool, make_served, model_text, put_in_force


@pytest.fixture
def pool(operations: User) -> Team:
    """The general pool, from which people take what is next."""
    put_in_force(model_text(), by=operations)
    return make_pool()


@pytest.fixture
def hana(pool: Team) -> Member:
    return join(pool, "花田 花")


@pytest.fixture
def emma(pool: Team) -> Member:
    return join(pool, "Emma Ito")


@pytest.fixture
def shop(pool: Team) -> Account:
    """A small customer of the pool."""
    return make_served(pool, name="八百屋マルシェ")
