"""Our people and their teams as rows."""

from __future__ import annotations

from itertools import count
from typing import Any

from banso.rooms.people.models import JobRole, Member, Team

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
