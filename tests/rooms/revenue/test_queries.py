"""The bridge for each viewer: it closes, opens to its lines, and refuses rather than guess."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from banso.rooms.customers.models import Account
from banso.rooms.identity.models import User
from banso.rooms.people.models import Member
from banso.rooms.revenue.actions import write_snapshots
from banso.rooms.revenue.models import SubscriptionLine
from banso.rooms.revenue.queries import (
    Bridge,
    Movement,
    NoRate,
    NoRevenueYet,
    Period,
    WrongOrder,
    bridge,
    contracts_of,
    freshness,
    held_on,
    lines_of,
    movements,
    trend,
)
from tests.factories.customers import make_account, make_holding
from tests.factories.revenue import make_contract, make_line, make_rate
from tests.factories.when import NOON, TODAY

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
OPENING = TODAY - 365 * DAY
YEAR = Period(OPENING, TODAY)
BARS = ("opening", "new", "reactivation", "expansion", "contraction", "churn", "fx", "closing")
KINDS = ("new", "reactivation", "expansion", "contraction", "churn")


def asked(viewer: User, *, opening_on: date = OPENING, closing_on: date = TODAY) -> Bridge:
    return bridge(viewer, Period(opening_on, closing_on), on=TODAY)


def behind(viewer: User, kind: str, *, start: int = 0, size: int = 50) -> list[Movement]:
    found = movements(viewer, YEAR, kind, on=TODAY, start=start, size=size)
    return found.rows


def bars(found: Bridge) -> dict[str, int]:
    told = {bar: getattr(found, f"{bar}_minor") for bar in BARS}
    return {bar: minor for bar, minor in told.items() if minor}


def closes(found: Bridge) -> bool:
    """opening + new + reactivation + expansion − contraction − churn + fx = closing."""
    told = {bar: getattr(found, f"{bar}_minor") for bar in BARS}
    grown = told["opening"] + told["new"] + told["reactivation"] + told["expansion"]
    return bool(grown - told["contraction"] - told["churn"] + told["fx"] == told["closing"])


@pytest.fixture
def book(acme: Account, mia: User) -> dict[str, Account]:
    """One account for every bar; Acme (Sakura's) expands, Mia's churns, nobody holds the rest."""
    book = {"expansion": acme}
    book |= {
        kind: make_account(external_id=kind)
        for kind in ("new", "reactivation", "contraction", "churn", "unchanged")
    }
    make_holding(book["churn"], by=Member.objects.get(user=mia))
    before, inside, long_ago = OPENING - DAY, OPENING + 30 * DAY, OPENING - 300 * DAY
    make_line(book["expansion"], arr_minor=1000, start_on=before)
    make_line(book["expansion"], arr_minor=500, start_on=inside)
    make_line(book["new"], arr_minor=70, start_on=inside)
    make_line(book["reactivation"], arr_minor=9, start_on=long_ago, end_on=long_ago + DAY)
    make_line(book["reactivation"], arr_minor=300, start_on=inside)
    make_line(book["contraction"], arr_minor=800, start_on=before, end_on=inside)
    make_line(book["contraction"], arr_minor=200, start_on=inside)
    make_line(book["churn"], arr_minor=4000, start_on=before, end_on=TODAY)
    make_line(book["unchanged"], arr_minor=11, start_on=before)
    write_snapshots(at=NOON)
    return book


def test_each_bar_holds_what_moved_that_way(book: dict[str, Account], executive: User) -> None:
    found = asked(executive)
    assert bars(found) == {
        "opening": 5811, "new": 70, "reactivation": 300, "expansion": 500, "contraction": 600,
        "churn": 4000, "closing": 2081,
    }  # fmt: skip
    assert closes(found)
    counted = [getattr(found, f"{kind}_accounts") for kind in (*KINDS, "unchanged")]
    assert (counted, found.opening_accounts, found.closing_accounts) == ([1] * 6, 4, 5)
    assert (found.grr, found.nrr) == (1211 / 5811, 1711 / 5811)
    assert (found.logo_retention, found.currency) == (3 / 4, "JPY")


def test_a_viewer_sees_the_arr_of_their_own_accounts(
    book: dict[str, Account], sakura: User, ken: User, mia: User
) -> None:
    hers = {"opening": 1000, "expansion": 500, "closing": 1500}
    assert [bars(asked(viewer)) for viewer in (sakura, ken)] == [hers, hers]
    assert bars(asked(mia)) == {"opening": 4000, "churn": 4000}


def test_the_parts_of_disjoint_viewers_add_up_to_the_whole(
    book: dict[str, Account], sakura: User, mia: User, account_executive: User, operations: User
) -> None:
    rest = Account.objects.exclude(pk__in=[book["expansion"].pk, book["churn"].pk])
    for account in rest:
        make_holding(account, by=Member.objects.get(user=account_executive))
    parts = [asked(viewer) for viewer in (sakura, mia, account_executive)]
    whole = asked(operations)
    for bar in BARS:
        name = f"{bar}_minor"
        assert sum(getattr(part, name) for part in parts) == getattr(whole, name)


def test_who_sees_no_account_gets_an_empty_bridge(
    book: dict[str, Account], account_executive: User
) -> None:
    found = asked(account_executive)
    assert (bars(found), found.grr, found.nrr, found.logo_retention) == ({}, None, None, None)


def test_the_same_day_twice_moves_nothing(book: dict[str, Account], executive: User) -> None:
    found = asked(executive, opening_on=TODAY)
    assert bars(found) == {"opening": 2081, "closing": 2081}


@pytest.mark.parametrize("kind", BARS)
def test_every_bar_opens_to_accounts_that_add_up_to_it(
    book: dict[str, Account], executive: User, kind: str
) -> None:
    found, whole = behind(executive, kind), asked(executive)
    part = {"opening": "opening_minor", "closing": "closing_minor", "fx": "fx_minor"}
    sizes = [abs(getattr(moved, part.get(kind, "change_minor"))) for moved in found]
    assert sum(sizes) == getattr(whole, f"{kind}_minor")
    assert sizes == sorted(sizes, reverse=True)
    if kind in KINDS:
        assert [moved.account for moved in found] == [book[kind]]


@pytest.mark.parametrize("kind", BARS)
def test_every_account_of_a_bar_opens_to_lines_that_add_up_to_it(
    book: dict[str, Account], executive: User, kind: str
) -> None:
    for moved in behind(executive, kind):
        opening = sum(held.line.arr_minor for held in moved.lines if held.at_opening)
        closing = sum(held.line.arr_minor for held in moved.lines if held.at_closing)
        assert (opening, closing) == (moved.opening_minor, moved.closing_minor)
        assert all(held.at_opening or held.at_closing for held in moved.lines)


def test_movements_come_in_pages_without_repeating_one(
    book: dict[str, Account], executive: User
) -> None:
    whole = [moved.account for moved in behind(executive, "opening")]
    pages = [behind(executive, "opening", start=start, size=2) for start in (0, 2, 4)]
    assert [moved.account for page in pages for moved in page] == whole
    assert [len(page) for page in pages] == [2, 2, 0]


def test_movements_ask_the_database_equally_often(
    book: dict[str, Account], executive: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for size in (1, 4):
        with django_assert_num_queries(5):
            assert len(behind(executive, "opening", size=size)) == size


def test_another_viewers_rows_are_not_behind_the_bar(
    book: dict[str, Account], sakura: User
) -> None:
    found = movements(sakura, YEAR, "churn", on=TODAY, start=0, size=9)
    assert (found.rows, found.total) == ([], 0)


def test_an_account_that_is_gone_since_is_left_out_of_the_rows(
    book: dict[str, Account], executive: User
) -> None:
    SubscriptionLine.objects.filter(account=book["new"]).delete()
    book["new"].delete()
    assert behind(executive, "new") == []


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


def test_a_period_that_ends_before_it_starts_is_refused(
    book: dict[str, Account], executive: User
) -> None:
    with pytest.raises(WrongOrder):
        asked(executive, opening_on=TODAY, closing_on=TODAY - DAY)


def test_without_lines_there_is_no_revenue_yet(executive: User) -> None:
    refused = []
    for _written in range(2):
        with pytest.raises(NoRevenueYet) as caught:
            asked(executive)
        refused.append(str(caught.value))
        write_snapshots(at=NOON)
    assert refused == ["There is no recurring revenue yet."] * 2


def test_figures_tell_when_they_were_made(book: dict[str, Account]) -> None:
    assert (freshness().made_at, freshness().stale) == (NOON, False)


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
        points = trend(viewer, days=days, on=TODAY, only=only)
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
    points = trend(sakura, days=[TODAY - DAY, TODAY], on=TODAY)
    assert [(point.arr_minor, point.accounts) for point in points] == [(None, 1), (150, 1)]


@pytest.mark.parametrize(
    ("start_on", "end_on", "held"),
    [
        (TODAY, None, True),
        (TODAY, TODAY + DAY, True),
        (TODAY - DAY, TODAY, False),
        (TODAY + DAY, None, False),
        (TODAY, TODAY, False),
    ],
)
def test_a_line_is_held_from_its_first_day_until_the_first_without(
    acme: Account, start_on: date, end_on: date | None, held: bool
) -> None:
    assert held_on(make_line(acme, start_on=start_on, end_on=end_on), TODAY) is held


def test_an_accounts_lines_and_contracts_stand_latest_first(acme: Account) -> None:
    older, newer = make_line(acme, start_on=OPENING), make_line(acme, start_on=TODAY)
    make_line(make_account())
    assert list(lines_of(acme)) == [newer, older]
    early = make_contract(acme, term_end_on=OPENING)
    late = make_contract(acme, term_end_on=TODAY)
    assert list(contracts_of(acme)) == [late, early]
