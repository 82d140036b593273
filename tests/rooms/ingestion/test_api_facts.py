"""Programs read what is known of accounts, and the segments, as far as their key sees."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from banso.rooms.customers.actions.facts import define_contributed_facts
from banso.rooms.customers.actions.segments import settle_segments
from banso.rooms.customers.models import Account, AccountFacts, FactDefinition, FactType
from banso.rooms.customers.queries.segments import SegmentRow
from banso.rooms.identity.models import User
from tests.factories.customers import make_account, make_fact
from tests.factories.keys import make_key, program
from tests.factories.when import NOON, TODAY

pytestmark = pytest.mark.django_db

BIG = SegmentRow(key="big", name_ja="大", name_en="Big", rule="employees >= 100")


def caller(user: User, *, language: str = "en") -> Client:
    """A program that acts as the user, by a key that an administrator made."""
    given = {"email": f"by{user.pk}@b.example", "name": "管理", "role": "administrator"}
    by, _made = User.objects.get_or_create(**given, defaults={"joined_at": NOON})
    return program(make_key(user, by=by), language=language)


@pytest.fixture
def known(acme: Account) -> Account:
    define_contributed_facts()
    Account.objects.filter(pk=acme.pk).update(employees=500, customer_since=date(2026, 4, 1))
    arr = FactDefinition.objects.get(key="arr").slot
    AccountFacts.objects.filter(pk=acme.pk).update(**{arr: 1_200_000})
    return acme


@pytest.mark.parametrize("path", ["facts", "facts/acme", "segments"])
def test_without_a_key_nothing_is_told(path: str) -> None:
    assert program().get(f"/api/v1/{path}").status_code == 401


@pytest.mark.parametrize("path", ["facts", "facts/acme", "segments"])
def test_a_slip_in_the_address_does_not_pass(known: Account, sakura: User, path: str) -> None:
    answer = caller(sakura).get(f"/api/v1/{path}?limit=3")
    assert [each["pointer"] for each in answer.json()["errors"]] == ["limit"]


def test_the_vocabulary_is_told_in_the_language_of_the_call(known: Account, sakura: User) -> None:
    make_fact("plan", FactType.TEXT, label_ja="プラン")
    answer = caller(sakura, language="ja").get("/api/v1/facts").json()
    by_key = {each["key"]: each for each in answer["items"]}
    assert (answer["currency"], by_key["arr"]["type"], by_key["arr"]["history"]) == (
        "JPY", "money", True,
    )  # fmt: skip
    assert by_key["plan"] == {
        "key": "plan", "label": "プラン", "description": "", "type": "text", "unit": "",
        "source": "own", "history": False,
    }  # fmt: skip


def test_what_is_known_of_an_account_is_told_to_who_sees_it(
    known: Account, sakura: User, mia: User
) -> None:
    answer = caller(sakura).get("/api/v1/facts/acme").json()
    facts = answer["facts"]
    assert (answer["account"], facts["arr"], facts["employees"], facts["customer_since"]) == (
        "acme", "1200000", 500, "2026-04-01",
    )  # fmt: skip
    assert (facts["industry"], facts["segment"]) == (None, None)
    assert caller(mia).get("/api/v1/facts/acme").status_code == 404


def test_segments_are_told_with_the_accounts_that_the_key_sees(
    known: Account, operations: User, sakura: User, mia: User
) -> None:
    make_account(employees=5)
    settle_segments([BIG], past=False, by=operations, at=NOON, on=TODAY)

    def told(user: User) -> tuple[int, int]:
        answer = caller(user).get("/api/v1/segments").json()
        return answer["items"][0]["accounts"], answer["accounts_in_none"]

    assert [told(user) for user in (operations, sakura, mia)] == [(1, 1), (1, 0), (0, 0)]
    [item] = caller(mia).get("/api/v1/segments").json()["items"]
    assert item == {**BIG.as_json(), "position": 1, "accounts": 0}


def test_the_calls_ask_the_database_equally_often(
    known: Account, operations: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = caller(operations)
    settle_segments([BIG], past=False, by=operations, at=NOON, on=TODAY)
    counts = {"facts": 2, "facts/acme": 3, "segments": 5}
    client.get("/api/v1/facts")  # the first call of a minute notes that the key was used
    for path, number in counts.items():
        with django_assert_num_queries(number):
            client.get(f"/api/v1/{path}")
    for _number in range(3):
        make_account()
    for path, number in counts.items():
        with django_assert_num_queries(number):
            client.get(f"/api/v1/{path}")
