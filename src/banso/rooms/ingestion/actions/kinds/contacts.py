from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.utils.translation import gettext_lazy as _

from banso.engines.basis.cells import as_email, as_phone
from banso.rooms.customers.actions import ContactRow, put_contacts, take_back_contacts
from banso.rooms.customers.models import Stake
from banso.rooms.ingestion.actions.kinds import reading
from banso.rooms.ingestion.actions.kinds.known import ACCOUNT_ID_HEADERS, resolve_accounts
from banso.rooms.ingestion.points import Field, choices_of

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from banso.kit.upsert import Change, TakenBack
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
    own_key: ClassVar[tuple[str, ...]] = ("id",)
    parent = ""
    keeps_other_columns = False
    fields: ClassVar[tuple[Field, ...]] = (
        Field(
            key="id",
            label=_("Contact ID"),
            read=reading.text(100),
            required=True,
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
        Field(
            key="account",
            label=_("Account ID"),
            read=reading.text(100),
            required=True,
            headers=ACCOUNT_ID_HEADERS,
        ),
        Field(
            key="name",
            label=_("Name"),
            read=reading.text(120),
            required=True,
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
            headers=("氏名カナ", "カナ", "フリガナ", "ふりがな", "kana"),
        ),
        Field(
            key="email",
            label=_("Mail address"),
            read=as_email,
            blank="",
            headers=("メールアドレス", "メール", "email", "e-mail", "mail"),
        ),
        Field(
            key="phone",
            label=_("Phone"),
            read=as_phone,
            blank="",
            headers=("電話番号", "電話", "携帯", "phone", "phone number", "mobile"),
        ),
        Field(
            key="department",
            label=_("Department"),
            read=reading.text(120),
            blank="",
            headers=("部署", "部署名", "所属", "department"),
        ),
        Field(
            key="title",
            label=_("Title"),
            read=reading.text(120),
            blank="",
            headers=("役職", "肩書", "title", "job title"),
        ),
        Field(
            key="stake",
            label=_("Stake"),
            read=reading.choice(STAKES),
            blank=Stake.OTHER,
            headers=("関与", "立場", "stake", "role"),
        ),
    )

    def resolve(self, rows: Sequence[Row], *, coming: Container[str]) -> None:
        resolve_accounts(rows)
        for row in rows:
            if len(str(row.values.get("phone", ""))) > 40:
                row.reject("phone", "too_long", longest=40)

    def put(self, rows: Sequence[Row], occasion: Occasion) -> list[list[Change]]:
        given = [dict(row.values) for row in rows]
        placed = put_contacts(
            [ContactRow(external_id=v.pop("id"), account=v.pop("account"), given=v) for v in given],
            by=occasion.by,
            at=occasion.at,
        )
        return [[p.change] if p.change else [] for p in placed]

    def take_back(self, changes: Sequence[Change], occasion: Occasion) -> TakenBack:
        return take_back_contacts(changes, by=occasion.by, at=occasion.at)
