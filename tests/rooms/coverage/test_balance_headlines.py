"""What the page Balance says first: the fullest book, by the figure that stands beside its name."""

from __future__ import annotations

import pytest

from banso.rooms.coverage.queries.balance_told import told_blocks, told_books, told_headline
from banso.rooms.customers.models import Account
from banso.rooms.identity.models import User
from tests.factories.pages import browser
from tests.factories.people import make_member
from tests.rooms.coverage.balances import adopt, gather, hold, in_teams, known, plain
from tests.rooms.coverage.reviews import Company, customer

pytestmark = pytest.mark.django_db


def title(by: User) -> str:
    page = plain(browser(by).get("/model/balance/"))
    return page[page.index("CSM: ") :].partition("Working hours count")[0].strip()


def test_it_is_the_figure_of_the_row_even_where_the_usual_book_is_another(
    accounts: dict[str, Account], company: Company, operations: User
) -> None:
    make_member(handle="mori", name="mori")
    books = known(operations)
    told = told_books(books, books.today)
    headline = told_headline(told)
    assert headline.after.times == told[0].fullest.times == pytest.approx(2.5)
    assert books.spread(books.today)["accounts"] == pytest.approx(5.0)
    assert (
        title(operations) == f"CSM: {company['sato'].name}'s book is 2.5× her even share (Accounts)"
    )


def test_where_another_book_is_the_fullest_then_both_are_named(
    accounts: dict[str, Account], company: Company, operations: User
) -> None:
    gather(operations, {accounts[f"c{n}"]: "ito" for n in range(7)})
    sato, ito = company["sato"].name, company["ito"].name
    assert title(operations) == (
        f"CSM: the fullest book goes from 1.7× an even share ({sato}, Accounts) to 1.5× ({ito}, "
        "Accounts)"
    )


def test_moves_that_leave_the_fullest_book_as_it_was_say_what_they_do_instead(
    accounts: dict[str, Account], company: Company, operations: User
) -> None:
    stays = f"{company['sato'].name}'s book stays the fullest, at"
    gather(operations, {customer("free"): "ito"})
    assert title(operations) == (
        f"CSM: 1 customer who needs somebody gets one, and {stays} 1.5× her even share (Accounts)"
    )


def test_a_plan_that_makes_nothing_more_even_says_so(
    accounts: dict[str, Account], company: Company, operations: User
) -> None:
    gather(operations, {accounts["c0"]: "ito", accounts["c10"]: "sato"})
    assert title(operations) == (
        f"CSM: 2 customers move, and {company['sato'].name}'s book stays the fullest, at 1.7× her "
        "even share (Accounts)"
    )


def test_a_suggestion_that_makes_no_book_visibly_more_even_is_left_out(
    company: Company, operations: User
) -> None:
    """Of teams each is looked at by itself: the west grows even while the east stays the worst."""
    company = in_teams(company)
    holders = ["sato"] * 9 + ["ito"] + ["mori"] * 4 + ["hara"] * 2
    mine = [customer(f"c{n}") for n in range(len(holders))]
    for account, handle in zip(mine, holders, strict=True):
        hold(account, company[handle])
    adopt(operations)
    books = known(operations)
    blocks = books.suggested(books.today, 9)
    told = told_blocks(books, books.today, blocks, most=9)
    assert {each.giver and each.giver.handle for each in told} == {"sato", "mori"}
    assert all(any(one.falls for one in each.spreads) for each in told)
    assert len(told_blocks(books, books.today, blocks, most=1)) == 1
    done = blocks[-1].books
    assert told_blocks(books, done, blocks, most=9) == []


def test_a_suggestion_that_covers_who_needs_somebody_says_so(
    accounts: dict[str, Account], operations: User
) -> None:
    customer("free")
    page = plain(browser(operations).get("/model/balance/"))
    assert "covers who needs somebody" in page
