"""Members come in with their teams, may be taken back, and are let in."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from banso.kit.upsert import Placed
from banso.rooms.identity.actions import AddressTaken
from banso.rooms.identity.models import User
from banso.rooms.journal.models import Entry
from banso.rooms.people.actions import (
    AlreadyHasAccess,
    MemberRow,
    NoAddress,
    give_access,
    put_members,
    take_back_members,
)
from banso.rooms.people.models import Member, Team
from tests.factories.customers import make_account, make_holding
from tests.factories.people import make_member, make_team
from tests.factories.when import NOON

pytestmark = pytest.mark.django_db


def put(by: User, *rows: MemberRow) -> list[Placed]:
    return put_members(rows, by=by, at=NOON)


def row(handle: str, team_path: str | None = None, **given: Any) -> MemberRow:
    return MemberRow(handle=handle, team_path=team_path, given=given)


def journal() -> list[tuple[str, dict[str, Any]]]:
    return list(Entry.objects.order_by("pk").values_list("event", "details"))


def teams() -> list[tuple[str, str, str | None]]:
    return list(Team.objects.values_list("path", "name", "parent__path"))


def test_a_path_makes_the_teams_it_names(operations: User) -> None:
    put(operations, row("a", "CS / Mid / East", name="A"), row("b", "CS", name="B"))
    assert teams() == [
        ("CS", "CS", None),
        ("CS / Mid", "Mid", "CS"),
        ("CS / Mid / East", "East", "CS / Mid"),
    ]
    assert list(Member.objects.order_by("pk").values_list("handle", "team__path")) == [
        ("a", "CS / Mid / East"),
        ("b", "CS"),
    ]


@pytest.mark.parametrize("path", ["CS/Mid", " CS ／ Mid ", "CS // Mid /"])
def test_a_path_written_otherwise_names_the_same_team(operations: User, path: str) -> None:
    mid = make_team("CS / Mid")
    put(operations, row("a", path, name="A"))
    assert Member.objects.get().team == mid
    assert len(teams()) == 2


def test_an_empty_path_takes_out_of_the_team_and_none_leaves_in_it(operations: User) -> None:
    mid = make_team("CS / Mid")
    leaving, staying = make_member(team=mid), make_member(team=mid)
    put(operations, row(leaving.handle, ""), row(staying.handle, kana="すずき"))
    assert list(Member.objects.order_by("pk").values_list("team", "kana")) == [
        (None, leaving.kana),
        (mid.pk, "すずき"),
    ]


def test_members_put_are_one_entry_and_the_same_again_none(operations: User) -> None:
    make_member(handle="old", name="Old")
    rows = (row("old", name="Newer"), row("new", name="New", joined_on=date(2024, 4, 1)))
    placed = put(operations, *rows)
    assert [each.change is not None and each.change.before for each in placed] == [
        {"name": "Old"}, None
    ]  # fmt: skip
    assert [each.change for each in put(operations, *rows)] == [None, None]
    assert journal() == [("people.members_put", {"created": 1, "updated": 1})]


def test_members_are_taken_back_unless_they_hold_an_account(operations: User) -> None:
    placed = put(operations, row("a", "CS", name="A"), row("b", "CS", name="B"))
    holder = Member.objects.get(handle="b")
    make_holding(make_account(), by=holder)
    changes = [each.change for each in placed if each.change]
    done = take_back_members(changes, by=operations, at=NOON)
    assert [(change.pk, code) for change, code in done.kept] == [(holder.pk, "in_use")]
    assert list(Member.objects.all()) == [holder]
    assert journal()[-1] == ("people.members_taken_back", {"removed": 1, "restored": 0})


def test_a_member_is_let_in_with_their_address(administrator: User) -> None:
    member = make_member(name="Mia", email="mia@banso.example")
    user = give_access(member, role="csm", by=administrator, at=NOON)
    assert Member.objects.get(user=user) == member
    assert (user.email, user.name, user.role) == ("mia@banso.example", "Mia", "csm")
    assert [event for event, _details in journal()] == [
        "identity.user_added",
        "people.member_given_access",
    ]


def test_a_member_without_an_address_cannot_be_let_in(administrator: User) -> None:
    with pytest.raises(NoAddress):
        give_access(make_member(), role="csm", by=administrator, at=NOON)
    assert list(User.objects.all()) == [administrator]


def test_a_member_is_let_in_once(administrator: User) -> None:
    member = make_member(email="mia@banso.example")
    give_access(member, role="csm", by=administrator, at=NOON)
    before = journal()
    with pytest.raises(AddressTaken):
        give_access(member, role="csm", by=administrator, at=NOON)
    Member.objects.update(email="other@banso.example")
    member.refresh_from_db()
    with pytest.raises(AlreadyHasAccess):
        give_access(member, role="manager", by=administrator, at=NOON)
    assert User.objects.filter(email="other@banso.example").count() == 0
    assert journal() == before
