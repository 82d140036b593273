"""A company whose books are uneven, for the tests of Balance; others make one of their own."""

from __future__ import annotations

import pytest

from banso.rooms.coverage.queries import dealing
from banso.rooms.customers.models import Account
from banso.rooms.identity.models import User
from tests.rooms.coverage.balances import employed, with_ten_and_two
from tests.rooms.coverage.reviews import Company


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Searches end with their proof, which small books have in no time, not with their seconds."""
    for name in ("SECONDS", "SECONDS_OF_ALL"):
        monkeypatch.setattr(dealing, name, 60.0)


@pytest.fixture
def company(db: None) -> Company:
    return employed()


@pytest.fixture
def accounts(company: Company, operations: User) -> dict[str, Account]:
    return with_ten_and_two(company, operations)
