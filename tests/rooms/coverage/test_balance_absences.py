"""Who is away for long or leaves soon is offered no customers, and it is told beside her."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from django.utils.timezone import localdate  # noqa: TID251  pages tell the real day
from django.utils.translation import override

from banso.kit.templatetags.banso import day
from banso.rooms.coverage.actions import balancing as acts
from banso.rooms.coverage.queries.balance_customers import told_customers
from banso.rooms.coverage.queries.balance_told import told_blocks, told_books
from banso.rooms.coverage.queries.balance_waiting import told_waiting
from banso.rooms.coverage.queries.rebalances import draft_of, moves_in
from banso.rooms.coverage.queries.taking import Presence, presences
from banso.rooms.customers.models import Account, Holding
from banso.rooms.identity.models import User
from banso.rooms.people.models import Member
from tests.factories.pages import browser
from tests.factories.people import make_absence, make_member
from tests.factories.when import NOON, TODAY
from tests.rooms.coverage.balances import (
    gather,
    hold,
    known,
    plain,
    said,
    with_ten_and_two,
)
from tests.rooms.coverage.reviews import DAY, NEAR, Company, customer

pytestmark = pytest.mark.django_db
WEEKS = timedelta(days=7)


@pytest.fixture
def accounts(company: Company, operations: User) -> dict[str, Account]:
    """Mori could take some too, beside Ito."""
    make_member(handle="mori", name="mori")
    return with_ten_and_two(company, operations)


def in_english(on: date) -> str:
    with override("en"):
        return day(on)


def leaves(member: Member, on: date) -> None:
    Member.objects.filter(pk=member.pk).update(left_on=on)


@pytest.mark.parametrize(
    ("first", "last", "told"),
    [
        (-2, 3, Presence(takes=True, away_until=TODAY + 3 * WEEKS - DAY)),
        (-2, 4, Presence(takes=False, away_until=TODAY + 4 * WEEKS - DAY)),
        (0, None, Presence(takes=False)),
        (2, 3, None),
        (2, 6, Presence(takes=False, away_from=TODAY + 2 * WEEKS,
                        away_until=TODAY + 6 * WEEKS - DAY)),
        (2, None, Presence(takes=False, away_from=TODAY + 2 * WEEKS)),
        (13, None, None),
        (-9, 0, None),
    ],
)  # fmt: skip
def test_a_holiday_is_no_hindrance_and_a_long_absence_is(
    company: Company, first: int, last: int | None, told: Presence | None
) -> None:
    ito = company["ito"]
    back = None if last is None else TODAY + last * WEEKS
    make_absence(ito, from_on=TODAY + first * WEEKS, to_on=back)
    assert presences([ito], on=TODAY).get(ito.pk) == told


def test_of_several_the_long_absence_is_told_and_leaving_before_all(company: Company) -> None:
    ito = company["ito"]
    make_absence(ito, from_on=TODAY - DAY, to_on=TODAY + DAY)
    make_absence(ito, from_on=TODAY + WEEKS)
    assert presences([ito], on=TODAY) == {ito.pk: Presence(takes=False, away_from=TODAY + WEEKS)}
    for last_day, told in ((TODAY, TODAY), (TODAY + 13 * WEEKS, None)):
        ito.left_on = last_day
        assert presences([ito], on=TODAY)[ito.pk].leaves_on == told


@pytest.mark.parametrize(
    ("presence", "words"),
    [
        (Presence(takes=False, leaves_on=TODAY), "leaves on 15 Apr 2026"),
        (Presence(takes=False, away_until=TODAY), "away until 15 Apr 2026"),
        (Presence(takes=False), "away for an unknown time"),
        (Presence(takes=False, away_from=TODAY), "away from 15 Apr 2026, for an unknown time"),
        (Presence(takes=False, away_from=TODAY, away_until=TODAY),
         "away from 15 Apr 2026 until 15 Apr 2026"),
    ],
)  # fmt: skip
def test_it_is_said_in_a_few_words(presence: Presence, words: str) -> None:
    with override("en"):
        assert presence.said == words


def test_nothing_is_suggested_to_who_is_away_or_leaves_and_her_book_is_not_compared(
    accounts: dict[str, Account], company: Company, operations: User
) -> None:
    make_absence(company["ito"], to_on=TODAY + 8 * WEEKS)
    found = known(operations)
    blocks = found.suggested(found.today, 9)
    assert {block.taker for block in blocks} == {"mori"}
    at = found.problem.members.index("ito")
    assert found.problem.target[at].tolist() == found.today.held[at].tolist()


def test_neither_search_nor_command_gives_her_anything(
    accounts: dict[str, Account],
    company: Company,
    operations: User,
    capsys: pytest.CaptureFixture[str],
) -> None:
    leaves(company["ito"], localdate() + 2 * WEEKS)
    client = browser(operations)
    for how, asked in (("search", {}), ("deal", {"member": "sato"})):
        client.post(f"/model/balance/csm/{how}/", asked)
        draft = draft_of("csm", operations)
        assert draft is not None, how
        takers = {each.receiver.handle for each in moves_in(draft, operations, on=TODAY)}
        assert takers
        assert "ito" not in takers
    [told] = json.loads(said(capsys, "--seconds", "1", "--json"))["roles"]
    assert {move["to"] for move in told["moves"]} == {"mori"}


def test_who_leaves_soon_gives_her_customers_away_before_all_others(
    accounts: dict[str, Account], company: Company, operations: User
) -> None:
    ito = company["ito"]
    hold(customer("signs", ends=TODAY + 3 * DAY), ito)
    hold(customer("later", ends=TODAY + 30 * DAY), ito)
    leaves(ito, TODAY + WEEKS)
    books = known(operations)
    [waiting] = told_waiting(books, books.today)
    assert (waiting.giver, waiting.number, waiting.is_away) == (ito, 3, False)
    assert (waiting.stay, [each.name for each in waiting.named]) == (1, ["signs"])
    assert {key for key, each in books.kept.items() if each.stays} == {
        str(Account.objects.get(external_id="signs").pk)
    }
    block = books.suggested(books.today, 3)[0]
    assert (block.giver, block.taker) == ("", "mori")
    assert [each.giver for each in told_blocks(books, books.today, [block], most=3)] == [ito]
    assert books.problem.target.sum(0)[0] == 14


def test_the_page_says_whose_customers_need_somebody_and_deals_them(
    accounts: dict[str, Account], company: Company, operations: User
) -> None:
    ito = company["ito"]
    leaves(ito, localdate() + WEEKS)
    client = browser(operations)
    page = plain(client.get("/model/balance/", {"role": "csm", "member": "ito"}))
    assert f"2 customers of {ito.name} need somebody: leaves on" in page
    for name in ("c10", "c11"):
        assert name in page
    done = plain(client.post("/model/balance/csm/deal/", {"member": "ito"}, follow=True))
    assert f"2 customers of {ito.name} are dealt among the others in the plan." in done
    assert f"customers of {ito.name} need somebody" not in done
    draft = draft_of("csm", operations)
    assert draft is not None
    assert {each.giver for each in moves_in(draft, operations, on=localdate())} == {ito}
    assert acts.apply_rebalance(draft, on=localdate(), by=operations, at=NOON) == 2
    assert not Holding.objects.filter(member=ito, to_on=None).exists()


def test_by_hand_it_is_told_and_allowed_until_her_last_day(
    accounts: dict[str, Account], company: Company, operations: User
) -> None:
    last = localdate() + 8 * WEEKS
    make_absence(company["ito"], to_on=last + DAY)
    client = browser(operations)
    asked = {"move": f"{accounts['c0'].pk}:ito", "member": "sato"}
    page = plain(client.get("/model/balance/", {"role": "csm", "member": "sato"}))
    assert f"away until {in_english(last)}" in page
    told = plain(client.get("/model/balance/csm/what-if/", asked))
    assert f"away until {in_english(last)}. The search offers her nothing" in told
    plan = plain(client.post("/model/balance/csm/add/", asked, follow=True))
    ito = company["ito"].name
    assert f"{ito} takes over 1 customer in this plan: away until {in_english(last)}." in plan
    draft = draft_of("csm", operations)
    assert draft is not None
    assert acts.apply_rebalance(draft, on=TODAY, by=operations, at=NOON) == 1


def test_after_her_last_day_a_plan_gives_her_nothing(
    accounts: dict[str, Account], company: Company, operations: User
) -> None:
    draft = gather(operations, {accounts["c0"]: "ito"})
    leaves(company["ito"], TODAY - DAY)
    with pytest.raises(acts.HasLeft, match=company["ito"].name):
        acts.apply_rebalance(draft, on=TODAY, by=operations, at=NOON)
    with pytest.raises(acts.NotInTheBooks):
        gather(operations, {accounts["c1"]: "ito"})


def test_a_short_absence_is_told_beside_what_comes_of_a_move(
    accounts: dict[str, Account], company: Company, operations: User
) -> None:
    make_absence(company["ito"], to_on=localdate() + WEEKS + DAY)
    asked = {"move": f"{accounts['c0'].pk}:ito", "member": "sato"}
    told = plain(browser(operations).get("/model/balance/csm/what-if/", asked))
    assert f"{company['ito'].name}: away until {in_english(localdate() + WEEKS)}." in told
    assert "Worth it" in told


def test_where_nobody_takes_anything_nothing_is_offered(
    accounts: dict[str, Account], operations: User
) -> None:
    customer("free")
    Member.objects.update(left_on=TODAY + WEEKS)
    found = known(operations)
    assert (len(found.kept), found.suggested(found.today, 9)) == (12, ())
    assert found.spread(found.today) == {"accounts": None, "arr": None}


def test_whose_customers_are_alone_while_she_is_away_is_said_first_and_they_are_dealt(
    accounts: dict[str, Account], company: Company, operations: User
) -> None:
    sato, last = company["sato"], localdate() + 8 * WEEKS
    near = customer("near", ends=NEAR)
    hold(near, sato)
    make_absence(sato, to_on=last + DAY)
    client = browser(operations)
    page = plain(client.get("/model/balance/"))
    away = f"away until {in_english(last)}"
    assert f"10 customers of {sato.name} need somebody while she is not there: {away}." in page
    assert f"1 customer stays with {sato.name} ({away})" in page
    assert page.index("while she is not there") < page.index("How even they are")
    found = plain(client.post("/model/balance/csm/search/", follow=True))
    assert f"10 customers of {sato.name} are left out: {away}." in found
    done = plain(client.post("/model/balance/csm/deal/", {"member": "sato"}, follow=True))
    assert "while she is not there" not in done
    assert f"1 customer stays with {sato.name} ({away})" in done
    draft = draft_of("csm", operations)
    assert draft is not None
    moves = moves_in(draft, operations, on=TODAY)
    assert sum(each.giver == sato for each in moves) == 10


def test_who_is_away_shortly_keeps_her_customers_and_nothing_is_said_of_them(
    accounts: dict[str, Account], company: Company, operations: User
) -> None:
    make_absence(company["sato"], to_on=TODAY + WEEKS)
    books = known(operations)
    assert told_waiting(books, books.today) == []


def test_the_row_of_who_leaves_shows_all_she_holds_and_what_the_plan_leaves(
    accounts: dict[str, Account], company: Company, operations: User
) -> None:
    ito = company["ito"]
    hold(customer("signs", ends=TODAY + 3 * DAY), ito)
    leaves(ito, TODAY + WEEKS)
    books = known(operations)
    after = books.after({str(accounts["c10"].pk): "mori", str(accounts["c11"].pk): "sato"})
    [row] = [each for each in told_books(books, after) if each.member == ito]
    counted = row.weights[0]
    assert (counted.before, counted.after, counted.share, row.stay) == (3, 1, 0.0, 1)
    assert counted.before == told_customers(books, "ito", every=True, gathered=()).total
    assert not row.takes
    [waiting] = told_waiting(books, after)
    assert (waiting.number, waiting.stay) == (0, 1)


def test_what_stays_with_who_leaves_is_named_and_nobody_is_said_to_take_it(
    accounts: dict[str, Account], company: Company, operations: User
) -> None:
    ito = company["ito"]
    for n in range(6):
        hold(customer(f"signs{n}", ends=localdate() + 3 * DAY), ito)
    leaves(ito, localdate() + WEEKS)
    client = browser(operations)
    done = plain(client.post("/model/balance/csm/deal/", {"member": "ito"}, follow=True))
    assert "6 stay until they have renewed, before her last day, and need somebody then." in done
    assert f"6 customers stay with {ito.name} (leaves on" in done
    assert "Who takes them then is not settled" in done
    assert "signs0, signs1, signs2, signs3, signs4, all of them" in done
    assert "6 of them renew while she is here, and stay until then" in done
