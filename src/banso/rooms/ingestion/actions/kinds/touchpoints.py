from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.translation import gettext_lazy as _

from banso.engines.basis.cells import as_yes_no
from banso.rooms.customers.access import visible_accounts
from banso.rooms.customers.actions.story import StoryRow, put_touchpoints, take_back_touchpoints
from banso.rooms.customers.models import Mood, Promise, TouchKind, Touchpoint
from banso.rooms.ingestion.actions.kinds import reading
from banso.rooms.ingestion.actions.kinds.known import (
    ACCOUNT_FIELDS,
    CONTACT_FIELDS,
    MEMBER_FIELD,
    require_accounts,
    resolve_accounts,
    resolve_contacts,
    resolve_members,
)
from banso.rooms.ingestion.actions.kinds.telling import told_by_columns
from banso.rooms.ingestion.points import Field, Shape, choices_of

if TYPE_CHECKING:
    from collections.abc import Container, Sequence
    from datetime import date

    from django.db.models import QuerySet

    from banso.kit.upsert import Change, TakenBack
    from banso.rooms.identity.models import User
    from banso.rooms.ingestion.points import Occasion, Row

TOUCH_KINDS = choices_of(
    {
        TouchKind.MEETING: ("打ち合わせ", "打合せ", "面談", "商談", "Meeting", "Event"),
        TouchKind.ONLINE: ("オンライン会議", "Web会議", "オンライン", "Online meeting", "Zoom"),
        TouchKind.VISIT: ("訪問", "Visit"),
        TouchKind.CALL: ("電話", "架電", "Call", "Phone"),
        TouchKind.MAIL: ("メール", "Mail", "Email", "E-mail"),
        TouchKind.CHAT: ("チャット", "Chat", "Slack", "LINE"),
        TouchKind.TRAINING: ("研修", "トレーニング", "勉強会", "Training"),
        TouchKind.WEBINAR: ("ウェビナー", "セミナー", "Webinar"),
        TouchKind.NOTE: ("社内メモ", "メモ", "その他", "Note", "Task", "Other"),
    }
)
MOODS = choices_of(
    {
        str(Mood.DELIGHTED): ("とても良い", "非常に良い", "Very good"),
        str(Mood.GOOD): ("良い", "良好", "高い", "Good"),
        str(Mood.NEUTRAL): ("普通", "ふつう", "Neutral"),
        str(Mood.UNEASY): ("不安", "やや悪い", "低い", "Uneasy"),
        str(Mood.BAD): ("悪い", "とても悪い", "Bad"),
    }
)
BEGUN_BY = choices_of(
    {
        "proactive": ("プロアクティブ", "能動", "当社から", "Outbound"),
        "reactive": ("リアクティブ", "受動", "顧客から", "Inbound"),
    }
)
PROMISED = {"promise": "text", "promise_due_on": "due_on", "promise_kept_on": "kept_on"}


def _begun_by_us(cell: Any) -> bool:
    """プロアクティブ or リアクティブ; also yes or no, for a column that asks whether we began."""
    word = reading.choice_or_none(BEGUN_BY, cell)
    return word == "proactive" if word else as_yes_no(cell)


