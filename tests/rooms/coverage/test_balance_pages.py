"""The page Balance: what it says, offers and refuses."""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from banso.kit.commands import Impossible
from banso.rooms.coverage.queries import dealing
from banso.rooms.coverage.queries.balance_told import told_books, told_takers
from banso.rooms.coverage.queries.rebalances import draft_of, last_applied, moves_in
from banso.rooms.customers.models import Account, Duty
from banso.rooms.identity.models import User
from tests.factories.customers import make_holding
from tests.factories.pages import browser
from tests.factories.people import make_member
from tests.factories.when import TODAY
from tests.rooms.coverage.balances import adopt, hold, known, plain, said
from tests.rooms.coverage.reviews import NEAR, Company, customer

pytestmark = pytest.mark.django_db


def test_the_page_asks_the_same_of_twelve_customers_and_of_forty(
    accounts: dict[str, Account],
    company: Company,
    operations: User,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    client = browser(operations)
    client.get("/model/balance/?role=csm&member=sato")
    with CaptureQueriesContext(connection) as few:
        client.get("/model/balance/?role=csm&member=sato")
    for n in range(12, 40):
        hold(customer(f"c{n}"), company["sato"])
    with django_assert_num_queries(len(few)):
        client.get("/model/balance/?role=csm&member=sato")


def test_the_page_says_what_helps_adds_it_and_carries_it_out(
    accounts: dict[str, Account],
    company: Company,
    operations: User,
) -> None:
    client = browser(operations)
    page = client.get("/model/balance/").content.decode()
    sato = company["sato"].name
    assert f"{sato}'s book is 1.7× her even share (Accounts)" in unescape(page)
    codes = re.findall(r'name="move" value="(\d+:ito)"', page)
    assert len(set(codes)) == 4
    added = client.post("/model/balance/csm/add/", {"move": codes[:4]}, follow=True)
    assert f"CSM: {sato}'s book goes from 1.7× to 1.0× her even share (Accounts)" in plain(added)
    first = codes[0].partition(":")[0]
    less = client.post("/model/balance/csm/drop/", {"account": [first]}, follow=True)
    assert "1 move taken out of the plan." in less.content.decode()
    done = client.post("/model/balance/csm/apply/", follow=True).content.decode()
    assert "3 customers have passed on." in done
    last = last_applied("csm", operations)
    assert last is not None
    back = client.post(f"/model/balance/applied/{last.pk}/take-back/", follow=True)
    assert "everybody holds what they held before" in back.content.decode()


def test_one_customer_is_given_to_anybody_of_the_role_by_hand(
    accounts: dict[str, Account],
    operations: User,
) -> None:
    client = browser(operations)
    page = client.get("/model/balance/?role=csm&member=sato").content.decode()
    code = f"{accounts['c3'].pk}:ito"
    assert f'<option value="{code}">' in page
    answer = client.post("/model/balance/csm/add/", {"move": code, "member": "sato"})
    assert answer.headers["Location"] == "/model/balance/?role=csm&member=sato"
    refused = client.post("/model/balance/csm/add/", {"move": "0:ito"}, follow=True)
    assert "isn&#x27;t in the books compared here" in refused.content.decode()


def test_who_may_not_see_books_gets_no_page_and_without_a_model_it_says_so(
    company: Company,
    sakura: User,
    executive: User,
) -> None:
    client = browser(sakura)
    assert client.get("/model/balance/").status_code == 403
    client = browser(executive)
    assert "No model is in force yet" in client.get("/model/balance/").content.decode()
    assert client.post("/model/balance/csm/apply/").status_code == 403


def test_nothing_to_compare_is_an_empty_page_and_no_address(
    company: Company,
    operations: User,
) -> None:
    adopt(operations)
    client = browser(operations)
    assert "No books to compare" in client.get("/model/balance/").content.decode()
    for path in ("csm/add", "csm/drop", "csm/apply"):
        assert client.post(f"/model/balance/{path}/").status_code == 404


def test_the_command_refuses_before_a_model_is_in_force(
    company: Company, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(Impossible, match="no model is in force"):
        said(capsys)


def test_before_a_customer_moves_the_page_says_what_comes_of_it(
    accounts: dict[str, Account], operations: User
) -> None:
    client = browser(operations)
    asked = {"move": f"{accounts['c0'].pk}:ito", "member": "sato"}
    told = client.get("/model/balance/csm/what-if/", asked)
    assert "Worth it: evenness gains more than the change costs the customer." in plain(told)
    assert "1.7× → 1.5×" in plain(told)
    drawer = client.get("/model/balance/csm/what-if/", asked, headers={"HX-Request": "true"})
    assert "data-drawer" in drawer.content.decode()
    gathered = client.post("/model/balance/csm/add/", asked, follow=True)
    assert "1 move added to the plan." in plain(gathered)
    back = client.get("/model/balance/csm/what-if/", asked | {"move": f"{accounts['c0'].pk}:sato"})
    assert "holds this customer today: the move leaves the plan." in plain(back)
    light = client.get("/model/balance/csm/what-if/", {"move": f"{accounts['c10'].pk}:sato"})
    assert "Hardly worth it" in plain(light)


def test_what_comes_of_a_move_is_told_even_where_it_changes_little_and_marked_in_the_list(
    accounts: dict[str, Account], company: Company, operations: User
) -> None:
    for n in range(12, 60):
        hold(customer(f"c{n}"), company["sato" if n % 2 else "ito"])
    client = browser(operations)
    asked = {"move": f"{accounts['c0'].pk}:ito", "member": "sato"}
    told = plain(client.get("/model/balance/csm/what-if/", asked))
    assert "Accounts 1.1× → 1.1×" in told
    before = plain(client.get("/model/balance/?role=csm&member=sato"))
    assert "in the plan: to" not in before
    client.post("/model/balance/csm/add/", asked)
    after = plain(client.get("/model/balance/?role=csm&member=sato"))
    assert after.count(f"c0in the plan: to {company['ito'].name}") == 1


@pytest.mark.parametrize("move", ["", "c0", "0:ito", "{c0}:nobody", "{c0}:ken"])
def test_what_comes_of_a_move_that_can_not_be_is_not_found(
    move: str, accounts: dict[str, Account], operations: User
) -> None:
    asked = {"move": move.format(c0=accounts["c0"].pk)}
    assert browser(operations).get("/model/balance/csm/what-if/", asked).status_code == 404


def test_a_leavers_book_is_dealt_among_the_others_and_what_is_protected_stays(
    accounts: dict[str, Account], company: Company, operations: User
) -> None:
    hold(customer("m0"), make_member(handle="mori", name="mori"))
    hold(customer("near", ends=NEAR), company["sato"])
    client = browser(operations)
    done = client.post("/model/balance/csm/deal/", {"member": "sato"}, follow=True)
    leaver = company["sato"].name
    assert f"10 customers of {leaver} are dealt among the others in the plan." in plain(done)
    assert "1 stays: its renewal is near, or it is protected." in plain(done)
    assert "No other way of dealing them is better." in plain(done)
    draft = draft_of("csm", operations)
    assert draft is not None
    moves = moves_in(draft, operations, on=TODAY)
    taken = Counter(each.receiver.handle for each in moves) + Counter(ito=2, mori=1)
    assert sorted(taken.values()) == [6, 7]
    again = client.post("/model/balance/csm/deal/", {"member": "sato"}, follow=True)
    assert f"{leaver} holds nobody who may pass on." in plain(again)


def test_a_search_takes_the_place_of_what_was_gathered_and_says_how_good_it_is(
    accounts: dict[str, Account], operations: User
) -> None:
    client = browser(operations)
    asked = {"move": f"{accounts['c10'].pk}:sato"}
    client.post("/model/balance/csm/add/", asked)
    found = client.post("/model/balance/csm/search/", follow=True)
    assert "The best way found moves 4 customers. They are in the plan." in plain(found)
    assert "No other way of dealing them is better." in plain(found)
    draft = draft_of("csm", operations)
    assert draft is not None
    moves = moves_in(draft, operations, on=TODAY)
    assert [each.receiver.handle for each in moves] == ["ito"] * 4


def test_a_search_that_finds_nothing_better_changes_nothing(
    company: Company, operations: User
) -> None:
    for handle in ("sato", "ito"):
        hold(customer(f"of-{handle}"), company[handle])
    adopt(operations)
    found = browser(operations).post("/model/balance/csm/search/", follow=True)
    assert "No better way of dealing them was found than today" in plain(found)
    assert draft_of("csm", operations) is None


def test_books_too_large_to_wait_for_are_left_to_the_command(
    accounts: dict[str, Account], operations: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dealing, "MOST_WAYS", 23)
    found = browser(operations).post("/model/balance/csm/search/", follow=True)
    assert "Use `banso model balance`." in plain(found)


def test_what_was_just_taken_from_somebody_is_not_offered_back_to_her(
    accounts: dict[str, Account], company: Company, operations: User
) -> None:
    client = browser(operations)
    done = client.post("/model/balance/csm/deal/", {"member": "sato"}, follow=True)
    page = done.content.decode()
    assert re.findall(r'name="move" value="\d+:sato"', page) == []


def test_a_plan_that_passes_a_cap_says_so_before_it_is_applied(
    accounts: dict[str, Account], company: Company, operations: User
) -> None:
    for n in range(12, 22):
        hold(customer(f"c{n}"), company["ito"])
    client = browser(operations)
    moves = [f"{accounts[f'c{n}'].pk}:ito" for n in range(3)]
    told = client.post("/model/balance/csm/add/", {"move": moves}, follow=True)
    ito = company["ito"].name
    said = f"With this plan {ito} would hold 15 customers, more than the model's cap of 12"
    assert said in plain(told)


@pytest.mark.parametrize("account", ["9" * 26, "９", "c0", ""])
def test_what_is_not_in_the_plan_is_not_taken_out(
    account: str, accounts: dict[str, Account], operations: User
) -> None:
    client = browser(operations)
    client.post("/model/balance/csm/add/", {"move": f"{accounts['c0'].pk}:ito"})
    less = client.post("/model/balance/csm/drop/", {"account": account}, follow=True)
    assert "0 moves taken out of the plan." in plain(less)


def test_a_move_to_today_s_holder_adds_nothing_and_none_is_refused(
    accounts: dict[str, Account], operations: User
) -> None:
    client = browser(operations)
    same = client.post(
        "/model/balance/csm/add/", {"move": f"{accounts['c0'].pk}:sato"}, follow=True
    )
    assert "It stays where it is, and is not in the plan." in plain(same)
    none = client.post("/model/balance/csm/add/", follow=True)
    assert "No move was chosen." in plain(none)


def test_customers_of_another_role_are_named_beside_what_is_compared(
    accounts: dict[str, Account], company: Company, operations: User
) -> None:
    before = plain(browser(operations).get("/model/balance/"))
    assert "Not compared and not dealt here" not in before
    for n in range(2):
        make_holding(customer(f"small{n}", arr=1), by=company["ito"], duty=Duty.ADOPTION)
    make_holding(accounts["c10"], by=company["ito"], duty=Duty.VALUE)
    after = plain(browser(operations).get("/model/balance/"))
    assert f"customers held by {company['ito'].name} 2 " in after


def test_who_takes_nothing_is_offered_last_and_her_team_first(
    accounts: dict[str, Account], company: Company, operations: User
) -> None:
    other = make_member(handle="mori", name="mori")
    away = make_member(handle="hara", name="hara", left_on=TODAY + timedelta(days=7))
    books = known(operations)
    told = told_books(books, books.today)
    found = [each.member for each in told_takers(told, company["sato"])]
    assert found[-1] == away
    assert set(found[:-1]) == {company["ito"], other}
