"""Colleagues know each other; managers see their teams."""

from __future__ import annotations

import pytest

from banso.rooms.identity.models import AccessRole, User
from banso.rooms.people.access import teams_under, visible_members
from banso.rooms.people.models import Member, Team
from tests.factories.identity import make_user
from tests.factories.people import make_member, make_team

pytestmark = pytest.mark.django_db


def test_everyone_with_access_knows_their_colleagues(sakura: User, mia: User) -> None:
    assert set(visible_members(mia)) == set(Member.objects.filter(user__in=[sakura, mia]))


def test_who_lost_access_knows_nobody(sakura: User) -> None:
    sakura.is_active = False
    assert list(visible_members(sakura)) == []


def test_a_manager_has_her_team_and_those_inside_it(ken: User, mid: Team) -> None:
    east = make_team(f"{mid.path} / 東")
    make_team(f"{mid.path}ル")
    make_team("営業")
    assert list(teams_under(ken)) == [mid, east]


def test_signs_of_a_pattern_in_a_teams_name_are_plain_signs() -> None:
    manager = make_user(role=AccessRole.MANAGER)
    team = make_team("CS_%")
    make_member(user=manager, team=team)
    make_team("CSxy / Mid")
    assert list(teams_under(manager)) == [team]


def test_only_a_manager_in_a_team_has_teams_under_her(sakura: User, executive: User) -> None:
    lone, teamless = (make_user(role=AccessRole.MANAGER) for _ in range(2))
    make_member(user=teamless)
    found = [list(teams_under(viewer)) for viewer in (sakura, executive, lone, teamless)]
    assert found == [[], [], [], []]
