"""Sources of an account's story, and what brought their rows in."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import date, datetime

    from django.db.models import Model
    from django.utils.functional import _StrPromise

    from banso.rooms.customers.models import Account, Mood, Promise


@dataclass(frozen=True, slots=True)
class Before:
    """A place in a story. What stands after it in a source's rows has a lesser (at, pk)."""

    at: datetime
    pk: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryWanted:
    """Which entries of a story are asked for; an empty field asks for all. `words` are folded, and
    each must occur.
    """

    kinds: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()
    member: int | None = None
    contact: int | None = None
    mood: Mood | None = None
    proactive: bool | None = None
    from_on: date | None = None
    to_on: date | None = None

    @property
    def touches_only(self) -> bool:
        """Whether it asks for what only a touchpoint can have."""
        asked = (self.contact, self.mood, self.proactive)
        return any(each is not None for each in asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryEntry:
    """A row as an account's story tells it. `by_day` says that the row knows no time of day."""

    pk: int
    at: datetime
    icon: str
    title: str
    by_day: bool = False
    called: str = ""
    text: str = ""
    ours: str = ""
    theirs: str = ""
    notes: tuple[str, ...] = ()
    mood: Mood | None = None
    proactive: bool | None = None
    promise: Promise | None = None


@dataclass(frozen=True, slots=True)
class StoryRow:
    """An entry of a story with the row that it is told from."""

    entry: StoryEntry
    row: Model


class StorySource(Protocol):
    """Rows that an account's story is told from, contributed by a room.

    `kind` is the filter it is chosen by, `label` that filter's word; several sources may share
    them. `template` prints a row in full, and `told` names the journal's events that the rows tell
    already.
    """

    key: str
    kind: str
    label: _StrPromise
    template: str
    told: Collection[str]

    def entries(
        self, account: Account, wanted: StoryWanted, before: Before, n: int
    ) -> Sequence[StoryEntry]:
        """At most `n` entries of the account after that place, the newest first."""
        ...

    def row(self, account: Account, pk: int) -> StoryRow | None:
        """One row of the account, to be shown in full."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What brought a row in: its name and address, and who did it when."""

    name: str
    href: str
    by: str
    at: datetime


class OriginFinder(Protocol):
    """A room's knowledge of where rows came from."""

    def origin(self, row: Model) -> Origin | None:
        """What brought the row in, if this room did."""
        ...


story_sources: list[StorySource] = []
origin_finders: list[OriginFinder] = []


def tell_story(source: StorySource) -> None:
    story_sources.append(source)
    story_sources.sort(key=lambda each: each.key)


def find_origins(finder: OriginFinder) -> None:
    origin_finders.append(finder)
