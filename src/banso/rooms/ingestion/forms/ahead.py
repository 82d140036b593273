"""The rows of a long file read by a process of their own, while the worker writes."""

from __future__ import annotations

from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings

from banso.kit.ahead import ahead
from banso.rooms.ingestion.points import kinds
from banso.rooms.ingestion.queries.mapping import Mapping
from banso.rooms.ingestion.queries.reading import plan
from banso.rooms.ingestion.queries.surveying import counted, in_batches, keyed_rows
from banso.rooms.ingestion.sources import open_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from banso.rooms.ingestion.models import Import
    from banso.rooms.ingestion.points import Row
    from banso.rooms.ingestion.queries.surveying import Key


def read_elsewhere(of: Import, *, at_once: int) -> Callable[[], Iterator[tuple[Key, Row]]]:
    """How another process reads the import's file: each row with its key, as `keyed_rows` does.

    It hands over so many rows `at_once`: as many as are written together, else the writer waits
    for the rest of them.
    """
    given = (
        str(Path(settings.MEDIA_ROOT) / of.path),
        of.kind,
        of.mapping,
        settings.BANSO.currency,
        at_once,
    )

    def start() -> Iterator[list[tuple[Key, Row]]]:
        return ahead(f"{__name__}:{keyed_batches.__name__}", *given)

    begun = [start()]  # it opens the file while this process surveys it
    return lambda: chain.from_iterable(begun.pop() if begun else start())


def keyed_batches(
    path: str, kind: str, stated: dict[str, Any], currency: str, size: int
) -> Iterator[list[tuple[Key, Row]]]:
    """What the other process does. It asks the database nothing."""
    table, mapping = open_table(Path(path)), Mapping.from_json(stated)
    by = plan(kinds[kind], mapping, table.header, currency=currency)
    return in_batches(keyed_rows(counted(table, mapping), by), size)
