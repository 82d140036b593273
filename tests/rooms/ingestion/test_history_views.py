"""The list of imports: narrowed, undone and discarded from there; and uploads that are cleaned."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils.timezone import now  # noqa: TID251  the age of a file is told by the real clock

from banso.kit import jobs
from banso.rooms.customers.models import Account
from banso.rooms.identity.models import User
from banso.rooms.ingestion.actions.imports import NotNow, discard_file
from banso.rooms.ingestion.jobs import remove_old_uploads
from banso.rooms.ingestion.models import Import, ImportState
from banso.rooms.journal.models import Entry
from tests.factories.ingestion import bring_in, check, make_import, take_back
from tests.factories.pages import Page, browser, visit
from tests.factories.when import NOON

pytestmark = pytest.mark.django_db

TEXT = "顧客ID,顧客名\na1,A\n"


@pytest.fixture
def client(operations: User) -> Client:
    return browser(operations)


def kept(of: Import) -> Path:
    return Path(settings.MEDIA_ROOT) / of.path


def listed(client: Client, **asked: str) -> list[list[str]]:
    """File and state of the imports that the list shows."""
    return [[row[0], row[2]] for row in visit(client, "/imports/", **asked).rows[1:]]


def test_the_list_is_narrowed_by_kind_and_state(client: Client, operations: User) -> None:
    bring_in(TEXT, by=operations)
    make_import(TEXT, by=operations, name="new.csv")
    make_import("社員ID,氏名\nm1,林\n", by=operations, name="members.csv")
    waits = "Not checked yet"
    assert listed(client, kind="accounts") == [["new.csv", waits], ["file.csv", "Brought in"]]
    assert listed(client, state="received") == [["members.csv", waits], ["new.csv", waits]]
    assert listed(client, kind="accounts", state="received") == [["new.csv", waits]]
    assert len(listed(client, kind="colours", state="lost")) == 3
    page = visit(client, "/imports/", kind="rates")
    assert "No import fits" in page.texts("h2")


def test_an_import_is_taken_back_from_the_list(client: Client, operations: User) -> None:
    of = bring_in(TEXT, by=operations)
    assert f"/imports/{of.pk}/take-back/" in visit(client, "/imports/").attributes("form", "action")
    client.post(f"/imports/{of.pk}/take-back/")
    jobs.work_off()
    [row] = visit(client, "/imports/").rows[1:]
    assert row[2:7] == ["Taken back", "–", "–", "–", "–"]
    assert Account.objects.count() == 0


def test_a_file_that_was_not_brought_in_is_discarded_with_its_upload(
    client: Client, operations: User, django_capture_on_commit_callbacks: object
) -> None:
    of = check(make_import(TEXT, by=operations), by=operations)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        page = Page(client.post(f"/imports/{of.pk}/discard/", follow=True))
    assert page.texts("div", **{"class": "flash"}) == ["file.csv was discarded."]
    assert (page.heading, Import.objects.count(), kept(of).exists()) == ("Imports", 0, False)
    assert Entry.objects.get(event="ingestion.file_discarded").details == {"file": "file.csv"}


def test_an_upload_that_another_import_uses_stays(
    operations: User, django_capture_on_commit_callbacks: object
) -> None:
    first, second = (make_import(TEXT, by=operations) for _number in range(2))
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        discard_file(first, by=operations, at=NOON)
    assert (first.path, kept(second).exists()) == (second.path, True)


@pytest.mark.parametrize("state", [ImportState.COMMITTED, ImportState.CHECKING])
def test_what_was_brought_in_or_is_under_way_is_not_discarded(
    client: Client, operations: User, state: ImportState
) -> None:
    of = bring_in(TEXT, by=operations)
    Import.objects.update(state=state)
    with pytest.raises(NotNow):
        discard_file(of, by=operations, at=NOON)
    page = Page(client.post(f"/imports/{of.pk}/discard/", follow=True))
    assert page.texts("div", **{"class": "flash"}) == [
        "Rows of this file have been brought in. Take it back instead."
    ]
    assert (Import.objects.get().state, Import.objects.get().fault) == (state, "")


def test_discarding_one_of_several_files_leads_back_to_them(
    client: Client, operations: User
) -> None:
    first, _second = (make_import(TEXT, by=operations) for _number in range(2))
    Import.objects.update(together="t")
    page = Page(client.post(f"/imports/{first.pk}/discard/", follow=True))
    assert page.heading == "1 file, read like this"


def test_old_uploads_that_nobody_needs_are_removed(operations: User) -> None:
    standing = bring_in("顧客ID,顧客名\ns1,S\n", by=operations)
    undone = take_back(bring_in(TEXT, by=operations), by=operations)
    lately = take_back(bring_in("顧客ID,顧客名\nl1,L\n", by=operations), by=operations)
    Import.objects.filter(pk=undone.pk).update(finished_at=now() - timedelta(days=31))
    Import.objects.filter(pk=lately.pk).update(finished_at=now() - timedelta(days=29))
    orphan = Path(settings.MEDIA_ROOT) / "left.part"
    orphan.write_bytes(b"x")
    fresh = Path(settings.MEDIA_ROOT) / "fresh.part"
    fresh.write_bytes(b"x")
    long_ago = (now() - timedelta(days=40)).timestamp()
    for path in (kept(standing), kept(undone), kept(lately), orphan):
        os.utime(path, (long_ago, long_ago))
    remove_old_uploads.run()
    there = [path.exists() for path in (kept(standing), kept(lately), fresh, kept(undone), orphan)]
    assert there == [True, True, True, False, False]


def test_who_may_not_operate_discards_nothing(operations: User, sakura: User) -> None:
    of = make_import(TEXT, by=operations)
    assert browser(sakura).post(f"/imports/{of.pk}/discard/").status_code == 403
    assert Import.objects.count() == 1
