"""The page of possible duplicates: what stands beside each other, deciding, merging, undoing."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from banso.engines.basis.likeness import LikelyPair
from banso.rooms.customers.actions.duplicates import propose_pairs
from banso.rooms.customers.actions.merges import merge_accounts
from banso.rooms.customers.models import Account, DuplicatePair, FactType, Merge, PairState
from banso.rooms.identity.models import User
from tests.factories.customers import make_account, make_contact, make_fact, make_holding
from tests.factories.pages import HTMX, Page, browser, visit
from tests.factories.people import make_member
from tests.factories.when import NOON, TODAY

pytestmark = pytest.mark.django_db
PAGE = "/accounts/duplicates/"
FLAT = "Account ID {} · Corporate number {} Domain {} · Region {} · Employees {} ARR {} · "


@pytest.fixture(autouse=True)
def facts(db: None) -> None:
    make_fact("arr", FactType.MONEY, source="revenue")
    make_fact("channel")


@pytest.fixture
def pair(facts: None) -> DuplicatePair:
    one = make_account(
        external_id="a", name="アサヒ株式会社", kana="アサヒ", domain="asahi.example",
        region="関東", employees=20, facts={"arr": 500_000},
    )  # fmt: skip
    other = make_account(
        external_id="b", name="㈱アサヒ", kana="アサヒ", corporate_number="1180301018771",
        employees=1_400, facts={"arr": 900_000, "channel": "直販"}, customer_since=date(2020, 1, 1),
    )  # fmt: skip
    make_contact(one)
    make_holding(other, by=make_member(name="佐倉 さくら"))
    propose_pairs([LikelyPair(one.pk, other.pk, ("same_name", "like_name"), 90)])
    return DuplicatePair.objects.get()


def more_pairs(number: int) -> None:
    likely = []
    for at in range(number):
        one, other = make_account(), make_account()
        likely.append(LikelyPair(one.pk, other.pk, ("same_domain",), 50 + at))
    propose_pairs(likely)


def merged(pair: DuplicatePair, by: User) -> Merge:
    return merge_accounts(pair.first, pair.second, taken=(), by=by, at=NOON, on=TODAY)


def reasons(page: Page) -> list[str]:
    return [row[0] for row in page.rows[1:] if len(row) == 3]


def test_only_who_operates_sees_and_decides(
    client: Client, pair: DuplicatePair, sakura: User, ken: User, executive: User
) -> None:
    paths = ("", f"{pair.pk}/")
    acts = (f"{pair.pk}/", f"{pair.pk}/keep-apart/", f"{pair.pk}/propose/", "merges/1/undo/")
    for path in paths:
        assert client.get(PAGE + path)["Location"].startswith("/account/login/")
    for viewer in (sakura, ken, executive):
        shown = [browser(viewer).get(PAGE + path).status_code for path in paths]
        acted = [browser(viewer).post(PAGE + path).status_code for path in acts]
        assert (shown, acted) == ([403] * 2, [403] * 4)
    assert DuplicatePair.objects.get().state == PairState.PROPOSED


def test_both_sides_stand_beside_each_other(pair: DuplicatePair, administrator: User) -> None:
    page = visit(browser(administrator), PAGE)
    assert page.rows[1] == [
        "same name, names nearly alike 90 of 100 Merge Keep apart",
        "アサヒ株式会社 アサヒ " + FLAT.format("a", "–", "asahi.example", "関東", "20", "¥500,000")
        + "Contacts 1 · CSM in charge –",
        "㈱アサヒ アサヒ " + FLAT.format("b", "1180301018771", "–", "–", "1,400", "¥900,000")
        + "Contacts 0 · CSM in charge 佐倉 さくら",
    ]  # fmt: skip
    assert page.texts("mark") == ["アサヒ", "アサヒ", "the same on both sides"]


def test_the_most_likely_stand_first_and_further_ones_load(operations: User) -> None:
    more_pairs(27)
    page = visit(browser(operations), PAGE)
    assert [each.split()[2] for each in reasons(page)[:2]] == ["76", "75"]
    [more] = set(page.attributes("a", "hx-get"))
    rest = visit(browser(operations), PAGE + more, htmx=True)
    assert [row[0].split()[2] for row in rest.rows] == ["51", "50"]


@pytest.mark.parametrize(
    ("state", "heading"),
    [
        ("", "No two accounts look like one company"),
        ("?state=unheard-of", "No two accounts look like one company"),
        ("?state=kept_apart", "Nobody has kept two accounts apart"),
        ("?state=merges", "No accounts have been merged"),
    ],
)
def test_an_empty_list_says_why(state: str, heading: str, operations: User) -> None:
    assert heading in visit(browser(operations), PAGE + state).texts("h2")


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_database_equally_often(
    rows: int, operations: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    more_pairs(rows)
    reader = browser(operations)
    with django_assert_num_queries(9):
        assert len(reasons(visit(reader, PAGE))) == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_the_history_asks_the_database_equally_often(
    rows: int, operations: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    more_pairs(rows)
    for each in DuplicatePair.objects.all():
        merged(each, operations)
    reader = browser(operations)
    with django_assert_num_queries(5):
        assert len(visit(reader, PAGE, state="merges").rows) == rows + 1


def test_one_click_keeps_apart_and_one_takes_it_back(pair: DuplicatePair, operations: User) -> None:
    reader = browser(operations)
    kept = Page(reader.post(f"{PAGE}{pair.pk}/keep-apart/", headers=HTMX))
    assert kept.rows == [["アサヒ株式会社 / ㈱アサヒ Kept apart Undo"]]
    assert reasons(visit(reader, PAGE)) == []
    apart = visit(reader, PAGE, state="kept_apart")
    assert reasons(apart) == [reasons(apart)[0]]
    again = Page(reader.post(f"{PAGE}{pair.pk}/propose/", {"undo": "1"}, headers=HTMX))
    assert len(again.rows[0]) == 3
    assert DuplicatePair.objects.get().state == PairState.PROPOSED


def test_without_script_one_comes_back_to_the_list(pair: DuplicatePair, operations: User) -> None:
    reader = browser(operations)
    for path in ("keep-apart", "propose", "propose"):
        assert reader.post(f"{PAGE}{pair.pk}/{path}/")["Location"] == PAGE
    said = visit(reader, PAGE)
    assert "Somebody has decided on these two already." in said.texts("p")
    reader.post(f"{PAGE}{pair.pk}/keep-apart/")
    reader.post(f"{PAGE}{pair.pk}/keep-apart/")
    assert "Somebody has decided on these two already." in visit(reader, PAGE).texts("p")


def test_the_one_with_more_arr_is_to_stay_unless_the_other_is_asked_for(
    pair: DuplicatePair, operations: User
) -> None:
    reader = browser(operations)
    assert visit(reader, f"{PAGE}{pair.pk}/").heading == (
        "Merge アサヒ株式会社 (a) into ㈱アサヒ (b)?"
    )
    asked = visit(reader, f"{PAGE}{pair.pk}/", stays=str(pair.first_id))
    assert asked.heading == "Merge ㈱アサヒ (b) into アサヒ株式会社 (a)?"
    assert visit(reader, f"{PAGE}{pair.pk}/", stays="999").heading == (
        "Merge アサヒ株式会社 (a) into ㈱アサヒ (b)?"
    )


def test_what_both_say_differently_can_be_chosen(pair: DuplicatePair, operations: User) -> None:
    page = visit(browser(operations), f"{PAGE}{pair.pk}/", stays=str(pair.first_id))
    assert page.rows[1:] == [
        ["Account name", "アサヒ株式会社", "㈱アサヒ"],
        ["Corporate number", "–", "1180301018771"],
        ["Domain", "asahi.example", "–"],
        ["Region", "関東", "–"],
        ["Employees", "20", "1,400"],
        ["Customer since", "–", "1 Jan 2020"],
        ["channel", "–", "直販"],
    ]
    chosen = [
        f"{given['name']} {given['value']}"
        for tag, given, _texts in page.elements
        if tag == "input" and "checked" in given
    ]
    assert chosen == [
        "name staying", "corporate_number former", "domain staying", "region staying",
        "employees staying", "customer_since former", "f.channel former",
    ]  # fmt: skip


def test_merging_does_what_was_chosen_and_the_old_address_leads_on(
    pair: DuplicatePair, operations: User, mia: User
) -> None:
    reader = browser(operations)
    given = {"employees": "former", "domain": "staying", "corporate_number": "former"}
    answer = reader.post(f"{PAGE}{pair.pk}/?stays={pair.first_id}", given)
    assert answer["Location"] == PAGE
    [stays] = Account.objects.all()
    assert (stays.pk, stays.employees, stays.domain, stays.corporate_number) == (
        pair.first_id, 1_400, "asahi.example", "1180301018771"
    )  # fmt: skip
    assert "㈱アサヒ was merged into アサヒ株式会社." in visit(reader, PAGE).texts("p")
    old = f"/accounts/{pair.second_id}/"
    assert reader.get(old)["Location"] == f"/accounts/{pair.first_id}/"
    assert browser(mia).get(old).status_code == 404
    assert reader.get("/accounts/999999/").status_code == 404


def test_a_choice_that_is_none_changes_nothing(pair: DuplicatePair, operations: User) -> None:
    answer = browser(operations).post(f"{PAGE}{pair.pk}/", {"name": "both"})
    assert answer.status_code == 200
    assert Account.objects.count() == 2


def test_a_refused_merge_says_why(pair: DuplicatePair, operations: User) -> None:
    between = make_account(parent=pair.first)
    Account.objects.filter(pk=pair.second_id).update(parent=between)
    page = Page(browser(operations).post(f"{PAGE}{pair.pk}/", {"name": "staying"}))
    assert page.texts("div", role="alert") == [
        "アサヒ株式会社 and ㈱アサヒ stand above each other in a group with others between them. "
        "Change the parent account first."
    ]
    assert Account.objects.count() == 3


def test_the_history_tells_who_merged_and_undoes(pair: DuplicatePair, operations: User) -> None:
    done = merged(pair, operations)
    reader = browser(operations)
    assert visit(reader, PAGE, state="merges").rows[1] == [
        "㈱アサヒb", "アサヒ株式会社a", "15 Apr 2026, 12:00大野 操", "Undo"
    ]  # fmt: skip
    for said in ("㈱アサヒ stands again.", "This merge has been undone already."):
        answer = reader.post(f"{PAGE}merges/{done.pk}/undo/")
        assert answer["Location"] == f"{PAGE}?state=merges"
        assert said in visit(reader, answer["Location"]).texts("p")
    assert Account.objects.count() == 2
