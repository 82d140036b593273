"""What each kind stores, and which rows it refuses for what they refer to."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from banso.engines.basis.deadlines import Notice, NoticeUnit
from banso.rooms.customers.models import Account, AccountFacts, Contact, FactDefinition, Holding
from banso.rooms.identity.models import User
from banso.rooms.ingestion.actions.kinds.subscriptions import SubscriptionsKind
from banso.rooms.people.models import Member
from banso.rooms.revenue.models import Contract, Rate, SubscriptionLine
from tests.factories.customers import make_account
from tests.factories.ingestion import bring_in, counts, findings
from tests.factories.people import make_member
from tests.factories.revenue import make_contract
from tests.factories.when import TODAY

pytestmark = pytest.mark.django_db

MEMBERS = """社員ID,氏名,氏名カナ,メールアドレス,チーム,チーム責任者,職種,週労働時間,入社日,退職日
m1,佐藤 さくら,サトウ サクラ,Sakura@Example.co.jp,CS／中堅,○,戦略型CSM,37.5,R5.4.1,
m2,田中 健,,,,,,,,
m3,鈴木,,,,,,,2024-04-01,2024-03-31
"""
ACCOUNTS = """顧客ID,顧客名,カナ,業種,従業員数,親会社ID,契約開始日,CSM,更新担当,担当AE,プラン,点
a1,㈱あさひ,アサヒ,製造,"1,200名",,令和5年4月1日,m1,AOI@example.com,,標準,4.5
a2,あさひ物流,,運輸,,a1,,m1,,,,
a3,ゆうひ,,,,nobody,,m9,m8,,,
"""


def test_members_come_in_with_their_teams(operations: User) -> None:
    of = bring_in(MEMBERS, by=operations)
    assert counts(of) == {"created": 2, "rejected": 1}
    assert findings(of) == [(4, "rejected", [("left_on", "end_before_start")])]
    names = ("handle", "kana", "email", "team__path", "leads_team", "job_role", "weekly_minutes")
    assert list(Member.objects.order_by("handle").values_list(*names, "joined_on")) == [
        *[("m1", "サトウ サクラ", "sakura@example.co.jp", "CS / 中堅", True, "strategic_csm", 2250,
           date(2023, 4, 1))],
        *[("m2", "", "", None, False, "other", 2400, None)],
    ]  # fmt: skip


def test_accounts_come_in_with_parents_holders_and_attributes(operations: User) -> None:
    make_member(handle="m1")
    make_member(handle="aoi", email="aoi@example.com")
    of = bring_in(ACCOUNTS, by=operations)
    assert counts(of) == {"created": 2, "rejected": 1}
    assert findings(of) == [
        (4, "rejected", [("parent", "unknown_account")]),
    ]
    names = ("external_id", "name", "employees", "parent__external_id", "customer_since")
    assert list(Account.objects.order_by("external_id").values_list(*names)) == [
        ("a1", "㈱あさひ", 1200, None, date(2023, 4, 1)),
        ("a2", "あさひ物流", None, "a1", None),
    ]
    slots = FactDefinition.objects.in_bulk(field_name="key")
    facts = AccountFacts.objects.order_by("account__external_id")
    assert list(facts.values_list(slots["プラン"].slot, slots["点"].slot)) == [
        ("標準", 4.5),
        (None, None),
    ]


def test_a_holder_stands_in_the_ledger_from_the_day_of_the_import(operations: User) -> None:
    make_member(handle="m1")
    make_member(handle="aoi", email="aoi@example.com")
    of = bring_in(ACCOUNTS, by=operations)
    held = Holding.objects.order_by("account__external_id", "duty")
    rows = held.values_list("account__external_id", "duty", "member__handle", "from_on", "why")
    assert list(rows) == [
        ("a1", "adoption", "m1", TODAY, f"import {of.pk}"),
        ("a1", "renewal", "aoi", TODAY, f"import {of.pk}"),
        ("a1", "value", "m1", TODAY, f"import {of.pk}"),
        ("a2", "adoption", "m1", TODAY, f"import {of.pk}"),
        ("a2", "value", "m1", TODAY, f"import {of.pk}"),
    ]


def test_contacts_come_in_for_accounts_that_exist(operations: User) -> None:
    account = make_account(external_id="a1")
    long = "内線" * 21 + "1"
    rows = ["c1,a1,山本,Y@a.example,03-1234-5678,推進者", "c2,a9,林,,,", f"c3,a1,森,,{long},"]
    header = "担当者ID,顧客ID,氏名,メール,電話番号,関与"
    of = bring_in("\n".join([header, *rows]), by=operations)
    assert findings(of) == [
        (3, "rejected", [("account", "unknown_account")]),
        (4, "rejected", [("phone", "too_long")]),
    ]
    names = ("external_id", "account", "name", "email", "phone", "stake")
    assert list(Contact.objects.values_list(*names)) == [
        ("c1", account.pk, "山本", "y@a.example", "+81312345678", "champion")
    ]


def test_rates_come_in_by_currency_and_day(operations: User) -> None:
    text = "通貨,適用日,レート\nUSD,2026-01-01,150.5\nドル,2026-04-01,140\n円,2026-01-01,1\n"
    of = bring_in(text, by=operations)
    assert findings(of) == [(4, "rejected", [("currency", "reporting_currency_needs_no_rate")])]
    assert list(Rate.objects.order_by("on").values_list("currency", "on", "rate")) == [
        ("USD", date(2026, 1, 1), Decimal("150.5")),
        ("USD", date(2026, 4, 1), Decimal(140)),
    ]
    corrected = bring_in("通貨,適用日,レート\nUSD,2026-01-01,151\n", by=operations)
    assert (counts(corrected), Rate.objects.count()) == ({"updated": 1}, 2)


LINES = (
    "明細ID,顧客ID,契約ID,製品,数量,金額,通貨,interval,start on,end on,ended on,満了日,"
    "自動更新,通知期限\n"
)


def line(cells: str, *, by: User) -> list[tuple[int, str, list[tuple[str, str]]]]:
    return findings(bring_in(f"{LINES}{cells}\n", by=by))


def test_a_line_comes_in_with_its_contract(operations: User) -> None:
    account = make_account(external_id="a1")
    cells = "l1,a1,k1,勤怠,300,90.00,USD,四半期,2024-10-01,2026-09-30,,2026-09-30,×,2"
    assert line(cells, by=operations) == []
    names = ("contract__external_id", "product", "quantity", "amount_minor", "currency")
    stored = SubscriptionLine.objects.values_list(*names, "interval_months", "arr_minor", "end_on")
    assert list(stored) == [("k1", "勤怠", 300, 9_000, "USD", 3, 36_000, date(2026, 10, 1))]
    assert list(Contract.objects.values_list("account", "term_end_on", "auto_renew")) == [
        (account.pk, date(2026, 9, 30), False)
    ]
    assert Contract.objects.get().notice == Notice(2, NoticeUnit.MONTHS)


@pytest.mark.parametrize(
    ("header", "cells", "terms"),
    [
        ("解約通知期限", "60日前", ("60d", None)),
        ("解約通知期限,価格改定通知", "2ヶ月前の月末,30日前", ("2me", "30d")),
        ("解約通知期限(か月前)", "3", ("3m", None)),
        ("解約通知期限,解約通知期限(か月前)", "45日前,3", ("45d", None)),
        ("解約通知期限,解約通知期限(か月前)", ",3", ("3m", None)),
        ("解約通知期限,営業日必着", "10営業日前,○", ("10bd", None)),
        ("解約通知期限", "", (None, None)),
        ("契約期間,価格改定通知", "24,2m", (None, "2m")),
    ],
)  # fmt: skip
def test_terms_are_read_as_contracts_state_them_and_told_so_that_nothing_changes(
    operations: User, header: str, cells: str, terms: tuple[str | None, str | None]
) -> None:
    make_account(external_id="a1")
    head = f"明細ID,顧客ID,契約ID,金額,interval,start on,{header}"
    text = f"{head}\nl1,a1,k1,1,1,2026-04-01,{cells}\n"
    assert findings(bring_in(text, by=operations)) == []
    [told] = SubscriptionsKind().told(SubscriptionLine.objects.select_related("contract"))
    assert (told["notice"], told["price_notice"]) == terms
    contract = Contract.objects.get()
    assert contract.notice_by_working_day is (True if "必着" in header else None)
    assert contract.term_months == (24 if "契約期間" in header else None)
    assert counts(bring_in(text, by=operations)) == {"unchanged": 1}


@pytest.mark.parametrize(
    ("header", "cell", "found"),
    [
        ("解約通知期限", "そのうち", "notice not_a_notice"),
        ("解約通知期限", "121か月前", "notice too_large"),
        ("価格改定通知", "0日前", "price_notice too_small"),
        ("契約期間", "0", "term_months too_small"),
        ("契約期間", "121", "term_months too_large"),
    ],
)
def test_terms_that_make_no_sense_are_refused(
    operations: User, header: str, cell: str, found: str
) -> None:
    make_account(external_id="a1")
    text = f"明細ID,顧客ID,金額,interval,start on,{header}\nl1,a1,1,1,2026-04-01,{cell}\n"
    [(_row, severity, faults)] = findings(bring_in(text, by=operations))
    assert (severity, [" ".join(fault) for fault in faults]) == ("rejected", [found])


@pytest.mark.parametrize(
    ("ends", "end_on"),
    [
        (",", None),
        ("2026-09-30,", date(2026, 10, 1)),
        (",2026-09-30", date(2026, 9, 30)),
        ("2026-12-31,2026-09-30", date(2026, 9, 30)),
        ("9999-12-31,", None),
        (",9999-12-31", None),
    ],
)
def test_the_last_day_is_inclusive_and_the_day_without_service_is_not(
    operations: User, ends: str, end_on: date | None
) -> None:
    make_account(external_id="a1")
    assert line(f"l1,a1,,,,100,,1,2026-04-01,{ends},,,", by=operations) == []
    assert SubscriptionLine.objects.get().end_on == end_on


def test_an_end_of_never_beside_a_real_one_leaves_the_real_one(operations: User) -> None:
    make_account(external_id="a1")
    assert line("l1,a1,,,,100,,1,2026-04-01,9999-12-31,2026-09-30,,,", by=operations) == []
    assert SubscriptionLine.objects.get().end_on == date(2026, 9, 30)


@pytest.mark.parametrize(
    ("cells", "severity", "found"),
    [
        ("l1,a9,,,,1,,1,2026-04-01,,,,,", "rejected", ["account unknown_account"]),
        ("l1,a1,k9,,,1,,1,2026-04-01,,,,,", "rejected", ["contract contract_of_another_account"]),
        ("l1,a1,,,,1.5,,1,2026-04-01,,,,,", "rejected", ["amount too_many_decimals"]),
        ("l1,a1,,,,△1,,1,2026-04-01,,,,,", "rejected", ["amount too_small"]),
        ("l1,a1,,,,1兆,,1,2026-04-01,,,,,", "rejected", ["amount too_large"]),
        ("l1,a1,,,,0,,1,2026-04-01,,,,,", "warned", ["amount no_amount"]),
        ("l1,a1,,,,1,,1,2026-04-01,2026-03-30,,,,", "rejected", ["end_on end_before_start"]),
        ("l1,a1,,,,1,,1,2026-04-01,,2026-03-31,,,", "rejected", ["ended_on end_before_start"]),
        ("l1,a1,,,,1,,1,2026-04-01,2026-03-31,,,,", "warned", ["end_on no_days"]),
        ("l1,a1,,,,1,,1,2026-04-01,,2026-04-01,,,", "warned", ["ended_on no_days"]),
        ("l1,a1,k1,,,1,,1,2026-04-01,,,,,121", "rejected", ["notice too_large"]),
        ("l1,,,,,,,1,,,,,?,", "rejected", ["account missing", "amount missing", "start_on missing",
                                           "auto_renew not_a_yes_or_no"]),
    ],
)  # fmt: skip
def test_a_line_with_something_wrong_is_told_field_by_field(
    operations: User, cells: str, severity: str, found: list[str]
) -> None:
    make_account(external_id="a1")
    make_contract(make_account(), external_id="k9")
    expected = [(2, severity, [tuple(each.split()) for each in found])]
    assert line(cells, by=operations) == expected
    assert SubscriptionLine.objects.count() == (severity == "warned")


def test_two_accounts_cant_share_a_contract_of_one_file(operations: User) -> None:
    for external_id in ("a1", "a2"):
        make_account(external_id=external_id)
    cells = "l1,a1,k1,,,1,,1,2026-04-01,,,,,\nl2,a2,k1,,,1,,1,2026-04-01,,,,,"
    found = [(3, "rejected", [("contract", "contract_of_another_account")])]
    assert line(cells, by=operations) == found
