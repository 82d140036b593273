from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from banso.rooms.customers.access import visible_accounts
from banso.rooms.customers.queries.former import merged_away
from banso.rooms.ingestion.actions.kinds import reading
from banso.rooms.ingestion.actions.kinds.known import (
    ACCOUNT_FIELDS,
    reject_repeats,
    resolve_accounts,
)
from banso.rooms.ingestion.actions.kinds.telling import told_by_columns
from banso.rooms.ingestion.points import Field, Shape
from banso.rooms.revenue.actions.transfers import (
    TransferRow,
    put_transfers,
    take_back_transfers,
)
from banso.rooms.revenue.models import SubscriptionLine, Transfer

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence

    from django.db.models import QuerySet

    from banso.kit.upsert import Change, TakenBack
    from banso.rooms.identity.models import User
    from banso.rooms.ingestion.points import Occasion, Row

_ACCOUNT, _NUMBER, _DOMAIN, _NAME = ACCOUNT_FIELDS


class TransfersKind:
    key = "transfers"
    model = "revenue.transfer"
    label = _("Transfers of contracts")
    position = 7
    own_keys: ClassVar[tuple[tuple[str, ...], ...]] = (("line", "on"),)
    parent = ""
    keeps_other_columns = False
    searched = ()
    fields: ClassVar[tuple[Field, ...]] = (
        Field(
            key="line",
            label=_("Line that goes over"),
            read=reading.text(100),
            required=True,
            blank="",
            column="line.external_id",
            headers=("契約明細ID", "明細ID", "移管明細ID", "subscription id", "line id"),
        ),
        replace(
            _ACCOUNT,
            label=_("Account all of whose lines go over"),
            required=False,
            instead_of="line",
            headers=("移管元顧客ID", "移管元ID", *_ACCOUNT.headers, "from account id"),
        ),
        replace(_NUMBER, instead_of="line"),
        replace(_DOMAIN, instead_of="line"),
        replace(_NAME, instead_of="line", headers=("移管元顧客名", *_NAME.headers)),
        Field(
            key="on",
            label=_("Transferred on"),
            read=reading.day,
            required=True,
            shape=Shape.DAY,
            column="on",
            headers=("移管日", "承継日", "合併日", "分割日", "transfer date", "transferred on"),
        ),
        Field(
            key="into",
            label=_("New account's ID"),
            read=reading.text(100),
            required=True,
            blank="",
            column="into.external_id",
            headers=(
                "移管先顧客ID",
                "移管先ID",
                "承継先顧客ID",
                "to account id",
                "into account id",
            ),
        ),
        Field(
            key="into_number",
            label=_("New account's corporate number"),
            read=reading.number_of_company,
            blank="",
            instead_of="into",
            headers=("移管先法人番号", "into corporate number"),
        ),
        Field(
            key="into_domain",
            label=_("New account's domain"),
            read=reading.domain,
            blank="",
            instead_of="into",
            headers=("移管先ドメイン", "into domain"),
        ),
        Field(
            key="into_name",
            label=_("New account's name"),
            read=reading.text(200),
            blank="",
            instead_of="into",
            headers=("移管先顧客名", "移管先名", "承継先顧客名", "to account name", "into name"),
        ),
        Field(
            key="reason",
            label=_("Reason"),
            read=reading.text(120),
            blank="",
            column="reason",
            headers=("理由", "移管理由", "reason"),
        ),
    )

    def resolve(self, rows: Sequence[Row], *, coming: Container[str]) -> None:
        """A line goes over alone; where none is named, all that the account has."""
        self._reject_merged(rows)
        resolve_accounts(rows)
        resolve_accounts(rows, which="into")
        self._resolve_lines(rows)
        for row in rows:
            if row.values["into"] is None and not row.faults:
                row.reject("into", "missing")
        whole = [row for row in rows if not row.faults]
        reject_repeats(whole, "on", _mark)
        self._reject_going_nowhere([row for row in whole if not row.faults])
        self._warn_of_nothing([row for row in whole if not row.faults])

    def _reject_merged(self, rows: Sequence[Row]) -> None:
        """All that a merged account has is by now all that another has: more would go over."""
        alone = [row for row in rows if row.values.get("account") and not row.values.get("line")]
        gone = merged_away({row.values["account"] for row in alone})
        for row in alone:
            if row.values["account"] in gone:
                row.reject("account", "merged_account", named=gone[row.values["account"]])

    def _resolve_lines(self, rows: Sequence[Row]) -> None:
        named = {row.values["line"] for row in rows if row.values.get("line")}
        found = SubscriptionLine.objects.filter(external_id__in=named)
        known = {line.external_id: line for line in found}
        for row in rows:
            text, account = row.values.pop("line", ""), row.values["account"]
            row.values["line"] = None
            if text in known:
                row.values["line"], row.values["account"] = known[text].pk, None
                row.values["owner"] = known[text].account_id
                _check_line(row, text, known[text], account)
            elif text:
                row.reject("line", "unknown_line", named=text)
            elif account is None and not row.faults:
                row.reject("line", "missing")
            else:
                row.values["owner"] = account

    def _reject_going_nowhere(self, rows: Sequence[Row]) -> None:
        """What goes to whom it belongs anyhow, unless it had gone to another before."""
        home = [row for row in rows if row.values["into"] == row.values["owner"]]
        first = _first_days(home, rows)
        for row in home:
            if first[_unit(row)] >= row.values["on"]:
                row.reject("into", "same_account")

    def _warn_of_nothing(self, rows: Sequence[Row]) -> None:
        """All lines of an account that has none that day: a slip, or its lines come later."""
        asked = {row.values["account"] for row in rows if row.values["account"]}
        held: dict[int, list[tuple[date, date | None]]] = defaultdict(list)
        lines = SubscriptionLine.objects.filter(account__in=asked)
        for account, start, end in lines.values_list("account_id", "start_on", "end_on"):
            held[account].append((start, end))
        for row in rows:
            on, account = row.values["on"], row.values["account"]
            if account and not any(
                start <= on and (end is None or end > on) for start, end in held[account]
            ):
                row.warn("on", "nothing_goes_over")

    def put(self, rows: Sequence[Row], occasion: Occasion) -> list[list[Change]]:
        stated = [self._transfer_row(row) for row in rows]
        return put_transfers(stated, by=occasion.by, at=occasion.at)

    def _transfer_row(self, row: Row) -> TransferRow:
        given = dict(row.values)
        given.pop("owner")
        known: dict[str, Any] = {
            name: given.pop(name) for name in ("on", "into", "account", "line")
        }
        return TransferRow(**known, given=given)

    def take_back(self, changes: Sequence[Change], occasion: Occasion) -> TakenBack:
        return take_back_transfers(changes, by=occasion.by, at=occasion.at)

    def stored(self, viewer: User, *, on: date) -> QuerySet[Transfer]:
        """Those of which the viewer sees both sides."""
        seen = visible_accounts(viewer, on=on)
        rows = Transfer.objects.filter(Q(account__in=seen) | Q(line__account__in=seen))
        return rows.filter(into__in=seen).select_related("account", "line", "into").order_by("pk")

    def told(self, rows: Sequence[Transfer]) -> list[dict[str, Any]]:
        return [told_by_columns(self.fields, row) for row in rows]


