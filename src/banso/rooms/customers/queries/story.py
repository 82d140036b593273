"""An account's story: the rows of many sources as one list, newest first.

Each source is asked for one page and no more, after the place where the last page ended; so the
number of queries is that of the sources, however long the story is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, TypeVar

from django.db.models import Model, Q, QuerySet
from django.utils.timezone import get_current_timezone, localtime

from banso.rooms.customers.models import Touchpoint
from banso.rooms.customers.points import (
    Before,
    Origin,
    StoryEntry,
    StorySource,
    StoryWanted,
    origin_finders,
    story_sources,
)
from banso.rooms.people.models import Member

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.utils.functional import _StrPromise

    from banso.rooms.customers.models import Account

M = TypeVar("M", bound=Model)
NO_PK, EVERY_PK = 0, 2**62
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class ToldEntry:
    """An entry and the source that tells it."""

    entry: StoryEntry
    source: StorySource


@dataclass(frozen=True, slots=True)
class StoryPage:
    """A page of a story, and the cursor that leads to the next ("" on the last page)."""

    entries: list[ToldEntry]
    after: str


def story(
    account: Account, wanted: StoryWanted, *, on: date, after: str = "", size: int = 20
) -> StoryPage:
    """What happened to an account up to the end of the day, newest first.

    The order is total: by moment, then source, then row. The caller has checked that the viewer may
    see the account.
    """
    newest = Before(_midnight(min(wanted.to_on or on, date.max - timedelta(2)) + timedelta(1)), 0)
    last = _place(after)
    found = [
        ToldEntry(entry, source)
        for source in story_sources
        if not wanted.kinds or source.kind in wanted.kinds
        for entry in source.entries(account, wanted, _before(source, last, newest), size + 1)
    ]
    found.sort(key=lambda told: (told.entry.at, -_rank(told.source), told.entry.pk), reverse=True)
    page = found[:size]
    return StoryPage(page, _cursor(page[-1]) if len(found) > size else "")


def _rank(source: StorySource) -> int:
    return story_sources.index(source)


def _before(source: StorySource, last: tuple[datetime, str, int] | None, newest: Before) -> Before:
    """The place after which a source goes on, when the last page ended with `last`."""
    if last is None:
        return newest
    at, key, pk = last
    if source.key == key:
        return Before(at, pk)
    return Before(at, NO_PK if source.key < key else EVERY_PK)


def _cursor(told: ToldEntry) -> str:
    ticks = (told.entry.at - EPOCH) // TICK
    return f"{ticks}.{told.source.key}.{told.entry.pk}"


def _place(after: str) -> tuple[datetime, str, int] | None:
    """The place a cursor names; what is no cursor starts from the top."""
    try:
        ticks, key, pk = after.split(".")
        return EPOCH + int(ticks) * TICK, key, int(pk) % EVERY_PK
    except (ValueError, OverflowError):
        return None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=get_current_timezone())


def at_midnight(day: date) -> datetime:
    """The moment at which something known by its day alone stands in a story: the day's start."""
    return _midnight(day)


def newest_moments(
    rows: QuerySet[M], column: str, wanted: StoryWanted, before: Before, n: int
) -> QuerySet[M]:
    """The newest `n` of the rows after the place, by a column of moments."""
    at = {f"{column}__lte": before.at}  # said apart, so that an index is entered at the place
    beyond = Q(**{f"{column}__lt": before.at}) | Q(pk__lt=before.pk)
    found = rows.filter(beyond, **at)
    if wanted.from_on:
        found = found.filter(**{f"{column}__gte": _midnight(wanted.from_on)})
    return found.order_by(f"-{column}", "-pk")[:n]


def newest_days(
    rows: QuerySet[M], column: str, wanted: StoryWanted, before: Before, n: int
) -> QuerySet[M]:
    """The newest `n` of the rows after the place, by a column of days."""
    place = localtime(before.at)
    pk = before.pk if place.time() == time.min else EVERY_PK
    beyond = Q(**{f"{column}__lt": place.date()}) | Q(pk__lt=pk)
    found = rows.filter(beyond, **{f"{column}__lte": place.date()})
    if wanted.from_on:
        found = found.filter(**{f"{column}__gte": wanted.from_on})
    return found.order_by(f"-{column}", "-pk")[:n]


def holding_words(rows: QuerySet[M], words: Sequence[str]) -> QuerySet[M]:
    """Those of the rows in whose `search_text` every word occurs."""
    for word in words:
        rows = rows.filter(search_text__contains=word)
    return rows


@dataclass(frozen=True, slots=True)
class StoryKind:
    """A filter of the story: its code and its word."""

    key: str
    label: _StrPromise


def story_kinds() -> list[StoryKind]:
    """The kinds of entries that sources tell, each once."""
    labels = {source.kind: source.label for source in reversed(story_sources)}
    order = {kind: place for place, kind in enumerate(("touch", "ticket", "answer", "contract"))}
    kinds = [StoryKind(kind, label) for kind, label in labels.items()]
    return sorted(kinds, key=lambda kind: (order.get(kind.key, len(order)), kind.key))


def storytellers(account: Account) -> list[Member]:
    """Our people who have been in touch with an account: whom its story can be narrowed to."""
    touching = Touchpoint.objects.filter(account=account, member__isnull=False)
    return list(Member.objects.filter(pk__in=touching.values("member")).order_by("kana", "pk"))


def source_of(key: str) -> StorySource | None:
    return next((source for source in story_sources if source.key == key), None)


def origin(row: Model) -> Origin | None:
    """What brought a row in, by the first room that knows."""
    found = (finder.origin(row) for finder in origin_finders)
    return next((each for each in found if each), None)
