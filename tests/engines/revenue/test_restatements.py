"""What was known when, and what later knowledge changed about the past."""

from __future__ import annotations

from datetime import date

import ibis
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st
from ibis.expr.types import Table

from banso.engines.revenue.ledger import ledger
from banso.engines.revenue.restatements import as_known, beside, restatements
from banso.engines.revenue.tables import BARS
from tests.engines.revenue.books import Line, answer, book, line, lines, wide

JAN, FEB, MAR = (date(2024, month, 1) for month in (1, 2, 3))


def test_each_line_is_known_in_its_latest_version() -> None:
    versions = wide(
        line(1, JAN, None, 100, line_id=1),
        line(1, JAN, None, 120, line_id=1, recorded_on=FEB),
        line(1, JAN, MAR, 120, line_id=1, recorded_on=MAR),
        line(2, JAN, None, 7, line_id=2, recorded_on=FEB),
    )
    names = ("line_id", "end_on", "arr_minor")
    assert answer(as_known(versions, JAN).select(*names)) == [(1, None, 100)]
    assert answer(as_known(versions, FEB).select(*names)) == [(1, None, 120), (2, None, 7)]
    assert answer(as_known(versions, MAR).select(*names)) == [(1, MAR, 120), (2, None, 7)]


def test_a_churn_past_its_grace_is_dated_back_and_told_as_a_restatement() -> None:
    ending = lines(Line(1, JAN, FEB, 100), Line(2, JAN, None, 10))
    waiting = book(ending, as_of=date(2024, 2, 20))
    gone = book(ending, as_of=date(2024, 3, 2))  # the thirtieth day
    held = answer(ledger(waiting.lines))
    assert [row[2] for row in held if row[7] == "churn"] == [date(2024, 2, 21)]
    assert answer(restatements(ledger(waiting.lines), ledger(gone.lines))) == [
        (1, "JPY", FEB, 0, -100, None, "churn"),
        (1, "JPY", date(2024, 2, 21), -100, 0, "churn", None),
    ]


def test_a_late_contract_changes_amounts_and_kinds_of_what_follows() -> None:
    before = lines(Line(1, FEB, None, 100))
    after = lines(Line(1, FEB, None, 100), Line(1, JAN, None, 50), Line(2, JAN, None, 1))
    assert answer(restatements(ledger(before), ledger(after))) == [
        (1, "JPY", JAN, 0, 50, None, "new"),
        (1, "JPY", FEB, 100, 100, "new", "expansion"),
        (2, "JPY", JAN, 0, 1, None, "new"),
    ]
    assert answer(restatements(ledger(after), ledger(after))) == []


def told(*rows: tuple[int, int, int]) -> Table:
    """Accounts with an opening and what was new; the rest is zero."""
    columns = {"account_id": [row[0] for row in rows]} | {bar: [0] * len(rows) for bar in BARS}
    columns |= {"opening_minor": [row[1] for row in rows], "new_minor": [row[2] for row in rows]}
    columns["closing_minor"] = [opening + new for _account, opening, new in rows]
    return ibis.memtable(pa.table({name: pa.array(c, pa.int64()) for name, c in columns.items()}))


def test_two_tellings_stand_side_by_side_account_by_account() -> None:
    was, now = told((1, 5, 0), (2, 0, 7), (3, 4, 0)), told((1, 5, 0), (2, 0, 9), (4, 1, 0))
    names = ("account_id", "was_new_minor", "now_new_minor", "changed_new_minor")
    both = beside(was, now)
    assert answer(both.select(*names, "changed_closing_minor", "differs")) == [
        (1, 0, 0, 0, 0, False),
        (2, 7, 9, 2, 2, True),
        (3, 0, 0, 0, -4, True),
        (4, 0, 0, 0, 1, True),
    ]
    assert answer(beside(told(), told())) == []


AMOUNTS = st.dictionaries(
    st.integers(1, 5), st.tuples(st.integers(0, 10**12), st.integers(0, 10**12)), max_size=5
)


@given(was=AMOUNTS, now=AMOUNTS)
@settings(max_examples=15, deadline=None)
def test_changes_of_the_accounts_add_up_to_the_change_of_the_totals(
    was: dict[int, tuple[int, int]], now: dict[int, tuple[int, int]]
) -> None:
    sides = [
        told(*((account, *amounts) for account, amounts in each.items())) for each in (was, now)
    ]
    rows = answer(beside(*sides).select("account_id", "changed_closing_minor", "differs"))
    totals = [sum(map(sum, each.values())) for each in (was, now)]
    assert sum(row[1] for row in rows) == totals[1] - totals[0]
    assert {row[0] for row in rows if row[2]} == {
        account
        for account in was.keys() | now.keys()
        if was.get(account, (0, 0)) != now.get(account, (0, 0))
    }
