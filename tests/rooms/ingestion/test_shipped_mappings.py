"""Exports of well-known systems come in by the mappings that ship, without anybody's help."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from banso.rooms.customers.models import Account, Contact, Ticket, Touchpoint
from banso.rooms.identity.models import User
from banso.rooms.ingestion.models import SavedMapping
from banso.rooms.ingestion.points import kinds
from banso.rooms.ingestion.queries.mapping import Mapping, checked
from banso.rooms.ingestion.queries.offers import offers_for
from banso.rooms.ingestion.queries.rules import FileRule, cut_to, rules_for, shipped_rules
from banso.rooms.ingestion.sources import open_all, open_table
from banso.rooms.revenue.models import Contract, SubscriptionLine
from tests.factories.ingestion import commit, counts, make_import
from tests.factories.people import make_member
from tests.factories.when import NOON

pytestmark = pytest.mark.django_db

EXPORTS = Path(__file__).parents[2] / "data" / "exports"


@pytest.fixture
def bring(operations: User, tmp_path: Path) -> Any:
    """Bring an export in, every file and kind in it; what became of the rows, by kind."""

    def brought(name: str) -> dict[str, dict[str, int]]:
        found = []
        for file_name, path in open_all(EXPORTS / name, tmp_path / name).files:
            table = open_table(path)
            sample = [row.cells for row in table.rows()]
            found += [(file_name, path, o) for o in offers_for(file_name, table.header, sample)]
        found.sort(key=lambda each: each[2].kind.position)
        return {
            offer.kind.key: counts(
                commit(
                    make_import(
                        path.read_bytes(),
                        by=operations,
                        name=file_name,
                        kind=offer.kind.key,
                        mapping=offer.mapping,
                    ),
                    by=operations,
                )
            )
            for file_name, path, offer in found
        }

    return brought


def test_every_shipped_rule_maps_to_fields_that_are_there() -> None:
    for rule in shipped_rules():
        header = list(rule.mapping.columns)
        cut = cut_to(rule.mapping, header)
        assert checked(kinds[rule.kind], cut, header) == cut
        assert rule.title_ja
        assert rule.title_en
        assert rule.recognised_by


def test_a_kintone_export_brings_customers_and_the_contacts_in_their_tables(bring: Any) -> None:
    make_member(handle="m001")
    make_member(handle="m002")
    assert bring("kintone_customers_cp932.csv") == {
        "accounts": {"created": 3},
        "contacts": {"created": 6},
    }
    names = ("external_id", "name", "kana", "employees", "domain", "customer_since")
    assert Account.objects.filter(external_id="CRM-1").values_list(*names).get() == (
        "CRM-1",
        "㈱髙島硝子",
        "タカシマガラス",
        1200,
        "takashima.example.jp",
        date(2024, 4, 1),
    )
    people = Contact.objects.filter(account__external_id="CRM-1").order_by("external_id")
    assert list(people.values_list("name", "department")) == [
        ("山﨑 美咲", "人事部"),
        ("小川 健", "情報システム部"),
        ("三浦, 次郎", "経理部"),
    ]


def test_kintone_activities_and_tickets_find_their_customers(bring: Any) -> None:
    bring("kintone_customers_cp932.csv")
    assert bring("kintone_history_utf8_bom_space.csv")["touchpoints"]["created"] == 2
    assert bring("kintone_support_utf8_semicolon.csv")["tickets"]["created"] == 2
    assert (Touchpoint.objects.count(), Ticket.objects.count()) == (2, 2)


@pytest.mark.parametrize("name", ["salesforce_report_utf8.csv", "salesforce_report_cp932.csv"])
def test_a_salesforce_report_comes_in_without_its_footer(bring: Any, name: str) -> None:
    make_member(name="佐藤 さくら")
    make_member(name="田中 健")
    assert bring(name) == {"accounts": {"created": 3}}
    names = ("external_id", "name", "region", "employees")
    assert list(Account.objects.order_by("pk").values_list(*names)) == [
        ("0015g00000AbCdEAAV", "株式会社青葉製作所", "宮城県", 320),
        ("0015g00000AbCdFAAV", "㈱北斗物流", "北海道", 1050),
        ("0015g00000AbCdfAAF", "はやぶさ合同会社", "福岡県", None),
    ]
    assert bring(name) == {"accounts": {"unchanged": 3}}


def test_an_owner_nobody_knows_is_a_warning(bring: Any) -> None:
    assert bring("salesforce_report_utf8.csv") == {"accounts": {"created": 3, "warned": 3}}


def test_a_hubspot_zip_brings_three_kinds(bring: Any) -> None:
    make_member(handle="sakura", email="sakura@example.co.jp")
    make_member(handle="ken", email="ken@example.co.jp")
    assert bring("hubspot_export.zip") == {
        "accounts": {"created": 2},
        "contacts": {"created": 2},
        "tickets": {"created": 2},
    }


def test_stripe_subscriptions_come_in_with_periods_on_their_items(bring: Any) -> None:
    bring("stripe_customers.csv")
    assert bring("stripe_subscriptions_since_2025.json") == {
        "subscriptions": {"created": 3, "rejected": 1}  # the fourth is metered: it has no price
    }
    names = ("external_id", "contract__external_id", "currency", "amount_minor", "interval_months")
    lines = SubscriptionLine.objects.order_by("external_id")
    assert list(lines.values_list(*names))[:2] == [
        ("si_A1", "sub_A", "JPY", 480_000, 12),
        ("si_A2", "sub_A", "JPY", lines[1].amount_minor, 3),
    ]
    assert Contract.objects.get(external_id="sub_A").term_end_on == date(2027, 3, 31)


def test_stripe_subscriptions_from_before_come_in_with_periods_of_their_own(bring: Any) -> None:
    bring("stripe_customers.csv")
    assert bring("stripe_subscriptions_before_2025.jsonl") == {"subscriptions": {"created": 3}}
    assert Contract.objects.get(external_id="sub_D").term_end_on == date(2027, 3, 31)


def test_stripe_amounts_of_the_dashboard_are_major_units(bring: Any) -> None:
    bring("stripe_customers.csv")
    assert bring("stripe_subscriptions.csv") == {"subscriptions": {"created": 3}}
    lines = SubscriptionLine.objects.order_by("external_id")
    assert list(lines.values_list("currency", "amount_minor", "interval_months")) == [
        ("JPY", 480_000, 12),
        ("USD", 124_975, 1),
        ("USD", 125_050, 3),
    ]


def test_a_plain_table_is_nobodys_export() -> None:
    assert rules_for(shipped_rules(), "accounts.csv", ("account_id", "account_name", "seats")) == []


def test_a_mapping_is_cut_to_the_columns_a_file_has_in_its_own_spelling() -> None:
    mapping = Mapping(
        columns={"Account ID": "id", "Name": "name", "Website": "domain", "Site": "domain"},
        values={"Website": {"x": "y"}, "Site": {"x": "z"}},
        formats={"Since": "dmy"},
    )
    cut = cut_to(mapping, ("ＡＣＣＯＵＮＴ_ID", "Site"))
    assert cut == Mapping(
        columns={"ＡＣＣＯＵＮＴ_ID": "id", "Site": "domain"}, values={"Site": {"x": "z"}}
    )


def test_only_records_that_span_rows_hold_two_kinds() -> None:
    def rule(kind: str, rows: str) -> FileRule:
        return FileRule(
            name="*",
            kind=kind,
            system="S",
            recognised_by=frozenset("a"),
            mapping=Mapping(rows=rows),
        )

    flat = [rule("accounts", "all"), rule("contacts", "all")]
    spanning = [rule("accounts", "records"), rule("contacts", "all")]
    assert rules_for(flat, "x.csv", ("a",)) == flat[:1]
    assert rules_for(spanning, "x.csv", ("a",)) == spanning


def test_a_mapping_saved_for_one_kind_of_an_export_leaves_the_others(operations: User) -> None:
    """Unless it says that the file is something else altogether."""
    name = "kintone_customers_cp932.csv"
    table = open_table(EXPORTS / name)
    sample = [row.cells for row in table.rows()]
    found = {each.kind.key: each for each in offers_for(name, table.header, sample)}
    assert found.keys() == {"accounts", "contacts"}

    def saved(title: str, kind: str) -> None:
        SavedMapping.objects.create(
            name=title, kind=kind, header=list(table.header), by=operations, saved_at=NOON,
            mapping=found["accounts"].mapping.as_json(),
        )  # fmt: skip

    def offered() -> dict[str, str]:
        return {each.kind.key: each.title for each in offers_for(name, table.header, sample)}

    saved("うちの顧客", "accounts")
    assert offered() == {"accounts": "うちの顧客", "contacts": found["contacts"].title}
    saved("うちの社員", "members")
    assert offered() == {"accounts": "うちの顧客", "members": "うちの社員"}
