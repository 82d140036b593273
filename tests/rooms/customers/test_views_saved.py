"""Views that are saved, shared with a team, opened, changed, renamed and deleted."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from banso.kit.acts import Refused
from banso.rooms.customers.actions.views import (
    MayNotShare,
    NameTaken,
    NotYourView,
    delete_view,
    rename_view,
    save_view,
    update_view,
)
from banso.rooms.customers.models import SavedView
from banso.rooms.customers.queries.saved import saved_views, shared_with
from banso.rooms.identity.models import AccessRole, User
from banso.rooms.journal.models import Entry
from banso.rooms.people.models import Team
from tests.factories.customers import make_account
from tests.factories.identity import make_user
from tests.factories.pages import Page, browser, visit
from tests.factories.people import make_member, make_team
from tests.factories.when import NOON

pytestmark = pytest.mark.django_db

LIST = "/accounts/"


def save(by: User, **given: Any) -> SavedView:
    values: dict[str, Any] = {"name": "製造", "query": "industry=製造", "columns": [], "team": None}
    return save_view(**values | given, by=by, at=NOON)


def tabs(page: Page) -> list[str]:
    """The saved views above the list, by name."""
    opens = f"{LIST}?"
    return [
        "".join(texts).split("\n")[-1].strip()
        for tag, given, texts in page.elements
        if tag == "a" and given["href"].startswith(opens) and "view=" in given["href"]
    ]


def post(client: Client, path: str, **given: Any) -> Any:
    return client.post(LIST + path, given)


def test_a_view_keeps_a_list_and_is_told_in_the_journal(sakura: User) -> None:
    view = save(sakura, columns=["kana"])
    kept = (view.name, view.owner, view.team, view.query, view.columns)
    assert kept == ("製造", sakura, None, "industry=製造", ["kana"])
    [entry] = Entry.objects.all()
    assert (entry.event, entry.details) == (
        "customers.view_saved", {"view": view.pk, "name": "製造"},
    )  # fmt: skip


def test_one_person_has_a_name_once_and_another_may_use_it(sakura: User, ken: User) -> None:
    save(sakura)
    save(ken)
    other = save(sakura, name="小売")
    with pytest.raises(NameTaken, match="製造"):
        save(sakura)
    with pytest.raises(NameTaken, match="製造"):
        rename_view(other, name="製造", team=None, by=sakura, at=NOON)
    assert Entry.objects.count() == SavedView.objects.count() == 3


def test_a_manager_shares_with_her_team_and_nobody_else_does(
    ken: User, sakura: User, mid: Team, operations: User
) -> None:
    assert save(ken, team=mid).team == mid
    above = make_team("カスタマーサクセス")
    for by, team in ((sakura, mid), (operations, mid), (ken, above)):
        with pytest.raises(MayNotShare):
            save(by, name="x", team=team)
    own = save(sakura, name="y")
    with pytest.raises(MayNotShare):
        rename_view(own, name="y", team=mid, by=sakura, at=NOON)
    assert [shared_with(each) for each in (ken, sakura, operations)] == [mid, None, None]


def test_everybody_sees_their_own_views_and_those_of_their_teams(
    ken: User, sakura: User, mia: User, mid: Team, operations: User
) -> None:
    save(sakura, name="her own")
    save(ken, name="team's", team=mid)
    head = make_user(role=AccessRole.MANAGER)
    make_member(user=head, team=make_team("カスタマーサクセス"))
    save(head, name="all teams'", team=make_team("カスタマーサクセス"))
    seen = [[view.name for view in saved_views(each)] for each in (sakura, ken, mia, operations)]
    assert seen == [
        ["all teams'", "her own", "team's"],
        ["all teams'", "team's"],
        ["all teams'"],
        [],
    ]


def test_a_view_is_changed_and_deleted_by_its_owner_alone(sakura: User, ken: User) -> None:
    view = save(sakura)
    update_view(view, query="q=a", columns=["domain"], by=sakura, at=NOON)
    rename_view(view, name="A", team=None, by=sakura, at=NOON)
    view.refresh_from_db()
    assert (view.name, view.query, view.columns) == ("A", "q=a", ["domain"])
    for act in (
        lambda: update_view(view, query="", columns=[], by=ken, at=NOON),
        lambda: rename_view(view, name="B", team=None, by=ken, at=NOON),
        lambda: delete_view(view, by=ken, at=NOON),
    ):
        with pytest.raises(NotYourView):
            act()
    delete_view(view, by=sakura, at=NOON)
    assert (SavedView.objects.count(), Entry.objects.latest("pk").event) == (
        0, "customers.view_deleted",
    )  # fmt: skip


def test_a_manager_who_left_her_team_keeps_the_view_as_it_is_shared(ken: User, mid: Team) -> None:
    view = save(ken, team=mid)
    User.objects.filter(pk=ken.pk).update(role=AccessRole.CSM)
    ken.refresh_from_db()
    rename_view(view, name="neu", team=mid, by=ken, at=NOON)
    assert SavedView.objects.get().name == "neu"


def test_a_list_is_saved_from_its_page_and_opened_as_a_tab(sakura: User) -> None:
    client = browser(sakura)
    make_account(name="other")
    form = visit(client, f"{LIST}views/new/", industry="製造", htmx=True)
    assert form.texts("h2") == ["Save as a new view"]
    answer = post(client, "views/new/?industry=製造&cols=kana&sort=-name&view=9", name="工場")
    view = SavedView.objects.get()
    assert (view.columns, view.owner) == (["kana"], sakura)
    assert Client().get(answer["Location"]).status_code == 302
    page = visit(client, answer["Location"])
    assert tabs(page) == ["工場"]
    assert page.rows == []
    assert "製造" in page.texts("a", **{"class": "chip"})[-1]


def test_a_refused_name_stays_in_the_form_with_the_reason(sakura: User) -> None:
    save(sakura)
    answer = post(browser(sakura), "views/new/?q=a", name="製造")
    page = Page(answer)
    assert "You already have a view called “製造”. Choose another name." in page.text
    assert page.texts("h1") == ["Save as a new view"]


def test_sharing_is_offered_to_a_manager_alone(ken: User, sakura: User, mid: Team) -> None:
    asked = [visit(browser(each), f"{LIST}views/new/", htmx=True) for each in (ken, sakura)]
    assert [page.texts("label") for page in asked] == [
        ["Name of the view", "Share with ミッド"], ["Name of the view"],
    ]  # fmt: skip
    post(browser(ken), "views/new/?q=a", name="Mid", team="on")
    assert SavedView.objects.get().team == mid


def test_an_open_view_says_when_the_list_has_moved_away_and_takes_it_over(sakura: User) -> None:
    view = save(sakura, query="industry=製造&sort=-name", columns=["kana"])
    client = browser(sakura)
    same = f"{LIST}?sort=-name&industry=製造&cols=kana&view={view.pk}"
    assert "Update this view" not in visit(client, same).text
    moved = visit(client, same + "&region=関東")
    assert ("(changed)" in moved.text, "Update this view" in moved.text) == (True, True)
    answer = post(client, f"views/{view.pk}/update/?region=関東&view={view.pk}")
    view.refresh_from_db()
    assert (view.query, view.columns) == ("region=%E9%96%A2%E6%9D%B1", [])
    assert answer["Location"] == f"{LIST}?region=%E9%96%A2%E6%9D%B1&view={view.pk}"


def test_a_view_is_renamed_and_deleted_from_its_menu(sakura: User) -> None:
    view, client = save(sakura), browser(sakura)
    form = visit(client, f"{LIST}views/{view.pk}/", htmx=True)
    assert form.texts("h2") == ["製造"]
    post(client, f"views/{view.pk}/", name="工場")
    assert SavedView.objects.get().name == "工場"
    answer = post(client, f"views/{view.pk}/delete/?industry=製造&view={view.pk}")
    assert answer["Location"] == f"{LIST}?industry=%E8%A3%BD%E9%80%A0"
    assert SavedView.objects.count() == 0


def test_a_team_view_of_somebody_else_opens_and_has_no_way_to_change_it(
    ken: User, sakura: User, mid: Team
) -> None:
    view, client = save(ken, team=mid), browser(sakura)
    page = visit(client, LIST, industry="製造", view=view.pk)
    assert (tabs(page), "Delete this view" in page.text) == (["製造"], False)
    answers = [
        post(client, f"views/{view.pk}/{act}", name="x") for act in ("", "update/", "delete/")
    ]
    assert [answer.status_code for answer in answers] == [404] * 3


@pytest.mark.parametrize("views", [1, 3])
def test_the_tabs_ask_the_database_equally_often(
    sakura: User, views: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(views):
        save(sakura, name=str(number))
    client = browser(sakura)
    with django_assert_num_queries(6):
        assert len(tabs(visit(client, LIST))) == views


def test_every_refusal_is_a_sentence(sakura: User, ken: User) -> None:
    view = save(sakura)
    with pytest.raises(Refused, match=r"Only who saved a view changes or deletes it\."):
        delete_view(view, by=ken, at=NOON)
