"""The page of one account: who it is, who answers, what happened, and its reading corrected."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import localdate  # noqa: TID251  pages tell the real day
from pytest_django import DjangoAssertNumQueries

from banso.rooms.customers.models import Account, FactType, Stake
from banso.rooms.identity.models import User
from banso.rooms.journal.actions import record
from banso.rooms.people.models import Member
from tests.factories.customers import make_account, make_contact, make_fact, make_holding
from tests.factories.journal import declared_event
from tests.factories.pages import HTMX, Page, browser, visit
from tests.factories.when import NOON

pytestmark = pytest.mark.django_db

LIST = "/accounts/"
FACTS = {"arr": FactType.MONEY, "term_end_on": FactType.DAY}


@pytest.fixture(autouse=True)
def facts(db: None) -> None:
    for key, fact_type in FACTS.items():
        make_fact(key, fact_type, source="revenue")


def test_an_account_of_somebody_else_is_not_found(acme: Account, mia: User, sakura: User) -> None:
    paths = [f"{LIST}{acme.pk}/{end}" for end in ("", "story/", "kana/")]
    assert [browser(mia).get(path).status_code for path in paths] == [404] * 3
    assert [browser(sakura).get(path).status_code for path in paths] == [200] * 3
    page = Page(browser(mia).get(paths[0]))
    assert page.heading == "There is nothing here, or nothing you may see"
    assert browser(sakura).get(f"{LIST}999999/").status_code == 404


def test_an_account_ends_to_be_seen_with_its_holding(acme: Account, mia: User) -> None:
    member, today = Member.objects.get(user=mia), localdate()
    handed = make_account()
    held = make_holding(handed, by=member, from_on=today + timedelta(days=1))
    client = browser(mia)
    assert client.get(f"{LIST}{handed.pk}/").status_code == 404
    type(held).objects.filter(pk=held.pk).update(from_on=today)
    assert client.get(f"{LIST}{handed.pk}/").status_code == 200


def test_the_page_of_an_account_tells_who_it_is_and_who_answers(
    acme: Account, sakura: User, operations: User
) -> None:
    make_fact("plan", FactType.TEXT, label_en="Plan")
    make_fact("trial", FactType.FLAG, label_en="Trial")
    make_contact(acme, name="山本", stake=Stake.DECISION_MAKER, title="部長", department="人事部")
    facts = acme.facts.__class__.objects
    facts.update(whole_01=1_500_000, text_01="Pro", flag_01=True)
    child = make_account(name="子会社", parent=acme)
    page = visit(browser(sakura), f"{LIST}{acme.pk}/")
    assert (page.heading, page.texts("dd", **{"class": "figure"})) == (
        "アクメ株式会社",
        ["¥1,500,000", "–", "–"],
    )
    told = dict(zip(page.texts("dt"), page.texts("dd"), strict=False))
    assert (told["Account ID"], told["Plan"], told["Trial"]) == ("acme", "Pro", "yes")
    assert told["Value"].startswith("佐佐倉 さくら")
    assert told["Renewal"] == "nobody"
    assert page.rows[1:] == [["山本", "Decision maker", "人事部部長", ""]]
    assert child.name not in page.text
    assert child.name in visit(browser(operations), f"{LIST}{acme.pk}/").text


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_of_an_account_asks_the_database_equally_often(
    acme: Account, sakura: User, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _number in range(rows):
        make_contact(acme)
        child = make_account(parent=acme)
        make_holding(child, by=Member.objects.get(user=sakura))
    client = browser(sakura)
    with django_assert_num_queries(11):
        visit(client, f"{LIST}{acme.pk}/")


def test_an_account_without_anything_says_so(acme: Account, sakura: User) -> None:
    page = visit(browser(sakura), f"{LIST}{acme.pk}/")
    assert "No contacts yet." in page.text
    assert "Nothing is recorded yet." in page.text


def test_what_happened_stands_newest_first_and_older_loads(acme: Account, sakura: User) -> None:
    with declared_event("tests.counted", "Counted %(number)s") as event:
        for number in range(45):
            at = NOON + timedelta(minutes=number)
            record(event, by=sakura, at=at, accounts=[acme.pk], number=number)
        client = browser(sakura)
        page, told = visit(client, f"{LIST}{acme.pk}/"), list[str]()
        while True:
            told += [text for text in page.texts("p") if text.startswith("Counted ")]
            older = page.attributes("a", "hx-get")
            if not (more := [href for href in older if "/story/" in href]):
                break
            page = Page(client.get(more[0], headers=HTMX))
        assert told == [f"Counted {number}" for number in reversed(range(45))]
        whole = visit(client, f"{LIST}{acme.pk}/story/")
        assert (whole.heading, len(whole.texts("time"))) == (acme.name, 20)


@pytest.mark.parametrize("start", ["-1", "x", "²", "9" * 30])
def test_a_start_that_cant_be_shows_a_page_all_the_same(
    acme: Account, sakura: User, start: str
) -> None:
    assert visit(browser(sakura), f"{LIST}{acme.pk}/story/", start=start).heading == acme.name


def test_a_reading_is_corrected_by_who_sees_the_account(acme: Account, sakura: User) -> None:
    client = browser(sakura)
    drawer = visit(client, f"{LIST}{acme.pk}/kana/", htmx=True)
    assert (drawer.texts("h1"), drawer.attributes("input", "value")[-1]) == ([], "あくめ")
    page = Page(client.post(f"{LIST}{acme.pk}/kana/", {"kana": "わくめ"}, follow=True))
    assert (page.heading, page.texts("div", **{"class": "flash"})) == (acme.name, ["Saved."])
    assert Account.objects.get(pk=acme.pk).kana == "わくめ"
    assert "Corrected the reading of アクメ株式会社 to わくめ" in page.text


@pytest.mark.parametrize("kana", ["", "ア" * 201])
def test_a_reading_that_cant_be_is_answered_beside_the_field(
    acme: Account, sakura: User, kana: str
) -> None:
    page = Page(browser(sakura).post(f"{LIST}{acme.pk}/kana/", {"kana": kana}))
    assert len(page.texts("p", role="alert")) == 1
    assert Account.objects.get(pk=acme.pk).kana == "あくめ"


def test_an_executive_reads_but_corrects_nothing(acme: Account, executive: User) -> None:
    client = browser(executive)
    path = f"{LIST}{acme.pk}/kana/"
    assert [client.get(path).status_code, client.post(path, {"kana": "x"}).status_code] == [403] * 2
    assert path not in visit(client, f"{LIST}{acme.pk}/").attributes("a", "href")
