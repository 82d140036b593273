"""Tables for analysis: Parquet files named by the manifest, read by an in-memory DuckDB.

A DuckDB file can't be shared by processes, so each process has its own engine in memory and reads
the file that the manifest names. A new file replaces the old one by one row update; readers never
see half a file. `bound_to` lets another engine read the same files: see `kit.clusters`.

What is frozen is no snapshot: its file is called by its own digest, is never written again and
never cleaned away.
"""

from __future__ import annotations

import sys
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING
from uuid import uuid4

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings
from django.db import transaction

from banso.kit.models import Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from ibis.backends import BaseBackend

KEEP_FOR = timedelta(hours=1)


class NeverWritten(LookupError):
    """No snapshot of that name has been made yet, or its file is gone."""


class Altered(Exception):
    """A frozen file isn't what was frozen."""


@dataclass(slots=True)
class _Held:
    """An engine in one thread's hands, and the files its views read."""

    engine: BaseBackend
    views: dict[str, Path] = field(default_factory=dict)


_held: dict[int, _Held] = {}
_handing_over = threading.Lock()


def engine() -> BaseBackend:
    """This thread's in-memory engine, with bounded memory.

    Snapshots hold days, never moments, so no session time zone can move anything.
    """
    return _mine().engine


@contextmanager
def bound_to(other: BaseBackend) -> Iterator[None]:
    """Within the block, this thread reads by another engine, which must see the lake's folder."""
    me = threading.get_ident()
    with _handing_over:
        mine = _held.pop(me, None)
        _held[me] = _Held(other)
    try:
        yield
    finally:
        with _handing_over:
            del _held[me]
            if mine is not None:
                _held[me] = mine


def _mine() -> _Held:
    """What this thread holds. A thread that runs no Python now gives up its engine to a new one.

    Engines are kept for the life of the process and never by the thread itself: a web server's
    threads come and go, and an engine that is taken down by a dying thread takes the process along.
    """
    me = threading.get_ident()
    with _handing_over:
        if me not in _held:
            running = sys._current_frames()  # noqa: SLF001  the one way to see foreign threads
            idle = next((ident for ident in _held if ident not in running), None)
            _held[me] = _held.pop(idle) if idle is not None else _Held(_connected())
        return _held[me]


def _connected() -> BaseBackend:
    backend: BaseBackend = ibis.duckdb.connect(
        threads=2, memory_limit="2GB", temp_directory=str(_folder() / "tmp")
    )
    return backend


def mark_stale(name: str) -> None:
    """Rows behind the snapshot have changed; call it in the transaction that changes them."""
    marked = Snapshot.objects.filter(name=name).update(stale=True)
    if not marked:
        Snapshot.objects.bulk_create([Snapshot(name=name)], ignore_conflicts=True)


def hold(*names: str) -> None:
    """Take the snapshots' rows, in this order, before any table is read for them.

    Whoever changes rows has marked the snapshot in their own transaction: they go first and are
    read, or they wait and mark it stale again.
    """
    Snapshot.objects.bulk_create([Snapshot(name=name) for name in names], ignore_conflicts=True)
    for name in names:
        Snapshot.objects.filter(name=name).update(stale=False)


@transaction.atomic
def store(name: str, build: Callable[[], pa.Table], *, at: datetime) -> Snapshot:
    """Build the table, write it as the snapshot's new file and let the manifest point to it.

    The mark is cleared before the rows are read: a change that comes meanwhile waits for this
    transaction and marks the snapshot stale again.
    """
    Snapshot.objects.bulk_create([Snapshot(name=name)], ignore_conflicts=True)
    Snapshot.objects.filter(name=name).update(stale=False)
    table = build()
    folder = _folder() / name
    folder.mkdir(parents=True, exist_ok=True)
    final = folder / f"{uuid4().hex}.parquet"
    unfinished = final.with_suffix(".tmp")
    pq.write_table(table, unfinished, compression="zstd")
    unfinished.rename(final)
    path = str(final.relative_to(_folder()))
    before = Snapshot.objects.get(name=name).path
    Snapshot.objects.filter(name=name).update(path=path, rows=table.num_rows, made_at=at)
    transaction.on_commit(lambda: _forget_older(name, before, than=at - KEEP_FOR), robust=True)
    return Snapshot.objects.get(name=name)


def _forget_older(name: str, before: str, *, than: datetime) -> None:
    """Remove files that nobody reads any more, also those whose write rolled back.

    What the manifest names stays, and what it named before: a reader may have opened that a moment
    ago. Young files stay too: they may belong to a write that has not committed yet.
    """
    kept = {_folder() / before, _folder() / Snapshot.objects.get(name=name).path}
    for file in set((_folder() / name).iterdir()) - kept:
        with suppress(FileNotFoundError):  # another process was quicker
            if file.stat().st_mtime < than.timestamp():
                file.unlink()


def snapshot(name: str) -> Snapshot:
    """The manifest's row for a table that has been written and whose file is there. Raises
    NeverWritten.
    """
    found = Snapshot.objects.filter(name=name).exclude(path="").first()
    if found is None or not (_folder() / found.path).exists():
        raise NeverWritten(name)
    return found


def read(name: str) -> ibis.Table:
    """The snapshot as an Ibis table bound to this thread's engine. Raises NeverWritten."""
    path = _folder() / snapshot(name).path
    mine = _mine()
    if mine.views.get(name) != path:
        mine.engine.read_parquet(path, table_name=name)
        mine.views[name] = path
    return mine.engine.table(name)


def digest_of(table: pa.Table) -> str:
    """By what the table will be called once it is frozen: the SHA-256 of its file."""
    return sha256(_as_file(table)).hexdigest()


def freeze(folder: str, table: pa.Table) -> str:
    """Keep the table for good in a folder that no snapshot is called like; its digest."""
    content = _as_file(table)
    digest = sha256(content).hexdigest()
    final = _frozen(folder, digest)
    if not final.exists():
        final.parent.mkdir(parents=True, exist_ok=True)
        unfinished = final.with_suffix(f".{uuid4().hex}.tmp")
        unfinished.write_bytes(content)
        unfinished.chmod(0o444)
        unfinished.rename(final)
    return digest


def thawed(folder: str, digest: str) -> pa.Table:
    """The frozen table. Raises NeverWritten where its file is gone, and Altered."""
    try:
        content = _frozen(folder, digest).read_bytes()
    except FileNotFoundError:
        raise NeverWritten(digest) from None
    if sha256(content).hexdigest() != digest:
        raise Altered(digest)
    return pq.read_table(pa.BufferReader(content))


def _as_file(table: pa.Table) -> bytes:
    written = pa.BufferOutputStream()
    pq.write_table(table, written, compression="zstd")
    content: bytes = written.getvalue().to_pybytes()
    return content


def _frozen(folder: str, digest: str) -> Path:
    return _folder() / folder / f"{digest}.parquet"


def _folder() -> Path:
    folder: Path = settings.BANSO.home.absolute() / "lake"
    return folder
