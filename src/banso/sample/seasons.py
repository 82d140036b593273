"""The Japanese year: days on which nobody works, and how much customers ask and use on each day.

Requests follow 締め (days 1 to 5 and 20 to 25), 年末調整, 年度更新 and 入社; use dips in ゴールデン
ウィーク, お盆 and over New Year. None of that says anything about a customer.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import numpy as np

from banso.sample.company import ATTENDANCE, PAYROLL, PROCEDURES, Bools, Days, Floats, Ints

_FIXED = ((1, 1), (2, 11), (2, 23), (4, 29), (5, 3), (5, 4), (5, 5), (8, 11), (11, 3), (11, 23))
_MONDAYS = ((1, 2), (7, 3), (9, 3), (10, 2))  # month, and which Monday of it
_NEW_YEAR = ((12, 29), (12, 30), (12, 31), (1, 2), (1, 3))
# First and last day of the dips, as month * 100 + day.
DIPS = {"ゴールデンウィーク": (429, 506), "お盆": (811, 816), "年末年始": (1228, 104)}
PEAK = 3.0  # requests in the first full week of April, over the median week of that year
_FIRST_YEAR, _LAST_YEAR = 2000, 2069
_ON_CLOSED_DAYS = 0.05
_YEARS_OF_WEEKS = 53


@cache
def _holidays() -> Days:
    days: set[date] = set()
    for year in range(_FIRST_YEAR, _LAST_YEAR + 1):
        named = {date(year, month, day) for month, day in _FIXED}
        named |= {_monday(year, month, which) for month, which in _MONDAYS}
        named |= {date(year, 3, _equinox(year, 20.8431)), date(year, 9, _equinox(year, 23.2488))}
        days |= named | {_substitute(day, named) for day in named if day.weekday() == 6}
        days |= {date(year, month, day) for month, day in _NEW_YEAR}
    return np.array(sorted(days), dtype="datetime64[D]")


def _monday(year: int, month: int, which: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=-first.weekday() % 7 + 7 * (which - 1))


def _equinox(year: int, base: float) -> int:
    return int(base + 0.242194 * (year - 1980) - (year - 1980) // 4)


def _substitute(day: date, named: set[date]) -> date:
    while day in named:
        day += timedelta(days=1)
    return day


def is_open(days: Days) -> Bools:
    """Whether offices work on each day."""
    return np.asarray(np.is_busday(days, holidays=_holidays()))


def working_day(days: Days, *, later: int | Ints = 0) -> Days:
    """The day itself or the next working one, and so many working days after it."""
    return np.asarray(np.busday_offset(days, later, roll="forward", holidays=_holidays()))


def working_day_before(days: Days) -> Days:
    return np.asarray(np.busday_offset(days, 0, roll="backward", holidays=_holidays()))


def month_and_day(days: Days) -> Ints:
    months = days.astype("datetime64[M]")
    month = months.astype(np.int64) % 12 + 1
    day = (days - months.astype("datetime64[D]")).astype(np.int64) + 1
    return np.asarray(month * 100 + day)


def in_dip(days: Days) -> Bools:
    on = month_and_day(days)
    dips = [
        (on >= first) & (on <= last) if first <= last else (on >= first) | (on <= last)
        for first, last in DIPS.values()
    ]
    return np.asarray(np.logical_or.reduce(dips))


def peak_week(year: int) -> Days:
    """Monday to Sunday of the first full week of April."""
    monday = np.datetime64(_first_monday(date(year, 4, 1)), "D")
    return np.asarray(monday + np.arange(7))


def _first_monday(day: date) -> date:
    return day + timedelta(days=-day.weekday() % 7)


def request_weights(days: Days) -> Floats:
    """How many requests a day brings, over a usual working day; `days` is a run of days."""
    on = month_and_day(days)
    day = on % 100
    weight = np.where(is_open(days), 1.0, _ON_CLOSED_DAYS)
    weight *= np.where((day <= 5) | ((day >= 20) & (day <= 25)), 1.35, 1.0)
    weight *= np.where((on >= 1015) | (on <= 131), 1.5, 1.0)
    weight *= np.where((on >= 601) & (on <= 710), 1.3, 1.0)
    weight *= np.where((on >= 401) & (on <= 430), 1.15, 1.0)
    weight *= np.where(in_dip(days), 0.5, 1.0)
    years = days.astype("datetime64[Y]").astype(np.int64) + 1970
    for year in np.unique(years).tolist():
        those = np.isin(days, peak_week(year))
        if those.any():
            weight[those] *= PEAK * _usual_week(year) / weight[those].sum()
    return np.asarray(weight)


@cache
def _usual_week(year: int) -> float:
    """The median week of a year in which nothing peaks."""
    monday = np.datetime64(_first_monday(date(year, 1, 1)), "D")
    days = monday + np.arange(7 * (_YEARS_OF_WEEKS - 1))
    april = peak_week(year)
    weights = np.where(np.isin(days, april), 0.0, _unpeaked(days)).reshape(-1, 7).sum(axis=1)
    return float(np.median(weights))


def _unpeaked(days: Days) -> Floats:
    """Weights of a year without its April, which `request_weights` would ask for again."""
    outside = days[~np.isin(month_and_day(days) // 100, (4,))]
    weights = np.ones(len(days))
    weights[np.isin(days, outside)] = request_weights(outside)
    return weights


def usage_weights(days: Days, product: int, *, open_at_weekends: Bools) -> Floats:
    """Use of a product by day (columns) at customers that work at weekends or don't (rows)."""
    on = month_and_day(days)
    day = on % 100
    weekend = np.where(open_at_weekends, 0.45, 0.08)[:, None]
    weight = np.where(is_open(days)[None, :], 1.0, weekend)
    weight = weight * np.where(in_dip(days), 0.3, 1.0)
    seasonal = np.ones(len(days))
    if product == ATTENDANCE:
        seasonal = np.where((day <= 5) | ((day >= 20) & (day <= 25)), 1.25, 0.92)
    if product == PAYROLL:
        seasonal = np.where((day >= 12) & (day <= 25), 1.3, 0.78)
        seasonal *= np.where((on >= 1101) & (on <= 1225), 1.1, 1.0)
    if product == PROCEDURES:
        seasonal = np.where((on >= 320) & (on <= 430), 1.4, 1.0)
        seasonal *= np.where((on >= 1015) | (on <= 110), 1.35, 1.0)
        seasonal *= np.where((on >= 601) & (on <= 710), 1.25, 1.0)
    return np.asarray(weight * seasonal[None, :])