def _check_line(row: Row, text: str, line: SubscriptionLine, account: int | None) -> None:
    """That it is the account's, and in force when it goes over."""
    if account not in (None, line.account_id):
        row.reject("line", "line_of_another_account", named=text)
    on = row.values.get("on")
    if on is not None and on <= line.start_on:
        row.reject("on", "line_not_begun", named=text)
    elif on is not None and line.end_on is not None and on >= line.end_on:
        row.reject("on", "line_over", named=text)


def _unit(row: Row) -> tuple[int | None, int | None]:
    return row.values["line"], row.values["account"]


def _mark(row: Row) -> object:
    return *_unit(row), row.values["on"]


def _first_days(home: Iterable[Row], rows: Iterable[Row]) -> dict[object, date]:
    """When each line or account of these first went to somebody else, by what is stored and by
    this file; a day beyond all where it never did.
    """
    first: dict[object, date] = defaultdict(lambda: date.max)
    units = [_unit(row) for row in home]
    if not units:
        return first
    stored = Transfer.objects.filter(
        Q(line__in=[line for line, _account in units if line])
        | Q(account__in=[account for _line, account in units if account])
    )
    columns = ("line_id", "account_id", "on", "into_id", "line__account_id")
    for line, account, on, into, owner in stored.values_list(*columns):
        if into not in (account, owner):
            first[line, account] = min(first[line, account], on)
    for row in rows:
        if row.values["into"] != row.values["owner"]:
            first[_unit(row)] = min(first[_unit(row)], row.values["on"])
    return first
