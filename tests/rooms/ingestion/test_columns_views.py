"""The page on which a person says what each column holds, and saves it under a name."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from banso.rooms.identity.models import User
from banso.rooms.ingestion.models import Import, SavedMapping
from banso.rooms.ingestion.queries.mapping import Mapping
from tests.factories.customers import make_account
from tests.factories.ingestion import make_import
from tests.factories.pages import HTMX, Page, browser, visit

pytestmark = pytest.mark.django_db

TICKETS = "番号,顧客ID,日,重さ\nt1,a1,03/04/2026,至急\nt2,a1,05/04/2026,高\nt3,a1,06/04/2026,普\n"
READ = {"column-0": "id", "column-1": "account", "column-2": "opened_at", "column-3": "priority"}


@pytest.fixture
def client(operations: User) -> Client:
    make_account(external_id="a1")
    return browser(operations)


@pytest.fixture
def tickets(operations: User) -> Import:
    return make_import(TICKETS, by=operations, kind="tickets")


def state(client: Client, of: Import, step: str, **said: str) -> Page:
    path = f"/imports/{of.pk}/columns/"
    return Page(client.post(path, {**READ, "step": step, **said}, follow=True))


def told(of: Import) -> Mapping:
    of.refresh_from_db()
    return Mapping.from_json(of.mapping)


def test_values_that_are_not_known_are_listed_with_the_choices(
    client: Client, tickets: Import
) -> None:
    page = state(client, tickets, "look")
    hidden = [
        given["value"]
        for tag, given, _text in page.elements
        if tag == "input" and given.get("name", "").startswith("text-3-")
    ]
    assert hidden == ["普"]
    assert "1 value is not known: say what it means" in page.text
    offered = [select for select in page.attributes("select", "aria-label") if select == "普"]
    assert offered == ["普"]
    assert Import.objects.get().state == "received"


def test_choosing_a_column_brings_back_the_form_alone(client: Client, tickets: Import) -> None:
    answer = client.post(f"/imports/{tickets.pk}/columns/", {**READ, "step": "look"}, headers=HTMX)
    part = Page(answer)
    assert (part.texts("h1"), part.attributes("form", "id")) == ([], ["mapping"])


def test_a_needed_field_without_a_column_is_told_before_anything_is_sent(
    client: Client, operations: User
) -> None:
    mapping = Mapping(columns={"顧客ID": "account", "件名": "subject", "日": "opened_at"})
    text = "顧客ID,件名,日,番号\na1,x,2026-04-01,t1\n"
    of = make_import(text, by=operations, kind="tickets", mapping=mapping)
    lacks = "No column is read as “Ticket ID”, which every row needs."
    for path in (f"/imports/{of.pk}/", f"/imports/{of.pk}/columns/"):
        assert visit(client, path).texts("div", id="lacking") == [lacks]
    page = visit(client, f"/imports/{of.pk}/columns/")
    assert page.texts("label", **{"for": "id_constant-id"}) == ["Ticket ID *"]
    said = {"column-0": "account", "column-1": "subject", "column-2": "opened_at", "step": "look"}
    for besides in ({"column-3": "id"}, {"constant-id": "t1"}):
        looked = Page(client.post(f"/imports/{of.pk}/columns/", said | besides))
        assert looked.texts("div", id="lacking") == []
    refused = Page(client.post(f"/imports/{of.pk}/columns/", said | {"step": "check"}))
    assert refused.texts("div", id="lacking") == []
    assert refused.texts("div", role="alert") == [lacks]


def test_formats_values_and_what_stands_for_an_empty_cell_are_kept(
    client: Client, tickets: Import
) -> None:
    said = {
        "format-2": "dmy",
        "text-3-0": "普",
        "to-3-0": "normal",
        "constant-priority": "low",
        "constant-subject": "件名なし",
    }
    state(client, tickets, "check", **said)
    assert told(tickets) == Mapping(
        columns={"番号": "id", "顧客ID": "account", "日": "opened_at", "重さ": "priority"},
        constants={"subject": "件名なし", "priority": "low"},
        values={"重さ": {"普": "normal"}},
        formats={"日": "dmy"},
    )
    assert Import.objects.get().state == "checking"


def test_a_format_that_does_not_fit_the_field_is_forgotten(client: Client, tickets: Import) -> None:
    state(client, tickets, "check", **{"format-0": "dmy"})
    assert told(tickets).formats == {}


def test_the_columns_left_out_and_the_lines_below_are_named(
    client: Client, operations: User
) -> None:
    text = "顧客ID,顧客名,備考,メモ\na1,A,x,y\n\n作成者: 佐藤\n以上\n"
    mapping = Mapping(columns={"顧客ID": "id", "顧客名": "name"})
    of = make_import(text, by=operations, mapping=mapping)
    page = visit(client, f"/imports/{of.pk}/columns/")
    told = [text for text in page.texts("p") if "left out" in text or "no rows" in text]
    assert told == [
        "2 columns are left out: 備考 · メモ",
        "2 lines below the table are no rows: 作成者: 佐藤 · 以上",
    ]


def test_an_own_attribute_is_offered_by_its_name(client: Client, operations: User) -> None:
    of = make_import("顧客ID,顧客名,プラン\na1,A,Pro\n", by=operations)
    page = visit(client, f"/imports/{of.pk}/columns/")
    assert "Attribute “プラン”: Text" in page.texts("option")


def test_a_file_without_rows_says_so(client: Client, operations: User) -> None:
    of = make_import("顧客ID,顧客名\n", by=operations)
    page = visit(client, f"/imports/{of.pk}/columns/")
    words = "The file has column names and no row below them. Was the export empty?"
    assert page.texts("div", **{"class": "callout"}) == [words]


def test_only_the_first_row_of_a_record_may_count(client: Client, operations: User) -> None:
    text = "レコードの開始行,顧客ID,顧客名,品\n*,a1,A,x\n,a1,A,y\n*,a2,B,z\n"
    of = make_import(text, by=operations, kind="accounts")
    asked = {"column-0": "id", "column-1": "name", "rows": "records", "step": "check"}
    client.post(f"/imports/{of.pk}/columns/", asked)
    assert told(of).rows == "records"


def test_a_saved_mapping_is_offered_for_the_next_file_and_can_be_deleted(
    client: Client, tickets: Import
) -> None:
    page = state(client, tickets, "save", mapping_name=" サポート ", **{"format-2": "dmy"})
    assert page.texts("div", **{"class": "flash"}) == ["“サポート” will be offered for such files."]
    tickets.refresh_from_db()
    saved = SavedMapping.objects.get()
    assert (saved.name, tickets.mapping_name, saved.mapping) == (
        "サポート",
        "サポート",
        tickets.mapping,
    )
    client.post("/imports/new/", {"file": SimpleUploadedFile("next.csv", TICKETS.encode())})
    newest = Import.objects.latest("pk")
    assert (newest.kind, newest.mapping_name) == ("tickets", "サポート")
    rows = visit(client, "/imports/mappings/").rows[1:]
    assert [row[:3] for row in rows] == [["サポート", "Tickets", "番号 · 顧客ID · 日 · 重さ"]]
    client.post(f"/imports/mappings/{saved.pk}/delete/")
    page = visit(client, "/imports/mappings/")
    assert page.rows == []
    assert "No mapping has been saved yet" in page.texts("h2")


def test_a_mapping_without_a_name_or_a_needed_field_is_not_saved(
    client: Client, tickets: Import
) -> None:
    nameless = state(client, tickets, "save", mapping_name=" ")
    lacking = state(client, tickets, "save", mapping_name="x", **{"column-0": ""})
    assert [page.texts("div", role="alert") for page in (nameless, lacking)] == [
        ["Give the mapping a name."],
        ["No column is read as “Ticket ID”, which every row needs."],
    ]
    assert SavedMapping.objects.count() == 0


def test_a_mapping_saved_under_a_name_again_is_replaced(client: Client, tickets: Import) -> None:
    state(client, tickets, "save", mapping_name="x")
    state(client, tickets, "save", mapping_name="x", **{"format-2": "dmy"})
    assert [saved.mapping["formats"] for saved in SavedMapping.objects.all()] == [{"日": "dmy"}]


def test_columns_of_one_of_several_files_lead_back_to_them(client: Client, tickets: Import) -> None:
    Import.objects.update(together="t", mapping_name="x")
    Import.objects.create(
        kind="tickets", file_name="b", path=tickets.path, together="t", by=tickets.by,
        received_at=tickets.received_at,
    )  # fmt: skip
    page = state(client, tickets, "keep")
    assert page.heading == "2 files, in this order"
    assert (told(tickets).columns["番号"], tickets.mapping_name) == ("id", "")


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_of_mappings_asks_the_database_equally_often(
    client: Client, tickets: Import, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for place in range(number):
        state(client, tickets, "save", mapping_name=f"m{place}")
    visit(client, "/imports/mappings/")  # which tells the messages
    with django_assert_num_queries(3):
        assert len(visit(client, "/imports/mappings/").rows) == number + 1
