"""Laws of transfers, for random lines, transfers and merges.

A comparison takes seconds to compile, so there are few books, and many lines in each.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import hypothesis.strategies as st
import ibis
from hypothesis import given, settings

from banso.engines.revenue.book import prepare
from banso.engines.revenue.bridges import total
from banso.engines.revenue.comparison import compare
from banso.engines.revenue.definitions import DEFAULT
from banso.engines.revenue.periods import Period
from banso.engines.revenue.tables import BARS
from banso.rooms.revenue.queries.moves import Moves, Step, as_moves, steps_taken
from tests.engines.revenue.books import line, only, rates, wide

FIRST = date(2026, 1, 10)
SPAN = 60
LAW = settings(max_examples=6)
STEPS_LAW = settings(max_examples=500)
LAPSING = replace(DEFAULT, name="no_grace", grace_days=0)  # else one line may wait for another

days = st.integers(1, SPAN - 1).map(lambda day: FIRST + timedelta(days=day))
periods = st.tuples(days, days).map(lambda pair: Period(min(pair), max(pair)))
accounts = st.integers(1, 5)
products = st.sampled_from(["a", "b"])
moving = st.builds(
    lambda account, start, end, amount, product: line(account, start, end, amount, product=product),
    accounts, days, days | st.none(), st.integers(1, 10**6), products,
)  # fmt: skip
lasting = st.builds(
    lambda account, amount, product: line(account, FIRST, None, amount, product=product),
    accounts, st.integers(1, 10**6), products,
)  # fmt: skip

Rows = list[dict[str, Any]]


def transfers(*, of_lines: int, alone: bool = False) -> st.SearchStrategy[list[Step]]:
    """Of lines by their place in the book, and unless these alone, of accounts and merges."""
    of_line = st.builds(
        lambda on, line, into: Step(on=on, line=line, into=into),
        days, st.integers(1, of_lines), accounts,
    )  # fmt: skip
    of_account = st.builds(
        lambda on, account, into: Step(on=on, account=account, into=into), days, accounts, accounts
    )
    merge = st.builds(  # account 9 has nothing else, and is gone from its day on
        lambda on, into: Step(on=on, account=9, into=into, is_merge=True), days, accounts
    )
    if alone:
        return st.lists(of_line, max_size=6)
    each = st.lists(of_line | of_account, max_size=8)
    return st.tuples(each, st.lists(merge, max_size=1)).map(lambda both: both[0] + both[1])


def told(rows: Rows, steps: list[Step], period: Period) -> tuple[dict[str, Any], Rows]:
    """The total, and the accounts behind it."""
    owners = {place: row["account_id"] for place, row in enumerate(rows, start=1)}
    alone = {step.line: owners[step.line] for step in steps if step.line}
    moved = ibis.memtable(as_moves(steps_taken(steps, alone)))
    book = prepare(
        wide(*rows),
        rates(),
        reporting="JPY",
        as_of=period.closing_on,
        definition=LAPSING,
        moves=moved if steps else None,
    )
    comparison = compare(book, period)
    each = comparison.accounts.to_pyarrow()
    whole = only(total(replace(comparison, accounts=ibis.memtable(each))))
    return whole, each.to_pylist()


def closes(row: dict[str, Any]) -> bool:
    bar = {name.removesuffix("_minor"): row[name] for name in BARS}
    grown = bar["opening"] + bar["new"] + bar["expansion"] + bar["reactivation"]
    return grown - gone(row) + bar["transfer"] + bar["fx"] == bar["closing"]


def come(row: dict[str, Any]) -> int:
    return int(row["new_minor"] + row["expansion_minor"] + row["reactivation_minor"])


def gone(row: dict[str, Any]) -> int:
    return int(row["contraction_minor"] + row["churn_minor"])


@LAW
@given(st.lists(moving | lasting, min_size=10, max_size=24), transfers(of_lines=10), periods)
def test_every_account_closes_and_all_of_them_gain_and_lose_as_without_any_transfer(
    rows: Rows, steps: list[Step], period: Period
) -> None:
    rows = [*rows, line(9, FIRST, None, 77, product="a")]
    whole, each = told(rows, steps, period)
    without, _rows = told(rows, [], period)
    assert [row for row in (whole, *each) if not closes(row)] == []
    assert sum(row["transfer_minor"] for row in each) == whole["transfer_minor"] == 0
    assert (whole["opening_minor"], whole["closing_minor"]) == (
        without["opening_minor"],
        without["closing_minor"],
    )
    assert come(whole) - gone(whole) == come(without) - gone(without)


@LAW
@given(
    st.lists(lasting, min_size=6, max_size=6),
    st.lists(moving, max_size=12),
    transfers(of_lines=6, alone=True),
    periods,
)
def test_what_goes_over_whole_is_no_gain_and_no_loss_and_leaves_grr_as_it_was(
    whole_ones: Rows, others: Rows, steps: list[Step], period: Period
) -> None:
    whole, _each = told(whole_ones + others, steps, period)
    without, _rows = told(whole_ones + others, [], period)
    assert (come(whole), gone(whole), whole["grr"]) == (
        come(without),
        gone(without),
        without["grr"],
    )


@STEPS_LAW
@given(transfers(of_lines=6), st.randoms(use_true_random=False))
def test_each_unit_goes_on_day_by_day_and_never_to_where_it_is(
    steps: list[Step], chance: Any
) -> None:
    owners = {number: number % 5 + 1 for number in range(1, 7)}
    taken = steps_taken(steps, owners)
    found = Moves(steps=taken, alone=owners)
    for unit, gone_on in taken.items():
        first = owners[-unit] if unit < 0 else unit
        assert list(gone_on) == sorted(gone_on)
        stops = [first, *gone_on.values()]
        assert all(one != other for one, other in pairwise(stops))
        assert found.home(unit, first, None) == stops[-1]
        assert found.home(unit, first, FIRST) == first
    distinct = {(step.on, step.unit) for step in steps}
    if len(distinct) == len(steps):  # of two on one day the one that was stated last counts
        chance.shuffle(steps)
        assert steps_taken(steps, owners) == taken
