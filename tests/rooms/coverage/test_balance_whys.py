"""Why a book is so full, why a customer goes where the plan gives it, how uneven each team is."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils.timezone import localdate  # noqa: TID251  pages tell the real day
from django.utils.translation import override

from banso.kit.templatetags.banso import day
from banso.rooms.coverage.queries.balance_whys import told_why
from banso.rooms.customers.models import Account, StandardMinutes
from banso.rooms.identity.models import User
from tests.factories.pages import browser
from tests.factories.people import make_absence, make_member
from tests.factories.when import TODAY
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
    accounts: dict[str, Account], company: Company, operations: User
) -> None:
    make_member(handle="mori", name="mori")
    gather(operations, {accounts["c0"]: "ito", accounts["c1"]: "ito"})
    books = known(operations)
    after = books.after({str(accounts[key].pk): "ito" for key in ("c0", "c1")})
    told = told_why(books, after, accounts["c0"], giver=company["sato"])
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
    told = told_why(books, books.after({str(free.pk): "ito"}), free, giver=None)
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


@pytest.mark.parametrize("why", ["is away", "leaves", "has left"])
def test_from_who_can_not_keep_a_customer_nothing_is_gained_and_it_does_not_go_back(
    why: str, accounts: dict[str, Account], company: Company, operations: User
) -> None:
    make_member(handle="mori", name="mori")
    sato, soon = company["sato"], localdate() + timedelta(days=9)
    if why == "is away":
        make_absence(sato)
    else:
        sato.left_on = TODAY + timedelta(days=9 if why == "leaves" else -1)
        sato.save()
    gather(operations, {accounts["c0"]: "mori"})
    books = known(operations)
    after = books.after({str(accounts["c0"].pk): "mori"})
    told = told_why(books, after, accounts["c0"], giver=sato)
    assert (told.leaver, told.is_choice, told.is_best) == (sato, False, True)
    assert [each.book.member.handle for each in told.others] == ["ito"]
    if why == "leaves":
        sato.left_on = soon
        sato.save()
    page = plain(browser(operations).get("/model/balance/csm/why/", {"account": accounts["c0"].pk}))
    words = {
        "is away": "(away for an unknown time), so somebody must take it over.",
        "leaves": f"(leaves on {date_of(soon)}), so somebody must take it over.",
        "has left": ", being of these people no longer, so somebody must take it over.",
    }
    assert (
        f"{sato.name} can't keep this customer{words[why]}".replace("customer(", "customer (")
        in page
    )
    assert "With nobody else would books be more even than with mori." in page
    for never in ("Moving it back", "what evenness gains", "The change itself", "holds it today"):
        assert never not in page


def test_it_is_said_where_somebody_else_would_do_better_or_alike(
    accounts: dict[str, Account], company: Company, operations: User
) -> None:
    make_member(handle="mori", name="mori")
    make_absence(company["sato"])
    gather(operations, {accounts["c0"]: "ito", accounts["c1"]: "ito", accounts["c2"]: "ito"})
    client = browser(operations)
    page = plain(client.get("/model/balance/csm/why/", {"account": accounts["c0"].pk}))
    ito = company["ito"].name
    assert f"By itself this customer would do better with mori than with {ito}." in page


def date_of(on: date) -> str:
    with override("en"):
        return day(on)


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
