"""Contracts that went over to another customer: a transfer on their day, neither churn nor gain."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from banso.engines.revenue.definitions import DEFAULT
from banso.rooms.customers.actions.merges import merge_accounts
from banso.rooms.customers.actions.separating import undo_merge
from banso.rooms.customers.models import Account, FactChange
from banso.rooms.customers.queries.vocabulary import SEGMENT
from banso.rooms.identity.models import User
from banso.rooms.revenue.actions import store_definition, write_snapshots
from banso.rooms.revenue.models import Stream, SubscriptionLine, Transfer
from banso.rooms.revenue.queries.behind import lines_behind
from banso.rooms.revenue.queries.bridge import bridge, cut_bridges, movements, period_of
from banso.rooms.revenue.queries.cohorts import Grain, members
from banso.rooms.revenue.queries.figures import Compared, compared
from banso.rooms.revenue.queries.groups import cut_by
from banso.rooms.revenue.queries.trend import arr_of_all
from tests.factories.bridges import BARS, bars, closes, reader
from tests.factories.customers import make_account
from tests.factories.revenue import make_cancellation, make_line, make_transfer
from tests.factories.when import NOON, TODAY

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
START, WHEN = TODAY - 200 * DAY, TODAY - 20 * DAY
BEFORE = period_of(TODAY - 100 * DAY, WHEN - DAY)
OVER = period_of(WHEN - DAY, WHEN)
SINCE = period_of(WHEN, TODAY)
Told = dict[str, dict[str, int]]


@pytest.fixture
def sato() -> Account:
    """Pays 300 and 40, and Acme 1000; all since long."""
    account = make_account(external_id="C-9", name="Sato")
    make_line(account, external_id="sato-hr", arr_minor=300, start_on=START, product="HR")
    make_line(account, external_id="sato-pay", arr_minor=40, start_on=START, product="Pay")
    return account


@pytest.fixture
def acme(acme: Account) -> Account:
    make_line(acme, external_id="acme-pay", arr_minor=1000, start_on=START, product="Pay")
    return acme


def line(external_id: str) -> SubscriptionLine:
    return SubscriptionLine.objects.get(external_id=external_id)


def asked(viewer: User, opening_on: date, closing_on: date) -> Compared:
    return compared(reader(viewer), period_of(opening_on, closing_on))


def by_account(viewer: User, opening_on: date, closing_on: date) -> Told:
    rows = asked(viewer, opening_on, closing_on).accounts.to_pylist()
    names = dict(Account.objects.values_list("pk", "name"))
    return {
        names.get(row["account_id"], "gone"): {
            bar: row[f"{bar}_minor"] for bar in BARS if row[f"{bar}_minor"]
        }
        for row in rows
    }


def over(viewer: User) -> Told:
    return by_account(viewer, OVER.opening_on, OVER.closing_on)


MERGED = {
    "アクメ株式会社": {"opening": 1000, "transfer": 340, "closing": 1340},
    "Sato": {"opening": 340, "transfer": -340},
}
SPLIT = {
    "アクメ株式会社": {"opening": 1000, "transfer": 300, "closing": 1300},
    "Sato": {"opening": 340, "transfer": -300, "closing": 40},
}


def test_a_merger_takes_all_lines_over_and_a_split_the_one(
    acme: Account, sato: Account, executive: User
) -> None:
    write_snapshots(at=NOON)
    without = bridge(asked(executive, OVER.opening_on, OVER.closing_on))
    rows = {"merger": sato, "split": line("sato-hr")}
    for what, expected in (("merger", MERGED), ("split", SPLIT)):
        made = make_transfer(rows[what], acme, on=WHEN)
        write_snapshots(at=NOON)
        assert over(executive) == expected
        whole = bridge(asked(executive, OVER.opening_on, OVER.closing_on))
        assert bars(whole) == bars(without) == {"opening": 1340, "closing": 1340}
        assert (whole.grr, whole.nrr, whole.churn_accounts, whole.new_accounts) == (1.0, 1.0, 0, 0)
        made.delete()


def test_days_before_and_after_know_no_transfer(
    acme: Account, sato: Account, executive: User
) -> None:
    write_snapshots(at=NOON)
    was = by_account(executive, BEFORE.opening_on, BEFORE.closing_on)
    make_transfer(sato, acme, on=WHEN)
    write_snapshots(at=NOON)
    assert by_account(executive, BEFORE.opening_on, BEFORE.closing_on) == was
    assert by_account(executive, SINCE.opening_on, SINCE.closing_on) == {
        "アクメ株式会社": {"opening": 1340, "closing": 1340}
    }
    assert [arr_of_all(on=on) for on in (WHEN - DAY, WHEN)] == [
        {acme.pk: 1000, sato.pk: 340},
        {acme.pk: 1340},
    ]


def test_what_becomes_of_it_later_is_told_of_whom_it_is_with(
    acme: Account, sato: Account, executive: User
) -> None:
    SubscriptionLine.objects.filter(external_id="sato-hr").update(end_on=WHEN + 5 * DAY)
    make_line(sato, arr_minor=7, start_on=WHEN + 5 * DAY, product="Later")
    make_transfer(sato, acme, on=WHEN)
    write_snapshots(at=NOON)
    assert by_account(executive, OVER.opening_on, TODAY) == {
        "アクメ株式会社": {"opening": 1000, "transfer": 340, "contraction": 293, "closing": 1047},
        "Sato": {"opening": 340, "transfer": -340},
    }


def test_who_sees_one_side_is_told_of_a_transfer_too(
    acme: Account, sato: Account, sakura: User, mia: User
) -> None:
    make_transfer(line("sato-hr"), acme, on=WHEN)
    make_transfer(line("acme-pay"), sato, on=WHEN)
    write_snapshots(at=NOON)
    assert over(sakura) == {"アクメ株式会社": {"opening": 1000, "transfer": -700, "closing": 300}}
    whole = bridge(asked(sakura, OVER.opening_on, OVER.closing_on))
    assert bars(whole) == {"opening": 1000, "transfer": -700, "closing": 300}
    assert closes(whole)
    assert over(mia) == {}


def test_the_bar_opens_to_the_lines_where_they_were_on_each_day(
    acme: Account, sato: Account, executive: User
) -> None:
    make_transfer(line("sato-hr"), acme, on=WHEN)
    write_snapshots(at=NOON)
    told = asked(executive, OVER.opening_on, OVER.closing_on)
    found = {each.account.name: each for each in movements(told, "transfer", start=0, size=9).rows}
    assert {
        name: [(held.line.external_id, held.at_opening, held.at_closing) for held in each.lines]
        for name, each in found.items()
    } == {
        "アクメ株式会社": [("acme-pay", True, True), ("sato-hr", False, True)],
        "Sato": [("sato-hr", True, False), ("sato-pay", True, True)],
    }
    assert {name: each.page_of for name, each in found.items()} == {
        "アクメ株式会社": acme.pk,
        "Sato": sato.pk,
    }
    lines = lines_behind(reader(executive), OVER, acme.pk)
    assert lines is not None
    assert {(each.line.external_id, each.after_minor) for each in lines.lines if each.line} == {
        ("acme-pay", 1000),
        ("sato-hr", 300),
    }


def test_a_segment_gains_what_another_hands_over(
    acme: Account, sato: Account, executive: User
) -> None:
    for account, group in ((acme, "large"), (sato, "small")):
        FactChange.objects.create(
            account=account, fact=SEGMENT, text=group, from_on=START, to_on=None
        )
    make_transfer(line("sato-hr"), acme, on=WHEN)
    write_snapshots(at=NOON)
    told = asked(executive, OVER.opening_on, OVER.closing_on)
    found = cut_bridges(told, cut_by("segment"))
    assert {each.key: bars(each.bridge) for each in found} == {
        "large": {"opening": 1000, "transfer": 300, "closing": 1300},
        "small": {"opening": 340, "transfer": -300, "closing": 40},
    }
    assert all(closes(each.bridge) for each in found)


def test_an_account_that_went_over_takes_along_what_had_come_to_it(
    acme: Account, sato: Account, executive: User
) -> None:
    last = make_account(name="Last")
    make_transfer(line("sato-hr"), acme, on=WHEN - 30 * DAY)
    make_transfer(acme, last, on=WHEN)
    write_snapshots(at=NOON)
    assert over(executive) == {
        "アクメ株式会社": {"opening": 1300, "transfer": -1300},
        "Sato": {"opening": 40, "closing": 40},
        "Last": {"transfer": 1300, "closing": 1300},
    }


def test_a_line_may_go_on_and_come_back(acme: Account, sato: Account, executive: User) -> None:
    last = make_account(name="Last")
    make_transfer(line("sato-hr"), acme, on=WHEN - 30 * DAY)
    make_transfer(line("sato-hr"), last, on=WHEN - 10 * DAY)
    make_transfer(line("sato-hr"), sato, on=WHEN)
    write_snapshots(at=NOON)
    assert over(executive) == {
        "Last": {"opening": 300, "transfer": -300},
        "Sato": {"opening": 40, "transfer": 300, "closing": 340},
        "アクメ株式会社": {"opening": 1000, "closing": 1000},
    }


def test_a_transfer_that_is_told_after_two_accounts_became_one_is_told_all_the_same(
    acme: Account, sato: Account, executive: User, operations: User
) -> None:
    """Sato's line went to Acme; then Acme and Beta turn out to be one."""
    beta = make_account(name="Beta")
    make_line(beta, arr_minor=5, start_on=START)
    make_transfer(line("sato-hr"), acme, on=WHEN)
    write_snapshots(at=NOON)
    was = list(over(executive).values())
    done = merge_accounts(beta, acme, taken=(), by=operations, at=NOON, on=TODAY)
    write_snapshots(at=NOON)
    assert Transfer.objects.get().into == beta
    now = by_account(executive, OVER.opening_on, OVER.closing_on)
    assert now == {
        "gone": {"opening": 1000, "transfer": 300, "closing": 1300},
        "Sato": {"opening": 340, "transfer": -300, "closing": 40},
        "Beta": {"opening": 5, "closing": 5},
    }
    assert by_account(executive, TODAY - DAY, TODAY) == {
        "gone": {"opening": 1300, "transfer": -1300},
        "Sato": {"opening": 40, "closing": 40},
        "Beta": {"opening": 5, "transfer": 1300, "closing": 1305},
    }
    undo_merge(done, by=operations, at=NOON)
    write_snapshots(at=NOON)
    assert sorted(map(str, over(executive).values())) == sorted(map(str, was))


