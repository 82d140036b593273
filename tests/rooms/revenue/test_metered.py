"""Metered charges beside ARR: a figure of their own, down to accounts and charges."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from banso.rooms.customers.actions.merges import merge_accounts
from banso.rooms.customers.models import Account
from banso.rooms.identity.models import User
from banso.rooms.revenue.actions import write_snapshots
from banso.rooms.revenue.cli import COMMANDS
from banso.rooms.revenue.models import Stream, SubscriptionLine
from banso.rooms.revenue.queries.bridge import bridge, period_of
from banso.rooms.revenue.queries.figures import compared
from banso.rooms.revenue.queries.metered import accounts_metered, metered
from tests.factories.bridges import reader
from tests.factories.customers import make_account
from tests.factories.pages import browser, visit
from tests.factories.revenue import make_line, make_rate
from tests.factories.when import NOON, TODAY

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
YEAR_END, QUARTER_END = date(2025, 12, 31), date(2026, 3, 31)
QUARTER = period_of(YEAR_END, QUARTER_END)
ASKED = {"from": YEAR_END.isoformat(), "to": QUARTER_END.isoformat()}
PAGE = "/revenue/usage/"


def charge(account: Account, month: date, amount: int, **given: Any) -> SubscriptionLine:
    """What a month's use came to, in yen."""
    ends = (month + 31 * DAY).replace(day=1)
    values = {"start_on": month, "end_on": ends, "interval_months": 1, "product": "API"}
    return make_line(
        account, stream=Stream.USAGE, amount_minor=amount, arr_minor=12 * amount, **values | given
    )


@pytest.fixture
def charged(acme: Account) -> Account:
    """Acme has ARR of 1000, was charged 300 in December and 600 in February; another, 30."""
    make_line(acme, arr_minor=1000, start_on=date(2025, 1, 1))
    charge(acme, date(2025, 12, 1), 300, external_id="u1")
    charge(acme, date(2026, 2, 1), 600, external_id="u2")
    other = make_account(name="Other")
    charge(other, date(2026, 3, 1), 30, external_id="u3")
    write_snapshots(at=NOON)
    return acme


def test_charges_are_told_beside_arr_and_never_in_it(charged: Account, executive: User) -> None:
    found = metered(reader(executive), QUARTER)
    assert found is not None
    assert (found.opening_minor, found.closing_minor) == (300 * 4, 600 * 4 + 30 * 4)
    assert (found.accounts, found.no_rate_accounts) == (2, 0)
    told = bridge(compared(reader(executive), QUARTER))
    assert (told.opening_minor, told.closing_minor, told.new_minor) == (1000, 1000, 0)


def test_each_account_opens_to_the_charges_in_its_mean(charged: Account, executive: User) -> None:
    asking = reader(executive)
    found = metered(asking, QUARTER)
    assert found is not None
    rows = accounts_metered(asking, found, start=0, size=9)
    assert [(row.account.name, row.opening_minor, row.closing_minor) for row in rows] == [
        ("アクメ株式会社", 1200, 2400),
        ("Other", 0, 120),
    ]
    charges = [held for row in rows for held in row.lines]
    assert [(held.line.external_id, held.at_opening, held.at_closing) for held in charges] == [
        ("u1", True, False),
        ("u2", False, True),
        ("u3", False, True),
    ]
    [only] = accounts_metered(asking, found, start=1, size=9)
    assert only.account.name == "Other"


def test_each_sees_the_charges_of_their_own_accounts(
    charged: Account, sakura: User, mia: User
) -> None:
    found, nothing = metered(reader(sakura), QUARTER), metered(reader(mia), QUARTER)
    assert found is not None
    assert nothing is not None
    assert (found.closing_minor, found.accounts) == (2400, 1)
    assert (nothing.closing_minor, nothing.accounts) == (0, 0)


