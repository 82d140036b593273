"""Money, numbers, days and names as each language writes them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.utils.translation import override

from banso.kit.templatetags import banso as prints

DAY = date(2026, 4, 1)
MOMENT = datetime(2026, 3, 31, 15, 5, tzinfo=UTC)  # already the 1st in Tokyo


@pytest.mark.parametrize(
    ("how", "given", "japanese", "english"),
    [
        (prints.money, (1_234_567, "JPY"), "¥1,234,567", "¥1,234,567"),
        (prints.money, (-123_456, "USD"), "−$1,234.56", "−$1,234.56"),
        (prints.money, (None, "JPY"), "–", "–"),
        (prints.compact_money, (3_600_000_000, "JPY"), "36億円", "¥3.6B"),
        (prints.compact_money, (-123_456_789, "USD"), "−$123.5万", "−$1.2M"),
        (prints.compact_money, (36_593_000, "JPY"), "3,659.3万円", "¥36.6M"),
        (prints.compact_money, (None, "JPY"), "–", "–"),
        (prints.number, (12_345,), "12,345", "12,345"),
        (prints.number, (None,), "–", "–"),
        (prints.percent, (0.1234,), "12.3%", "12.3%"),
        (prints.percent, (None,), "–", "–"),
        (prints.points, (0.01234,), "+1.23ポイント", "+1.23 pt"),
        (prints.points, (-0.5,), "−50.00ポイント", "−50.00 pt"),
        (prints.points, (-0.00001,), "0.00ポイント", "0.00 pt"),
        (prints.points, (None,), "–", "–"),
        (prints.day, (DAY,), "2026年4月1日", "1 Apr 2026"),
        (prints.day, (None,), "–", "–"),
        (prints.short_day, (DAY,), "2026/04/01", "1 Apr 2026"),
        (prints.short_day, (None,), "–", "–"),
        (prints.moment, (MOMENT,), "2026年4月1日 00:05", "1 Apr 2026, 00:05"),
        (prints.moment, (None,), "–", "–"),
    ],
)
def test_a_figure_is_printed_as_the_reader_writes_it(
    how: Callable[..., str], given: tuple[Any, ...], japanese: str, english: str
) -> None:
    told = []
    for language in ("ja", "en"):
        with override(language):
            told.append(how(*given))
    assert told == [japanese, english]


@pytest.mark.parametrize(
    ("name", "letters"),
    [("佐倉 さくら", "佐"), ("Ken Kenmochi", "KK"), ("mia", "M"), ("", "?")],
)
def test_a_person_is_shortened_to_a_letter_or_two(name: str, letters: str) -> None:
    assert prints.initials(name) == letters


def test_an_icon_is_decoration_unless_it_has_a_label() -> None:
    assert prints.icon("x").count('aria-hidden="true"') == 1
    assert prints.icon("x", 'a"b').count('role="img" aria-label="a&quot;b"') == 1


def test_a_mapping_is_read_by_a_variable_key() -> None:
    assert [prints.item({"a": 1}, key) for key in ("a", "b")] == [1, None]