def test_two_that_merged_after_a_transfer_between_them(
    acme: Account, sato: Account, executive: User, operations: User
) -> None:
    """The transfer can't stay between an account and itself, and was all the same."""
    make_transfer(sato, acme, on=WHEN)
    write_snapshots(at=NOON)
    done = merge_accounts(acme, sato, taken=(), by=operations, at=NOON, on=TODAY)
    write_snapshots(at=NOON)
    assert Transfer.objects.count() == 0
    assert over(executive) == {"gone" if name == "Sato" else name: b for name, b in MERGED.items()}
    undo_merge(done, by=operations, at=NOON)
    write_snapshots(at=NOON)
    assert over(executive) == MERGED


def test_a_renewal_at_the_other_account_follows_its_line(
    acme: Account, sato: Account, executive: User
) -> None:
    """The new paper is Acme's, ten days late, and no churn comes between."""
    ended = WHEN + 5 * DAY
    SubscriptionLine.objects.filter(external_id="sato-hr").update(end_on=ended)
    make_line(acme, arr_minor=300, start_on=ended + 10 * DAY, product="HR", renews="sato-hr")
    make_transfer(line("sato-hr"), acme, on=WHEN)
    write_snapshots(at=NOON)
    told = bridge(asked(executive, WHEN, TODAY))
    assert bars(told) == {"opening": 1340, "closing": 1340}


