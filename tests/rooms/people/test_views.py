"""Our people team by team, and letting one of them sign in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import localdate  # noqa: TID251  pages tell the real day
from pytest_django import DjangoAssertNumQueries

from banso.rooms.identity.models import AccessRole, User
from banso.rooms.people.models import JobRole, Member
from tests.factories.identity import make_user
from tests.factories.pages import Page, browser, visit
from tests.factories.people import make_member, make_team

pytestmark = pytest.mark.django_db

LIST = "/members/"
HEAD = {"Name"}


def told(page: Page) -> list[str]:
    """The first cell of each row: team headings and names."""
    return [row[0] for row in page.rows if row and row[0] not in HEAD]


def test_everybody_reads_who_works_here_team_by_team(
    sakura: User, ken: User, mia: User, executive: User
) -> None:
    make_member(name="無所属", kana="")
    expected = [
        *("カスタマーサクセス / エンタープライズ 1", "美和 ミア"),
        *("カスタマーサクセス / ミッド 2", "佐倉 さくら", "剣持 健", "Without a team 1", "無所属"),
    ]
    for viewer in (sakura, executive):
        page = visit(browser(viewer), LIST)
        names = [cell.rpartition(" しゃいん")[0] or cell for cell in told(page)]
        assert sorted(names) == sorted(expected)


def test_a_visitor_signs_in_first(client: Client) -> None:
    assert client.get(LIST).headers["Location"] == f"/account/login/?next={LIST}"
    assert client.get(f"{LIST}1/access/").headers["Location"].startswith("/account/login/")


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
    assert [len(told(page)) - 1 for page in (here, everyone)] == [2, 4]
    assert ["昨日まで" in page.text for page in (here, everyone)] == [False, True]


@pytest.mark.parametrize("search", ["佐倉", "さくら", "M-7", "SAKURA@"])
def test_a_member_is_found_by_what_people_call_them(operations: User, search: str) -> None:
    make_member(name="佐倉", kana="さくら", handle="m-7", email="sakura@b.example")
    make_member(name="別人", kana="べつじん")
    assert told(visit(browser(operations), LIST, q=search, htmx=True))[1:] == ["佐倉 さくら"]


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
    with django_assert_num_queries(3):
        assert len(told(visit(client, LIST))) == rows * 2


def test_a_member_tells_role_hours_and_access(administrator: User) -> None:
    user = make_user(role=AccessRole.MANAGER)
    make_member(
        name="A", kana="a", job_role=JobRole.CS_MANAGER, weekly_minutes=2250, user=user,
        leads_team=True, team=make_team("CS"), email="a@b.example",
    )  # fmt: skip
    member = make_member(name="B", kana="b")
    page = visit(browser(administrator), LIST)
    [told_of_a] = [row for row in page.rows if row[0] == "A Lead a"]
    assert told_of_a[1:] == ["CS manager", "a@b.example", "37.5", "Show", "CS manager"]
    assert f"{LIST}{member.pk}/access/" in page.attributes("a", "href")
    assert f"/accounts/?holder={member.pk}" in page.attributes("a", "href")


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
