"""What other rooms plug in here: facts of accounts, panels on the account's page, and sources of
its story.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from django.utils.translation import gettext_noop

from banso.rooms.journal.points import declare

if TYPE_CHECKING:
    from datetime import date, datetime

    from django.db.models import Model
    from django.utils.functional import _StrPromise

    from banso.rooms.customers.models import Account, FactType, Mood, Promise
    from banso.rooms.identity.models import User

ACCOUNTS_PUT = declare(
    "customers.accounts_put",
    gettext_noop("Imported accounts: %(created)s new, %(updated)s changed"),
    icon="building-2",
    story=gettext_noop("The account was added or changed by an import"),
)
ACCOUNTS_TAKEN_BACK = declare(
    "customers.accounts_taken_back",
    gettext_noop("Took back imported accounts: %(removed)s removed, %(restored)s restored"),
    icon="undo-2",
    story=gettext_noop("Changes that an import had made were taken back"),
)
DUTY_HANDED = declare(
    "customers.duty_handed",
    gettext_noop("Imported holders: duties of %(number)s accounts changed hands"),
    icon="users",
    story=gettext_noop("The holder of a duty was changed by an import"),
)
CONTACTS_PUT = declare(
    "customers.contacts_put",
    gettext_noop("Imported contacts: %(created)s new, %(updated)s changed"),
    icon="users",
    story=gettext_noop("Contacts were added or changed by an import"),
)
CONTACTS_TAKEN_BACK = declare(
    "customers.contacts_taken_back",
    gettext_noop("Took back imported contacts: %(removed)s removed, %(restored)s restored"),
    icon="undo-2",
    story=gettext_noop("Contacts that an import had brought were taken back"),
)
KANA_CORRECTED = declare(
    "customers.kana_corrected",
    gettext_noop("Corrected the reading of %(name)s to %(kana)s"),
    icon="check",
)
FACT_DEFINED = declare(
    "customers.fact_defined", gettext_noop("Defined the attribute “%(label)s”"), icon="database"
)
FACT_FORGOTTEN = declare(
    "customers.fact_forgotten",
    gettext_noop("Dropped the attribute “%(label)s”, which no account had"),
    icon="undo-2",
)
TOUCHPOINTS_PUT = declare(
    "customers.touchpoints_put",
    gettext_noop("Imported touchpoints: %(created)s new, %(updated)s changed"),
    icon="upload",
)
TOUCHPOINTS_TAKEN_BACK = declare(
    "customers.touchpoints_taken_back",
    gettext_noop("Took back imported touchpoints: %(removed)s removed, %(restored)s restored"),
    icon="undo-2",
)
TICKETS_PUT = declare(
    "customers.tickets_put",
    gettext_noop("Imported tickets: %(created)s new, %(updated)s changed"),
    icon="upload",
)
TICKETS_TAKEN_BACK = declare(
    "customers.tickets_taken_back",
    gettext_noop("Took back imported tickets: %(removed)s removed, %(restored)s restored"),
    icon="undo-2",
)
ANSWERS_PUT = declare(
    "customers.answers_put",
    gettext_noop("Imported survey answers: %(created)s new, %(updated)s changed"),
    icon="upload",
)
ANSWERS_TAKEN_BACK = declare(
    "customers.answers_taken_back",
    gettext_noop("Took back imported survey answers: %(removed)s removed, %(restored)s restored"),
    icon="undo-2",
)
PARTIES_PUT = declare(
    "customers.parties_put",
    gettext_noop("Imported parties: %(created)s new, %(updated)s changed"),
    icon="upload",
)
PARTIES_TAKEN_BACK = declare(
    "customers.parties_taken_back",
    gettext_noop("Took back imported parties: %(removed)s removed, %(restored)s restored"),
    icon="undo-2",
)
MINUTES_PUT = declare(
    "customers.minutes_put",
    gettext_noop("Imported standard minutes: %(created)s new, %(updated)s changed"),
    icon="upload",
)
MINUTES_TAKEN_BACK = declare(
    "customers.minutes_taken_back",
    gettext_noop("Took back imported standard minutes: %(removed)s removed, %(restored)s restored"),
    icon="undo-2",
)
TOUCH_LOGGED = declare(
    "customers.touch_logged",
    gettext_noop("Logged a touchpoint: %(subject)s"),
    icon="check",
)
TOUCH_CHANGED = declare(
    "customers.touch_changed",
    gettext_noop("Changed a touchpoint: %(subject)s"),
    icon="check",
)
TOUCH_REMOVED = declare(
    "customers.touch_removed",
    gettext_noop("Removed a touchpoint: %(subject)s"),
    icon="undo-2",
)
PROMISE_KEPT = declare(
    "customers.promise_kept",
    gettext_noop("Kept a promise: %(text)s"),
    icon="check",
)
PROMISE_DROPPED = declare(
    "customers.promise_dropped",
    gettext_noop("Dropped a promise: %(text)s"),
    icon="x",
)
PROMISE_REOPENED = declare(
    "customers.promise_reopened",
    gettext_noop("Opened a promise again: %(text)s"),
    icon="undo-2",
)
CONTACT_TRANSFERRED = declare(
    "customers.contact_transferred",
    gettext_noop("%(name)s was transferred; %(successor)s follows"),
    icon="users",
)
CONTACT_LEFT = declare(
    "customers.contact_left",
    gettext_noop("%(name)s was transferred; nobody follows yet"),
    icon="users",
)
CONTACT_ADDED = declare(
    "customers.contact_added",
    gettext_noop("Added the contact %(name)s"),
    icon="users",
)
CONTACT_CHANGED = declare(
    "customers.contact_changed",
    gettext_noop("Changed the contact %(name)s"),
    icon="users",
)
CLOSENESS_NOTED = declare(
    "customers.closeness_noted",
    gettext_noop("Noted how well %(member)s knows %(contact)s"),
    icon="users",
)
VIEW_SAVED = declare(
    "customers.view_saved",
    gettext_noop("Saved the view “%(name)s”"),
    icon="check",
)
VIEW_DELETED = declare(
    "customers.view_deleted",
    gettext_noop("Deleted the view “%(name)s”"),
    icon="x",
)
ACCOUNTS_EDITED = declare(
    "customers.accounts_edited",
    gettext_noop("Set “%(label)s” of %(number)s accounts to “%(value)s”"),
    icon="check",
    story=gettext_noop("“%(label)s” was set to “%(value)s”"),
)
EDIT_UNDONE = declare(
    "customers.edit_undone",
    gettext_noop("Undid the change of “%(label)s”: %(restored)s accounts, %(kept)s stayed"),
    icon="undo-2",
    story=gettext_noop("The change of “%(label)s” was undone"),
)
ACCOUNTS_MERGED = declare(
    "customers.accounts_merged",
    gettext_noop("%(former)s was merged into %(account)s"),
    icon="users",
)
MERGE_UNDONE = declare(
    "customers.merge_undone",
    gettext_noop("%(former)s was separated from %(account)s again"),
    icon="undo-2",
)
KEPT_APART = declare(
    "customers.kept_apart",
    gettext_noop("%(first)s and %(second)s are two customers"),
    icon="check",
)
PROPOSED_AGAIN = declare(
    "customers.proposed_again",
    gettext_noop("%(first)s and %(second)s may be one customer after all"),
    icon="undo-2",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FactSpec:
    """A fact a room contributes: its key, its labels in both languages and its type."""

    key: str
    label_ja: str
    label_en: str
    type: FactType


class FactSource(Protocol):
    """A room's contribution to the vocabulary of facts."""

    source: str
    facts: Sequence[FactSpec]

    def values(self, *, on: date) -> Iterable[tuple[int, Mapping[str, Any]]]:
        """Account id and its values by fact key, as of the day; accounts left out have none."""
        ...


class AccountPanel(Protocol):
    """A part of the account's page, contributed by a room.

    `place` is one of "who", "next", "below"; lower `position` stands first.
    """

    key: str
    place: str
    position: int
    template: str

    def context(self, account: Account, *, viewer: User, on: date) -> dict[str, Any]:
        """What the template prints; the viewer's right to see the account has been checked."""
        ...


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
    mood: Mood | None = None
    proactive: bool | None = None
    from_on: date | None = None
    to_on: date | None = None

    @property
    def touches_only(self) -> bool:
        """Whether it asks for what only a touchpoint can have."""
        return self.mood is not None or self.proactive is not None


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


fact_sources: list[FactSource] = []
account_panels: list[AccountPanel] = []
story_sources: list[StorySource] = []
origin_finders: list[OriginFinder] = []


def contribute_facts(source: FactSource) -> None:
    fact_sources.append(source)


def add_panel(panel: AccountPanel) -> None:
    account_panels.append(panel)
    account_panels.sort(key=lambda each: (each.place, each.position, each.key))


def tell_story(source: StorySource) -> None:
    story_sources.append(source)
    story_sources.sort(key=lambda each: each.key)


def find_origins(finder: OriginFinder) -> None:
    origin_finders.append(finder)
