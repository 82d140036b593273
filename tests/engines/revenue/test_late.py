"""What a renewal that comes late, or doesn't come, changes about figures already told."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import ibis
import pyarrow as pa
from ibis.expr.types import Table

from banso.engines.revenue.book import prepare_for_any_day
from banso.engines.revenue.late import late_renewals
from tests.engines.revenue.books import Line, line, lines, moves, rates, telling, wide

JAN, ENDED = date(2024, 1, 1), date(2024, 3, 1)
DAY = timedelta(days=1)
WITHIN, OVER, LATER = ENDED + 10 * DAY, ENDED + 30 * DAY, ENDED + 45 * DAY
RENEWED = ENDED + 20 * DAY
ALONE = Line(1, JAN, ENDED, 100)
COLUMNS = (
    *("line_id", "account_id", "currency", "on_date", "until"),
    *("was_minor", "now_minor", "was_kind", "now_kind", "why"),
)


def of(table: Table, *, on: date, into: Table | None = None) -> tuple[Table, Table]:
    known = prepare_for_any_day(table, rates(), reporting="JPY", moves=into)
    return known.lines, ibis.memtable(pa.table({"as_of": pa.array([on], pa.date32())}))


def told(was: tuple[Table, Table], now: tuple[Table, Table]) -> list[dict[str, Any]]:
    return telling(late_renewals(*was, *now, grace_days=30), *COLUMNS)


def test_what_waits_in_vain_is_dated_back_once_its_grace_is_over() -> None:
    alone = lines(ALONE, Line(2, JAN, None, 7))
    assert told(of(alone, on=WITHIN), of(alone, on=OVER - DAY)) == []
    assert told(of(alone, on=OVER - DAY), of(alone, on=OVER)) == [
        {
            "line_id": 1,
            "account_id": 1,
            "currency": "JPY",
            "on_date": ENDED,
            "until": OVER,
            "was_minor": 100,
            "now_kind": "churn",
            "why": "grace_over",
        }
    ]
    assert told(of(alone, on=OVER), of(alone, on=LATER)) == []


def test_a_renewal_known_after_its_grace_takes_the_churn_back() -> None:
    renewed = lines(ALONE, Line(1, RENEWED, None, 100))
    came_late = {
        "line_id": 1,
        "account_id": 1,
        "currency": "JPY",
        "on_date": ENDED,
        "until": RENEWED,
        "now_minor": 100,
        "was_kind": "churn",
        "why": "late_renewal",
    }
    assert told(of(lines(ALONE), on=LATER), of(renewed, on=LATER)) == [came_late]
    beside = line(1, JAN, None, 5, product="other")
    known = wide(ALONE._asdict(), beside)
    grown = wide(ALONE._asdict(), beside, line(1, RENEWED, None, 120))
    less = {**came_late, "was_kind": "contraction"}
    assert told(of(known, on=LATER), of(grown, on=LATER)) == [less]
    gone = {**came_late, "was_minor": 100, "now_kind": "churn", "why": "renewal_gone"}
    del gone["now_minor"], gone["was_kind"]
    assert told(of(renewed, on=LATER), of(lines(ALONE), on=LATER)) == [gone]


def test_a_line_whose_own_end_moves_on_was_renewed_late_too() -> None:
    [again] = told(of(lines(ALONE), on=LATER), of(lines(Line(1, JAN, None, 110)), on=LATER))
    assert (again["why"], again["now_minor"], "until" in again) == ("late_renewal", 110, False)


def test_what_comes_within_its_grace_or_was_cancelled_in_time_restates_nothing() -> None:
    renewed = lines(ALONE, Line(1, RENEWED, None, 100))
    assert told(of(lines(ALONE), on=WITHIN), of(renewed, on=WITHIN)) == []
    cancelled = wide(line(1, JAN, ENDED, 100, cancelled_on=JAN))
    assert told(of(cancelled, on=WITHIN), of(cancelled, on=LATER)) == []
    assert told(of(lines(ALONE), on=LATER), of(lines(ALONE), on=WITHIN)) == []
    too_late = lines(ALONE, Line(1, OVER + DAY, None, 100))
    assert told(of(lines(ALONE), on=LATER), of(too_late, on=LATER)) == []


def test_a_notice_within_grace_ends_the_waiting() -> None:
    cancelled = wide(line(1, JAN, ENDED, 100, cancelled_on=WITHIN))
    [ended] = told(of(lines(ALONE), on=WITHIN), of(cancelled, on=WITHIN))
    assert (ended["why"], ended["was_minor"], ended["until"]) == ("notice", 100, WITHIN + DAY)


def test_a_line_that_was_merged_is_told_at_the_account_it_ended_with() -> None:
    into = moves((1, None, 2, JAN + DAY))
    gone = of(lines(ALONE), on=LATER, into=into)
    renewed = of(lines(ALONE, Line(2, RENEWED, None, 100)), on=LATER, into=into)
    [late] = told(gone, renewed)
    assert (late["account_id"], late["line_id"], late["was_kind"]) == (2, 1, "churn")
