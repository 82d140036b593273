"""What another process makes while this one works on what it made before.

Python runs one thread at a time: reading a long file and writing its rows share one core unless a
second process reads.
"""

from __future__ import annotations

import fcntl
import gc
from contextlib import suppress
from importlib import import_module
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any, TypeVar

import django

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

T = TypeVar("T")

_SPAWN = get_context("spawn")  # a forked one would inherit locks that nobody opens any more
_ITEM, _END, _FAULT = range(3)
_PIPE_BYTES = 1 << 20  # as much as Linux gives to anybody


class Lost(Exception):
    """The other process ended before it was done."""


def ahead(producer: str, *given: Any) -> Iterator[Any]:
    """The items of `producer`, named "module:function", called with what is given, in a process of
    its own that is at most one item ahead.

    What is given and what comes back is pickled; the other process has no use for the database.
    Raises what the producer raises, and `Lost`.
    """
    here, there = _SPAWN.Pipe(duplex=False)
    _widen(here)
    other = _SPAWN.Process(target=_produce, args=(there, producer, given), daemon=True)
    other.start()
    there.close()
    return _handed_on(here, other)


def uncollected(items: Iterable[T]) -> Iterator[T]:
    """The items, with a search for unreachable cycles after each instead of amid the work on it.

    Rows by the thousand form no cycles, yet set the collector off again and again. No item is held
    here while the next one is made.
    """
    gc.disable()
    try:
        for item in items:
            yield item
            del item
            gc.collect(1)
    finally:
        gc.enable()


def _widen(pipe: Connection) -> None:
    """Room for a whole item: the other process need not wait for this one to take it."""
    with suppress(OSError):
        fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, _PIPE_BYTES)


def _handed_on(here: Connection, other: SpawnProcess) -> Iterator[Any]:
    try:
        yield from _received(here)
    finally:
        here.close()
        other.kill()
        other.join()


def _received(here: Connection) -> Iterator[Any]:
    while True:
        try:
            what, item = here.recv()
        except EOFError as fault:
            raise Lost from fault
        if what == _END:
            return
        if what == _FAULT:
            raise item
        yield item
        del item  # the next one is as large


def _produce(there: Connection, producer: str, given: tuple[Any, ...]) -> None:
    """Send every item; whoever asked may be gone by then."""
    with suppress(BrokenPipeError):
        try:
            django.setup()
            module, _colon, name = producer.partition(":")
            for item in uncollected(getattr(import_module(module), name)(*given)):
                there.send((_ITEM, item))
        except BrokenPipeError:
            raise
        except Exception as fault:  # noqa: BLE001  whatever it is, it is raised where it was asked for
            there.send((_FAULT, fault))
        else:
            there.send((_END, None))
