"""Laws of the revenue engine, against a second method: a walk over the days in plain Python.

The books are messy on purpose: lines overlap, end before they begin, run on, are worth nothing, and
come in three currencies whose rates change. An expression takes long to compile and no time to run,
so there are few books, and many accounts in each.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

import hypothesis.strategies as st
import ibis
import pyarrow as pa
from hypothesis import given, settings
from ibis.expr.types import Table

from banso.engines.revenue.ledger import arr_by_account, ledger, movements_by_month
from banso.engines.revenue.movements import bridge, movements
from banso.engines.revenue.rates import missing_rates, valued
from banso.engines.revenue.trend import arr_over_time
from tests.engines.revenue.books import MICRO, Line, Rate, answer, in_order, lines, only, rates

FIRST = date(2024, 1, 20)
SPAN = 70  # days: over the ends of January, February and March
REPORTING = "JPY"
LAW = settings(max_examples=6)
SMALL = settings(max_examples=15)

CURRENCIES = ("JPY", "USD", "EUR")

Book = list[Line]
Known = list[Rate]


def on_day(day: int) -> date:
    return FIRST + timedelta(days=day)


WALK = [on_day(day) for day in range(-FIRST.day, SPAN + 31)]  # from the end of December

days = st.integers(0, SPAN - 1).map(on_day)
periods = st.tuples(days, days).map(lambda pair: (min(pair), max(pair)))
cuts = st.lists(days, min_size=3, max_size=3, unique=True).map(lambda three: tuple(sorted(three)))
some_lines = st.builds(
    Line,
    account_id=st.integers(1, 9),
    start_on=days,
    end_on=days | st.none(),
    arr_minor=st.sampled_from([0, 1, 100, 250]) | st.integers(0, 10**10),
    currency=st.sampled_from(CURRENCIES),
)
books = st.lists(some_lines, max_size=30)
small_books = st.lists(some_lines, max_size=4)
later_rates = st.builds(
    Rate,
    currency=st.sampled_from(["USD", "EUR"]),
    on_date=days,
    rate_picos=st.integers(1, 10**14) | st.sampled_from([500_000 * MICRO, 1_500_000 * MICRO]),
)
some_rates = st.lists(later_rates, max_size=5, unique_by=lambda rate: rate[:2])
every_rate = some_rates.map(
    lambda later: [
        Rate("USD", on_day(-1), 1_500_000 * MICRO),
        Rate("EUR", on_day(-1), 1_612_345 * MICRO),
        *later,
    ]
)


def held(book: Book, account: int, currency: str, on: date) -> int:
    return sum(
        line.arr_minor
        for line in book
        if (line.account_id, line.currency) == (account, currency)
        and line.start_on <= on
        and (line.end_on is None or line.end_on > on)
    )


def kind_of(before: int, after: int, *, paid_before: bool) -> str:
    if before == after:
        return "unchanged"
    if not before:
        return "reactivation" if paid_before else "new"
    if not after:
        return "churn"
    return "expansion" if after > before else "contraction"


def changes(book: Book, boundaries: list[date]) -> list[tuple[Any, ...]]:
    """(account, currency, boundary, before, after, kind) wherever two boundaries differ."""
    rows = []
    for account, currency in {(line.account_id, line.currency) for line in book}:
        for opening, closing in pairwise(boundaries):
            before = held(book, account, currency, opening)
            after = held(book, account, currency, closing)
            if before != after:
                paid = any(held(book, account, currency, day) for day in WALK if day <= opening)
                kind = kind_of(before, after, paid_before=paid)
                rows.append((account, currency, closing, before, after, kind))
    return rows


def yen(known: Known, currency: str, amount: int, on: date) -> int:
    """Exact fractions, and Python's own rounding to even."""
    past = [rate for rate in known if rate.currency == currency and rate.on_date <= on]
    latest = max((rate.on_date, rate.rate_picos) for rate in past) if currency != REPORTING else ()
    return round(Fraction(amount * latest[1], 10**12)) if latest else amount


def compared(book: Book, known: Known, opening: date, closing: date) -> list[tuple[Any, ...]]:
    rows = []
    for account in {line.account_id for line in book}:
        ends = [
            {currency: held(book, account, currency, on) for currency in CURRENCIES}
            for on in (opening, closing)
        ]
        if not any(ends[0].values()) and not any(ends[1].values()):
            continue
        before = sum(yen(known, *holding, opening) for holding in ends[0].items())
        after = sum(yen(known, *holding, opening) for holding in ends[1].items())
        at_close = sum(yen(known, *holding, closing) for holding in ends[1].items())
        paid = any(
            held(book, account, currency, day)
            for day in WALK
            for currency in CURRENCIES
            if day <= opening
        )
        kind = kind_of(before, after, paid_before=paid)
        rows.append((account, before, after, at_close - after, at_close, kind))
    return in_order(rows)


@LAW
@given(books)
def test_the_ledger_is_the_walk_over_the_days(book: Book) -> None:
    told = answer(ledger(lines(*book)))
    assert [(row[0], row[1], row[2], row[4], row[5], row[7]) for row in told] == in_order(
        changes(book, WALK)
    )
    assert all(delta == after - before for _, _, _, delta, before, after, _, _ in told)
    for account, currency in {row[:2] for row in told}:
        places = [row[6] for row in told if row[:2] == (account, currency)]
        assert places == list(range(1, len(places) + 1))


