"""The bridge for each viewer: it closes, opens to its lines, and refuses rather than guess."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from banso.rooms.customers.models import Account
from banso.rooms.identity.models import User
from banso.rooms.people.models import Member
from banso.rooms.revenue.actions import write_snapshots
from banso.rooms.revenue.models import SubscriptionLine
from banso.rooms.revenue.queries.book import NoRevenueYet, freshness
from banso.rooms.revenue.queries.bridge import WrongOrder, movements
from banso.rooms.revenue.queries.figures import compared
from banso.rooms.revenue.queries.lines import contracts_of, held_on, lines_of
from tests.factories.bridges import (
    BARS,
    OPENING,
    YEAR,
    asked,
    bars,
    behind,
    closes,
    make_book,
    reader,
)
from tests.factories.customers import make_account, make_holding
from tests.factories.revenue import make_contract, make_line
from tests.factories.when import NOON, TODAY

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
KINDS = ("new", "reactivation", "expansion", "contraction", "churn")


@pytest.fixture
def book(acme: Account, mia: User) -> dict[str, Account]:
    return make_book(acme, mia)


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
        with django_assert_num_queries(7):
            assert len(behind(executive, "opening", size=size)) == size


def test_another_viewers_rows_are_not_behind_the_bar(
    book: dict[str, Account], sakura: User
) -> None:
    found = movements(compared(reader(sakura), YEAR), "churn", start=0, size=9)
    assert (found.rows, found.total) == ([], 0)


def test_an_account_that_is_gone_since_is_left_out_of_the_rows(
    book: dict[str, Account], executive: User
) -> None:
    SubscriptionLine.objects.filter(account=book["new"]).delete()
    book["new"].delete()
    assert behind(executive, "new") == []


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
