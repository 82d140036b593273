"""The renewal rate: what was renewed of what was up, by ARR and by contracts."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils.translation import override

from banso.kit.commands import DONE
from banso.rooms.customers.models import Account
from banso.rooms.identity.models import User
from banso.rooms.renewals.cli import COMMANDS
from banso.rooms.renewals.models import Renewal
from banso.rooms.renewals.queries.rate import rate, without_rate
from tests.factories.customers import make_account
from tests.factories.pages import browser, visit
from tests.factories.renewals import make_renewal
from tests.factories.revenue import make_contract, make_line, make_rate
from tests.factories.when import NOON, TODAY

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def ended(account: Account, outcome: str, renewed: int | None, **given: Any) -> None:
    closed = {"outcome": outcome, "closed_at": NOON if outcome else None}
    values = {"term_end_on": TODAY - DAY, "renewed_arr_minor": renewed, **closed}
    make_renewal(account, **{"renewable_arr_minor": 100, **values, **given})


def test_growth_at_a_renewal_counts_as_what_was_due(acme: Account, executive: User) -> None:
    ended(acme, "renewed_larger", 150)
    ended(acme, "renewed_smaller", 60)
    ended(acme, "churned", 0)
    ended(acme, "", None)
    ended(acme, "renewed", 100, term_end_on=TODAY - 370 * DAY)
    ended(acme, "renewed", 100, term_end_on=TODAY + DAY)
    ended(acme, "renewed", 100, stands=False)
    ended(acme, "renewed", None, renewable_arr_minor=None)
    told = rate(executive, on=TODAY)
    assert (told.renewal_rate, told.contract_renewal_rate) == (160 / 300, 2 / 3)
    assert (told.due_contracts, told.renewed_contracts, told.undecided_contracts) == (3, 2, 1)
    assert told.no_rate_contracts == 1


@pytest.mark.parametrize("on", [date(2024, 2, 29), date(2025, 2, 28), date(2026, 2, 28)])
def test_each_day_is_in_one_year_that_ends_with_february(
    acme: Account, executive: User, on: date
) -> None:
    for end in (date(2023, 2, 28), date(2024, 2, 28), date(2024, 2, 29), date(2025, 2, 28)):
        ended(acme, "renewed", 100, term_end_on=end)
    due = {date(2024, 2, 29): 2, date(2025, 2, 28): 1, date(2026, 2, 28): 0}
    assert rate(executive, on=on).due_contracts == due[on]


def test_nothing_due_has_no_rate(executive: User) -> None:
    told = rate(executive, on=TODAY)
    assert (told.renewal_rate, told.contract_renewal_rate, told.due_contracts) == (None, None, 0)
    assert "Renewal rate" not in visit(browser(executive), "/renewals/").text


def test_each_viewer_has_the_rate_of_their_own_accounts(
    acme: Account, sakura: User, mia: User, executive: User
) -> None:
    ended(acme, "renewed", 100)
    ended(make_account(), "churned", 0)
    rates = [rate(viewer, on=TODAY).renewal_rate for viewer in (sakura, mia, executive)]
    assert rates == [1, None, 0.5]


NO_RATE = "/renewals/without-rate/"


@pytest.fixture
def unrated(acme: Account) -> Renewal:
    """A term of dollars and yen, of which only euros have a rate by its end."""
    end = TODAY - DAY
    contract = make_contract(acme, external_id="K-7", term_end_on=end)
    values = {"contract": contract, "start_on": end - 300 * DAY, "end_on": TODAY}
    make_line(acme, external_id="us", arr_minor=120_00, currency="USD", product="HR", **values)
    make_line(acme, external_id="eu", arr_minor=5_00, currency="EUR", **values)
    make_line(acme, external_id="jp", arr_minor=500, **values)
    make_line(acme, external_id="later", currency="USD", start_on=TODAY)
    make_rate("EUR", on=end, rate="160")
    make_rate("USD", on=TODAY, rate="150")
    closed = {"outcome": "renewed", "closed_at": NOON}
    return make_renewal(
        acme, contract=contract, term_end_on=end, renewable_arr_minor=None, **closed
    )


def test_a_term_without_an_exchange_rate_is_in_no_rate_and_is_named_with_its_lines(
    unrated: Renewal, sakura: User, mia: User
) -> None:
    [found] = without_rate(sakura, on=TODAY, most=9)
    assert (found.renewal, [line.external_id for line in found.lines]) == (unrated, ["us", "later"])
    assert without_rate(mia, on=TODAY, most=9) == []
    page, missing = visit(browser(sakura), NO_RATE), "USD on or before 14 Apr 2026"
    assert page.heading == "1 contract is not in the renewal rate: no exchange rate"
    assert page.rows[1:] == [
        ["アクメ株式会社", "K-7", "14 Apr 2026", "HR us", "$120.00", missing],
        ["", "", "", "later", "$12,000.00", missing],
    ]
    assert page.attributes("a", "href").count(f"/accounts/{unrated.account_id}/") == 3


def test_the_list_says_how_many_terms_are_in_no_rate(unrated: Renewal, executive: User) -> None:
    told = visit(browser(executive), "/renewals/")
    assert NO_RATE in told.attributes("a", "href")
    assert "1 contract is not in the renewal rate of terms that ended from" in told.text
    japanese = visit(browser(executive, language="ja"), NO_RATE)
    assert japanese.heading == "為替レートがないため更新率に入っていない契約が1件あります"
    unrated.delete()
    assert NO_RATE not in visit(browser(executive), "/renewals/").attributes("a", "href")
    assert "Every term" in visit(browser(executive), NO_RATE).text


def test_the_command_tells_the_rate_and_what_is_not_in_it(
    unrated: Renewal, capsys: pytest.CaptureFixture[str]
) -> None:
    ended(unrated.account, "renewed", 50, term_end_on=TODAY - 2 * DAY)
    told = printed(capsys, "--on", TODAY.isoformat(), "--json")
    assert json.loads(told) == {
        "currency": "JPY",
        "from": "2025-04-15",
        "to": TODAY.isoformat(),
        "renewal_rate": 0.5,
        "contract_renewal_rate": 1.0,
        "due_minor": 100,
        "renewed_minor": 50,
        "undecided_minor": 0,
        "due_contracts": 1,
        "renewed_contracts": 1,
        "undecided_contracts": 0,
        "no_rate_contracts": 1,
        "without_rate": [
            {
                "account": unrated.account.external_id,
                "contract": "K-7",
                "term_end_on": "2026-04-14",
                "lines": [
                    {"line": "us", "currency": "USD"},
                    {"line": "later", "currency": "USD"},
                ],
            }
        ],
    }
    said = printed(capsys, "--on", TODAY.isoformat())
    assert "50.0%" in said
    assert "K-7 2026-04-14: no rate for USD" in said


def test_the_rate_of_chosen_days_tells_both_amounts_and_which_terms_are_in_it(
    acme: Account, executive: User
) -> None:
    first, last = date(2025, 10, 1), date(2025, 12, 31)
    for end, renewed in ((first - DAY, 0), (first, 100), (last, 50), (last + DAY, 0)):
        outcome = "renewed" if renewed else "churned"
        ended(acme, outcome, renewed, term_end_on=end)
    days = {"from": (first - DAY).isoformat(), "to": last.isoformat()}
    client = browser(executive)
    page = visit(client, "/renewals/", when="closed", **days)
    assert page.texts("dd", **{"class": "figure"}) == ["75.0%", "100.0%"]
    told = "¥150 renewed of ¥200 dueterms that ended from 1 Oct 2025 to 31 Dec 2025"
    assert page.texts("dd", **{"class": "delta"})[0] == told
    assert page.heading == "With an outcome: 2 contracts, ¥200"
    links = page.attributes("a", "href")
    behind = next(href for href in links if href.startswith(f"?when=closed&from={days['from']}"))
    assert len(visit(client, f"/renewals/{behind}").rows) == 3
    file = client.get("/renewals/renewals.csv", {"when": "closed", **days})
    assert len(file.getvalue().decode().splitlines()) == 3  # type: ignore[attr-defined]


def test_days_of_the_rate_that_cant_be_read_show_none(acme: Account, executive: User) -> None:
    ended(acme, "renewed", 100)
    days = {"from": "2026-03-31", "to": "2025-03-31"}
    page = visit(browser(executive), "/renewals/", **days)
    [error] = page.texts("p", role="alert")
    assert error == "The period must end on or after the day it starts."
    assert page.texts("dd", **{"class": "figure"}) == []
    none = {"from": "2001-03-31", "to": "2002-03-31"}
    page = visit(browser(executive), "/renewals/", **none)
    assert "none of them has an outcome" in page.text


def test_the_command_says_the_days_like_the_page_and_takes_others(
    acme: Account, executive: User, capsys: pytest.CaptureFixture[str]
) -> None:
    ended(acme, "renewed", 100)
    ended(acme, "churned", 0, term_end_on=TODAY - 100 * DAY)
    with override("ja"):
        said = printed(capsys, "--on", TODAY.isoformat()).splitlines()
    assert said[0] == "2025年4月16日から2026年4月15日までに満了した契約の更新率"
    assert [line.split() for line in said[1:5]] == [
        ["更新率(金額)", "50.0%"], ["更新率(件数)", "50.0%"],
        ["更新対象のARR", "¥200"], ["更新されたARR", "¥100"],
    ]  # fmt: skip
    narrow = ("--on", TODAY.isoformat(), "--from", (TODAY - 9 * DAY).isoformat(), "--json")
    told = json.loads(printed(capsys, *narrow))
    assert (told["from"], told["renewal_rate"]) == ((TODAY - 9 * DAY).isoformat(), 1.0)


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    [command] = COMMANDS
    parser = ArgumentParser()
    command.arguments(parser)
    assert command.run(parser.parse_args(words)) == DONE
    return capsys.readouterr().out
