from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from banso.engines.basis.japanese import folded
from banso.engines.operating.document import SKILLS
from banso.rooms.identity.models import AccessRole
from banso.rooms.people.access import visible_members
from banso.rooms.people.models import Absence, JobRole, Member, PoolMembership, Skill, Team
from banso.rooms.people.points import Carried, load_sources

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
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


def away(*, on: date) -> QuerySet[Absence]:
    """Who is away on the day."""
    return Absence.objects.filter(Q(to_on__isnull=True) | Q(to_on__gt=on), from_on__lte=on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which members a list asks for; an empty field asks for all. `everyone` means also those who
    aren't with us on the day.
    """

    search: str = ""
    team: int | None = None
    job: str = ""
    everyone: bool = False


@dataclass(frozen=True, slots=True)
class ListedMember:
    """A member as a row of the list. `load` is what of it the viewer may see; `leaves` says that
    the last day is still to come.
    """

    member: Member
    is_away: bool
    leaves: bool
    load: Carried


SORTS: Final[Mapping[str, Callable[[ListedMember], Any]]] = {
    "name": lambda each: each.member.kana or each.member.name,
    "team": lambda each: (
        each.member.team is None,
        str(each.member.team and each.member.team.path),
    ),
    "job": lambda each: list(JobRole.values).index(each.member.job_role),
    "accounts": lambda each: each.load.accounts,
    "arr": lambda each: each.load.arr_minor,
}
NOTHING: Final = Carried(0, 0)


def listed(viewer: User, wanted: Wanted, *, sort: str, on: date) -> list[ListedMember]:
    """The members who fit, in the order asked for: a key of SORTS, with a minus from the top."""
    found = members(viewer)
    if not wanted.everyone:
        found = serving(found, on=on)
    if wanted.search:
        found = called(found, wanted.search)
    if wanted.team is not None:
        of = Team.objects.filter(pk=wanted.team).first()
        inside = Q(team__path__startswith=f"{of.path} / ") if of else Q()
        found = found.filter(Q(team=wanted.team) | inside)
    if wanted.job:
        found = found.filter(job_role=wanted.job)
    gone = away(on=on).filter(member=OuterRef("pk"))
    those = list(found.annotate(is_away=Exists(gone)))
    loads = carried([each.pk for each in those], viewer=viewer, on=on)
    rows = [
        ListedMember(
            each,
            each.is_away,
            each.left_on is not None and each.left_on >= on,
            loads.get(each.pk, NOTHING),
        )
        for each in those
    ]
    key = SORTS[sort.removeprefix("-")]
    return sorted(rows, key=key, reverse=sort.startswith("-"))


def carried(those: Collection[int], *, viewer: User, on: date) -> dict[int, Carried]:
    """What these members hold, as the rooms that know it tell."""
    told: dict[int, Carried] = {}
    for source in load_sources:
        told |= source.carried(those, viewer=viewer, on=on)
    return told


def teams() -> QuerySet[Team]:
    """The teams and pools that people made, above and beside which models put theirs."""
    return Team.objects.filter(key="")


def skills_of(member: Member) -> QuerySet[Skill]:
    return Skill.objects.filter(member=member).select_related("noted_by").order_by("skill")


def skill_said(member: Member, skill: str) -> dict[str, Any]:
    """What was noted last of a skill, to be written anew; level 0 where nothing was."""
    noted = Skill.objects.filter(member=member, skill=skill).first()
    level, evidence = (noted.level, noted.evidence) if noted else (0, "")
    return {"skill": skill, "level": level, "evidence": evidence}


def levels() -> dict[int, dict[str, int]]:
    """Of each member of whom anything was noted, the level by skill."""
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for member, skill, level in Skill.objects.values_list("member", "skill", "level"):
        found[member][skill] = level
    return found


def skills_by_member() -> dict[int, frozenset[str]]:
    """Of each member what she can do at all: the skills noted of her above level 0."""
    return {
        member: frozenset(skill for skill, level in skills.items() if level)
        for member, skills in levels().items()
    }


def known_skills() -> list[str]:
    """The skills that can be meant: the usual ones, and those noted of anybody."""
    noted = set(Skill.objects.values_list("skill", flat=True))
    return [*SKILLS, *sorted(noted.difference(SKILLS))]


def absences_of(member: Member) -> QuerySet[Absence]:
    """When the member was, is or will be away, the latest first."""
    return Absence.objects.filter(member=member).order_by("-from_on")


def pools_over_time(member: Member) -> QuerySet[PoolMembership]:
    """In which pools the member works and worked, the latest first."""
    found = PoolMembership.objects.filter(member=member).select_related("pool")
    return found.order_by("-from_on", "-pk")


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
