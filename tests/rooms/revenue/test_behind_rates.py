"""From a rate to the accounts that make it, from an account to its lines, and to the contract."""

from __future__ import annotations

import csv
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from banso.engines.revenue.definitions import DEFAULT, Definition
from banso.rooms.customers.models import Account
from banso.rooms.identity.models import User
from banso.rooms.people.models import Member
from banso.rooms.revenue.actions import store_definition, write_snapshots
from banso.rooms.revenue.models import SubscriptionLine
from banso.rooms.revenue.queries.behind import RATES, behind
from banso.rooms.revenue.queries.bridge import Of, bridge
from banso.rooms.revenue.queries.figures import compared
from banso.rooms.revenue.queries.groups import cut_by
from tests.factories.bridges import OPENING, YEAR, make_book, reader
from tests.factories.customers import make_account
from tests.factories.pages import Page, browser, visit
from tests.factories.revenue import make_line, make_rate
from tests.factories.when import NOON, TODAY

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
DAYS = {"from": OPENING.isoformat(), "to": TODAY.isoformat()}
RETENTION = "/revenue/retention/"
QUERIES = {"accounts": 10, "lines": 11}


@pytest.fixture
def book(acme: Account, mia: User) -> dict[str, Account]:
    return make_book(acme, mia)


def csv_rows(client: Client, address: str) -> list[list[str]]:
    raw = b"".join(client.get(address).streaming_content)  # type: ignore[attr-defined]
    return list(csv.reader(StringIO(raw.decode("utf-8-sig"))))


def body(page: Page) -> list[list[str]]:
    """The rows of the table without its head and foot."""
    return page.rows[1:-1]


def test_a_cfo_goes_from_nrr_to_the_contract_line_that_made_the_difference(
    book: dict[str, Account], executive: User
) -> None:
    client = browser(executive)
    start = visit(client, RETENTION, **DAYS)
    [nrr] = {href for href in start.attributes("a", "href") if href.startswith(f"{RETENTION}nrr/")
             and "key=" not in href and DAYS["from"] in href and DAYS["to"] in href}  # fmt: skip
    accounts = visit(client, nrr)
    assert accounts.heading == "NRR 29.4% = ¥1,711 ÷ ¥5,811"
    assert [row[1:] for row in body(accounts)] == [
        ["¥4,000", "¥0", "−¥4,000", "¥0", "−68.83 pt"],
        ["¥800", "¥200", "−¥600", "¥200", "−10.33 pt"],
        ["¥1,000", "¥1,500", "¥500", "¥1,500", "+8.60 pt"],
        ["¥11", "¥11", "¥0", "¥11", "0.00 pt"],
    ]
    assert accounts.rows[-1] == [
        "All together", "¥5,811", "¥1,711", "−¥4,100", "¥1,711", "−70.56 pt"
    ]  # fmt: skip
    first = accounts.attributes("tr", "data-href")[0]
    lines = visit(client, first)
    assert "from ¥4,000 to ¥0" in lines.heading
    [line] = body(lines)
    assert line[2:] == ["¥4,000", "¥0", "−¥4,000"]
    place = lines.attributes("tr", "data-href")[0]
    made = SubscriptionLine.objects.get(account=book["churn"])
    assert place == f"/accounts/{book['churn'].pk}/#line-{made.pk}"
    assert f"line-{made.pk}" in visit(client, place).attributes("tr", "id")


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("changed", [{}, {"netting": "every_movement"}, {"nrr_reactivation": True}])
def test_the_accounts_of_a_rate_add_up_to_it(
    book: dict[str, Account], executive: User, operations: User, rate: str, changed: dict[str, Any]
) -> None:
    by = Definition(name="Other", **changed) if changed else DEFAULT
    if changed:
        store_definition(by, by=operations, at=NOON)
    told = compared(reader(executive, by), YEAR)
    whole = bridge(told)
    found = behind(told, rate)
    rows = list(found.every())
    assert sum(row.above for row in rows) == found.above
    assert sum(row.below for row in rows) == found.below
    known = {"nrr": whole.nrr, "grr": whole.grr, "logo": whole.logo_retention}
    assert found.rate == pytest.approx(known.get(rate, whole.quick_ratio))
    sizes = [abs(row.change_minor) for row in rows]
    assert sizes == sorted(sizes, reverse=True)
    if rate == "quick":
        assert {row.effect_share for row in rows} == {None}
    else:
        effects = sum(row.effect_share or 0 for row in rows)
        assert effects == pytest.approx((found.rate or 0) - 1)
        assert found.effect_share == pytest.approx(effects)


