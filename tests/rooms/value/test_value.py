"""Why a customer bought: put on record, shown, completed, and “and Mia?”."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from banso.rooms.customers.models import Account
from banso.rooms.identity.models import User
from banso.rooms.journal.models import Entry, Link
from banso.rooms.people.models import Member
from banso.rooms.value.actions import CaseStated, change_case, record_case
from banso.rooms.value.models import BusinessCase
from banso.rooms.value.panels import BesideRenewal
from tests.factories.customers import make_account, make_contact
from tests.factories.pages import Page, browser, visit
from tests.factories.revenue import make_contract
from tests.factories.when import NOON, TODAY

pytestmark = pytest.mark.django_db
STATED = CaseStated(recorded_on=TODAY, why_bought="残業の集計に毎月3日かかっていた")


def answer(account: Account, sakura: User, **given: Any) -> dict[str, Any]:
    values = {
        "why_bought": "紙の申請をなくす", "expected_effect": "月次の締めを早く",
        "measure": "締めの日数", "baseline": "5日", "target": "2日", "due_on": "2027-03-31",
        "amount": "1200000", "confirmed_by": make_contact(account, name="森").pk,
        "promised_by": Member.objects.get(user=sakura).pk,
        "contract": make_contract(account).pk, "recorded_on": "2026-04-15",
    }  # fmt: skip
    return values | given


def test_a_case_is_recorded_and_changed_with_a_line_each_in_the_journal(
    acme: Account, sakura: User
) -> None:
    case = record_case(acme, STATED, by=sakura, at=NOON)
    fuller = CaseStated(
        recorded_on=TODAY, why_bought="集計" * 100, amount_minor=5, currency="JPY", target="1日"
    )
    change_case(case, fuller, by=sakura, at=NOON)
    assert list(BusinessCase.objects.values_list("amount_minor", "currency", "target")) == [
        (5, "JPY", "1日")
    ]
    told = Entry.objects.order_by("pk").values_list("event", "details")
    assert list(told) == [
        ("value.case_recorded", {"why": STATED.why_bought}),
        ("value.case_changed", {"why": "集計" * 60}),
    ]
    assert set(Link.objects.values_list("account_id", flat=True)) == {acme.pk}
    assert str(BusinessCase.objects.get()) == "集計" * 100


@pytest.mark.parametrize(
    "wrong",
    [
        {"why_bought": ""}, {"amount_minor": 5}, {"currency": "JPY"},
        {"amount_minor": -1, "currency": "JPY"},
    ],
)  # fmt: skip
def test_the_table_refuses_what_says_nothing(acme: Account, wrong: dict[str, Any]) -> None:
    values = {"recorded_on": TODAY, "why_bought": "x"} | wrong
    with pytest.raises(IntegrityError), transaction.atomic():
        BusinessCase.objects.create(account=acme, **values)


def test_an_account_without_a_case_asks_for_one(acme: Account, sakura: User) -> None:
    page = visit(browser(sakura), f"/accounts/{acme.pk}/")
    [panel] = page.texts("section", id="panel-business_case")
    assert panel.startswith("Business case Nobody has written down why this customer bought.")
    assert f"/value/accounts/{acme.pk}/new/" in page.attributes("a", "href")


def test_a_case_is_written_in_a_drawer_and_stands_on_the_accounts_page(
    acme: Account, sakura: User
) -> None:
    client = browser(sakura)
    address = f"/value/accounts/{acme.pk}/new/"
    drawer = visit(client, address, htmx=True)
    assert drawer.texts("h2", id="drawer-title") == ["Business case"]
    told = client.post(address, answer(acme, sakura))
    assert told["Location"] == f"/accounts/{acme.pk}/"
    [panel] = visit(client, f"/accounts/{acme.pk}/").texts("section", id="panel-business_case")
    for words in (
        "紙の申請をなくす 15 Apr 2026 · 佐倉 さくら", "月次の締めを早く¥1,200,000 a year",
        "締めの日数5日 → 2日 · by 31 Mar 2027", "Confirmed by 森",
    ):  # fmt: skip
        assert words in panel


def test_a_case_is_completed_later(acme: Account, sakura: User) -> None:
    case = record_case(acme, STATED, by=sakura, at=NOON)
    client = browser(sakura)
    form = visit(client, f"/value/{case.pk}/")
    assert form.texts("textarea", name="why_bought") == [STATED.why_bought]
    client.post(f"/value/{case.pk}/", answer(acme, sakura, amount="", contract=""))
    names = ("why_bought", "amount_minor", "currency", "contract_id", "due_on")
    assert list(BusinessCase.objects.values_list(*names)) == [
        ("紙の申請をなくす", None, "", None, date(2027, 3, 31))
    ]
    client.post(f"/value/{case.pk}/", answer(acme, sakura))
    again = visit(client, f"/value/{case.pk}/")
    assert "1200000" in again.attributes("input", "value")


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"why_bought": ""}, "This field is required."),
        ({"amount": "1.5"}, "This has more decimals than the currency knows."),
        ({"amount": "-1"}, "Ensure this value is greater than or equal to 0."),
    ],
)
def test_what_can_not_be_is_told_in_the_form(
    acme: Account, sakura: User, given: dict[str, str], error: str
) -> None:
    told = browser(sakura).post(f"/value/accounts/{acme.pk}/new/", answer(acme, sakura, **given))
    assert Page(told).texts("p", **{"class": "error"}) == [error]
    assert list(BusinessCase.objects.all()) == []


def test_nobody_of_another_account_can_confirm(acme: Account, sakura: User) -> None:
    stranger = make_contact(make_account()).pk
    given = answer(acme, sakura, confirmed_by=stranger)
    browser(sakura).post(f"/value/accounts/{acme.pk}/new/", given)
    assert list(BusinessCase.objects.all()) == []


def test_the_same_stands_beside_a_renewals_outcome(acme: Account, sakura: User) -> None:
    record_case(acme, STATED, by=sakura, at=NOON)
    shown = BesideRenewal().context(acme, viewer=sakura, on=TODAY)
    assert [case.why_bought for case in shown["cases"]] == [STATED.why_bought]


def test_and_mia_sees_none_of_it_and_an_executive_only_reads(
    acme: Account, sakura: User, mia: User, executive: User
) -> None:
    case = record_case(acme, STATED, by=sakura, at=NOON)
    addresses = (f"/value/{case.pk}/", f"/value/accounts/{acme.pk}/new/")
    for address in addresses:
        assert browser(mia).get(address).status_code == 404
        assert browser(executive).get(address).status_code == 403
    page = visit(browser(executive), f"/accounts/{acme.pk}/")
    [panel] = page.texts("section", id="panel-business_case")
    assert STATED.why_bought in panel
    assert set(addresses) & set(page.attributes("a", "href")) == set()
