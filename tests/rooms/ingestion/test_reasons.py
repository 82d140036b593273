"""Why rows were rejected, reason by reason, each with its first rows."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import translation

from banso.rooms.identity.models import User
from banso.rooms.ingestion import queries
from banso.rooms.ingestion.models import Import
from banso.rooms.ingestion.queries import reasons as asked
from banso.rooms.ingestion.queries.mapping import Mapping
from banso.rooms.ingestion.queries.reasons import Columns, reasons
from tests.factories.customers import make_account
from tests.factories.ingestion import bring_in, check, make_import, table_of
from tests.factories.pages import browser, visit

pytestmark = pytest.mark.django_db

TEXT = "顧客ID,顧客名,従業員数,予算\n" + "".join(
    f"a{number},{name},{staff},{money}\n"
    for number, (name, staff, money) in enumerate(
        [("A", "x", "1"), ("", "y", "2"), ("C", "z", "12万x"), ("D", "-5", "4"), ("E", "多", "")]
    )
)


@pytest.fixture
def of(operations: User) -> Import:
    columns = {"顧客ID": "id", "顧客名": "name", "従業員数": "employees", "予算": "fact:money"}
    mapping = Mapping(columns=columns)
    return check(make_import(TEXT, by=operations, mapping=mapping), by=operations)


def told(of: Import) -> list[tuple[str, int, list[tuple[int, str]]]]:
    found = reasons(queries.open_rejects(of), Columns(of, table_of(of).header))
    return [
        (each.words, each.number, [(row.row, row.words) for row in each.examples])
        for each in found.each
    ]


def test_each_reason_is_told_with_its_number_and_its_first_three_rows(of: Import) -> None:
    staff = "column “従業員数” (Employees): “%s” is not a number"
    assert told(of) == [
        (
            "“Employees” is not a number",
            4,
            [(2, staff % "x"), (3, staff % "y"), (4, staff % "z")],
        ),
        (
            "“Account name” is empty, and every row needs it",
            1,
            [(3, "column “顧客名” (Account name) is empty, and every row needs it")],
        ),
        (
            "“予算” is not a number",
            1,
            [(4, "column “予算” (予算): “12万x” is not a number")],
        ),
        (
            "“Employees” must not be below 0",
            1,
            [(5, "column “従業員数” (Employees): “-5” must not be below 0")],
        ),
    ]


def test_what_differs_from_row_to_row_is_left_open_in_the_reason(operations: User) -> None:
    make_account(external_id="a1")
    of = bring_in("担当者ID,顧客ID,氏名\nc1,x1,林\nc2,x2,森\n", by=operations)
    [(words, number, rows)] = told(of)
    assert (words, number) == ("“Account ID” names the account …, which does not exist", 2)
    assert rows[1] == (
        3,
        "column “顧客ID” (Account ID): “x2” names the account x2, which does not exist",
    )


def test_a_personal_number_is_not_told(operations: User) -> None:
    mapping = Mapping(columns={"顧客ID": "id", "顧客名": "name", "法人番号": "corporate_number"})
    text = "顧客ID,顧客名,法人番号\na1,A,123456789018\n"
    of = bring_in_with(text, mapping, operations)
    [(_words, _number, [(_row, words)])] = told(of)
    assert ("123456789018" in words, "“●●●●”" in words) == (False, True)


def bring_in_with(text: str, mapping: Mapping, by: User) -> Import:
    return check(make_import(text, by=by, mapping=mapping), by=by)


def test_a_reason_that_stands_in_no_column_is_told_of_the_row(operations: User) -> None:
    of = bring_in("顧客ID,顧客名\na1,A,x\n", by=operations)
    words = "“The row” has more cells than the header has columns"
    assert told(of) == [(words, 1, [(2, words)])]


def test_many_rows_are_counted_only_so_far(of: Import, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asked, "MOST_REPORTS", 2)
    found = reasons(queries.open_rejects(of), Columns(of, table_of(of).header))
    assert (found.more, [each.number for each in found.each]) == (True, [2, 1])


def test_the_page_tells_reasons_in_the_reader_s_language(of: Import, operations: User) -> None:
    client: Client = browser(operations, language="ja")
    with translation.override("ja"):
        rows = visit(client, f"/imports/{of.pk}/").rows
    assert rows[1][0] == "「従業員数」が数値ではありません"


def test_warnings_are_told_alike(operations: User) -> None:
    make_account(external_id="a1")
    text = "明細ID,顧客ID,製品,開始日,金額,通貨,請求周期\ns1,a1,P,2026-01-01,0,JPY,月額\n"
    page = visit(browser(operations), f"/imports/{bring_in(text, by=operations).pk}/")
    assert page.rows[1][:2] == ["“Amount” is zero: a trial or a free line brings no ARR", "1"]


def test_a_file_of_which_nothing_would_come_in_says_so(operations: User) -> None:
    of = check(make_import("顧客ID,顧客名\na1,\n", by=operations), by=operations)
    page = visit(browser(operations), f"/imports/{of.pk}/")
    assert page.texts("div", **{"class": "callout"})[0].startswith("Every row would be rejected.")
    assert "Bring in" not in page.texts("button")


def test_a_file_of_a_header_alone_says_so(operations: User) -> None:
    of = check(make_import("顧客ID,顧客名\n", by=operations), by=operations)
    page = visit(browser(operations), f"/imports/{of.pk}/")
    words = "The file has column names and no row below them. Was the export empty?"
    assert page.texts("div", **{"class": "callout"}) == [words]
