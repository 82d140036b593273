"""What members can do and when they are away: noted by few, each act once in the journal."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from banso.rooms.identity.models import User
from banso.rooms.journal.models import Entry
from banso.rooms.people.actions import (
    AwayAlready,
    BackBeforeLeaving,
    NoLongerNoted,
    NotTheirs,
    add_absence,
    drop_skill,
    end_absence,
    note_skill,
)
from banso.rooms.people.models import Absence, Member, Skill
from tests.factories.people import make_absence, make_member, make_skill
from tests.factories.when import NOON, TODAY

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def me(sakura: User) -> Member:
    return Member.objects.get(user=sakura)


def journal() -> list[tuple[str, dict[str, Any]]]:
    return list(Entry.objects.order_by("pk").values_list("event", "details"))


def noted() -> list[tuple[str, int, str]]:
    return list(Skill.objects.order_by("skill").values_list("skill", "level", "evidence"))


def away() -> list[tuple[date, date | None]]:
    return list(Absence.objects.order_by("from_on").values_list("from_on", "to_on"))


def note(member: Member, by: User, **given: Any) -> Skill:
    values: dict[str, Any] = {"skill": "consulting", "level": 3, "evidence": "提案を一人で"}
    return note_skill(member, **values | given, by=by, at=NOON)


def add(member: Member, by: User, from_on: date, to_on: date | None = None) -> Absence:
    return add_absence(member, kind="care", from_on=from_on, to_on=to_on, by=by, at=NOON)


def test_a_lead_notes_a_skill_and_what_was_said_before_gives_way(me: Member, ken: User) -> None:
    note(me, ken, level=2, evidence="")
    done = note(me, ken)
    assert (noted(), done.noted_by, done.noted_at) == (
        [("consulting", 3, "提案を一人で")],
        ken,
        NOON,
    )
    assert journal() == [
        ("people.skill_noted", {"name": me.name, "skill": "consulting", "level": 2}),
        ("people.skill_noted", {"name": me.name, "skill": "consulting", "level": 3}),
    ]


def test_a_skill_is_dropped_once(me: Member, ken: User) -> None:
    make_skill(me, by=ken)
    make_skill(me, by=ken, skill="business")
    drop_skill(me, skill="consulting", by=ken, at=NOON)
    with pytest.raises(NoLongerNoted, match=r"This is no longer noted\."):
        drop_skill(me, skill="consulting", by=ken, at=NOON)
    assert [skill for skill, _level, _evidence in noted()] == ["business"]
    assert journal() == [("people.skill_dropped", {"name": me.name, "skill": "consulting"})]


def test_neither_herself_nor_a_stranger_notes_or_drops_a_skill(
    me: Member, sakura: User, mia: User, ken: User
) -> None:
    make_skill(me, by=ken)
    for viewer in (sakura, mia):
        with pytest.raises(NotTheirs, match="Only the lead of 佐倉 さくら and CS operations"):
            note(me, viewer)
        with pytest.raises(NotTheirs):
            drop_skill(me, skill="consulting", by=viewer, at=NOON)
    assert (len(noted()), journal()) == (1, [])


@pytest.mark.parametrize(("level", "fits"), [(0, True), (4, True), (5, False)])
def test_a_level_lies_on_the_scale(me: Member, ken: User, level: int, fits: bool) -> None:
    try:
        with transaction.atomic():
            note(me, ken, level=level)
    except IntegrityError:
        assert not fits
    assert [stands for _skill, stands, _evidence in noted()] == ([level] if fits else [])


def test_a_member_says_when_she_is_away(me: Member, sakura: User) -> None:
    add(me, sakura, TODAY, TODAY + 3 * DAY)
    assert away() == [(TODAY, TODAY + 3 * DAY)]
    details = {"name": me.name, "kind": "care", "from_on": "2026-04-15"}
    assert journal() == [("people.absence_added", details)]


def test_a_stranger_says_nothing_of_absences(me: Member, mia: User) -> None:
    with pytest.raises(NotTheirs):
        add(me, mia, TODAY)
    with pytest.raises(NotTheirs):
        end_absence(make_absence(me), on=TODAY + DAY, by=mia, at=NOON)
    assert away() == [(TODAY, None)]


def test_an_absence_ends_after_it_begins(me: Member, sakura: User) -> None:
    with pytest.raises(BackBeforeLeaving):
        add(me, sakura, TODAY, TODAY)
    add(me, sakura, TODAY, TODAY + DAY)
    assert away() == [(TODAY, TODAY + DAY)]


@pytest.mark.parametrize(
    ("from_day", "to_day", "fits"),
    [
        (-2, 0, True),
        (-2, 1, False),
        (1, 2, False),
        (2, 4, True),
        (-2, None, False),
        (2, None, True),
    ],
)
def test_two_absences_of_a_member_never_share_a_day(
    me: Member, sakura: User, from_day: int, to_day: int | None, fits: bool
) -> None:
    make_absence(me, to_on=TODAY + 2 * DAY)
    make_absence(make_member())  # somebody else's
    to_on = None if to_day is None else TODAY + to_day * DAY
    if fits:
        add(me, sakura, TODAY + from_day * DAY, to_on)
    else:
        with pytest.raises(AwayAlready, match=r"^佐倉 さくら is away in these days already\.$"):
            add(me, sakura, TODAY + from_day * DAY, to_on)
    assert Absence.objects.filter(member=me).count() == 1 + fits


def test_an_absence_without_an_end_lasts(me: Member, sakura: User) -> None:
    make_absence(me)
    with pytest.raises(AwayAlready):
        add(me, sakura, TODAY + 300 * DAY)


def test_who_comes_back_is_away_until_that_day(me: Member, sakura: User) -> None:
    absence = make_absence(me)
    end_absence(absence, on=TODAY + DAY, by=sakura, at=NOON)
    assert away() == [(TODAY, TODAY + DAY)]
    with pytest.raises(NoLongerNoted):
        end_absence(absence, on=TODAY + DAY, by=sakura, at=NOON)
    assert journal() == [("people.absence_ended", {"name": me.name, "to_on": "2026-04-16"})]


def test_an_absence_that_has_not_begun_is_removed(me: Member, sakura: User) -> None:
    absence = make_absence(me)
    end_absence(absence, on=TODAY, by=sakura, at=NOON)
    assert away() == []
    again = make_absence(me)
    Absence.objects.filter(pk=again.pk).delete()
    with pytest.raises(NoLongerNoted):
        end_absence(again, on=TODAY, by=sakura, at=NOON)
    assert journal() == [("people.absence_removed", {"name": me.name, "from_on": "2026-04-15"})]


def test_rows_call_themselves_by_member(me: Member, ken: User) -> None:
    assert str(make_skill(me, by=ken)) == "佐倉 さくら: consulting 2"
    assert str(make_absence(me)) == "佐倉 さくら: 2026-04-15"
