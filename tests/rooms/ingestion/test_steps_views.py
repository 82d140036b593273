"""An import step by step in the browser: upload, columns, check, bring in, take back."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from banso.kit import jobs
from banso.rooms.customers.models import Account
from banso.rooms.identity.models import User
from banso.rooms.ingestion.models import Batch, Import, ImportState
from banso.rooms.ingestion.queries.mapping import Mapping
from tests.factories.ingestion import bring_in, check, counts, make_import, run_of
from tests.factories.pages import Page, browser, visit

pytestmark = pytest.mark.django_db

TEXT = "顧客ID,顧客名,業種\na1,A,製造\na2,,小売\n"


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


def chosen(page: Page) -> list[str]:
    """What the columns are read as, but for those left out and the formats."""
    selected = (
        given for tag, given, _t in page.elements if tag == "option" and "selected" in given
    )
    return [given["value"] for given in selected if given["value"]]


def upload(client: Client, content: bytes, name: str = "顧客.csv") -> Page:
    return post(client, "/imports/new/", file=SimpleUploadedFile(name, content))


def test_an_uploaded_file_is_kept_guessed_and_waits(client: Client) -> None:
    page = upload(client, TEXT.encode("cp932"))
    of = Import.objects.get()
    asked = "What does each column say?"
    assert (page.heading, of.kind, of.state) == (asked, "accounts", "received")
    said = {"顧客ID": "id", "顧客名": "name", "業種": "industry"}
    assert Mapping.from_json(of.mapping).columns == said
    assert buttons(page) == [
        "Check the whole file",
        "Show formats and values",
        "Save the mapping",
    ]


def test_a_file_of_no_known_kind_is_taken_for_accounts_until_somebody_says(client: Client) -> None:
    upload(client, b"colour,shape\nred,round\n")
    assert Import.objects.get().kind == "accounts"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\x00\x01\x02" * 50, "The file is neither CSV, Excel nor JSON."),
        (b"", "The file is empty."),
        (b"PK\x03\x04" + bytes(90), "The file ends in the middle: it was cut short."),
    ],
)
def test_a_file_that_cant_be_read_is_answered_beside_the_form(
    client: Client, content: bytes, sentence: str
) -> None:
    page = upload(client, content)
    assert page.texts("div", role="alert")[0].startswith(f"顧客.csv: {sentence}")
    assert Import.objects.count() == 0


def test_the_form_says_what_can_be_brought_in(client: Client) -> None:
    page = visit(client, "/imports/new/")
    assert page.heading == "Import files"
    assert page.texts("dt")[:14] == [
        *("Members", "Accounts", "Contacts", "Parties"),
        *("Holdings", "Exchange rates", "Subscriptions", "Transfers of contracts", "Cancellations"),
        *("Standard minutes", "Touchpoints", "Tickets", "Survey answers", "Usage by day"),
    ]


def test_columns_show_values_and_what_they_are_read_as(client: Client, operations: User) -> None:
    of = make_import("顧客ID,顧客名,プラン\na1,A,Pro\na2,B,Pro\n", by=operations)
    page = visit(client, f"{path_of(of)}columns/")
    assert [row[:2] for row in page.rows[1:]] == [
        ["顧客ID", "a1 · a2"],
        ["顧客名", "A · B"],
        ["プラン", "Pro"],
    ]
    assert chosen(page) == ["id", "name", "fact:text"]
    assert "Employees" in page.texts("label")


def test_another_kind_is_guessed_anew(client: Client, operations: User) -> None:
    of = make_import("顧客ID,氏名,担当者ID\na1,林,c1\n", by=operations, kind="accounts")
    page = visit(client, f"{path_of(of)}columns/", kind="contacts")
    assert chosen(page) == ["account", "name", "id"]
    unknown = visit(client, f"{path_of(of)}columns/", kind="colours")
    assert unknown.texts("a", **{"aria-current": "page"})[-1] == "Accounts"


def test_stated_columns_are_checked_by_the_worker(client: Client, operations: User) -> None:
    of = make_import(TEXT, by=operations)
    page = post(client, f"{path_of(of)}columns/", **{"column-0": "id", "column-1": "name"})
    assert (page.heading, Import.objects.get().state) == ("file.csv", "checking")
    assert page.attributes("div", "hx-trigger") == ["every 1s"]
    jobs.work_off()
    page = visit(client, path_of(of))
    assert page.texts("dd", **{"class": "figure"}) == ["1", "0", "0", "1", "0"]
    assert "This is what would happen. Nothing is changed yet." in page.text
    assert buttons(page) == ["Change the columns", "Bring in", "Discard"]
    assert Account.objects.count() == 0


def test_columns_that_miss_a_field_are_refused_on_the_form(
    client: Client, operations: User
) -> None:
    of = make_import(TEXT, by=operations)
    page = post(client, f"{path_of(of)}columns/", **{"column-0": "id"})
    assert page.texts("div", role="alert") == [
        "No column is read as “Account name”, which every row needs."
    ]
    assert Import.objects.get().state == "received"


def test_a_file_that_is_gone_leads_back_to_the_upload(client: Client, operations: User) -> None:
    of = make_import(TEXT, by=operations)
    (Path(settings.MEDIA_ROOT) / of.path).unlink()
    response = client.get(f"{path_of(of)}columns/", follow=True)
    page = Page(response)
    assert page.heading == "Import files"
    assert page.texts("div", **{"class": "flash"}) == [
        "The file can't be read any more. Please upload it again."
    ]


def test_bringing_in_and_taking_back_by_their_buttons(client: Client, operations: User) -> None:
    of = check(make_import(TEXT, by=operations), by=operations)
    post(client, f"{path_of(of)}commit/")
    jobs.work_off()
    page = visit(client, path_of(of))
    assert (buttons(page), counts(of)) == (
        ["Take back"],
        {"created": 1, "rejected": 1},
    )
    why = "“Account name” is empty, and every row needs it"
    example = "Row 3: column “顧客名” (Account name) is empty, and every row needs it"
    assert page.rows[1:] == [[why, "1", example]]
    post(client, f"{path_of(of)}take-back/")
    jobs.work_off()
    page = visit(client, path_of(of))
    assert "Everything this import did has been taken back." in page.text
    assert (buttons(page), Account.objects.count()) == (["Look at the columns"], 0)


@pytest.mark.parametrize("action", ["commit", "take-back"])
def test_a_refused_step_says_why(client: Client, operations: User, action: str) -> None:
    of = make_import(TEXT, by=operations)
    Import.objects.update(state=ImportState.CHECKING)
    page = post(client, f"{path_of(of)}{action}/")
    told = {
        "commit": "This import is already under way or done.",
        "take-back": "There is nothing of this import to take back.",
    }
    assert page.texts("div", **{"class": "flash"}) == [told[action]]


def test_a_commit_that_stopped_offers_to_go_on(client: Client, operations: User) -> None:
    of = bring_in(TEXT, by=operations)
    run_of(of, by=operations).fail("stopped")
    page = visit(client, path_of(of))
    assert buttons(page) == ["Go on", "Take back"]
    assert page.texts("div", role="alert")[0].startswith("An unexpected fault stopped it.")
    post(client, f"{path_of(of)}commit/")
    jobs.work_off()
    assert (Import.objects.get().state, Batch.objects.count()) == ("committed", 1)


def test_a_taking_back_that_stopped_offers_only_to_take_back(
    client: Client, operations: User
) -> None:
    of = bring_in(TEXT, by=operations)
    Batch.objects.create(of=of, number=1, committed_at=of.received_at, taken_back_at=of.received_at)
    run_of(of, by=operations).fail("stopped")
    assert buttons(visit(client, path_of(of))) == ["Take back"]
