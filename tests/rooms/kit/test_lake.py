"""Tables written for the engine, and read again by whichever thread asks."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pyarrow as pa
import pytest
from django.db import connection, transaction

from banso.kit import lake
from banso.kit.models import Snapshot
from tests.factories.when import NOON


def store(*values: int) -> Snapshot:
    return lake.store("numbers", lambda: pa.table({"n": pa.array(values, pa.int64())}), at=NOON)


def read() -> list[int]:
    numbers: list[int] = lake.read("numbers").order_by("n").to_pyarrow().column("n").to_pylist()
    return numbers


def files(home: Path) -> list[str]:
    return sorted(path.suffix for path in (home / "lake" / "numbers").iterdir())


@pytest.mark.django_db
def test_what_was_stored_is_read(home: Path) -> None:
    kept = store(1, 2)
    assert (kept.rows, kept.stale, kept.made_at) == (2, False, NOON)
    assert [read(), read()] == [[1, 2], [1, 2]]
    assert files(home) == [".parquet"]


def age(path: Path, by: timedelta) -> None:
    """Let a file look as if it had been written that long before noon."""
    written = (NOON - by).timestamp()
    os.utime(path, (written, written))


def named(home: Path) -> Path:
    return home / "lake" / Snapshot.objects.get(name="numbers").path


@pytest.mark.django_db(transaction=True)
def test_a_new_file_replaces_the_old_and_the_last_two_and_young_ones_stay(home: Path) -> None:
    written = []
    for number in range(4):
        store(number)
        written.append(named(home))
        age(written[-1], timedelta(hours=5 - number))
        assert read() == [number]
    (home / "lake" / "numbers" / "left.tmp").touch()
    age(home / "lake" / "numbers" / "left.tmp", timedelta(minutes=61))
    young = home / "lake" / "numbers" / "young.parquet"
    young.touch()
    age(young, timedelta(minutes=59))
    store(4)
    assert set((home / "lake" / "numbers").iterdir()) == {written[3], young, named(home)}


@pytest.mark.django_db(transaction=True)
def test_a_write_that_rolls_back_leaves_the_file_that_is_read(home: Path) -> None:
    store(1)
    kept = named(home)
    age(kept, timedelta(days=1))
    with transaction.atomic():
        for number in (2, 3, 4):
            store(number)
        transaction.set_rollback(True)
    assert (named(home), kept.exists(), read()) == (kept, True, [1])
    for left in set(kept.parent.iterdir()) - {kept}:
        age(left, timedelta(days=1))
    store(5)
    assert set(kept.parent.iterdir()) == {kept, named(home)}


@pytest.mark.django_db
def test_a_file_that_is_missing_was_never_written(home: Path) -> None:
    store(1)
    assert read() == [1]
    named(home).unlink()
    for ask in (lake.snapshot, lake.read):
        with pytest.raises(lake.NeverWritten):
            ask("numbers")
    store(2)
    assert read() == [2]


@pytest.mark.django_db
def test_an_empty_table_is_an_answer() -> None:
    store()
    assert read() == []


@pytest.mark.django_db
def test_a_table_never_written_says_so() -> None:
    lake.mark_stale("numbers")
    with pytest.raises(lake.NeverWritten):
        lake.read("numbers")
    with pytest.raises(lake.NeverWritten):
        lake.snapshot("others")


@pytest.mark.django_db
def test_a_snapshot_is_stale_from_a_change_until_it_is_stored_anew() -> None:
    store(1)
    for _change in range(2):
        lake.mark_stale("numbers")
    assert lake.snapshot("numbers").stale is True
    assert store(2).stale is False


@pytest.mark.django_db
def test_a_change_while_the_table_is_read_leaves_it_stale() -> None:
    def build() -> pa.Table:
        lake.mark_stale("numbers")
        return pa.table({"n": [1]})

    assert lake.store("numbers", build, at=NOON + timedelta(hours=1)).stale is True


@pytest.mark.django_db(transaction=True)
def test_another_thread_reads_by_an_engine_of_its_own() -> None:
    store(1)
    seen: list[tuple[list[int], bool]] = []
    mine = lake.engine()

    def look() -> None:
        seen.append((read(), lake.engine() is mine))
        connection.close()

    other = Thread(target=look)
    other.start()
    other.join()
    assert seen == [([1], False)]


def test_an_engine_outlives_its_thread_and_serves_the_next(home: Path) -> None:
    seen: list[int] = []
    for _thread in range(3):
        asking = Thread(target=lambda: seen.append(id(lake.engine())))
        asking.start()
        asking.join()
    assert len(set(seen)) == 1
    assert set(seen) <= {id(held.engine) for held in lake._held.values()}


FROZEN = pa.table({"n": pa.array([3, 1], pa.int64())})


def test_a_frozen_table_is_called_by_its_digest_and_written_once(home: Path) -> None:
    digest = lake.freeze("kept", FROZEN)
    file = home / "lake" / "kept" / f"{digest}.parquet"
    written = file.stat().st_mtime_ns
    assert lake.freeze("kept", FROZEN) == digest == lake.digest_of(FROZEN)
    assert file.stat().st_mtime_ns == written
    assert [each.name for each in file.parent.iterdir()] == [file.name]
    assert lake.thawed("kept", digest).to_pydict() == {"n": [3, 1]}


def test_a_frozen_table_that_is_gone_or_altered_is_refused(home: Path) -> None:
    digest = lake.freeze("kept", FROZEN)
    file = home / "lake" / "kept" / f"{digest}.parquet"
    file.rename(file.with_suffix(".away"))
    with pytest.raises(lake.NeverWritten):
        lake.thawed("kept", digest)
    file.write_bytes(file.with_suffix(".away").read_bytes()[:-1])
    with pytest.raises(lake.Altered):
        lake.thawed("kept", digest)
