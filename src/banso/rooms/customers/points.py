"""What other rooms plug in here: facts of accounts, and panels on the account's page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from django.utils.translation import gettext_noop

from banso.rooms.journal.points import declare

if TYPE_CHECKING:
    from datetime import date

    from banso.rooms.customers.models import Account, FactType
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

    `place` is one of "who", "story", "below"; lower `position` stands first.
    """

    key: str
    place: str
    position: int
    template: str

    def context(self, account: Account, *, viewer: User, on: date) -> dict[str, Any]:
        """What the template prints; the viewer's right to see the account has been checked."""
        ...


fact_sources: list[FactSource] = []
account_panels: list[AccountPanel] = []


def contribute_facts(source: FactSource) -> None:
    fact_sources.append(source)


def add_panel(panel: AccountPanel) -> None:
    account_panels.append(panel)
    account_panels.sort(key=lambda each: (each.place, each.position, each.key))
