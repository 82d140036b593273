"""What happens to members, and what other rooms tell of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from django.utils.translation import gettext_noop

from banso.rooms.journal.points import declare
from banso.rooms.people.models import AbsenceKind

if TYPE_CHECKING:
    from datetime import date

    from banso.rooms.identity.models import User
    from banso.rooms.people.models import Member

MEMBERS_PUT = declare(
    "people.members_put",
    gettext_noop("Imported members: %(created)s new, %(updated)s changed"),
    icon="users",
)
MEMBERS_TAKEN_BACK = declare(
    "people.members_taken_back",
    gettext_noop("Took back imported members: %(removed)s removed, %(restored)s restored"),
    icon="undo-2",
)
POOLS_SETTLED = declare(
    "people.pools_settled",
    gettext_noop("Settled who works in which pool: %(joined)s joined, %(left)s left"),
    icon="users",
)
POOLS_RESTORED = declare(
    "people.pools_restored",
    gettext_noop("Pools are as before: %(removed)s memberships removed, %(restored)s restored"),
    icon="undo-2",
)
MEMBER_GIVEN_ACCESS = declare(
    "people.member_given_access",
    gettext_noop("%(name)s can now sign in with %(email)s"),
    icon="key-round",
)
SKILL_NOTED = declare(
    "people.skill_noted",
    gettext_noop("Noted what %(name)s can do: %(skill)s, level %(level)s"),
    icon="graduation-cap",
)
SKILL_DROPPED = declare(
    "people.skill_dropped",
    gettext_noop("Dropped what was noted of %(name)s: %(skill)s"),
    icon="trash-2",
)
SKILLS_PUT = declare(
    "people.skills_put",
    gettext_noop("Imported skills: %(created)s new, %(updated)s changed"),
    icon="graduation-cap",
)
SKILLS_TAKEN_BACK = declare(
    "people.skills_taken_back",
    gettext_noop("Took back imported skills: %(removed)s removed, %(restored)s restored"),
    icon="undo-2",
)
ABSENCE_ADDED = declare(
    "people.absence_added",
    gettext_noop("%(name)s is away from %(from_on)s: %(kind)s"),
    icon="calendar-days",
    words={"kind": dict(AbsenceKind.choices)},
)
ABSENCE_ENDED = declare(
    "people.absence_ended",
    gettext_noop("%(name)s is back from %(to_on)s"),
    icon="calendar-days",
)
ABSENCE_REMOVED = declare(
    "people.absence_removed",
    gettext_noop("%(name)s is not away from %(from_on)s after all"),
    icon="undo-2",
)


@dataclass(frozen=True, slots=True)
class Carried:
    """What a member holds by herself: accounts, and their ARR in the reporting currency."""

    accounts: int
    arr_minor: int


class LoadSource(Protocol):
    """Tells how much members hold; the room that knows customers does."""

    def carried(self, members: Collection[int], *, viewer: User, on: date) -> Mapping[int, Carried]:
        """Member id to what of it the viewer may see; who holds nothing may be left out."""
        ...


class MemberPanel(Protocol):
    """A part of a member's page, contributed by a room. Lower `position` stands first. A panel that
    is not `open_to_all` is shown to those alone who may read the member's skills.
    """

    key: str
    position: int
    template: str
    open_to_all: bool

    def context(self, member: Member, *, viewer: User, on: date) -> dict[str, Any]:
        """What the template prints; the viewer's right to see the panel has been checked."""
        ...


load_sources: list[LoadSource] = []
member_panels: list[MemberPanel] = []


def tell_load(source: LoadSource) -> None:
    load_sources.append(source)


def add_member_panel(panel: MemberPanel) -> None:
    member_panels.append(panel)
    member_panels.sort(key=lambda each: (each.position, each.key))
