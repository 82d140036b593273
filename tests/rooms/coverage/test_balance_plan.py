"""The plan of moves within a role: what it weighs, as a file, and what stays of one taken back."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from io import StringIO
from typing import cast

import pytest
from django.http import StreamingHttpResponse

from banso.rooms.coverage.queries.rebalances import draft_of, last_applied, moves_in
from banso.rooms.customers.models import Account
from banso.rooms.identity.models import User
from tests.factories.pages import browser, visit
from tests.factories.when import TODAY
from tests.rooms.coverage.balances import adopt, hold
from tests.rooms.coverage.reviews import NEAR, Company, customer

pytestmark = pytest.mark.django_db
SATO = "/model/balance/?role=csm&member=sato"


def test_it_tells_what_each_customer_weighs_and_leaves_as_a_file(
    accounts: dict[str, Account], company: Company, operations: User
) -> None:
    client = browser(operations)
    moves = [f"{accounts[name].pk}:ito" for name in ("c0", "c3")]
    client.post("/model/balance/csm/add/", {"move": moves})
    answer = cast(StreamingHttpResponse, client.get("/model/balance/csm/plan.csv"))
    streamed = b"".join(cast(Iterable[bytes], answer.streaming_content)).decode("utf-8-sig")
    rows = list(csv.DictReader(StringIO(streamed)))
    assert [(row["Customer ID"], row["Takes over"]) for row in rows] == [
        ("c0", company["ito"].name),
        ("c3", company["ito"].name),
    ]
    arr = sum(int(row["ARR"]) for row in rows)
    assert arr > 0
    assert f"2 customers, ¥{arr:,} of ARR" in visit(client, SATO).text
    sheet = cast(StreamingHttpResponse, client.get("/model/balance/csm/plan.xlsx"))
    assert b"".join(cast(Iterable[bytes], sheet.streaming_content)).startswith(b"PK")
    assert client.get("/model/balance/csm/plan.pdf").status_code == 404


def test_without_a_plan_there_is_no_file(accounts: dict[str, Account], operations: User) -> None:
    assert browser(operations).get("/model/balance/csm/plan.csv").status_code == 404


def test_what_was_taken_back_is_in_the_plan_again(
    accounts: dict[str, Account], operations: User
) -> None:
    client = browser(operations)
    client.post("/model/balance/csm/add/", {"move": f"{accounts['c3'].pk}:ito"})
    client.post("/model/balance/csm/apply/")
    last = last_applied("csm", operations)
    assert last is not None
    assert draft_of("csm", operations) is None
    client.post(f"/model/balance/applied/{last.pk}/take-back/")
    draft = draft_of("csm", operations)
    assert draft is not None
    assert [each.account.external_id for each in moves_in(draft, operations, on=TODAY)] == ["c3"]


def test_a_long_book_says_how_much_of_it_is_shown_and_shows_all(
    company: Company, operations: User
) -> None:
    for n in range(60):
        hold(customer(f"c{n}"), company["sato"])
    hold(customer("other"), company["ito"])
    adopt(operations)
    client = browser(operations)
    some = visit(client, SATO)
    assert f"The 50 largest of {company['sato'].name}'s 60 customers" in some.text
    [every] = [href for href in some.attributes("a", "href") if "all=1" in href]
    page = client.get(every.partition("#")[0]).content.decode()
    assert len(re.findall(r'name="account" value="(\d+)"', page)) == 60


def test_who_stays_says_why(company: Company, operations: User) -> None:
    hold(customer("near", ends=NEAR), company["sato"])
    hold(customer("free"), company["sato"])
    hold(customer("other"), company["ito"])
    adopt(operations)
    page = visit(browser(operations), SATO)
    assert "stays: its term ends on" in page.text
