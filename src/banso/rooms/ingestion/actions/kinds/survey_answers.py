from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.translation import gettext_lazy as _

from banso.rooms.customers.access import visible_accounts
from banso.rooms.customers.actions.story import StoryRow, put_answers, take_back_answers
from banso.rooms.customers.models import SurveyAnswer
from banso.rooms.ingestion.actions.kinds import reading
from banso.rooms.ingestion.actions.kinds.known import (
    ACCOUNT_FIELDS,
    CONTACT_FIELDS,
    require_accounts,
    resolve_accounts,
    resolve_contacts,
)
from banso.rooms.ingestion.actions.kinds.telling import told_by_columns
from banso.rooms.ingestion.points import Field, Shape

if TYPE_CHECKING:
    from collections.abc import Container, Sequence
    from datetime import date

    from django.db.models import QuerySet

    from banso.kit.upsert import Change, TakenBack
    from banso.rooms.identity.models import User
    from banso.rooms.ingestion.points import Occasion, Row

NPS_SCALE = range(11)


class SurveyAnswersKind:
    key = "survey_answers"
    model = "customers.surveyanswer"
    label = _("Survey answers")
    position = 12
    own_keys: ClassVar[tuple[tuple[str, ...], ...]] = (("id",),)
    parent = ""
    keeps_other_columns = False
    searched = ("comment",)
    fields: ClassVar[tuple[Field, ...]] = (
        Field(
            key="id",
            label=_("Answer ID"),
            read=reading.text(100),
            required=True,
            column="external_id",
            headers=("回答ID", "answer id", "response id", "id"),
        ),
        *ACCOUNT_FIELDS,
        *CONTACT_FIELDS,
        Field(
            key="survey",
            label=_("Survey"),
            read=reading.text(80),
            required=True,
            column="survey",
            headers=("調査", "アンケート", "アンケート名", "調査名", "survey", "survey name"),
        ),
        Field(
            key="answered_on",
            label=_("Answered on"),
            read=reading.day,
            required=True,
            shape=Shape.DAY,
            column="answered_on",
            headers=("回答日", "回答日時", "answered on", "response date", "submitted at"),
        ),
        Field(
            key="score",
            label=_("Score"),
            read=reading.score(0, 100),
            shape=Shape.WHOLE,
            column="score",
            headers=("点数", "スコア", "評価", "score", "rating"),
        ),
        Field(
            key="comment",
            label=_("Comment"),
            read=reading.text(20_000),
            blank="",
            column="comment",
            headers=("コメント", "自由記述", "ご意見", "comment", "feedback"),
        ),
    )

    def resolve(self, rows: Sequence[Row], *, coming: Container[str]) -> None:
        resolve_accounts(rows)
        resolve_contacts(rows)
        require_accounts(rows)
        for row in rows:
            is_nps = row.values["survey"].upper() == "NPS"
            score = row.values.get("score")
            if is_nps and score is not None and score not in NPS_SCALE:
                row.reject("score", "too_large", most=NPS_SCALE[-1])

    def put(self, rows: Sequence[Row], occasion: Occasion) -> list[list[Change]]:
        stated = [self._story_row(row) for row in rows]
        return put_answers(stated, by=occasion.by, at=occasion.at)

    def _story_row(self, row: Row) -> StoryRow:
        given = dict(row.values)
        given["account_id"] = given.pop("account")
        return StoryRow(external_id=given.pop("id"), given=given, words=row.words)

    def take_back(self, changes: Sequence[Change], occasion: Occasion) -> TakenBack:
        return take_back_answers(changes, by=occasion.by, at=occasion.at)

    def stored(self, viewer: User, *, on: date) -> QuerySet[SurveyAnswer]:
        seen = SurveyAnswer.objects.filter(account__in=visible_accounts(viewer, on=on))
        return seen.select_related("account", "contact").order_by("pk")

    def told(self, rows: Sequence[SurveyAnswer]) -> list[dict[str, Any]]:
        return [told_by_columns(self.fields, row) for row in rows]
