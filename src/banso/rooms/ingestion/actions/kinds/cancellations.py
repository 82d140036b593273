from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.translation import gettext_lazy as _

from banso.rooms.customers.access import visible_accounts
from banso.rooms.ingestion.actions.kinds import reading
from banso.rooms.ingestion.actions.kinds.known import (
    ACCOUNT_FIELDS,
    require_accounts,
    resolve_accounts,
)
from banso.rooms.ingestion.actions.kinds.telling import told_by_columns
from banso.rooms.ingestion.points import Field, Shape, choices_of
from banso.rooms.revenue.actions import (
    CancellationRow,
    put_cancellations,
    take_back_cancellations,
)
from banso.rooms.revenue.models import Cancellation, Contract, NoticeForm, SubscriptionLine

if TYPE_CHECKING:
    from collections.abc import Container, Sequence
    from datetime import date

    from django.db.models import QuerySet

    from banso.kit.upsert import Change, TakenBack
    from banso.rooms.identity.models import User
    from banso.rooms.ingestion.points import Occasion, Row

FORMS = choices_of(
    {
        NoticeForm.LETTER: ("書面", "郵送", "Letter"),
        NoticeForm.MAIL: ("メール", "Mail", "Email"),
        NoticeForm.WEB_FORM: ("フォーム", "Webフォーム", "Web form", "Form"),
        NoticeForm.CALL: ("電話", "口頭", "Call", "Phone"),
        NoticeForm.OTHER: ("その他", "Other"),
    }
)


class CancellationsKind:
    key = "cancellations"
    model = "revenue.cancellation"
    label = _("Cancellations")
    position = 8
    own_keys: ClassVar[tuple[tuple[str, ...], ...]] = (("id",),)
    parent = ""
    keeps_other_columns = False
    searched = ()
    fields: ClassVar[tuple[Field, ...]] = (
        Field(
            key="id",
            label=_("Cancellation ID"),
            read=reading.text(100),
            required=True,
            column="external_id",
            headers=("解約ID", "解約番号", "cancellation id", "churn event id", "id"),
        ),
        *ACCOUNT_FIELDS,
        Field(
            key="contract",
            label=_("Contract ID"),
            read=reading.text(100),
            blank="",
            column="contract.external_id",
            instead_of="account",
            headers=("契約ID", "契約番号", "contract id", "contract number"),
        ),
        Field(
            key="noticed_on",
            label=_("Notice given on"),
            read=reading.day,
            shape=Shape.DAY,
            column="noticed_on",
            headers=("申出日", "解約申出日", "notice date", "noticed on"),
        ),
        Field(
            key="form",
            label=_("Form of the notice"),
            read=reading.choice(FORMS),
            blank="",
            shape=Shape.CHOICE,
            choices=tuple(NoticeForm),
            column="form",
            headers=("申出方法", "申出形式", "notice form", "form"),
        ),
        Field(
            key="ends_on",
            label=_("First day without service"),
            read=reading.day,
            shape=Shape.DAY,
            column="ends_on",
            required=True,
            headers=("解約日", "ends on", "churn date", "cancellation date"),
        ),
        Field(
            key="last_on",
            label=_("Last day"),
            read=reading.day,
            shape=Shape.DAY,
            instead_of="ends_on",
            headers=("最終利用日", "利用終了日", "last day"),
        ),
        Field(
            key="reason",
            label=_("Reason"),
            read=reading.text(120),
            blank="",
            column="reason",
            headers=("理由", "解約理由", "reason", "reason code"),
        ),
        Field(
            key="detail",
            label=_("Detail"),
            read=reading.text(20_000),
            blank="",
            column="detail",
            headers=("詳細", "理由の詳細", "備考", "detail", "feedback", "feedback text"),
        ),
    )

    def resolve(self, rows: Sequence[Row], *, coming: Container[str]) -> None:
        resolve_accounts(rows)
        self._resolve_contracts(rows)
        require_accounts(rows)
        for row in rows:
            self._resolve_days(row)
        self._warn_of_lines([row for row in rows if not row.faults])

    def _resolve_contracts(self, rows: Sequence[Row]) -> None:
        named = {row.values["contract"] for row in rows if row.values.get("contract")}
        found = Contract.objects.filter(external_id__in=named)
        known = {each.external_id: each for each in found}
        for row in rows:
            if "contract" not in row.values:
                continue
            text = row.values.pop("contract")
            contract = known.get(text)
            row.values["contract_id"] = contract.pk if contract else None
            account = row.values.get("account")
            if text and contract is None:
                row.reject("contract", "unknown_contract", named=text)
            elif contract and account not in (None, contract.account_id):
                row.reject("contract", "contract_of_another_account", named=text)
            elif contract:
                row.values["account"] = contract.account_id

    def _resolve_days(self, row: Row) -> None:
        """A last day of service is inclusive and becomes the first day without."""
        values = row.values
        last, ends = values.pop("last_on", None), values.get("ends_on")
        if ends is None and last is not None:
            values["ends_on"] = ends = last + timedelta(days=1)
        if ends is None and not row.faults:
            row.reject("ends_on", "missing")
        noticed = values.get("noticed_on")
        if ends and noticed and ends < noticed:
            row.warn("ends_on", "ends_before_notice")

    def _warn_of_lines(self, rows: Sequence[Row]) -> None:
        """A cancellation that its own lines contradict: revenue goes by the lines."""
        running: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
        lines = SubscriptionLine.objects.filter(account__in={row.values["account"] for row in rows})
        for account, *line in lines.values_list("account_id", "start_on", "end_on", "contract_id"):
            running[account].append(tuple(line))
        for row in rows:
            ends, contract = row.values["ends_on"], row.values.get("contract_id")
            going_on = sum(
                start < ends and (end is None or end > ends) and contract in (None, under)
                for start, end, under in running[row.values["account"]]
            )
            if going_on:
                row.warn("ends_on", "lines_go_on", number=going_on)

    def put(self, rows: Sequence[Row], occasion: Occasion) -> list[list[Change]]:
        stated = [self._cancellation_row(row) for row in rows]
        return put_cancellations(stated, by=occasion.by, at=occasion.at)

    def _cancellation_row(self, row: Row) -> CancellationRow:
        given = dict(row.values)
        return CancellationRow(
            external_id=given.pop("id"), account=given.pop("account"), given=given
        )

    def take_back(self, changes: Sequence[Change], occasion: Occasion) -> TakenBack:
        return take_back_cancellations(changes, by=occasion.by, at=occasion.at)

    def stored(self, viewer: User, *, on: date) -> QuerySet[Cancellation]:
        seen = Cancellation.objects.filter(account__in=visible_accounts(viewer, on=on))
        return seen.select_related("account", "contract").order_by("pk")

    def told(self, rows: Sequence[Cancellation]) -> list[dict[str, Any]]:
        return [told_by_columns(self.fields, row) for row in rows]
