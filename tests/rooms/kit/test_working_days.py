"""Which days are worked: by weekends, by public holidays, by the company's own closed days."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from pytest_django import Settings

from banso.kit.config import BadSetting, Config
from banso.kit.working_days import closed_days, is_open_on


def closed(first: str, days: int) -> list[str]:
    """The days of a stretch on which nobody works, less weekends."""
    begin, is_open = date.fromisoformat(first), is_open_on()
    stretch = [begin + timedelta(days=n) for n in range(days)]
    return [day.isoformat() for day in stretch if day.weekday() < 5 and not is_open(day)]


@pytest.mark.parametrize(
    ("first", "days", "expected"),
    [
        ("2026-04-27", 12, ["2026-04-29", "2026-05-04", "2026-05-05", "2026-05-06"]),
        ("2026-09-18", 7, ["2026-09-21", "2026-09-22", "2026-09-23"]),  # 国民の休日 between two
        ("2026-12-26", 12, ["2026-12-29", "2026-12-30", "2026-12-31", "2027-01-01"]),
        ("2027-03-19", 5, ["2027-03-22"]),  # 春分の日 on a Sunday
        ("2026-08-10", 7, ["2026-08-11"]),
    ],
)
def test_the_japanese_year_has_its_holidays_and_offices_close_over_new_year(
    first: str, days: int, expected: list[str]
) -> None:
    assert closed(first, days) == expected


def test_weekends_are_never_worked() -> None:
    is_open = is_open_on()
    assert [is_open(date(2026, 11, day)) for day in (20, 21, 22, 24)] == [True, False, False, True]


def test_country_and_closed_days_are_settings(settings: Settings) -> None:
    settings.BANSO = replace(settings.BANSO, holidays="", closed_days="")
    assert closed("2026-01-01", 366) == []
    settings.BANSO = replace(settings.BANSO, closed_days="08-13..08-14, 02-29")
    assert closed("2026-01-01", 366) == ["2026-08-13", "2026-08-14"]
    assert closed("2028-02-28", 3) == ["2028-02-29"]
    settings.BANSO = replace(settings.BANSO, holidays="US", closed_days="")
    assert closed("2026-07-01", 5) == ["2026-07-03"]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("", []),
        ("08-13", [(8, 13)]),
        ("12-30..01-02", [(1, 1), (1, 2), (12, 30), (12, 31)]),
        ("02-28..03-01, 05-01", [(2, 28), (2, 29), (3, 1), (5, 1)]),
    ],
)
def test_closed_days_are_read(text: str, days: list[tuple[int, int]]) -> None:
    assert sorted(closed_days(text)) == days


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("HOLIDAYS", "Japan", "empty or a country's two capital letters, such as JP"),
        ("CLOSED_DAYS", "13-01", "empty or days of the year like 12-29..01-03,08-13"),
        ("CLOSED_DAYS", "new year", "empty or days of the year like 12-29..01-03,08-13"),
        ("RENEWAL_MONTHS", "0", "a number from 1"),
        ("PRICE_NOTICE", "soon", "a time before a day, such as 30d, 10bd, 1m or 2me"),
        ("PRICE_NOTICE", "0d", "a time before a day, such as 30d, 10bd, 1m or 2me"),
    ],
)
def test_a_setting_that_can_not_be_is_named(name: str, text: str, words: str) -> None:
    with pytest.raises(BadSetting) as refused:
        Config.from_environ({f"BANSO_{name}": text})
    assert str(refused.value) == f"BANSO_{name} must be {words}."


def test_settings_of_the_calendar_are_taken() -> None:
    given = {"BANSO_HOLIDAYS": "DE", "BANSO_CLOSED_DAYS": "12-24", "BANSO_PRICE_NOTICE": "2か月前"}
    config = Config.from_environ(given)
    assert (config.holidays, config.closed_days, config.price_notice) == ("DE", "12-24", "2か月前")
