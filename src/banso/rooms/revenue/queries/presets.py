"""The stretches of time that are asked for most: for pages of figures, and to close a period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from banso.engines.basis.fiscal import add_months, fiscal_year, month_end
from banso.engines.revenue.periods import (
    Period,
    is_a_year,
    last_months,
    trailing,
    whole_months,
)

if TYPE_CHECKING:
    from datetime import date

DAYS_OF_A_MONTH = 365.25 / 12


@dataclass(frozen=True, slots=True)
class Preset:
    """A stretch of time and what it is called."""

    label: str
    period: Period


def presets(on: date) -> list[Preset]:
    """What pages of figures offer beside days of one's own."""
    _month, quarter, year = usual_periods(on)
    return [
        Preset(_("This fiscal year to date"), fiscal_year_to(on)),
        Preset(_("Last fiscal year"), year),
        Preset(_("Last 12 months"), trailing([on])[0]),
        Preset(_("Last quarter"), quarter),
    ]


def fiscal_year_to(on: date) -> Period:
    """From the close of the day before the fiscal year up to a day in it."""
    year = fiscal_year(on, first_month=settings.BANSO.fiscal_start_month)
    return Period(year.first - timedelta(days=1), on)


def usual_periods(on: date) -> list[Period]:
    """What is closed most often: the last whole month, quarter and year, by the fiscal year."""
    [month] = last_months(on, months=1)
    ended = month.closing_on if month.closing_on < on else month.opening_on
    first_month = settings.BANSO.fiscal_start_month
    quarter = month_end(add_months(ended, -((ended.month - first_month + 1) % 3)))
    year = fiscal_year(ended, first_month=first_month)
    whole = year.last if year.last == ended else month_end(add_months(year.last, -12))
    ends = ((ended, 1), (quarter, 3), (whole, 12))
    return [Period(month_end(add_months(end, -months)), end) for end, months in ends]


def length_of(period: Period) -> str:
    """How long a period is, in words."""
    months = whole_months(period)
    if months:
        return ngettext("%(n)s month", "%(n)s months", months) % {"n": months}
    days = (period.closing_on - period.opening_on).days
    about = round(days / DAYS_OF_A_MONTH)
    if about < 2:
        return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}
    return _("about %(n)s months") % {"n": about}


def not_a_year(period: Period) -> str:
    """That rates of the period are none of a year; "" of twelve months."""
    if is_a_year(period):
        return ""
    return _("over %(length)s, not a year's rate") % {"length": length_of(period)}
