"""Stretches of service, and what one line says of another."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

import ibis
import numpy as np
import pyarrow as pa

from banso.engines.revenue.comparison import compare
from banso.engines.revenue.continuity import islands
from banso.engines.revenue.periods import Period
from tests.engines.revenue.books import book, line, telling, wide

FIRST = date(2024, 1, 1)
MANY = 120_000
Stretch = tuple[date, date]


def test_lines_that_begin_on_one_day_are_of_one_stretch_in_a_book_of_any_size() -> None:
    draw = np.random.default_rng(7)
    account = draw.integers(0, MANY // 4, MANY)
    start = draw.integers(0, 12, MANY) * 30
    end = start + draw.integers(1, 4, MANY) * 30
    day = [FIRST + timedelta(days=at) for at in range(600)]
    rows = {
        "account_id": account,
        "line_id": np.arange(MANY),
        "start_on": [day[at] for at in start],
        "end_on": [day[at] for at in end],
    }
    found = islands(ibis.memtable(pa.table(rows)), ("account_id",))
    told = found.select("line_id", "island_on", "island_end").to_pyarrow().to_pydict()
    assert dict(
        zip(
            told["line_id"],
            zip(told["island_on"], told["island_end"], strict=True),
            strict=True,
        )
    ) == plainly(rows)


def plainly(rows: dict[str, list[date] | np.ndarray]) -> dict[int, Stretch]:
    """The same in plain words: lines that touch or overlap are one stretch."""
    of_account: dict[int, list[tuple[date, date, int]]] = defaultdict(list)
    for account, number, start, end in zip(*rows.values(), strict=True):
        of_account[int(account)].append((start, end, int(number)))
    found: dict[int, Stretch] = {}
    for lines in of_account.values():
        stretch: list[tuple[date, date, int]] = []
        for each in sorted(lines):
            if stretch and each[0] > max(one[1] for one in stretch):
                found |= _told(stretch)
                stretch = []
            stretch.append(each)
        found |= _told(stretch)
    return found


def _told(stretch: list[tuple[date, date, int]]) -> dict[int, Stretch]:
    whole = min(one[0] for one in stretch), max(one[1] for one in stretch)
    return {number: whole for _start, _end, number in stretch}


def test_a_line_that_never_serves_ends_nothing_that_it_was_to_renew() -> None:
    until, never = date(2025, 1, 1), date(2024, 6, 1)
    lines = wide(
        line(1, FIRST, until, 100, line_id=1), line(1, never, never, 100, line_id=2, renews=1)
    )
    period = Period(date(2024, 5, 31), date(2024, 6, 30))
    assert telling(
        compare(book(lines), period).accounts, "closing_minor", "churn_minor", "kind"
    ) == [{"closing_minor": 100, "kind": "unchanged"}]
