"""Why a book is so full, why a customer goes where the plan gives it, how uneven each team is."""

from __future__ import annotations

import pytest

from banso.rooms.coverage.queries.balance_whys import told_why
from banso.rooms.customers.models import Account, StandardMinutes
from banso.rooms.identity.models import User
from tests.factories.pages import browser
from tests.factories.people import make_absence, make_member
from tests.rooms.coverage.balances import (
    adopt,
    gather,
    hold,
    in_teams,
    known,
    plain,
)
from tests.rooms.coverage.reviews import Company, customer

pytestmark = pytest.mark.django_db


def test_a_book_says_which_customers_make_it_too_full(
    accounts: dict[str, Account], operations: User
) -> None:
    StandardMinutes.objects.create(activity="meeting", minutes=120)
    page = plain(browser(operations).get("/model/balance/"))
    assert page.count("Why so much?") == 3
    assert "An even share for 40 working hours a week is 6 customers." in page
    assert "10 of 10 customers are of the segment" in page
    assert "An even share for 40 working hours a week is 146 hours a year." in page
    assert "243 of 243 hours a year come from 10 customers of the segment Enterprise." in page
    assert "An even share for 40 working hours a week is ¥54,000,000." in page
    assert "¥90,000,000 of ¥90,000,000 comes from 10 customers of the segment Enterprise." in page
    assert "¥27,000,000 of ¥90,000,000 comes from c0, c1, c2." in page


def test_the_largest_customers_are_named_only_where_they_matter(
    accounts: dict[str, Account], company: Company, operations: User
) -> None:
    for n in range(12, 24):
        hold(customer(f"c{n}"), company["sato"])
    page = plain(browser(operations).get("/model/balance/"))
    assert page.count("¥198,000,000 of ¥198,000,000 comes from 22 customers") == 1
    assert "comes from c0" not in page


def test_a_long_plan_shows_its_first_customers_and_folds_the_rest(
    accounts: dict[str, Account], company: Company, operations: User
) -> None:
    more = {customer(f"more{n}"): "ito" for n in range(22)}
    for account in more:
        hold(account, company["sato"])
    gather(operations, more)
    page = browser(operations).get("/model/balance/")
    assert "2 more customers" in plain(page)
    assert page.content.decode().count("/model/balance/csm/why/?account=") == 44


def test_the_reasons_follow_the_plan(accounts: dict[str, Account], operations: User) -> None:
    gather(operations, {accounts[f"c{n}"]: "ito" for n in range(4)})
    assert "Why so much?" not in plain(browser(operations).get("/model/balance/"))


def test_each_move_of_the_plan_says_why_who_was_next_and_what_going_back_costs(
    accounts: dict[str, Account], operations: User
) -> None:
    make_member(handle="mori", name="mori")
    gather(operations, {accounts["c0"]: "ito", accounts["c1"]: "ito"})
    books = known(operations)
    after = books.after({str(accounts[key].pk): "ito" for key in ("c0", "c1")})
    told = told_why(books, after, accounts["c0"])
    assert (told.taker.member.handle, told.costs) == ("ito", pytest.approx(1.0))
    assert told.next is not None
    assert told.back is not None
    assert [each.book.member.handle for each in (told.next, told.back)] == ["mori", "sato"]
    back = after.moved(0, books.problem.members.index("sato"))
    assert told.back.costs == pytest.approx(back.objective - after.objective)
    assert told.gained == pytest.approx(told.back.costs)
    assert told.next.saves == pytest.approx(0.8)
    client = browser(operations)
    asked = {"account": accounts["c0"].pk}
    page = plain(client.get("/model/balance/csm/why/", asked))
    assert "by more than the change costs the customer." in page
    assert f"Moving it back{told.back.book.member.name} would cost more by" in page
    assert f"would cost more by {told.back.costs:.2f}" in page
    assert "mori would cost less by 0.80" in page
    drawer = client.get("/model/balance/csm/why/", asked, headers={"HX-Request": "true"})
    assert "data-drawer" in drawer.content.decode()


def test_of_a_customer_whom_nobody_held_only_the_next_few_are_told(
    accounts: dict[str, Account], operations: User
) -> None:
    for n in range(5):
        make_member(handle=f"m{n}", name=f"m{n}")
    free = customer("free")
    books = known(operations)
    told = told_why(books, books.after({str(free.pk): "ito"}), free)
    assert (len(told.others), told.back) == (3, None)
    assert books.problem.members[-1] not in {each.book.member.handle for each in told.others}


def test_what_hardly_pays_or_was_put_by_hand_is_told_as_such(
    accounts: dict[str, Account], company: Company, operations: User
) -> None:
    free = customer("free")
    gather(operations, {accounts["c10"]: "sato", free: "sato"})
    client = browser(operations)
    page = plain(client.get("/model/balance/csm/why/", {"account": accounts["c10"].pk}))
    assert "By itself the change costs the customer more than evenness gains" in page
    assert "Nobody of these people holds this customer today" in plain(
        client.get("/model/balance/csm/why/", {"account": free.pk})
    )
    make_absence(company["sato"])
    page = plain(client.get("/model/balance/csm/why/", {"account": accounts["c10"].pk}))
    assert "is offered nothing: away for an unknown time." in page


def test_only_moves_of_ones_plan_are_explained(
    accounts: dict[str, Account], operations: User
) -> None:
    client = browser(operations)
    asked = {"account": accounts["c0"].pk}
    assert client.get("/model/balance/csm/why/", asked).status_code == 404
    gather(operations, {accounts["c1"]: "ito"})
    assert client.get("/model/balance/csm/why/", asked).status_code == 404


def test_each_team_has_its_own_spread_and_a_move_across_is_told(
    company: Company, operations: User
) -> None:
    company = in_teams(company)
    crossing = customer("e0")
    hold(crossing, company["sato"])
    for n, handle in enumerate(("sato", "sato", "ito", "mori", "hara"), 1):
        hold(customer(f"e{n}"), company[handle])
    adopt(operations)
    client = browser(operations)
    page = plain(client.get("/model/balance/"))
    assert "Team by team Team People AccountsARR 東 2 1.5×1.5× 西 2 1.0×1.0×" in page
    gather(operations, {crossing: "mori"})
    page = plain(client.get("/model/balance/"))
    assert "東 2 1.5× → 1.3×1.5× → 1.3× 西 2 1.0× → 1.3×1.0× → 1.3×" in page
    told = plain(client.get("/model/balance/csm/why/", {"account": crossing.pk}))
    assert (
        "Somebody put it there; the search wouldn't have. Books are compared within teams" in told
    )
