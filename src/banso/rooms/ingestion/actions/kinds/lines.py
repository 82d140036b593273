"""What a line's row may say beside its price: which lines it follows, and of what kind it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from banso.engines.basis.cells import CellFault, as_amount, as_yes_no
from banso.engines.basis.money import annualised, to_minor
from banso.rooms.ingestion.actions.kinds import reading
from banso.rooms.ingestion.points import Field, Shape, choices_of
from banso.rooms.revenue.models import Stream

if TYPE_CHECKING:
    from banso.rooms.ingestion.points import Row

LARGEST_MINOR = 10**13  # a line of ten trillion yen is a slip, and sums stay exact far below 2**53
STREAMS = choices_of(
    {
        Stream.RECURRING: ("定期", "継続", "Recurring", "Subscription"),
        Stream.USAGE: ("従量", "従量課金", "Usage", "Metered"),
        Stream.PAUSE: ("休止", "一時停止", "Pause", "Paused"),
    }
)
LINE_FIELDS = (
    Field(
        key="stream",
        label=_("Kind of line"),
        read=reading.choice(STREAMS),
        blank=Stream.RECURRING,
        shape=Shape.CHOICE,
        choices=tuple(Stream),
        column="stream",
        headers=("明細種別", "課金種別", "stream", "line type", "charge type"),
    ),
    Field(
        key="list_amount",
        label=_("List amount"),
        read=as_amount,
        shape=Shape.AMOUNT,
        headers=("定価金額", "定価", "list amount", "list price"),
    ),
    Field(
        key="renews",
        label=_("Renews the line"),
        read=reading.text(100),
        blank="",
        column="renews",
        headers=("更新元明細ID", "renews", "renewed line id"),
    ),
    Field(
        key="replaces",
        label=_("Replaces the line"),
        read=reading.text(100),
        blank="",
        column="replaces",
        headers=("変更元明細ID", "replaces", "replaced line id"),
    ),
    Field(
        key="scheduled",
        label=_("Foreseen step"),
        read=as_yes_no,
        blank=False,
        shape=Shape.FLAG,
        column="scheduled",
        headers=("契約予定の増減", "段階契約", "scheduled", "ramp"),
    ),
    Field(
        key="signed_on",
        label=_("Signed on"),
        read=reading.day,
        shape=Shape.DAY,
        column="signed_on",
        headers=("締結日", "契約締結日", "signed on", "signature date"),
    ),
)


def resolve_line(row: Row) -> None:
    """The list amount over a year, and that no line follows itself. After the money."""
    values = row.values
    if "list_amount" in values:
        listed = values.pop("list_amount")
        values["list_arr_minor"] = None
        if listed is not None:
            try:
                to_minor(listed, values["currency"])
            except CellFault as fault:
                row.reject("list_amount", fault.code, **fault.facts)
                return
            if listed < 0:
                row.reject("list_amount", "too_small", least=0)
                return
            year = annualised(
                listed, interval_months=values["interval_months"], currency=values["currency"]
            )
            if year > LARGEST_MINOR:
                row.reject("list_amount", "too_large", most=LARGEST_MINOR)
                return
            values["list_arr_minor"] = year
    for link in ("renews", "replaces"):
        if values.get(link) and values[link] == values["id"]:
            row.reject(link, "follows_itself")
