"""Promises to customers: kept, dropped, reopened; across accounts, by whose they are."""

from __future__ import annotations

import csv
from datetime import timedelta
from io import StringIO

import pytest
from django.utils.timezone import localdate  # noqa: TID251  pages tell the real day
from pytest_django import DjangoAssertNumQueries

from banso.rooms.customers.actions.promises import (
    AlreadyEnded,
    StillOpen,
    drop_promise,
    keep_promise,
    reopen_promise,
)
from banso.rooms.customers.models import Account, Promise
from banso.rooms.identity.models import User
from banso.rooms.journal.models import Entry, Link
from banso.rooms.people.models import Member
from tests.factories.customers import make_account, make_holding, make_promise, make_touchpoint
from tests.factories.pages import HTMX, Page, browser, visit
from tests.factories.when import NOON, TODAY

pytestmark = pytest.mark.django_db
LIST = "/accounts/promises/"
DAY = timedelta(days=1)


def test_a_promise_is_kept_or_dropped_once_and_can_be_opened_again(
    acme: Account, sakura: User
) -> None:
    promise = make_promise(acme, text="送る")
    keep_promise(promise, on=TODAY, by=sakura, at=NOON)
    promise.refresh_from_db()
    assert (promise.kept_on, promise.is_open) == (TODAY, False)
    for act in (keep_promise, drop_promise):
        with pytest.raises(AlreadyEnded):
            act(promise, on=TODAY, by=sakura, at=NOON)
    reopen_promise(promise, by=sakura, at=NOON)
    with pytest.raises(StillOpen):
        reopen_promise(promise, by=sakura, at=NOON)
    drop_promise(promise, on=TODAY, by=sakura, at=NOON)
    promise.refresh_from_db()
    assert (promise.kept_on, promise.dropped_on) == (None, TODAY)
    entries = list(Entry.objects.order_by("pk"))
    assert [entry.event.removeprefix("customers.promise_") for entry in entries] == [
        *("kept", "reopened", "dropped"),
    ]
    assert [entry.details for entry in entries] == [{"text": "送る"}] * 3
    assert list(Link.objects.values_list("account_id", flat=True)) == [acme.pk] * 3


def texts(page: Page) -> list[str]:
    return [row[0] for row in page.rows if row and row[0] != "Promise to the customer"]


@pytest.fixture
def owed(acme: Account, sakura: User, ken: User, mia: User) -> None:
    """Sakura's and Ken's at Acme; one nobody owes; Mia's at an account of her own."""
    today, hers = localdate(), Member.objects.get(user=sakura)
    make_promise(acme, text="soon", member=hers, due_on=today + DAY)
    make_promise(acme, text="late", member=hers, due_on=today - DAY)
    make_promise(acme, text="someday", member=hers)
    make_promise(acme, text="kept", member=hers, kept_on=today - DAY)
    make_promise(acme, text="just kept", member=hers, due_on=today, kept_on=today)
    make_promise(acme, text="dropped", member=hers, dropped_on=today - DAY)
    make_promise(acme, text="Ken's", member=Member.objects.get(user=ken), due_on=today)
    make_promise(acme, text="nobody's", due_on=today + 2 * DAY)
    other, mias = make_account(name="別"), Member.objects.get(user=mia)
    make_holding(other, by=mias)
    make_promise(other, text="Mia's", member=mias, due_on=today)


@pytest.mark.parametrize(
    ("whose", "state", "found"),
    [
        ("", "", ["late", "just kept", "soon", "someday"]),
        ("mine", "overdue", ["late"]),
        ("mine", "kept", ["just kept", "kept"]),
        ("mine", "dropped", ["dropped"]),
        ("team", "open", ["late", "just kept", "Ken's", "soon", "someday"]),
        ("all", "open", ["late", "just kept", "Ken's", "soon", "nobody's", "someday"]),
        ("x", "x", ["late", "just kept", "soon", "someday"]),
    ],
)
def test_mine_come_first_and_what_is_late_before_the_rest(
    owed: None, sakura: User, whose: str, state: str, found: list[str]
) -> None:
    assert texts(visit(browser(sakura), LIST, whose=whose, state=state)) == found


def test_each_role_is_first_shown_its_own(
    owed: None, sakura: User, ken: User, mia: User, operations: User
) -> None:
    found = [len(texts(visit(browser(viewer), LIST))) for viewer in (ken, mia, operations)]
    assert found == [5, 1, 7]
    assert texts(visit(browser(mia), LIST, whose="all")) == ["Mia's"]


