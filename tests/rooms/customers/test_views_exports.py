"""The list as a file: exactly what is shown; and what the command palette finds."""

from __future__ import annotations

import csv
from datetime import date
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from python_calamine import CalamineWorkbook

from banso.rooms.customers.actions.views import save_view
from banso.rooms.customers.models import Account, FactType
from banso.rooms.customers.queries.palette import hits
from banso.rooms.identity.models import User
from tests.factories.customers import make_account, make_contact, make_fact, make_holding
from tests.factories.pages import Page, browser, visit
from tests.factories.people import make_member
from tests.factories.when import NOON, TODAY

pytestmark = pytest.mark.django_db

LIST = "/accounts/"


def read(client: Client, ending: str, **asked: Any) -> tuple[str, bytes]:
    response = client.get(f"{LIST}export.{ending}", asked)
    raw = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    return response["Content-Disposition"], raw


def csv_rows(client: Client, **asked: Any) -> list[list[str]]:
    _name, raw = read(client, "csv", **asked)
    assert raw.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(StringIO(raw.decode("utf-8-sig"))))


def xlsx_rows(client: Client, **asked: Any) -> list[list[Any]]:
    _name, raw = read(client, "xlsx", **asked)
    return CalamineWorkbook.from_filelike(BytesIO(raw)).get_sheet_by_index(0).to_python()


@pytest.fixture
def shown(db: None) -> dict[str, Any]:
    """Two accounts in manufacturing and what a list of them shows."""
    typed = {"plan": FactType.TEXT, "fee": FactType.MONEY, "score": FactType.REAL}
    for key, fact_type in (typed | {"live": FactType.FLAG, "due": FactType.DAY}).items():
        make_fact(key, fact_type)
    given = {"plan": "=1+2", "fee": -500, "score": -4.5, "live": True, "due": date(2026, 4, 1)}
    first = make_account(external_id="K-1", name="@あさひ", kana="ア", industry="製造", facts=given)
    make_holding(first, by=make_member(name="佐倉"))
    make_account(external_id="K-2", name="いなば", kana="イ", industry="製造", employees=1200)
    make_account(industry="小売")
    cols = ["employees", "held.value", "f.fee", "f.plan", "f.score", "f.live", "f.due"]
    return {"industry": "製造", "sort": "-name", "cols": cols}


def test_csv_holds_what_is_shown_and_no_formula(
    shown: dict[str, Any], operations: User, mia: User
) -> None:
    assert csv_rows(browser(operations), **shown) == [
        [
            "Account ID",
            "Account name",
            "Employees",
            "CSM in charge",
            "fee",
            "plan",
            "score",
            "live",
            "due",
        ],
        ["K-2", "いなば", "1200", "", "", "", "", "", ""],
        ["K-1", "'@あさひ", "", "佐倉", "-500", "'=1+2", "-4.5", "Yes", "2026-04-01"],
    ]
    assert len(csv_rows(browser(mia), **shown)) == 1


def test_xlsx_holds_the_same_as_real_figures_and_days(
    shown: dict[str, Any], operations: User
) -> None:
    assert xlsx_rows(browser(operations, language="ja"), **shown) == [
        ["顧客ID", "顧客名", "従業員数", "担当CSM", "fee", "plan", "score", "live", "due"],
        ["K-2", "いなば", 1200.0, "", "", "", "", "", ""],
        ["K-1", "@あさひ", "", "佐倉", -500.0, "=1+2", -4.5, "はい", date(2026, 4, 1)],
    ]


def test_the_usual_columns_are_exported_where_none_were_chosen(operations: User) -> None:
    make_fact("arr", FactType.MONEY, source="revenue")
    make_account(external_id="K-1", name="a", facts={"arr": 5})
    header, row = csv_rows(browser(operations))
    usual = ["Industry", "Region", "Employees", "CSM in charge", "arr"]
    assert header == ["Account ID", "Account name", *usual]
    assert (row[:2], row[-1]) == (["K-1", "a"], "5")


def test_the_id_is_written_once_where_it_is_among_the_columns(operations: User) -> None:
    make_account(external_id="K-1", name="a", industry="製造")
    rows = csv_rows(browser(operations), cols=["industry", "external_id"])
    assert rows == [["Account ID", "Account name", "Industry"], ["K-1", "a", "製造"]]


def test_files_are_named_in_the_readers_language(operations: User) -> None:
    names = {read(browser(operations, language=language), ending)[0]
             for language in ("ja", "en") for ending in ("csv", "xlsx")}  # fmt: skip
    assert sum("Account%20list_" in name or '"Account list_' in name for name in names) == 2
    assert sum("%E9%A1%A7%E5%AE%A2%E4%B8%80%E8%A6%A7_" in name for name in names) == 2


@pytest.mark.parametrize("rows", [1, 3])
def test_a_file_asks_the_database_equally_often(
    operations: User, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _number in range(rows):
        make_holding(make_account(), by=make_member())
    client = browser(operations)
    with django_assert_num_queries(5):
        assert len(csv_rows(client, cols=["parent", "held.value"])) == 1 + rows


def links(page: Page) -> list[str]:
    return [plain for plain in page.texts("a") if plain]


def find(user: User, text: str) -> list[str]:
    return links(visit(browser(user), f"{LIST}found/", q=text, htmx=True))


def test_the_palette_finds_accounts_people_and_views(
    acme: Account, sakura: User, mia: User
) -> None:
    make_contact(acme, name="赤井 明", kana="アカイ アキラ")
    make_contact(acme, name="赤坂 去", left_on=TODAY)
    save_view(name="赤の一覧", query="q=a", columns=[], team=None, by=sakura, at=NOON)
    assert find(sakura, "あく") == ["アクメ株式会社あくめ"]
    assert find(sakura, "akume") == ["アクメ株式会社あくめ"]
    assert find(sakura, "赤") == ["赤の一覧"]
    assert find(sakura, "赤井") == ["赤井 明アクメ株式会社"]
    assert find(sakura, "アカイ") == ["赤井 明アクメ株式会社"]
    assert find(sakura, "") == ["赤の一覧"]
    assert [find(mia, text) for text in ("あく", "赤井", "赤")] == [[], [], []]


def test_the_palette_says_when_nothing_is_called_that(sakura: User) -> None:
    page = visit(browser(sakura), f"{LIST}found/", q="ゑゑ", htmx=True)
    assert "Nothing is called that." in page.texts("p")
    assert visit(browser(sakura), f"{LIST}found/").heading == "Find"


@pytest.mark.parametrize(
    "typed", ["やまもと", "ﾔﾏﾓﾄ", "ヤマモト", "山本恵", "山本 恵", "山本　恵", "恵 山本"]
)
def test_the_palette_finds_people_however_they_are_typed(
    acme: Account, sakura: User, typed: str
) -> None:
    person = make_contact(acme, name="山本 恵", kana="ヤマモト メグミ")
    make_contact(acme, name="山口 恵", kana="ヤマグチ メグミ")
    assert hits(sakura, typed, on=TODAY).contacts == [person]
