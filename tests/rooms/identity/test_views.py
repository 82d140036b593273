"""Signing in, the look of the pages, who has access, and the journal and jobs pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from banso.kit.models import Job, JobState
from banso.rooms.identity.models import AccessRole, User
from banso.rooms.identity.queries import invitation_code
from banso.rooms.journal.actions import record
from banso.rooms.journal.models import Entry
from tests.factories.identity import make_user
from tests.factories.journal import declared_event
from tests.factories.pages import HTMX, Page, browser, visit
from tests.factories.when import NOON

pytestmark = pytest.mark.django_db

STRONG = "correct horse battery"
LOGIN, USERS = "/account/login/", "/settings/users/"


def signed_in(client: Client) -> int | None:
    found = client.session.get("_auth_user_id")
    return int(found) if found else None


def errors(page: Page) -> list[str]:
    return page.texts("div", role="alert") + page.texts("p", role="alert")


@pytest.fixture
def demo(settings: Settings) -> None:
    settings.BANSO = replace(settings.BANSO, demo=True)


@pytest.mark.parametrize("role", sorted(set(AccessRole) - {AccessRole.ADMINISTRATOR}))
def test_only_administrators_give_access(role: str) -> None:
    client, user = browser(make_user(role=role)), make_user()
    paths = [USERS, f"{USERS}{user.pk}/"]
    codes = [client.get(path).status_code for path in paths]
    codes += [client.post(path, {"role": "administrator"}).status_code for path in paths]
    assert codes == [403] * 4
    assert Page(client.get(USERS)).heading == "This page isn't for your access role"


def test_the_list_tells_who_has_access(administrator: User) -> None:
    make_user(name="あ 去った", email="left@b.example", is_active=False)
    rows = visit(browser(administrator), USERS).rows[1:]
    assert [row[:3] for row in rows] == [
        ["あ 去った", "left@b.example", "ended"],
        ["管 理", administrator.email, "Administrator"],
    ]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_users_asks_the_database_equally_often(
    administrator: User, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _number in range(rows - 1):
        make_user()
    client = browser(administrator)
    with django_assert_num_queries(3):
        assert len(visit(client, USERS).rows) == rows + 1


def test_a_person_is_given_access_and_sets_a_password_by_the_link(administrator: User) -> None:
    client = browser(administrator)
    said = {"name": "Aoi", "email": "aoi@b.example", "role": "csm"}
    page = Page(client.post(USERS, said, follow=True))
    assert page.heading == "Aoi"
    [link] = [text for text in page.texts("code") if "/invitation/" in text]
    invited = browser()
    assert visit(invited, link.removeprefix("http://testserver")).heading == "Welcome, Aoi"
    weak = Page(invited.post(link, {"password": "short"}))
    assert len(errors(weak)) == 1
    assert invited.post(link, {"password": STRONG}).headers["Location"] == "/"
    aoi = User.objects.get(email="aoi@b.example")
    assert (signed_in(invited), aoi.check_password(STRONG)) == (aoi.pk, True)
    over = visit(browser(), link.removeprefix("http://testserver"))
    assert over.heading == "This link is no longer valid"


def test_a_link_of_somebody_who_lost_access_is_over(administrator: User) -> None:
    user = make_user()
    uid, token = invitation_code(user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    client = browser()
    for path in (f"/invitation/{uid}/{token}/", f"/invitation/?/{token}/", "/invitation/%25/x/"):
        answer = client.post(path, {"password": STRONG})
        assert answer.status_code in {200, 404}
        assert signed_in(client) is None
    assert not User.objects.get(pk=user.pk).has_usable_password()


def test_an_address_that_is_taken_is_answered_on_the_form(administrator: User) -> None:
    said = {"name": "Aoi", "email": administrator.email.upper(), "role": "csm"}
    page = Page(browser(administrator).post(USERS, said))
    assert errors(page) == [f"Somebody already signs in with {administrator.email.upper()}."]
    assert User.objects.count() == 1


def test_access_is_changed_and_ended(administrator: User) -> None:
    user = make_user(name="Aoi")
    client = browser(administrator)
    page = Page(client.post(f"{USERS}{user.pk}/", {"role": "manager"}, follow=True))
    assert page.texts("div", **{"class": "flash"}) == ["Saved."]
    user.refresh_from_db()
    assert (user.role, user.is_active) == ("manager", False)
    assert [text for text in page.texts("code") if "/invitation/" in text] == []


def test_the_last_administrator_stays(administrator: User) -> None:
    page = Page(
        browser(administrator).post(
            f"{USERS}{administrator.pk}/", {"role": "csm", "is_active": "on"}
        )
    )
    assert errors(page) == ["At least one active administrator must remain."]
    assert browser(administrator).get(f"{USERS}999/").status_code == 404


@pytest.mark.parametrize("role", ["csm", "manager", "account_executive", "executive"])
def test_journal_and_jobs_are_read_by_operations_and_administrators(
    role: str, operations: User, administrator: User
) -> None:
    outsider = browser(make_user(role=role))
    assert [outsider.get(path).status_code for path in ("/journal/", "/jobs/")] == [403, 403]
    for user in (operations, administrator):
        assert [browser(user).get(path).status_code for path in ("/journal/", "/jobs/")] == [
            200
        ] * 2
    assert [browser(operations).post(p).status_code for p in ("/journal/", "/jobs/")] == [405] * 2


def entries(by: User, number: int) -> None:
    with declared_event("tests.counted", "Counted %(number)s") as event:
        for n in range(number):
            record(event, by=by, at=NOON + timedelta(minutes=n), number=n)


def test_an_empty_journal_and_no_jobs_say_so(operations: User) -> None:
    client = browser(operations)
    assert visit(client, "/journal/").rows[1:] == [["Nothing has happened yet."]]
    page = visit(client, "/jobs/")
    assert (page.heading, page.rows[1:]) == (
        "Background work is in order",
        [["No job in this state."]],
    )


def test_the_journal_tells_every_act_newest_first(operations: User) -> None:
    with declared_event("tests.counted", "Counted %(number)s") as event:
        record(event, by=operations, at=NOON, number=1)
        record(event, by=operations, at=NOON + timedelta(hours=1), number=2)
        assert visit(browser(operations), "/journal/").rows[1:] == [
            ["15 Apr 2026, 13:00", "大野 操", "Counted 2"],
            ["15 Apr 2026, 12:00", "大野 操", "Counted 1"],
        ]
    assert [row[2] for row in visit(browser(operations), "/journal/").rows[1:]] == [
        *("tests.counted", "tests.counted"),
    ]


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("path", "queries"), [("/journal/", 3), ("/jobs/", 4)])
def test_journal_and_jobs_ask_the_database_equally_often(
    operations: User, rows: int, path: str, queries: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    entries(operations, rows)
    for _number in range(rows):
        Job.objects.create(name="work", run_after=NOON, enqueued_at=NOON)
    client = browser(operations)
    with django_assert_num_queries(queries):
        assert len(visit(client, path).rows) == rows + 1


def test_older_entries_load_as_rows(operations: User) -> None:
    entries(operations, 53)
    client = browser(operations)
    first = visit(client, "/journal/")
    [more] = first.attributes("a", "hx-get")
    rest = Page(client.get(f"/journal/{more}", headers=HTMX))
    assert (len(first.rows), len(rest.rows), rest.texts("h1")) == (52, 3, [])
    assert Entry.objects.count() == 53


def test_jobs_are_told_with_their_state_and_why_they_failed(operations: User) -> None:
    common = {"run_after": NOON, "enqueued_at": NOON}
    Job.objects.create(name="failing", state=JobState.FAILED, error="Boom", attempts=5, **common)
    running = {"state": JobState.RUNNING, "done_steps": 1000, "total_steps": 2500}
    Job.objects.create(name="working", **running, **common)
    page = visit(browser(operations), "/jobs/")
    assert page.heading == "1 job has failed"
    told = [(row[0].split()[0], row[1], row[2]) for row in page.rows[1:]]
    assert told == [
        ("working", "Running 1,000 / 2,500", "0"),
        ("failing", "Failed Try again Dismiss", "5"),
    ]
    assert page.texts("code") == ["Boom"]
    assert page.texts("span", **{"class": "count"}) == ["0", "1", "1", "0"]


@pytest.mark.parametrize(
    ("state", "names"), [("failed", ["b"]), ("waiting", ["a"]), ("colour", ["b", "a"])]
)
def test_jobs_are_narrowed_to_a_state(operations: User, state: str, names: list[str]) -> None:
    Job.objects.create(name="a", run_after=NOON, enqueued_at=NOON)
    Job.objects.create(name="b", state=JobState.FAILED, run_after=NOON, enqueued_at=NOON)
    page = visit(browser(operations), "/jobs/", state=state)
    assert [row[0].split()[0] for row in page.rows[1:]] == names
