"""Rates, groups and cohorts as files for spreadsheets."""

from __future__ import annotations

import csv

import pytest

from banso.rooms.customers.models import Account
from banso.rooms.identity.models import User
from banso.rooms.revenue.queries.bridge import bridge
from banso.rooms.revenue.queries.figures import compared
from banso.rooms.revenue.queries.groups import cut_by
from banso.rooms.revenue.queries.retention import churn, past_year, retained
from tests.factories.bridges import OPENING, YEAR, make_book, reader
from tests.factories.pages import browser, visit
from tests.factories.when import TODAY

pytestmark = pytest.mark.django_db
DAYS = {"from": OPENING.isoformat(), "to": TODAY.isoformat()}
GROUPS = "/revenue/retention/groups"


@pytest.fixture
def book(acme: Account, mia: User) -> dict[str, Account]:
    return make_book(acme, mia)


@pytest.mark.parametrize("name", ["retention", "cohorts"])
def test_rates_and_cohorts_are_files_too(
    book: dict[str, Account], executive: User, name: str
) -> None:
    client = browser(executive)
    told = client.get(f"/revenue/{name}.csv", DAYS).getvalue()  # type: ignore[attr-defined]
    rows = list(csv.reader(told.decode("utf-8-sig").splitlines()))
    if name == "retention":
        last = past_year(reader(executive), TODAY)[-1]
        shares = [last.nrr, last.grr, last.logo_retention]
        assert rows[-2] == [TODAY.isoformat(), *map(str, shares), "", "", "", ""]
        known = churn(reader(executive), TODAY)
        mean = [str(known.account_churn), str(known.revenue_churn)]
        assert rows[-1] == ["Mean of 11 months", *[""] * 5, *mean]
    else:
        shown = visit(client, "/revenue/cohorts/", **DAYS).rows
        assert [row[0] for row in rows[1:]] == [row[0] for row in shown[2:]]
        assert rows[0][3:5] == ["Share of ARR, 0 months", "Share of ARR, 1 month"]
    sheet = client.get(f"/revenue/{name}.xlsx", DAYS)
    assert b"".join(sheet.streaming_content)[:2] == b"PK"  # type: ignore[attr-defined]
    assert "No figures are shown" in client.get(f"/revenue/{name}.csv?from=x").content.decode()


@pytest.mark.parametrize("name", ["retention", "cohorts", "retention/groups"])
def test_files_of_rates_without_lines_say_so(executive: User, name: str) -> None:
    answer = browser(executive).get(f"/revenue/{name}.csv")
    assert "There is no recurring revenue yet." in answer.content.decode()


def test_the_groups_of_a_cut_are_a_file_with_the_ranges_of_their_rates(
    book: dict[str, Account], executive: User
) -> None:
    client = browser(executive)
    page = visit(client, "/revenue/retention/", **DAYS, by="owner")
    [address] = [href for href in page.attributes("a", "href") if href.startswith(GROUPS + ".csv")]
    told = client.get(address).getvalue()  # type: ignore[attr-defined]
    [head, *rows, total] = csv.reader(told.decode("utf-8-sig").splitlines())
    assert head[:6] == [
        "CSM in charge", "Accounts at the opening", "Opening ARR",
        "NRR", "NRR, 95% from", "NRR, 95% to",
    ]  # fmt: skip
    found, _more = retained(compared(reader(executive), YEAR), cut_by("owner"), most=100)
    assert [row[:5] for row in rows] == [
        [
            each.group.name or "without one",
            str(each.group.bridge.base_accounts),
            str(each.group.bridge.opening_minor),
            *("" if one is None else str(one) for one in (each.group.bridge.nrr,)),
            str(each.sure.nrr.low) if each.sure.nrr else "",
        ]
        for each in found
    ]
    whole = bridge(compared(reader(executive), YEAR))
    assert total[:2] == ["All together", str(whole.base_accounts)]
    sheet = client.get(f"{GROUPS}.xlsx", {**DAYS, "by": "owner"})
    assert b"".join(sheet.streaming_content)[:2] == b"PK"  # type: ignore[attr-defined]


def test_groups_of_a_cut_that_is_not_there_are_no_file(
    book: dict[str, Account], executive: User
) -> None:
    client = browser(executive)
    assert client.get(f"{GROUPS}.csv", {**DAYS, "by": ""}).status_code == 404
    told = client.get(f"{GROUPS}.csv", {**DAYS, "by": "shoe_size"}).content.decode()
    assert "No figures are shown" in told