def test_without_a_rate_there_is_no_sum_and_it_is_said(charged: Account, executive: User) -> None:
    charge(charged, date(2026, 3, 1), 100, currency="USD", external_id="u4")
    write_snapshots(at=NOON)
    found = metered(reader(executive), QUARTER)
    assert found is not None
    assert (found.opening_minor, found.closing_minor, found.no_rate_accounts) == (1200, None, 1)
    assert (
        "1 account has a charge without an exchange rate"
        in visit(browser(executive), PAGE, **ASKED).text
    )
    make_rate("USD", on=QUARTER_END, rate="150")
    write_snapshots(at=NOON)
    rated = metered(reader(executive), QUARTER)
    assert rated is not None
    assert rated.closing_minor == 2520 + 100 * 12 * 150 // 100 // 3


def test_charges_go_along_with_a_merge_from_its_day_on(
    charged: Account, executive: User, operations: User
) -> None:
    former = Account.objects.get(name="Other")
    merged_at = NOON - 10 * DAY
    merge_accounts(charged, former, taken=(), by=operations, at=merged_at, on=merged_at.date())
    write_snapshots(at=NOON)
    asking = replace(reader(executive), on=TODAY)
    for closing, told in (
        (QUARTER_END, [("アクメ株式会社", 2400), ("Other", 120)]),
        (TODAY, [("アクメ株式会社", 2520)]),
    ):
        found = metered(asking, period_of(YEAR_END, closing))
        assert found is not None
        rows = accounts_metered(asking, found, start=0, size=9)
        assert [(row.account.name, row.closing_minor) for row in rows] == told


def test_the_bridge_leads_to_the_page_only_where_anything_is_metered(
    charged: Account, executive: User
) -> None:
    client = browser(executive)
    told = visit(client, "/revenue/bridge/", **ASKED)
    assert "Usage revenue ¥2,520" in told.text
    assert [href for href in told.attributes("a", "href") if PAGE in href] == [
        f"{PAGE}?from=2025-12-31&to=2026-03-31"
    ]
    page = visit(client, PAGE, **ASKED)
    assert page.heading == "Usage revenue ¥2.5K a year"
    assert page.rows[1:] == [
        ["アクメ株式会社", "¥1,200", "¥2,400", "¥1,200"],
        ["API u1 1 Dec 2025 – 31 Dec 2025", "¥300", "", ""],
        ["API u2 1 Feb 2026 – 28 Feb 2026", "", "¥600", ""],
        ["Other", "¥0", "¥120", "¥120"],
        ["API u3 1 Mar 2026 – 31 Mar 2026", "", "¥30", ""],
    ]
    SubscriptionLine.objects.filter(stream=Stream.USAGE).delete()
    write_snapshots(at=NOON)
    bare = visit(client, "/revenue/bridge/", **ASKED)
    assert "Usage revenue" not in bare.text
    assert visit(client, PAGE, **ASKED).heading == "Nothing is metered"
    japanese = visit(browser(executive, language="ja"), PAGE, **ASKED)
    assert japanese.heading == "従量課金はありません"


def test_the_command_tells_usage_beside_the_bridge(
    charged: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    command = next(each for each in COMMANDS if each.name == "metrics")
    parser = ArgumentParser()
    command.arguments(parser)
    days = ["--from", YEAR_END.isoformat(), "--to", QUARTER_END.isoformat()]
    assert command.run(parser.parse_args([*days, "--json"])) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["usage"] == {
        "opening_minor": 1200, "closing_minor": 2520, "accounts": 2, "no_rate_accounts": 0,
    }  # fmt: skip
    assert command.run(parser.parse_args(days)) == 0
    assert "Usage revenue                2,520" in capsys.readouterr().out
    SubscriptionLine.objects.filter(stream=Stream.USAGE).delete()
    write_snapshots(at=NOON)
    assert command.run(parser.parse_args([*days, "--json"])) == 0
    assert json.loads(capsys.readouterr().out)["usage"] is None


@pytest.mark.parametrize("many", [1, 3])
def test_the_page_asks_the_database_equally_often(
    executive: User, many: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _number in range(many):
        account = make_account()
        make_line(account, start_on=YEAR_END)
        charge(account, date(2026, 2, 1), 600)
    write_snapshots(at=NOON)
    client = browser(executive)
    with django_assert_num_queries(13):
        visit(client, PAGE, **ASKED)
