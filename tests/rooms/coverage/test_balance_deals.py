"""A joiner's book is filled, a few customers are dealt among the others, and whom nobody holds."""

from __future__ import annotations

from collections import Counter

import pytest

from banso.engines.assignment.faults import Code
from banso.rooms.coverage.queries.dealing import (
    NobodyTakesThem,
    NothingToDeal,
    dealt_among,
    dealt_away,
    filled,
    searched,
)
from banso.rooms.coverage.queries.rebalances import draft_of, moves_in
from banso.rooms.customers.models import Account
from banso.rooms.identity.models import User
from tests.factories.pages import browser
from tests.factories.people import make_absence, make_member
from tests.factories.when import TODAY
from tests.rooms.coverage.balances import (
    adopt,
    hold,
    in_teams,
    known,
    plain,
)
from tests.rooms.coverage.reviews import NEAR, Company, customer

pytestmark = pytest.mark.django_db


def moved(by: User) -> Counter[tuple[str, str]]:
    """From whom to whom the draft's customers go, and how many."""
    draft = draft_of("csm", by)
    assert draft is not None
    return Counter(
        (each.giver.handle if each.giver else "", each.receiver.handle)
        for each in moves_in(draft, by, on=TODAY)
    )


def test_a_joiners_book_is_filled_from_the_fullest_up_to_an_even_share(
    accounts: dict[str, Account], company: Company, operations: User
) -> None:
    make_member(handle="mori", name="mori")
    client = browser(operations)
    page = client.get("/model/balance/").content.decode()
    assert 'aria-label="Fill the book of mori"' in page
    assert f'aria-label="Fill the book of {company["sato"].name}"' not in page
    done = client.post("/model/balance/csm/fill/", {"member": "mori"}, follow=True)
    assert "4 customers join the book of mori in the plan." in plain(done)
    assert moved(operations) == {("sato", "mori"): 4}
    assert client.post("/model/balance/csm/fill/", {"member": "nobody"}).status_code == 404
    again = client.post("/model/balance/csm/fill/", {"member": "mori"}, follow=True)
    assert "Nothing that the others hold would make books more even with mori." in plain(again)


def test_whom_nobody_holds_fills_a_book_first(
    accounts: dict[str, Account], company: Company, operations: User
) -> None:
    free = [str(customer(f"free{n}").pk) for n in range(2)]
    make_member(handle="mori", name="mori")
    books = known(operations)
    found = filled(books, books.today, "mori")
    assert set(free) <= set(found.moves)
    assert set(found.moves.values()) == {"mori"}
    assert books.after(found.moves).held[list(books.people).index("mori"), 0] == 5


def test_the_book_of_who_is_away_is_not_filled(
    accounts: dict[str, Account], company: Company, operations: User
) -> None:
    mori = make_member(handle="mori", name="mori")
    make_absence(mori)
    books = known(operations)
    with pytest.raises(NothingToDeal):
        filled(books, books.today, "mori")
    page = browser(operations).get("/model/balance/").content.decode()
    assert "Fill the book of mori" not in page


@pytest.mark.parametrize("scripted", [True, False])
def test_the_chosen_are_dealt_among_the_others_and_no_more(
    scripted: bool, accounts: dict[str, Account], company: Company, operations: User
) -> None:
    make_member(handle="mori", name="mori")
    near = customer("near", ends=NEAR)
    hold(near, company["sato"])
    numbers = [each.pk for each in (accounts["c0"], accounts["c1"], accounts["c2"], near)]
    asked = {"accounts": ",".join(map(str, numbers))} if scripted else {"account": numbers}
    client = browser(operations)
    posted = {"member": "sato", "chosen": "1", **asked}
    done = plain(client.post("/model/balance/csm/deal/", posted, follow=True))
    assert f"3 customers of {company['sato'].name} are dealt among the others in the plan." in done
    assert "1 stays: its renewal is near, or it is protected." in done
    assert sum(moved(operations).values()) == moved(operations)["sato", "mori"] == 3


def test_without_a_choice_nothing_is_dealt(accounts: dict[str, Account], operations: User) -> None:
    client = browser(operations)
    for asked in ({}, {"accounts": str(accounts["c10"].pk)}, {"account": "c0"}):
        posted = {"member": "sato", "chosen": "1", **asked}
        done = plain(client.post("/model/balance/csm/deal/", posted, follow=True))
        assert "No customer was chosen that may pass on." in done
    assert draft_of("csm", operations) is None


def test_whom_nobody_holds_is_dealt_at_once(accounts: dict[str, Account], operations: User) -> None:
    for n in range(4):
        customer(f"free{n}")
    client = browser(operations)
    page = plain(client.get("/model/balance/"))
    assert "Nobody holds 4 customers." in page
    assert "Who needs somebody comes first." in page
    done = plain(client.post("/model/balance/csm/deal-free/", follow=True))
    assert "4 customers who need somebody are dealt in the plan." in done
    assert moved(operations) == {("", "ito"): 4}
    assert "Nobody holds" not in done
    again = plain(client.post("/model/balance/csm/deal-free/", follow=True))
    assert "No customer was chosen that may pass on." in again


def test_where_colleagues_are_full_or_none_takes_anything_a_customer_stays(
    company: Company, operations: User
) -> None:
    company = in_teams(company)
    mine = [str(customer(f"c{n}").pk) for n in range(2)]
    for pk in mine:
        hold(Account.objects.get(pk=pk), company["sato"])
    for n in range(12):
        hold(customer(f"near{n}", ends=NEAR), company["ito"])
    adopt(operations)
    books = known(operations)
    with pytest.raises(NobodyTakesThem):
        dealt_among(books, books.today, mine)
    with pytest.raises(NobodyTakesThem):
        dealt_away(books, books.today, "sato")
    make_absence(company["ito"])
    books = known(operations)
    assert books.problem.only_choice[0] >= 0
    with pytest.raises(NobodyTakesThem):
        dealt_among(books, books.today, mine)


def test_caps_that_clash_in_one_team_are_set_aside_by_no_more_than_they_must(
    company: Company, operations: User
) -> None:
    """There is room for all in the caps' sum, which nobody sees before the search proves it isn't
    in the east.
    """
    company = in_teams(company)
    for n in range(25):
        hold(customer(f"c{n}"), company["sato" if n % 2 else "ito"])
    for n in range(2):
        hold(customer(f"w{n}"), company["mori"])
    adopt(operations)
    books = known(operations)
    assert books.aside == ()
    found, clash = searched(books.problem, seconds=1)
    assert {each.code for each in clash} == {Code.LIMITS_CLASH}
    held = dict(zip(books.people, found.books.held[:, 0], strict=True))
    assert sorted([held["sato"], held["ito"]]) == [12.0, 13.0]
    assert found.broken == ()
