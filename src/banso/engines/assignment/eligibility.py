"""Who may hold an account, why not, and what it costs beside moving."""

from __future__ import annotations

from typing import TYPE_CHECKING

from banso.engines.assignment.faults import Bar

if TYPE_CHECKING:
    from banso.engines.assignment.rows import AccountRow, MemberRow
    from banso.engines.assignment.settings import Settings


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
    found = []
    if account.team and account.team != member.team and not settings.may_leave_team:
        found.append(Bar.TEAM)
    if account.language and account.language not in member.languages:
        found.append(Bar.LANGUAGE)
    if not account.needs <= member.skills:
        found.append(Bar.SKILLS)
    if sum(crossings(account, member)) > settings.may_cross:
        found.append(Bar.PLACE)
    return tuple(found)


def crossings(account: AccountRow, member: MemberRow) -> tuple[bool, bool]:
    """Whether the member is of another region, and of another segment."""
    return _other(account.region, member.regions), _other(account.segment, member.segments)


def mismatch(account: AccountRow, member: MemberRow, settings: Settings) -> float:
    """What it costs that the member is of another region or segment."""
    region, segment = crossings(account, member)
    return settings.other_region * region + settings.other_segment * segment


def _other(asked: str, served: frozenset[str]) -> bool:
    return bool(asked and served) and asked not in served
