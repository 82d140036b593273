from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.translation import gettext_lazy as _

from banso.rooms.customers.access import visible_accounts
from banso.rooms.customers.actions.parties import PartyRow, put_parties, take_back_parties
from banso.rooms.customers.models import AccountParty, PartyRole
from banso.rooms.customers.queries.former import current_ids
from banso.rooms.ingestion.actions.kinds import reading
from banso.rooms.ingestion.actions.kinds.known import (
    ACCOUNT_FIELDS,
    reject_repeats,
    require_accounts,
    resolve_accounts,
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

ROLES = choices_of(
    {
        PartyRole.CONTRACT: ("契約先", "契約者", "契約当事者", "Contract party"),
        PartyRole.BILLING: ("請求先", "支払者", "Billing party", "Bill to"),
        PartyRole.USING: ("利用企業", "利用者", "利用先", "Using company"),
        PartyRole.SALES_PARTNER: (
            "販売パートナー",
            "代理店",
            "販売代理店",
            "社労士",
            "Sales partner",
        ),
    }
)
OF_COMPANY = {"party_name": "name", "party_kana": "kana", "party_number": "corporate_number"}


class PartiesKind:
    key = "parties"
    model = "customers.accountparty"
    label = _("Parties")
    position = 4
    own_keys: ClassVar[tuple[tuple[str, ...], ...]] = (("account", "role", "party"),)
    parent = ""
    keeps_other_columns = False
    searched = ()
    fields: ClassVar[tuple[Field, ...]] = (
        *ACCOUNT_FIELDS,
        Field(
            key="role",
            label=_("Role"),
            read=reading.choice(ROLES),
            required=True,
            shape=Shape.CHOICE,
            choices=tuple(PartyRole),
            column="role",
            headers=("役割", "関係", "role"),
        ),
        Field(
            key="party",
            label=_("Party ID"),
            read=reading.text(100),
            required=True,
            headers=("相手先ID", "パートナーID", "代理店コード", "party id", "partner id"),
        ),
        Field(
            key="party_name",
            label=_("Party's name"),
            read=reading.text(200),
            headers=("相手先名", "パートナー名", "代理店名", "party name", "partner name"),
        ),
        Field(
            key="party_kana",
            label=_("Party's kana"),
            read=reading.text(200),
            blank="",
            headers=("相手先カナ", "party kana"),
        ),
        Field(
            key="party_number",
            label=_("Party's corporate number"),
            read=reading.number_of_company,
            blank="",
            headers=("法人番号", "相手先法人番号", "party corporate number"),
        ),
        Field(
            key="from_on",
            label=_("From"),
            read=reading.day,
            shape=Shape.DAY,
            column="from_on",
            headers=("開始日", "from", "from on"),
        ),
        Field(
            key="to_on",
            label=_("First day no longer"),
            read=reading.day,
            shape=Shape.DAY,
            column="to_on",
            headers=("終了日", "to", "to on"),
        ),
    )

    def resolve(self, rows: Sequence[Row], *, coming: Container[str]) -> None:
        """A party is one of our customers, by its ID, or a company of its own, which has a name."""
        resolve_accounts(rows)
        require_accounts(rows)
        customers = current_ids({row.values["party"] for row in rows})
        for row in rows:
            row.values["other_account"] = other = customers.get(row.values["party"])
            if other is not None and other == row.values["account"]:
                row.reject("party", "own_party")
            elif other is None and row.values.get("party_name") is None:
                row.reject("party_name", "missing")
            start, end = row.values.get("from_on"), row.values.get("to_on")
            if start and end and end < start:
                row.reject("to_on", "end_before_start")
        reject_repeats(rows, "party", _mark)

    def put(self, rows: Sequence[Row], occasion: Occasion) -> list[list[Change]]:
        stated = [self._party_row(row) for row in rows]
        return put_parties(stated, by=occasion.by, at=occasion.at)

    def _party_row(self, row: Row) -> PartyRow:
        given = dict(row.values)
        company = {name: given.pop(key) for key, name in OF_COMPANY.items() if key in given}
        return PartyRow(
            account=given.pop("account"),
            role=given.pop("role"),
            other_account=given.pop("other_account"),
            external_id=given.pop("party"),
            company=company,
            given=given,
        )

    def take_back(self, changes: Sequence[Change], occasion: Occasion) -> TakenBack:
        return take_back_parties(changes, by=occasion.by, at=occasion.at)

    def stored(self, viewer: User, *, on: date) -> QuerySet[AccountParty]:
        seen = AccountParty.objects.filter(account__in=visible_accounts(viewer, on=on))
        return seen.select_related("account", "party", "other_account").order_by("pk")

    def told(self, rows: Sequence[AccountParty]) -> list[dict[str, Any]]:
        return [told_by_columns(self.fields, row) | _party_told(row) for row in rows]


def _mark(row: Row) -> tuple[int, str, str | int]:
    values = row.values
    return values["account"], values["role"], values["other_account"] or values["party"]


def _party_told(row: AccountParty) -> dict[str, Any]:
    company = row.party
    if company is None:
        other = row.other_account.external_id if row.other_account else None
        return {"party": other, "party_name": None, "party_kana": None, "party_number": None}
    stated = {key: getattr(company, name) or None for key, name in OF_COMPANY.items()}
    return {"party": company.external_id, **stated}
