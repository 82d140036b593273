"""What a scheduled line adds to what it follows, named or not, and until when."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from banso.engines.revenue.comparison import compare
from banso.engines.revenue.definitions import DEFAULT
from banso.engines.revenue.ledger import ledger
from banso.engines.revenue.periods import Period
from tests.engines.revenue.books import answer, book, line, telling, wide

JAN, FEB, MAR, APR, MAY = (date(2024, month, 1) for month in range(1, 6))


def test_a_step_that_names_nothing_is_measured_by_what_ends_that_day() -> None:
    ramp = wide(
        line(1, JAN, APR, 100, product="a"), line(1, APR, None, 120, product="a", scheduled=True)
    )
    [told] = telling(compare(book(ramp), Period(FEB, APR)).accounts, "scheduled_minor")
    assert told == {"scheduled_minor": 20}
    signed = replace(DEFAULT, name="contracted", ramp="contracted")
    assert sum(row[3] for row in answer(ledger(book(ramp, definition=signed).lines))) == 120


def test_a_step_beside_a_renewal_is_an_addition_and_one_that_went_counts_no_more() -> None:
    beside = wide(
        line(1, JAN, MAR, 100),
        line(1, MAR, None, 100),
        line(1, MAR, None, 20, scheduled=True),
    )
    assert telling(compare(book(beside), Period(FEB, MAR)).accounts, "scheduled_minor") == [
        {"scheduled_minor": 20}
    ]
    gone = wide(line(1, JAN, None, 100), line(1, MAR, APR, 20, scheduled=True))
    assert telling(compare(book(gone), Period(FEB, MAY)).accounts, "scheduled_minor") == [{}]
