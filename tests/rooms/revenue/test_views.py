"""The bridge page and what stands behind its bars, per viewer, and as a file."""

from __future__ import annotations

import csv
import json
from datetime import date, timedelta
from io import StringIO

import pytest
from django.http import HttpResponseBase
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from banso.kit import lake
from banso.rooms.customers.models import Account
from banso.rooms.identity.models import User
from banso.rooms.revenue.actions import write_snapshots
from banso.rooms.revenue.queries.book import LINES
from banso.rooms.revenue.views import bridge as views
from tests.factories.customers import make_account
from tests.factories.pages import HTMX, Page, browser, visit
from tests.factories.revenue import make_contract, make_line, make_rate
from tests.factories.when import NOON

pytestmark = pytest.mark.django_db

FROM, TO = date(2025, 12, 31), date(2026, 3, 31)
PERIOD = {"from": FROM.isoformat(), "to": TO.isoformat()}
BRIDGE = "/revenue/bridge/"
LEFT = date(2026, 2, 1)  # longer ago than any grace
DAY = timedelta(days=1)


@pytest.fixture
def book(acme: Account) -> Account:
    """Acme grows; another account, =Evil, churns."""
    make_line(acme, external_id="l1", arr_minor=1000, start_on=FROM, product="HR", quantity=5)
    make_line(acme, external_id="l2", arr_minor=500, start_on=TO, product="=SUM(A1)")
    other = make_account(external_id="-1", name="=Evil")
    make_line(other, external_id="l3", arr_minor=300, start_on=FROM, end_on=LEFT)
    write_snapshots(at=NOON)
    return acme


def table(page: Page) -> list[list[str]]:
    """The bridge as its table tells it, without the trend below."""
    rows = page.rows[1:]
    return rows[: [row[0] for row in rows].index("Close of")]


def csv_rows(response: HttpResponseBase) -> list[list[str]]:
    raw = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    assert raw.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(StringIO(raw.decode("utf-8-sig"))))


def test_the_bridge_tells_the_whole_company(book: Account, executive: User) -> None:
    page = visit(browser(executive), BRIDGE, **PERIOD)
    assert page.heading == "ARR ¥1.5K, NRR 115.4%, GRR 76.9% (over 3 months, not a year's rate)"
    assert table(page) == [
        ["Opening ARR", "2", "¥1,300"],
        ["New", "0", "¥0"],
        ["Reactivation", "0", "¥0"],
        ["Expansion", "1", "¥500"],
        ["Products added or dropped", "", "¥500"],
        ["Contraction", "0", "¥0"],
        ["Churn", "1", "−¥300"],
        ["Closing ARR", "1", "¥1,500"],
    ]


def test_each_viewer_gets_the_bridge_of_their_own_accounts(
    book: Account, sakura: User, ken: User, mia: User, account_executive: User
) -> None:
    closing = [
        table(visit(browser(viewer), BRIDGE, **PERIOD))[-1][2]
        for viewer in (sakura, ken, mia, account_executive)
    ]
    assert closing == ["¥1,500", "¥1,500", "¥0", "¥0"]


def test_a_bridge_without_an_opening_has_no_rates_in_its_headline(book: Account, mia: User) -> None:
    page = visit(browser(mia), BRIDGE, **PERIOD)
    assert page.heading == "ARR of your accounts ¥0"
    assert page.texts("dd", **{"class": "figure"}) == ["¥0", "–", "–", "–"]


def test_every_bar_leads_to_its_rows_with_the_days_asked_for(
    book: Account, executive: User
) -> None:
    client = browser(executive)
    page = visit(client, BRIDGE, **PERIOD)
    links = [href for href in page.attributes("a", "href") if href.startswith(f"{BRIDGE}o")]
    assert links != []
    assert [href for href in links if not href.endswith(f"?from={FROM}&to={TO}")] == []
    [chart] = page.texts("script", id="bridge-chart")
    drawn = json.loads(chart)["bars"]
    assert [(bar["label"], bar["value"]) for bar in drawn] == [
        *[("Opening ARR", 1300), ("New", 0), ("Reactivation", 0), ("Expansion", 500)],
        *[("Contraction", 0), ("Churn", -300), ("Closing ARR", 1500)],
    ]
    behind = {*links, *(bar["href"] for bar in drawn)}
    assert {client.get(href).status_code for href in behind} == {200}


def test_without_days_the_fiscal_year_to_date_is_told(
    book: Account, executive: User, settings: Settings
) -> None:
    days = visit(browser(executive), BRIDGE).attributes("input", "value")
    opening, closing = [date.fromisoformat(day) for day in days if day[:2] == "20"]
    assert (opening + DAY).strftime("%m-%d") == "04-01"
    assert opening < closing <= opening + 367 * DAY


