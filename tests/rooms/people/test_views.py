"""Our people team by team, and letting one of them sign in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import localdate  # noqa: TID251  pages tell the real day
from pytest_django import DjangoAssertNumQueries

from banso.rooms.customers.models import Duty, FactType
from banso.rooms.identity.models import AccessRole, User
from banso.rooms.people.models import Absence, JobRole, Member
from banso.rooms.people.views import PAGE_SIZE
from tests.factories.customers import make_account, make_fact, make_holding
from tests.factories.identity import make_user
from tests.factories.pages import Page, browser, visit
from tests.factories.people import make_absence, make_member, make_team

pytestmark = pytest.mark.django_db

LIST = "/members/"
HEAD = {"Name"}


def told(page: Page) -> list[str]:
    """The first cell of each row."""
    return [row[0] for row in page.rows if row and row[0] not in HEAD]


def names(page: Page) -> list[str]:
    """The names alone, in the order of the list."""
    return [cell.split(" しゃいん")[0] for cell in told(page)]


def test_everybody_reads_who_works_here_team_by_team(
    sakura: User, ken: User, mia: User, executive: User
) -> None:
    make_member(name="無所属", kana="")
    for viewer in (sakura, executive):
        page = visit(browser(viewer), LIST)
        assert names(page) == ["美和 ミア", "佐倉 さくら", "剣持 健", "無所属"]
        assert "4 members" in page.texts("h2")


def test_a_team_with_those_inside_and_a_job_narrow_the_list(operations: User) -> None:
    cs, inside, beside = make_team("CS"), make_team("CS / Mid"), make_team("CSX")
    make_member(name="A", team=cs, job_role=JobRole.CS_MANAGER)
    make_member(name="B", team=inside)
    make_member(name="C", team=beside)
    client = browser(operations)
    asked: list[dict[str, str]] = [
        {"team": str(cs.pk)},
        {"team": str(cs.pk), "job": "csm"},
        {"team": str(inside.pk)},
        {"team": "999999"},
        {"team": "x", "job": "king"},
    ]
    found = [names(visit(client, LIST, **each)) for each in asked]
    assert found == [["A", "B"], ["B"], ["B"], [], ["A", "B", "C"]]


def test_the_list_is_sorted_by_what_its_heads_say(operations: User, mia: User) -> None:
    make_fact("arr", FactType.MONEY)
    few, many = make_member(name="少", kana="b"), make_member(name="多", kana="a")
    large = make_account(facts={"arr": 500})
    make_holding(large, by=few)
    for arr in (100, 200):
        account = make_account(facts={"arr": arr})
        for duty in (Duty.VALUE, Duty.RENEWAL):  # an account counts once
            make_holding(account, by=many, duty=duty)
    client = browser(operations)
    orders = [
        [each for each in names(visit(client, LIST, sort=sort)) if each != "美和 ミア"]
        for sort in ("name", "-name", "accounts", "-accounts", "-arr", "arr", "nonsense")
    ]
    rising, falling = ["多 a", "少 b"], ["少 b", "多 a"]
    assert orders == [rising, falling, falling, rising, falling, rising, rising]
    page = visit(client, LIST, sort="-accounts")
    assert [row[3:5] for row in page.rows if row[0] == "多 a"] == [["2", "¥300"]]
    assert "?sort=accounts" in page.attributes("a", "href")
    of_mia = visit(browser(mia), LIST)
    assert [row[3:5] for row in of_mia.rows if row[0] == "多 a"] == [["–", "–"]]


def test_who_is_away_today_is_marked_for_everybody_without_a_reason(
    sakura: User, mia: User
) -> None:
    today = localdate()
    me = Member.objects.get(user=sakura)
    make_absence(me, from_on=today, to_on=today + timedelta(days=1), kind="illness")
    make_absence(Member.objects.get(user=mia), from_on=today + timedelta(days=1))
    page = visit(browser(mia), LIST)
    assert [cell.split(" しゃいん")[0] for cell in told(page)] == [
        "美和 ミア",
        "佐倉 さくら away today",
    ]
    assert "Illness" not in page.text
    Absence.objects.filter(member=me).update(from_on=today - timedelta(days=1), to_on=today)
    assert "away today" not in visit(browser(mia), LIST).text


def test_a_long_list_goes_on_where_it_was_left(operations: User) -> None:
    for number in range(PAGE_SIZE + 2):
        make_member(name=f"N{number:03}", kana="")
    client = browser(operations)
    first = visit(client, LIST)
    [more] = [link for link in first.attributes("a", "href") if "start=" in link]
    second = visit(client, f"{LIST}{more}")
    assert (len(told(first)), told(second)) == (PAGE_SIZE, ["N100", "N101"])
    assert not [link for link in second.attributes("a", "href") if "start=" in link]


def test_the_list_leaves_as_csv_as_it_is_narrowed(operations: User) -> None:
    make_fact("arr", FactType.MONEY)
    member = make_member(
        name="佐藤", kana="さとう", handle="sato", email="s@b.example", team=make_team("CS")
    )
    make_holding(make_account(facts={"arr": 1200}), by=member)
    make_absence(member, from_on=localdate())
    make_member(name="別人")
    response = browser(operations).get(f"{LIST}export/", {"q": "佐藤"})
    lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    assert lines == [
        "Member ID,Name,Kana,Job role,Team,Mail address,Hours a week,Accounts,ARR,Away today",
        "sato,佐藤,さとう,CSM,CS,s@b.example,40.0,1,1200,Yes",
    ]


def test_a_visitor_signs_in_first(client: Client) -> None:
    assert client.get(LIST).headers["Location"] == f"/account/login/?next={LIST}"
    assert client.get(f"{LIST}1/access/").headers["Location"].startswith("/account/login/")
    assert client.get(f"{LIST}1/").headers["Location"].startswith("/account/login/")


def test_who_has_left_stands_aside_until_asked_for(operations: User) -> None:
    today = localdate()
    for name, left in [
        ("今日まで", today),
        ("昨日まで", today - timedelta(days=1)),
        ("在籍", None),
    ]:
        make_member(name=name, kana="", left_on=left)
    make_member(name="これから", kana="", joined_on=today + timedelta(days=1))
    client = browser(operations)
    here, everyone = visit(client, LIST), visit(client, LIST, left="1")
    assert [len(told(page)) for page in (here, everyone)] == [2, 4]
    assert ["昨日まで" in page.text for page in (here, everyone)] == [False, True]


@pytest.mark.parametrize("search", ["佐倉", "さくら", "M-7", "SAKURA@"])
def test_a_member_is_found_by_what_people_call_them(operations: User, search: str) -> None:
    make_member(name="佐倉", kana="さくら", handle="m-7", email="sakura@b.example")
    make_member(name="別人", kana="べつじん")
    assert told(visit(browser(operations), LIST, q=search, htmx=True)) == ["佐倉 さくら"]


def test_nobody_fitting_and_nobody_at_all_are_told_apart(operations: User) -> None:
    client = browser(operations)
    assert "No members yet" in visit(client, LIST).texts("h2")
    assert "Nobody fits" in visit(client, LIST, q="x").texts("h2")


def test_the_page_comes_whole_and_its_list_alone_where_htmx_asks(operations: User) -> None:
    make_member()
    client = browser(operations)
    whole, part = visit(client, LIST), visit(client, LIST, htmx=True)
    assert (len(whole.texts("h1")), part.texts("h1"), told(whole)) == (1, [], told(part))
    assert "HX-Request" in client.get(LIST).headers["Vary"]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_database_equally_often(
    operations: User, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(rows):
        make_member(team=make_team(f"T{number}"), user=make_user())
    client = browser(operations)
    with django_assert_num_queries(6):
        assert len(told(visit(client, LIST))) == rows


def test_a_member_tells_role_hours_and_access(administrator: User) -> None:
    user = make_user(role=AccessRole.MANAGER)
    make_member(
        name="A", kana="a", job_role=JobRole.CS_MANAGER, weekly_minutes=2250, user=user,
        leads_team=True, team=make_team("CS"), email="a@b.example",
    )  # fmt: skip
    member = make_member(name="B", kana="b")
    page = visit(browser(administrator), LIST)
    [told_of_a] = [row for row in page.rows if row[0] == "A Lead a"]
    assert told_of_a[1:] == ["CS manager", "CS", "0", "–", "a@b.example", "37.5", "CS manager"]
    assert f"{LIST}{member.pk}/access/" in page.attributes("a", "href")
    assert f"{LIST}{member.pk}/" in page.attributes("a", "href")


@pytest.mark.parametrize("role", sorted(set(AccessRole) - {AccessRole.ADMINISTRATOR}))
def test_only_administrators_let_somebody_in(role: str) -> None:
    member = make_member(email="aoi@b.example")
    client, path = browser(make_user(role=role)), f"{LIST}{member.pk}/access/"
    codes = [client.get(path).status_code, client.post(path, {"role": "csm"}).status_code]
    assert (codes, Member.objects.get().user) == ([403, 403], None)
    assert path not in visit(client, LIST).attributes("a", "href")


def test_a_member_is_let_in_with_the_role_that_goes_with_the_job(administrator: User) -> None:
    member = make_member(name="Aoi", email="aoi@b.example", job_role=JobRole.CS_MANAGER)
    client, path = browser(administrator), f"{LIST}{member.pk}/access/"
    page = visit(client, path)
    chosen = [
        given["value"]
        for tag, given, _t in page.elements
        if tag == "option" and "selected" in given
    ]
    assert (page.heading, chosen) == ("Let Aoi sign in", ["manager"])
    response = client.post(path, {"role": "manager"})
    user = Member.objects.get().user
    assert user is not None
    assert (response.headers["Location"], user.role) == (f"/settings/users/{user.pk}/", "manager")
    assert client.get(path).headers["Location"] == f"/settings/users/{user.pk}/"
    assert client.get(f"{LIST}999/access/").status_code == 404


def test_a_member_without_an_address_is_refused_on_the_form(administrator: User) -> None:
    member = make_member(name="Aoi")
    page = Page(browser(administrator).post(f"{LIST}{member.pk}/access/", {"role": "csm"}))
    assert page.texts("div", role="alert") == ["Aoi has no mail address yet."]
    unknown = Page(browser(administrator).post(f"{LIST}{member.pk}/access/", {"role": "king"}))
    assert len(unknown.texts("p", role="alert")) == 1
    assert User.objects.count() == 1


def test_the_list_is_only_read(operations: User) -> None:
    assert browser(operations).post(LIST).status_code == 405
