"""What a line's row may say beside its price: which lines it follows, and of what kind it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from banso.engines.basis.cells import CellFault, as_amount, as_yes_no
from banso.engines.basis.money import annualised, to_minor
from banso.rooms.ingestion.actions.kinds import reading
from banso.rooms.ingestion.points import Field, Shape, choices_of
from banso.rooms.revenue.models import PlanKind, Stream, SubscriptionLine

if TYPE_CHECKING:
    from collections.abc import Container, Sequence
    from decimal import Decimal

    from banso.rooms.ingestion.points import Row

LINKS = ("renews", "replaces", "pauses")
LARGEST_MINOR = 10**13  # a line of ten trillion yen is a slip, and sums stay exact far below 2**53
STREAMS = choices_of(
    {
        Stream.RECURRING: ("定期", "継続", "Recurring", "Subscription"),
        Stream.USAGE: ("従量", "従量課金", "Usage", "Metered"),
        Stream.PAUSE: ("休止", "一時停止", "Pause", "Paused"),
    }
)
PLAN_KINDS = choices_of(
    {
        PlanKind.BASE: ("基本", "基本プラン", "Base plan"),
        PlanKind.ADDON: ("オプション", "追加", "Add-on", "Option"),
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
        key="plan_kind",
        label=_("Base plan or add-on"),
        read=reading.choice(PLAN_KINDS),
        blank=PlanKind.BASE,
        shape=Shape.CHOICE,
        choices=tuple(PlanKind),
        column="plan_kind",
        headers=("プラン区分", "基本オプション区分", "plan kind", "base or add-on"),
    ),
    Field(
        key="pauses",
        label=_("Pauses the line"),
        read=reading.text(100),
        blank="",
        column="pauses",
        headers=("休止対象明細ID", "休止する明細ID", "pauses", "paused line id"),
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
    """The list amount over a year, and that no line follows or pauses itself. After the money."""
    values = row.values
    if "list_amount" in values:
        values["list_arr_minor"] = _listed_over_a_year(row, values.pop("list_amount"))
    for link in LINKS:
        if values.get(link) and values[link] == values["id"]:
            row.reject(link, "follows_itself")


def reject_no_pauses(rows: Sequence[Row]) -> None:
    """Whoever names the line that it pauses is a pause, by this file or by what is stored."""
    naming = [row for row in rows if row.values.get("pauses")]
    silent = [row.values["id"] for row in naming if "stream" not in row.values]
    stored = SubscriptionLine.objects.filter(external_id__in=silent, stream=Stream.PAUSE)
    known = set(stored.values_list("external_id", flat=True)) if silent else set()
    for row in naming:
        is_pause = row.values.get("stream") == Stream.PAUSE or row.values["id"] in known
        if not is_pause:
            row.reject("pauses", "not_a_pause")


def _listed_over_a_year(row: Row, listed: Decimal | None) -> int | None:
    if listed is None:
        return None
    currency, months = row.values["currency"], row.values["interval_months"]
    try:
        to_minor(listed, currency)
    except CellFault as fault:
        row.reject("list_amount", fault.code, **fault.facts)
        return None
    if listed < 0:
        row.reject("list_amount", "too_small", least=0)
        return None
    year = annualised(listed, interval_months=months, currency=currency)
    if year > LARGEST_MINOR:
        row.reject("list_amount", "too_large", most=LARGEST_MINOR)
    elif year < row.values["arr_minor"]:
        row.warn("list_amount", "list_below_price")
    return year


def warn_of_links(rows: Sequence[Row], *, coming: Container[str]) -> None:
    """A line that follows one that is neither stored nor beside it: whatever it followed is told
    as an end and a new beginning. A pause of such a line holds up nothing.
    """
    named = {row.values[link] for row in rows for link in LINKS if row.values.get(link)}
    if not named:
        return
    stored = SubscriptionLine.objects.filter(external_id__in=named)
    known = set(stored.values_list("external_id", flat=True)) | {row.values["id"] for row in rows}
    for row in rows:
        for link in LINKS:
            text = row.values.get(link)
            if text and text not in known and text not in coming:
                row.warn(link, "unknown_line", named=text)
