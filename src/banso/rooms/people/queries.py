from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from banso.engines.basis.japanese import folded
from banso.rooms.identity.models import AccessRole
from banso.rooms.people.access import visible_members
from banso.rooms.people.models import JobRole, Member, Team

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from banso.rooms.identity.models import User


def members(viewer: User) -> QuerySet[Member]:
    """Our people, by team and reading of the name."""
    return (
        visible_members(viewer).select_related("team", "user").order_by("team__path", "kana", "pk")
    )


def serving(found: QuerySet[Member], *, on: date) -> QuerySet[Member]:
    """Those of the members who are with us on the day."""
    joined = Q(joined_on__isnull=True) | Q(joined_on__lte=on)
    not_left = Q(left_on__isnull=True) | Q(left_on__gte=on)
    return found.filter(joined & not_left)


def called(found: QuerySet[Member], search: str) -> QuerySet[Member]:
    """Those of the members whose name, reading, handle or mail address holds the text."""
    match = Q()
    for column in ("name", "kana", "handle", "email"):
        match |= Q(**{f"{column}__icontains": search})
    return found.filter(match)


LIKELY_ACCESS = {
    JobRole.CS_HEAD: AccessRole.OPERATIONS,
    JobRole.CS_OPERATIONS: AccessRole.OPERATIONS,
    JobRole.CS_MANAGER: AccessRole.MANAGER,
    JobRole.EXECUTIVE: AccessRole.EXECUTIVE,
    JobRole.ACCOUNT_EXECUTIVE: AccessRole.ACCOUNT_EXECUTIVE,
    JobRole.ACCOUNT_MANAGER: AccessRole.ACCOUNT_EXECUTIVE,
    JobRole.PARTNER_SALES: AccessRole.ACCOUNT_EXECUTIVE,
}


def likely_access(member: Member) -> AccessRole:
    """The access role that usually goes with a job role; a proposal, changed by a person."""
    return LIKELY_ACCESS.get(JobRole(member.job_role), AccessRole.CSM)


def named(names: Iterable[str]) -> dict[str, Member]:
    """Members by what files call them, in lower case: the handle, the mail address, or the name if
    only one member has it.
    """
    by_word: dict[str, Member] = {}
    by_name: dict[str, list[Member]] = defaultdict(list)
    for member in Member.objects.all():
        by_name[folded(member.name)].append(member)
        by_word |= {word.lower(): member for word in (member.email, member.handle) if word}
    found: dict[str, Member] = {}
    for name in filter(None, names):
        namesakes = by_name.get(folded(name), [])
        only = namesakes[0] if len(namesakes) == 1 else None
        known = by_word.get(name.lower(), only)
        if known is not None:
            found[name.lower()] = known
    return found


def teams_named(names: Iterable[str]) -> dict[str, Team]:
    """Teams and pools by what files call them: the path from the top, or the name alone if only
    one has it.
    """
    by_path = {folded(team.path): team for team in Team.objects.all()}
    by_name: dict[str, list[Team]] = defaultdict(list)
    for team in by_path.values():
        by_name[folded(team.name)].append(team)
    found: dict[str, Team] = {}
    for name in names:
        namesakes = by_name.get(folded(name), [])
        only = namesakes[0] if len(namesakes) == 1 else None
        known = by_path.get(folded(name), only)
        if known is not None:
            found[name] = known
    return found
