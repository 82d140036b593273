"""How the cells of the shipped kinds are read."""

from __future__ import annotations

from datetime import UTC
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from django.conf import settings

from banso.engines.basis.cells import (
    CellFault,
    as_choice,
    as_date,
    as_decimal,
    as_domain,
    as_integer,
    as_moment,
    as_text,
)
from banso.engines.basis.japanese import corporate_number
from banso.engines.basis.money import minor_digits

if TYPE_CHECKING:
    from datetime import date, datetime

    from banso.engines.basis.cells import Cell

INTERVALS: Final = {
    "monthly": 1, "month": 1, "月額": 1, "月次": 1, "月": 1, "毎月": 1,
    "quarterly": 3, "quarter": 3, "四半期": 3, "3か月": 3,
    "semiannual": 6, "半年": 6, "半期": 6,
    "annual": 12, "yearly": 12, "year": 12, "年額": 12, "年次": 12, "年": 12, "年払い": 12,
}  # fmt: skip


LARGEST_RATE: Final = 1_000_000_000  # the column holds ten digits before the point
YEARS: Final = range(1900, 9999)
LONGEST_PATH: Final = 300
LONGEST_NAME: Final = 120
LONGEST_DOMAIN: Final = 200


def text(longest: int) -> Any:
    return partial(as_text, longest=longest)


def day(cell: Cell) -> date:
    """A day; a moment with an offset is the day in the company's zone."""
    return as_date(cell, zone=ZoneInfo(settings.TIME_ZONE))


def moment(cell: Cell) -> datetime:
    """A moment, in UTC as it is kept; one without an offset is meant in the company's zone."""
    found = as_moment(cell, zone=ZoneInfo(settings.TIME_ZONE))
    if found.year not in YEARS:  # so that any zone can tell it
        raise CellFault("not_a_date")
    return found.astimezone(UTC)


def few(cell: Cell) -> int:
    """Minutes of one activity: at most a day."""
    return as_integer(cell, least=0, most=1_440)


def minutes_up_to(most: int) -> Any:
    """Minutes, also with a part of one, which is dropped."""

    def read(cell: Cell) -> int:
        found = as_decimal(cell)
        if not 0 <= found <= most:
            raise CellFault("too_large" if found > most else "too_small", most=most, least=0)
        return int(found)

    return read


def score(least: int, most: int) -> Any:
    return partial(as_integer, least=least, most=most)


def whole(cell: Cell) -> int:
    return as_integer(cell, least=0, most=2_000_000_000)


def number_of_company(cell: Cell) -> str:
    return corporate_number(as_text(cell))


def domain(cell: Cell) -> str:
    found = as_domain(cell)
    if len(found) > LONGEST_DOMAIN:
        raise CellFault("too_long", longest=LONGEST_DOMAIN)
    return found


def team_path(cell: Cell) -> str:
    """A team's path as it is kept, "A / B"; each part is the name of a team."""
    parts = [part.strip() for part in as_text(cell).replace("／", "/").split("/")]
    if any(len(part) > LONGEST_NAME for part in parts):
        raise CellFault("too_long", longest=LONGEST_NAME)
    path = " / ".join(part for part in parts if part)
    if len(path) > LONGEST_PATH:
        raise CellFault("too_long", longest=LONGEST_PATH)
    return path


def currency(cell: Cell) -> str:
    """An ISO code in use, in any case; 円 and ドル are understood."""
    code = as_text(cell).upper()
    code = {"円": "JPY", "日本円": "JPY", "ドル": "USD", "米ドル": "USD"}.get(code, code)
    minor_digits(code)
    return code


def interval(cell: Cell) -> int:
    """Months between two payments: 月額, annual, or a number of months."""
    known = INTERVALS.get(as_text(cell).lower())
    if known is not None:
        return known
    return as_integer(cell, least=1, most=120)


def weekly_minutes(cell: Cell) -> int:
    hours = as_decimal(cell)
    if not 0 <= hours <= 100:
        raise CellFault("too_large" if hours > 100 else "too_small", most=100, least=0)
    return int(hours * 60)


def rate(cell: Cell) -> Decimal:
    found = as_decimal(cell).quantize(Decimal("1e-10"))
    if found <= 0:
        raise CellFault("too_small", least=0)
    if found > LARGEST_RATE:
        raise CellFault("too_large", most=LARGEST_RATE)
    return found


def choice(labels: dict[str, str]) -> Any:
    return partial(as_choice, choices=labels)


def choice_or_none(labels: dict[str, str], cell: Cell) -> str | None:
    """The code in the cell, None where it is none of them."""
    try:
        return as_choice(cell, choices=labels)
    except CellFault:
        return None


def number_of_choice(labels: dict[str, str]) -> Any:
    """Codes that are numbers: a cell may hold the number or a word for it."""

    def read(cell: Cell) -> int:
        return int(as_choice(cell, choices=labels))

    return read
