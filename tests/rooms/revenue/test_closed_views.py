"""The pages of closed periods, their files, and what the bridge says of them."""

from __future__ import annotations

import csv
from datetime import date
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from pytest_django import DjangoAssertNumQueries

from banso.engines.revenue.periods import Period
from banso.rooms.customers.models import Account
from banso.rooms.identity.models import User
from banso.rooms.revenue.actions import (
    write_snapshots,
)
from banso.rooms.revenue.models import ClosedPeriod, SubscriptionLine
from banso.rooms.revenue.queries.closed import closing
from banso.rooms.revenue.queries.figures import Reader
from banso.rooms.revenue.queries.presets import usual_periods
from tests.factories.closed import (
    ASKED,
    DAY,
    FROM,
    PAGE,
    QUARTER,
    TO,
    close,
    come_late,
    make_book,
)
from tests.factories.customers import make_account
from tests.factories.pages import Page, browser, visit
from tests.factories.revenue import make_line
from tests.factories.when import NOON, TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def book(acme: Account) -> Account:
    return make_book(acme)


@pytest.mark.parametrize(
    ("on", "ends"),
    [
        (date(2026, 4, 1), [("2026-02-28", "2026-03-31"), ("2025-12-31", "2026-03-31"),
                            ("2025-03-31", "2026-03-31")]),
        (date(2026, 3, 31), [("2026-01-31", "2026-02-28"), ("2025-09-30", "2025-12-31"),
                             ("2024-03-31", "2025-03-31")]),
        (date(2026, 6, 15), [("2026-04-30", "2026-05-31"), ("2025-12-31", "2026-03-31"),
                             ("2025-03-31", "2026-03-31")]),
    ],
)  # fmt: skip
def test_the_last_whole_month_quarter_and_fiscal_year_are_offered(
    on: date, ends: list[tuple[str, str]]
) -> None:
    found = [(str(each.opening_on), str(each.closing_on)) for each in usual_periods(on)]
    assert found == ends


def post(user: User, path: str, language: str = "en", **sent: str) -> Page | str:
    """The page that answers, or where it leads."""
    response = browser(user, language=language).post(f"{PAGE}{path}", sent)
    return Page(response) if response.status_code == 200 else response["Location"]


def test_who_closes_looks_first_and_is_led_to_the_closed_period(
    book: Account, executive: User
) -> None:
    client = browser(executive)
    empty = visit(client, PAGE)
    assert empty.heading == "No period is closed"
    assert "Close a month when you have told its figures" in empty.text
    preview = visit(client, f"{PAGE}new/", **ASKED)
    assert preview.rows[1:] == [
        *(["Opening ARR", "¥1,300"], ["New", "¥0"], ["Reactivation", "¥0"]),
        *(["Expansion", "¥500"], ["Contraction", "¥0"], ["Churn", "−¥300"]),
        *(["Transfer between accounts or groups", "¥0"], ["Exchange effect", "¥0"]),
        ["Closing ARR", "¥1,500"],
        ["NRR over 3 months, not a year's rate", "115.4%"],
        ["GRR over 3 months, not a year's rate", "76.9%"],
    ]
    assert not ClosedPeriod.objects.exists()
    digest = closing(Reader(viewer=executive, on=TODAY), QUARTER).digest
    assert digest in preview.attributes("input", "value")
    where = post(executive, "new/", **ASKED, looked_at=digest)
    closed = ClosedPeriod.objects.get()
    assert where == f"{PAGE}{closed.pk}/"
    page = visit(client, f"{PAGE}{closed.pk}/")
    assert page.heading == "ARR ¥1.5K, nothing restated since it was closed"
    assert visit(client, PAGE).heading == "1 period is closed"


