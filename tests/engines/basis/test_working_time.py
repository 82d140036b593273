"""When working time has passed: nights, lunches, weekends and closed days don't count."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from banso.engines.basis.working_time import OfficeHours, after_working_time, working_minutes

TOKYO = ZoneInfo("Asia/Tokyo")
HOURS = OfficeHours(((540, 720), (780, 1080)))  # 9 to 12 and 13 to 18


def is_open(day: date) -> bool:
    return day.weekday() < 5 and day != date(2026, 4, 29)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=TOKYO)


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        ("04-15T09:00", 60, "04-15T10:00"),
        ("04-15T11:30", 60, "04-15T13:30"),  # lunch
        ("04-15T11:30", 30, "04-15T12:00"),  # to the last minute of a stretch
        ("04-15T17:00", 61, "04-16T09:01"),  # the night
        ("04-17T17:00", 120, "04-20T10:00"),  # a weekend
        ("04-28T18:00", 1, "04-30T09:01"),  # after hours, before a holiday
        ("04-18T10:00", 0, "04-20T09:00"),  # nothing to pass: the first working moment
        ("04-15T12:00", 0, "04-15T13:00"),
        ("04-15T06:00", 480, "04-15T18:00"),  # a whole day
    ],
)
def test_working_time_passes_only_while_people_are_there(
    start: str, minutes: int, end: str
) -> None:
    found = after_working_time(moment(start), minutes, hours=HOURS, is_open=is_open)
    assert found == moment(end)


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ("04-15T09:00", "04-15T18:00", 480),
        ("04-15T12:00", "04-15T13:00", 0),
        ("04-17T17:00", "04-20T10:00", 120),
        ("04-20T10:00", "04-17T17:00", -120),  # the second lies before
        ("04-28T17:30", "04-30T09:30", 60),
        ("04-15T09:00", "04-15T09:00", 0),
    ],
)
def test_the_minutes_between_two_moments_are_those_worked(
    start: str, end: str, minutes: int
) -> None:
    found = working_minutes(moment(start), moment(end), hours=HOURS, is_open=is_open)
    assert found == minutes


def test_seconds_that_make_no_minute_are_not_counted() -> None:
    start = moment("04-15T09:00")
    end = start + timedelta(seconds=119)
    assert working_minutes(start, end, hours=HOURS, is_open=is_open) == 1


def test_a_working_day_is_as_long_as_its_stretches() -> None:
    assert HOURS.minutes == 480


@pytest.mark.parametrize(
    "stretches",
    [(), ((540, 540),), ((600, 540),), ((540, 720), (700, 800)), ((-1, 60),), ((540, 1441),)],
)
def test_stretches_that_make_no_day_are_refused(stretches: tuple[tuple[int, int], ...]) -> None:
    with pytest.raises(ValueError, match="stretches of one day"):
        OfficeHours(stretches)


def test_a_negative_time_is_refused() -> None:
    with pytest.raises(ValueError, match="zero or more"):
        after_working_time(moment("04-15T09:00"), -1, hours=HOURS, is_open=is_open)


def test_where_nobody_works_for_a_year_no_moment_is_found() -> None:
    with pytest.raises(ValueError, match="within a year"):
        after_working_time(moment("04-15T09:00"), 1, hours=HOURS, is_open=lambda _day: False)
