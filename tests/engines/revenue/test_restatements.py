"""What was known when, and what later knowledge changed about the past."""

from __future__ import annotations

from datetime import date

from banso.engines.revenue.ledger import ledger
from banso.engines.revenue.restatements import as_known, restatements
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