@LAW
@given(books)
def test_months_are_the_walk_over_the_month_ends(book: Book) -> None:
    told = answer(movements_by_month(lines(*book)))
    ends = [day for day in WALK if (day + timedelta(days=1)).day == 1]
    assert told == in_order(
        (account, currency, on.replace(day=1), after - before, before, after, kind)
        for account, currency, on, before, after, kind in changes(book, ends)
    )


@LAW
@given(books, days)
def test_deltas_up_to_a_day_add_up_to_the_arr_at_its_close(book: Book, on: date) -> None:
    sums: Counter[tuple[int, str]] = Counter()
    for account, currency, day, delta, *_rest in answer(ledger(lines(*book))):
        sums[account, currency] += delta if day <= on else 0
    by_deltas = in_order((*holder, arr) for holder, arr in sums.items() if arr)
    by_walk = in_order(
        (account, currency, held(book, account, currency, on))
        for account in {line.account_id for line in book}
        for currency in CURRENCIES
        if held(book, account, currency, on)
    )
    assert (by_deltas, answer(arr_by_account(lines(*book), on=on))) == (by_walk, by_walk)


@LAW
@given(books, every_rate, periods)
def test_movements_are_two_days_compared(
    book: Book, known: Known, period: tuple[date, date]
) -> None:
    assert answer(movement(book, known, period)) == compared(book, known, *period)


@LAW
@given(books, every_rate, periods)
def test_the_bridge_closes_and_grr_is_at_most_one_and_nrr(
    book: Book, known: Known, period: tuple[date, date]
) -> None:
    told = only(bridge(movement(book, known, period)))
    gained = told["new_minor"] + told["reactivation_minor"] + told["expansion_minor"]
    lost = told["contraction_minor"] + told["churn_minor"]
    assert told["opening_minor"] + gained - lost + told["fx_minor"] == told["closing_minor"]
    sizes = ("new", "reactivation", "expansion", "contraction", "churn")
    assert min(told[f"{size}_minor"] for size in sizes) >= 0
    assert (told["grr"] is None) == (told["opening_minor"] == 0)
    if told["grr"] is not None:
        assert 0 <= told["grr"] <= min(1, told["nrr"])


@LAW
@given(books, every_rate, periods)
def test_a_trend_passes_through_both_ends_of_the_bridge(
    book: Book, known: Known, period: tuple[date, date]
) -> None:
    trend = arr_over_time(lines(*book), rates(*known), days=period, reporting=REPORTING)
    points = {on: arr for on, _, _, arr in answer(trend)}
    told = only(bridge(movement(book, known, period)))
    assert [points[day] for day in period] == [told["opening_minor"], told["closing_minor"]]


@SMALL
@given(small_books, some_rates, periods)
def test_no_missing_rate_and_a_bridge_that_is_known_are_the_same_thing(
    book: Book, known: Known, period: tuple[date, date]
) -> None:
    missing = missing_rates(lines(*book), rates(*known), days=period, reporting=REPORTING)
    told = only(bridge(movement(book, known, period)))
    assert (answer(missing) == []) == (told["no_rate_accounts"] == 0)
    assert (told["closing_minor"] is None) == (told["no_rate_accounts"] > 0)


@LAW
@given(
    books.flatmap(lambda book: st.tuples(st.just(book), st.permutations(book))), every_rate, periods
)
def test_the_order_of_rows_means_nothing(
    orders: tuple[Book, Book], known: Known, period: tuple[date, date]
) -> None:
    book, other = orders
    assert everything(other, known[::-1], period) == everything(book, known, period)


@LAW
@given(books, cuts, st.integers(1, 10**10), every_rate, periods)
def test_splitting_a_line_at_any_day_changes_nothing(
    book: Book,
    cut: tuple[date, date, date],
    amount: int,
    known: Known,
    period: tuple[date, date],
) -> None:
    start, middle, end = cut
    whole = [*book, Line(1, start, end, amount, "USD")]
    halves = [*book, Line(1, start, middle, amount, "USD"), Line(1, middle, end, amount, "USD")]
    assert everything(halves, known, period) == everything(whole, known, period)


@LAW
@given(
    st.lists(
        st.tuples(st.integers(-(10**13), 10**13), st.integers(1, 10**15)), min_size=1, max_size=50
    )
)
def test_worth_is_exact_far_beyond_what_the_product_could_hold(
    pairs: list[tuple[int, int]],
) -> None:
    amounts, picos = zip(*pairs, strict=True)
    table = ibis.memtable(pa.table({"amount": amounts, "picos": picos}))
    told = valued(table, value=("amount", "picos")).to_pyarrow().to_pylist()
    assert [row["value"] for row in told] == [
        round(Fraction(row["amount"] * row["picos"], 10**12)) for row in told
    ]


def movement(book: Book, known: Known, period: tuple[date, date]) -> Table:
    return movements(
        lines(*book),
        rates(*known),
        opening_on=period[0],
        closing_on=period[1],
        reporting=REPORTING,
    )


def everything(book: Book, known: Known, period: tuple[date, date]) -> list[Any]:
    """All that the engine says of a book."""
    told = movement(book, known, period)
    table = lines(*book)
    return [answer(ledger(table)), answer(movements_by_month(table)), answer(told)]
