"""Who may hold an account, why not, and what it costs beside moving."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from banso.engines.assignment.faults import Bar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from banso.engines.assignment.problem import Floats, Marks
    from banso.engines.assignment.rows import AccountRow, MemberRow
    from banso.engines.assignment.settings import Settings

Wish = str | frozenset[str]


def bars(account: AccountRow, member: MemberRow, settings: Settings) -> tuple[Bar, ...]:
    """Everything that stands between an account and a member; nothing: she may hold it.

    Limits are not looked at: they depend on what else she holds.
    """
    found = (Bar.KEPT_FROM,) if member.key in account.kept_from else ()
    if account.pinned_to:
        return found if account.pinned_to == member.key else (*found, Bar.PINNED_ELSEWHERE)
    if account.owner == member.key and settings.owner_may_keep:
        return found
    if not member.takes and account.owner != member.key:
        found = (*found, Bar.TAKES_NOTHING)
    return (*found, *bars_of_kind(account, member, settings))


def bars_of_kind(account: AccountRow, member: MemberRow, settings: Settings) -> tuple[Bar, ...]:
    """What stands between the kind of account it is and a member, whatever people said of it."""
    found = [bar for bar, asked in _asked(account, settings) if not _meets(bar, asked, member)]
    if sum(crossings(account, member)) > settings.may_cross:
        found.append(Bar.PLACE)
    return tuple(found)


def crossings(account: AccountRow, member: MemberRow) -> tuple[bool, bool]:
    """Whether the member is of another region, and of another segment."""
    return _other(account.region, member.regions), _other(account.segment, member.segments)


class Roster:
    """The members, each looked at once for each thing that an account may ask: kinds of accounts
    are many, and what they ask is few things over and over.
    """

    def __init__(self, members: Sequence[MemberRow], settings: Settings) -> None:
        self._members, self._settings = members, settings
        self.place = {each.key: at for at, each in enumerate(members)}
        self._known: dict[tuple[str, object], Marks] = {}

    def eligible(self, account: AccountRow) -> Marks:
        """Whom no bar of its kind keeps from an account."""
        region, segment = self._crossings(account)
        found = region.astype(np.int64) + segment <= self._settings.may_cross
        for bar, asked in _asked(account, self._settings):
            found &= self._marks(bar, asked, partial(_meets, bar, asked))
        return found

    def mismatch(self, account: AccountRow) -> Floats:
        """What it costs that a member is of another region or segment, by member."""
        region, segment = self._crossings(account)
        return self._settings.other_region * region + self._settings.other_segment * segment

    def _crossings(self, account: AccountRow) -> tuple[Marks, Marks]:
        region, segment = account.region, account.segment
        return (
            self._marks("region", region, lambda each: _other(region, each.regions)),
            self._marks("segment", segment, lambda each: _other(segment, each.segments)),
        )

    def _marks(self, what: str, asked: object, holds: Callable[[MemberRow], bool]) -> Marks:
        """Of which members it holds."""
        if (what, asked) not in self._known:
            self._known[what, asked] = np.array(list(map(holds, self._members)), np.bool_)
        return self._known[what, asked]


def _asked(account: AccountRow, settings: Settings) -> tuple[tuple[Bar, Wish], ...]:
    """What an account asks of a member, by the bar that it is else."""
    return (
        (Bar.TEAM, "" if settings.may_leave_team else account.team),
        (Bar.LANGUAGE, account.language),
        (Bar.SKILLS, account.needs),
    )


def _meets(bar: Bar, asked: Wish, member: MemberRow) -> bool:
    if isinstance(asked, frozenset):
        return asked <= member.skills
    return not asked or asked in (member.languages if bar is Bar.LANGUAGE else {member.team})


def _other(asked: str, served: frozenset[str]) -> bool:
    return bool(asked and served) and asked not in served