class TouchpointsKind:
    key = "touchpoints"
    model = "customers.touchpoint"
    label = _("Touchpoints")
    position = 10
    own_keys: ClassVar[tuple[tuple[str, ...], ...]] = (("id",),)
    parent = ""
    keeps_other_columns = False
    searched = ("subject", "text")
    fields: ClassVar[tuple[Field, ...]] = (
        Field(
            key="id",
            label=_("Touchpoint ID"),
            read=reading.text(100),
            required=True,
            column="external_id",
            headers=("接点ID", "対応履歴ID", "活動ID", "touchpoint id", "activity id", "id"),
        ),
        *ACCOUNT_FIELDS,
        *CONTACT_FIELDS,
        MEMBER_FIELD,
        Field(
            key="kind",
            label=_("How"),
            read=reading.choice(TOUCH_KINDS),
            required=True,
            shape=Shape.CHOICE,
            choices=tuple(TouchKind),
            column="kind",
            headers=("種別", "対応種別", "活動種別", "接点種別", "kind", "activity type", "type"),
        ),
        Field(
            key="happened_at",
            label=_("When"),
            read=reading.moment,
            required=True,
            shape=Shape.MOMENT,
            column="happened_at",
            headers=(
                "日時",
                "対応日時",
                "対応日",
                "活動日",
                "活動日時",
                "発生日時",
                "実施日",
                "実施日時",
                "happened at",
                "date",
                "activity date",
            ),
        ),
        Field(
            key="proactive",
            label=_("Begun by us"),
            read=_begun_by_us,
            shape=Shape.FLAG,
            column="proactive",
            headers=("起点", "能動受動", "proactive", "direction"),
        ),
        Field(
            key="mood",
            label=_("Mood"),
            read=reading.number_of_choice(MOODS),
            shape=Shape.WHOLE,
            column="mood",
            headers=("温度感", "mood", "sentiment"),
        ),
        Field(
            key="subject",
            label=_("Subject"),
            read=reading.text(300),
            blank="",
            column="subject",
            headers=("件名", "タイトル", "subject", "title"),
        ),
        Field(
            key="text",
            label=_("Note"),
            read=reading.text(20_000),
            blank="",
            column="text",
            headers=("内容", "本文", "コメント", "メモ", "text", "note", "notes", "description"),
        ),
        Field(
            key="minutes",
            label=_("Minutes"),
            read=reading.few,
            shape=Shape.WHOLE,
            column="minutes",
            headers=("所要分", "所要時間(分)", "minutes", "duration minutes"),
        ),
        Field(
            key="promise",
            label=_("Promise"),
            read=reading.text(500),
            blank="",
            column="promised.text",
            headers=("宿題", "持ち帰り事項", "promise", "next step"),
        ),
        Field(
            key="promise_due_on",
            label=_("Promise due on"),
            read=reading.day,
            shape=Shape.DAY,
            column="promised.due_on",
            headers=("宿題期限", "promise due on"),
        ),
        Field(
            key="promise_kept_on",
            label=_("Promise kept on"),
            read=reading.day,
            shape=Shape.DAY,
            column="promised.kept_on",
            headers=("宿題完了日", "完了", "promise kept on"),
        ),
    )

    def resolve(self, rows: Sequence[Row], *, coming: Container[str]) -> None:
        resolve_accounts(rows)
        resolve_contacts(rows)
        resolve_members(rows)
        require_accounts(rows)

    def put(self, rows: Sequence[Row], occasion: Occasion) -> list[list[Change]]:
        stated = [self._story_row(row) for row in rows]
        return put_touchpoints(stated, by=occasion.by, at=occasion.at)

    def _story_row(self, row: Row) -> StoryRow:
        given = dict(row.values)
        promise = {name: given.pop(key) for key, name in PROMISED.items() if key in given}
        given["account_id"] = given.pop("account")
        return StoryRow(external_id=given.pop("id"), given=given, words=row.words, promise=promise)

    def take_back(self, changes: Sequence[Change], occasion: Occasion) -> TakenBack:
        return take_back_touchpoints(changes, by=occasion.by, at=occasion.at)

    def stored(self, viewer: User, *, on: date) -> QuerySet[Touchpoint]:
        seen = Touchpoint.objects.filter(account__in=visible_accounts(viewer, on=on))
        return seen.select_related("account", "contact", "member").order_by("pk")

    def told(self, rows: Sequence[Touchpoint]) -> list[dict[str, Any]]:
        promises = Promise.objects.filter(touchpoint__in=rows)
        of = {promise.touchpoint_id: promise for promise in promises}
        return [told_by_columns(self.fields, row, promised=of.get(row.pk)) for row in rows]
