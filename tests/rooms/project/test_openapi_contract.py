"""The API does what its document says, whatever is sent: schemathesis tries every operation.

On SQLite with all cases that cover the document, and those it draws beside them; on PostgreSQL
with the drawn ones alone, for what is checked before the database is asked is the same on either.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import hypothesis
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.signing import Signer
from django.db import close_old_connections, connection
from hypothesis import strategies as st
from pytest_django import Settings

from banso.project.wsgi import application
from banso.rooms.identity.models import User
from tests.factories.keys import make_key

pytestmark = pytest.mark.django_db
COVERING = connection.vendor == "sqlite"
LEAST_CASES = 2_000 if COVERING else 250
EXAMPLES = 8  # drawn for each operation
TALLY = Path(os.environ["BANSO_HOME"]) / "cases"  # of all processes: a line for each operation
numbers = count()
cursors = st.integers(0, 2**40).map(lambda pk: Signer(salt="items after").sign(str(pk)))
schemathesis.openapi.format("cursor", cursors)
schemathesis.openapi.format("idempotency-key", st.just("attempt"))
document = schemathesis.openapi.from_wsgi("/api/openapi.json", application)
document.config.phases.coverage.enabled = COVERING


@pytest.fixture(autouse=True)
def without_limit(settings: Settings) -> None:
    settings.BANSO = replace(settings.BANSO, api_calls=1_000_000)


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """The test's transaction stays open between calls, as with Django's own test client."""
    ends_of_requests = (request_started, request_finished)
    for signal in ends_of_requests:
        signal.disconnect(close_old_connections)
    yield
    for signal in ends_of_requests:
        signal.connect(close_old_connections)


@pytest.fixture
def token(operations: User) -> str:
    return make_key(operations, may_write=True)


@pytest.fixture
def tried() -> Iterator[list[str]]:
    """The cases of one operation. Whoever tries the last one adds up those of all."""
    cases: list[str] = []
    yield cases
    with TALLY.open("a") as tally:
        tally.write(f"{len(cases)}\n")
    counted = [int(line) for line in TALLY.read_text().split()]
    if len(counted) == len(list(document.get_all_operations())):
        assert sum(counted) >= LEAST_CASES


@document.parametrize()
@hypothesis.settings(
    max_examples=EXAMPLES,
    suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture],  # a key serves all
)
def test_every_operation_keeps_the_documents_word(
    case: schemathesis.Case, token: str, tried: list[str]
) -> None:
    tried.append(case.operation.label)
    key = (case.headers or {}).get("Idempotency-Key", "")
    if case.headers and 0 < len(key) <= 200 and key.isascii() and key.isprintable():
        case.headers["Idempotency-Key"] = f"attempt {next(numbers)}"  # each call is one of its own
    case.call_and_validate(headers={"Authorization": f"Bearer {token}"})
