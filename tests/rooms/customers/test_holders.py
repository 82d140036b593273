"""Who held what: rows of a history laid among the lines that stand, written, and taken back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from banso.kit.upsert import Change, TakenBack
from banso.rooms.customers.actions.accounts import AccountRow, put_accounts, take_back_accounts
from banso.rooms.customers.actions.holders import PutHolding, put_holdings, take_back_holdings
from banso.rooms.customers.models import Account, Duty, Holding
from banso.rooms.customers.queries.laying import HoldingRow
from banso.rooms.identity.models import User
from banso.rooms.journal.models import Entry, Link
from banso.rooms.people.models import Member, TeamKind
from tests.factories.customers import make_account, make_holding
from tests.factories.dumps import dump
from tests.factories.people import make_member, make_team
from tests.factories.when import NOON, TODAY

pytestmark = pytest.mark.django_db

Line = tuple[str | None, str, str | None]
DAY = timedelta(days=1)


@pytest.fixture
def account(db: None) -> Account:
    for handle in ("aoi", "ren", "yui"):
        make_member(handle=handle)
    return make_account(external_id="a")


def member(handle: str) -> Member:
    return Member.objects.get(handle=handle)


def row(who: str, from_on: str, to_on: str | None = None, /, **given: Any) -> HoldingRow:
    """The duty of value of the account, with a member."""
    holder = {"member_id": member(who).pk, "team_id": None} if who else {}
    end = {"to_on": date.fromisoformat(to_on) if to_on else None}
    return HoldingRow(
        account=Account.objects.get(external_id="a").pk,
        duty=Duty.VALUE,
        from_on=date.fromisoformat(from_on),
        given={**holder, **end, **given},
    )


def stands(who: str, from_on: str, to_on: str | None = None) -> Holding:
    end = date.fromisoformat(to_on) if to_on else None
    account = Account.objects.get(external_id="a")
    return make_holding(account, by=member(who), from_on=date.fromisoformat(from_on), to_on=end)


def put(by: User, *rows: HoldingRow) -> list[PutHolding]:
    return put_holdings(rows, by=by, at=NOON)


def changes_of(placed: list[PutHolding]) -> list[Change]:
    """As a batch keeps them."""
    flat = [change for each in placed for change in each.changes]
    return [Change.from_json(change.as_json()) for change in flat]


def undo(by: User, changes: list[Change]) -> TakenBack:
    return take_back_holdings(changes, by=by, at=NOON)


def ledger() -> list[Line]:
    """Holder, first day and end of each line, in the order of days."""
    lines = Holding.objects.order_by("from_on", "pk")
    names = lines.values_list("member__handle", "from_on", "to_on")
    return [(who, str(first), str(end) if end else None) for who, first, end in names]


def overlapped(placed: list[PutHolding]) -> list[str | None]:
    """For each row the first day of the line that it overlaps."""
    return [str(each.overlaps.from_on) if each.overlaps else None for each in placed]


HISTORIES = {
    "ends are stated": [("aoi", "2024-04-01", "2025-04-01"), ("ren", "2025-04-01", None)],
    "an end is where the next begins": [("aoi", "2024-04-01", None), ("ren", "2025-04-01", None)],
    "the later row first": [("ren", "2025-04-01", None), ("aoi", "2024-04-01", None)],
}


@pytest.mark.parametrize("history", HISTORIES)
def test_a_history_comes_in_whichever_way_it_is_told(
    account: Account, operations: User, history: str
) -> None:
    rows = [row(*each) for each in HISTORIES[history]]
    assert overlapped(put(operations, *rows)) == [None, None]
    assert ledger() == [("aoi", "2024-04-01", "2025-04-01"), ("ren", "2025-04-01", None)]


@pytest.mark.parametrize("history", HISTORIES)
def test_row_by_row_is_the_same_as_all_at_once(
    account: Account, operations: User, history: str
) -> None:
    for each in HISTORIES[history]:
        put(operations, row(*each))
    assert ledger() == [("aoi", "2024-04-01", "2025-04-01"), ("ren", "2025-04-01", None)]


def test_between_two_holders_there_may_be_a_time_of_nobody(
    account: Account, operations: User
) -> None:
    put(operations, row("aoi", "2024-04-01", "2024-10-01"), row("aoi", "2025-04-01"))
    assert ledger() == [("aoi", "2024-04-01", "2024-10-01"), ("aoi", "2025-04-01", None)]


def test_the_line_that_an_import_of_accounts_opened_began_when_the_history_says(
    account: Account, operations: User
) -> None:
    opened = stands("ren", "2026-04-15")
    placed = put(operations, row("aoi", "2024-04-01"), row("ren", "2025-04-01"))
    assert ledger() == [("aoi", "2024-04-01", "2025-04-01"), ("ren", "2025-04-01", None)]
    assert placed[1].changes == [
        Change(
            model="customers.holding",
            pk=opened.pk,
            before={"from_on": "2026-04-15"},
            after={"from_on": "2025-04-01"},
        )
    ]


def test_an_open_line_of_somebody_else_ends_the_history_before_it(
    account: Account, operations: User
) -> None:
    stands("yui", "2026-04-15")
    put(operations, row("aoi", "2024-04-01"), row("ren", "2025-04-01"))
    assert ledger() == [
        ("aoi", "2024-04-01", "2025-04-01"),
        ("ren", "2025-04-01", "2026-04-15"),
        ("yui", "2026-04-15", None),
    ]


def test_a_history_that_is_cut_into_batches_is_the_same(account: Account, operations: User) -> None:
    stands("yui", "2026-04-15")
    for each in (("aoi", "2024-04-01"), ("ren", "2025-04-01"), ("yui", "2025-10-01")):
        assert overlapped(put(operations, row(*each))) == [None]
    assert ledger() == [
        ("aoi", "2024-04-01", "2025-04-01"),
        ("ren", "2025-04-01", "2025-10-01"),
        ("yui", "2025-10-01", None),
    ]


def test_a_pool_that_lasts_is_not_the_member_of_the_history(
    account: Account, operations: User
) -> None:
    pool = make_team("プール", kind=TeamKind.POOL)
    make_holding(account, by=pool, from_on=TODAY)
    put(operations, row("aoi", "2025-04-01"))
    lines = Holding.objects.order_by("from_on").values_list("member__handle", "team__path", "to_on")
    assert list(lines) == [("aoi", None, TODAY), (None, "プール", None)]


def test_a_pools_line_moves_back_for_the_pool(account: Account, operations: User) -> None:
    pool = make_team("プール", kind=TeamKind.POOL)
    make_holding(account, by=pool, from_on=TODAY)
    put(operations, row("", "2025-04-01", None, member_id=None, team_id=pool.pk))
    lines = Holding.objects.values_list("member", "team__path", "from_on", "to_on")
    assert list(lines) == [(None, "プール", date(2025, 4, 1), None)]


def test_a_row_of_the_open_lines_own_day_keeps_it_where_it_is(
    account: Account, operations: User
) -> None:
    stands("aoi", "2026-04-15")
    put(operations, row("aoi", "2025-04-01"), row("aoi", "2026-04-15"))
    assert ledger() == [("aoi", "2025-04-01", "2026-04-15"), ("aoi", "2026-04-15", None)]


OVERLAPS = [
    # what stands, the row, the first day of what it overlaps
    (("2024-04-01", "2025-04-01"), ("2025-03-31", None), "2024-04-01"),
    (("2024-04-01", "2025-04-01"), ("2025-04-01", None), None),
    (("2024-04-01", "2025-04-01"), ("2023-04-01", "2024-04-02"), "2024-04-01"),
    (("2024-04-01", "2025-04-01"), ("2023-04-01", "2024-04-01"), None),
    (("2024-04-01", None), ("2025-04-01", "2026-04-01"), "2024-04-01"),
    (("2024-04-01", None), ("2023-04-01", "2024-04-02"), "2024-04-01"),
    (("2024-04-01", None), ("2025-04-01", None), None),
]


@pytest.mark.parametrize(("standing", "told", "overlap"), OVERLAPS)
def test_two_cannot_hold_one_duty_on_one_day(
    account: Account,
    operations: User,
    standing: tuple[str, str | None],
    told: tuple[str, str | None],
    overlap: str | None,
) -> None:
    stands("aoi", *standing)
    before = ledger()
    placed = put(operations, row("ren", *told))
    assert overlapped(placed) == [overlap]
    assert (ledger() == before, placed[0].changes == []) == (overlap is not None,) * 2


def test_of_two_rows_that_overlap_the_earlier_comes_in(account: Account, operations: User) -> None:
    later, earlier = row("ren", "2024-10-01"), row("aoi", "2024-04-01", "2025-04-01")
    assert overlapped(put(operations, later, earlier)) == ["2024-04-01", None]
    assert ledger() == [("aoi", "2024-04-01", "2025-04-01")]


def test_another_duty_or_account_is_no_overlap(account: Account, operations: User) -> None:
    make_holding(account, by=member("aoi"), duty=Duty.RENEWAL)
    make_holding(make_account(), by=member("aoi"))
    assert overlapped(put(operations, row("ren", "2025-04-01"))) == [None]


def test_a_line_of_no_day_is_in_nobodys_way(account: Account, operations: User) -> None:
    stands("aoi", "2025-04-01", "2025-04-01")
    put(operations, row("ren", "2025-04-01"))
    assert ledger() == [("aoi", "2025-04-01", "2025-04-01"), ("ren", "2025-04-01", None)]


def test_a_known_line_says_what_its_row_says_anew(account: Account, operations: User) -> None:
    line = stands("aoi", "2024-04-01")
    [placed] = put(operations, row("ren", "2024-04-01", "2025-04-01", why="退職"))
    assert ledger() == [("ren", "2024-04-01", "2025-04-01")]
    assert [(change.pk, sorted(change.after)) for change in placed.changes] == [
        (line.pk, ["member_id", "to_on", "why"])
    ]


def test_what_a_row_leaves_out_stays(account: Account, operations: User) -> None:
    stands("aoi", "2024-04-01", "2025-04-01")
    said = HoldingRow(account=account.pk, duty="value", from_on=date(2024, 4, 1))
    assert put(operations, said) == [PutHolding([])]
    assert ledger() == [("aoi", "2024-04-01", "2025-04-01")]


def test_a_line_without_its_end_again_goes_on_until_the_next(
    account: Account, operations: User
) -> None:
    stands("aoi", "2024-04-01", "2025-04-01")
    put(operations, row("aoi", "2024-04-01"))
    assert ledger() == [("aoi", "2024-04-01", None)]


def test_the_same_rows_again_change_nothing_and_leave_no_trace(
    account: Account, operations: User
) -> None:
    stands("yui", "2026-04-15")
    rows = [row("aoi", "2024-04-01"), row("ren", "2025-04-01"), row("yui", "2025-10-01")]
    put(operations, *rows)
    before = ledger(), Entry.objects.count()
    assert put(operations, *rows) == [PutHolding([])] * 3
    assert (ledger(), Entry.objects.count()) == before


def test_the_journal_tells_of_the_accounts_once(account: Account, operations: User) -> None:
    stands("aoi", "2024-04-01")
    put(operations, row("ren", "2025-04-01"), row("aoi", "2024-04-01", "2025-04-01", why="退職"))
    entry = Entry.objects.get()
    assert (entry.event, entry.details) == ("customers.holdings_put", {"created": 1, "updated": 1})
    assert list(Link.objects.values_list("account_id", flat=True)) == [account.pk]


def test_a_line_that_a_row_ended_is_that_rows_change(account: Account, operations: User) -> None:
    line = stands("aoi", "2024-04-01")
    [placed] = put(operations, row("ren", "2025-04-01"))
    assert [(c.pk, c.before) for c in placed.changes if c.before] == [(line.pk, {"to_on": None})]
    assert [c.before is None for c in placed.changes] == [False, True]


def test_a_line_that_ends_by_one_row_and_is_anothers_own_is_told_once(
    account: Account, operations: User
) -> None:
    line = stands("aoi", "2024-04-01")
    placed = put(operations, row("ren", "2025-04-01"), row("aoi", "2024-04-01"))
    assert [[c.pk for c in each.changes if c.before] for each in placed] == [[], [line.pk]]
    assert ledger() == [("aoi", "2024-04-01", "2025-04-01"), ("ren", "2025-04-01", None)]


@pytest.mark.parametrize("standing", [None, "aoi", "ren", "yui"])
def test_taking_back_leaves_the_ledger_as_it_was(
    account: Account, operations: User, standing: str | None
) -> None:
    if standing:
        stands(standing, "2026-04-15")
    before = dump(Holding)
    placed = put(operations, row("ren", "2025-04-01"), row("aoi", "2024-04-01"))
    back = undo(operations, changes_of(placed))
    assert (dump(Holding), back.kept) == (before, ())


def test_taking_back_lets_the_ended_line_last_again_though_its_row_came_last(
    account: Account, operations: User
) -> None:
    stands("aoi", "2024-04-01")
    before = dump(Holding)
    placed = put(operations, row("ren", "2025-04-01"), row("aoi", "2024-04-01", "2025-04-01"))
    assert undo(operations, changes_of(placed)) == TakenBack(removed=1, restored=1, kept=())
    assert dump(Holding) == before
    assert Entry.objects.order_by("-pk")[0].details == {"removed": 1, "restored": 1}


def test_where_one_goes_on_and_another_ends_both_are_as_before(
    account: Account, operations: User
) -> None:
    stands("aoi", "2024-04-01", "2025-04-01")
    stands("ren", "2025-10-01")
    before = dump(Holding)
    placed = put(
        operations, row("ren", "2025-10-01", "2026-01-01"), row("aoi", "2024-04-01", "2025-10-01")
    )
    assert undo(operations, changes_of(placed)).kept == ()
    assert dump(Holding) == before


def test_a_line_that_has_ended_since_stays_and_the_one_before_it_too(
    account: Account, operations: User
) -> None:
    line = stands("aoi", "2024-04-01")
    changes = changes_of(put(operations, row("ren", "2025-04-01")))
    Holding.objects.filter(member__handle="ren").update(to_on=TODAY)
    back = undo(operations, changes)
    assert [(change.pk == line.pk, code) for change, code in back.kept] == [
        (False, "changed_since"),
        (True, "changed_since"),
    ]
    assert ledger() == [("aoi", "2024-04-01", "2025-04-01"), ("ren", "2025-04-01", str(TODAY))]


def test_a_day_that_somebody_else_has_taken_since_is_not_given_back(
    account: Account, operations: User
) -> None:
    stands("aoi", "2024-04-01", "2025-04-01")
    changes = changes_of(put(operations, row("aoi", "2024-04-01", "2024-10-01")))
    put(operations, row("ren", "2024-10-01", "2025-04-01"))
    assert [code for _change, code in undo(operations, changes).kept] == ["changed_since"]
    assert ledger() == [("aoi", "2024-04-01", "2024-10-01"), ("ren", "2024-10-01", "2025-04-01")]


def test_a_line_that_was_changed_since_does_not_hold_up_the_others(
    account: Account, operations: User
) -> None:
    stands("aoi", "2024-04-01", "2024-10-01")
    stands("ren", "2025-04-01", "2025-10-01")
    rows = row("aoi", "2024-04-01", "2024-11-01"), row("ren", "2025-04-01", "2025-11-01")
    changes = changes_of(put(operations, *rows))
    Holding.objects.filter(member__handle="ren").update(to_on=date(2025, 12, 1))
    assert [code for _change, code in undo(operations, changes).kept] == ["changed_since"]
    assert ledger() == [("aoi", "2024-04-01", "2024-10-01"), ("ren", "2025-04-01", "2025-12-01")]


def test_an_import_of_accounts_leaves_a_line_whose_beginning_a_history_told(
    account: Account, operations: User
) -> None:
    named = AccountRow(external_id="a", given={}, holders={Duty.VALUE: member("aoi").pk})
    [opened] = put_accounts([named], why="import 1", by=operations, at=NOON, on=TODAY)
    history = changes_of(put(operations, row("aoi", "2024-04-01")))
    kept = take_back_accounts(opened, by=operations, at=NOON).kept
    assert [code for _change, code in kept] == ["changed_since"]
    assert ledger() == [("aoi", "2024-04-01", None)]
    undo(operations, history)
    assert take_back_accounts(opened, by=operations, at=NOON).removed == 1
    assert ledger() == []


def test_a_later_import_of_accounts_ends_the_history_on_its_day(
    account: Account, operations: User
) -> None:
    put(operations, row("aoi", "2024-04-01"))
    named = AccountRow(external_id="a", given={}, holders={Duty.VALUE: member("ren").pk})
    put_accounts([named], why="import 1", by=operations, at=NOON, on=TODAY)
    assert ledger() == [("aoi", "2024-04-01", str(TODAY)), ("ren", str(TODAY), None)]
