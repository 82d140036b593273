"""Files that other systems put into a folder are brought in by themselves."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.utils.timezone import localdate, now  # noqa: TID251  files are told by the real clock
from pytest_django import Settings

from banso.kit import jobs
from banso.rooms.customers.models import Account, Contact
from banso.rooms.identity.models import User
from banso.rooms.ingestion import jobs as work
from banso.rooms.ingestion.models import Import, ImportState
from banso.rooms.ingestion.sources.folder import FolderFile, settled_files
from tests.factories.ingestion import counts
from tests.factories.pages import browser, visit

pytestmark = pytest.mark.django_db

ACCOUNTS = "顧客ID,顧客名\na1,A\n"
CONTACTS = "担当者ID,顧客ID,氏名\nc1,a1,林\n"


@pytest.fixture
def inbox(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose files count as settled at once."""
    folder = tmp_path / "inbox"
    folder.mkdir()
    settings.BANSO = replace(settings.BANSO, inbox=str(folder))
    monkeypatch.setattr("banso.rooms.ingestion.sources.folder.SETTLED_SECONDS", 0)
    return folder


def look() -> None:
    """One turn of the job, and then the work that it asked for."""
    work.look_into_folder.run()
    jobs.work_off()


def lying(folder: Path) -> list[str]:
    """Files below the folder, with today's date written as such."""
    today = localdate().isoformat()
    found = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return [str(path.relative_to(folder)).replace(today, "TODAY") for path in found]


def test_files_are_brought_in_in_the_order_of_their_kinds_and_put_away(inbox: Path) -> None:
    (inbox / "a-contacts.csv").write_text(CONTACTS)
    (inbox / "b-accounts.csv").write_text(ACCOUNTS)
    look()
    assert (Account.objects.count(), Contact.objects.count()) == (1, 1)
    assert lying(inbox) == ["done/TODAY/a-contacts.csv", "done/TODAY/b-accounts.csv"]
    told = Import.objects.order_by("pk").values_list("by__is_system", "state")
    assert list(told) == [(True, "committed")] * 2


def test_a_file_that_cant_be_taken_is_put_away_with_its_reason(inbox: Path) -> None:
    (inbox / "colours.csv").write_text("colour,shape\nred,round\n")
    (inbox / "broken.csv").write_bytes(b"\x00\x01\x02" * 50)
    (inbox / "accounts.csv").write_text(ACCOUNTS)
    look()
    assert lying(inbox) == [
        "done/TODAY/accounts.csv",
        *("failed/broken.csv", "failed/broken.csv.txt"),
        *("failed/colours.csv", "failed/colours.csv.txt"),
    ]
    reason = (inbox / "failed" / "colours.csv.txt").read_text()
    assert reason.startswith("colours.csv: ")
    assert Import.objects.count() == 1


def test_a_zip_of_which_one_file_is_broken_is_not_taken_at_all(inbox: Path) -> None:
    with ZipFile(inbox / "all.zip", "w") as into:
        into.writestr("accounts.csv", ACCOUNTS)
        into.writestr("empty.csv", "")
    look()
    assert lying(inbox) == ["failed/all.zip", "failed/all.zip.txt"]
    assert Import.objects.count() == 0


def test_the_same_file_put_there_again_is_told_unchanged(inbox: Path) -> None:
    for _time in range(2):
        (inbox / "accounts.csv").write_text(ACCOUNTS)
        look()
    assert [counts(of) for of in Import.objects.order_by("pk")] == [
        {"created": 1},
        {"unchanged": 1},
    ]
    assert lying(inbox) == ["done/TODAY/accounts (2).csv", "done/TODAY/accounts.csv"]


def test_a_file_taken_before_a_crash_is_only_put_away(inbox: Path) -> None:
    (inbox / "accounts.csv").write_text(ACCOUNTS)
    in_the_way = inbox / "done"
    in_the_way.write_text("no folder")
    with pytest.raises(OSError, match="done"):
        work.look_into_folder.run()
    in_the_way.unlink()
    jobs.work_off()
    look()
    assert (Import.objects.count(), lying(inbox)) == (1, ["done/TODAY/accounts.csv"])


def test_files_wait_while_those_before_are_coming_in(inbox: Path) -> None:
    (inbox / "accounts.csv").write_text(ACCOUNTS)
    work.look_into_folder.run()
    (inbox / "contacts.csv").write_text(CONTACTS)
    work.look_into_folder.run()
    assert lying(inbox) == ["contacts.csv", "done/TODAY/accounts.csv"]
    jobs.work_off()
    look()
    assert list(Import.objects.values_list("state", flat=True)) == [ImportState.COMMITTED] * 2


def test_without_a_folder_nothing_is_done(inbox: Path, settings: Settings) -> None:
    inbox.rmdir()
    look()
    settings.BANSO = replace(settings.BANSO, inbox="")
    look()
    assert Import.objects.count() == 0


def test_only_complete_files_of_known_endings_are_taken(tmp_path: Path) -> None:
    for name in ("a.csv", "b.xlsx", ".c.csv", "~$d.xlsx", "e.part", "f.pdf", "g.ZIP"):
        (tmp_path / name).write_text("x")
    (tmp_path / "h.csv").mkdir()

    def names(seconds: int) -> list[str]:
        found: list[FolderFile] = settled_files(tmp_path, at=now() + timedelta(seconds=seconds))
        return [file.path.name for file in found]

    assert (names(29), names(31)) == ([], ["a.csv", "b.xlsx", "g.ZIP"])


def test_a_file_written_again_is_another_even_if_its_time_is_set_back(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("x")
    later = now() + timedelta(minutes=1)
    [first] = settled_files(tmp_path, at=later)
    stamp = path.stat().st_mtime
    path.write_text("y")
    os.utime(path, (stamp, stamp))
    [second] = settled_files(tmp_path, at=later)
    assert first.mark != second.mark


def test_the_list_says_what_came_from_the_folder(inbox: Path, operations: User) -> None:
    (inbox / "accounts.csv").write_text(ACCOUNTS)
    look()
    page = visit(browser(operations), "/imports/")
    assert page.rows[1][7].endswith("From the folder")
    assert page.texts("div", **{"class": "callout"}) == [
        f"Files put into {inbox} are brought in by themselves, a minute after they are complete."
    ]
    inbox.rename(inbox.with_name("gone"))
    [words] = visit(browser(operations), "/imports/").texts("div", **{"class": "callout"})
    assert words.startswith(f"The folder {inbox} can't be found")
