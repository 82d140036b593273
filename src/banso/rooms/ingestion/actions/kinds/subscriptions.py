from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from banso.engines.basis.cells import CellFault, as_amount
from banso.engines.basis.money import annualised, to_minor
from banso.kit.exports import major_units
from banso.rooms.customers.access import visible_accounts
from banso.rooms.customers.models import Account
from banso.rooms.ingestion.actions.kinds import reading
from banso.rooms.ingestion.actions.kinds.known import (
    ACCOUNT_FIELDS,
    require_accounts,
    resolve_accounts,
)
from banso.rooms.ingestion.actions.kinds.lines import (
    LARGEST_MINOR,
    LINE_FIELDS,
    reject_no_pauses,
    resolve_line,
    warn_of_links,
)
from banso.rooms.ingestion.actions.kinds.telling import told_by_columns
from banso.rooms.ingestion.actions.kinds.terms import (
    TERM_FIELDS,
    TERMS,
    resolve_notices,
    told_notices,
)
from banso.rooms.ingestion.points import Field, Shape
from banso.rooms.revenue.actions import LineRow, put_lines, take_back_lines
from banso.rooms.revenue.models import Contract, Stream, SubscriptionLine

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from django.db.models import QuerySet

    from banso.kit.upsert import Change, TakenBack
    from banso.rooms.identity.models import User
    from banso.rooms.ingestion.points import Occasion, Row

NEVER = date(9999, 12, 31)  # how many systems write "still running"

OWN_CONTRACT = "line:"  # before a line's ID: the contract of a line that names none


@dataclass(frozen=True, slots=True)
class Before:
    """What is known of a line before a file speaks of it; empty for a new one."""

    currency: str
    contract: str


def _known_lines(rows: Sequence[Row]) -> dict[str, Before]:
    ids = [row.values["id"] for row in rows if "id" in row.values]
    known = SubscriptionLine.objects.filter(external_id__in=ids)
    return {
        line: Before(currency, contract or "")
        for line, currency, contract in known.values_list(
            "external_id", "currency", "contract__external_id"
        )
    }


