"""Metered charges: a stream of their own, the mean of three months, never in ARR."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import ibis
from ibis.expr.types import Table

from banso.engines.revenue.metered import counted, rows, usage
from tests.engines.revenue.books import MICRO, Rate, answer, line, moves, rates, wide

JAN, FEB, MAR, APR, MAY = (date(2024, month, 1) for month in range(1, 6))
DAY = timedelta(days=1)
DOLLARS = rates(Rate("USD", JAN, 1_500_000 * MICRO), Rate("USD", MAY, 2_000_000 * MICRO))
METERED = wide(
    line(1, JAN, FEB, 1200, stream="usage"),
    line(1, FEB, MAR, 2400, stream="usage"),
    line(1, MAR, APR, 3601, stream="usage"),
    line(1, JAN, None, 100),
    line(2, MAR, APR, 10, "USD", stream="usage"),
    line(3, MAR, APR, 10, "EUR", stream="usage"),
)


def told(*days: date, into: Table | None = None) -> list[tuple[Any, ...]]:
    asked = ibis.memtable(rows(days))
    return answer(usage(METERED, DOLLARS, asked=asked, reporting="JPY", moves=into))


def test_usage_is_the_mean_of_three_months_in_a_stream_of_its_own() -> None:
    assert told(APR) == [(APR, 1, 2400), (APR, 2, 5), (APR, 3, None)]
    assert told(FEB) == [(FEB, 1, 400)]  # a month without a charge is a month of none
    assert told(date(2024, 7, 1)) == []
    assert told(FEB - 2 * DAY) == []  # its month isn't over


def test_on_the_last_day_of_a_month_three_whole_months_count() -> None:
    ends = [JAN, FEB, MAR, APR]
    metered = wide(*(line(1, end, next_, 1200, stream="usage") for end, next_ in pairwise(ends)))
    asked = ibis.memtable(rows([FEB - DAY, MAR - DAY, APR - DAY, date(2024, 5, 31)]))
    assert [row[2] for row in answer(usage(metered, rates(), asked=asked, reporting="JPY"))] == [
        400, 800, 1200, 400,
    ]  # fmt: skip


def test_constant_charges_are_told_alike_on_every_day() -> None:
    firsts = [date(2023, 10 + at, 1) for at in range(3)] + [
        date(2024, 1 + at, 1) for at in range(12)
    ]
    ends = [*firsts, date(2025, 1, 1)]
    metered = wide(*(line(1, each, next_, 1200, stream="usage") for each, next_ in pairwise(ends)))
    asked = ibis.memtable(rows(JAN + at * DAY for at in range(366)))
    told = answer(usage(metered, rates(), asked=asked, reporting="JPY"))
    assert {row[2] for row in told} == {1200}
    assert len(told) == 366


def test_each_day_is_told_at_its_own_rates_and_of_its_own_months() -> None:
    assert told(APR, MAY) == [
        (APR, 1, 2400),
        (APR, 2, 5),
        (APR, 3, None),
        (MAY, 1, 2000),
        (MAY, 2, 7),
        (MAY, 3, None),
    ]


def test_charges_go_along_with_a_merged_account_from_its_day_on() -> None:
    into = moves((1, None, 2, APR), (2, None, 4, MAY), (1, None, 4, MAY), (1, 4, 9, JAN))
    assert told(MAR, APR, MAY, into=into) == [
        (MAR, 1, 1200),
        (APR, 2, 2405),
        (APR, 3, None),
        (MAY, 3, None),
        (MAY, 4, 2007),
    ]
    behind = counted(METERED, ibis.memtable(rows([MAY])), moves=into)
    assert answer(behind.select("account_id", "line_id")) == [(3, 6), (4, 2), (4, 3), (4, 5)]
