"""Events for the tests alone, known only while a test runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from banso.rooms.journal.points import Event, declare, events, reactions


@contextmanager
def declared_event(code: str = "tests.done", sentence: str = "Saved.") -> Iterator[Event]:
    """An event that is declared inside the block; its reactions are forgotten with it."""
    event = declare(code, sentence)
    try:
        yield event
    finally:
        del events[code]
        reactions.pop(code, None)
