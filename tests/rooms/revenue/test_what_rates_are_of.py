"""The base of a rate has a name of its own, and the way to it from the opening ARR is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.utils.translation import override

from banso.engines.revenue.definitions import DEFAULT
from banso.rooms.customers.models import Account
from banso.rooms.identity.models import User
from banso.rooms.revenue.actions import store_definition, write_snapshots
from banso.rooms.revenue.queries import steps
from banso.rooms.revenue.queries.exchange import in_use
from banso.rooms.revenue.queries.presets import length_of, not_a_year, presets
from tests.factories.bridges import DAY, OPENING, YEAR, asked, make_book
from tests.factories.customers import make_account
from tests.factories.pages import Page, browser, visit
from tests.factories.revenue import make_line, make_rate
from tests.factories.when import NOON, TODAY

pytestmark = pytest.mark.django_db
DAYS = {"from": OPENING.isoformat(), "to": TODAY.isoformat()}
BRIDGE, RETENTION = "/revenue/bridge/", "/revenue/retention/"
CLOSING = replace(DEFAULT, name="Closing rates", fx="constant_currency_closing")
BACK = replace(DEFAULT, name="With those back", nrr_reactivation=True, nrr_scheduled=False)


@pytest.fixture
def book(acme: Account, mia: User) -> dict[str, Account]:
    return make_book(acme, mia)


@pytest.fixture
def dollars(executive: User, operations: User) -> None:
    """Ten dollars a year at 100 yen, then at 120, and a thousand yen."""
    make_rate("USD", on=OPENING - DAY, rate="100")
    make_rate("USD", on=TODAY - DAY, rate="120")
    make_rate("EUR", on=TODAY - DAY, rate="160")
    make_line(make_account(), arr_minor=10_00, currency="USD", start_on=OPENING - DAY)
    make_line(make_account(), arr_minor=1000, start_on=OPENING - DAY)
    write_snapshots(at=NOON)
    store_definition(CLOSING, by=operations, at=NOON)


def small(page: Page) -> str:
    return " ".join(page.texts("p", **{"class": "small"}))


@pytest.mark.parametrize("path", [BRIDGE, f"{BRIDGE}opening/", RETENTION, f"{RETENTION}grr/"])
def test_at_the_closing_rates_the_base_is_led_to_from_the_opening(
    dollars: None, executive: User, path: str
) -> None:
    page = visit(browser(executive), path, **DAYS, definition=CLOSING.name)
    told = "Opening ARR ¥2,000 + told at the closing day's exchange rates ¥200 ="
    assert f"{told} Opening ARR at the closing day's exchange rates ¥2,200" in small(page)
    assert "Below the line" not in small(visit(browser(executive), path, **DAYS))


def test_of_a_part_of_the_company_what_came_from_others_is_named(
    dollars: None, executive: User
) -> None:
    found = asked(executive)
    moved = replace(found, base_minor=found.base_minor + 5)
    part, both = (
        steps.steps_to_base(moved, definition, of_all=False) for definition in (DEFAULT, CLOSING)
    )
    assert [(each.steps[0].label, each.steps[0].minor, each.result) for each in part + both] == [
        (
            "what came from other accounts or groups",
            5,
            "Opening ARR with what came from others",
        ),
        (
            "told at the closing day's exchange rates, with what came from others",
            5,
            "Opening ARR at the closing day's exchange rates",
        ),
    ]


def test_who_came_back_stands_apart_above_the_line_of_nrr_and_has_no_range(
    book: dict[str, Account], executive: User, operations: User
) -> None:
    store_definition(BACK, by=operations, at=NOON)
    asked_for = {**DAYS, "definition": BACK.name}
    page = visit(browser(executive), f"{RETENTION}nrr/", **asked_for)
    assert page.heading == "NRR 34.6% = ¥2,011 ÷ ¥5,811"
    told = "What the accounts of the opening pay at the closing ¥1,711 + accounts that came back"
    assert f"{told} ¥300 = What counts in NRR ¥2,011" in small(page)
    assert "3 of 4 accounts grew, shrank or left, and 1 came back." in page.text
    assert "Accounts that came back count above the line alone." in page.text
    assert "Growth that the contract foresaw is left out." in page.text
    stats = visit(browser(executive), RETENTION, **asked_for).texts("dd", **{"class": "delta"})
    assert stats[0].startswith("no range is told: accounts that came back")
    assert stats[1].startswith("95% between")


def test_behind_a_rate_stands_first_who_moves_it_and_as_many_are_counted(
    book: dict[str, Account], executive: User
) -> None:
    told = {}
    for rate in ("nrr", "grr", "logo", "quick"):
        page = visit(browser(executive), f"{RETENTION}{rate}/", **DAYS)
        said = next(told for told in page.texts("p") if "From the close of" in told)
        told[rate] = (said.split(". ")[0], page.rows[1][1:3])
    assert told == {
        "nrr": ("3 of 4 accounts grew, shrank or left", ["¥4,000", "¥0"]),
        "grr": ("2 of 4 accounts shrank or left", ["¥4,000", "¥0"]),
        "logo": ("1 of 4 accounts left", ["¥4,000", "¥0"]),
        "quick": ("4 accounts were won, grew, shrank or left", ["¥4,000", "¥0"]),
    }


@pytest.mark.parametrize(
    ("first", "length"),
    [
        (date(2025, 4, 15), ""),
        (date(2026, 1, 15), "over 3 months, not a year's rate"),
        (date(2026, 4, 10), "over 5 days, not a year's rate"),
        (date(2025, 9, 1), "over about 7 months, not a year's rate"),
    ],
)
def test_rates_of_anything_but_twelve_months_say_how_long_they_are(
    book: dict[str, Account], executive: User, first: date, length: str
) -> None:
    days = {"from": first.isoformat(), "to": TODAY.isoformat()}
    for path in (BRIDGE, RETENTION):
        page = visit(browser(executive), path, **days)
        beside = page.texts("dd", **{"class": "delta"})
        rates = 2 if path == BRIDGE else 3
        assert sum("not a year's rate" in told for told in beside) == (rates if length else 0)
        assert length in page.heading
    with override("en"):
        assert not_a_year(replace(YEAR, opening_on=first)) == length


def test_the_usual_periods_are_offered_alike_and_keep_what_else_was_asked(
    book: dict[str, Account], executive: User
) -> None:
    with override("en"):
        offered = presets(date(2026, 11, 29))
        lengths = [length_of(each.period) for each in offered]
    assert list(zip([each.label for each in offered], lengths, strict=True)) == [
        ("This fiscal year to date", "about 8 months"),
        ("Last fiscal year", "12 months"),
        ("Last 12 months", "12 months"),
        ("Last quarter", "3 months"),
    ]
    assert offered[3].period.closing_on == date(2026, 9, 30)
    client = browser(executive)
    for path in (BRIDGE, RETENTION, "/revenue/definitions/"):
        page = visit(client, path, definition="as_dated", by="owner")
        labels = [told for told in page.texts("a") if told in {each.label for each in offered}]
        assert labels == [each.label for each in offered]
        hrefs = page.attributes("a", "href")
        days = [href for href in hrefs if href.startswith("?definition=as_dated&by=owner&from=")]
        assert len(days) == len(offered)
        assert {client.get(f"{path}{href}").status_code for href in days} == {200}


def test_the_exchange_rates_used_are_told_with_the_day_that_each_is_of(
    dollars: None, executive: User
) -> None:
    client = browser(executive)
    rows = [
        f"On {day}: 1 USD = {rate} JPY, the rate of {of}"
        for day, rate, of in (
            ("15 Apr 2025", "100", "14 Apr 2025"),
            ("15 Apr 2026", "120", "14 Apr 2026"),
        )
    ]
    account = Account.objects.earliest("pk").pk
    for path in (BRIDGE, RETENTION, f"{RETENTION}nrr/", f"{BRIDGE}accounts/{account}/"):
        page = visit(client, path, **DAYS)
        assert [told for told in page.texts("li") if "USD" in told] == rows
        assert "Exchange rates used: USD" in page.texts("summary")
    yen = Account.objects.latest("pk").pk
    page = visit(client, f"{BRIDGE}accounts/{yen}/", **DAYS)
    assert "Exchange rates used: USD" not in page.texts("summary")
    [used] = in_use(DEFAULT, [OPENING - 2 * DAY, TODAY])
    assert [each and str(each.rate) for each in used.rates] == [None, "1.2E+2"]


def test_a_filter_that_is_refused_shows_its_error_and_no_figure(
    book: dict[str, Account], executive: User
) -> None:
    client = browser(executive)
    paths = (BRIDGE, RETENTION, "/revenue/definitions/", "/revenue/cohorts/", f"{RETENTION}nrr/")
    for path in paths:
        page = visit(client, path, **DAYS, definition="nobody's")
        [error] = page.texts("p", role="alert")
        assert "nobody's is not one of the available choices" in error
        assert "nobody's" in page.texts("option")
        assert [told for told in page.texts("td") if "¥" in told or "%" in told] == []
        assert page.texts("dd", **{"class": "figure"}) == []
    page = visit(client, "/revenue/definitions/", **DAYS, beside="nobody's")
    assert "There is no definition “nobody's”." in page.texts("p", role="alert")
    assert [told for told in page.texts("td") if "¥" in told] == []
