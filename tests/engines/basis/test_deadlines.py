"""Deadlines against days worked out by hand on a calendar, and laws that hold for every day.

The holidays are those of the Cabinet Office's list; offices rest from 29 December to 3 January too.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banso.engines.basis.cells import Cell, CellFault
from banso.engines.basis.deadlines import (
    Deadline,
    Notice,
    NoticeUnit,
    Silence,
    customers_deadline,
    if_nobody_speaks,
    later_term_end,
    our_deadline,
    working_day_before,
)
from banso.engines.basis.notices import as_notice, notice_code

HOLIDAYS = {
    2024: "0101 0108 0211 0212 0223 0320 0429 0503 0504 0505 0506 0715 0811 0812 0916 0922 0923",
    2025: "0101 0113 0211 0223 0224 0320 0429 0503 0504 0505 0506 0721 0811 0915 0923 1013 1103 "
          "1123 1124",
    2026: "0101 0112 0211 0223 0320 0429 0503 0504 0505 0506 0720 0811 0921 0922 0923 1012 1103 "
          "1123",
    2027: "0101 0111 0211 0223 0321 0322 0429 0503 0504 0505 0719 0811 0920 0923 1011 1103 1123",
    2028: "0101 0110 0211 0223 0320 0429 0503 0504 0505 0717 0811 0918 0922 1009 1103 1123",
}  # fmt: skip
CLOSED = {
    date(year, int(day[:2]), int(day[2:]))
    for year, days in HOLIDAYS.items()
    for day in (*days.split(), "1229", "1230", "1231", "0102", "0103")
}
# term end, notice (a ! means that it must arrive on a working day), last day, safe day
CASES = """
    2026-03-31  1m    2026-02-28  2026-02-27   # no 31 February; a Saturday
    2027-03-31  1m    2027-02-28  2027-02-26
    2028-03-31  1m    2028-02-29  2028-02-29   # a leap year
    2024-03-31  1m    2024-02-29  2024-02-29
    2025-03-31  1m    2025-02-28  2025-02-28
    2028-03-30  1m    2028-02-29  2028-02-29
    2028-03-29  1m    2028-02-29  2028-02-29
    2027-03-29  1m    2027-02-28  2027-02-26
    2027-03-28  1m    2027-02-28  2027-02-26
    2026-03-31  2m    2026-01-31  2026-01-30
    2026-03-31  3m    2025-12-31  2025-12-26   # 年末年始
    2026-03-31  6m    2025-09-30  2025-09-30
    2026-03-31  12m   2025-03-31  2025-03-31
    2026-03-31  0m    2026-03-31  2026-03-31
    2026-12-31  1m    2026-11-30  2026-11-30
    2026-12-31  2m    2026-10-31  2026-10-30
    2026-12-31  3m    2026-09-30  2026-09-30
    2026-09-30  1m    2026-08-30  2026-08-28   # the same day, not the month's last
    2026-04-30  1m    2026-03-30  2026-03-30
    2026-05-31  1m    2026-04-30  2026-04-30
    2026-06-30  1m    2026-05-30  2026-05-29
    2026-07-31  1m    2026-06-30  2026-06-30
    2026-10-31  1m    2026-09-30  2026-09-30
    2026-08-15  1m    2026-07-15  2026-07-15
    2028-02-29  1m    2028-01-29  2028-01-28
    2028-02-29  12m   2027-02-28  2027-02-26
    2028-02-29  48m   2024-02-29  2024-02-29
    2027-02-28  1m    2027-01-28  2027-01-28
    2026-01-31  1m    2025-12-31  2025-12-26
    2027-01-31  1m    2026-12-31  2026-12-28
    2026-01-15  1m    2025-12-15  2025-12-15
    2026-01-30  2m    2025-11-30  2025-11-28
    2027-04-01  1m    2027-03-01  2027-03-01   # the first day of a fiscal year
    2026-04-01  2m    2026-02-01  2026-01-30
    2026-05-05  1m    2026-04-05  2026-04-03   # terms that end on holidays
    2027-01-01  1m    2026-12-01  2026-12-01
    2026-09-22  1m    2026-08-22  2026-08-21
    2026-11-23  1m    2026-10-23  2026-10-23
    2026-03-31  1me   2026-02-28  2026-02-27   # by the end of the month
    2026-04-30  1me   2026-03-31  2026-03-31
    2026-05-31  1me   2026-04-30  2026-04-30
    2026-06-30  1me   2026-05-31  2026-05-29
    2028-03-15  1me   2028-02-29  2028-02-29
    2026-03-15  1me   2026-02-28  2026-02-27
    2026-03-15  0me   2026-03-15  2026-03-13   # never after the term's end
    2026-03-31  0me   2026-03-31  2026-03-31
    2026-12-31  2me   2026-10-31  2026-10-30
    2027-02-28  2me   2026-12-31  2026-12-28
    2026-10-20  3me   2026-07-31  2026-07-31
    2026-11-30  2me   2026-09-30  2026-09-30
    2026-03-31  60d   2026-01-30  2026-01-30   # days
    2028-03-31  60d   2028-01-31  2028-01-31
    2026-03-31  30d   2026-03-01  2026-02-27
    2026-03-31  90d   2025-12-31  2025-12-26
    2026-12-31  60d   2026-11-01  2026-10-30
    2026-12-31  90d   2026-10-02  2026-10-02
    2026-03-31  0d    2026-03-31  2026-03-31
    2026-03-31  1d    2026-03-30  2026-03-30
    2026-03-31  14d   2026-03-17  2026-03-17
    2028-03-01  1d    2028-02-29  2028-02-29
    2026-06-28  60d   2026-04-29  2026-04-28   # ゴールデンウィーク
    2026-06-30  60d   2026-05-01  2026-05-01
    2026-07-03  60d   2026-05-04  2026-05-01
    2026-07-05  60d   2026-05-06  2026-05-01
    2026-05-06  1d    2026-05-05  2026-05-01
    2026-08-31  20d   2026-08-11  2026-08-10
    2026-10-22  30d   2026-09-22  2026-09-18   # 国民の休日 between two holidays
    2026-10-23  30d   2026-09-23  2026-09-18
    2026-10-24  30d   2026-09-24  2026-09-24
    2027-03-03  60d   2027-01-02  2026-12-28
    2027-03-05  60d   2027-01-04  2027-01-04
    2026-03-31  1bd   2026-03-30  2026-03-30   # working days
    2026-03-31  10bd  2026-03-16  2026-03-16
    2026-03-31  90bd  2025-11-11  2025-11-11
    2026-03-31  0bd   2026-03-31  2026-03-31
    2026-05-07  1bd   2026-05-01  2026-05-01
    2026-05-07  2bd   2026-04-30  2026-04-30
    2026-05-07  3bd   2026-04-28  2026-04-28
    2026-05-31  0bd   2026-05-31  2026-05-29
    2026-05-31  1bd   2026-05-29  2026-05-29
    2026-09-24  1bd   2026-09-18  2026-09-18
    2027-01-04  1bd   2026-12-28  2026-12-28
    2026-03-31  1m!   2026-02-27  2026-02-27   # must arrive on a working day
    2026-10-22  30d!  2026-09-18  2026-09-18
    2027-01-31  1m!   2026-12-28  2026-12-28
    2028-03-31  1m!   2028-02-29  2028-02-29
