from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from banso.rooms.ingestion.actions.kinds import reading
from banso.rooms.ingestion.actions.kinds.telling import told_by_columns
from banso.rooms.ingestion.points import Field, Shape
from banso.rooms.revenue.actions import RateRow, put_rates, take_back_rates
from banso.rooms.revenue.models import Rate
from banso.rooms.revenue.queries.book import picos

if TYPE_CHECKING:
    from collections.abc import Container, Sequence
    from datetime import date

    from django.db.models import QuerySet

    from banso.kit.upsert import Change, TakenBack
    from banso.rooms.identity.models import User
    from banso.rooms.ingestion.points import Occasion, Row

LARGEST_PICOS = 2**53  # the engine divides exactly below it


class RatesKind:
    key = "rates"
    model = "revenue.rate"
    label = _("Exchange rates")
    position = 5
    own_keys: ClassVar[tuple[tuple[str, ...], ...]] = (("currency", "on"),)
    parent = ""
    keeps_other_columns = False
    searched = ()
    fields: ClassVar[tuple[Field, ...]] = (
        Field(
            key="currency",
            label=_("Currency"),
            read=reading.currency,
            required=True,
            column="currency",
            headers=("通貨", "通貨コード", "currency", "currency code"),
        ),
        Field(
            key="on",
            label=_("From"),
            read=reading.day,
            required=True,
            column="on",
            shape=Shape.DAY,
            headers=("適用日", "日付", "基準日", "on", "date", "effective on"),
        ),
        Field(
            key="rate",
            label=_("Rate"),
            read=reading.rate,
            required=True,
            column="rate",
            shape=Shape.AMOUNT,
            headers=("レート", "為替レート", "換算レート", "rate", "exchange rate"),
        ),
    )

    def resolve(self, rows: Sequence[Row], *, coming: Container[str]) -> None:
        ours = settings.BANSO.currency
        for row in rows:
            if row.values.get("currency") == ours:
                row.reject("currency", "reporting_currency_needs_no_rate")
            elif not row.faults:
                reach = picos(row.values["rate"], row.values["currency"], reporting=ours)
                if not 0 < reach < LARGEST_PICOS:
                    row.reject("rate", "rate_out_of_reach")

    def put(self, rows: Sequence[Row], occasion: Occasion) -> list[list[Change]]:
        placed = put_rates([RateRow(**row.values) for row in rows], by=occasion.by, at=occasion.at)
        return [[p.change] if p.change else [] for p in placed]

    def stored(self, viewer: User, *, on: date) -> QuerySet[Rate]:
        return Rate.objects.order_by("pk")

    def told(self, rows: Sequence[Rate]) -> list[dict[str, Any]]:
        return [told_by_columns(self.fields, row) for row in rows]

    def take_back(self, changes: Sequence[Change], occasion: Occasion) -> TakenBack:
        return take_back_rates(changes, by=occasion.by, at=occasion.at)
