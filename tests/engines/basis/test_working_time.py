"""Working hours and working days, over lunch, weekends and holidays."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banso.engines.basis.rules.plain import Distance
from banso.engines.basis.rules.tree import Unit
from banso.engines.basis.working_time import Stretch, WorkingTime, office_hours

TOKYO = ZoneInfo("Asia/Tokyo")
HOURS = office_hours("09:00-12:00, 13:00-18:00")
GOLDEN_WEEK = {date(2026, 4, 29), date(2026, 5, 4), date(2026, 5, 5), date(2026, 5, 6)}


def is_open(day: date) -> bool:
    return day.weekday() < 5 and day not in GOLDEN_WEEK


WORK = WorkingTime(HOURS, TOKYO, is_open)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TOKYO)


def bh(hours: int) -> Distance:
    return Distance(hours, Unit.WORKING_HOURS)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-04-15T09:00", 8, "2026-04-15T18:00"),  # a whole day, with its lunch
        ("2026-04-15T11:30", 1, "2026-04-15T13:30"),  # over lunch
        ("2026-04-15T12:20", 1, "2026-04-15T14:00"),  # within lunch nothing passes
        ("2026-04-17T17:00", 8, "2026-04-20T17:00"),  # over the weekend
        ("2026-04-18T10:00", 2, "2026-04-20T11:00"),  # on a Saturday
        ("2026-04-28T17:00", 2, "2026-04-30T10:00"),  # over a holiday
        ("2026-05-01T18:00", 1, "2026-05-07T10:00"),  # over Golden Week
        ("2026-04-15T22:00", 1, "2026-04-16T10:00"),  # in the evening
        ("2026-04-15T10:00", 0, "2026-04-15T10:00"),
    ],
)
def test_working_hours_pass_only_while_the_office_is_open(start: str, hours: int, end: str) -> None:
    assert WORK.after(at(start), bh(hours)) == at(end)


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        ("2026-04-13T10:00", 2, "2026-04-15T18:00"),
        ("2026-04-13T23:00", 1, "2026-04-14T18:00"),
        ("2026-04-18T10:00", 1, "2026-04-20T18:00"),
        ("2026-05-01T10:00", 1, "2026-05-07T18:00"),
        ("2026-04-13T10:00", 0, "2026-04-13T10:00"),
    ],
)
def test_working_days_end_when_the_office_closes(start: str, count: int, end: str) -> None:
    assert WORK.after(at(start), Distance(count, Unit.WORKING_DAYS)) == at(end)


@pytest.mark.parametrize(
    ("far", "end"),
    [
        (Distance(3, Unit.DAYS), "2026-02-03T10:00"),
        (Distance(2, Unit.WEEKS), "2026-02-14T10:00"),
        (Distance(1, Unit.MONTHS), "2026-02-28T10:00"),
        (Distance(1, Unit.YEARS), "2027-01-31T10:00"),
    ],
)
def test_other_spans_are_of_the_calendar(far: Distance, end: str) -> None:
    assert WORK.after(at("2026-01-31T10:00"), far) == at(end)


def test_a_moment_is_told_in_its_own_zone_and_means_the_same() -> None:
    utc = at("2026-04-17T17:00").astimezone(ZoneInfo("UTC"))
    assert WORK.after(utc, bh(8)) == at("2026-04-20T17:00")
    assert WORK.between(utc, at("2026-04-20T10:00")) == timedelta(hours=2)


def test_what_lies_between_two_moments() -> None:
    friday, monday = at("2026-04-17T16:00"), at("2026-04-20T10:30")
    assert WORK.between(friday, monday) == timedelta(hours=3, minutes=30)
    assert WORK.between(monday, friday) == -timedelta(hours=3, minutes=30)
    assert WORK.between(at("2026-04-18T01:00"), at("2026-04-19T23:00")) == timedelta()


def test_part_of_the_way_is_measured_in_working_time() -> None:
    assert WORK.part_way(at("2026-04-17T17:00"), at("2026-04-20T17:00"), 0.75) == at(
        "2026-04-20T15:00"
    )
    night = at("2026-04-18T00:00"), at("2026-04-18T04:00")
    assert WORK.part_way(*night, 0.5) == at("2026-04-18T02:00")


def test_whether_the_office_is_open() -> None:
    asked = ["2026-04-15T09:00", "2026-04-15T12:00", "2026-04-15T17:59", "2026-04-15T18:00",
             "2026-04-18T10:00", "2026-04-29T10:00"]  # fmt: skip
    assert [WORK.is_working(at(each)) for each in asked] == [True, False, True, False, False, False]


@given(
    st.integers(0, 525_600).map(lambda minute: at("2026-01-01T00:00") + timedelta(minutes=minute)),
    st.integers(1, 200),
)
def test_so_much_later_lies_so_much_between(start: datetime, minutes: int) -> None:
    worked = timedelta(minutes=minutes * 7)
    assert WORK.between(start, WORK.later(start, worked)) == worked


@pytest.mark.parametrize(
    "text", ["", "9-18", "18:00-09:00", "09:00-12:00,11:00-18:00", "09:00-25:00", "09:00-09:00"]
)
def test_what_are_no_office_hours_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  of time.fromisoformat too
        office_hours(text)


def test_office_hours_are_read() -> None:
    assert office_hours("9:00-17:30") == (Stretch(time(9), time(17, 30)),)


def test_where_nobody_ever_works_is_said() -> None:
    never = WorkingTime(HOURS, TOKYO, lambda _day: False)
    for far in (bh(1), Distance(1, Unit.WORKING_DAYS)):
        with pytest.raises(ValueError, match="within ten years"):
            never.after(at("2026-04-15T09:00"), far)
    with pytest.raises(ValueError, match="ahead"):
        WORK.after(at("2026-04-15T09:00"), bh(-1))