@pytest.mark.parametrize(
    ("language", "asked", "said"),
    [
        ("en", {}, "This period is closed already by this definition."),
        ("ja", {}, "この期間は、この定義ではすでに締められています。"),
        ("en", {"from": "2026-04-01", "to": "2026-03-31"},
         "The period must end on or after the day it starts."),
        ("en", {"to": "2999-01-31"}, "it can be closed from the day after 2999-01-31"),
        ("ja", {"to": "2999-01-31"}, "2999-01-31の翌日から締められます"),
        ("en", {"to": ""}, "This field is required."),
    ],
)  # fmt: skip
def test_what_is_refused_is_told_beside_the_form(
    book: Account, executive: User, language: str, asked: dict[str, str], said: str
) -> None:
    close(executive)
    looked = visit(browser(executive, language=language), f"{PAGE}new/", **ASKED | asked)
    assert said in looked.text
    sent = post(executive, "new/", language, **ASKED | asked)
    assert isinstance(sent, Page)
    assert said in sent.text
    assert ClosedPeriod.objects.count() == 1


def test_a_restated_period_shows_both_figures_and_the_account_with_its_lines(
    book: Account, executive: User, operations: User
) -> None:
    closed = close(executive)
    come_late(operations)
    page = visit(browser(executive), f"{PAGE}{closed.pk}/")
    assert page.heading == "ARR ¥1.5K when it was closed, restated by ¥240 since"
    nrr = "NRR over 3 months, not a year's rate"
    assert [row for row in page.rows if row[0] in {"Expansion", "Churn", "Closing ARR", nrr}] == [
        ["Expansion", "¥500", "¥740", "¥240"],
        ["Churn", "−¥300", "−¥300", "¥0"],
        ["Closing ARR", "¥1,500", "¥1,740", "¥240"],
        [nrr, "115.4%", "133.8%", ""],
    ]
    start = next(n for n, row in enumerate(page.rows) if row[0] == "Account")
    assert page.rows[start][1:] == ["Expansion", "Closing ARR"]
    assert page.rows[start + 1] == [book.name, "¥240", "¥240"]
    assert len(page.rows) == start + 5
    assert [row[4] for row in visit(browser(executive), PAGE).rows[1:]] == ["¥240"]
    assert visit(browser(executive), PAGE).heading == "1 period is closed, 1 restated since"


def test_accounts_that_offset_each_other_are_restated_all_the_same(
    book: Account, executive: User
) -> None:
    closed = close(executive)
    SubscriptionLine.objects.filter(external_id="l1").update(arr_minor=990)
    make_line(make_account(), arr_minor=10, start_on=FROM)
    write_snapshots(at=NOON)
    page = visit(browser(executive), f"{PAGE}{closed.pk}/")
    assert page.heading == "ARR ¥1.5K when it was closed, 2 accounts restated since"


def test_the_bridge_says_that_its_days_are_closed_and_what_was_restated(
    book: Account, executive: User, operations: User, sakura: User
) -> None:
    close(executive)
    told = visit(browser(executive), "/revenue/bridge/", **ASKED).text
    assert "Nothing has been restated since." in told
    come_late(operations)
    told = visit(browser(executive), "/revenue/bridge/", **ASKED).text
    assert "Restated since: 1 accounts, closing ARR ¥240." in told
    others = {"to": "2026-03-30"}, {"definition": "as_dated"}
    for other in others:
        assert (
            "was closed" not in visit(browser(executive), "/revenue/bridge/", **ASKED | other).text
        )
    assert "was closed" not in visit(browser(sakura), "/revenue/bridge/", **ASKED).text


def test_reopening_asks_for_a_reason(book: Account, executive: User) -> None:
    closed = close(executive)
    refused = post(executive, f"{closed.pk}/reopen/", because=" ")
    assert isinstance(refused, Page)
    assert "This field is required." in refused.text
    assert post(executive, f"{closed.pk}/reopen/", because="Late") == f"{PAGE}{closed.pk}/"
    page = visit(browser(executive), f"{PAGE}{closed.pk}/")
    assert ": Late" in page.text
    assert "Open it again" not in page.text
    again = post(executive, f"{closed.pk}/reopen/", because="Late")
    assert isinstance(again, Page)
    assert "reopened already" in again.text
    assert visit(browser(executive), PAGE).rows[1][5] == "Reopened"


