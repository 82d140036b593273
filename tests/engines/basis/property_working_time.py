"""Laws of working time."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from banso.engines.basis.working_time import OfficeHours, after_working_time, working_minutes

TOKYO = ZoneInfo("Asia/Tokyo")
START = datetime(2026, 4, 1, tzinfo=TOKYO)
moments = st.integers(0, 60 * 24 * 60).map(lambda minute: START + timedelta(minutes=minute))
stretches = (
    st.lists(st.integers(0, 1440), min_size=2, max_size=6, unique=True)
    .map(sorted)
    .map(lambda marks: tuple(zip(marks[::2], marks[1::2], strict=False)))
)


def weekdays(day: date) -> bool:
    return day.weekday() < 5


@given(start=moments, minutes=st.integers(0, 6_000), marks=stretches)
def test_as_many_minutes_lie_between_as_have_passed(
    start: datetime, minutes: int, marks: tuple[tuple[int, int], ...]
) -> None:
    hours = OfficeHours(marks)
    end = after_working_time(start, minutes, hours=hours, is_open=weekdays)
    assert working_minutes(start, end, hours=hours, is_open=weekdays) == minutes


@given(one=moments, two=moments, three=moments)
def test_the_minutes_of_two_parts_are_those_of_the_whole(
    one: datetime, two: datetime, three: datetime
) -> None:
    hours = OfficeHours(((540, 720), (780, 1080)))

    def between(start: datetime, end: datetime) -> int:
        return working_minutes(start, end, hours=hours, is_open=weekdays)

    assert between(one, two) + between(two, three) == between(one, three)
