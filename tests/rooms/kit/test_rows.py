"""Many rows written at once are locked in one order, so that two writers never wait in a ring."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Thread
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from banso.kit.rows import update_rows, writing_many
from banso.kit.upsert import Change, put, take_back
from banso.rooms.people.models import Member
from tests.factories.people import make_member

PATIENCE_SECONDS = 10
Write = Callable[[list[Member]], object]


def rewrite(members: list[Member]) -> object:
    return update_rows(Member, ["name"], [["new", member.pk] for member in members])


def put_some(members: list[Member]) -> object:
    """Rows of which every second changes another column."""
    columns = ("name", "kana")
    rows = [
        {"handle": each.handle, columns[n % 2]: f"new {each.handle}"}
        for n, each in enumerate(members)
    ]
    return put(Member, rows, key=["handle"])


def restore(members: list[Member]) -> object:
    changes = [each.change for each in put_some(members) if each.change]  # type: ignore[attr-defined]
    return take_back(changes)


WRITES = pytest.mark.parametrize("write", [rewrite, put_some, restore])


@contextmanager
def rows_written() -> Iterator[list[int]]:
    """The primary keys of the rows that are updated inside the block, in that order."""
    written: list[int] = []

    def note(execute: Any, sql: str, given: Any, many: bool, context: Any) -> Any:
        if sql.startswith("UPDATE"):
            written.extend(values[-1] for values in (given if many else [given]))
        return execute(sql, given, many, context)

    with connection.execute_wrapper(note):
        yield written


@WRITES
@pytest.mark.django_db
def test_rows_are_updated_in_the_order_of_their_keys(write: Write) -> None:
    members = [make_member() for _ in range(5)]
    mixed = [members[place] for place in (3, 0, 4, 2, 1)]
    with rows_written() as written:
        write(mixed)
    in_order = [member.pk for member in members]
    assert written in (in_order, in_order * 2)  # put, and then perhaps restored


def _waits_for_a_lock() -> bool:
    """Whether somebody waits for what this connection holds."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks "
            "WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
        )
        return bool(cursor.fetchone()[0])


@pytest.mark.skipif(
    "sqlite" in connection.settings_dict["ENGINE"], reason="SQLite has one writer at a time"
)
@WRITES
@pytest.mark.django_db(transaction=True)
def test_two_writers_of_the_same_rows_wait_for_each_other_and_never_in_a_ring(write: Write) -> None:
    first, second = make_member(), make_member()
    faults: list[OperationalError] = []

    def other_writer() -> None:
        try:
            with transaction.atomic():
                write([second, first])
        except OperationalError as fault:  # a deadlock
            faults.append(fault)
        finally:
            connection.close()

    other = Thread(target=other_writer)
    with transaction.atomic():
        Member.objects.filter(pk=first.pk).update(weekly_minutes=1)
        other.start()
        _wait_until(_waits_for_a_lock)
        Member.objects.filter(pk=second.pk).update(weekly_minutes=1)
    other.join()
    assert faults == []


@pytest.mark.skipif(
    "sqlite" in connection.settings_dict["ENGINE"], reason="SQLite has one writer at a time"
)
@pytest.mark.django_db(transaction=True)
def test_what_is_put_waits_for_a_change_by_hand_and_knows_what_it_takes_the_place_of() -> None:
    member = make_member()
    changes: list[Change | None] = []

    def importer() -> None:
        try:
            with transaction.atomic():
                given = {"handle": member.handle, "weekly_minutes": 3}
                changes.extend(each.change for each in put(Member, [given], key=["handle"]))
        finally:
            connection.close()

    other = Thread(target=importer)
    with transaction.atomic():
        Member.objects.filter(pk=member.pk).update(weekly_minutes=1)
        other.start()
        _wait_until(_waits_for_a_lock)
    other.join()
    [change] = changes
    assert change is not None
    assert (change.before, change.after) == ({"weekly_minutes": 1}, {"weekly_minutes": 3})


def _wait_until(holds: Callable[[], bool]) -> None:
    give_up = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < give_up
        time.sleep(0.02)


@pytest.mark.django_db
def test_a_long_run_has_room_on_sqlite_and_gives_it_back() -> None:
    before = _pragmas()
    with suppress(ZeroDivisionError), writing_many():
        assert _pragmas() == ([-160_000, 100_000] if connection.vendor == "sqlite" else [])
        raise ZeroDivisionError
    assert _pragmas() == before


def _pragmas() -> list[int]:
    if connection.vendor != "sqlite":
        return []
    with connection.cursor() as cursor:
        names = ("cache_size", "wal_autocheckpoint")
        return [cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in names]