@pytest.mark.parametrize("asked", [{"from": "soon"}, {"to": ""}, {"from": "2026-02-30"}])
def test_days_that_cant_be_read_are_told_beside_the_form(
    book: Account, executive: User, asked: dict[str, str]
) -> None:
    page = visit(browser(executive), BRIDGE, **asked)
    [error] = page.texts("p", role="alert")
    assert error in {"Enter a valid date.", "This field is required."}
    assert set(asked.values()) <= set(page.attributes("input", "value"))
    assert page.texts("strong")[-1] == "No figures are shown: what was asked for can't be read."
    assert (page.rows, page.texts("dd", **{"class": "figure"})) == ([], [])


@pytest.mark.parametrize("asked", [{"from": "0001-01-01"}, {"to": "9999-12-31"}])
def test_days_of_no_company_are_told_beside_the_form(
    book: Account, executive: User, asked: dict[str, str]
) -> None:
    page = visit(browser(executive), BRIDGE, **PERIOD | asked)
    assert len(page.texts("p", role="alert")) == 1
    assert (page.rows, page.texts("dd", **{"class": "figure"})) == ([], [])


@pytest.mark.parametrize(("viewer", "offered"), [("operations", True), ("sakura", False)])
def test_before_any_line_the_page_says_so_and_offers_the_import_to_who_may(
    viewer: str, offered: bool, request: pytest.FixtureRequest
) -> None:
    client = browser(request.getfixturevalue(viewer))
    for path in (BRIDGE, f"{BRIDGE}churn/", f"{BRIDGE}churn.csv"):
        page = visit(client, path)
        assert "There is no recurring revenue yet." in page.text
        assert ("/imports/new/" in page.attributes("a", "href")) is offered


def test_a_missing_rate_is_told_instead_of_a_wrong_figure(
    book: Account, executive: User, operations: User
) -> None:
    make_line(book, currency="USD", start_on=FROM)
    write_snapshots(at=NOON)
    told = "There is no exchange rate for USD on or before 2025-12-31."
    for path in (BRIDGE, f"{BRIDGE}opening/", f"{BRIDGE}opening.csv"):
        page = visit(browser(executive), path, **PERIOD)
        assert page.texts("strong")[-1] == told
        assert page.rows == []
    assert "Import" in visit(browser(operations), BRIDGE, **PERIOD).texts("a", **{"class": "link"})


def test_a_period_that_ends_before_it_starts_is_told(book: Account, executive: User) -> None:
    page = visit(browser(executive), BRIDGE, **{"from": TO.isoformat(), "to": FROM.isoformat()})
    [error] = page.texts("p", role="alert")
    assert error == "The period must end on or after the day it starts."
    assert (page.rows, page.texts("dd", **{"class": "figure"})) == ([], [])


def test_figures_that_rows_have_overtaken_are_marked(book: Account, executive: User) -> None:
    client = browser(executive)
    assert "Rows have changed since" not in visit(client, BRIDGE, **PERIOD).text
    lake.mark_stale(LINES)
    assert "Rows have changed since" in visit(client, BRIDGE, **PERIOD).text


def test_a_bar_opens_to_accounts_and_their_lines(book: Account, executive: User) -> None:
    page = visit(browser(executive), f"{BRIDGE}opening/", **PERIOD)
    assert page.heading == "Opening ARR ¥1,300"
    assert page.rows[1:] == [
        ["アクメ株式会社", "¥1,000", "¥500", "¥0", "¥1,500"],
        ["HR × 5 l1", "31 Dec 2025 – –", "¥1,000", "", "", "¥1,000"],
        ["=SUM(A1) l2", "31 Mar 2026 – –", "", "", "", "¥500"],
        ["=Evil", "¥300", "−¥300", "¥0", "¥0"],
        ["l3", "31 Dec 2025 – 31 Jan 2026", "¥300", "", "", ""],
    ]


def test_behind_a_bar_a_viewer_finds_only_their_own(book: Account, sakura: User, mia: User) -> None:
    assert len(visit(browser(sakura), f"{BRIDGE}opening/", **PERIOD).rows) == 4
    page = visit(browser(mia), f"{BRIDGE}opening/", **PERIOD)
    assert (page.rows, page.heading) == ([], "Opening ARR ¥0")
    assert "No account moved this way" in page.texts("h2")


def test_a_bar_that_is_not_there_is_not_found(book: Account, executive: User) -> None:
    client = browser(executive)
    assert [client.get(f"{BRIDGE}{kind}").status_code for kind in ("other/", "other.csv")] == [
        404, 404
    ]  # fmt: skip


@pytest.mark.parametrize("start", ["-1", "x", "9" * 30, "²"])
def test_a_start_that_cant_be_is_the_first_page(book: Account, executive: User, start: str) -> None:
    page = visit(browser(executive), f"{BRIDGE}opening/", start=start, **PERIOD)
    assert len(page.rows) == 6


def test_further_accounts_load_as_rows(
    book: Account, executive: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "PAGE_SIZE", 1)
    client = browser(executive)
    first = visit(client, f"{BRIDGE}opening/", **PERIOD)
    [more] = first.attributes("a", "hx-get")
    rest = Page(client.get(f"{BRIDGE}opening/{more}", headers=HTMX))
    assert ([row[0] for row in first.rows[1:4]], first.rows[4]) == (
        ["アクメ株式会社", "HR × 5 l1", "=SUM(A1) l2"],
        ["Show more"],
    )
    assert ([row[0] for row in rest.rows], rest.texts("h1")) == (["=Evil", "l3"], [])


