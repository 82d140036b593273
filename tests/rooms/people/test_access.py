"""Colleagues know each other; managers see their teams."""

from __future__ import annotations

import pytest

from banso.rooms.identity.models import AccessRole, User
from banso.rooms.people.access import (
    known_closely,
    may_note_absences,
    may_note_skills,
    teams_under,
    visible_members,
)
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


# Skills and reasons for being away


def closely(viewer: User) -> set[str]:
    return set(known_closely(viewer).values_list("name", flat=True))


def test_a_member_is_known_closely_by_herself_her_lead_and_who_operates(
    sakura: User, ken: User, mia: User, operations: User, administrator: User, executive: User
) -> None:
    every = {"佐倉 さくら", "剣持 健", "美和 ミア"}
    assert [closely(viewer) for viewer in (sakura, ken, mia, operations, administrator)] == [
        {"佐倉 さくら"},
        {"佐倉 さくら", "剣持 健"},
        {"美和 ミア"},
        every,
        every,
    ]
    assert closely(executive) == set()
    operations.is_active = False
    assert closely(operations) == set()


def test_whoever_is_named_as_lead_knows_her_people_whatever_she_signs_in_as(
    sakura: User, mia: User, mid: Team
) -> None:
    Member.objects.filter(user=sakura).update(leads_team=True)
    make_member(name="東の人", team=make_team(f"{mid.path} / 東"))
    make_member(name="別の人", team=make_team(f"{mid.path}ル"))
    assert closely(sakura) == {"佐倉 さくら", "東の人"}
    Member.objects.filter(user=mia).update(leads_team=True, team=None)
    assert closely(mia) == {"美和 ミア"}


def test_nobody_judges_herself_but_everybody_says_when_she_is_away(
    sakura: User, ken: User, mia: User, operations: User
) -> None:
    me, lead = (Member.objects.get(user=user) for user in (sakura, ken))
    viewers = (sakura, ken, mia, operations)
    assert [may_note_skills(viewer, me) for viewer in viewers] == [False, True, False, True]
    assert [may_note_absences(viewer, me) for viewer in viewers] == [True, True, False, True]
    assert [may_note_skills(viewer, lead) for viewer in viewers] == [False, False, False, True]
