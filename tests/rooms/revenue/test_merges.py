"""Merged accounts: a transfer on the day of the merge, and nothing told anew of the days before."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from banso.engines.revenue.definitions import DEFAULT, Definition
from banso.engines.revenue.periods import Period
from banso.rooms.customers.actions.merges import merge_accounts
from banso.rooms.customers.actions.separating import undo_merge
from banso.rooms.customers.models import Account, FactChange, Merge
from banso.rooms.customers.queries.vocabulary import SEGMENT
from banso.rooms.identity.models import User
from banso.rooms.people.models import Member
from banso.rooms.revenue.actions import store_definition, write_snapshots
from banso.rooms.revenue.models import SubscriptionLine
from banso.rooms.revenue.queries.bridge import (
    Bridge,
    Movement,
    bridge,
    cut_bridges,
    movements,
    period_of,
)
from banso.rooms.revenue.queries.closed import differences
from banso.rooms.revenue.queries.cohorts import Grain, members
from banso.rooms.revenue.queries.figures import Compared, compared
from banso.rooms.revenue.queries.groups import cut_by
from banso.rooms.revenue.queries.trend import arr_of_all
from tests.factories.bridges import BARS, bars, closes, reader
from tests.factories.closed import close, told
from tests.factories.customers import make_account, make_fact, make_holding
from tests.factories.pages import browser, visit
from tests.factories.revenue import make_cancellation, make_line, make_rate
from tests.factories.when import NOON, TODAY

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
START, LATER = TODAY - 200 * DAY, TODAY + 60 * DAY
BEFORE = period_of(TODAY - 100 * DAY, TODAY - DAY)
OVER = period_of(TODAY - DAY, TODAY)
SINCE = period_of(TODAY, LATER)


@pytest.fixture
def former() -> Account:
    """Pays 300, and Acme 1000; both have since long."""
    account = make_account(external_id="C-9", name="Sato")
    make_line(account, external_id="of-sato", arr_minor=300, start_on=START, product="HR")
    return account


@pytest.fixture
def staying(acme: Account) -> Account:
    make_line(acme, external_id="of-acme", arr_minor=1000, start_on=START, product="Pay")
    return acme


def merge(staying: Account, former: Account, by: User, *, at: datetime = NOON) -> Merge:
    done = merge_accounts(staying, former, taken=(), by=by, at=at, on=TODAY)
    write_snapshots(at=NOON)
    return done


def asked(viewer: User, period: Period, definition: Definition = DEFAULT) -> Compared:
    on = max(TODAY, period.closing_on)
    return compared(replace(reader(viewer), on=on, definition=definition), period)


def by_account(viewer: User, period: Period) -> dict[str, dict[str, int]]:
    """The bars of every account, less those of nothing; each row closes."""
    rows = asked(viewer, period).accounts.to_pylist()
    names = dict(Account.objects.values_list("pk", "name"))
    names |= dict(Merge.objects.values_list("former_id", "former_name"))
    return {
        names[row["account_id"]]: {bar: row[f"{bar}_minor"] for bar in BARS if row[f"{bar}_minor"]}
        for row in rows
    }


def moved(viewer: User, kind: str, period: Period = OVER) -> list[Movement]:
    return movements(asked(viewer, period), kind, start=0, size=50).rows


def lines_of(movement: Movement) -> list[tuple[str, bool, bool]]:
    return [(held.line.external_id, held.at_opening, held.at_closing) for held in movement.lines]


def total(viewer: User, period: Period) -> Bridge:
    return bridge(asked(viewer, period))


def test_a_merge_is_a_transfer_out_of_one_account_and_into_the_other(
    staying: Account, former: Account, executive: User, operations: User
) -> None:
    merge(staying, former, operations)
    assert by_account(executive, OVER) == {
        staying.name: {"opening": 1000, "transfer": 300, "closing": 1300},
        "Sato": {"opening": 300, "transfer": -300},
    }
    whole = total(executive, OVER)
    assert bars(whole) == {"opening": 1300, "closing": 1300}
    assert (whole.churn_accounts, whole.new_accounts, whole.transfer_accounts) == (0, 0, 1)
    assert (whole.grr, whole.nrr, whole.logo_retention) == (1.0, 1.0, 1.0)


def test_days_before_and_after_the_merge_know_no_transfer(
    staying: Account, former: Account, executive: User, operations: User
) -> None:
    write_snapshots(at=NOON)
    was = by_account(executive, BEFORE)
    merge(staying, former, operations)
    assert by_account(executive, BEFORE) == was
    assert was["Sato"] == {"opening": 300, "closing": 300}
    assert by_account(executive, SINCE) == {staying.name: {"opening": 1300, "closing": 1300}}
    assert [arr_of_all(on=on) for on in (TODAY - DAY, TODAY)] == [
        {staying.pk: 1000, Merge.objects.get().former_id: 300},
        {staying.pk: 1300},
    ]


def test_a_merge_that_is_undone_never_was(
    staying: Account, former: Account, executive: User, operations: User
) -> None:
    write_snapshots(at=NOON)
    was = by_account(executive, OVER)
    done = merge(staying, former, operations)
    assert by_account(executive, OVER) != was
    undo_merge(done, by=operations, at=NOON)
    write_snapshots(at=NOON)
    assert by_account(executive, OVER) == was


def test_what_went_further_is_told_from_its_first_account_to_the_last(
    staying: Account, former: Account, executive: User, operations: User
) -> None:
    last = make_account(name="Last")
    make_line(last, arr_minor=5, start_on=START)
    merge(staying, former, operations, at=NOON - 10 * DAY)
    merge(last, staying, operations)
    earlier = period_of(TODAY - 11 * DAY, TODAY - 10 * DAY)
    assert by_account(executive, earlier) == {
        "アクメ株式会社": {"opening": 1000, "transfer": 300, "closing": 1300},
        "Sato": {"opening": 300, "transfer": -300},
        "Last": {"opening": 5, "closing": 5},
    }
    assert by_account(executive, OVER) == {
        "アクメ株式会社": {"opening": 1300, "transfer": -1300},
        "Last": {"opening": 5, "transfer": 1300, "closing": 1305},
    }
    [gone] = [
        each for each in moved(executive, "transfer") if each.account.name == "アクメ株式会社"
    ]
    assert lines_of(gone) == [("of-acme", True, False), ("of-sato", True, False)]


def test_two_steps_on_one_day_are_one(
    staying: Account, former: Account, executive: User, operations: User
) -> None:
    last = make_account(name="Last")
    merge(staying, former, operations)
    merge(last, staying, operations, at=NOON + timedelta(hours=1))
    assert by_account(executive, OVER) == {
        "アクメ株式会社": {"opening": 1000, "transfer": -1000},
        "Sato": {"opening": 300, "transfer": -300},
        "Last": {"transfer": 1300, "closing": 1300},
    }


def test_the_bar_opens_to_both_accounts_and_the_lines_that_moved(
    staying: Account, former: Account, executive: User, operations: User
) -> None:
    gone_by = former.pk
    merge(staying, former, operations)
    found = {each.account.name: each for each in moved(executive, "transfer")}
    assert {name: each.transfer_minor for name, each in found.items()} == {
        staying.name: 300,
        "Sato": -300,
    }
    assert lines_of(found["Sato"]) == [("of-sato", True, False)]
    assert lines_of(found[staying.name]) == [("of-acme", True, True), ("of-sato", False, True)]
    assert found["Sato"].account.pk == gone_by
    days = {"from": OVER.opening_on, "to": TODAY}
    page = visit(browser(executive), "/revenue/bridge/transfer/", **days)
    assert page.rows[1:] == [
        [staying.name, "¥1,000", "¥0", "¥300", "¥0", "¥1,300"],
        ["Pay of-acme", "27 Sep 2025 – –", "¥1,000", "", "", "", "¥1,000"],
        ["HR of-sato", "27 Sep 2025 – –", "", "", "", "", "¥300"],
        ["Sato merged into another", "¥300", "¥0", "−¥300", "¥0", "¥0"],
        ["HR of-sato", "27 Sep 2025 – –", "¥300", "", "", "", ""],
    ]
    bar = ["Transfer between accounts or groups", "-1", "¥0"]
    assert bar in visit(browser(executive), "/revenue/bridge/", **days).rows
    days = {"from": BEFORE.opening_on, "to": BEFORE.closing_on}
    assert bar not in visit(browser(executive), "/revenue/bridge/", **days).rows


def test_who_sees_the_account_that_stays_sees_the_one_that_went_into_it(
    staying: Account, former: Account, sakura: User, mia: User, operations: User
) -> None:
    merge(staying, former, operations)
    assert set(by_account(sakura, OVER)) == {staying.name, "Sato"}
    assert bars(total(sakura, OVER)) == {"opening": 1300, "closing": 1300}
    assert [each.account.name for each in moved(sakura, "transfer")] == [staying.name, "Sato"]
    assert by_account(mia, OVER) == {}


def groups(viewer: User, by: str, period: Period) -> dict[str | None, dict[str, int]]:
    found = cut_bridges(asked(viewer, period), cut_by(by))
    assert all(closes(each.bridge) for each in found)
    return {each.key: bars(each.bridge) for each in found}


@pytest.mark.parametrize("by", ["owner", "team", "segment", "industry", "coverage_mode"])
def test_a_merge_over_groups_moves_arr_between_them_and_leaves_the_days_before(
    staying: Account, former: Account, executive: User, mia: User, operations: User, by: str
) -> None:
    make_holding(former, by=Member.objects.get(user=mia), from_on=START - DAY)
    for account, group in ((staying, "one"), (former, "two")):
        for fact in (SEGMENT, "industry", "coverage_mode"):
            FactChange.objects.create(
                account=account, fact=fact, text=group, from_on=START - DAY, to_on=None
            )
    write_snapshots(at=NOON)
    was = groups(executive, by, BEFORE)
    [theirs] = [key for key, told in was.items() if told["closing"] == 300]
    [ours] = [key for key, told in was.items() if told["closing"] == 1000]
    merge(staying, former, operations)
    assert groups(executive, by, BEFORE) == was
    assert groups(executive, by, OVER) == {
        ours: {"opening": 1000, "transfer": 300, "closing": 1300},
        theirs: {"opening": 300, "transfer": -300},
    }


def test_a_fact_without_history_groups_the_former_account_by_what_it_said_last(
    staying: Account, executive: User, operations: User
) -> None:
    make_fact("channel")
    former = make_account(facts={"channel": "direct"})
    make_line(former, arr_minor=30, start_on=START)
    merge(staying, former, operations)
    assert groups(executive, "channel", OVER) == {
        "direct": {"opening": 30, "transfer": -30},
        None: {"opening": 1000, "transfer": 30, "closing": 1030},
    }


def test_definitions_may_tell_merged_accounts_as_if_they_had_always_been_one(
    staying: Account, former: Account, executive: User, operations: User
) -> None:
    restated = replace(DEFAULT, name="restated", merge_split="restated")
    merge(staying, former, operations)
    store_definition(restated, by=operations, at=NOON)
    write_snapshots(at=NOON)
    as_one = asked(executive, OVER, restated)
    [row] = as_one.accounts.to_pylist()
    assert (row["account_id"], row["opening_minor"], row["transfer_minor"]) == (staying.pk, 1300, 0)
    [only] = movements(as_one, "opening", start=0, size=9).rows
    assert lines_of(only) == [("of-acme", True, True), ("of-sato", True, True)]


def test_a_closed_period_before_the_merge_is_not_restated_by_it(
    staying: Account, former: Account, operations: User
) -> None:
    write_snapshots(at=NOON)
    closed = close(operations)
    merge(staying, former, operations)
    assert differences(told(closed, operations), most=10) == []
    make_line(staying, arr_minor=7, start_on=START)
    SubscriptionLine.objects.filter(external_id="of-sato").update(arr_minor=200)
    write_snapshots(at=NOON)
    found = {each.name: each for each in differences(told(closed, operations), most=10)}
    assert {name: each.changed["closing_minor"] for name, each in found.items()} == {
        "アクメ株式会社": 7,
        "Sato": -100,
    }
    assert (found["Sato"].merged, found["アクメ株式会社"].merged) == (True, False)


def test_cohorts_keep_the_former_account_by_its_name(
    staying: Account, former: Account, executive: User, operations: User
) -> None:
    merge(staying, former, operations)
    asking = replace(reader(executive), on=LATER)
    found = members(asking, Grain.MONTH, START.replace(day=1), age=8, start=0, size=9)
    assert [(each.account.name, each.arr_minor) for each in found.rows] == [
        ("アクメ株式会社", 1000),
        ("Sato", 300),
    ]


def test_notices_are_of_the_account_that_gave_them(
    staying: Account, former: Account, executive: User, operations: User
) -> None:
    """Sato's notice says nothing of Acme's lines, and Acme's nothing of what Sato had before."""
    ended = TODAY - 5 * DAY
    make_line(staying, arr_minor=40, start_on=START, end_on=ended, product="x")
    make_line(former, arr_minor=2, start_on=START, end_on=ended, product="x")
    make_cancellation(former, ends_on=ended)
    merge(staying, former, operations)
    found = total(executive, period_of(TODAY - 50 * DAY, TODAY))
    assert (found.pending_minor, found.contraction_minor) == (40, 2)


def test_a_foreign_amount_moves_at_its_own_worth(
    staying: Account, former: Account, executive: User, operations: User
) -> None:
    make_rate("USD", on=START, rate="150.5")
    make_line(former, arr_minor=333, currency="USD", start_on=START)
    merge(staying, former, operations)
    whole = total(executive, OVER)
    assert whole.transfer_minor == 0
    assert whole.opening_minor == whole.closing_minor == 1300 + 501
