"""The terms of a contract, as the rows of its lines state them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from banso.engines.basis.cells import CellFault, as_integer, as_yes_no
from banso.engines.basis.deadlines import Notice, NoticeUnit
from banso.engines.basis.notices import as_notice, notice_code
from banso.rooms.ingestion.actions.kinds import reading
from banso.rooms.ingestion.points import Field, Shape

if TYPE_CHECKING:
    from banso.engines.basis.cells import Cell
    from banso.rooms.ingestion.points import Row
    from banso.rooms.revenue.models import Contract

TERMS = (
    *("term_end_on", "term_months", "auto_renew", "notice_amount", "notice_unit"),
    *("notice_by_working_day", "price_notice_amount", "price_notice_unit"),
)
MOST_MONTHS = 120


def _announcement(cell: Cell) -> Notice:
    """A time before the customer's deadline: never the deadline itself."""
    found = as_notice(cell)
    if not found.amount:
        raise CellFault("too_small", least=1)
    return found


TERM_FIELDS = (
    Field(
        key="term_end_on",
        label=_("Term end"),
        read=reading.day,
        column="contract.term_end_on",
        shape=Shape.DAY,
        headers=("契約満了日", "満了日", "term end", "term end date"),
    ),
    Field(
        key="term_months",
        label=_("Months of a term"),
        read=partial(as_integer, least=1, most=MOST_MONTHS),
        column="contract.term_months",
        shape=Shape.WHOLE,
        headers=("契約期間(か月)", "契約期間", "契約月数", "term months", "contract term"),
    ),
    Field(
        key="auto_renew",
        label=_("Auto-renew"),
        read=as_yes_no,
        column="contract.auto_renew",
        shape=Shape.FLAG,
        headers=("自動更新", "auto renew", "auto renew flag"),
    ),
    Field(
        key="notice",
        label=_("Notice before the term end"),
        read=as_notice,
        headers=("解約通知期限", "通知期限", "解約予告期間", "解約予告", "notice", "notice period"),
    ),
    Field(
        key="notice_months",
        label=_("Notice, months before term end"),
        read=partial(as_integer, least=0, most=MOST_MONTHS),
        shape=Shape.WHOLE,
        headers=("解約通知期限(か月前)", "notice months"),
    ),
    Field(
        key="notice_by_working_day",
        label=_("Notice must arrive on a working day"),
        read=as_yes_no,
        column="contract.notice_by_working_day",
        shape=Shape.FLAG,
        headers=("営業日必着", "notice by working day"),
    ),
    Field(
        key="price_notice",
        label=_("Our notice of a price, before the customer's deadline"),
        read=_announcement,
        headers=("価格改定通知", "当社通知期限", "価格改定通知期限", "price notice"),
    ),
)


def resolve_notices(row: Row) -> None:
    """Notices become an amount and a unit; a column of months stands in for one in words."""
    values = row.values
    if "notice_months" in values:
        months = values.pop("notice_months")
        in_months = None if months is None else Notice(months, NoticeUnit.MONTHS)
        values["notice"] = values.get("notice") or in_months
    for name in ("notice", "price_notice"):
        if name in values:
            stated: Notice | None = values.pop(name)
            values[f"{name}_amount"] = stated.amount if stated else None
            values[f"{name}_unit"] = stated.unit.value if stated else ""


def told_notices(contract: Contract | None) -> dict[str, Any]:
    """A contract's notices as a file would state them: 60d, 1m; and in months, if that is what
    they are.
    """
    notice, spoken = (contract.notice, contract.price_notice) if contract else (None, None)
    in_months = notice is not None and notice.unit is NoticeUnit.MONTHS
    return {
        "notice": notice_code(notice) if notice else None,
        "notice_months": notice.amount if notice and in_months else None,
        "price_notice": notice_code(spoken) if spoken else None,
    }
