"""What a literal comes to: a whole number, an amount in minor units, a number, a text or a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Final, TypeAlias

from banso.engines.basis.deadlines import DAY, FURTHEST_CLOSED, IsOpen
from banso.engines.basis.fiscal import add_months
from banso.engines.basis.rules.tree import Duration, Unit, Value
from banso.engines.basis.rules.vocabulary import FactType

Plain: TypeAlias = int | float | str | date | bool

LARGEST: Final = 2**63 - 1
FURTHEST: Final = {  # about a hundred years, so that no day leaves the calendar
    Unit.DAYS: 36_525,
    Unit.WEEKS: 5_217,
    Unit.MONTHS: 1_200,
    Unit.YEARS: 100,
    Unit.WORKING_DAYS: 26_000,
}
_MONTHS: Final = {Unit.MONTHS: 1, Unit.YEARS: 12}
_DAYS: Final = {Unit.DAYS: 1, Unit.WEEKS: 7}
_SATURDAY: Final = 5


class Unfit(ValueError):
    """A literal that its fact can't be compared with: a code and what explains it."""

    def __init__(self, code: str, **facts: str | int) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


@dataclass(frozen=True, slots=True)
class Distance:
    """How far a day lies ahead: so many of a unit, less than none when it lies behind."""

    count: int
    unit: Unit


def plain_value(value: Value, fact_type: FactType, *, minor_digits: int) -> Plain:
    """The value in the terms of a fact's type; Unfit if it has none."""
    match fact_type, value:
        case FactType.INTEGER, Decimal():
            return _whole(value, 0)
        case FactType.MONEY, Decimal():
            return _whole(value, minor_digits)
        case FactType.REAL, Decimal():
            return _real(value)
        case FactType.TEXT, str():
            return _text(value)
        case FactType.DAY, date():
            return value
    raise _wrong_type(fact_type, value)


def distance(value: Value) -> Distance:
    """A number of days, or a duration; Unfit if it is neither, or too far."""
    match value:
        case Decimal():
            found = Distance(int(_whole(value, 0)), Unit.DAYS)
        case Duration():
            found = Distance(value.count, value.unit)
        case _:
            raise _wrong_type("days", value)
    return _within_reach(found)


def duration(value: Value) -> Distance:
    """How long ago; Unfit if it is no duration, or too far."""
    if not isinstance(value, Duration):
        raise _wrong_type("duration", value)
    return _within_reach(Distance(value.count, value.unit))


def day_at(on: date, far: Distance, *, is_open: IsOpen) -> date:
    """The day that lies so far ahead of another.

    A month later is never past that month's end. Of working days, which `is_open` tells, the day
    itself is none.
    """
    if far.unit in _MONTHS:
        return add_months(on, far.count * _MONTHS[far.unit])
    if far.unit in _DAYS:
        return on + timedelta(days=far.count * _DAYS[far.unit])
    step, day = DAY if far.count > 0 else -DAY, on
    for _turn in range(abs(far.count)):
        day = _next_open(day, step, is_open)
    return day


def _next_open(day: date, step: timedelta, is_open: IsOpen) -> date:
    for away in range(1, FURTHEST_CLOSED):
        if is_open(day + away * step):
            return day + away * step
    raise ValueError("Expected a working day within a year.")


def monday_to_friday(day: date) -> bool:
    """The working days of a company without holidays."""
    return day.weekday() < _SATURDAY


def back(far: Distance) -> Distance:
    """As far, the other way."""
    return Distance(-far.count, far.unit)


def _within_reach(far: Distance) -> Distance:
    if far.unit == Unit.WORKING_HOURS:
        raise Unfit("working_hours")  # they count between moments, and facts hold days
    most = FURTHEST[far.unit]
    if abs(far.count) > most:
        raise Unfit("too_far", most=most, unit=far.unit.value)
    return far


def _whole(value: Decimal, digits: int) -> int:
    scaled = Fraction(value) * Fraction(10) ** digits
    if scaled.denominator != 1:
        raise Unfit("too_fine", digits=digits)
    if abs(scaled.numerator) > LARGEST:
        raise Unfit("too_large")
    return scaled.numerator


def _real(value: Decimal) -> float:
    number = float(value)
    if abs(number) == float("inf"):
        raise Unfit("too_large")
    return number + 0.0  # minus nothing is nothing


def _text(value: str) -> str:
    if not value:
        raise Unfit("empty_text")  # an empty text is missing, so nothing equals it
    return value


def _wrong_type(expected: str, value: Value) -> Unfit:
    names = {Decimal: "number", str: "text", date: "day", Duration: "duration"}
    return Unfit("wrong_type", expected=str(expected), given=names[type(value)])
