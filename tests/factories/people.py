"""Our people and their teams as rows."""

from __future__ import annotations

from itertools import count
from typing import Any

from banso.rooms.identity.models import User
from banso.rooms.people.models import Absence, AbsenceKind, JobRole, Member, Skill, Team
from tests.factories.when import NOON, TODAY

_numbers = count(1)


def make_team(path: str = "カスタマーサクセス", **given: Any) -> Team:
    """A team at its path, with the teams above it; a team that is there already is that team."""
    above, _, name = path.rpartition(" / ")
    values: dict[str, Any] = {"name": name, "parent": make_team(above) if above else None}
    team, _created = Team.objects.get_or_create(path=path, defaults=values | given)
    return team


def make_member(**given: Any) -> Member:
    """A CSM in no team and without a sign-in."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "handle": f"member{number}",
        "name": f"社員{number}",
        "kana": f"しゃいん{number:04}",
        "job_role": JobRole.CSM,
    }
    return Member.objects.create(**values | given)


def make_skill(member: Member, *, by: User, **given: Any) -> Skill:
    """Consulting at level 2, seen by somebody."""
    values: dict[str, Any] = {"skill": "consulting", "level": 2, "evidence": "商談に同席"}
    return Skill.objects.create(member=member, noted_by=by, noted_at=NOON, **values | given)


def make_absence(member: Member, **given: Any) -> Absence:
    """A vacation from today without an end."""
    values: dict[str, Any] = {"from_on": TODAY, "kind": AbsenceKind.VACATION}
    return Absence.objects.create(member=member, **values | given)
