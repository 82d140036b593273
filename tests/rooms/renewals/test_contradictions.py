"""What a person told against contract and lines stays, with a plain note beside it."""

from __future__ import annotations

import csv
from datetime import timedelta

import pytest
from django.utils.timezone import localdate  # noqa: TID251  pages tell the real day

from banso.rooms.customers.models import Account
from banso.rooms.identity.models import User
from banso.rooms.renewals.models import RecordedOutcome
from tests.factories.pages import browser, visit
from tests.factories.renewals import make_loss
from tests.factories.when import NOON

pytestmark = pytest.mark.django_db
LIST = "/renewals/"


def test_a_word_against_the_contract_is_kept_in_the_list_with_a_plain_note(
    acme: Account, sakura: User
) -> None:
    word = {"by_lines": False, "loss_reason": "price"}
    lost = make_loss(acme, term_end_on=localdate() - timedelta(40), lines_outcome="renewed", **word)
    kept = {"by_lines": False, "outcome": "renewed", "renewed_arr_minor": 5}
    make_loss(acme, term_end_on=localdate() - timedelta(41), **kept)
    RecordedOutcome.objects.create(
        renewal=lost, outcome="churned", renewed_arr_minor=0, reason="price", by=sakura, at=NOON
    )
    gone = make_loss(acme, term_end_on=localdate() - timedelta(42), stands=False, **word)
    make_loss(acme, term_end_on=localdate() - timedelta(43), lines_outcome="lapsed", **word)
    client = browser(sakura)
    page = visit(client, f"{LIST}?when=closed")
    assert [row[-1] for row in page.rows[1:]] == [
        "Lost by notice Price or budget Told lost, yet the contract lines go on",
        "Renewed at the same amount ¥5 Told renewed, yet no line renews what has ended",
        "Lost by notice Price or budget The contract no longer has this term end",
        "Lost by notice Price or budget",
    ]  # fmt: skip
    assert f"{LIST}{gone.pk}/outcome/" in visit(client, f"{LIST}unmatched/").attributes("a", "href")
    assert "アクメ株式会社: renewal of" in visit(client, f"{LIST}{gone.pk}/outcome/").heading
    told = client.get(f"{LIST}renewals.csv?when=closed").getvalue()  # type: ignore[attr-defined]
    assert [row[-1] for row in csv.reader(told.decode().splitlines())] == [
        "Contradicted by the contract", "Told lost, yet the contract lines go on",
        "Told renewed, yet no line renews what has ended",
        "The contract no longer has this term end", "",
    ]  # fmt: skip
    note = "Told lost, yet the contract lines go on"
    assert note in visit(client, f"{LIST}{lost.pk}/outcome/").text
    assert note in visit(client, f"/accounts/{acme.pk}/").text