def test_closed_periods_are_shown_to_who_sees_the_whole_company(
    book: Account, executive: User, sakura: User
) -> None:
    closed = close(executive)
    hers = browser(sakura)
    for path in ("", "new/", f"{closed.pk}/", f"{closed.pk}.csv"):
        assert hers.get(f"{PAGE}{path}").status_code == 403
    assert hers.post(f"{PAGE}{closed.pk}/reopen/", {"because": "x"}).status_code == 403
    for path in ("/revenue/bridge/", "/revenue/definitions/"):
        assert PAGE not in visit(hers, path).attributes("a", "href")
        assert PAGE in visit(browser(executive), path).attributes("a", "href")
    assert browser(executive).get(f"{PAGE}{closed.pk + 1}/").status_code == 404


def test_the_file_has_a_row_for_each_account_frozen_and_today(
    book: Account, executive: User, operations: User
) -> None:
    closed = close(executive)
    come_late(operations)
    make_line(make_account(external_id="since"), arr_minor=9, start_on=TO)
    write_snapshots(at=NOON)
    Account.objects.filter(pk=book.pk).update(name="改名後")
    answer = browser(executive).get(f"{PAGE}{closed.pk}.csv")
    assert answer["Content-Disposition"] == (
        'attachment; filename="closed_2025-12-31_2026-03-31_default.csv"'
    )
    raw = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    header, *rows = csv.reader(StringIO(raw))
    assert header[:5] == [
        *("Account ID", "Account name", "Opening ARR, when closed", "Opening ARR, told today"),
        "Opening ARR, difference",
    ]
    assert [[*row[:2], *row[-3:]] for row in rows] == [
        ["acme", "アクメ株式会社", "1500", "1740", "240"],
        ["'-1", "'=Evil", "0", "0", "0"],
        ["since", rows[2][1], "0", "9", "9"],
    ]
    sheet = browser(executive).get(f"{PAGE}{closed.pk}.xlsx")
    packed = ZipFile(BytesIO(b"".join(sheet.streaming_content)))  # type: ignore[attr-defined]
    assert b"<v>1740</v>" in packed.read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize("many", [1, 3])
@pytest.mark.parametrize(("path", "queries"), [("", 7), ("new/", 10), ("it/", 12)])
def test_the_pages_ask_the_database_equally_often(
    executive: User,
    many: int,
    path: str,
    queries: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _number in range(many):
        make_line(make_account(), start_on=FROM)
    write_snapshots(at=NOON)
    closed = [close(executive, Period(FROM, TO - number * DAY)) for number in range(many)]
    SubscriptionLine.objects.update(arr_minor=77)
    write_snapshots(at=NOON)
    client, at = browser(executive), path.replace("it", str(closed[0].pk))
    asked = {**ASKED, "to": "2026-01-31"} if path == "new/" else {}
    with django_assert_num_queries(queries):
        visit(client, f"{PAGE}{at}", **asked)


def test_bridge_and_retention_of_a_closed_period_say_so_and_lead_to_it(
    book: Account, executive: User
) -> None:
    client = browser(executive)
    closed = close(executive)
    for path in ("/revenue/bridge/", "/revenue/retention/"):
        page = visit(client, path, **ASKED)
        assert "This period was closed on" in page.text
        assert f"{PAGE}{closed.pk}/" in page.attributes("a", "href")
        assert "This period was closed on" not in visit(client, path).text


def test_the_file_of_a_closed_period_says_what_it_is_of(book: Account, executive: User) -> None:
    closed = close(executive)
    response = browser(executive).get(f"{PAGE}{closed.pk}.xlsx")
    with ZipFile(BytesIO(b"".join(response.streaming_content))) as file:  # type: ignore[attr-defined]
        assert 'name="Closed period"' in file.read("xl/workbook.xml").decode()
        told = file.read("xl/worksheets/sheet1.xml").decode()
    assert "From the close of 31 Dec 2025 to the close of 31 Mar 2026." in told
