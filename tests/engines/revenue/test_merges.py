"""What a merge in the middle of things changes: who renews late, rates, roundings."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from ibis.expr.types import Table

from banso.engines.revenue.comparison import compare
from banso.engines.revenue.definitions import DEFAULT
from banso.engines.revenue.periods import Period
from banso.engines.revenue.tables import BARS
from banso.engines.revenue.trend import arr_over_time
from tests.engines.revenue.books import (
    MICRO,
    Line,
    Rate,
    answer,
    book,
    lines,
    moves,
    rates,
    telling,
)

JAN, FEB, MAR, APR, MAY, JUN = (date(2024, month, 1) for month in range(1, 7))
PERIOD = Period(FEB, MAY)
DOLLARS = rates(Rate("USD", JAN, 1_000_000 * MICRO), Rate("USD", APR, 1_500_000 * MICRO))
INTO = moves((1, None, 2, MAR))


def told(merged: Table, into: Table, known: Table = DOLLARS, **settings: Any) -> list[Any]:
    named = {"name": "other"} if settings else {}
    made = book(merged, known, definition=replace(DEFAULT, **named, **settings), moves=into)
    return telling(compare(made, PERIOD).accounts, "account_id", *BARS)


def test_a_merge_between_a_terms_end_and_its_late_renewal_loses_nobody() -> None:
    late = lines(
        Line(1, JAN, MAR - timedelta(days=5), 100), Line(2, MAR + timedelta(days=9), None, 100)
    )
    assert told(late, INTO) == [
        {"account_id": 1, "opening_minor": 100, "transfer_minor": -100},
        {"account_id": 2, "closing_minor": 100, "transfer_minor": 100},
    ]


def test_a_line_of_who_stays_is_followed_by_one_that_the_merge_brought() -> None:
    followed = lines(
        Line(2, JAN, MAY - timedelta(days=5), 100), Line(1, MAY + timedelta(days=9), None, 100)
    )
    assert told(followed, INTO) == [{"account_id": 2, "opening_minor": 100, "closing_minor": 100}]


def test_what_began_elsewhere_before_the_merge_follows_nothing() -> None:
    apart = lines(
        Line(2, JAN, FEB + timedelta(days=3), 100), Line(1, FEB + timedelta(days=9), None, 7)
    )
    [first, second] = told(apart, moves((1, None, 2, JUN)))
    assert (first["account_id"], first["new_minor"]) == (1, 7)
    assert (second["account_id"], second["churn_minor"]) == (2, 100)


def test_every_row_closes_whatever_rate_movements_are_told_at() -> None:
    dollars = lines(Line(1, JAN, None, 100, "USD"))
    for fx in ("constant_currency_opening", "constant_currency_closing"):
        for netting in ("net_per_period", "every_movement"):
            for row in told(dollars, INTO, fx=fx, netting=netting):
                of = {name: row.get(name, 0) for name in BARS}
                grown = of["new_minor"] + of["expansion_minor"] + of["reactivation_minor"]
                lost = of["contraction_minor"] + of["churn_minor"]
                moved = grown - lost + of["transfer_minor"] + of["fx_minor"]
                assert of["opening_minor"] + moved == of["closing_minor"], (fx, netting, row)


def test_the_trend_is_the_bridges_closing_to_the_unit() -> None:
    half = rates(Rate("USD", JAN, 500_000 * MICRO))
    both = lines(Line(1, JAN, None, 1, "USD"), Line(2, JAN, None, 1, "USD"))
    made = book(both, half, moves=INTO)
    closing = sum(row.get("closing_minor", 0) for row in told(both, INTO, half))
    trend = arr_over_time(made.lines, half, days=[MAY], reporting="JPY")
    assert answer(trend.select("arr_minor")) == [(closing,)]
