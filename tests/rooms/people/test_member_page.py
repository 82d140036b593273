"""A member's page: where she works, what she can do and when she is away, for those who may."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate  # noqa: TID251  pages tell the real day

from banso.rooms.identity.models import User
from banso.rooms.people.models import Absence, Member, PoolMembership, Skill, Team, TeamKind
from tests.factories.pages import Page, browser, visit
from tests.factories.people import make_absence, make_member, make_skill, make_team

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def me(sakura: User) -> Member:
    return Member.objects.get(user=sakura)


@pytest.fixture
def page(me: Member) -> str:
    return f"/members/{me.pk}/"


def test_everybody_reads_where_a_colleague_works(me: Member, page: str, mia: User) -> None:
    pool = make_team("General", kind=TeamKind.POOL)
    early, late = date(2025, 10, 1), date(2026, 4, 1)
    PoolMembership.objects.create(pool=pool, member=me, from_on=early, to_on=late)
    PoolMembership.objects.create(pool=pool, member=me, from_on=late)
    shown = visit(browser(mia), page)
    assert shown.heading == "佐倉 さくら"
    assert shown.texts("ol", **{"class": "course"}) == [
        "1 Apr 2026 – General 1 Oct 2025 – 1 Apr 2026 General"
    ]
    assert {"Where they work", "What they hold"} <= set(shown.texts("h2"))


def test_skills_and_reasons_are_read_by_herself_her_lead_and_who_operates(
    me: Member, page: str, sakura: User, ken: User, mia: User, operations: User, executive: User
) -> None:
    make_skill(me, by=ken, level=3, evidence="提案を一人で")
    make_absence(me, from_on=localdate(), kind="illness")
    for viewer in (sakura, ken, operations):
        shown = visit(browser(viewer), page)
        assert ["Consulting", "3 – does it alone"] in [row[:2] for row in shown.rows]
        assert "提案を一人で" in shown.text
        assert "Illness" in shown.text
    for viewer in (mia, executive):
        shown = visit(browser(viewer), page)
        secret = ["Consulting", "提案を一人で", "Illness", "Skills", "Absences", "What comes next"]
        assert [word for word in secret if word in shown.text] == []
        assert "away today" in shown.heading


def test_a_lead_notes_a_skill_in_place_and_she_herself_does_not(
    me: Member, page: str, ken: User, sakura: User
) -> None:
    note = {"skill": "business", "level": "2", "evidence": "商談に同席"}
    assert [f"{page}skills/" in visit(browser(u), page).attributes("form", "action")
            for u in (sakura, ken)] == [False, True]  # fmt: skip
    client = browser(ken)
    response = client.post(f"{page}skills/", note)
    assert response.headers["Location"] == page
    assert [row[0] for row in visit(client, page).rows] == ["Skill", "Business"]
    refused = Page(browser(sakura).post(f"{page}skills/", note | {"level": "4"}))
    assert refused.heading == "佐倉 さくら"
    assert list(Skill.objects.values_list("skill", "level")) == [("business", 2)]


@pytest.mark.parametrize("wrong", [{"skill": "営" * 61}, {"level": "5"}, {"skill": ""}])
def test_a_wrong_skill_is_told_at_its_field(
    me: Member, page: str, ken: User, wrong: dict[str, str]
) -> None:
    given = {"skill": "business", "level": "2", "evidence": ""} | wrong
    shown = Page(browser(ken).post(f"{page}skills/", given))
    assert len(shown.texts("p", role="alert")) == 1
    assert Skill.objects.count() == 0


def test_a_link_opens_the_form_with_its_skill(me: Member, page: str, ken: User) -> None:
    shown = visit(browser(ken), page, skill="industry")
    assert "industry" in shown.attributes("input", "value")
    opened = [given for tag, given, _t in shown.elements if given.get("id") == "note-skill"]
    assert ["open" in given for given in opened] == [True]


def test_what_was_noted_stands_in_the_form_to_be_written_anew(
    me: Member, page: str, ken: User
) -> None:
    make_skill(me, by=ken, level=3, evidence="提案を一人で")
    shown = visit(browser(ken), page, skill="consulting")
    chosen = [given["value"] for tag, given, _t in shown.elements
              if tag == "option" and "selected" in given]  # fmt: skip
    assert (chosen, shown.texts("textarea")) == (["3"], ["提案を一人で"])


def test_a_skill_is_removed_and_a_second_time_that_is_told(
    me: Member, page: str, ken: User
) -> None:
    make_skill(me, by=ken)
    client = browser(ken)
    for said in ("Removed.", "This is no longer noted."):
        response = client.post(f"{page}skills/drop/", {"skill": "consulting"}, follow=True)
        assert said in response.content.decode()
    client.post(f"{page}skills/drop/", {})
    assert Skill.objects.count() == 0


def test_absences_are_added_and_ended_by_the_member(me: Member, page: str, sakura: User) -> None:
    client, today = browser(sakura), localdate()
    given = {"from_on": today.isoformat(), "to_on": "", "kind": "vacation"}
    assert client.post(f"{page}absences/", given).headers["Location"] == page
    again = Page(client.post(f"{page}absences/", given))
    assert again.texts("div", role="alert") == ["佐倉 さくら is away in these days already."]
    absence = Absence.objects.get()
    tomorrow = today + DAY
    end = f"{page}absences/{absence.pk}/end/"
    client.post(end, {"on": tomorrow.isoformat()})
    absence.refresh_from_db()
    assert absence.to_on == tomorrow
    client.post(end, {"on": today.isoformat()})
    assert Absence.objects.count() == 0
    assert client.post(end, {"on": today.isoformat()}).status_code == 404


def test_a_stranger_changes_nothing(me: Member, page: str, mia: User) -> None:
    absence, client = make_absence(me, from_on=localdate() - DAY), browser(mia)
    client.post(f"{page}absences/", {"from_on": "2030-01-01", "kind": "care"})
    client.post(f"{page}absences/{absence.pk}/end/", {"on": localdate().isoformat()})
    client.post(f"{page}absences/{absence.pk}/end/", {})
    client.post(f"{page}skills/", {"skill": "business", "level": "2"})
    assert (Absence.objects.get().to_on, Skill.objects.count()) == (None, 0)


def test_who_is_not_there_is_not_found_and_pages_are_only_read(operations: User) -> None:
    client = browser(operations)
    assert client.get("/members/999999/").status_code == 404
    member = make_member()
    assert client.post(f"/members/{member.pk}/").status_code == 405
    assert client.get(f"/members/{member.pk}/skills/").status_code == 405


def test_the_page_asks_the_same_whatever_was_noted(me: Member, page: str, ken: User) -> None:
    client = browser(ken)
    counts = []
    for number in range(2):
        make_skill(me, by=ken, skill=f"s{number}")
        make_absence(me, from_on=date(2020, 1, 1 + number), to_on=date(2020, 1, 2 + number))
        pool = Team.objects.create(path=f"P{number}", name=f"P{number}", kind=TeamKind.POOL)
        PoolMembership.objects.create(pool=pool, member=me, from_on=date(2020, 1, 1))
        with CaptureQueriesContext(connection) as asked:
            visit(client, page)
        counts.append(len(asked))
    assert counts[0] == counts[1]
