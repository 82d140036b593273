"""Touchpoints, tickets, survey answers, cancellations, use by day, parties and standard minutes."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils.timezone import localtime

from banso.rooms.customers.models import (
    Account,
    AccountParty,
    Contact,
    Party,
    Promise,
    StandardMinutes,
    SurveyAnswer,
    Ticket,
    Touchpoint,
)
from banso.rooms.identity.models import User
from banso.rooms.ingestion.points import kinds
from banso.rooms.journal.models import Entry, Link
from banso.rooms.revenue.models import Cancellation
from banso.rooms.usage.models import DayOfUse
from tests.factories.customers import make_account, make_contact
from tests.factories.dumps import dump
from tests.factories.ingestion import bring_in, counts, findings, take_back
from tests.factories.people import make_member
from tests.factories.revenue import make_contract, make_line
from tests.factories.when import TODAY

pytestmark = pytest.mark.django_db

TOUCHES = """\
接点ID,顧客ID,先方担当者ID,担当者,種別,日時,起点,温度感,件名,内容,所要分,宿題,宿題期限,完了
t1,a1,p1,m1,電話,2026-04-01 10:30,能動,不安,定例,打刻漏れ。温度感低め,30,手順書を送る,2026-04-08,
t2,a1,,m9,訪問,令和8年4月2日 9時05分,リアクティブ,,,,,,,
t3,nobody,,,電話,2026-04-01,,,,,,,,
t4,a1,p2,,電話,いつか,,,,,,,,
"""


@pytest.fixture
def account(db: None) -> Account:
    make_member(handle="m1", name="佐藤 さくら")
    account = make_account(external_id="a1", name="株式会社あさひ")
    make_contact(account, external_id="p1", name="山田 花子", email="hanako@asahi.example")
    make_contact(make_account(external_id="a2"), external_id="p2")
    return account


def test_touchpoints_come_in_with_who_and_when_and_what_was_promised(
    account: Account, operations: User
) -> None:
    of = bring_in(TOUCHES, by=operations)
    assert counts(of) == {"created": 2, "rejected": 2, "warned": 1}
    assert findings(of) == [
        (3, "warned", [("member", "unknown_member")]),
        (4, "rejected", [("account", "unknown_account")]),
        (5, "rejected", [("happened_at", "not_a_date")]),
    ]
    first, second = Touchpoint.objects.order_by("external_id")
    assert localtime(first.happened_at).isoformat() == "2026-04-01T10:30:00+09:00"
    assert localtime(second.happened_at).isoformat() == "2026-04-02T09:05:00+09:00"
    assert (first.kind, first.proactive, first.mood, first.minutes) == ("call", True, 2, 30)
    assert first.contact is not None
    assert (first.contact.external_id, str(first.member)) == ("p1", "佐藤 さくら")
    assert first.search_text == "定例打刻漏レ。温度感低メ"
    promise = Promise.objects.get()
    assert (promise.touchpoint, promise.account, promise.text, promise.due_on, promise.is_open) == (
        first,
        account,
        "手順書を送る",
        date(2026, 4, 8),
        True,
    )


def test_a_later_file_keeps_a_promise(account: Account, operations: User) -> None:
    bring_in(TOUCHES, by=operations)
    later = TOUCHES.replace("2026-04-08,\n", "2026-04-08,2026-04-07\n")
    assert counts(bring_in(later, by=operations)) == {
        "updated": 1, "unchanged": 1, "rejected": 2, "warned": 1,
    }  # fmt: skip
    assert Promise.objects.get().kept_on == date(2026, 4, 7)


def test_a_contact_of_another_account_is_refused(account: Account, operations: User) -> None:
    of = bring_in("接点ID,顧客ID,先方担当者ID,種別,日時\nt1,a1,p2,電話,2026-04-01\n", by=operations)
    assert findings(of) == [(2, "rejected", [("contact", "contact_of_another_account")])]


def test_a_contact_tells_the_account(account: Account, operations: User) -> None:
    rows = "接点ID,先方担当者メール,種別,日時\nt1,Hanako@asahi.example,メール,2026-04-01\n"
    assert counts(bring_in(rows + "t2,?@?,メール,2026-04-01\n", by=operations)) == {
        "created": 1, "rejected": 1,
    }  # fmt: skip
    assert Touchpoint.objects.get().account == account


def test_touchpoints_are_not_told_twice_in_the_story(account: Account, operations: User) -> None:
    bring_in(TOUCHES, by=operations)
    put = Entry.objects.get(event="customers.touchpoints_put")
    assert (put.details, Link.objects.filter(entry=put).count()) == (
        {"created": 2, "updated": 0},
        0,
    )


TICKETS = """\
チケットID,顧客名,件名,優先度,受付日時,初回応答日時,初回応答分,完了日時,満足度,escalated
k1,(株)あさひ,打刻できない,緊急,2026-04-01 09:00,2026-04-01 09:20,,2026-04-02 09:00,4,はい
k2,あさひ　株式会社,有給の残日数,,2026-04-01 09:00,2026-04-01 10:00,10,,,
k3,あさひ,締め処理,低,2026-04-01 09:00,,,2026-03-31 09:00,,
k4,あさひ,権限,低,2026-04-01 09:00,2026-03-31 09:00,,,6,
"""


def test_tickets_find_their_account_by_its_folded_name(account: Account, operations: User) -> None:
    of = bring_in(TICKETS, by=operations)
    assert counts(of) == {"created": 2, "rejected": 2, "warned": 1}
    assert findings(of) == [
        (3, "warned", [("first_response_minutes", "contradicts")]),
        (4, "rejected", [("closed_at", "end_before_start")]),
        (5, "rejected", [("satisfaction", "too_large")]),
    ]
    names = ("external_id", "account", "priority", "first_response_minutes", "escalated")
    assert list(Ticket.objects.order_by("external_id").values_list(*names, "satisfaction")) == [
        ("k1", account.pk, "urgent", 20, True, 4),
        ("k2", account.pk, "normal", 10, False, None),
    ]


def test_a_name_that_fits_two_accounts_is_nobodys(account: Account, operations: User) -> None:
    make_account(name="有限会社あさひ")
    of = bring_in("チケットID,顧客名,受付日時\nk1,あさひ,2026-04-01\n", by=operations)
    assert findings(of) == [(2, "rejected", [("account_name", "ambiguous_account")])]


@pytest.mark.parametrize(
    ("column", "named"),
    [("顧客法人番号", "T7000012050002"), ("顧客ドメイン", "https://www.asahi.example/ja")],
)
def test_an_account_is_found_by_number_and_by_domain(
    account: Account, operations: User, column: str, named: str
) -> None:
    Account.objects.filter(pk=account.pk).update(
        corporate_number="7000012050002", domain="asahi.example"
    )
    bring_in(f"チケットID,{column},受付日時\nk1,{named},2026-04-01\n", by=operations)
    assert Ticket.objects.get().account == account


def test_survey_answers_come_in_and_a_score_outside_the_scale_does_not(
    account: Account, operations: User
) -> None:
    of = bring_in(
        "回答ID,顧客ID,調査,回答日,点数,コメント\n"
        "s1,a1,NPS,2026-04-01,9,助かっています\ns2,a1,NPS,2026-04-01,11,\ns3,a1,CSAT,R8.4.1,,\n",
        by=operations,
    )
    assert findings(of) == [(3, "rejected", [("score", "too_large")])]
    names = ("external_id", "survey", "score", "comment", "search_text")
    assert list(SurveyAnswer.objects.order_by("external_id").values_list(*names)) == [
        ("s1", "NPS", 9, "助かっています", "助カッテイマス"),
        ("s3", "CSAT", None, "", ""),
    ]


def test_cancellations_that_the_lines_contradict_come_in_with_a_warning(
    account: Account, operations: User
) -> None:
    contract = make_contract(account, external_id="c1")
    make_line(account, contract=contract, start_on=date(2025, 4, 1), end_on=date(2026, 4, 1))
    of = bring_in(
        "解約ID,契約ID,申出日,申出方法,解約日,解約理由\n"
        "x1,c1,2026-02-20,書面,2026-04-01,価格\nx2,c1,2026-02-20,メール,2026-03-01,価格\n"
        "x3,c9,,,2026-04-01,\nx4,c1,2026-04-02,FAX,2026-04-01,\n",
        by=operations,
    )
    assert findings(of) == [
        (3, "warned", [("ends_on", "lines_go_on")]),
        (4, "rejected", [("contract", "unknown_contract")]),
        (5, "rejected", [("form", "not_in_choices")]),
    ]
    names = ("external_id", "account", "contract", "noticed_on", "form", "ends_on", "reason")
    assert list(Cancellation.objects.filter(external_id="x1").values_list(*names)) == [
        ("x1", account.pk, contract.pk, date(2026, 2, 20), "letter", date(2026, 4, 1), "価格")
    ]


def test_a_last_day_of_service_is_inclusive(account: Account, operations: User) -> None:
    bring_in("解約ID,顧客ID,最終利用日\nx1,a1,2026-03-31\n", by=operations)
    assert Cancellation.objects.get().ends_on == date(2026, 4, 1)


def test_use_finds_its_account_by_the_line_and_odd_days_are_told(
    account: Account, operations: User
) -> None:
    make_line(account, external_id="l1", start_on=date(2026, 4, 1), end_on=date(2026, 5, 1))
    of = bring_in(
        "usage_id,subscription_id,usage_date,feature_name,usage_count\n"
        "u1,l1,2026-04-01,打刻,9\nu2,l1,2026-05-01,打刻,3\nu1,l1,2026-04-03,打刻,1\nu4,l9,2026-04-03,打刻,1\n",
        by=operations,
    )
    assert findings(of) == [
        (3, "warned", [("on", "outside_line")]),
        (4, "rejected", [("id", "repeated_id")]),
        (5, "rejected", [("subscription", "unknown_line")]),
    ]
    assert list(DayOfUse.objects.values_list("key", "account", "on", "times")) == [
        ("u1", account.pk, date(2026, 4, 1), 9),
        ("u2", account.pk, date(2026, 5, 1), 3),
    ]


def test_use_without_an_id_is_told_apart_by_account_day_and_product(
    account: Account, operations: User
) -> None:
    rows = "顧客ID,日付,製品,利用者数\n"
    rows += "a1,2026-04-01,勤怠,5\na1,2026-04-01,給与,2\na1,2026/4/1,勤怠,7\n"
    of = bring_in(rows, by=operations, kind="usage")
    assert findings(of) == [(4, "rejected", [("account", "repeated_id")])]
    assert counts(bring_in(rows, by=operations, kind="usage")) == {"unchanged": 2, "rejected": 1}


PARTIES = """顧客ID,役割,相手先ID,相手先名,法人番号,開始日,終了日
a1,販売パートナー,g1,社労士法人あおば,7000012050002,2025-04-01,
a1,請求先,a2,,,,
a1,請求先,a1,,,,
a1,契約先,g2,,,,
a2,販売パートナー,g1,社労士法人あおば,7000012050002,2025-04-01,2025-03-01
"""


def test_a_party_is_another_customer_or_a_company_of_its_own(
    account: Account, operations: User
) -> None:
    of = bring_in(PARTIES, by=operations)
    assert findings(of) == [
        (4, "rejected", [("party", "own_party")]),
        (5, "rejected", [("party_name", "missing")]),
        (6, "rejected", [("to_on", "end_before_start")]),
    ]
    names = ("account__external_id", "role", "party__name", "other_account__external_id")
    assert list(AccountParty.objects.order_by("pk").values_list(*names)) == [
        ("a1", "sales_partner", "社労士法人あおば", None),
        ("a1", "billing", None, "a2"),
    ]
    assert list(Party.objects.values_list("external_id", "corporate_number")) == [
        ("g1", "7000012050002")
    ]


def test_standard_minutes_come_in_by_activity(operations: User) -> None:
    bring_in("活動種別,標準工数(分)\n打ち合わせ,60\nチケット,15\n昼寝,5\n", by=operations)
    assert dict(StandardMinutes.objects.values_list("activity", "minutes")) == {
        "meeting": 60,
        "ticket": 15,
    }


def test_a_predecessor_may_stand_anywhere_in_the_file(account: Account, operations: User) -> None:
    of = bring_in(
        "先方担当者ID,顧客ID,氏名,着任日,離任日,前任者ID\n"
        "p5,a1,後任,2026-04-01,,p4\np4,a1,前任,2024-04-01,2026-04-01,p1\np6,a1,迷子,,,p2\n"
        "p7,a1,早退,2026-04-01,2026-03-01,\n",
        by=operations,
    )
    assert findings(of) == [
        (4, "rejected", [("predecessor", "contact_of_another_account")]),
        (5, "rejected", [("left_on", "end_before_start")]),
    ]
    names = ("external_id", "predecessor__external_id", "left_on")
    came = Contact.objects.filter(external_id__in=["p4", "p5"]).order_by("external_id")
    assert list(came.values_list(*names)) == [("p4", "p1", date(2026, 4, 1)), ("p5", "p4", None)]


def test_a_line_without_end_of_an_account_marked_as_left_is_told(operations: User) -> None:
    make_account(external_id="a1", marked_left=True)
    of = bring_in(
        "line id,account id,amount,interval,start date,ended on\n"
        "l1,a1,100,monthly,2025-04-01,\nl2,a1,100,monthly,2025-04-01,2026-04-01\n",
        by=operations,
    )
    assert findings(of) == [(2, "warned", [("end_on", "account_marked_left")])]


TABLES = (
    *(Touchpoint, Promise, Ticket, SurveyAnswer, StandardMinutes, Party, AccountParty),
    *(Cancellation, DayOfUse),
)
FILES = {
    "touchpoints": TOUCHES,
    "tickets": TICKETS,
    "parties": PARTIES,
    "survey_answers": "回答ID,顧客ID,調査,回答日,点数\ns1,a1,NPS,2026-04-01,9\n",
    "cancellations": "解約ID,顧客ID,解約日,解約理由\nx1,a1,2026-04-01,価格\n",
    "usage": "顧客ID,日付,製品,利用者数\na1,2026-04-01,勤怠,5\n",
    "standard_minutes": "活動種別,標準工数(分)\n電話,20\n",
}


@pytest.mark.parametrize("kind", FILES)
def test_the_same_file_again_changes_nothing_and_taken_back_leaves_nothing(
    account: Account, operations: User, kind: str
) -> None:
    before = dump(*TABLES)
    of = bring_in(FILES[kind], by=operations, kind=kind)
    again = counts(bring_in(FILES[kind], by=operations, kind=kind))
    assert (again.get("created"), again.get("updated")) == (None, None)
    assert again["unchanged"] == counts(of)["created"]
    take_back(of, by=operations)
    assert dump(*TABLES) == before


@pytest.mark.parametrize("kind", FILES)
def test_what_a_kind_tells_of_its_rows_would_bring_them_in_unchanged(
    account: Account, operations: User, kind: str
) -> None:
    bring_in(FILES[kind], by=operations, kind=kind)
    rows = list(kinds[kind].stored(operations, on=TODAY))
    told = kinds[kind].told(rows)
    header = list(told[0])
    lines = [",".join(_cell(each[key]) for key in header) for each in told]
    again = "\n".join([",".join(header), *lines]) + "\n"
    assert counts(bring_in(again, by=operations, kind=kind)) == {"unchanged": len(rows)}


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f'"{text}"'


@pytest.mark.parametrize("kind", [key for key in FILES if key != "standard_minutes"])
def test_who_does_not_see_the_account_does_not_see_its_rows(
    account: Account, operations: User, mia: User, kind: str
) -> None:
    bring_in(FILES[kind], by=operations, kind=kind)
    assert list(kinds[kind].stored(mia, on=TODAY)) == []