@pytest.mark.parametrize(
    ("rate", "heading"),
    [
        ("grr", "GRR 20.8% = ¥1,211 ÷ ¥5,811"),
        ("logo", "Logo retention 75.0% = 3 ÷ 4"),
        ("quick", "Quick ratio 0.1 = ¥570 ÷ ¥4,600"),
    ],
)
def test_each_rate_tells_its_numbers(
    book: dict[str, Account], executive: User, rate: str, heading: str
) -> None:
    page = visit(browser(executive), f"{RETENTION}{rate}/", **DAYS)
    assert page.heading == heading


def test_every_rate_of_the_page_leads_to_its_accounts(
    book: dict[str, Account], executive: User, mia: User
) -> None:
    client, hers = browser(executive), Member.objects.get(user=mia).handle
    for path in (RETENTION, "/revenue/bridge/"):
        page = visit(client, path, by="owner", **DAYS)
        links = {href for href in page.attributes("a", "href")
                 if href.startswith(RETENTION) and href.split("/")[3] in RATES}  # fmt: skip
        named = {href.split("/")[3] for href in links}
        assert named == (set(RATES) if path == RETENTION else {"nrr", "grr", "logo"})
        assert [href for href in links if "from=" not in href or "to=" not in href] == []
        assert [href for href in links if f"key={hers}" in href] != []
        assert {client.get(href).status_code for href in links} == {200}


def test_a_group_opens_to_its_own_accounts(
    book: dict[str, Account], executive: User, mia: User
) -> None:
    handle = Member.objects.get(user=mia).handle
    page = visit(browser(executive), f"{RETENTION}nrr/", by="owner", key=handle, **DAYS)
    assert page.heading.startswith("NRR 0.0% = ¥0 ÷ ¥4,000 · CSM in charge: ")
    assert [row[1:4] for row in body(page)] == [["¥4,000", "¥0", "−¥4,000"]]
    told = compared(reader(executive), YEAR)
    cut = cut_by("owner")
    parts = [behind(told, "grr", of=Of(cut, key)) for key in (handle, None)]
    assert sum(part.below for part in parts) < bridge(told).base_minor  # Sakura's is left out


def test_lines_in_a_foreign_currency_add_up_to_their_account(executive: User) -> None:
    make_rate("USD", on=OPENING - 9 * DAY, rate="150.5")
    make_rate("USD", on=TODAY - DAY, rate="200")
    account = make_account(name="Dollar")
    for number in range(3):
        make_line(account, external_id=f"d{number}", arr_minor=1, currency="USD",
                  start_on=OPENING - DAY)  # fmt: skip
    write_snapshots(at=NOON)
    client = browser(executive)
    page = visit(client, f"/revenue/bridge/accounts/{account.pk}/", **DAYS)
    assert page.heading == "Dollar: from ¥5 to ¥5"
    assert page.rows[0][-1] == "Exchange effect"
    assert [row[2:] for row in body(page)] == [
        ["¥2", "¥2", "¥0$0.01", "¥0"],
        ["¥1", "¥1", "¥0$0.01", "¥1"],
        ["¥2", "¥2", "¥0$0.01", "¥0"],
    ]
    assert page.rows[-1] == ["All together", "¥5", "¥5", "¥0", "¥1"]


def test_both_tables_are_files(book: dict[str, Account], executive: User) -> None:
    client = browser(executive)
    page = visit(client, f"{RETENTION}grr/", **DAYS)
    files = [href for href in page.attributes("a", "href") if "grr." in href]
    [head, *rows] = csv_rows(client, files[0])
    assert head == [
        *("Account ID", "Account name", "ARR before", "ARR after", "Change"),
        *("Above the line", "Below the line", "Effect on the rate"),
    ]
    assert [row[2:7] for row in rows] == [
        ["4000", "0", "-4000", "0", "4000"],
        ["800", "200", "-600", "200", "800"],
        ["1000", "1500", "500", "1000", "1000"],
        ["11", "11", "0", "11", "11"],
    ]
    lines = visit(client, f"/revenue/bridge/accounts/{book['contraction'].pk}/", **DAYS)
    named = [href for href in lines.attributes("a", "href") if ".csv" in href or ".xlsx" in href]
    [head, *rows] = csv_rows(client, named[0])
    assert head[4:] == ["ARR before", "ARR after", "Change", "Exchange effect"]
    assert [row[4:] for row in rows] == [["800", "0", "-800", "0"], ["0", "200", "200", "0"]]
    for address in (files[1], named[1]):
        sheet = client.get(address)
        assert b"".join(sheet.streaming_content)[:2] == b"PK"  # type: ignore[attr-defined]


