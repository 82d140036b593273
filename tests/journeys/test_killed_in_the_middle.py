"""Worker and web process are killed in the middle of an import; nobody has to do anything."""

from __future__ import annotations

import os
import signal
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TypeVar

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visitor
from tests.journeys.served import Installation
from tests.journeys.walking import check_columns, expect_state, listed_accounts, set_up, upload

ROWS = 20_000
BATCH_ROWS = 5_000
FILE = "二万社.csv"
LEASE_SECONDS = 30  # so long a dead worker's job waits for another
T = TypeVar("T")


def customers() -> bytes:
    rows = (f"K{number:05},株式会社第{number},ダイ{number}" for number in range(1, ROWS + 1))
    return "\r\n".join(["顧客ID,顧客名,顧客名カナ", *rows]).encode("cp932")


def test_an_import_survives_the_death_of_its_worker_and_of_the_web_process(
    empty: Installation, visitor: Visitor
) -> None:
    page = visitor(empty)
    set_up(page)
    upload(page, FILE, customers())
    check_columns(page)
    page.get_by_role("main").get_by_role("button", name="取り込み", exact=True).click()
    expect_state(page, "取り込み中")
    address = page.url
    page.goto("about:blank")  # a page that asks for news would complain
    kill_the_worker_while_it_commits(empty)
    whole_batches_alone_are_there(empty)
    kill_the_web_process(empty)
    page.goto(address)
    expect_state(page, "取り込み済み", timeout=(LEASE_SECONDS + 60) * 1_000)
    every_account_is_there_once(page, empty)


def kill_the_worker_while_it_commits(installation: Installation) -> None:
    worker = wait_for(lambda: child(installation, "worker"))
    wait_for(lambda: BATCH_ROWS <= done_rows(installation) <= ROWS // 2)
    os.kill(worker, signal.SIGKILL)
    wait_for(lambda: child(installation, "worker") not in {None, worker})


def whole_batches_alone_are_there(installation: Installation) -> None:
    """Seen while the killed worker's lease runs and nobody goes on."""
    accounts = asked(installation, "SELECT count(*) FROM customers_account")
    assert 0 < accounts < ROWS
    assert accounts % BATCH_ROWS == 0
    assert accounts == done_rows(installation)
    assert accounts == BATCH_ROWS * asked(installation, "SELECT count(*) FROM ingestion_batch")


def kill_the_web_process(installation: Installation) -> None:
    web = wait_for(lambda: child(installation, "granian"))
    its_own = children(web)
    os.kill(web, signal.SIGKILL)
    wait_for(lambda: child(installation, "granian") not in {None, web} and installation.is_well())
    wait_for(lambda: not any(lives(process) for process in its_own))  # or it answers for ever


def every_account_is_there_once(page: Page, installation: Installation) -> None:
    rows = listed_accounts(page)
    expect(page.get_by_role("main").get_by_role("heading", level=2)).to_contain_text("10,000+")
    assert len(rows) == ROWS
    assert {row["顧客ID"] for row in rows} == {f"K{number:05}" for number in range(1, ROWS + 1)}
    committed = "SELECT count(*) FROM journal_entry WHERE event = 'ingestion.import_committed'"
    assert asked(installation, committed) == 1
    assert asked(installation, "SELECT count(*) FROM ingestion_batch") == ROWS // BATCH_ROWS


def done_rows(installation: Installation) -> int:
    return asked(installation, "SELECT done_rows FROM ingestion_import WHERE state = 'committing'")


def asked(installation: Installation, question: str) -> int:
    """One number from the database, which another process is writing; 0 where there is none."""
    with closing(sqlite3.connect(f"file:{installation.database}?mode=ro", uri=True)) as database:
        answer = database.execute(question).fetchone()
    return int(answer[0]) if answer else 0


def wait_for(found: Callable[[], T], *, seconds: float = 30) -> T:
    """What `found` finds, as soon as it finds something."""
    give_up = time.monotonic() + seconds
    while not (value := found()):
        if time.monotonic() > give_up:
            pytest.fail(f"It did not come about in {seconds} seconds.")
        time.sleep(0.01)
    return value


def child(installation: Installation, word: str) -> int | None:
    """The process under the supervisor whose command line has this word."""
    for process in children(installation.pid):
        if word in command_line(process).split("\0"):
            return process
    return None


def children(parent: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, above = stat.read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue  # it ended while we looked
        if int(above) == parent and state != "Z":
            found.append(int(stat.parent.name))
    return found


def command_line(process: int) -> str:
    try:
        return Path(f"/proc/{process}/cmdline").read_text()
    except OSError:
        return ""


def lives(process: int) -> bool:
    return command_line(process) != ""
