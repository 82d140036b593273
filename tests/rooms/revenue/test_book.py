"""What the engine is given of lines: links, notices, streams; and who waits for a late renewal."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from banso.engines.revenue.definitions import DEFAULT
from banso.kit import lake
from banso.rooms.customers.actions.merges import merge_accounts
from banso.rooms.customers.models import Account
from banso.rooms.identity.models import User
from banso.rooms.revenue.actions import store_definition, write_snapshots
from banso.rooms.revenue.models import PlanKind, Stream
from banso.rooms.revenue.queries.book import lines_for_engine
from banso.rooms.revenue.queries.bridge import Bridge, bridge, period_of
from banso.rooms.revenue.queries.figures import NotWrittenYet, compared
from banso.rooms.revenue.queries.trend import arr_of_all
from tests.factories.bridges import OPENING, reader
from tests.factories.customers import make_account
from tests.factories.revenue import make_cancellation, make_contract, make_line
from tests.factories.when import NOON, TODAY

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
ENDED = TODAY - 10 * DAY


def told(viewer: User, *, on: date = TODAY, closing_on: date | None = None) -> Bridge:
    asking = replace(reader(viewer), on=on)
    return bridge(compared(asking, period_of(OPENING, closing_on or on)))


def test_who_waits_for_a_renewal_is_known_by_the_day_that_asks(
    acme: Account, executive: User
) -> None:
    """The book was written once; it tells each later day by that day, and past grace dates back."""
    make_line(acme, arr_minor=100, start_on=OPENING - DAY, end_on=ENDED)
    write_snapshots(at=NOON)
    for on in (ENDED, TODAY, ENDED + 29 * DAY):
        found = told(executive, on=on)
        assert (found.closing_minor, found.pending_minor, found.churn_minor) == (100, 100, 0)
    late = told(executive, on=ENDED + 30 * DAY)
    assert (late.closing_minor, late.pending_minor, late.churn_minor) == (0, 0, 100)
    assert told(executive, on=ENDED + 30 * DAY, closing_on=ENDED).churn_minor == 100
    assert [arr_of_all(on=on) for on in (TODAY, ENDED + 30 * DAY)] == [{acme.pk: 100}, {}]


@pytest.mark.parametrize("noticed_on", [ENDED - 40 * DAY, ENDED + 4 * DAY, None])
@pytest.mark.parametrize("of_contract", [True, False])
def test_who_has_given_notice_waits_for_nothing(
    acme: Account, executive: User, noticed_on: date | None, of_contract: bool
) -> None:
    contract = make_contract(acme)
    make_line(acme, arr_minor=100, contract=contract, start_on=OPENING - DAY, end_on=ENDED)
    make_cancellation(
        acme,
        contract=contract if of_contract else None,
        noticed_on=noticed_on,
        ends_on=ENDED,
    )
    write_snapshots(at=NOON)
    assert told(executive).churn_minor == 100


def test_a_notice_of_another_contract_or_of_an_earlier_end_says_nothing(
    acme: Account, executive: User
) -> None:
    make_line(acme, arr_minor=100, contract=make_contract(acme), start_on=OPENING, end_on=ENDED)
    make_cancellation(acme, contract=make_contract(acme), ends_on=ENDED)
    make_cancellation(acme, contract=None, ends_on=ENDED - 90 * DAY)
    write_snapshots(at=NOON)
    assert told(executive).pending_minor == 100


def test_a_notice_says_nothing_of_a_late_renewal_of_years_ago(
    acme: Account, executive: User
) -> None:
    make_line(acme, external_id="a", start_on=TODAY - 800 * DAY, end_on=TODAY - 435 * DAY)
    make_line(acme, external_id="b", start_on=TODAY - 426 * DAY, end_on=TODAY)
    make_cancellation(acme, noticed_on=TODAY - 30 * DAY, ends_on=TODAY)
    write_snapshots(at=NOON)
    around = period_of(TODAY - 440 * DAY, TODAY - 420 * DAY)
    found = bridge(compared(reader(executive), around))
    assert (found.churn_minor, found.grr) == (0, 1)


def test_a_link_closes_the_line_it_replaces_in_its_own_account_alone(
    acme: Account, executive: User
) -> None:
    other = make_account()
    for account in (acme, other):
        make_line(account, external_id=f"l{account.pk}", arr_minor=100, start_on=OPENING - DAY)
    started = TODAY - 50 * DAY
    make_line(acme, arr_minor=130, start_on=started, replaces=f"l{acme.pk}")
    make_line(other, arr_minor=5, start_on=started, renews=f"l{acme.pk}")
    make_line(other, arr_minor=7, start_on=OPENING - 2 * DAY, replaces=f"l{other.pk}")
    make_line(other, arr_minor=1, start_on=started, replaces="nothing")
    write_snapshots(at=NOON)
    found = told(executive)
    assert (found.opening_minor, found.closing_minor) == (207, 130 + 100 + 5 + 7 + 1)


def test_metered_charges_and_pauses_are_no_arr(acme: Account, executive: User) -> None:
    make_line(acme, arr_minor=100, start_on=OPENING - DAY)
    make_line(acme, arr_minor=999, stream=Stream.USAGE, start_on=OPENING)
    make_line(acme, arr_minor=0, stream=Stream.PAUSE, start_on=TODAY - DAY)
    write_snapshots(at=NOON)
    assert told(executive, closing_on=TODAY - 2 * DAY).closing_minor == 100
    assert told(executive).closing_minor == 0  # as it stands still


def test_a_pause_of_one_line_leaves_the_others_and_one_of_no_known_line_leaves_all(
    acme: Account, executive: User
) -> None:
    make_line(acme, external_id="l1", arr_minor=100, start_on=OPENING - DAY)
    make_line(acme, external_id="l2", arr_minor=30, start_on=OPENING - DAY, product="b")
    pause = {"arr_minor": 0, "stream": Stream.PAUSE, "end_on": TODAY - 10 * DAY}
    make_line(acme, pauses="l2", start_on=TODAY - 20 * DAY, **pause)
    make_line(acme, pauses="nothing", start_on=TODAY - 40 * DAY, **pause)
    write_snapshots(at=NOON)
    days = [TODAY - back * DAY for back in (30, 15, 0)]
    assert [told(executive, closing_on=day).closing_minor for day in days] == [130, 100, 130]


def test_an_addon_counts_beside_a_base_plan_if_the_definition_says_so(
    acme: Account, executive: User, operations: User
) -> None:
    """When the base plan ends, the add-on that runs on is no ARR, and the customer is gone."""
    ended = TODAY - 60 * DAY
    make_line(acme, arr_minor=100, start_on=OPENING - DAY, end_on=ended)
    make_line(acme, arr_minor=20, start_on=OPENING - DAY, product="b", plan_kind=PlanKind.ADDON)
    write_snapshots(at=NOON)
    beside = replace(DEFAULT, name="beside", base_plan=True)
    store_definition(beside, by=operations, at=NOON)
    asking = replace(reader(executive), definition=beside)
    found = bridge(compared(asking, period_of(OPENING, TODAY)))
    assert (found.closing_minor, found.churn_minor, found.churn_accounts) == (0, 120, 1)
    usual = told(executive)
    assert (usual.closing_minor, usual.contraction_minor) == (20, 100)


def test_pauses_follow_a_merged_account(acme: Account, executive: User, operations: User) -> None:
    """Those entered at the account that stays hold up what came to it, from the merge on."""
    former = make_account()
    make_line(acme, external_id="l1", arr_minor=1000, start_on=OPENING - DAY)
    make_line(former, external_id="l2", arr_minor=100, start_on=OPENING - DAY)
    make_line(former, external_id="l3", arr_minor=10, start_on=OPENING - DAY, product="b")
    merged_at = NOON - 50 * DAY
    merge_accounts(acme, former, taken=(), by=operations, at=merged_at, on=TODAY - 50 * DAY)
    pause = {"arr_minor": 0, "stream": Stream.PAUSE}
    make_line(acme, pauses="l3", start_on=TODAY - 40 * DAY, end_on=TODAY - 30 * DAY, **pause)
    make_line(acme, start_on=TODAY - 60 * DAY, end_on=TODAY - 45 * DAY, **pause)
    make_line(acme, start_on=TODAY - 20 * DAY, end_on=TODAY - 10 * DAY, **pause)
    write_snapshots(at=NOON)
    days = [TODAY - back * DAY for back in (70, 55, 48, 35, 25, 15, 0)]
    held = [told(executive, closing_on=day).closing_minor for day in days]
    assert held == [1110, 110, 0, 1100, 1110, 0, 1110]


def test_links_are_looked_up_by_account_and_day(acme: Account) -> None:
    first = make_line(acme, external_id="l1", start_on=OPENING)
    second = make_line(acme, start_on=OPENING + DAY, renews="l1", replaces="l9")
    rows = {row["line_id"]: row for row in lines_for_engine().to_pylist()}
    assert (rows[second.pk]["renews"], rows[second.pk]["replaces"]) == (first.pk, None)
    assert rows[first.pk]["renews"] is None


def test_a_book_that_is_gone_is_being_made(acme: Account, executive: User) -> None:
    make_line(acme)
    write_snapshots(at=NOON)
    lake.Snapshot.objects.filter(name="book_default").delete()
    with pytest.raises(NotWrittenYet, match="still being made"):
        told(executive)
