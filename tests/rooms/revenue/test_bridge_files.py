"""The bridge as a file, whole and cut, and what a sheet says of itself."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from django.http import HttpResponseBase

from banso.rooms.customers.models import Account
from banso.rooms.identity.models import User
from tests.factories.bridges import OPENING, make_book
from tests.factories.pages import browser, visit
from tests.factories.when import TODAY

pytestmark = pytest.mark.django_db
DAYS = {"from": OPENING.isoformat(), "to": TODAY.isoformat()}
BRIDGE = "/revenue/bridge"


@pytest.fixture
def book(acme: Account, mia: User) -> dict[str, Account]:
    return make_book(acme, mia)


def content(response: HttpResponseBase) -> bytes:
    assert response.status_code == 200
    return b"".join(response.streaming_content)  # type: ignore[attr-defined]


def csv_rows(response: HttpResponseBase) -> list[list[str]]:
    return list(csv.reader(StringIO(content(response).decode("utf-8-sig"))))


def parts(response: HttpResponseBase) -> dict[str, str]:
    """The parts of a workbook, by their names."""
    with ZipFile(BytesIO(content(response))) as file:
        return {name: file.read(name).decode() for name in file.namelist()}


def test_the_bridge_is_a_file_with_its_bars_causes_and_rates(
    book: dict[str, Account], executive: User
) -> None:
    client = browser(executive)
    page = visit(client, f"{BRIDGE}/", **DAYS)
    [address] = [href for href in page.attributes("a", "href") if "bridge.csv" in href]
    response = client.get(address)
    assert "bridge_2025-04-15_2026-04-15_default.csv" in response["Content-Disposition"]
    head, *rows = csv_rows(response)
    assert head == ["Movement", "Of it", "Number of accounts", "ARR", "Retention"]
    assert [row[:4] for row in rows[:-3]] == [
        ["Opening ARR", "", "4", "5811"],
        ["New", "", "1", "70"],
        ["Reactivation", "", "1", "300"],
        ["Expansion", "", "1", "500"],
        ["Expansion", "Not told apart: no number of seats", "", "500"],
        ["Contraction", "", "1", "-600"],
        ["Contraction", "Not told apart: no number of seats", "", "-600"],
        ["Churn", "", "1", "-4000"],
        ["Closing ARR", "", "5", "2081"],
    ]
    assert [(row[0], row[4][:6]) for row in rows[-3:]] == [
        ("NRR", "0.2944"), ("GRR", "0.2083"), ("Logo retention", "0.75"),
    ]  # fmt: skip


def test_a_cut_bridge_is_a_file_with_a_row_for_each_group_and_their_sum(
    book: dict[str, Account], executive: User
) -> None:
    head, *rows = csv_rows(browser(executive).get(f"{BRIDGE}.csv", {**DAYS, "by": "owner"}))
    assert head[:5] == ["CSM in charge", "NRR", "GRR", "Logo retention", "Opening ARR"]
    openings = [int(row[4]) for row in rows]
    assert (openings[-1], sum(openings[:-1]), rows[-1][0]) == (5811, 5811, "All together")
    assert openings[:2] == sorted(openings[:2], reverse=True)
    assert rows[-2][0] == "without one"


def test_a_sheet_is_called_like_its_page_says_what_it_is_of_and_tells_rates_as_percentages(
    book: dict[str, Account], executive: User
) -> None:
    client = browser(executive)
    for path, name in (
        (f"{BRIDGE}.xlsx", "ARR bridge"),
        (f"{BRIDGE}/churn.xlsx", "Churn"),
        ("/revenue/retention/nrr.xlsx", "NRR 29.4%"),
        ("/revenue/retention.xlsx", "Rates of twelve months and mont"),
    ):
        told = parts(client.get(path, {**DAYS, "definition": "as_dated"}))
        assert f'name="{name}"' in told["xl/workbook.xml"]
        sheet = told["xl/worksheets/sheet1.xml"]
        assert "Lines as they are dated" in sheet
        assert ("From the close of 15 Apr 2025" in sheet) is (path != "/revenue/retention.xlsx")
        assert ("0.0%" in told["xl/styles.xml"]) is ("churn" not in path)


def test_days_that_cant_be_read_make_no_file(book: dict[str, Account], executive: User) -> None:
    for path in ("bridge.csv", "bridge.xlsx", "bridge/churn.xlsx"):
        response = browser(executive).get(f"/revenue/{path}?from=x")
        assert "No figures are shown" in response.content.decode()


def test_without_lines_there_is_no_file_of_the_bridge(executive: User) -> None:
    for path in ("bridge.csv", "bridge/churn.xlsx"):
        response = browser(executive).get(f"/revenue/{path}")
        assert "There is no recurring revenue yet." in response.content.decode()


def test_a_bar_leads_on_to_the_lines_of_an_account_and_a_line_to_its_place_as_rates_do(
    book: dict[str, Account], executive: User
) -> None:
    page = visit(browser(executive), f"{BRIDGE}/churn/", **DAYS)
    account = book["churn"].pk
    [row] = page.attributes("tr", "data-href")
    assert row.startswith(f"{BRIDGE}/accounts/{account}/?from={OPENING}")
    [line] = [href for href in page.attributes("a", "href") if "#line-" in href]
    assert line.startswith(f"/accounts/{account}/#line-")
