"""The list of accounts and the page of one: content per viewer, filters, pages, files."""

from __future__ import annotations

import csv
from datetime import timedelta
from io import StringIO

import pytest
from django.test import Client
from django.utils.timezone import localdate  # noqa: TID251  pages tell the real day
from pytest_django import DjangoAssertNumQueries

from banso.rooms.customers.models import Account, Duty, FactType, Stake
from banso.rooms.identity.models import User
from banso.rooms.journal.actions import record
from banso.rooms.people.models import Member
from tests.factories.customers import make_account, make_contact, make_fact, make_holding
from tests.factories.journal import declared_event
from tests.factories.pages import HTMX, Page, browser, visit
from tests.factories.people import make_member
from tests.factories.when import NOON

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
    for path in ("", "filters/", "export.csv", f"{acme.pk}/", f"{acme.pk}/story/"):
        response = client.get(LIST + path)
        assert response["Location"] == f"/account/login/?next={LIST}{path}"


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
@pytest.mark.parametrize(("viewer", "queries"), [("operations", 5), ("ken", 6), ("mia", 5)])
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
    assert chips == ["製造", "関東", "佐倉", "plan: Pro"]
    without = [given["href"] for _tag, given, _t in page.elements if given.get("class") == "chip"]
    client = browser(operations)
    assert [len(names(visit(client, LIST + href))) for href in without] == [2, 2, 1, 2]


@pytest.mark.parametrize(
    "asked",
    [
        {"holder": "x"}, {"holder": "9" * 40}, {"sort": "colour"}, {"after": "tampered"},
        {"f.unknown": "1"}, {"q": "  "}, {"holder": "²"}, {"q": "\x00"}, {"industry": "\x00"},
    ],
)  # fmt: skip
def test_what_a_url_cant_mean_is_passed_over(operations: User, asked: dict[str, str]) -> None:
    make_account(name="A")
    assert names(visit(browser(operations), LIST, **asked)) == ["A"]


@pytest.mark.parametrize("asked", [{"q": "x" * 5000}, {"f.arr": "soon"}, {"f.term_end_on": "soon"}])
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
    holders = ["Held by anybody", "佐倉 さくら", "相棒"]
    expected = ["Every industry", "製造", "Every region", "関東", *holders]
    assert part.texts("option") == expected
    chosen = [t for tag, given, t in part.elements if tag == "option" and "selected" in given]
    assert chosen == [["製造"]]


def csv_rows(client: Client, **asked: str) -> list[list[str]]:
    response = client.get(f"{LIST}export.csv", asked)
    raw = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    assert raw.startswith(b"\xef\xbb\xbf")
    assert response["Content-Disposition"] == 'attachment; filename="accounts.csv"'
    return list(csv.reader(StringIO(raw.decode("utf-8-sig"))))


def test_the_file_holds_the_filtered_list_with_own_facts_and_no_formula(
    operations: User, mia: User
) -> None:
    make_fact("plan", FactType.TEXT, label_en="Plan")
    make_fact("score", FactType.REAL, label_en="Score")
    given = {"arr": -5, "plan": "=1+2", "score": -4.5}
    make_account(external_id="+1", name="@あさひ", kana="ア", industry="製造", facts=given)
    make_account(external_id="b", industry="小売")
    header, *rows = csv_rows(browser(operations), industry="製造")
    assert header == [
        *("Account ID", "Account name", "Kana", "Corporate number", "Industry", "Region"),
        *("Employees", "ARR", "Term end", "Plan", "Score"),
    ]
    assert len(rows) == 1
    assert rows[0][:5] == ["'+1", "'@あさひ", "ア", "", "製造"]
    assert [cell.lstrip("'") for cell in rows[0][7:]] == ["-5", "", "=1+2", "-4.5"]
    assert (rows[0][9], csv_rows(browser(mia))[1:]) == ("'=1+2", [])


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


def test_lists_and_pages_are_only_read(acme: Account, sakura: User) -> None:
    client = browser(sakura)
    paths = ["", "filters/", "export.csv", f"{acme.pk}/", f"{acme.pk}/story/"]
    assert [client.post(LIST + path).status_code for path in paths] == [405] * 5
