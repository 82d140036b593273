from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.translation import gettext_lazy as _

from banso.rooms.customers.access import visible_accounts
from banso.rooms.ingestion.actions.kinds import reading
from banso.rooms.ingestion.actions.kinds.known import (
    ACCOUNT_FIELDS,
    reject_repeats,
    require_accounts,
    resolve_accounts,
)
from banso.rooms.ingestion.actions.kinds.telling import told_by_columns
from banso.rooms.ingestion.points import Field, Shape
from banso.rooms.revenue.models import SubscriptionLine
from banso.rooms.usage.actions import UseRow, put_days_of_use, take_back_days_of_use
from banso.rooms.usage.models import DayOfUse

if TYPE_CHECKING:
    from collections.abc import Container, Sequence
    from datetime import date

    from django.db.models import QuerySet

    from banso.kit.upsert import Change, TakenBack
    from banso.rooms.identity.models import User
    from banso.rooms.ingestion.points import Occasion, Row


class UsageKind:
    key = "usage"
    model = "usage.dayofuse"
    label = _("Usage by day")
    position = 13
    own_keys: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("id",),
        ("account", "on", "product", "feature"),
        ("account", "on", "product"),
        ("account", "on", "feature"),
        ("account", "on"),
    )
    parent = ""
    keeps_other_columns = False
    searched = ()
    fields: ClassVar[tuple[Field, ...]] = (
        Field(
            key="id",
            label=_("Usage ID"),
            read=reading.text(100),
            column="key",
            headers=("利用ID", "usage id", "id"),
        ),
        *ACCOUNT_FIELDS,
        Field(
            key="subscription",
            label=_("Line ID"),
            read=reading.text(100),
            blank="",
            column="subscription",
            instead_of="account",
            headers=("契約明細ID", "明細ID", "subscription id", "line id"),
        ),
        Field(
            key="on",
            label=_("Day"),
            read=reading.day,
            required=True,
            shape=Shape.DAY,
            column="on",
            headers=("日付", "利用日", "day", "date", "usage date"),
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
            key="feature",
            label=_("Feature"),
            read=reading.text(120),
            blank="",
            column="feature",
            headers=("機能", "機能名", "feature", "feature name"),
        ),
        Field(
            key="people",
            label=_("Active people"),
            read=reading.whole,
            shape=Shape.WHOLE,
            column="people",
            headers=("利用者数", "アクティブ人数", "active users", "people"),
        ),
        Field(
            key="times",
            label=_("Times used"),
            read=reading.whole,
            shape=Shape.WHOLE,
            column="times",
            headers=("利用回数", "回数", "usage count", "times", "events"),
        ),
        Field(
            key="seconds",
            label=_("Seconds used"),
            read=reading.whole,
            shape=Shape.WHOLE,
            column="seconds",
            headers=("利用秒数", "usage duration secs", "seconds"),
        ),
        Field(
            key="errors",
            label=_("Errors"),
            read=reading.whole,
            shape=Shape.WHOLE,
            column="errors",
            headers=("エラー数", "error count", "errors"),
        ),
    )

    def resolve(self, rows: Sequence[Row], *, coming: Container[str]) -> None:
        resolve_accounts(rows)
        self._resolve_lines(rows)
        require_accounts(rows)
        reject_repeats(rows, "on", _mark)

    def _resolve_lines(self, rows: Sequence[Row]) -> None:
        """A line tells the account; use on a day outside the line's days is odd, and kept."""
        named = {row.values["subscription"] for row in rows if row.values.get("subscription")}
        lines = SubscriptionLine.objects.filter(external_id__in=named).values_list(
            "external_id", "account_id", "start_on", "end_on"
        )
        known = {line: (account, start, end) for line, account, start, end in lines}
        for row in rows:
            text = row.values.get("subscription")
            if not text:
                continue
            if text not in known:
                row.reject("subscription", "unknown_line", named=text)
                continue
            account, start, end = known[text]
            if row.values["account"] not in (None, account):
                row.reject("subscription", "line_of_another_account", named=text)
            row.values["account"] = account
            day = row.values["on"]
            if day < start or (end is not None and day >= end):
                row.warn("on", "outside_line", named=text)

    def put(self, rows: Sequence[Row], occasion: Occasion) -> list[list[Change]]:
        return put_days_of_use([self._use_row(row) for row in rows], by=occasion.by, at=occasion.at)

    def _use_row(self, row: Row) -> UseRow:
        given = dict(row.values)
        return UseRow(
            account=given.pop("account"),
            on=given["on"],
            own_id=given.pop("id", None) or "",
            given=given,
        )

    def take_back(self, changes: Sequence[Change], occasion: Occasion) -> TakenBack:
        return take_back_days_of_use(changes, by=occasion.by, at=occasion.at)

    def stored(self, viewer: User, *, on: date) -> QuerySet[DayOfUse]:
        seen = DayOfUse.objects.filter(account__in=visible_accounts(viewer, on=on))
        return seen.select_related("account").order_by("pk")

    def told(self, rows: Sequence[DayOfUse]) -> list[dict[str, Any]]:
        return [told_by_columns(self.fields, row) for row in rows]


def _mark(row: Row) -> tuple[object, ...]:
    values = row.values
    if values.get("id"):
        return (values["id"],)
    return values["account"], values["on"], values.get("product"), values.get("feature")
