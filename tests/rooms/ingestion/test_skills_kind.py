"""What members can do, as files and programs bring it."""

from __future__ import annotations

import pytest

from banso.rooms.identity.models import User
from banso.rooms.ingestion.points import kinds
from banso.rooms.people.actions import note_skill
from banso.rooms.people.models import Member, Skill
from tests.factories.dumps import dump
from tests.factories.ingestion import bring_in, counts, findings, take_back
from tests.factories.people import make_member
from tests.factories.when import NOON, TODAY

pytestmark = pytest.mark.django_db

FILE = """\
社員ID,スキル,レベル,根拠
m1,コンサルティング,3,提案書 3件
佐藤 さくら,英語,２,
m2,kintai,4,社内認定
"""


@pytest.fixture
def people(db: None) -> list[Member]:
    return [make_member(handle="m1", name="佐藤 さくら"), make_member(handle="m2", name="田中 健")]


def noted() -> list[tuple[str, str, int, str]]:
    rows = Skill.objects.order_by("member__handle", "skill")
    return list(rows.values_list("member__handle", "skill", "level", "evidence"))


def test_skills_come_in_as_operating_models_call_them(
    people: list[Member], operations: User
) -> None:
    of = bring_in(FILE, by=operations)
    assert (of.kind, counts(of)) == ("skills", {"created": 3})
    assert noted() == [
        ("m1", "consulting", 3, "提案書 3件"),
        ("m1", "en", 2, ""),
        ("m2", "kintai", 4, "社内認定"),
    ]
    assert set(Skill.objects.values_list("noted_by", flat=True)) == {operations.pk}


def test_the_same_file_again_changes_nothing_not_even_who_said_so(
    people: list[Member], operations: User, executive: User
) -> None:
    bring_in(FILE, by=operations)
    before = dump(Skill)
    assert counts(bring_in(FILE, by=executive)) == {"unchanged": 3}
    assert dump(Skill) == before


def test_a_new_level_keeps_its_evidence_and_taken_back_is_what_was_noted_by_hand(
    people: list[Member], operations: User
) -> None:
    said = {"skill": "kintai", "level": 1, "evidence": "研修を修了"}
    note_skill(people[1], **said, by=operations, at=NOON)
    before = dump(Skill)
    of = bring_in("employee,skill,level\nm2,kintai,2\n", by=operations)
    assert counts(of) == {"updated": 1}
    assert noted() == [("m2", "kintai", 2, "研修を修了")]
    assert take_back(of, by=operations).kept == 0
    assert dump(Skill) == before


def test_a_row_that_can_not_be_anybodys_skill_says_why(
    people: list[Member], operations: User
) -> None:
    cells = f"m3,kintai,1\nm1,{'勤' * 61},1\nm1,kintai,5\nm1,romu,1\n佐藤 さくら,ＲＯＭＵ,2\n"
    of = bring_in(f"employee,skill,level\n{cells}", by=operations)
    assert [(row, found) for row, _severity, found in findings(of)] == [
        (2, [("member", "unknown_member")]),
        (3, [("skill", "too_long")]),
        (4, [("level", "too_large")]),
        (6, [("skill", "repeated_id")]),
    ]
    assert noted() == [("m1", "romu", 1, "")]


def test_the_stored_skills_are_read_by_those_alone_who_may(
    people: list[Member], operations: User, sakura: User
) -> None:
    bring_in(FILE, by=operations)
    told = kinds["skills"].told(kinds["skills"].stored(operations, on=TODAY))
    assert told[0] == {
        "member": "m1", "skill": "consulting", "level": 3, "evidence": "提案書 3件",
    }  # fmt: skip
    assert kinds["skills"].stored(sakura, on=TODAY).count() == 0