def test_notices_and_pauses_of_whom_a_line_is_with_reach_it(
    acme: Account, sato: Account, executive: User
) -> None:
    ended = TODAY - 3 * DAY
    SubscriptionLine.objects.filter(external_id="sato-hr").update(end_on=ended)
    make_cancellation(acme, noticed_on=WHEN, ends_on=ended)
    make_line(
        acme, arr_minor=0, start_on=WHEN - 9 * DAY, end_on=WHEN + 2 * DAY, stream=Stream.PAUSE
    )
    make_transfer(line("sato-hr"), acme, on=WHEN)
    write_snapshots(at=NOON)
    assert arr_of_all(on=WHEN - DAY) == {sato.pk: 340}
    assert arr_of_all(on=WHEN) == {sato.pk: 40}
    assert arr_of_all(on=WHEN + 2 * DAY) == {acme.pk: 1300, sato.pk: 40}
    assert bridge(asked(executive, ended - DAY, ended)).pending_minor == 0


def test_definitions_may_tell_it_as_if_it_had_always_been_so(
    acme: Account, sato: Account, executive: User, operations: User
) -> None:
    restated = replace(DEFAULT, name="restated", merge_split="restated")
    make_transfer(line("sato-hr"), acme, on=WHEN)
    store_definition(restated, by=operations, at=NOON)
    write_snapshots(at=NOON)
    told = compared(reader(executive, restated), OVER)
    found = {row["account_id"]: row["opening_minor"] for row in told.accounts.to_pylist()}
    assert found == {acme.pk: 1300, sato.pk: 40}


def test_cohorts_keep_the_account_under_which_it_began(
    acme: Account, sato: Account, executive: User
) -> None:
    make_transfer(sato, acme, on=WHEN)
    write_snapshots(at=NOON)
    first = START.replace(day=1)
    found = members(reader(executive), Grain.MONTH, first, age=5, start=0, size=9)
    assert sum(each.arr_minor for each in found.rows) == 1340


def test_transfers_of_one_day_are_at_once(acme: Account, sato: Account, executive: User) -> None:
    """What Acme had goes to Last; what came to Acme that day is Acme's."""
    last = make_account(name="Last")
    make_transfer(sato, acme, on=WHEN)
    make_transfer(acme, last, on=WHEN)
    write_snapshots(at=NOON)
    assert over(executive) == {
        "アクメ株式会社": {"opening": 1000, "transfer": -660, "closing": 340},
        "Sato": {"opening": 340, "transfer": -340},
        "Last": {"transfer": 1000, "closing": 1000},
    }
