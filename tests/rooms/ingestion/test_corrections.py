"""Rejected rows, corrected in the browser and brought in again."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import xlsxwriter
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from banso.kit import jobs
from banso.rooms.customers.models import Account
from banso.rooms.identity.models import User
from banso.rooms.ingestion.actions.corrections import (
    AlreadyCorrected,
    Correction,
    correct_rows,
)
from banso.rooms.ingestion.actions.imports import Kept
from banso.rooms.ingestion.models import Import, RowReport
from banso.rooms.journal.models import Entry
from tests.factories.customers import make_account
from tests.factories.ingestion import (
    bring_in,
    check,
    counts,
    make_import,
    run_of,
    table_of,
    take_back,
)
from tests.factories.pages import Page, browser, visit
from tests.factories.when import NOON

pytestmark = pytest.mark.django_db

TEXT = "顧客ID,顧客名,業種,従業員数\na1,A,=製造,1\na2,,小売,2\na3,C,医療,多い\na4,,,\n"

BOOK = [["顧客ID", "顧客名", "従業員数", "評点"], [1234, "甲社", "多い", -7]]


@pytest.fixture
def client(operations: User) -> Client:
    return browser(operations)


@pytest.fixture
def of(operations: User) -> Import:
    """Rows 3 and 5 lack a name, row 4 counts its employees in words."""
    return bring_in(TEXT, by=operations)


def left(of: Import) -> list[RowReport]:
    """The rejected rows that wait."""
    waiting = RowReport.objects.filter(of=of, corrected_by=None)
    return list(waiting.order_by("row_number"))


def numbers(of: Import) -> list[int]:
    return [report.row_number for report in left(of)]


def type_over(client: Client, of: Import, **cells: str) -> Page:
    """Hand the page in with some cells typed over, named row_column; the page that follows."""
    reports = {report.row_number: report for report in left(of)}
    said: dict[str, object] = {"row": [report.pk for report in reports.values()]}
    for name, text in cells.items():
        row, place = name.removeprefix("r").split("_")
        said[f"cell-{reports[int(row)].pk}-{place}"] = text
    return Page(client.post(f"/imports/{of.pk}/rejected/", said, follow=True))


def downloaded(client: Client, of: Import) -> str:
    """The rejected rows as a CSV, without the mark that Excel wants before it."""
    answer = client.get(f"/imports/{of.pk}/rejected.csv")
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    return content.decode("utf-8-sig")


def inputs(page: Page) -> list[list[str]]:
    """What stands in the fields of each row."""
    rows: dict[str, list[str]] = {}
    for tag, given, _text in page.elements:
        if tag == "input" and given.get("name", "").startswith("cell-"):
            rows.setdefault(given["name"].split("-")[1], []).append(given["value"])
    return list(rows.values())


def test_rejected_rows_stand_in_a_table_with_what_is_wrong(client: Client, of: Import) -> None:
    page = visit(client, f"/imports/{of.pk}/rejected/")
    assert page.heading == "3 rejected rows to correct"
    assert inputs(page) == [
        ["a2", "", "小売", "2"],
        ["a3", "C", "医療", "多い"],
        ["a4", "", "", ""],
    ]
    told = page.texts("span", **{"class": "sub down"})
    empty = "“Account name” is empty, and every row needs it"
    assert told == [empty, "“Employees” is not a number", empty]


def test_corrected_rows_come_in_and_those_still_wrong_stay(client: Client, of: Import) -> None:
    page = type_over(client, of, r3_1="株式会社B", r4_3="30", r5_2="公共")
    again = Import.objects.latest("pk")
    assert (page.heading, again.corrects, again.state) == (
        "file.csv · Corrected rows",
        of,
        "committing",
    )
    assert numbers(of) == []
    jobs.work_off()
    assert counts(again) == {"created": 2, "rejected": 1}
    assert list(Account.objects.order_by("external_id").values_list("name", "employees")) == [
        ("A", 1),
        ("株式会社B", 2),
        ("C", 30),
    ]
    assert [(report.row_number, report.cells) for report in left(of)] == [
        (5, ["a4", "", "公共", ""])
    ]
    page = visit(client, f"/imports/{of.pk}/")
    assert "2 of them corrected since" in page.text
    assert page.rows[1][1] == "1"


def test_the_journal_tells_of_the_correction(client: Client, of: Import) -> None:
    type_over(client, of, r3_1="B")
    entry = Entry.objects.get(event="ingestion.rows_corrected")
    assert (entry.details["number"], entry.details["file"]) == (3, "file.csv")


def test_taking_the_correction_back_lets_the_rows_wait_again(
    client: Client, of: Import, operations: User
) -> None:
    type_over(client, of, r3_1="B", r4_3="3", r5_1="D")
    jobs.work_off()
    again = Import.objects.latest("pk")
    client.post(f"/imports/{again.pk}/take-back/")
    jobs.work_off()
    assert numbers(of) == [3, 4, 5]
    assert Account.objects.count() == 1


def test_a_correction_that_stops_lets_the_rows_wait_again(
    client: Client, of: Import, operations: User
) -> None:
    type_over(client, of, r3_1="B")
    again = Import.objects.latest("pk")
    run_of(again, by=operations).fail("refused", reason="x")
    jobs.work_off()
    assert numbers(of) == [3, 4, 5]


def test_a_second_correction_begins_from_what_was_typed(client: Client, of: Import) -> None:
    type_over(client, of, r3_1="B", r4_3="まだ多い")
    jobs.work_off()
    page = visit(client, f"/imports/{of.pk}/rejected/")
    assert inputs(page) == [["a3", "C", "医療", "まだ多い"], ["a4", "", "", ""]]
    type_over(client, of, r4_3="30", r5_1="D")
    jobs.work_off()
    assert (numbers(of), Account.objects.count()) == ([], 4)
    page = visit(client, f"/imports/{of.pk}/rejected/")
    assert "No rejected row is left" in page.texts("h2")
    assert "Every row has been brought in." in visit(client, f"/imports/{of.pk}/").text


def test_rows_of_a_correction_are_corrected_where_they_came_in(client: Client, of: Import) -> None:
    type_over(client, of, r3_1="B")
    jobs.work_off()
    again = Import.objects.latest("pk")
    answer = client.get(f"/imports/{again.pk}/rejected/")
    assert answer.headers["Location"] == f"/imports/{of.pk}/rejected/"


def test_a_row_with_the_id_of_another_never_overwrites_it(client: Client, operations: User) -> None:
    of = bring_in("顧客ID,顧客名\na1,A\na1,B\n", by=operations)
    page = type_over(client, of, r3_1="C")
    assert page.texts("div", **{"class": "flash"}) == [
        "Rows with the ID of another row were left out: give them an ID of their own."
    ]
    assert (Import.objects.count(), numbers(of)) == (1, [3])
    type_over(client, of, r3_0="a2")
    jobs.work_off()
    assert dict(Account.objects.values_list("external_id", "name")) == {"a1": "A", "a2": "B"}


def test_a_personal_number_is_not_shown_and_must_be_typed_anew(
    client: Client, operations: User
) -> None:
    of = bring_in("顧客ID,顧客名,番号\na1,,123456789018\n", by=operations, kind="accounts")
    page = visit(client, f"/imports/{of.pk}/rejected/")
    assert inputs(page) == [["a1", "", ""]]
    assert "Hidden: type it anew" in page.attributes("input", "placeholder")
    type_over(client, of, r2_1="A")
    jobs.work_off()
    assert counts(Import.objects.latest("pk")) == {"created": 1}


def test_of_a_file_that_is_only_checked_nothing_can_be_corrected_yet(
    client: Client, operations: User
) -> None:
    of = check(make_import(TEXT, by=operations), by=operations)
    page = visit(client, f"/imports/{of.pk}/rejected/")
    assert page.texts("div", **{"class": "callout"})[0].startswith("Bring the file in first.")
    page = type_over(client, of, r3_1="B")
    assert page.texts("div", **{"class": "flash"}) == [
        "Some of these rows have been corrected meanwhile. Please look at what is left."
    ]
    assert Import.objects.count() == 1


def test_a_row_is_corrected_once_at_a_time(of: Import, operations: User) -> None:
    rows = [Correction(report, ["a2", "B", "", ""]) for report in left(of)[:1]]
    kept = Kept("x.csv", "0" * 64)
    correct_rows(of, rows=rows, kept=kept, by=operations, at=NOON)
    with pytest.raises(AlreadyCorrected):
        correct_rows(of, rows=rows, kept=kept, by=operations, at=NOON)
    assert Import.objects.count() == 2


def test_rows_of_an_import_taken_back_wait_no_more(
    client: Client, of: Import, operations: User
) -> None:
    take_back(of, by=operations)
    page = visit(client, f"/imports/{of.pk}/rejected/")
    assert inputs(page) == []


def handed_in(page: Page) -> dict[str, str]:
    """What a browser would hand in of the page's cells: an `input` holds no line break, and those
    of a `textarea`, less one before its text, are CRLF.
    """
    said = {}
    for tag, given, texts in page.elements:
        if given.get("name", "").startswith("cell-"):
            lines = "".join(texts).replace("\r\n", "\n").replace("\r", "\n").removeprefix("\n")
            typed = re.sub("[\r\n]", "", given.get("value", ""))
            said[given["name"]] = lines.replace("\n", "\r\n") if tag == "textarea" else typed
    return said


@pytest.mark.parametrize("note", ["\n一行目\n\n二行目\n", "一行目\r\n二行目", "一行目\r二行目"])
def test_a_note_keeps_its_lines_when_another_cell_is_corrected(
    client: Client, operations: User, note: str
) -> None:
    make_account(external_id="a1")
    text = f'接点ID,顧客ID,日時,種別,内容\nt1,a1,いつか,電話,"{note}"\n'
    of = bring_in(text, by=operations, kind="touchpoints")
    [report] = left(of)
    said = handed_in(visit(client, f"/imports/{of.pk}/rejected/"))
    said[f"cell-{report.pk}-2"] = "2026-04-01"
    client.post(f"/imports/{of.pk}/rejected/", {"row": report.pk, **said})
    report.refresh_from_db()
    assert report.corrected_by is not None
    table = table_of(report.corrected_by)
    assert [row.cells for row in table.rows()] == [("t1", "a1", "2026-04-01", "電話", note)]
    jobs.work_off()
    assert counts(report.corrected_by) == {"created": 1}


def test_lines_that_were_typed_are_lines_of_the_cell(client: Client, operations: User) -> None:
    of = bring_in('顧客ID,顧客名,業種\na1,,"小売\n医療"\n', by=operations)
    type_over(client, of, r2_2="小売\r\n公共")
    jobs.work_off()
    assert [report.cells for report in left(of)] == [["a1", "", "小売\n公共"]]


@pytest.fixture
def workbook(operations: User, tmp_path: Path) -> Import:
    """An account whose ID is a number, and its number of employees in words."""
    path = tmp_path / "file.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(BOOK):
            sheet.write_row(number, 0, row)
    make_account(external_id="1234", name="甲社")
    return bring_in(path.read_bytes(), by=operations)


def test_the_numbers_of_a_workbook_are_corrected_as_the_numbers_they_were(
    client: Client, workbook: Import
) -> None:
    page = visit(client, f"/imports/{workbook.pk}/rejected/")
    assert inputs(page) == [["1234", "甲社", "多い", "-7"]]
    type_over(client, workbook, r2_2="5")
    jobs.work_off()
    assert counts(Import.objects.latest("pk")) == {"updated": 1}
    assert list(Account.objects.values_list("external_id", "employees")) == [("1234", 5)]


def test_the_numbers_of_a_workbook_are_downloaded_as_they_are_read_again(
    client: Client, workbook: Import, operations: User
) -> None:
    text = downloaded(client, workbook)
    assert text.splitlines()[1].startswith("1234,甲社,多い,-7,")
    again = bring_in(text.replace("多い", "5"), by=operations)
    assert counts(again) == {"updated": 1}
    assert list(Account.objects.values_list("external_id", "employees")) == [("1234", 5)]


def test_rows_corrected_since_are_not_downloaded_again(client: Client, of: Import) -> None:
    type_over(client, of, r3_1="B")
    jobs.work_off()
    assert [line[:2] for line in downloaded(client, of).splitlines()[1:]] == ["a3", "a4"]


def test_rows_stand_fifty_a_page(client: Client, operations: User) -> None:
    of = bring_in("顧客ID,顧客名\n" + "".join(f"a{n},\n" for n in range(53)), by=operations)
    first = visit(client, f"/imports/{of.pk}/rejected/")
    [more] = [href for href in first.attributes("a", "href") if "after=" in href]
    rest = visit(client, f"/imports/{of.pk}/rejected/{more}")
    assert [len(inputs(page)) for page in (first, rest)] == [50, 3]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_asks_the_database_equally_often(
    client: Client, operations: User, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    text = "顧客ID,顧客名\n" + "".join(f"a{number},\n" for number in range(rows))
    of = bring_in(text, by=operations)
    with django_assert_num_queries(5):
        assert len(inputs(visit(client, f"/imports/{of.pk}/rejected/"))) == rows


def test_who_may_not_operate_corrects_nothing(of: Import, sakura: User) -> None:
    hers = browser(sakura)
    path = f"/imports/{of.pk}/rejected/"
    assert (hers.get(path).status_code, hers.post(path).status_code) == (403, 403)
