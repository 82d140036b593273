"""The page of API keys."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from banso.rooms.identity.models import AccessRole, ApiKey, User
from banso.rooms.identity.queries import living_key
from tests.factories.identity import make_user
from tests.factories.keys import make_key
from tests.factories.pages import Page, browser, visit
from tests.factories.when import NOON

pytestmark = pytest.mark.django_db
KEYS = "/settings/keys/"


@pytest.mark.parametrize("role", sorted(set(AccessRole) - {"operations", "administrator"}))
def test_only_those_who_bring_data_in_reach_the_page(role: str, operations: User) -> None:
    make_key(operations)
    client = browser(make_user(role=role))
    revoke = f"{KEYS}{ApiKey.objects.get().pk}/revoke/"
    codes = [client.get(KEYS).status_code, client.post(KEYS).status_code]
    assert [*codes, client.post(revoke).status_code] == [403] * 3


def test_an_empty_list_says_what_comes_next(operations: User) -> None:
    page = visit(browser(operations), KEYS)
    assert page.heading == "API keys"
    assert page.rows[1] == [
        "No program comes in yet. Create a key here, then send it with each call."
        " All calls, as an OpenAPI document"
    ]


def test_the_key_is_shown_once_and_nothing_stores_that_answer(operations: User) -> None:
    client = browser(operations)
    said = {"name": "warehouse", "user": operations.pk, "may_write": "write", "days": "90"}
    answer = client.post(KEYS, said)
    [token] = [text for text in Page(answer).texts("code") if text.startswith("banso_")]
    key = ApiKey.objects.get()
    assert living_key(token, at=key.created_at) == key
    assert (key.name, key.user, key.may_write) == ("warehouse", operations, True)
    assert answer.headers["Cache-Control"] == "no-store"
    secret = token.rpartition("_")[2]
    assert secret not in client.get(KEYS).content.decode()


def test_the_list_tells_how_each_key_stands(administrator: User) -> None:
    for name, days in [("old", 30), ("forever", None), ("revoked", None)]:
        make_key(administrator, name=name, days=days, at=NOON - timedelta(days=3_000))
    revoked = ApiKey.objects.get(name="revoked")
    client = browser(administrator)
    client.post(f"{KEYS}{revoked.pk}/revoke/")
    rows = visit(client, KEYS).rows[1:]
    prefixes = dict(ApiKey.objects.values_list("name", "prefix"))
    assert [(row[0], row[1], row[2], row[3]) for row in rows] == [
        (f"{name}banso_{prefixes[name]}_…", "管 理", "Read only", "never")
        for name in ("revoked", "forever", "old")
    ]
    assert [row[4].split()[0] for row in rows] == ["revoked", "Until", "expired"]


def test_operations_choose_nobody_else(operations: User, administrator: User) -> None:
    client = browser(operations)
    said = {"name": "x", "user": administrator.pk, "may_write": "read", "days": ""}
    page = Page(client.post(KEYS, said))
    assert page.texts("p", role="alert") == [
        f"Select a valid choice. {administrator.pk} is not one of the available choices."
    ]
    assert list(ApiKey.objects.all()) == []


def test_a_key_of_somebody_else_is_not_there_to_revoke(
    operations: User, administrator: User
) -> None:
    make_key(administrator)
    revoke = f"{KEYS}{ApiKey.objects.get().pk}/revoke/"
    assert browser(operations).post(revoke).status_code == 404
    client = browser(administrator)
    told = [Page(client.post(revoke, follow=True)).texts("div", role="status") for _time in "12"]
    assert told == [
        ["The key has been revoked. It opens nothing any more."],
        ["This key has been revoked already."],
    ]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_database_equally_often(
    operations: User, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _number in range(rows):
        make_key(operations)
    client = browser(operations)
    with django_assert_num_queries(4):
        assert len(visit(client, KEYS).rows) == rows + 1
