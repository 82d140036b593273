"""Snapshots and facts follow the rows, at once marked and soon written."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from banso.kit import jobs, lake
from banso.kit.models import Job
from banso.kit.upsert import Change
from banso.rooms.customers.actions.facts import refresh_facts
from banso.rooms.customers.models import Account, FactDefinition
from banso.rooms.customers.queries.facts import definitions, fact_of
from banso.rooms.identity.models import User
from banso.rooms.revenue.actions import (
    LineRow,
    RateRow,
    put_lines,
    put_rates,
    refresh,
    take_back_lines,
    take_back_rates,
    write_snapshots,
)
from banso.rooms.revenue.models import Contract
from banso.rooms.revenue.queries.book import LINES, RATES
from banso.rooms.revenue.queries.trend import arr_of_all
from tests.factories.customers import make_account
from tests.factories.revenue import make_contract, make_line
from tests.factories.when import NOON, TODAY

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
STATED = {
    "amount_minor": 100,
    "arr_minor": 1200,
    "currency": "JPY",
    "interval_months": 1,
    "start_on": TODAY,
}


@pytest.fixture
def account(db: None) -> Account:
    return make_account(external_id="a1")


def row(external_id: str, account: Account, contract: str | None = None, **given: Any) -> LineRow:
    terms = given.pop("terms", {})
    return LineRow(
        external_id=external_id,
        account=account.pk,
        contract=contract,
        given=STATED | given,
        terms=terms,
    )


def put(by: User, *rows: LineRow) -> list[list[Change]]:
    return put_lines(rows, by=by, at=NOON)


def terms() -> list[tuple[str, date | None]]:
    return list(Contract.objects.order_by("external_id").values_list("external_id", "term_end_on"))


def is_stale(name: str) -> bool:
    return lake.snapshot(name).stale


def test_every_change_of_rows_makes_the_snapshot_stale_until_it_is_written(
    operations: User, account: Account
) -> None:
    rate = RateRow(currency="USD", on=TODAY, rate=Decimal(150))
    for act in (
        lambda: put(operations, row("l1", account)),
        lambda: take_back_lines([], by=operations, at=NOON),
        lambda: put_rates([rate], by=operations, at=NOON),
        lambda: take_back_rates([], by=operations, at=NOON),
    ):
        write_snapshots(at=NOON)
        assert (is_stale(LINES), is_stale(RATES)) == (False, False)
        act()
        assert is_stale(LINES)
    put_rates([rate], by=operations, at=NOON)
    assert write_snapshots(at=NOON) == 1


def test_a_worker_refreshes_once_after_many_changes(operations: User, account: Account) -> None:
    for number in range(3):
        put(operations, row(f"l{number}", account))
    waiting = Job.objects.filter(name__contains="refresh_after")
    assert waiting.count() == 1
    jobs.work_off()
    assert (is_stale(LINES), lake.snapshot(LINES).rows) == (False, 3)
    facts = Account.objects.select_related("facts").get()
    assert fact_of(facts, "arr", definitions()) == 3600


@pytest.mark.parametrize("act", ["lines taken back", "rates put", "rates taken back"])
def test_figures_follow_every_other_change_too(
    operations: User, account: Account, act: str
) -> None:
    write_snapshots(at=NOON)
    make_line(account, arr_minor=5)
    if act == "lines taken back":
        take_back_lines([], by=operations, at=NOON)
    elif act == "rates put":
        rate = RateRow(currency="USD", on=TODAY, rate=Decimal(150))
        put_rates([rate], by=operations, at=NOON)
    else:
        take_back_rates([], by=operations, at=NOON)
    jobs.work_off()
    assert (is_stale(LINES), arr_of_all(on=TODAY)) == (False, {account.pk: 5})


def facts_on(day: date) -> dict[str, tuple[Any, Any]]:
    refresh(at=NOON, on=day)
    known = definitions()
    accounts = Account.objects.select_related("facts").order_by("external_id")
    return {
        a.external_id: (fact_of(a, "arr", known), fact_of(a, "term_end_on", known))
        for a in accounts
    }


def test_arr_and_term_end_are_facts_of_the_day(account: Account) -> None:
    make_account(external_id="a2")
    make_line(account, arr_minor=100, start_on=TODAY, end_on=TODAY + 2 * DAY)
    make_line(account, arr_minor=30, start_on=TODAY + DAY)
    make_contract(account, term_end_on=TODAY + DAY)
    make_contract(account, term_end_on=TODAY + 5 * DAY)
    make_contract(account)
    days = [TODAY + number * DAY for number in (-1, 0, 1, 2, 6)]
    assert [facts_on(day)["a1"] for day in days] == [
        (None, TODAY + DAY),
        (100, TODAY + DAY),
        (130, TODAY + DAY),
        (30, TODAY + 5 * DAY),
        (30, None),
    ]
    assert facts_on(TODAY)["a2"] == (None, None)


def test_a_second_refresh_of_the_day_changes_nothing(account: Account) -> None:
    make_line(account)
    assert refresh(at=NOON, on=TODAY) == 1
    assert refresh(at=NOON, on=TODAY) == 0
    sources = set(FactDefinition.objects.values_list("source", flat=True))
    assert sources == {"coverage", "customers", "ownership", "renewals", "revenue", "segments"}


def test_term_ends_are_known_before_any_line_is(account: Account) -> None:
    make_contract(account, term_end_on=TODAY)
    assert facts_on(TODAY) == {"a1": (None, TODAY)}


def test_facts_wait_for_the_first_snapshot(account: Account) -> None:
    make_line(account)
    assert refresh_facts(on=TODAY, at=NOON) == 0


def test_the_calendar_moves_figures_too(account: Account) -> None:
    make_line(account, arr_minor=7, start_on=TODAY)
    jobs.schedule(at=NOON)
    jobs.work_off()
    facts = Account.objects.select_related("facts").get()
    assert fact_of(facts, "arr", definitions()) == 7


def test_amounts_without_a_rate_are_no_fact(account: Account) -> None:
    make_line(account, currency="USD")
    make_line(other := make_account(external_id="a2"), arr_minor=7)
    assert facts_on(TODAY) == {"a1": (None, None), "a2": (7, None)}
    assert arr_of_all(on=TODAY) == {other.pk: 7}
