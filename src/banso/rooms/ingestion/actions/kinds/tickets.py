from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.translation import gettext_lazy as _

from banso.engines.basis.cells import as_yes_no
from banso.rooms.customers.access import visible_accounts
from banso.rooms.customers.actions.story import StoryRow, put_tickets, take_back_tickets
from banso.rooms.customers.models import Priority, Ticket
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

PRIORITIES = choices_of(
    {
        Priority.LOW: ("低", "Low"),
        Priority.NORMAL: ("中", "通常", "普通", "Normal", "Medium"),
        Priority.HIGH: ("高", "High"),
        Priority.URGENT: ("緊急", "至急", "Urgent", "Critical"),
    }
)
MOST_MINUTES = 5_000_000  # nine years: a slip, and far from what a column holds


class TicketsKind:
    key = "tickets"
    model = "customers.ticket"
    label = _("Tickets")
    position = 11
    own_keys: ClassVar[tuple[tuple[str, ...], ...]] = (("id",),)
    parent = ""
    keeps_other_columns = False
    searched = ("subject", "text")
    fields: ClassVar[tuple[Field, ...]] = (
        Field(
            key="id",
            label=_("Ticket ID"),
            read=reading.text(100),
            required=True,
            column="external_id",
            headers=(
                "チケットID",
                "問い合わせ番号",
                "問合せ番号",
                "ケース番号",
                "ticket id",
                "case number",
                "id",
            ),
        ),
        *ACCOUNT_FIELDS,
        *CONTACT_FIELDS,
        MEMBER_FIELD,
        Field(
            key="subject",
            label=_("Subject"),
            read=reading.text(300),
            blank="",
            column="subject",
            headers=("件名", "タイトル", "subject", "ticket name"),
        ),
        Field(
            key="text",
            label=_("Description"),
            read=reading.text(20_000),
            blank="",
            column="text",
            headers=("内容", "本文", "問い合わせ内容", "text", "description"),
        ),
        Field(
            key="product",
            label=_("Product"),
            read=reading.text(120),
            blank="",
            column="product",
            headers=("製品", "製品名", "product"),
        ),
        Field(
            key="category",
            label=_("Category"),
            read=reading.text(80),
            blank="",
            column="category",
            headers=("分類", "カテゴリ", "種別", "category", "case reason", "type"),
        ),
        Field(
            key="priority",
            label=_("Priority"),
            read=reading.choice(PRIORITIES),
            blank=Priority.NORMAL,
            shape=Shape.CHOICE,
            choices=tuple(Priority),
            column="priority",
            headers=("優先度", "priority"),
        ),
        Field(
            key="opened_at",
            label=_("Opened at"),
            read=reading.moment,
            required=True,
            shape=Shape.MOMENT,
            column="opened_at",
            headers=(
                "受付日時",
                "受付日",
                "作成日時",
                "opened at",
                "submitted at",
                "created date",
                "create date",
            ),
        ),
        Field(
            key="first_response_at",
            label=_("First response at"),
            read=reading.moment,
            shape=Shape.MOMENT,
            headers=("初回応答日時", "初回回答日時", "first response at"),
        ),
        Field(
            key="first_response_minutes",
            label=_("First response after, minutes"),
            read=reading.minutes_up_to(MOST_MINUTES),
            shape=Shape.WHOLE,
            column="first_response_minutes",
            headers=("初回応答分", "first response minutes", "first response time minutes"),
        ),
        Field(
            key="closed_at",
            label=_("Closed at"),
            read=reading.moment,
            shape=Shape.MOMENT,
            column="closed_at",
            headers=(
                "完了日時",
                "完了日",
                "クローズ日時",
                "closed at",
                "closed date",
                "close date",
            ),
        ),
        Field(
            key="satisfaction",
            label=_("Satisfaction"),
            read=reading.score(1, 5),
            shape=Shape.WHOLE,
            column="satisfaction",
            headers=("満足度", "satisfaction", "satisfaction score"),
        ),
        Field(
            key="escalated",
            label=_("Escalated"),
            read=as_yes_no,
            blank=False,
            shape=Shape.FLAG,
            column="escalated",
            headers=("エスカレーション", "escalated", "escalation flag"),
        ),
    )

    def resolve(self, rows: Sequence[Row], *, coming: Container[str]) -> None:
        resolve_accounts(rows)
        resolve_contacts(rows)
        resolve_members(rows)
        require_accounts(rows)
        for row in rows:
            self._resolve_days(row)

    def _resolve_days(self, row: Row) -> None:
        """The first answer as minutes after the opening; nothing happens before a ticket opens."""
        values = row.values
        opened, closed = values["opened_at"], values.get("closed_at")
        if closed is not None and closed < opened:
            row.reject("closed_at", "end_before_start")
        answered = values.pop("first_response_at", None)
        if answered is None:
            return
        if answered < opened:
            row.reject("first_response_at", "end_before_start")
            return
        minutes = int((answered - opened).total_seconds() // 60)
        stated = values.setdefault("first_response_minutes", minutes)
        if stated is None:
            values["first_response_minutes"] = minutes
        elif stated != minutes:
            row.warn("first_response_minutes", "contradicts", other=minutes)

    def put(self, rows: Sequence[Row], occasion: Occasion) -> list[list[Change]]:
        stated = [self._story_row(row) for row in rows]
        return put_tickets(stated, by=occasion.by, at=occasion.at)

    def _story_row(self, row: Row) -> StoryRow:
        given = dict(row.values)
        given["account_id"] = given.pop("account")
        return StoryRow(external_id=given.pop("id"), given=given, words=row.words)

    def take_back(self, changes: Sequence[Change], occasion: Occasion) -> TakenBack:
        return take_back_tickets(changes, by=occasion.by, at=occasion.at)

    def stored(self, viewer: User, *, on: date) -> QuerySet[Ticket]:
        seen = Ticket.objects.filter(account__in=visible_accounts(viewer, on=on))
        return seen.select_related("account", "contact", "member").order_by("pk")

    def told(self, rows: Sequence[Ticket]) -> list[dict[str, Any]]:
        return [told_by_columns(self.fields, row) for row in rows]
