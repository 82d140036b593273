"""Currencies with changing rates, what is refused instead of guessed, and ARR over time."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from pytest_django import Settings

from banso.rooms.customers.models import Account
from banso.rooms.identity.models import User
from banso.rooms.revenue.actions import write_snapshots
from banso.rooms.revenue.queries.book import NoRate
from banso.rooms.revenue.queries.trend import trend
from tests.factories.bridges import OPENING, asked, bars, behind, closes, make_book, reader
from tests.factories.customers import make_account
from tests.factories.revenue import make_line, make_rate
from tests.factories.when import NOON, TODAY

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def book(acme: Account, mia: User) -> dict[str, Account]:
    return make_book(acme, mia)


@pytest.fixture
def dollars(acme: Account) -> None:
    """A dollar line over the whole year, worth 150 yen, then 160; a yen line beside it."""
    make_rate("USD", on=OPENING - DAY, rate="150")
    make_rate("USD", on=OPENING + 100 * DAY, rate="160.55")
    make_line(acme, arr_minor=10_000, currency="USD", start_on=OPENING - DAY)
    make_line(acme, arr_minor=3_333, currency="USD", start_on=OPENING + 200 * DAY)
    make_line(acme, arr_minor=700, start_on=OPENING + 10 * DAY)
    write_snapshots(at=NOON)


def test_two_currencies_close_with_what_the_rates_did_apart(dollars: None, executive: User) -> None:
    found = asked(executive)
    second = round(Decimal("33.33") * 150)
    closing = round(Decimal("133.33") * Decimal("160.55")) + 700
    assert bars(found) == {
        "opening": 15_000,
        "expansion": second + 700,
        "fx": closing - 15_000 - second - 700,
        "closing": closing,
    }
    assert closes(found)
    [moved] = behind(executive, "fx")
    assert (moved.fx_minor, len(moved.lines)) == (found.fx_minor, 3)


def test_a_rate_that_is_missing_is_named_with_its_day(acme: Account, executive: User) -> None:
    make_rate("USD", on=OPENING + DAY, rate="150")
    for currency in ("USD", "EUR", "JPY"):
        make_line(acme, currency=currency)
    write_snapshots(at=NOON)
    told = f"There is no exchange rate for EUR, USD on or before {OPENING.isoformat()}."
    with pytest.raises(NoRate, match=told):
        asked(executive)
    with pytest.raises(NoRate, match=r"EUR on or before"):
        asked(executive, opening_on=TODAY)
    with pytest.raises(NoRate):
        behind(executive, "opening")


def test_only_the_viewers_own_accounts_need_rates(
    book: dict[str, Account], sakura: User, executive: User
) -> None:
    make_line(make_account(), currency="USD")
    write_snapshots(at=NOON)
    assert bars(asked(sakura))["closing"] == 1500
    with pytest.raises(NoRate):
        asked(executive)


def test_another_reporting_currency_tells_its_own_minor_units(
    acme: Account, executive: User, settings: Settings
) -> None:
    settings.BANSO = type(settings.BANSO)(home=settings.BANSO.home, currency="USD")
    make_rate("JPY", on=OPENING, rate="0.01")
    make_line(acme, arr_minor=5_000, currency="JPY", start_on=OPENING)
    make_line(acme, arr_minor=99, currency="USD", start_on=OPENING)
    write_snapshots(at=NOON)
    found = asked(executive)
    assert (found.opening_minor, found.currency) == (5_000 + 99, "USD")


def test_the_trend_is_the_arr_at_the_close_of_each_day(
    book: dict[str, Account], executive: User, sakura: User, mia: User
) -> None:
    days = [OPENING - 2 * DAY, OPENING, OPENING + 30 * DAY, TODAY]

    def told(viewer: User, only: int | None = None) -> list[tuple[int | None, int]]:
        points = trend(reader(viewer), days=days, only=only)
        assert [point.on for point in points] == days
        return [(point.arr_minor, point.accounts) for point in points]

    assert told(executive) == [(0, 0), (5811, 4), (6081, 6), (2081, 5)]
    assert told(sakura) == [(0, 0), (1000, 1), (1500, 1), (1500, 1)]
    assert told(executive, only=book["new"].pk) == [(0, 0), (0, 0), (70, 1), (70, 1)]
    assert told(mia, only=book["new"].pk) == [(0, 0)] * 4


def test_a_trend_has_a_gap_where_a_rate_is_missing(acme: Account, sakura: User) -> None:
    make_rate("USD", on=TODAY, rate="150")
    make_line(acme, arr_minor=100, currency="USD")
    write_snapshots(at=NOON)
    points = trend(reader(sakura), days=[TODAY - DAY, TODAY])
    assert [(point.arr_minor, point.accounts) for point in points] == [(None, 1), (150, 1)]
