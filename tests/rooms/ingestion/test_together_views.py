"""Several files at once: each known for what it is, tried after the others, brought in in turn."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from banso.kit import jobs
from banso.kit.models import Job, JobState
from banso.rooms.customers.models import Account, Contact
from banso.rooms.identity.models import User
from banso.rooms.ingestion.models import Batch, Import, RowReport
from banso.rooms.people.models import Member
from tests.factories.ingestion import bring_in, findings
from tests.factories.pages import HTMX, Page, browser, visit

pytestmark = pytest.mark.django_db

MEMBERS = "社員ID,氏名\nm1,林 花\n"
ACCOUNTS = "顧客ID,顧客名\na1,A\na2,\n"
CONTACTS = "担当者ID,顧客ID,氏名\nc1,a1,林\nc2,zz,森\n"
IN_TURN = ["members.csv", "accounts.csv", "contacts.csv"]


@pytest.fixture
def client(operations: User) -> Client:
    return browser(operations)


def upload(client: Client, **files: str | bytes) -> Page:
    """The page after the files, named without their ending, were sent in this order."""
    sent = [
        SimpleUploadedFile(
            name if "." in name else f"{name}.csv",
            content.encode() if isinstance(content, str) else content,
        )
        for name, content in files.items()
    ]
    return Page(client.post("/imports/new/", {"file": sent}, follow=True))


def mark() -> str:
    return Import.objects.values_list("together", flat=True).distinct().get()


def ask(client: Client, step: str) -> Page:
    """Ask for a step of all files and have the worker do it."""
    page = Page(client.post(f"/imports/together/{mark()}/{step}/", follow=True))
    jobs.work_off()
    return page


def states() -> dict[str, str]:
    return dict(Import.objects.order_by("pk").values_list("file_name", "state"))


def rows(page: Page) -> list[list[str]]:
    """File, columns read, state and counts."""
    files = page.texts("a", **{"data-file": ""})
    return [[name, *row[2:9]] for name, row in zip(files, page.rows[1:], strict=True)]


def test_files_stand_in_the_order_of_their_kinds(client: Client) -> None:
    page = upload(client, contacts=CONTACTS, members=MEMBERS, accounts=ACCOUNTS)
    assert page.heading == "3 files, in this order"
    assert rows(page) == [
        ["members.csv", "2", "Not checked yet", *["–"] * 5],
        ["accounts.csv", "2", "Not checked yet", *["–"] * 5],
        ["contacts.csv", "3", "Not checked yet", *["–"] * 5],
    ]
    assert Import.objects.values("together").distinct().count() == 1


def test_a_file_that_cant_be_read_is_told_by_name_while_the_others_go_on(client: Client) -> None:
    page = upload(client, accounts=ACCOUNTS, broken=b"\x00\x01\x02" * 50, members=MEMBERS)
    assert page.texts("div", **{"class": "flash"}) == [
        "broken.csv: The file is neither CSV, Excel nor JSON."
    ]
    assert [row[0] for row in rows(page)] == ["members.csv", "accounts.csv"]


def test_where_no_file_can_be_read_each_is_told_beside_the_form(client: Client) -> None:
    page = upload(client, broken=b"\x00\x01\x02" * 50, empty=b"")
    assert page.texts("div", role="alert") == [
        "broken.csv: The file is neither CSV, Excel nor JSON.",
        "empty.csv: The file is empty.",
    ]
    assert (Import.objects.count(), list(Path(settings.MEDIA_ROOT).rglob("*.csv"))) == (0, [])


def test_a_zip_brings_its_files_and_is_not_kept_itself(client: Client) -> None:
    packed = BytesIO()
    with ZipFile(packed, "w") as into:
        for name, text in (("b/accounts.csv", ACCOUNTS), ("members.csv", MEMBERS), ("x.pdf", "")):
            into.writestr(name, text)
    page = upload(client, **{"all.zip": packed.getvalue()})
    assert [row[0] for row in rows(page)] == ["members.csv", "accounts.csv"]
    assert page.texts("div", **{"class": "flash"}) == [
        "x.pdf: It is neither a table nor JSON, so it was left out."
    ]
    assert list(Path(settings.MEDIA_ROOT).rglob("*.zip")) == []


def test_a_file_of_two_kinds_becomes_an_import_of_each(client: Client) -> None:
    export = Path(__file__).parents[2] / "data" / "exports" / "kintone_customers_cp932.csv"
    page = upload(client, **{export.name: export.read_bytes()})
    found = Import.objects.order_by("kind")
    assert [(of.kind, of.path) for of in found] == [
        ("accounts", found[0].path),
        ("contacts", found[0].path),
    ]
    assert (page.heading, found[0].mapping_name[:7]) == ("2 files, in this order", "kintone")


def test_files_are_tried_as_if_those_above_were_in(client: Client) -> None:
    upload(client, contacts=CONTACTS, accounts=ACCOUNTS)
    ask(client, "check")
    page = visit(client, f"/imports/together/{mark()}/")
    assert rows(page) == [
        ["accounts.csv", "2", "Checked, not yet brought in", "1", "0", "0", "1", "0"],
        ["contacts.csv", "3", "Checked, not yet brought in", "1", "0", "0", "1", "0"],
    ]
    contacts = Import.objects.get(kind="contacts")
    assert findings(contacts) == [(3, "rejected", [("account", "unknown_account")])]
    assert (Account.objects.count(), Contact.objects.count(), Batch.objects.count()) == (0, 0, 0)
    assert not Job.objects.filter(name__contains="revenue").exists()


def test_rows_known_already_and_rows_with_a_warning_are_counted(
    client: Client, operations: User
) -> None:
    bring_in("顧客ID,顧客名\na1,A\n", by=operations)
    lines = "明細ID,顧客ID,金額,interval,start on\nl1,a1,0,1,2026-04-01\n"
    upload(client, accounts="顧客ID,顧客名\na1,A\n", lines=lines)
    together = Import.objects.latest("pk").together
    client.post(f"/imports/together/{together}/check/")
    jobs.work_off()
    page = visit(client, f"/imports/together/{together}/")
    assert page.rows[0][4:9] == ["New", "Changed", "Unchanged", "Rejected", "With a warning"]
    assert [row[-5:] for row in rows(page)] == [
        ["0", "0", "1", "0", "0"],
        ["1", "0", "0", "0", "1"],
    ]
    lines_import = Import.objects.get(file_name="lines.csv")
    assert f"/imports/{lines_import.pk}/#warned" in page.attributes("a", "href")


def test_large_files_are_tried_each_by_itself(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("banso.rooms.ingestion.jobs.MOST_ROWS", 3)
    upload(client, contacts=CONTACTS, accounts=ACCOUNTS)
    ask(client, "check")
    contacts = Import.objects.get(kind="contacts")
    assert (contacts.state, contacts.created, contacts.rejected) == ("checked", 0, 2)
    assert Import.objects.get(kind="accounts").created == 1


def test_files_are_brought_in_one_after_another(client: Client) -> None:
    upload(client, contacts=CONTACTS, accounts=ACCOUNTS, members=MEMBERS)
    page = ask(client, "commit")
    assert [row[2] for row in rows(page)] == ["Waits for the files above"] * 3
    assert page.attributes("div", "hx-trigger") == ["every 1s"]
    done = Batch.objects.order_by("pk").values_list("of__file_name", flat=True)
    assert list(done) == IN_TURN
    assert (Member.objects.filter(handle="m1").count(), Contact.objects.count()) == (1, 1)
    assert visit(client, f"/imports/together/{mark()}/").heading == "These files are in"


def test_a_file_that_stops_stops_those_after_it(client: Client) -> None:
    upload(client, contacts=CONTACTS, accounts=ACCOUNTS, members=MEMBERS)
    accounts = Import.objects.get(kind="accounts")
    kept = Path(settings.MEDIA_ROOT) / accounts.path
    content = kept.read_bytes()
    kept.unlink()
    ask(client, "commit")
    assert states() == {
        "contacts.csv": "failed",
        "accounts.csv": "failed",
        "members.csv": "committed",
    }
    page = visit(client, f"/imports/{Import.objects.get(kind='contacts').pk}/")
    assert page.texts("div", role="alert") == [
        "“accounts.csv”, which comes in before it, has stopped. Once that one is in, go on from"
        " here."
    ]
    kept.write_bytes(content)
    ask(client, "commit")
    assert set(states().values()) == {"committed"}


@pytest.mark.parametrize("step", ["check", "commit"])
def test_when_workers_died_too_often_all_files_are_stopped(client: Client, step: str) -> None:
    upload(client, contacts=CONTACTS, accounts=ACCOUNTS)
    client.post(f"/imports/together/{mark()}/{step}/")
    waiting = Job.objects.filter(name__contains=".ingestion.", state=JobState.WAITING)
    waiting.update(state=JobState.RUNNING, lease_until="2000-01-01T00:00Z", attempts=9)
    jobs.work_off()
    faults = dict(Import.objects.values_list("file_name", "fault"))
    assert faults == {"accounts.csv": "stopped", "contacts.csv": "earlier_stopped"}


def test_a_file_of_another_kind_is_guessed_anew(client: Client) -> None:
    upload(client, contacts=CONTACTS, accounts=ACCOUNTS)
    of = Import.objects.get(kind="accounts")
    page = Page(client.post(f"/imports/{of.pk}/kind/", {"kind": "tickets"}, follow=True))
    of.refresh_from_db()
    assert (of.kind, of.state) == ("tickets", "received")
    told = {name: columns for name, columns, *_rest in rows(page)}
    assert told["accounts.csv"] == "2 No column is read as “Ticket ID”, which every row needs."
    ask(client, "check")
    assert states() == {"contacts.csv": "checked", "accounts.csv": "received"}


def test_files_that_are_all_in_refuse_to_come_again(client: Client) -> None:
    upload(client, contacts=CONTACTS, accounts=ACCOUNTS)
    ask(client, "commit")
    page = ask(client, "commit")
    assert page.texts("div", **{"class": "flash"}) == ["All of these files are under way or done."]
    assert RowReport.objects.count() == 2


def test_progress_comes_as_a_part_of_the_page(client: Client) -> None:
    upload(client, contacts=CONTACTS, accounts=ACCOUNTS)
    part = Page(client.get(f"/imports/together/{mark()}/", headers=HTMX))
    assert (part.heading, part.texts("nav")) == ("2 files, in this order", [])


def test_an_upload_that_is_not_there_is_not_found(client: Client) -> None:
    assert client.get("/imports/together/nothing/").status_code == 404


def test_who_may_not_operate_gets_none_of_it(client: Client, sakura: User) -> None:
    upload(client, contacts=CONTACTS, accounts=ACCOUNTS)
    hers = browser(sakura)
    path = f"/imports/together/{mark()}/"
    assert hers.get(path).status_code == 403
    told = [hers.post(path + step).status_code for step in ("check/", "commit/")]
    assert told == [403, 403]


@pytest.mark.parametrize("further", [0, 2])
def test_the_page_asks_the_database_equally_often(
    client: Client, further: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    more = {f"more{number}": f"{ACCOUNTS}x{number},X\n" for number in range(further)}
    upload(client, contacts=CONTACTS, accounts=ACCOUNTS, **more)
    path = f"/imports/together/{mark()}/"
    with django_assert_num_queries(3):
        page = visit(client, path)
    assert len(page.rows) == 3 + further
