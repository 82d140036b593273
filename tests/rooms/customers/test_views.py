"""The list of accounts and the page of one: content per viewer, filters, pages, files."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from banso.rooms.customers.models import Account, Duty, FactType
from banso.rooms.identity.models import User
from banso.rooms.people.models import Member
from tests.factories.customers import make_account, make_fact, make_holding
from tests.factories.pages import HTMX, Page, browser, visit
from tests.factories.people import make_member

pytestmark = pytest.mark.django_db

LIST = "/accounts/"
FACTS = {"arr": FactType.MONEY, "term_end_on": FactType.DAY}


@pytest.fixture(autouse=True)
def facts(db: None) -> None:
    for key, fact_type in FACTS.items():
        make_fact(key, fact_type, source="revenue")


def names(page: Page) -> list[str]:
    return [row[0] for row in page.rows if row and row[0] not in {"Account", "Show more"}]


def test_a_visitor_signs_in_first(client: Client, acme: Account) -> None:
    paths = ("", "filters/", "columns/", "narrowing/", "export.csv", "export.xlsx", "found/")
    for path in (*paths, "views/new/", "edits/", f"{acme.pk}/", f"{acme.pk}/story/"):
        response = client.get(LIST + path)
        assert response["Location"] == f"/account/login/?next={LIST}{path}"


def test_that_nothing_is_called_so_gives_way_to_a_page_of_that_name(sakura: User) -> None:
    """The style hides what is marked so while the palette shows a page."""
    client = browser(sakura)
    answer = visit(client, f"{LIST}found/", q="ゑゑ", htmx=True)
    assert answer.texts("p", **{"data-nothing": ""}) == ["Nothing is called that."]
    assert "" in visit(client, LIST).attributes("div", "data-pages")


def test_each_role_reads_its_own_list(
    acme: Account, sakura: User, ken: User, mia: User, account_executive: User,
    operations: User, executive: User, administrator: User,
) -> None:  # fmt: skip
    make_account(name="無担当")
    seen = [
        names(visit(browser(viewer), LIST))
        for viewer in (sakura, ken, mia, account_executive, operations, executive, administrator)
    ]
    own, none, everything = ["アクメ株式会社あくめ"], [], ["アクメ株式会社あくめ", "無担当"]
    assert seen == [own, own, none, none, everything, everything, everything]


def test_a_row_tells_what_is_known_of_an_account(acme: Account, sakura: User) -> None:
    known = {"name": "アクメ", "industry": "製造", "region": "関東", "employees": 1200}
    Account.objects.filter(pk=acme.pk).update(**known)
    Account.objects.get().facts.__class__.objects.update(whole_01=1_500_000)
    page = visit(browser(sakura), LIST)
    assert page.rows[1] == [
        *("アクメあくめ", "製造", "関東", "1,200", "佐倉 さくら", "–", "¥1,500,000"),
    ]
    assert page.attributes("tr", "data-href") == [f"/accounts/{acme.pk}/"]
    assert "1 accounts" in page.texts("h2")


def test_an_empty_list_says_why_and_what_to_do(operations: User, mia: User) -> None:
    may, may_not = visit(browser(operations), LIST), visit(browser(mia), LIST)
    assert ["No accounts yet" in page.texts("h2") for page in (may, may_not)] == [True, True]
    assert "Import accounts" in may.texts("a", **{"class": "btn"})
    assert "None is assigned to you." in may_not.text
    nothing = visit(browser(mia), LIST, q="x")
    assert "No account fits" in nothing.texts("h2")


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("viewer", "queries"), [("operations", 6), ("ken", 7), ("mia", 6)])
def test_the_list_asks_the_database_equally_often(
    viewer: str, queries: int, rows: int, request: pytest.FixtureRequest,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    user = request.getfixturevalue(viewer)
    holder = make_member(user=user) if viewer == "operations" else Member.objects.get(user=user)
    for _number in range(rows):
        make_holding(make_account(), by=holder)
    client = browser(user)
    with django_assert_num_queries(queries):
        assert len(names(visit(client, LIST))) == rows


def test_filters_stand_as_chips_that_can_be_taken_off(operations: User) -> None:
    member = make_member(name="佐倉")
    make_fact("plan", FactType.TEXT)
    wanted = {"name": "A", "industry": "製造", "region": "関東", "facts": {"plan": "Pro"}}
    other: list[dict[str, object]] = [{"industry": "小売"}, {"region": "関西"}, {"facts": {}}]
    for given in ({}, *other):
        make_holding(make_account(**wanted | given), by=member)  # type: ignore[arg-type]
    asked = {
        "industry": "製造",
        "region": "関東",
        "holder": member.pk,
        "f.plan": "Pro",
        "after": "x",
    }
    page = visit(browser(operations), LIST, **asked)
    assert names(page) == ["A"]
    chips = [text.removesuffix("remove") for text in page.texts("a", **{"class": "chip"})]
    quick, filters = chips[:2], chips[2:]
    assert quick == ["I answer for", "Term ends within 90 days"]
    assert filters == ["佐倉", "Industry: 製造", "Region: 関東", "plan: Pro"]
    without = [given["href"] for _tag, given, _t in page.elements if given.get("class") == "chip"]
    client = browser(operations)
    assert [len(names(visit(client, LIST + href))) for href in without[2:]] == [1, 2, 2, 2]


@pytest.mark.parametrize(
    "asked",
    [
        {"holder": "x"}, {"holder": "9" * 40}, {"sort": "colour"}, {"after": "tampered"},
        {"f.unknown": "1"}, {"q": "  "}, {"holder": "²"}, {"q": "\x00"}, {"industry": "\x00"},
        {"f.arr": ""}, {"from.f.arr": " "}, {"has.f.arr": "1"}, {"from.industry": "製"},
        {"within.f.arr": "9"}, {"from.parent": "1"}, {"view": "x"}, {"cols": "colour"},
    ],
)  # fmt: skip
def test_what_a_url_cant_mean_is_passed_over(operations: User, asked: dict[str, str]) -> None:
    make_account(name="A")
    assert names(visit(browser(operations), LIST, **asked)) == ["A"]


@pytest.mark.parametrize(
    "asked",
    [
        {"q": "x" * 5000}, {"f.arr": "soon"}, {"f.term_end_on": "soon"}, {"from.f.arr": "9" * 40},
        {"within.f.term_end_on": "soon"}, {"to.f.arr": "0.5"}, {"to.f.arr": "nan"},
    ],
)  # fmt: skip
def test_what_nothing_can_be_finds_nothing(operations: User, asked: dict[str, str]) -> None:
    make_account(name="A")
    assert names(visit(browser(operations), LIST, **asked)) == []


def test_a_search_finds_within_the_list(operations: User) -> None:
    make_account(name="株式会社あさひ", kana="アサヒ")
    make_account(name="ゆうひ")
    client = browser(operations)
    found = [names(visit(client, LIST, q=search)) for search in ("asahi", "ｱｻﾋ", "ひ")]
    both = ["株式会社あさひアサヒ", "ゆうひ"]
    assert found == [both[:1], both[:1], both]


def test_columns_sort_both_ways_and_say_so(operations: User) -> None:
    for name, employees in (("a", 5), ("b", None), ("c", 7)):
        make_account(name=name, employees=employees)
    client = browser(operations)
    for sort, order, mark in [
        ("name", ["a", "b", "c"], "ascending"),
        ("-name", ["c", "b", "a"], "descending"),
        ("employees", ["a", "c", "b"], "ascending"),
        ("-employees", ["c", "a", "b"], "descending"),
    ]:
        page = visit(client, LIST, sort=sort)
        assert (names(page), page.attributes("th", "aria-sort")) == (order, [mark])


def test_further_accounts_load_as_rows_in_the_same_order_and_filter(operations: User) -> None:
    for number in range(120):
        make_account(name=f"{number:03}", industry="製造" if number % 2 else "小売")
    client = browser(operations)
    page, seen = visit(client, LIST, industry="製造", sort="-name"), []
    assert "60 accounts" in page.text
    while True:
        seen += names(page)
        more = [href for href in page.attributes("a", "hx-get") if "after=" in href]
        if not more:
            break
        page = Page(client.get(LIST + more[0], headers=HTMX))
        assert page.texts("h1") == []
    assert seen == [f"{number:03}" for number in range(119, 0, -2)]


def test_a_page_comes_whole_and_its_list_alone_where_htmx_asks(operations: User) -> None:
    make_account(name="A")
    client = browser(operations)
    whole, part = client.get(LIST), client.get(LIST, headers=HTMX)
    boosted = client.get(LIST, headers=HTMX | {"HX-Boosted": "true"})
    restored = client.get(LIST, headers=HTMX | {"HX-History-Restore-Request": "true"})
    answers = (whole, part, boosted, restored)
    assert [len(Page(answer).texts("h1")) for answer in answers] == [1, 0, 1, 1]
    assert [names(Page(answer)) for answer in answers] == [["A"]] * 4
    assert ["HX-Request" in answer["Vary"] for answer in answers] == [True] * 4


def test_filters_offer_the_viewers_own_choices(acme: Account, sakura: User, ken: User) -> None:
    Account.objects.update(industry="製造", region="関東")
    make_account(industry="小売")
    make_holding(acme, by=make_member(name="相棒", kana="ん"), duty=Duty.RENEWAL)
    part = visit(browser(sakura), f"{LIST}filters/", industry="製造", htmx=True)
    holders = ["Held by anybody", "I answer for", "佐倉 さくら", "相棒"]
    expected = ["Every industry", "製造", "Every region", "関東", *holders]
    assert part.texts("option") == expected
    chosen = [t for tag, given, t in part.elements if tag == "option" and "selected" in given]
    assert chosen == [["製造"]]


def test_lists_and_pages_are_only_read(acme: Account, sakura: User) -> None:
    client = browser(sakura)
    lists = [
        "",
        "filters/",
        "columns/",
        "narrowing/",
        "export.csv",
        "export.xlsx",
        "found/",
        "edits/",
    ]
    paths = [*lists, f"{acme.pk}/", f"{acme.pk}/story/"]
    assert [client.post(LIST + path).status_code for path in paths] == [405] * 10
