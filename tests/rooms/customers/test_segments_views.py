"""The pages of segments: what they show to whom, and what they do."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from banso.rooms.customers.actions.facts import define_contributed_facts, refresh_facts
from banso.rooms.customers.actions.segments import settle_segments
from banso.rooms.customers.models import Account, AccountFacts, FactDefinition, SegmentList
from banso.rooms.customers.queries.segments import SegmentRow, segments
from banso.rooms.identity.models import User
from banso.rooms.people.models import Member
from tests.factories.customers import make_account, make_holding
from tests.factories.pages import HTMX, Page, browser, visit
from tests.factories.when import NOON, TODAY

pytestmark = pytest.mark.django_db

HERE = "/accounts/segments/"
BIG = SegmentRow(key="big", name_ja="大", name_en="Big", rule="employees >= 100")
SMALL = SegmentRow(key="small", name_ja="小", name_en="Small", rule="employees < 100")


@pytest.fixture
def settled(acme: Account, operations: User) -> None:
    """Big and Small; Acme is big, another one small, a third in neither."""
    define_contributed_facts()
    Account.objects.filter(pk=acme.pk).update(employees=500)
    make_account(name="小口", employees=5)
    make_account(name="不明")
    slot = FactDefinition.objects.get(key="arr").slot
    AccountFacts.objects.filter(pk=acme.pk).update(**{slot: 300})
    settle_segments([BIG, SMALL], past=False, by=operations, at=NOON, on=TODAY)


def table(page: Page) -> list[list[str]]:
    return [row[:4] for row in page.rows[1:4]]


def post(user: User, path: str, **given: object) -> str:
    response = browser(user).post(HERE + path, given)
    assert response.status_code == 302
    return str(response["Location"])


def told(user: User, path: str, given: dict[str, object]) -> Page:
    """What a form answers that was not done."""
    response = browser(user).post(path, given)
    assert response.status_code == 200
    return Page(response)


def test_a_visitor_signs_in_first(client: Client, acme: Account) -> None:
    for path in (HERE, f"{HERE}new/", f"{HERE}of/big/", f"/accounts/{acme.pk}/segment/"):
        assert client.get(path)["Location"] == f"/account/login/?next={path}"


def test_each_reader_sees_the_spread_of_her_own_accounts(
    settled: None, operations: User, sakura: User, mia: User
) -> None:
    assert table(visit(browser(operations), HERE)) == [
        ["1. Big big", "Employees is at least 100 employees >= 100", "1 33.3%", "¥300 100.0%"],
        ["2. Small small", "Employees is below 100 employees < 100", "1 33.3%", "¥0 0.0%"],
        ["In no segment", "They meet no rule.", "1", "¥0"],
    ]
    assert [row[2:] for row in table(visit(browser(sakura), HERE))] == [
        ["1 100.0%", "¥300 100.0%"], ["0 0.0%", "¥0 0.0%"], ["0", "¥0"],
    ]  # fmt: skip
    assert [row[2:] for row in table(visit(browser(mia), HERE))] == [
        ["0 –", "¥0 –"], ["0 –", "¥0 –"], ["0", "¥0"],
    ]  # fmt: skip


def test_figures_lead_to_their_accounts(settled: None, operations: User) -> None:
    page = visit(browser(operations), HERE)
    links = [href for href in page.attributes("a", "href") if "segment=" in href]
    found = [visit(browser(operations), href).rows[1][0] for href in links[::2]]
    assert found == ["アクメ株式会社あくめ", "小口", "不明"]


def test_the_number_of_queries_does_not_grow(
    settled: None, operations: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = browser(operations)
    with django_assert_num_queries(11):
        client.get(HERE)
    for number in range(3):
        make_account(employees=number)
    refresh_facts(on=TODAY, at=NOON)
    settle_segments([SMALL, BIG], past=False, by=operations, at=NOON, on=TODAY)
    settle_segments(
        [SMALL, BIG, SegmentRow(key="x", name_ja="x", name_en="x", rule="always")],
        past=False, by=operations, at=NOON, on=TODAY,
    )  # fmt: skip
    with django_assert_num_queries(11):
        client.get(HERE)


def test_only_operations_and_administrators_change_segments(
    settled: None, sakura: User, ken: User, executive: User
) -> None:
    gets = ("new/", "of/big/")
    posts = ("check/", "past/", "propose/arr/", "lists/1/again/", "of/big/up/", "of/big/drop/")
    for user in (sakura, ken, executive):
        client = browser(user)
        assert [client.get(HERE + path).status_code for path in gets] == [403] * len(gets)
        assert [client.post(HERE + path).status_code for path in posts] == [403] * len(posts)
        assert visit(client, HERE).attributes("form", "action").count(f"{HERE}of/big/drop/") == 0
    assert SegmentList.objects.count() == 1


def test_without_segments_both_cuts_are_one_click_away(operations: User, sakura: User) -> None:
    assert visit(browser(operations), HERE).attributes("form", "action")[-2:] == [
        f"{HERE}propose/arr/", f"{HERE}propose/employees/",
    ]  # fmt: skip
    assert f"{HERE}propose/arr/" not in visit(browser(sakura), HERE).attributes("form", "action")
    make_account(employees=5_000)
    assert post(operations, "propose/employees/") == HERE
    assert [each.key for each in segments()] == ["enterprise", "mid", "smb"]
    assert table(visit(browser(operations), HERE))[0][2] == "1 50.0%"
    assert browser(operations).post(f"{HERE}propose/none/").status_code == 404


def test_a_segment_is_added_at_the_end_under_a_key_of_its_name(
    settled: None, operations: User
) -> None:
    given = {"name_ja": "大口", "name_en": "Key account", "rule": "arr >= 1"}
    assert post(operations, "new/", **given) == HERE
    assert [each.key for each in segments()] == ["big", "small", "key-account"]
    assert SegmentList.objects.latest("pk").past is False


def test_a_segment_is_changed_in_its_place(settled: None, operations: User) -> None:
    given = {"name_ja": "大", "name_en": "Large", "rule": "employees >= 501", "past": "on"}
    assert post(operations, "of/big/", **given) == HERE
    first = segments()[0]
    assert (first.key, first.name_en, first.rule) == ("big", "Large", "employees >= 501")
    assert SegmentList.objects.latest("pk").past is True
    assert browser(operations).get(f"{HERE}of/none/").status_code == 404


def test_an_unsound_rule_is_not_saved_and_says_where_it_is_wrong(
    settled: None, operations: User
) -> None:
    given = {"name_ja": "大", "name_en": "Big", "rule": "employes >= 5"}
    page = told(operations, f"{HERE}of/big/", given)
    assert "Sign 1: There is no fact called “employes”." in page.texts("p")
    assert page.texts("mark") == ["employes"]
    assert "employees >= 5" in page.attributes("button", "value")
    assert segments()[0].rule == "employees >= 100"


def test_segments_move_up_and_down_and_stay_within_the_list(
    settled: None, operations: User
) -> None:
    for path in ("of/small/up/", "of/small/up/"):
        post(operations, path)
    assert [each.key for each in segments()] == ["small", "big"]
    post(operations, "of/small/down/")
    assert [each.key for each in segments()] == ["big", "small"]


def test_a_segment_is_dropped_and_an_earlier_list_can_hold_again(
    settled: None, operations: User
) -> None:
    first = SegmentList.objects.get()
    post(operations, "of/big/drop/")
    assert [each.key for each in segments()] == ["small"]
    post(operations, f"lists/{first.pk}/again/")
    assert [each.key for each in segments()] == ["big", "small"]
    post(operations, f"lists/{first.pk}/again/")
    page = visit(browser(operations), HERE)
    assert SegmentList.objects.count() == 3
    assert page.texts("h1") == ["Segments"]


def test_the_present_list_is_applied_to_the_past_on_demand(settled: None, operations: User) -> None:
    post(operations, "past/")
    assert [each.past for each in SegmentList.objects.all()] == [True, True]


def test_checking_tells_what_a_rule_would_do_without_doing_it(
    settled: None, operations: User
) -> None:
    given = {"key": "big", "rule": "employees >= 5", "from": "text"}
    page = told(operations, f"{HERE}check/", given)
    assert "2 accounts fall into the segment, 1 more than now" in page.texts("h2")
    assert "小口" in page.texts("a")
    assert segments()[0].rule == "employees >= 100"


def test_checking_tells_who_meets_the_rule_and_falls_into_a_segment_above(
    settled: None, operations: User
) -> None:
    given = {"key": "small", "rule": "employees >= 5 or missing(arr) and employees >= 1"}
    page = told(operations, f"{HERE}check/", given)
    said = "2 accounts meet the rule. Into segments above this one fall: Big 1."
    assert said in " ".join(page.text.split())


def test_a_rule_that_takes_less_says_who_goes_out(settled: None, operations: User) -> None:
    given = {"key": "big", "rule": "employees >= 501"}
    page = told(operations, f"{HERE}check/", given)
    assert "0 accounts fall into the segment, 1 fewer than now" in page.texts("h2")
    assert "アクメ株式会社" in page.texts("a")


def test_the_questions_write_the_rule(settled: None, operations: User) -> None:
    given = {
        "key": "big", "from": "builder", "do": "add:0", "rule": "something else",
        "node": ["0:all", "0.0:ask"], "kind.0": "any",
        "fact.0.0": "employees", "ask.0.0": "at_least", "a.0.0": "１，０００",
    }  # fmt: skip
    page = told(operations, f"{HERE}check/", given)
    assert page.texts("textarea") == ["employees >= 1000 or"]
    given["do"] = ""
    page = told(operations, f"{HERE}check/", given)
    assert page.texts("textarea") == ["employees >= 1000"]
    assert page.attributes("input", "name").count("node") == 2


def test_an_offer_mends_the_rule(settled: None, operations: User) -> None:
    given = {"key": "big", "rule": "employes >= 5", "mended": "employees >= 5"}
    page = told(operations, f"{HERE}check/", given)
    assert page.texts("textarea") == ["employees >= 5"]


def test_the_page_of_an_account_says_its_segment_and_why(
    settled: None, acme: Account, sakura: User, mia: User
) -> None:
    profile = visit(browser(sakura), f"/accounts/{acme.pk}/")
    why = f"/accounts/{acme.pk}/segment/"
    assert why in profile.attributes("a", "href")
    page = visit(browser(sakura), why)
    assert page.texts("h3")[:2] == ["Big decides", "Small does not fit"]
    assert "Employees is at least 100 (500)" in [
        " ".join(text.split()) for text in page.texts("li")
    ]
    assert browser(mia).get(why).status_code == 404


def test_a_drawer_answers_htmx(settled: None, acme: Account, sakura: User) -> None:
    response = browser(sakura).get(f"/accounts/{acme.pk}/segment/", headers=HTMX)
    assert Page(response).attributes("dialog", "class") == ["drawer"]


def test_a_list_is_narrowed_to_a_segment_and_shows_its_name(
    settled: None, operations: User
) -> None:
    page = visit(browser(operations), "/accounts/?f.segment=big")
    assert page.rows[0][:2] == ["Account", "Segment"]
    assert page.rows[1][:2] == ["アクメ株式会社あくめ", "Big"]


def test_a_holder_sees_the_segment_of_what_comes_to_her(
    settled: None, mia: User, operations: User
) -> None:
    make_holding(Account.objects.get(name="小口"), by=Member.objects.get(user=mia))
    assert [row[2] for row in table(visit(browser(mia), HERE))] == ["0 0.0%", "1 100.0%", "0"]