def test_a_row_tells_how_it_stands(owed: None, acme: Account, sakura: User) -> None:
    page = visit(browser(sakura), LIST)
    day = localdate() - DAY
    assert page.rows[1][:4] == [
        *("late", f"Overdue since {day.day} {day:%b %Y}", "アクメ株式会社", "佐倉 さくら"),
    ]
    assert "4 promises" in page.texts("h2")


def test_the_file_holds_what_is_listed(owed: None, sakura: User) -> None:
    response = browser(sakura).get(f"{LIST}export.csv", {"state": "overdue"})
    raw = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    rows = list(csv.reader(StringIO(raw.decode("utf-8-sig"))))
    due = (localdate() - DAY).isoformat()
    assert rows[1:] == [["acme", "アクメ株式会社", "late", "佐倉 さくら", due, "", ""]]


def test_a_promise_is_kept_from_the_list_and_the_slip_undone(acme: Account, sakura: User) -> None:
    promise = make_promise(acme, text="送る")
    client = browser(sakura)
    row = Page(client.post(f"{LIST}{promise.pk}/keep/", {"shape": "row"}, headers=HTMX))
    assert (row.texts("h1"), "Undo" in row.texts("button")) == ([], True)
    assert Promise.objects.get().kept_on == localdate()
    item = Page(client.post(f"{LIST}{promise.pk}/reopen/", {"shape": "item"}, headers=HTMX))
    assert item.texts("button") == ["Done", "Drop"]
    assert item.attributes("form", "data-confirm") == ["Drop this promise?"]
    plain = client.post(f"{LIST}{promise.pk}/drop/", {"shape": "item"})
    assert (plain["Location"], Promise.objects.get().dropped_on) == (
        f"/accounts/{acme.pk}/",
        localdate(),
    )
    again = client.post(f"{LIST}{promise.pk}/keep/", {"shape": "row"}, follow=True)
    assert Page(again).texts("div", **{"class": "flash"}) == ["This promise has already ended."]


def test_another_teams_promise_is_not_found_and_readers_keep_nothing(
    acme: Account, sakura: User, mia: User, executive: User
) -> None:
    promise = make_promise(acme)
    for how in ("keep", "drop", "reopen"):
        path = f"{LIST}{promise.pk}/{how}/"
        answers = [browser(viewer).post(path).status_code for viewer in (mia, executive)]
        assert answers == [404, 403]
        assert browser(sakura).get(path).status_code == 405
    assert Promise.objects.get().is_open
    page = visit(browser(executive), LIST, whose="all")
    assert [form for form in page.attributes("form", "action") if "/keep/" in form] == []


def test_the_page_of_an_account_shows_what_is_due_first_and_leads_to_the_rest(
    acme: Account, sakura: User, mia: User
) -> None:
    today = localdate()
    for number in range(7):
        make_promise(acme, text=f"約束{number}", due_on=today + number * DAY)
    elsewhere = make_account(name="他社")
    make_holding(elsewhere, by=Member.objects.get(user=sakura))
    make_promise(elsewhere, text="他の約束")
    page = visit(browser(sakura), f"/accounts/{acme.pk}/")
    rest = f"{LIST}?whose=all&account={acme.pk}"
    assert [text[:3] for text in page.texts("li") if "約束" in text] == [
        f"約束{number}" for number in range(5)
    ]
    assert page.texts("a", href=rest) == ["2 more promises"]
    assert texts(visit(browser(sakura), rest)) == [f"約束{number}" for number in range(7)]
    assert browser(mia).get(rest).status_code == 404
    assert len(texts(visit(browser(sakura), f"{LIST}?whose=all&account=x"))) == 8


def test_an_empty_list_says_how_a_promise_is_made(mia: User) -> None:
    page = visit(browser(mia), LIST)
    assert "Nothing is owed here" in page.texts("h2")
    assert "?whose=all&state=open" in page.attributes("a", "href")


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_database_equally_often(
    acme: Account, sakura: User, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _number in range(rows):
        touch = make_touchpoint(acme)
        make_promise(acme, touchpoint=touch, member=Member.objects.get(user=sakura))
    client = browser(sakura)
    with django_assert_num_queries(4):  # one more asks for those without a day
        assert len(texts(visit(client, LIST))) == rows


def test_further_promises_load_in_the_same_order(acme: Account, sakura: User) -> None:
    member, today = Member.objects.get(user=sakura), localdate()
    for number in range(60):
        make_promise(acme, text=f"{number:02}", member=member, due_on=today + number * DAY)
    client = browser(sakura)
    page = visit(client, LIST)
    [more] = [href for href in page.attributes("a", "hx-get") if "after=" in href]
    further = Page(client.get(LIST + more, headers=HTMX))
    assert [row[0] for row in further.rows] == [f"{number:02}" for number in range(50, 60)]
