from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from django.utils.translation import gettext_lazy as _

from banso.engines.basis.cells import as_text
from banso.rooms.ingestion.actions.kinds import reading
from banso.rooms.ingestion.actions.kinds.known import MEMBER_FIELD, reject_repeats
from banso.rooms.ingestion.actions.kinds.telling import told_by_columns
from banso.rooms.ingestion.points import Field, Shape
from banso.rooms.people.access import known_closely
from banso.rooms.people.actions import SkillRow, put_skills, take_back_skills
from banso.rooms.people.models import HIGHEST_LEVEL, Skill, skill_key
from banso.rooms.people.queries import named

if TYPE_CHECKING:
    from collections.abc import Container, Sequence
    from datetime import date

    from django.db.models import QuerySet

    from banso.engines.basis.cells import Cell
    from banso.kit.upsert import Change, TakenBack
    from banso.rooms.identity.models import User
    from banso.rooms.ingestion.points import Occasion, Row

LONGEST: Final = 60
SAID_AS: Final = {
    "コンサルティング": "consulting", "コンサル": "consulting", "ビジネス": "business",
    "商談": "business", "業種": "industry", "業界": "industry",
    "英語": "en", "english": "en", "日本語": "ja", "japanese": "ja",
}  # fmt: skip


def _skill(cell: Cell) -> str:
    """A skill in its one spelling; those of operating models are understood in words."""
    said = skill_key(as_text(cell, longest=LONGEST))
    return SAID_AS.get(said, said)


class SkillsKind:
    key = "skills"
    model = "people.skill"
    label = _("Skills")
    position = 15
    own_keys: ClassVar[tuple[tuple[str, ...], ...]] = (("member", "skill"),)
    parent = ""
    keeps_other_columns = False
    searched = ()
    fields: ClassVar[tuple[Field, ...]] = (
        Field(
            key=MEMBER_FIELD.key,
            label=_("Member"),
            read=MEMBER_FIELD.read,
            required=True,
            column=MEMBER_FIELD.column,
            headers=("社員ID", "社員", "メンバー", "担当者", "member", "employee id", "employee"),
        ),
        Field(
            key="skill",
            label=_("Skill"),
            read=_skill,
            required=True,
            column="skill",
            headers=("スキル", "スキル名", "能力", "資格", "skill", "skill name"),
        ),
        Field(
            key="level",
            label=_("Level"),
            read=reading.score(0, HIGHEST_LEVEL),
            required=True,
            shape=Shape.WHOLE,
            column="level",
            headers=("レベル", "習熟度", "段階", "level", "proficiency"),
        ),
        Field(
            key="evidence",
            label=_("What shows it"),
            read=reading.text(2_000),
            blank="",
            column="evidence",
            headers=("根拠", "実績", "裏付け", "evidence", "what shows it"),
        ),
    )

    def resolve(self, rows: Sequence[Row], *, coming: Container[str]) -> None:
        """A skill is somebody's: who isn't known has none."""
        people = named({row.values["member"] for row in rows})
        for row in rows:
            called = row.values.pop("member")
            member = people.get(called.lower())
            if member is None:
                row.reject("member", "unknown_member", named=called)
            else:
                row.values["member_id"] = member.pk
        reject_repeats(rows, "skill", _mark)

    def put(self, rows: Sequence[Row], occasion: Occasion) -> list[list[Change]]:
        stated = [
            SkillRow(
                member=row.values["member_id"],
                skill=row.values["skill"],
                level=row.values["level"],
                evidence=row.values.get("evidence"),
            )
            for row in rows
        ]
        placed = put_skills(stated, by=occasion.by, at=occasion.at)
        return [[each.change] if each.change else [] for each in placed]

    def take_back(self, changes: Sequence[Change], occasion: Occasion) -> TakenBack:
        return take_back_skills(changes, by=occasion.by, at=occasion.at)

    def stored(self, viewer: User, *, on: date) -> QuerySet[Skill]:
        """What may be read of whom: one's own, those of the teams one leads, or everybody's."""
        seen = Skill.objects.filter(member__in=known_closely(viewer))
        return seen.select_related("member").order_by("pk")

    def told(self, rows: Sequence[Skill]) -> list[dict[str, Any]]:
        return [told_by_columns(self.fields, row) for row in rows]


def _mark(row: Row) -> tuple[Any, ...]:
    return row.values["member_id"], row.values["skill"]
