"""Dates and moments as Japanese and Western files write them; what could be two days is a fault."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta, tzinfo
from typing import Final, Literal

from banso.engines.basis.faults import Cell, CellFault

Order = Literal["day_first", "month_first"]

_ERAS: Final = {
    "明治": date(1868, 1, 25),
    "大正": date(1912, 7, 30),
    "昭和": date(1926, 12, 25),
    "平成": date(1989, 1, 8),
    "令和": date(2019, 5, 1),
}
_ERA_NAMES: Final = {name: name for name in _ERAS} | dict(
    zip("明大昭平令mtshr", [*_ERAS, *_ERAS], strict=True)
)
_TIME: Final = (
    r"(?:[t ]\s*(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d+)?)?"
    r"\s*(?P<offset>z|[+-]\d{2}:?\d{2})?)?"
)
_YEAR_FIRST: Final = tuple(
    re.compile(pattern + _TIME)
    for pattern in (
        r"(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})",
        r"(?P<year>\d{4})年\s*(?P<month>\d{1,2})月\s*(?P<day>\d{1,2})日",
        r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})",
    )
)
_ERA_FIRST: Final = re.compile(
    r"(?P<era>明治|大正|昭和|平成|令和|[明大昭平令mtshr])\s*(?P<year>元|\d{1,2})\s*[年./-]\s*"
    r"(?P<month>\d{1,2})\s*[月./-]\s*(?P<day>\d{1,2})日?"
)
_YEAR_LAST: Final = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2\d{4}" + _TIME)
_SHORT_YEAR: Final = re.compile(r"\d{1,2}([-/.])\d{1,2}\1\d{1,2}")
_WEEKDAY: Final = re.compile(r"\s*\([月火水木金土日]\)$")
_LONGEST: Final = 60  # no day takes more, and patterns never meet a whole page
_SERIAL: Final = re.compile(r"\d{1,7}(?:\.\d+)?")
_SERIAL_ZERO: Final = date(1899, 12, 30)  # right from 1900-03-01 on; Excel believes in 1900-02-29
_SERIALS: Final = range(61, 2_958_466)  # to 9999-12-31
_ISO_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_ISO_MOMENT: Final = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2})?", re.ASCII)
_CLOCK: Final = re.compile(
    r"(?:t|\s)\s*(?P<before>午前|午後)?\s*(?P<hour>\d{1,2})(?::(?P<minute>\d{2})"
    r"(?::(?P<second>\d{2})(?:\.\d+)?)?|時(?:(?P<minute_ja>\d{1,2})分(?:(?P<second_ja>\d{1,2})秒)?)?)"
    r"\s*(?P<after>am|pm)?\s*(?P<offset>z|utc|[+-]\d{2}:?\d{2})?$"
)
_NOON: Final = 12


def as_date(
    value: Cell,
    *,
    order: Order | None = None,
    excel_serials: bool = False,
    zone: tzinfo | None = None,
) -> date:
    """The day a cell names.

    `order` says how 03/04/2026 is meant; without it such a cell is a fault unless one number can
    only be the day. `excel_serials` lets bare numbers be Excel's day count since 1900. A moment
    with an offset is the day in `zone`, or the day as written if no zone is given. Era years run
    on past the end of their era, as in contracts signed before it ended.
    """
    if isinstance(value, str) and _ISO_DAY.fullmatch(value):  # most cells by far
        try:
            return date.fromisoformat(value)
        except ValueError as impossible:
            raise CellFault("not_a_date") from impossible
    if isinstance(value, datetime):
        return _day_in(value, zone)
    if isinstance(value, date):
        return value
    if value is None or isinstance(value, bool):
        raise CellFault("missing" if value is None else "not_a_date")
    if isinstance(value, float) and not value.is_integer() and not excel_serials:
        raise CellFault("not_a_date")
    text = _tidy(f"{value:.15g}" if isinstance(value, float) else f"{value}")
    return _written(text, order, zone) or _serial(text, excel_serials=excel_serials)


def as_moment(
    value: Cell, *, zone: tzinfo, order: Order | None = None, excel_serials: bool = False
) -> datetime:
    """The moment a cell names, with its offset; one without an offset is meant in `zone`, a day
    alone is its midnight there.
    """
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=zone)
    if isinstance(value, str) and _ISO_MOMENT.fullmatch(value):  # most cells by far
        try:
            return datetime.fromisoformat(value).replace(tzinfo=zone)
        except ValueError as impossible:
            raise CellFault("not_a_date") from impossible
    text = _tidy(value) if isinstance(value, str) else ""
    clock = _CLOCK.search(text)
    if clock is None:
        day = as_date(value, order=order, excel_serials=excel_serials, zone=zone)
        return datetime(day.year, day.month, day.day, tzinfo=zone)
    return _at(as_date(text[: clock.start()], order=order), clock, zone)


def _at(day: date, clock: re.Match[str], zone: tzinfo) -> datetime:
    hour = int(clock["hour"])
    half = clock["before"] or clock["after"]
    if half:
        hour = hour % _NOON + (_NOON if half in {"午後", "pm"} else 0)
    minute = int(clock["minute"] or clock["minute_ja"] or 0)
    second = int(clock["second"] or clock["second_ja"] or 0)
    try:
        moment = datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=zone)
        offset = clock["offset"]
        if not offset:
            return moment
        written = "+00:00" if offset in {"z", "utc"} else offset
        return datetime.fromisoformat(f"{moment:%Y-%m-%dT%H:%M:%S}{written}")
    except ValueError as impossible:
        raise CellFault("not_a_date") from impossible


def _tidy(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    if not plain:
        raise CellFault("missing")
    if len(plain) > _LONGEST:
        raise CellFault("not_a_date")
    return _WEEKDAY.sub("", plain)


def _day_in(moment: datetime, zone: tzinfo | None) -> date:
    return (moment.astimezone(zone) if zone and moment.tzinfo else moment).date()


def _written(text: str, order: Order | None, zone: tzinfo | None) -> date | None:
    try:
        for form in _YEAR_FIRST:
            if found := form.fullmatch(text):
                return _moment(
                    found, f"{found['year']}-{found['month']:0>2}-{found['day']:0>2}", zone
                )
        if found := _ERA_FIRST.fullmatch(text):
            return _era_date(found)
        if found := _YEAR_LAST.fullmatch(text):
            return _year_last(found, order, zone)
    except CellFault:
        raise
    except (ValueError, OverflowError) as impossible:
        raise CellFault("not_a_date") from impossible
    if _SHORT_YEAR.fullmatch(text):
        raise CellFault("ambiguous_date")
    return None


def _moment(found: re.Match[str], day: str, zone: tzinfo | None) -> date:
    if found["hour"] is None:
        return date.fromisoformat(day)
    time = f"{found['hour']:0>2}:{found['minute']}:{found['second'] or '00'}"
    return _day_in(datetime.fromisoformat(f"{day}T{time}{(found['offset'] or '').upper()}"), zone)


def _era_date(found: re.Match[str]) -> date:
    begun = _ERAS[_ERA_NAMES[found["era"]]]
    year = 1 if found["year"] == "元" else int(found["year"])
    day = date(begun.year + year - 1, int(found["month"]), int(found["day"]))
    if day < begun:
        raise CellFault("not_a_date")
    return day


def _year_last(found: re.Match[str], order: Order | None, zone: tzinfo | None) -> date:
    first, second = int(found[1]), int(found[3])
    if order is None and first != second and max(first, second) <= 12:
        raise CellFault("ambiguous_date")
    if order is None:
        order = "day_first" if first > 12 else "month_first"
    day, month = (first, second) if order == "day_first" else (second, first)
    year = found[0].split(found[2])[2][:4]
    return _moment(found, f"{year}-{month:02}-{day:02}", zone)


def _serial(text: str, *, excel_serials: bool) -> date:
    if excel_serials and _SERIAL.fullmatch(text):
        days = int(float(text))
        if days in _SERIALS:
            return _SERIAL_ZERO + timedelta(days=days)
    raise CellFault("not_a_date")
