"""Laws of prepared books, for random lines, definitions, merges and groups.

Lines overlap, pause, follow one another late, step up by schedule and come in three currencies. A
comparison takes seconds to compile, so there are few books, and many accounts in each.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import hypothesis.strategies as st
import ibis
from hypothesis import given, settings

from banso.engines.revenue.bridges import cut, total
from banso.engines.revenue.causes import PARTS, explained
from banso.engines.revenue.comparison import compare, compare_parts
from banso.engines.revenue.definitions import DEFAULT, OFFERED, Definition
from banso.engines.revenue.periods import Period, asked
from banso.engines.revenue.tables import BARS
from tests.engines.revenue.books import (
    MICRO,
    Rate,
    answer,
    book,
    line,
    memberships,
    moves,
    only,
    rates,
    wide,
)

FIRST = date(2024, 1, 20)
SPAN = 90
LAW = settings(max_examples=4)
WIDE_LAW = settings(max_examples=8)
KNOWN = rates(
    Rate("USD", FIRST - timedelta(days=1), 1_512_345 * MICRO),
    Rate("EUR", FIRST - timedelta(days=1), 612_345 * MICRO),
    Rate("USD", FIRST + timedelta(days=40), 1_467_891 * MICRO),
)

days = st.integers(0, SPAN - 1).map(lambda day: FIRST + timedelta(days=day))
periods = st.tuples(days, days).map(lambda pair: Period(min(pair), max(pair)))
accounts = st.integers(1, 8)
rows = st.builds(
    lambda account, start, end, amount, currency, product, quantity, scheduled: line(
        account,
        start,
        end,
        amount,
        currency,
        product=product,
        quantity=quantity,
        scheduled=scheduled,
    ),
    accounts,
    days,
    days | st.none(),
    st.integers(1, 10**6),
    st.sampled_from(["JPY", "USD", "EUR"]),
    st.sampled_from(["a", "b"]),
    st.integers(1, 9) | st.none(),
    st.booleans(),
)
pauses = st.builds(
    lambda account, start, end: line(account, start, end, 0, stream="pause"), accounts, days, days
)
books = st.tuples(st.lists(rows, max_size=24), st.lists(pauses, max_size=4)).map(
    lambda both: both[0] + both[1]
)
merges = st.lists(
    st.tuples(st.just(1), st.none(), st.integers(2, 9), days), max_size=2, unique_by=lambda m: m[3]
)
groups = st.lists(
    st.tuples(accounts, st.sampled_from(["x", "y"]), days, days | st.none()),
    max_size=6,
    unique_by=lambda row: row[0],
)
FREE = ("churn_date", "pause_keeps_mrr", "ramp", "merge_split", "segment_at", "nrr_reactivation")
definitions = st.builds(
    lambda free, netting, fx, grace: replace(
        DEFAULT,
        name="drawn",
        **free,
        netting=netting,
        grace_days=grace,
        fx="constant_currency_opening"
        if (fx, netting) == ("inside_movements", "every_movement")
        else fx,
    ),
    st.fixed_dictionaries({name: st.sampled_from(OFFERED[name]) for name in FREE}),
    st.sampled_from(OFFERED["netting"]),
    st.sampled_from(OFFERED["fx"]),
    st.sampled_from([0, 5, 30]),
)

Rows = list[dict[str, Any]]
Moves = list[tuple[int, None, int, date]]
Groups = list[tuple[int, str, date, date | None]]


def closes(row: dict[str, Any]) -> bool:
    told = {name.removesuffix("_minor"): row[name] for name in BARS}
    gained = told["new"] + told["expansion"] + told["reactivation"]
    lost = told["contraction"] + told["churn"]
    moved = told["transfer"] + told["fx"]
    return told["opening"] + gained - lost + moved == told["closing"]


@WIDE_LAW
@given(books, definitions, merges, groups, periods)
def test_every_row_closes_and_the_groups_add_up_to_the_book(
    drawn: Rows, definition: Definition, merged: Moves, by: Groups, period: Period
) -> None:
    made = book(
        wide(*drawn), KNOWN, definition=definition, as_of=period.closing_on, moves=moves(*merged)
    )
    comparison = compare(made, period)
    accounts = comparison.accounts.to_pyarrow()
    comparison = replace(comparison, accounts=ibis.memtable(accounts))
    whole = only(total(comparison))
    parts = cut(comparison, memberships(*by)).to_pyarrow().to_pylist()
    each = accounts.to_pylist()
    assert [row for row in (whole, *parts, *each) if not closes(row)] == []
    added = (*BARS, "base_minor", "kept_minor", "opening_accounts", "closing_accounts")
    assert {name: sum(row[name] for row in parts) for name in added} == {
        name: whole[name] for name in added
    }
    assert (whole["transfer_minor"], min(whole[name] for name in BARS[1:6])) >= (0, 0)
    if whole["grr"] is not None:
        assert 0 <= whole["grr"] <= 1
        assert whole["grr"] <= whole["nrr"]


@LAW
@given(books, merges, periods)
def test_every_movement_and_the_net_ones_lead_to_the_same_end(
    drawn: Rows, merged: Moves, period: Period
) -> None:
    every = replace(DEFAULT, name="every", netting="every_movement")
    told = [
        only(
            total(compare(book(wide(*drawn), KNOWN, definition=each, moves=moves(*merged)), period))
        )
        for each in (DEFAULT, every)
    ]
    same = ("opening_minor", "fx_minor", "closing_minor", "grr", "nrr", "logo_retention")
    assert [told[0][name] for name in same] == [told[1][name] for name in same]
    net, gross = (
        row["new_minor"]
        + row["expansion_minor"]
        + row["reactivation_minor"]
        - row["contraction_minor"]
        - row["churn_minor"]
        for row in told
    )
    assert net == gross
    assert told[1]["churn_minor"] + told[1]["contraction_minor"] >= 0


@LAW
@given(books, rows, days, periods, st.randoms(use_true_random=False))
def test_splitting_a_line_and_the_order_of_rows_change_nothing(
    drawn: Rows, split: dict[str, Any], middle: date, period: Period, chance: Any
) -> None:
    one = split | {"quantity": None}
    end = one["end_on"]
    if not one["start_on"] < middle or (end is not None and not middle < end):
        halves = [one]
    else:
        halves = [one | {"end_on": middle}, one | {"start_on": middle}]
    shuffled = [*drawn, *halves]
    chance.shuffle(shuffled)
    as_of = period.closing_on
    told = [
        answer(compare(book(wide(*each), KNOWN, as_of=as_of), period).accounts)
        for each in ([*drawn, one], shuffled)
    ]
    assert told[0] == told[1]


@LAW
@given(books, merges, periods)
def test_causes_add_up_to_what_they_explain(drawn: Rows, merged: Moves, period: Period) -> None:
    made = book(wide(*drawn), KNOWN, moves=moves(*merged))
    for row in explained(compare(made, period), made).accounts.to_pyarrow().to_pylist():
        for kind in ("expansion", "contraction"):
            assert sum(row[f"{kind}_{part}_minor"] for part in PARTS) == row[f"{kind}_minor"]


@LAW
@given(books, definitions, merges, periods, st.sampled_from(["product", "line_id"]))
def test_the_parts_of_every_account_add_up_to_it(
    drawn: Rows, definition: Definition, merged: Moves, period: Period, part: str
) -> None:
    made = book(
        wide(*drawn), KNOWN, definition=definition, as_of=period.closing_on, moves=moves(*merged)
    )
    told = compare_parts(made, asked([period]), part=part).to_pyarrow().to_pylist()
    assert [row for row in told if not closes(row)] == []
    ends = ("opening_minor", "before_minor", "after_minor", "fx_minor", "closing_minor")
    for whole in compare(made, period).accounts.to_pyarrow().to_pylist():
        own = [row for row in told if row["account_id"] == whole["account_id"]]
        assert {end: sum(row[end] for row in own) for end in ends} == {
            end: whole[end] for end in ends
        }
