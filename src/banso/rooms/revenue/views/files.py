"""Figures of revenue as files for spreadsheets: what they are called and what stands above them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext as _

from banso.kit.exports import About, Heading, csv_download, xlsx_download
from banso.kit.templatetags.banso import day
from banso.rooms.revenue.queries.definitions import label_of
from banso.rooms.revenue.queries.presets import not_a_year

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from django.http import HttpResponseBase

    from banso.rooms.revenue.views.asked import Asked


def sheet(
    name: str,
    heads: Sequence[Heading],
    rows: Iterable[Sequence[Any]],
    *,
    about: About,
    foot: Sequence[Any] | None = None,
) -> HttpResponseBase:
    """The rows as CSV or XLSX, by the ending of the name. A CSV is for programs: it begins with its
    header, and what it is about stands in its name.
    """
    if name.endswith(".csv"):
        every = _with_foot(rows, foot)
        return csv_download(name, [head.label for head in heads], every)
    return xlsx_download(
        name, heads, rows, currency=settings.BANSO.currency, about=about, foot=foot
    )


def _with_foot(
    rows: Iterable[Sequence[Any]], foot: Sequence[Any] | None
) -> Iterator[Sequence[Any]]:
    yield from rows
    if foot is not None:
        yield foot


def named(asked: Asked, what: str) -> str:
    """What a file of these days by this definition is called, without its ending."""
    days = f"{asked.period.opening_on}_{asked.period.closing_on}"
    return f"{what}_{days}_{asked.reader.definition.name}"


def about_asked(asked: Asked, title: str, *, of: str = "", by_day: bool = True) -> About:
    """What stands above a table: of whom and which days it is, and by which definition."""
    period, definition = asked.period, asked.reader.definition
    days = _("From the close of %(opening)s to the close of %(closing)s.") % {
        "opening": day(period.opening_on),
        "closing": day(period.closing_on),
    }
    length = not_a_year(period)
    told = [
        *([(_("Of"), of)] if of else []),
        *([(_("Period"), days)] if by_day else []),
        *([(_("Rates"), length)] if length and by_day else []),
        (_("Counted by"), label_of(definition)),
        (_("Currency"), settings.BANSO.currency),
        (_("Told on"), day(asked.reader.on)),
    ]
    return About(title, told)