@pytest.mark.parametrize("accounts", [1, 3])
@pytest.mark.parametrize("path", ["", "opening/"])
def test_the_pages_ask_the_database_equally_often(
    executive: User, accounts: int, path: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _number in range(accounts):
        make_line(make_account(), start_on=FROM)
    write_snapshots(at=NOON)
    client = browser(executive)
    with django_assert_num_queries({"": 16, "opening/": 11}[path]):
        visit(client, f"{BRIDGE}{path}", **PERIOD)


def test_the_file_holds_the_rows_of_the_page_and_no_formula(book: Account, executive: User) -> None:
    response = browser(executive).get(f"{BRIDGE}opening.csv", PERIOD)
    assert (
        response["Content-Disposition"]
        == 'attachment; filename="opening_2025-12-31_2026-03-31_default.csv"'
    )
    header, *rows = csv_rows(response)
    assert (header[0], header[-1], len(header)) == ("Account ID", "Currency of the line", 13)
    acme = ["acme", "アクメ株式会社"]
    assert rows == [
        [*acme, "1000", "500", "0", "0", "1500", "l1", "HR", "2025-12-31", "", "1000", "JPY"],
        [*acme, *[""] * 5, "l2", "'=SUM(A1)", "2026-03-31", "", "500", "JPY"],
        ["'-1", "'=Evil", "300", "-300", "0", "0", "0",
         "l3", "", "2025-12-31", "2026-02-01", "300", "JPY"],
    ]  # fmt: skip


def test_the_file_holds_only_the_viewers_own_rows(book: Account, sakura: User, mia: User) -> None:
    files = [csv_rows(browser(who).get(f"{BRIDGE}opening.csv", PERIOD)) for who in (sakura, mia)]
    assert [[row[0] for row in rows[1:]] for rows in files] == [["acme", "acme"], []]


def test_amounts_stand_in_major_units_of_their_currency(acme: Account, executive: User) -> None:
    make_rate("USD", on=FROM, rate="150")
    make_line(acme, external_id="l1", arr_minor=1005, currency="USD", start_on=FROM)
    make_rate("USD", on=TO, rate="149")
    write_snapshots(at=NOON)
    [_header, row] = csv_rows(browser(executive).get(f"{BRIDGE}fx.csv", PERIOD))
    assert (row[2:7], row[11:]) == (["1508", "0", "0", "-11", "1497"], ["10.05", "USD"])
    assert table(visit(browser(executive), BRIDGE, **PERIOD))[-2][1:] == ["–", "−¥11"]


def test_only_readers_may_ask(client: Client) -> None:
    for path in (BRIDGE, f"{BRIDGE}churn/", f"{BRIDGE}churn.csv"):
        response = client.get(path)
        assert (response.status_code, response["Location"]) == (302, f"/account/login/?next={path}")


def test_nothing_is_posted_here(executive: User) -> None:
    client = browser(executive)
    paths = (BRIDGE, f"{BRIDGE}churn/", f"{BRIDGE}churn.csv")
    assert [client.post(path).status_code for path in paths] == [405] * 3


TREND = "/revenue/accounts/{}/"


def panel(page: Page) -> list[list[str]]:
    """Rows of the account page's contracts and lines."""
    return [row for row in page.rows if row and row[0][:1] in {"K", "H", "l"}]


def test_an_account_shows_its_contracts_lines_and_arr(book: Account, sakura: User) -> None:
    make_contract(book, external_id="K1", term_end_on=TO, auto_renew=True, notice="1m")
    make_contract(book, external_id="K2")
    page = visit(browser(sakura), f"/accounts/{book.pk}/")
    assert panel(page)[:2] == [["K1", "31 Mar 2026", "yes", "1 month before"], ["K2", *"–––"]]
    assert TREND.format(book.pk) in page.attributes("div", "hx-get")
    chart = visit(browser(sakura), TREND.format(book.pk), htmx=True)
    assert len(chart.texts("script", id="account-arr")) == 1


def test_the_arr_of_somebody_elses_account_is_not_found(book: Account, mia: User) -> None:
    assert browser(mia).get(TREND.format(book.pk)).status_code == 404


def test_an_account_whose_figures_are_not_written_yet_shows_its_lines(
    acme: Account, sakura: User
) -> None:
    make_line(acme, external_id="l9", product="HR", quantity=3)
    page = visit(browser(sakura), f"/accounts/{acme.pk}/")
    chart = visit(browser(sakura), TREND.format(acme.pk))
    assert (len(panel(page)), chart.texts("script", id="account-arr")) == (1, [])
    assert "The ARR over time is still to be worked out." in chart.text


def test_an_account_without_lines_says_how_they_come(acme: Account, sakura: User) -> None:
    assert "No subscription lines yet." in visit(browser(sakura), f"/accounts/{acme.pk}/").text
