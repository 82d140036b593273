"""The list with chosen columns and filters, and the drawers in which they are chosen."""

from __future__ import annotations

from datetime import date

import pytest
from pytest_django import DjangoAssertNumQueries

from banso.rooms.customers.models import Account, Duty, FactType
from banso.rooms.identity.models import User
from tests.factories.customers import make_account, make_fact, make_holding
from tests.factories.pages import HTMX, Page, browser, visit
from tests.factories.people import make_member, make_team

pytestmark = pytest.mark.django_db

LIST = "/accounts/"


@pytest.fixture
def typed(db: None) -> Account:
    """An account with an own fact of every type."""
    for fact_type in FactType:
        make_fact(str(fact_type), fact_type)
    values = {"text": "Pro", "integer": 5000, "money": 700_000, "real": 4.5, "flag": True}
    return make_account(name="a", facts=values | {"day": date(2026, 4, 1)})


def heads(page: Page) -> list[str]:
    return page.rows[0]


def addresses(page: Page, mark: str) -> list[str]:
    return [given["href"] for tag, given, _t in page.elements
            if tag == "a" and mark in given.get("href", "")]  # fmt: skip


def sorting(page: Page) -> list[str]:
    """Where the heads of the columns lead."""
    links = page.attributes("a", "href")
    asked = [href for href in links if href.startswith("?cols=") and "sort=" in href]
    return [href for href in asked if "holder" not in href]


def test_the_columns_asked_for_stand_in_their_order_each_printed_by_its_type(
    typed: Account, operations: User
) -> None:
    cols = [f"f.{kind}" for kind in ("day", "money", "flag", "real", "integer", "text")]
    page = visit(browser(operations), LIST, cols=[*cols, "f.day", "colour"])
    assert page.rows == [
        ["Account", "day", "money", "flag", "real", "integer", "text"],
        ["a", "1 Apr 2026", "¥700,000", "Yes", "4.5", "5,000", "Pro"],
    ]
    japanese = visit(browser(operations, language="ja"), LIST, cols=cols)
    assert japanese.rows[1][1] == "2026/04/01"


def test_columns_of_the_account_and_its_holders_can_be_shown(operations: User) -> None:
    parent = make_account(name="親", kana="ん")
    given = {"external_id": "A1", "domain": "a.example", "corporate_number": "1" * 13}
    account = make_account(
        name="子", kana="こ", parent=parent, customer_since=date(2025, 1, 2), **given
    )
    make_holding(account, by=make_member(name="佐倉"), duty=Duty.RENEWAL)
    make_holding(account, by=make_team("CS / プール"), duty=Duty.VALUE)
    own = ["kana", "external_id", "corporate_number", "domain", "parent", "customer_since"]
    page = visit(browser(operations), LIST, cols=[*own, "held.renewal", "held.value"])
    assert page.rows[1:] == [
        ["子こ", "こ", "A1", "1" * 13, "a.example", "親", "2 Jan 2025", "佐倉", "プール"],
        ["親ん", "ん", parent.external_id, *["–"] * 6],
    ]