"""
# the customer's last day, our notice before it, our last day, our safe day
OURS = """
    2026-02-28  30d   2026-01-29  2026-01-29
    2028-02-29  1m    2028-01-29  2028-01-28
    2026-09-30  1me   2026-08-31  2026-08-31
    2026-05-06  1d    2026-05-05  2026-04-30   # 1 May is their safe day: not ours too
    2026-05-06  1bd   2026-05-01  2026-04-30
    2026-12-31  3d    2026-12-28  2026-12-25
    2026-03-30  2bd   2026-03-26  2026-03-26
    2026-09-24  1d    2026-09-23  2026-09-18
"""


def is_open(day: date) -> bool:
    return day.weekday() < 5 and day not in CLOSED


def notice(text: str) -> Notice:
    stated = as_notice(text.removesuffix("!"))
    return Notice(stated.amount, stated.unit, by_working_day=text.endswith("!"))


def rows(table: str) -> list[tuple[str, ...]]:
    return [tuple(line.partition("#")[0].split()) for line in table.strip().splitlines()]


def test_there_are_enough_cases_and_none_twice() -> None:
    asked = [row[:2] for row in rows(CASES)]
    assert len(asked) == len(set(asked)) == 86


@pytest.mark.parametrize(("end", "before", "last", "safe"), rows(CASES))
def test_a_customer_can_refuse_until(end: str, before: str, last: str, safe: str) -> None:
    found = customers_deadline(date.fromisoformat(end), notice(before), is_open=is_open)
    assert found == Deadline(date.fromisoformat(last), date.fromisoformat(safe))


@pytest.mark.parametrize(("theirs", "before", "last", "safe"), rows(OURS))
def test_we_can_announce_until(theirs: str, before: str, last: str, safe: str) -> None:
    day = date.fromisoformat(theirs)
    deadline = Deadline(day, working_day_before(day, is_open))
    found = our_deadline(deadline, notice(before), is_open=is_open)
    assert found == Deadline(date.fromisoformat(last), date.fromisoformat(safe))


def test_an_announcement_on_the_customers_own_last_day_is_none() -> None:
    day = Deadline(date(2026, 2, 27), date(2026, 2, 27))
    with pytest.raises(ValueError, match="before the customer's deadline"):
        our_deadline(day, Notice(0, NoticeUnit.DAYS), is_open=is_open)
    with pytest.raises(ValueError, match="zero or more"):
        Notice(-1, NoticeUnit.DAYS)


def test_a_year_without_a_working_day_is_no_calendar() -> None:
    with pytest.raises(ValueError, match="working day within a year"):
        working_day_before(date(2026, 3, 31), lambda _day: False)
    first = date(2025, 3, 31)
    assert working_day_before(date(2026, 3, 31), lambda day: day <= first) == first


DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))
NOTICES = st.builds(Notice, st.integers(0, 120), st.sampled_from(NoticeUnit), st.booleans())
SPOKEN = st.builds(Notice, st.integers(1, 120), st.sampled_from(NoticeUnit), st.booleans())


@given(end=DAYS, later=st.integers(0, 40), stated=NOTICES)
def test_an_earlier_term_end_never_has_a_later_deadline(
    end: date, later: int, stated: Notice
) -> None:
    early = customers_deadline(end, stated, is_open=is_open)
    late = customers_deadline(end + timedelta(days=later), stated, is_open=is_open)
    assert early.last_on <= late.last_on
    assert early.safe_on <= late.safe_on


@given(end=DAYS, stated=NOTICES)
def test_the_safe_day_is_worked_and_never_after_the_last_one(end: date, stated: Notice) -> None:
    found = customers_deadline(end, stated, is_open=is_open)
    assert found.safe_on <= found.last_on <= end
    assert is_open(found.safe_on)
    assert found.last_on == found.safe_on or not stated.by_working_day
    between = (found.last_on - found.safe_on).days
    assert not any(is_open(found.safe_on + timedelta(days=n + 1)) for n in range(between))


@given(end=DAYS, stated=NOTICES, spoken=SPOKEN)
def test_ours_is_always_before_theirs(end: date, stated: Notice, spoken: Notice) -> None:
    theirs = customers_deadline(end, stated, is_open=is_open)
    ours = our_deadline(theirs, spoken, is_open=is_open)
    assert ours.last_on < theirs.last_on
    assert ours.safe_on <= ours.last_on
    assert ours.safe_on < theirs.safe_on
    assert is_open(ours.safe_on)


@pytest.mark.parametrize(
    ("end", "months", "terms", "expected"),
    [
        ("2026-03-31", 12, 1, "2027-03-31"),
        ("2027-02-28", 12, 1, "2028-02-29"),  # the month's last day stays the last
        ("2028-02-29", 12, -1, "2027-02-28"),
        ("2026-04-30", 1, 1, "2026-05-31"),
        ("2026-03-15", 6, -1, "2025-09-15"),
        ("2026-03-31", 12, -3, "2023-03-31"),
        ("2026-01-30", 1, 1, "2026-02-28"),  # without a 31st, the month's last day
        ("2024-02-28", 12, 1, "2025-02-28"),  # a year from the 29th of February
        ("2024-02-28", 12, 4, "2028-02-28"),
        ("2026-01-30", 1, 2, "2026-03-30"),
    ],
)
def test_terms_follow_each_other_day_by_day(
    end: str, months: int, terms: int, expected: str
) -> None:
    assert later_term_end(date.fromisoformat(end), months, terms=terms).isoformat() == expected


@pytest.mark.parametrize(
    ("auto_renew", "months", "expected"),
    [
        (True, 12, Silence(renews=True, until=date(2027, 3, 31))),
        (True, None, Silence(renews=True)),
        (False, 12, Silence(renews=False)),
        (None, 12, Silence(renews=None)),
    ],
)
def test_silence_renews_ends_or_nobody_knows(
    auto_renew: bool | None, months: int | None, expected: Silence
) -> None:
    silent = if_nobody_speaks(date(2026, 3, 31), auto_renew=auto_renew, term_months=months)
    assert silent == expected


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("60日前", "60d"), ("契約満了日の60日前まで", "60d"), ("30日間", "30d"), ("30 days", "30d"),
        ("1か月前", "1m"), ("１ヶ月前", "1m"), ("3カ月前まで", "3m"), ("2ヵ月以上前", "2m"),
        ("2ケ月前", "2m"), ("6個月前", "6m"), ("三か月前", "3m"), ("半年前", "6m"),
        ("3 months", "3m"), ("1 month notice", "1m"), ("契約期間満了の3ヶ月前まで", "3m"),
        ("満了日の1か月前までに必着", "1m"),
        ("2ヶ月前の月末", "2me"), ("1か月前の末日まで", "1me"), ("6カ月前月末", "6me"),
        ("前月末", "1me"), ("満了日の前月末日まで", "1me"), ("前々月末", "2me"),
        ("90営業日前", "90bd"), ("10 business days", "10bd"), ("5 working days before", "5bd"),
        ("2週間前", "14d"), ("4 weeks", "28d"),
        ("2", "2m"), (2, "2m"), (2.0, "2m"), ("0", "0m"), ("120", "120m"), ("3660日", "3660d"),
        ("60d", "60d"), ("10bd", "10bd"), ("1m", "1m"), ("2me", "2me"),
    ],
)  # fmt: skip
def test_a_notice_is_read_as_people_write_it(cell: Cell, code: str) -> None:
    assert notice_code(as_notice(cell)) == code


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("", "missing"), ("なし", "not_a_notice"), ("-1", "not_a_notice"), ("1.5", "not_a_notice"),
        ("満了日の前日", "not_a_notice"), ("3 months, month end", "not_a_notice"),
        ("121か月前", "too_large"), ("3661日前", "too_large"),
        ("2501営業日", "too_large"), ("121か月前の月末", "too_large"), ("523週間前", "too_large"),
    ],
)  # fmt: skip
def test_what_is_no_notice_is_refused(cell: str, code: str) -> None:
    with pytest.raises(CellFault, match=code):
        as_notice(cell)


@given(stated=st.builds(Notice, st.integers(0, 120), st.sampled_from(NoticeUnit)))
def test_a_notice_written_in_short_is_read_again(stated: Notice) -> None:
    assert as_notice(notice_code(stated)) == stated