def test_counts_are_counted_in_a_file_too(book: dict[str, Account], executive: User) -> None:
    [_head, *rows] = csv_rows(browser(executive), f"{RETENTION}logo.csv?{query()}")
    assert [row[5:7] for row in rows] == [["0", "1"], ["1", "1"], ["1", "1"], ["1", "1"]]
    [head, *_rows] = csv_rows(browser(executive), f"{RETENTION}quick.csv?{query()}")
    assert head[-1] == "Below the line"


def query() -> str:
    return "&".join(f"{name}={day}" for name, day in DAYS.items())


def test_where_nothing_was_open_the_page_says_so(executive: User) -> None:
    make_line(make_account(), start_on=TODAY)
    write_snapshots(at=NOON)
    page = visit(browser(executive), f"{RETENTION}nrr/", **DAYS)
    assert page.heading == "NRR – = ¥0 ÷ ¥0"
    assert "No account is in this rate" in page.text
    assert RETENTION in [href.split("?")[0] for href in page.attributes("a", "href")]


def test_an_account_without_a_line_on_either_day_says_so(executive: User) -> None:
    account = make_account()
    make_line(make_account(), start_on=TODAY)
    write_snapshots(at=NOON)
    page = visit(browser(executive), f"/revenue/bridge/accounts/{account.pk}/", **DAYS)
    assert "No contract line counts on either day" in page.text


@pytest.mark.parametrize("path", ["retention/nrr/", "retention/nrr.csv", "bridge/accounts/{}/",
                                  "bridge/accounts/{}.csv"])  # fmt: skip
def test_without_lines_and_of_days_that_cant_be_read_the_page_says_why(
    executive: User, path: str
) -> None:
    address = f"/revenue/{path.format(make_account().pk)}"
    client = browser(executive)
    assert "There is no recurring revenue yet." in client.get(address).content.decode()
    assert "No figures are shown" in client.get(f"{address}?from=x").content.decode()


def test_nobody_reads_the_lines_of_an_account_they_may_not_see(
    book: dict[str, Account], mia: User, sakura: User
) -> None:
    for account, viewer, code in ((book["churn"], mia, 200), (book["churn"], sakura, 404)):
        for ending in ("/", ".csv"):
            address = f"/revenue/bridge/accounts/{account.pk}{ending}"
            assert browser(viewer).get(address, DAYS).status_code == code
    own = visit(browser(mia), f"{RETENTION}nrr/", **DAYS)
    assert (own.heading, len(body(own))) == ("NRR 0.0% = ¥0 ÷ ¥4,000", 1)
    assert browser(mia).get(f"/revenue/bridge/accounts/{9**30}/").status_code == 404


def test_a_line_that_was_removed_since_has_no_place_to_lead_to(
    book: dict[str, Account], executive: User
) -> None:
    SubscriptionLine.objects.filter(account=book["churn"]).delete()
    page = visit(browser(executive), f"/revenue/bridge/accounts/{book['churn'].pk}/", **DAYS)
    assert body(page)[0][0] == "A line that was removed since"
    assert page.attributes("tr", "data-href") == []


def test_the_way_back_is_the_way_one_came(book: dict[str, Account], executive: User) -> None:
    address = f"/revenue/bridge/accounts/{book['churn'].pk}/"
    trails = [visit(browser(executive), address, **DAYS, **more).texts("ol", **{"class": "trail"})
              for more in ({"rate": "grr"}, {"rate": "shoe"}, {})]  # fmt: skip
    [[through_rate], *others] = trails
    assert through_rate.startswith("Retention GRR ")
    assert [each[0].split()[0] for each in others] == ["ARR", "ARR"]


def test_the_pages_ask_the_database_equally_often(
    executive: User,
    django_assert_num_queries: DjangoAssertNumQueries,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = browser(executive)
    for _turn in range(2):
        for _number in range(2):
            account = make_account()
            make_line(account, start_on=OPENING - DAY)
            make_line(account, start_on=OPENING - DAY)
        write_snapshots(at=NOON)
        with django_assert_num_queries(QUERIES["accounts"]):
            page = visit(client, f"{RETENTION}nrr/", **DAYS)
        with django_assert_num_queries(QUERIES["lines"]):
            visit(client, f"/revenue/bridge/accounts/{account.pk}/", **DAYS)
    assert len(body(page)) == 4
    monkeypatch.setattr("banso.rooms.revenue.views.rates.PAGE_SIZE", 3)
    [more] = {href for href in visit(client, f"{RETENTION}nrr/", **DAYS).attributes("a", "href")
              if "start=3" in href}  # fmt: skip
    rest = visit(client, f"{RETENTION}nrr/{more}", htmx=True)
    assert len(rest.rows) == 1
