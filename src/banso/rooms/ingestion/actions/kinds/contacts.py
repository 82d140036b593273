from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.translation import gettext_lazy as _

from banso.engines.basis.cells import as_email, as_phone
from banso.rooms.customers.access import visible_accounts
from banso.rooms.customers.actions.contacts import ContactRow, put_contacts, take_back_contacts
from banso.rooms.customers.models import Contact, Stake
from banso.rooms.ingestion.actions.kinds import reading
from banso.rooms.ingestion.actions.kinds.known import (
    ACCOUNT_FIELDS,
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

STAKES = choices_of(
    {
        Stake.DECISION_MAKER: ("決裁者", "Decision maker"),
        Stake.CHAMPION: ("推進者", "チャンピオン", "Champion"),
        Stake.SPONSOR: ("役員スポンサー", "スポンサー", "Executive sponsor"),
        Stake.USER: ("利用者", "ユーザー", "User"),
        Stake.ADVISER: ("外部アドバイザー", "社労士", "Outside adviser"),
        Stake.BILLING: ("経理窓口", "経理", "Billing contact"),
        Stake.IT: ("情シス", "情報システム", "IT"),
        Stake.OTHER: ("その他", "Other"),
    }
)


class ContactsKind:
    key = "contacts"
    model = "customers.contact"
    label = _("Contacts")
    position = 3
    own_keys: ClassVar[tuple[tuple[str, ...], ...]] = (("id",),)
    parent = "predecessor"
    keeps_other_columns = False
    searched = ()
    fields: ClassVar[tuple[Field, ...]] = (
        Field(
            key="id",
            label=_("Contact ID"),
            read=reading.text(100),
            required=True,
            column="external_id",
            headers=(
                "先方担当者ID",
                "取引先責任者ID",
                "担当者ID",
                "連絡先ID",
                "contact id",
                "record id",
                "id",
            ),
        ),
        *ACCOUNT_FIELDS,
        Field(
            key="name",
            label=_("Name"),
            read=reading.text(120),
            required=True,
            column="name",
            headers=(
                "氏名",
                "先方担当者名",
                "担当者名",
                "名前",
                "name",
                "full name",
                "contact name",
            ),
        ),
        Field(
            key="kana",
            label=_("Kana"),
            read=reading.text(120),
            blank="",
            column="kana",
            headers=("氏名カナ", "カナ", "フリガナ", "ふりがな", "kana"),
        ),
        Field(
            key="email",
            label=_("Mail address"),
            read=as_email,
            blank="",
            column="email",
            headers=("メールアドレス", "メール", "email", "e-mail", "mail"),
        ),
        Field(
            key="phone",
            label=_("Phone"),
            read=as_phone,
            blank="",
            column="phone",
            headers=("電話番号", "電話", "携帯", "phone", "phone number", "mobile"),
        ),
        Field(
            key="department",
            label=_("Department"),
            read=reading.text(120),
            blank="",
            column="department",
            headers=("部署", "部署名", "所属", "department"),
        ),
        Field(
            key="title",
            label=_("Title"),
            read=reading.text(120),
            blank="",
            column="title",
            headers=("役職", "肩書", "title", "job title"),
        ),
        Field(
            key="stake",
            label=_("Stake"),
            read=reading.choice(STAKES),
            blank=Stake.OTHER,
            column="stake",
            shape=Shape.CHOICE,
            choices=tuple(Stake),
            headers=("関与", "立場", "stake", "role"),
        ),
        Field(
            key="from_on",
            label=_("There since"),
            read=reading.day,
            shape=Shape.DAY,
            column="from_on",
            headers=("着任日", "there since", "from on"),
        ),
        Field(
            key="left_on",
            label=_("Transferred on"),
            read=reading.day,
            shape=Shape.DAY,
            column="left_on",
            headers=("離任日", "異動日", "退任日", "left on"),
        ),
        Field(
            key="predecessor",
            label=_("Predecessor's contact ID"),
            read=reading.text(100),
            blank="",
            column="predecessor.external_id",
            headers=("前任者ID", "predecessor id", "predecessor"),
        ),
    )

    def resolve(self, rows: Sequence[Row], *, coming: Container[str]) -> None:
        resolve_accounts(rows)
        require_accounts(rows)
        self._resolve_predecessors(rows, coming)
        for row in rows:
            if len(str(row.values.get("phone", ""))) > 40:
                row.reject("phone", "too_long", longest=40)
            came, left = row.values.get("from_on"), row.values.get("left_on")
            if came and left and left < came:
                row.reject("left_on", "end_before_start")

    def _resolve_predecessors(self, rows: Sequence[Row], coming: Container[str]) -> None:
        named = {row.values.get("predecessor") for row in rows} - {None, ""}
        found = Contact.objects.filter(external_id__in=named)
        known = {
            contact: (pk, account)
            for contact, pk, account in found.values_list("external_id", "pk", "account_id")
        }
        for row in rows:
            if "predecessor" not in row.values:
                continue
            text = row.values.pop("predecessor")
            pk, account = known.get(text, (None, None))
            row.values["predecessor_id"] = pk
            if text and pk is None and text not in coming:
                row.reject("predecessor", "unknown_contact", named=text)
            elif pk is not None and account != row.values["account"]:
                row.reject("predecessor", "contact_of_another_account", named=text)

    def put(self, rows: Sequence[Row], occasion: Occasion) -> list[list[Change]]:
        given = [dict(row.values) for row in rows]
        placed = put_contacts(
            [ContactRow(external_id=v.pop("id"), account=v.pop("account"), given=v) for v in given],
            by=occasion.by,
            at=occasion.at,
        )
        return [[p.change] if p.change else [] for p in placed]

    def stored(self, viewer: User, *, on: date) -> QuerySet[Contact]:
        seen = Contact.objects.filter(account__in=visible_accounts(viewer, on=on))
        return seen.select_related("account", "predecessor").order_by("pk")

    def told(self, rows: Sequence[Contact]) -> list[dict[str, Any]]:
        return [told_by_columns(self.fields, row) for row in rows]

    def take_back(self, changes: Sequence[Change], occasion: Occasion) -> TakenBack:
        return take_back_contacts(changes, by=occasion.by, at=occasion.at)
