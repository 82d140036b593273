"""The pages of imports: who may open them, what they say at each step, and what they offer."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from banso.rooms.identity.models import User
from banso.rooms.ingestion.models import Import
from tests.factories.ingestion import bring_in, check, counts, make_import
from tests.factories.pages import HTMX, Page, browser, visit

pytestmark = pytest.mark.django_db

TEXT = "顧客ID,顧客名,業種\na1,A,製造\na2,,小売\n"
LIST = "/imports/"


@pytest.fixture
def client(operations: User) -> Client:
    return browser(operations)


def path_of(of: Import) -> str:
    return f"/imports/{of.pk}/"


def post(client: Client, path: str, **said: object) -> Page:
    """Where a form leads to, after its redirect."""
    response = client.post(path, said, follow=True)
    assert isinstance(response, HttpResponse)
    return Page(response)


def buttons(page: Page) -> list[str]:
    """What the header of an import's page offers."""
    shell = {"Sign out", "Switch to English", "日本語", "Keyboard", "Don't", "Do it", ""}
    themes = {"Like the system", "Light", "Dark"}
    shell |= {"Download all, with reasons", "Correct rejected rows"}  # told by other tests
    links = [text for text in page.texts("a", **{"class": "btn"}) if text]
    links = [text for text in links if text not in shell]
    return links + [text for text in page.texts("button") if text not in shell | themes]


@pytest.mark.parametrize("role", ["sakura", "ken", "account_executive", "executive"])
def test_who_may_not_operate_gets_no_page(
    role: str, request: pytest.FixtureRequest, operations: User
) -> None:
    of = bring_in(TEXT, by=operations)
    mine = browser(request.getfixturevalue(role))
    paths = ["", "new/", f"{of.pk}/", f"{of.pk}/columns/", f"{of.pk}/rejected.csv"]
    assert [mine.get(LIST + path).status_code for path in paths] == [403] * 5
    assert [mine.post(path_of(of) + to).status_code for to in ("commit/", "take-back/")] == [
        403
    ] * 2
    assert Import.objects.get().state == "committed"


def test_an_import_that_is_not_there_is_not_found(client: Client) -> None:
    assert [client.get(f"/imports/9/{end}").status_code for end in ("", "columns/")] == [404, 404]


@pytest.mark.parametrize("action", ["commit", "take-back"])
def test_what_changes_data_is_posted(client: Client, operations: User, action: str) -> None:
    of = make_import(TEXT, by=operations)
    assert client.get(f"{path_of(of)}{action}/").status_code == 405


def test_an_installation_without_imports_offers_the_first(client: Client) -> None:
    page = visit(client, LIST)
    assert "Nothing has been brought in yet" in page.texts("h2")
    assert page.rows == []
    [told] = [text for text in page.texts("p") if "all the files you have" in text]
    assert told.startswith("Upload ")  # there is nowhere to drop them here
    assert f"{LIST}new/" in page.attributes("a", "href")


def test_the_list_tells_what_became_of_each_file(client: Client, operations: User) -> None:
    bring_in(TEXT, by=operations)
    make_import(TEXT, by=operations, name="second.csv")
    told = [row[:7] for row in visit(client, LIST).rows[1:]]
    assert told == [
        ["second.csv", "Accounts", "Not checked yet", "–", "–", "–", "–"],
        ["file.csv", "Accounts", "Brought in", "1", "0", "0", "1"],
    ]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_database_equally_often(
    client: Client, operations: User, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _number in range(rows):
        make_import(TEXT, by=operations)
    with django_assert_num_queries(3):
        assert len(visit(client, LIST).rows) == rows + 1


def test_older_imports_load_as_rows_below_the_newest(client: Client, operations: User) -> None:
    imports = [make_import(TEXT, by=operations, name=f"{n}.csv") for n in range(53)]
    first = visit(client, LIST)
    [more] = [href for href in first.attributes("a", "hx-get") if "after=" in href]
    rest = Page(client.get(LIST + more, headers=HTMX))
    names = [row[0] for row in first.rows[1:51] + rest.rows]
    assert names == [of.file_name for of in reversed(imports)]
    assert (rest.texts("h1"), len(rest.rows)) == ([], 3)


@pytest.mark.parametrize(
    ("text", "next_page"),
    [
        ("社員ID,氏名\nm1,佐藤\n", "See the members"),
        ("通貨,適用日,レート\nUSD,2026-01-01,150\n", "See the ARR bridge"),
    ],
)
def test_what_was_brought_in_is_one_click_away(
    client: Client, operations: User, text: str, next_page: str
) -> None:
    page = visit(client, path_of(bring_in(text, by=operations)))
    assert buttons(page) == [next_page, "Take back"]
    assert "Every row has been brought in." in page.text


def test_a_checked_file_with_nothing_new_says_so(client: Client, operations: User) -> None:
    bring_in(TEXT, by=operations)
    of = check(make_import(TEXT, by=operations), by=operations)
    assert "There is nothing to bring in" in visit(client, path_of(of)).text


def test_the_page_refreshes_its_standing_alone(client: Client, operations: User) -> None:
    of = make_import(TEXT, by=operations)
    whole, part = visit(client, path_of(of)), visit(client, path_of(of), htmx=True)
    assert (len(whole.texts("nav")), part.texts("nav")) == (2, [])
    assert part.texts("h1") == whole.texts("h1") == ["file.csv"]


def test_rejected_rows_are_downloaded_with_their_reasons_and_come_back_corrected(
    client: Client, operations: User
) -> None:
    of = bring_in("顧客ID,顧客名,業種\na1,,=1+2\na2,B,\n", by=operations)
    response = client.get(f"{path_of(of)}rejected.csv")
    content = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    assert content.decode("utf-8-sig").splitlines() == [
        "顧客ID,顧客名,業種,Why rejected",
        """a1,,'=1+2,"“Account name” is empty, and every row needs it\"""",
    ]
    assert 'filename="rejected-file.csv"' in response["Content-Disposition"]
    corrected = content.decode("utf-8-sig").replace("a1,,", "a1,A,").encode("utf-8-sig")
    again = bring_in(corrected, by=operations)
    assert (counts(again), set(again.mapping["columns"].values())) == (
        {"created": 1},
        {"id", "name", "industry"},
    )
