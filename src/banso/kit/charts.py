"""Charts as the browser's script draws them: a small declaration with labels in the reader's
language.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from babel.numbers import get_currency_name
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from banso.engines.basis.money import minor_digits
from banso.kit.templatetags.banso import short_day

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date


@dataclass(frozen=True, slots=True)
class Scale:
    """In which unit of money an axis counts: `minor_per_unit` minor units are one."""

    minor_per_unit: int
    unit: str

    def units(self, minor: int | None) -> float | None:
        return None if minor is None else minor / self.minor_per_unit

    def as_format(self) -> dict[str, Any]:
        return {
            "locale": get_language() or "en",
            "divisor": 1,
            "suffix": "",
            "digits": 0 if self.minor_per_unit == 1 else 1,
        }


def _name_of(currency: str) -> str:
    """What the reader calls the currency: 円, Japanese yen."""
    return get_currency_name(currency, count=2, locale=(get_language() or "en").split("-")[0])


def axis_scale(highest_minor: int, currency: str) -> Scale:
    """The unit in which the highest figure reads in a few digits: 百万円 for a company, 円 for a
    shop.
    """
    major, name = 10 ** minor_digits(currency), _name_of(currency)
    if abs(highest_minor) >= 10_000_000 * major:
        return Scale(1_000_000 * major, _("in millions of %(currency)s") % {"currency": name})
    if abs(highest_minor) >= 100_000 * major:
        return Scale(1_000 * major, _("in thousands of %(currency)s") % {"currency": name})
    return Scale(major, _("in %(currency)s") % {"currency": name})


def share_chart(
    days: Sequence[date], shares: Mapping[str, Sequence[float | None]]
) -> dict[str, Any]:
    """Lines of shares over days, in percent; a gap where there is none."""
    return {
        "kind": "line",
        "x": [short_day(on) for on in days],
        "series": [
            {"name": name, "values": [None if share is None else share * 100 for share in told]}
            for name, told in shares.items()
        ],
        "format": {"locale": get_language() or "en", "divisor": 1, "suffix": "%", "digits": 1},
    }


def line_chart(
    points: Sequence[tuple[date, int | None]], name: str, scale: Scale
) -> dict[str, Any]:
    """A line of money over days; a gap where there is no figure."""
    return {
        "kind": "line",
        "x": [short_day(on) for on, _minor in points],
        "series": [{"name": name, "values": [scale.units(minor) for _on, minor in points]}],
        "format": scale.as_format(),
    }
