"""The pages of facts, and a rule as a filter of the list of accounts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils.http import urlencode
from pytest_django import DjangoAssertNumQueries

from banso.rooms.customers.actions.facts import define_contributed_facts, refresh_facts
from banso.rooms.customers.actions.segments import settle_segments
from banso.rooms.customers.models import Account, AccountFacts, FactChange, FactType
from banso.rooms.customers.queries.segments import SegmentRow
from banso.rooms.identity.models import User
from tests.factories.customers import (
    make_account,
    make_fact,
    make_promise,
    make_ticket,
    make_touchpoint,
)
from tests.factories.pages import HTMX, Page, browser, visit
from tests.factories.when import NOON, TODAY

pytestmark = pytest.mark.django_db

HERE, LIST = "/accounts/facts/", "/accounts/"
BIG = SegmentRow(key="big", name_ja="大", name_en="Big", rule="employees >= 100")


@pytest.fixture
def known(acme: Account) -> Account:
    """Acme with employees and an industry; another account of which nothing is known."""
    define_contributed_facts()
    Account.objects.filter(pk=acme.pk).update(employees=500, industry="製造")
    make_account(name="不明")
    return acme


def row_of(page: Page, label: str) -> list[str]:
    [row] = [row for row in page.rows if row and row[0].startswith(label)]
    return row


def names(page: Page) -> list[str]:
    return [row[0] for row in page.rows[1:] if row]


def by_rule(rule: str) -> str:
    return f"{LIST}?{urlencode({'rule': rule})}"


# The list of facts


def test_a_visitor_signs_in_first(client: Client) -> None:
    for path in (HERE, f"{HERE}industry/", f"{LIST}rule/", f"{LIST}rule/check/"):
        assert client.get(path)["Location"] == f"/account/login/?next={path}"


def test_each_reader_sees_how_much_is_known_of_her_own_accounts(
    known: Account, operations: User, sakura: User, mia: User
) -> None:
    told = [
        row_of(visit(browser(viewer), HERE), "Employees")[3:5]
        for viewer in (operations, sakura, mia)
    ]
    assert told == [["150.0%", "500 – 500"], ["1100.0%", "500 – 500"], ["0–", ""]]


def test_a_fact_tells_its_type_source_history_and_use(known: Account, operations: User) -> None:
    settle_segments([BIG], past=False, by=operations, at=NOON, on=TODAY)
    page = visit(browser(operations), HERE)
    employees, arr = row_of(page, "Employees"), row_of(page, "ARR")
    assert (employees[1:3], employees[5:]) == (
        ["Whole numberpeople", "Account master–"], ["kept", "Big"],
    )  # fmt: skip
    assert (arr[1], arr[5:]) == ("MoneyJPY", ["kept", ""])


def test_the_number_of_queries_grows_with_neither_accounts_nor_facts(
    known: Account, operations: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = browser(operations)
    with django_assert_num_queries(9):
        client.get(HERE)
    for number in range(3):
        make_account(employees=number)
        make_fact(f"own {number}")
    with django_assert_num_queries(9):
        client.get(HERE)


def test_coverage_leads_to_the_accounts_that_have_a_value(known: Account, operations: User) -> None:
    links = visit(browser(operations), HERE).attributes("a", "href")
    href = next(link for link in links if "rule=" in link and "employees" in link)
    assert names(visit(browser(operations), href)) == ["アクメ株式会社あくめ"]


def test_a_fact_shows_its_most_frequent_values_each_with_its_accounts(
    known: Account, operations: User, mia: User
) -> None:
    make_account(industry="製造")
    make_account(industry="it's")
    page = visit(browser(operations), f"{HERE}industry/")
    assert page.rows[1:] == [["製造", "2"], ["it's", "1"]]
    links = [href for href in page.attributes("a", "href") if "rule=industry" in href]
    assert [len(names(visit(browser(operations), href))) for href in links] == [2, 1]
    assert visit(browser(mia), f"{HERE}industry/").rows == []
    assert browser(operations).get(f"{HERE}none/").status_code == 404


@pytest.mark.parametrize(
    ("fact_type", "value", "rule"),
    [
        (FactType.FLAG, True, "own"),
        (FactType.FLAG, False, "own == false"),
        (FactType.INTEGER, 7, "own == 7"),
    ],
)
def test_values_of_every_kind_lead_to_their_accounts(
    known: Account, operations: User, fact_type: FactType, value: object, rule: str
) -> None:
    slot = make_fact("own", fact_type).slot
    AccountFacts.objects.filter(pk=known.pk).update(**{slot: value})
    page = visit(browser(operations), f"{HERE}own/")
    assert f"{by_rule(rule)}".replace("+", "%20") in page.attributes("a", "href")
    assert names(visit(browser(operations), by_rule(rule))) == ["アクメ株式会社あくめ"]


def test_money_has_no_most_frequent_values(known: Account, operations: User) -> None:
    assert visit(browser(operations), f"{HERE}arr/").rows == []


def test_operations_switch_the_history_of_the_companys_own_facts(
    known: Account, operations: User, sakura: User
) -> None:
    slot = make_fact("plan").slot
    AccountFacts.objects.filter(pk=known.pk).update(**{slot: "pro"})
    keep, drop = f"{HERE}plan/history/keep/", f"{HERE}plan/history/drop/"
    assert browser(sakura).post(keep).status_code == 403
    assert keep not in visit(browser(sakura), f"{HERE}plan/").attributes("form", "action")
    client = browser(operations)
    assert keep in visit(client, f"{HERE}plan/").attributes("form", "action")
    client.post(keep)
    assert FactChange.objects.get(fact="plan").text == "pro"
    assert drop in visit(client, f"{HERE}plan/").attributes("form", "action")
    client.post(drop)
    assert FactChange.objects.filter(fact="plan").count() == 0


def test_history_that_banso_relies_on_stays(known: Account, operations: User) -> None:
    client = browser(operations)
    refresh_facts(on=TODAY, at=NOON)
    drop = f"{HERE}segment/history/drop/"
    assert drop not in visit(client, f"{HERE}segment/").attributes("form", "action")
    told = client.post(drop, follow=True).content.decode()
    assert "Banso relies on the former values of “Segment”, so they are kept." in told
    assert client.post(f"{HERE}industry/history/drop/").status_code == 404


# What the room itself contributes


def test_touches_tickets_promises_and_holders_are_facts(known: Account, operations: User) -> None:
    later = NOON + timedelta(days=1)
    make_touchpoint(known, happened_at=NOON - timedelta(days=3))
    make_touchpoint(known, happened_at=later)
    make_touchpoint(known, kind="note", happened_at=NOON)
    make_ticket(known)
    make_ticket(known, opened_at=later)
    make_ticket(known, opened_at=NOON - timedelta(days=9), closed_at=NOON)
    make_promise(known)
    make_promise(known, kept_on=TODAY)
    refresh_facts(on=TODAY, at=NOON)
    client = browser(operations)
    fitting = [
        ("last_touch_on == 2026-04-12", ["アクメ株式会社あくめ"]),
        ("open_tickets == 1", ["アクメ株式会社あくめ"]),
        ("open_promises == 1", ["アクメ株式会社あくめ"]),
        ("open_tickets == 0 and open_promises == 0", ["不明"]),
        ("missing(csm) and missing(last_touch_on)", ["不明"]),
    ]
    for rule, expected in fitting:
        assert names(visit(client, by_rule(rule))) == expected, rule


def test_counts_say_nothing_where_nobody_counts(known: Account, operations: User) -> None:
    refresh_facts(on=TODAY, at=NOON)
    rule = "missing(open_tickets) and missing(open_promises)"
    assert len(names(visit(browser(operations), by_rule(rule)))) == 2


# A rule as a filter


def test_a_rule_narrows_the_list_within_the_readers_scope(
    known: Account, operations: User, sakura: User, mia: User
) -> None:
    found = [
        names(visit(browser(viewer), by_rule("employees >= 100 or missing(employees)")))
        for viewer in (operations, sakura, mia)
    ]
    assert found == [["アクメ株式会社あくめ", "不明"], ["アクメ株式会社あくめ"], []]


def test_a_rule_is_told_in_words_and_can_be_taken_away(known: Account, operations: User) -> None:
    page = visit(browser(operations), by_rule("employees >= 100"))
    assert "Employees is at least 100remove" in page.texts("a")


def test_a_rule_that_can_not_be_understood_finds_nothing_and_says_so(
    known: Account, operations: User
) -> None:
    page = visit(browser(operations), by_rule("employes >= 100"))
    assert page.rows == []
    assert "can’t be understood: employes >= 100remove" in page.texts("a")


def test_the_drawer_checks_a_rule_and_counts(known: Account, sakura: User, mia: User) -> None:
    path = f"{LIST}rule/"
    page = visit(browser(sakura), path, rule="employees >= 100")
    assert page.texts("textarea") == ["employees >= 100"]
    checked = visit(browser(sakura), f"{path}check/", htmx=True, rule="employees >= 100")
    assert checked.texts("p") == ["Employees is at least 100", "1 account"]
    assert visit(browser(mia), f"{path}check/", htmx=True, rule="always").texts("p")[-1] == (
        "0 accounts"
    )
    wrong = visit(browser(sakura), f"{path}check/", htmx=True, rule="employees >= many")
    assert wrong.texts("p")[0] == "Sign 14: A text stands between single quotes."
    mended = visit(browser(sakura), f"{path}check/", htmx=True, rule="x", mended="always")
    assert mended.texts("textarea") == ["always"]
    drawer = browser(sakura).get(path, headers=HTMX)
    assert Page(drawer).attributes("dialog", "class") == ["drawer"]


def test_a_rule_costs_no_more_queries_with_more_accounts(
    known: Account, operations: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = browser(operations)
    with django_assert_num_queries(12):
        client.get(by_rule("employees >= 100"))
    for _number in range(3):
        make_account(employees=200)
    with django_assert_num_queries(12):
        client.get(by_rule("employees >= 100"))


def test_a_view_keeps_a_rule(known: Account, operations: User) -> None:
    client = browser(operations)
    client.post(f"{LIST}views/new/?{urlencode({'rule': 'employees >= 100'})}", {"name": "大手"})
    page = visit(client, LIST)
    [href] = [link for link in page.attributes("a", "href") if "view=" in link]
    assert names(visit(client, href)) == ["アクメ株式会社あくめ"]


def test_dates_of_facts_print_in_the_readers_language(known: Account, operations: User) -> None:
    Account.objects.filter(pk=known.pk).update(customer_since=date(2026, 4, 1))
    page = visit(browser(operations, language="ja"), HERE)
    assert row_of(page, "取引開始日")[4] == "2026/04/01 – 2026/04/01"
