from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.translation import gettext_lazy as _

from banso.engines.basis.cells import as_yes_no
from banso.rooms.customers.access import visible_accounts
from banso.rooms.customers.actions.accounts import put_accounts, take_back_accounts
from banso.rooms.customers.actions.stated import AccountRow
from banso.rooms.customers.models import Account, Duty
from banso.rooms.customers.queries.facts import OWN, definitions
from banso.rooms.customers.queries.former import current_ids, merged_away
from banso.rooms.customers.queries.holders import handles_of
from banso.rooms.ingestion.actions.kinds import reading
from banso.rooms.ingestion.actions.kinds.known import ACCOUNT_ID_HEADERS
from banso.rooms.ingestion.actions.kinds.telling import told_by_columns, told_facts
from banso.rooms.ingestion.points import Field, Shape
from banso.rooms.people.queries import named, teams_named

if TYPE_CHECKING:
    from collections.abc import Container, Sequence
    from datetime import date

    from django.db.models import QuerySet

    from banso.kit.upsert import Change, TakenBack
    from banso.rooms.identity.models import User
    from banso.rooms.ingestion.points import Occasion, Row

DUTIES_OF = {
    "csm": (Duty.VALUE, Duty.ADOPTION),
    "renewal_closer": (Duty.RENEWAL,),
    "account_executive": (Duty.EXPANSION,),
}


