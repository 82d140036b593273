from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.translation import gettext_lazy as _

from banso.rooms.customers.actions.story import put_minutes, take_back_minutes
from banso.rooms.customers.models import StandardMinutes
from banso.rooms.ingestion.actions.kinds import reading
from banso.rooms.ingestion.actions.kinds.telling import told_by_columns
from banso.rooms.ingestion.actions.kinds.touchpoints import TOUCH_KINDS
from banso.rooms.ingestion.points import Field, Shape

if TYPE_CHECKING:
    from collections.abc import Container, Sequence
    from datetime import date

    from django.db.models import QuerySet

    from banso.kit.upsert import Change, TakenBack
    from banso.rooms.identity.models import User
    from banso.rooms.ingestion.points import Occasion, Row

ACTIVITIES = TOUCH_KINDS | {"チケット": "ticket", "Ticket": "ticket", "ticket": "ticket"}


class StandardMinutesKind:
    key = "standard_minutes"
    model = "customers.standardminutes"
    label = _("Standard minutes")
    position = 9
    own_keys: ClassVar[tuple[tuple[str, ...], ...]] = (("activity",),)
    parent = ""
    keeps_other_columns = False
    searched = ()
    fields: ClassVar[tuple[Field, ...]] = (
        Field(
            key="activity",
            label=_("Activity"),
            read=reading.choice(ACTIVITIES),
            required=True,
            shape=Shape.CHOICE,
            choices=tuple(sorted(set(ACTIVITIES.values()))),
            column="activity",
            headers=("種別", "活動種別", "活動", "activity"),
        ),
        Field(
            key="minutes",
            label=_("Minutes"),
            read=reading.few,
            required=True,
            shape=Shape.WHOLE,
            column="minutes",
            headers=("標準工数(分)", "標準工数", "標準時間(分)", "standard minutes", "minutes"),
        ),
    )

    def resolve(self, rows: Sequence[Row], *, coming: Container[str]) -> None:
        """Rows refer to nothing."""

    def put(self, rows: Sequence[Row], occasion: Occasion) -> list[list[Change]]:
        stated = [(row.values["activity"], row.values["minutes"]) for row in rows]
        return put_minutes(stated, by=occasion.by, at=occasion.at)

    def take_back(self, changes: Sequence[Change], occasion: Occasion) -> TakenBack:
        return take_back_minutes(changes, by=occasion.by, at=occasion.at)

    def stored(self, viewer: User, *, on: date) -> QuerySet[StandardMinutes]:
        return StandardMinutes.objects.order_by("pk")

    def told(self, rows: Sequence[StandardMinutes]) -> list[dict[str, Any]]:
        return [told_by_columns(self.fields, row) for row in rows]