class SubscriptionsKind:
    key = "subscriptions"
    model = "revenue.subscriptionline"
    label = _("Subscriptions")
    position = 6
    own_keys: ClassVar[tuple[tuple[str, ...], ...]] = (("id",),)
    parent = ""
    keeps_other_columns = False
    searched = ()
    fields: ClassVar[tuple[Field, ...]] = (
        Field(
            key="id",
            label=_("Line ID"),
            read=reading.text(100),
            required=True,
            column="external_id",
            headers=(
                "契約明細ID",
                "明細ID",
                "サブスクリプションID",
                "subscription id",
                "line id",
                "id",
            ),
        ),
        *ACCOUNT_FIELDS,
        Field(
            key="contract",
            label=_("Contract ID"),
            read=reading.text(90),
            blank="",
            column="contract.external_id",
            headers=("契約ID", "契約番号", "contract id", "contract number"),
        ),
        Field(
            key="product",
            label=_("Product"),
            read=reading.text(120),
            blank="",
            column="product",
            headers=(
                "製品",
                "製品名",
                "商品名",
                "プラン",
                "product",
                "product name",
                "plan",
                "plan tier",
            ),
        ),
        Field(
            key="quantity",
            label=_("Quantity"),
            read=reading.whole,
            column="quantity",
            shape=Shape.WHOLE,
            headers=("数量", "ライセンス数", "quantity", "seats", "licenses"),
        ),
        Field(
            key="amount",
            label=_("Amount"),
            read=as_amount,
            required=True,
            shape=Shape.AMOUNT,
            headers=(
                "金額",
                "定期金額",
                "amount",
                "recurring amount",
                "mrr amount",
                "monthly amount",
            ),
        ),
        Field(
            key="currency",
            label=_("Currency"),
            read=reading.currency,
            blank="",
            column="currency",
            headers=("通貨", "通貨コード", "currency"),
        ),
        Field(
            key="interval",
            label=_("Billed every"),
            read=reading.interval,
            required=True,
            column="interval_months",
            shape=Shape.TEXT,
            headers=(
                "請求周期",
                "請求サイクル",
                "支払サイクル",
                "interval",
                "billing interval",
                "billing period",
            ),
        ),
        Field(
            key="start_on",
            label=_("Starts on"),
            read=reading.day,
            required=True,
            column="start_on",
            shape=Shape.DAY,
            headers=("開始日", "契約開始日", "利用開始日", "start on", "start date"),
        ),
        Field(
            key="end_on",
            label=_("Last day"),
            read=reading.day,
            shape=Shape.DAY,
            headers=("終了日", "契約終了日", "利用終了日", "end on", "end date", "last day"),
        ),
        Field(
            key="ended_on",
            label=_("First day without service"),
            read=reading.day,
            column="end_on",
            shape=Shape.DAY,
            headers=("解約日", "停止日", "ended on", "cancelled on"),
        ),
        *LINE_FIELDS,
        *TERM_FIELDS,
    )

    def resolve(self, rows: Sequence[Row], *, coming: Container[str]) -> None:
        resolve_accounts(rows)
        require_accounts(rows)
        known = _known_lines(rows)
        for row in rows:
            if not row.faults:
                before = known.get(row.values["id"], Before("", ""))
                self._resolve_money(row, before)
                self._resolve_days(row)
                if not row.faults:
                    resolve_line(row)
                self._resolve_terms(row, before)
        self._resolve_contracts([row for row in rows if not row.faults])
        reject_no_pauses([row for row in rows if not row.faults])
        whole = [row for row in rows if not row.faults]
        _warn_of_marks(whole)
        warn_of_links(whole, coming=coming)

    def _resolve_money(self, row: Row, before: Before) -> None:
        """A column that is absent leaves a known line's currency; an empty cell means ours."""
        amount, values = row.values.pop("amount"), row.values
        stated = values.get("currency", before.currency)
        code = values["currency"] = stated or settings.BANSO.currency
        values["interval_months"] = values.pop("interval")
        try:
            values["amount_minor"] = to_minor(amount, code)
        except CellFault as fault:
            row.reject("amount", fault.code, **fault.facts)
            return
        values["arr_minor"] = annualised(
            amount, interval_months=values["interval_months"], currency=code
        )
        if amount < 0:
            row.reject("amount", "too_small", least=0)
        elif values["arr_minor"] > LARGEST_MINOR:
            row.reject("amount", "too_large", most=LARGEST_MINOR)
        elif amount == 0 and values.get("stream") != Stream.PAUSE:
            row.warn("amount", "no_amount")

    def _resolve_days(self, row: Row) -> None:
        """The last day of service is inclusive in files and becomes the first day without.

        A file without either column leaves a known line's end as it is.
        """
        values = row.values
        if not {"end_on", "ended_on"} & values.keys():
            return
        last, ended = values.pop("end_on", None), values.pop("ended_on", None)
        last, ended = (None if day == NEVER else day for day in (last, ended))
        end = ended if ended is not None else last and last + timedelta(days=1)
        values["end_on"] = end
        if end is not None and end < values["start_on"]:
            row.reject("end_on" if ended is None else "ended_on", "end_before_start")
        elif end == values["start_on"]:
            row.warn("end_on" if ended is None else "ended_on", "no_days")

    def _resolve_terms(self, row: Row, before: Before) -> None:
        """Terms without a contract ID are those of the line's contract, or of one of its own."""
        values = row.values
        resolve_notices(row)
        stated = any(values.get(name) not in {None, ""} for name in TERMS)
        if stated and not values.get("contract"):
            unnamed = "contract" not in values  # an empty cell takes the line out of its contract
            values["contract"] = (unnamed and before.contract) or OWN_CONTRACT + values["id"]

    def _resolve_contracts(self, rows: Sequence[Row]) -> None:
        """A contract belongs to one account, in this file and before it."""
        named = {row.values.get("contract") for row in rows} - {None, ""}
        holders = dict(
            Contract.objects.filter(external_id__in=named).values_list("external_id", "account_id")
        )
        for row in rows:
            contract, account = row.values.get("contract"), row.values["account"]
            if contract and holders.setdefault(contract, account) != account:
                row.reject("contract", "contract_of_another_account", named=contract)

    def put(self, rows: Sequence[Row], occasion: Occasion) -> list[list[Change]]:
        return put_lines([self._line_row(row) for row in rows], by=occasion.by, at=occasion.at)

    def _line_row(self, row: Row) -> LineRow:
        given = dict(row.values)
        terms = {name: given.pop(name) for name in TERMS if name in given}
        return LineRow(
            external_id=given.pop("id"),
            account=given.pop("account"),
            contract=given.pop("contract", None),
            given=given,
            terms=terms,
        )

    def stored(self, viewer: User, *, on: date) -> QuerySet[SubscriptionLine]:
        seen = SubscriptionLine.objects.filter(account__in=visible_accounts(viewer, on=on))
        return seen.select_related("account", "contract").order_by("pk")

    def told(self, rows: Sequence[SubscriptionLine]) -> list[dict[str, Any]]:
        return [
            told_by_columns(self.fields, row)
            | {
                "amount": str(major_units(row.amount_minor, row.currency)),
                "interval": str(row.interval_months),
                "list_amount": _stated_list_amount(row),
                "contract": _stated_contract(row),
            }
            | told_notices(row.contract)
            for row in rows
        ]

    def take_back(self, changes: Sequence[Change], occasion: Occasion) -> TakenBack:
        return take_back_lines(changes, by=occasion.by, at=occasion.at)


def _stated_list_amount(line: SubscriptionLine) -> str | None:
    """What is paid per interval at the list price: the year's, divided again."""
    if line.list_arr_minor is None:
        return None
    each = Decimal(line.list_arr_minor) * line.interval_months / 12
    return str(major_units(round(each), line.currency))


def _stated_contract(line: SubscriptionLine) -> str | None:
    """The contract as a file would name it: one that a line has for itself is named by nobody."""
    named = line.contract.external_id if line.contract else None
    return None if named is None or named.startswith(OWN_CONTRACT) else named


def _warn_of_marks(rows: Sequence[Row]) -> None:
    """A line without an end, of an account that its own system calls gone: one of them is wrong."""
    open_ended = [row for row in rows if row.values.get("end_on") is None]
    asked = {row.values["account"] for row in open_ended}
    marked = Account.objects.filter(pk__in=asked, marked_left=True)
    gone = set(marked.values_list("pk", flat=True))
    for row in open_ended:
        if row.values["account"] in gone:
            row.warn("end_on", "account_marked_left")