class AccountsKind:
    key = "accounts"
    model = "customers.account"
    label = _("Accounts")
    position = 2
    own_keys: ClassVar[tuple[tuple[str, ...], ...]] = (("id",),)
    parent = "parent"
    keeps_other_columns = True
    searched = ()
    fields: ClassVar[tuple[Field, ...]] = (
        Field(
            key="id",
            label=_("Account ID"),
            read=reading.text(100),
            required=True,
            column="external_id",
            headers=(*ACCOUNT_ID_HEADERS, "id"),
        ),
        Field(
            key="name",
            label=_("Account name"),
            read=reading.text(200),
            required=True,
            column="name",
            headers=(
                "顧客名",
                "取引先名",
                "得意先名",
                "会社名",
                "企業名",
                "account name",
                "company name",
                "customer name",
                "name",
            ),
        ),
        Field(
            key="kana",
            label=_("Kana"),
            read=reading.text(200),
            blank="",
            column="kana",
            headers=(
                "顧客名カナ",
                "取引先名カナ",
                "会社名カナ",
                "企業名カナ",
                "カナ",
                "フリガナ",
                "ふりがな",
                "kana",
            ),
        ),
        Field(
            key="corporate_number",
            label=_("Corporate number"),
            read=reading.number_of_company,
            blank="",
            column="corporate_number",
            headers=("法人番号", "corporate number"),
        ),
        Field(
            key="domain",
            label=_("Domain"),
            read=reading.domain,
            blank="",
            column="domain",
            headers=(
                "ドメイン",
                "webサイト",
                "ウェブサイト",
                "url",
                "domain",
                "website",
                "company domain name",
            ),
        ),
        Field(
            key="industry",
            label=_("Industry"),
            read=reading.text(80),
            blank="",
            column="industry",
            headers=("業種", "業界", "industry"),
        ),
        Field(
            key="region",
            label=_("Region"),
            read=reading.text(80),
            blank="",
            column="region",
            headers=("地域", "エリア", "都道府県", "region", "country", "area", "country/region"),
        ),
        Field(
            key="employees",
            label=_("Employees"),
            read=reading.whole,
            column="employees",
            shape=Shape.WHOLE,
            headers=("従業員数", "社員数", "employees", "number of employees"),
        ),
        Field(
            key="parent",
            label=_("Parent account ID"),
            read=reading.text(100),
            blank="",
            column="parent.external_id",
            headers=("親会社ID", "親取引先ID", "親顧客ID", "parent account id", "parent id"),
        ),
        Field(
            key="customer_since",
            label=_("Customer since"),
            read=reading.day,
            column="customer_since",
            shape=Shape.DAY,
            headers=("契約開始日", "取引開始日", "顧客化日", "customer since", "signup date"),
        ),
        Field(
            key="left",
            label=_("Marked as left"),
            read=as_yes_no,
            shape=Shape.FLAG,
            column="marked_left",
            headers=("解約済み", "解約フラグ", "churned", "churn flag"),
        ),
        Field(
            key="csm",
            label=_("CSM in charge"),
            read=reading.text(200),
            blank="",
            headers=("担当CSM", "CSM", "csm email"),
        ),
        Field(
            key="renewal_closer",
            label=_("Renewal closer"),
            read=reading.text(200),
            blank="",
            headers=("更新締結担当", "更新担当", "renewal closer", "renewals manager"),
        ),
        Field(
            key="account_executive",
            label=_("AE in charge"),
            read=reading.text(200),
            blank="",
            headers=(
                "担当AE",
                "担当営業",
                "営業担当",
                "account executive",
                "account owner",
                "company owner",
            ),
        ),
    )

    def resolve(self, rows: Sequence[Row], *, coming: Container[str]) -> None:
        """Parents and the people named must exist; a person is called by handle or mail address, a
        team or pool by its path.
        """
        known = current_ids({row.values["parent"] for row in rows if row.values.get("parent")})
        merged = merged_away({row.values["id"] for row in rows if "id" in row.values})
        called = {row.values[name] for row in rows for name in DUTIES_OF if row.values.get(name)}
        people = {name: member.pk for name, member in named(called).items()} if called else {}
        pools = {name: team.pk for name, team in teams_named(called).items()} if called else {}
        for row in rows:
            if row.values.get("id") in merged:
                row.reject("id", "merged_account", named=merged[row.values["id"]])
            self._resolve_parent(row, known, coming)
            for name in DUTIES_OF:
                if name in row.values:
                    self._resolve_holder(row, name, people, pools)

    def _resolve_parent(self, row: Row, known: dict[str, int], coming: Container[str]) -> None:
        if "parent" not in row.values:
            return
        parent = row.values.pop("parent")
        if parent and parent not in known and parent not in coming:
            row.reject("parent", "unknown_account", named=parent)
        row.values["parent_id"] = known.get(parent)

    def _resolve_holder(
        self, row: Row, name: str, people: dict[str, int], pools: dict[str, int]
    ) -> None:
        """Somebody unknown is no reason to lose the customer: who holds the duty stays as it is."""
        called = row.values.pop(name)
        if not called or called.lower() in people:
            row.values[f"holds:{name}"] = people.get(called.lower())
        elif called in pools:
            row.values[f"pool:{name}"] = pools[called]
        else:
            row.warn(name, "unknown_member", named=called)

    def put(self, rows: Sequence[Row], occasion: Occasion) -> list[list[Change]]:
        return put_accounts(
            [self._account_row(row) for row in rows],
            why=occasion.why,
            by=occasion.by,
            at=occasion.at,
            on=occasion.on,
        )

    def _account_row(self, row: Row) -> AccountRow:
        given: dict[str, Any] = dict(row.values)
        if "left" in given:
            given["marked_left"] = given.pop("left")
        said = {name: given.pop(f"holds:{name}") for name in DUTIES_OF if f"holds:{name}" in given}
        pools = {name: given.pop(f"pool:{name}") for name in DUTIES_OF if f"pool:{name}" in given}
        return AccountRow(
            external_id=given.pop("id"),
            given=given,
            holders=_by_duty(said),
            pools=_by_duty(pools),
            facts=row.facts,
        )

    def stored(self, viewer: User, *, on: date) -> QuerySet[Account]:
        return visible_accounts(viewer, on=on).select_related("facts", "parent").order_by("pk")

    def told(self, rows: Sequence[Account]) -> list[dict[str, Any]]:
        """Beside its fields an account tells its own attributes, under "facts"."""
        own = [fact for fact in definitions().values() if fact.source == OWN]
        holders = handles_of(rows)
        return [
            told_by_columns(self.fields, row)
            | {name: holders.get((row.pk, held[0])) for name, held in DUTIES_OF.items()}
            | {"facts": told_facts(row, own)}
            for row in rows
        ]

    def take_back(self, changes: Sequence[Change], occasion: Occasion) -> TakenBack:
        return take_back_accounts(changes, by=occasion.by, at=occasion.at)


def _by_duty(said: dict[str, Any]) -> dict[str, Any]:
    """What is said of each field that names a holder, by the duties that go with the field."""
    return {duty: holder for name, holder in said.items() for duty in DUTIES_OF[name]}
