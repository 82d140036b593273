"""What every template prints with: money, numbers, days and icons in the reader's language."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_compact_decimal, format_currency, format_decimal, format_percent
from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext

from banso.engines.basis.money import minor_digits

register = template.Library()
NO_VALUE = "–"
MINUS = "−"
JAPANESE_DAY = "y年M月d日"
SHORT_DAY = "y/MM/dd"


def _locale() -> Locale:
    return _locale_of(get_language() or "en")


@cache
def _locale_of(language: str) -> Locale:
    return Locale.parse(language.replace("-", "_"), sep="_")


@register.filter
def money(minor: int | None, currency: str) -> str:
    """Minor units as money with its sign: 1234567, "JPY" → ¥1,234,567."""
    if minor is None:
        return NO_VALUE
    amount = Decimal(minor).scaleb(-minor_digits(currency))
    text = format_currency(amount, currency, locale=_locale())
    # Babel writes yen full-width in Japanese, and a hyphen for minus: figures read narrow and true
    return text.replace("￥", "¥").replace("-", MINUS)


@register.filter
def compact_money(minor: int | None, currency: str) -> str:
    """Money for a tile or an axis: 36.3億円, ¥3.6B, $1.2M. The exact figure stands beside it or
    behind it.
    """
    if minor is None:
        return NO_VALUE
    amount = Decimal(minor).scaleb(-minor_digits(currency))
    sign = format_currency(0, currency, locale=_locale(), format="¤", currency_digits=False)
    symbol = sign.replace("0", "").replace("￥", "¥").strip()
    figure = format_compact_decimal(abs(amount), locale=_locale(), fraction_digits=1)
    below = MINUS if amount < 0 else ""
    if currency == "JPY" and _locale().language == "ja":  # as it is said, the unit last
        grouped = re.sub(r"^(\d)(\d{3})(?!\d)", r"\1,\2", figure)  # 万 goes up to four digits
        return f"{below}{grouped}円"
    return f"{below}{symbol}{figure}"


@register.filter
def number(value: int | float | Decimal | None) -> str:
    """A number with the reader's group marks."""
    return NO_VALUE if value is None else format_decimal(value, locale=_locale())


@register.filter
def times(ratio: float | None) -> str:
    """How many times something: 2.3×."""
    if ratio is None:
        return NO_VALUE
    return gettext("%(ratio)s×") % {"ratio": format_decimal(ratio, "0.0", locale=_locale())}


@register.filter
def percent(share: float | None) -> str:
    """A share in 0..1 as a percentage with one decimal."""
    return NO_VALUE if share is None else format_percent(share, "#,##0.0%", locale=_locale())


@register.filter
def points(share: float | None) -> str:
    """By how much something moves a percentage: 0.0123 → +1.23 pt."""
    if share is None:
        return NO_VALUE
    moved = round(100 * share, 2) or 0.0  # never below zero by nothing
    figure = format_decimal(moved, "+0.00;-0.00" if moved else "0.00", locale=_locale())
    return gettext("%(points)s pt") % {"points": figure.replace("-", MINUS)}


@register.filter
def day(value: date | None) -> str:
    """A day in full: 2026年4月1日, 1 Apr 2026."""
    if value is None:
        return NO_VALUE
    locale = _locale()
    return format_date(value, JAPANESE_DAY if locale.language == "ja" else "d MMM y", locale=locale)


@register.filter
def short_day(value: date | None) -> str:
    """A day for a table's cell: 2026/04/01 in Japanese, 1 Apr 2026 in English."""
    if value is None:
        return NO_VALUE
    locale = _locale()
    return format_date(value, SHORT_DAY if locale.language == "ja" else "d MMM y", locale=locale)


@register.filter
def moment(value: datetime | None) -> str:
    """A day and time in the company's zone."""
    if value is None:
        return NO_VALUE
    locale = _locale()
    pattern = "y年M月d日 HH:mm" if locale.language == "ja" else "d MMM y, HH:mm"
    return format_datetime(localtime(value), pattern, locale=locale)


@register.filter
def initials(name: str) -> str:
    """One or two letters that stand for a person: the family name's first sign, or Latin
    initials.
    """
    parts = name.split()
    if not parts:
        return "?"
    if name.isascii():
        return "".join(part[0] for part in parts[:2]).upper()
    return parts[0][0]


@cache
def _sprite() -> str:
    return static("vendor/lucide/icons.svg")


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon from the sprite. Without a label it is decoration and hidden from screen readers."""
    href = _sprite()
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}#{}"></use></svg>',
            label,
            href,
            name,
        )
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', href, name
    )


@register.filter
def item(mapping: dict[Any, Any], key: Any) -> Any:
    """A mapping's value under a key that is itself a variable."""
    return mapping.get(key)