@pytest.mark.parametrize("rows", [1, 3])
def test_many_columns_and_filters_ask_the_database_equally_often(
    typed: Account, operations: User, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _number in range(rows - 1):
        make_account(parent=typed, facts={"integer": 5000})
    client = browser(operations)
    cols = ["parent", "held.value", "held.renewal", "f.text", "f.money", "f.day", "f.integer"]
    with django_assert_num_queries(8):  # one asks which fit, one for those without a value
        page = visit(client, LIST, cols=cols, sort="-f.integer", **{"from.f.integer": 1})
    assert len(page.rows) == 1 + rows


def test_every_column_that_sorts_says_how(typed: Account, operations: User) -> None:
    make_account(name="b", facts={"text": "Basic"})
    make_account(name="c")
    client, cols = browser(operations), {"cols": ["f.text", "held.value"]}
    page = visit(client, LIST, **cols, sort="f.text")
    assert [row[0] for row in page.rows[1:]] == ["b", "a", "c"]
    assert page.attributes("th", "aria-sort") == ["ascending"]
    assert sorting(page) == [
        "?cols=f.text&cols=held.value&sort=name",
        "?cols=f.text&cols=held.value&sort=-f.text",
    ]


def test_a_figure_is_first_sorted_from_the_largest(typed: Account, operations: User) -> None:
    page = visit(browser(operations), LIST, cols=["f.money"])
    assert sorting(page) == ["?cols=f.money&sort=-name", "?cols=f.money&sort=-f.money"]


def test_the_drawer_of_columns_keeps_the_filters_and_the_order(
    typed: Account, operations: User
) -> None:
    asked = {"industry": "製造", "cols": ["f.money", "kana"], "after": "x"}
    part = visit(browser(operations), f"{LIST}columns/", htmx=True, **asked)
    boxes = [(given["value"], "checked" in given) for _tag, given, _t in part.elements
             if given.get("name") == "cols"]  # fmt: skip
    assert boxes[:3] == [("f.money", True), ("kana", True), ("external_id", False)]
    assert len(boxes) == 10 + 6 + 6
    hidden = [(given["name"], given["value"]) for _tag, given, _t in part.elements
              if given.get("type") == "hidden"]  # fmt: skip
    assert hidden == [("industry", "製造")]
    whole = visit(browser(operations), f"{LIST}columns/")
    assert whole.heading == "Columns shown"


def test_the_drawer_of_filters_asks_by_type_and_shows_what_is_asked(
    typed: Account, operations: User
) -> None:
    asked = {"f.text": "Pro", "from.f.money": "10", "q": "a", "sort": "name"}
    part = visit(browser(operations), f"{LIST}narrowing/", htmx=True, **asked)
    fields = {given["name"]: given for tag, given, _t in part.elements
              if tag == "input" and "f." in given["name"]}  # fmt: skip
    assert set(fields) == {
        *("f.text", "has.f.text", "f.flag"),
        *(
            f"{way}.f.{kind}"
            for way in ("from", "to")
            for kind in ("integer", "money", "real", "day")
        ),
        *(f"{way}.f.day" for way in ("within", "last", "ago")),
        *(f"missing.f.{kind}" for kind in FactType),
    }
    assert ("checked" in fields["f.text"], fields["from.f.money"]["value"]) == (True, "10")
    hidden = [given["name"] for _tag, given, _t in part.elements if given.get("type") == "hidden"]
    assert hidden == ["q", "sort"]
    opened = [text for tag, given, text in part.elements if tag == "details" and "open" in given]
    assert len(opened) == 2
    assert visit(browser(operations), f"{LIST}narrowing/").heading == "Filters"


@pytest.mark.parametrize(
    ("asked", "english", "japanese"),
    [
        ({"from.f.money": "1000"}, "money: ¥1,000 –", "¥1,000〜"),
        ({"from.f.money": "1", "to.f.money": "2"}, "money: ¥1 – ¥2", "¥1〜¥2"),
        ({"to.f.day": "2026-04-01"}, "day: – 1 Apr 2026", "〜2026/04/01"),
        ({"f.text": ["Pro", "Basic"]}, "text: Pro, Basic", "Pro、Basic"),
        ({"from.f.integer": "soon"}, "integer: soon –", "soon〜"),
    ],
)
def test_a_chip_tells_a_filter_in_both_languages(
    typed: Account, operations: User, asked: dict[str, str], english: str, japanese: str
) -> None:
    told = []
    for language in ("en", "ja"):
        page = visit(browser(operations, language=language), LIST, **asked)
        told.append(page.texts("a", **{"class": "chip"})[1])
    assert told[0] == f"{english}remove"
    assert japanese in told[1]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"has.f.text": "Pr"}, "text: contains “Pr”"),
        ({"missing.f.flag": "1"}, "flag: no value"),
        ({"f.flag": "True"}, "flag: Yes"),
        ({"within.f.day": "30"}, "day: within 30 days"),
    ],
)
def test_a_chip_says_what_is_asked(
    typed: Account, operations: User, asked: dict[str, str], told: str
) -> None:
    page = visit(browser(operations), LIST, **asked)
    assert page.texts("a", **{"class": "chip"})[1:] == [f"{told}remove"]


def test_quick_filters_go_on_and_off_by_one_click(acme: Account, sakura: User, ken: User) -> None:
    make_fact("term_end_on", FactType.DAY, source="revenue")
    client = browser(sakura)
    off = addresses(visit(client, LIST, sort="-name"), "?sort=-name&")
    assert off[:2] == ["?sort=-name&holder=me", "?sort=-name&within.f.term_end_on=90"]
    on = visit(client, LIST + off[0])
    assert [row[0] for row in on.rows[1:]] == ["アクメ株式会社あくめ"]
    assert on.texts("a", **{"class": "chip", "data-off": "no"}) == ["I answer forremove"]
    nothing = visit(browser(ken), LIST, holder="me")
    assert "No account fits" in nothing.texts("h2")


def test_the_bar_keeps_what_it_has_no_field_for(typed: Account, operations: User) -> None:
    asked = {"f.text": "Pro", "cols": ["kana", "domain"], "industry": "製造", "q": "a"}
    page = visit(browser(operations), LIST, **asked)
    hidden = [(given["name"], given["value"]) for _tag, given, _t in page.elements
              if given.get("type") == "hidden"]  # fmt: skip
    hidden = [each for each in hidden if each[0] not in {"csrfmiddlewaretoken", "next"}]
    assert hidden == [
        ("industry", "製造"), ("f.text", "Pro"), ("cols", "kana"), ("cols", "domain"),
    ]  # fmt: skip


def test_several_industries_stay_asked_for_though_the_bar_offers_one(operations: User) -> None:
    make_account(industry="製造")
    part = visit(browser(operations), f"{LIST}filters/", industry=["製造", "小売"], htmx=True)
    assert part.attributes("input", "value") == ["製造", "小売"]
    assert "Every industry" not in part.texts("option")


def test_an_answer_to_typing_brings_the_list_and_the_tabs(operations: User) -> None:
    make_account(name="a")
    page = Page(browser(operations).get(LIST, {"q": "a"}, headers=HTMX))
    marks = [given.get("id") for _tag, given, _t in page.elements if "id" in given]
    assert ("account-list" in marks, page.attributes("div", "hx-swap-oob")) == (True, ["true"])
    assert heads(page)[0] == "Account"
