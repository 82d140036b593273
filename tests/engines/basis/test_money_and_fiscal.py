from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banso.engines.basis.cells import CellFault
from banso.engines.basis.fiscal import FiscalYear, add_months, fiscal_year, month_end
from banso.engines.basis.money import annualised, minor_digits, rounded_half_even, to_minor


@pytest.mark.parametrize(
    ("currency", "digits"), [("JPY", 0), ("KRW", 0), ("USD", 2), ("EUR", 2), ("BHD", 3), ("CLF", 4)]
)
def test_a_currency_has_its_digits(currency: str, digits: int) -> None:
    assert minor_digits(currency) == digits


@pytest.mark.parametrize("currency", ["", "usd", "YEN", "DEM"])
def test_a_currency_not_in_use_is_refused(currency: str) -> None:
    with pytest.raises(CellFault, match="unknown_currency"):
        minor_digits(currency)


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("5000", "JPY", 5000), ("50.00", "USD", 5000), ("-0.01", "USD", -1), ("1.5", "BHD", 1500),
        ("1E+3", "JPY", 1000),
    ],
)  # fmt: skip
def test_an_amount_is_counted_in_minor_units(amount: str, currency: str, minor: int) -> None:
    assert to_minor(Decimal(amount), currency) == minor


@pytest.mark.parametrize(
    ("amount", "currency", "code"),
    [
        ("0.5", "JPY", "too_many_decimals"), ("0.005", "USD", "too_many_decimals"),
        ("NaN", "USD", "not_a_number"),
    ],
)  # fmt: skip
def test_an_amount_finer_than_its_currency_is_refused(
    amount: str, currency: str, code: str
) -> None:
    with pytest.raises(CellFault, match=code):
        to_minor(Decimal(amount), currency)


def test_halves_go_to_the_even_neighbour() -> None:
    assert [rounded_half_even(Decimal(half)) for half in ("0.5", "1.5", "2.5", "-0.5", "-1.5")] == [
        0, 2, 2, 0, -2,
    ]  # fmt: skip
    assert [rounded_half_even(numerator, 4) for numerator in (1, 2, 3, 6)] == [0, 0, 1, 2]


@pytest.mark.parametrize(
    ("amount", "interval_months", "currency", "expected"),
    [
        ("1000", 1, "JPY", 12000),
        ("12000", 12, "JPY", 12000),
        ("99.99", 1, "USD", 119988),
        ("100", 36, "USD", 3333),
        ("0.005", 12, "USD", 0),
        ("0.015", 12, "USD", 2),
    ],
)
def test_a_year_of_an_amount_is_rounded_once(
    amount: str, interval_months: int, currency: str, expected: int
) -> None:
    yearly = annualised(Decimal(amount), interval_months=interval_months, currency=currency)
    assert yearly == expected


def test_an_interval_is_at_least_a_month() -> None:
    with pytest.raises(ValueError, match="one month or more"):
        annualised(Decimal(1), interval_months=0, currency="JPY")


@given(
    st.decimals(min_value=-(10**9), max_value=10**9, places=2),
    st.integers(min_value=1, max_value=120),
)
def test_a_year_is_never_half_a_unit_off(amount: Decimal, months: int) -> None:
    yearly = annualised(amount, interval_months=months, currency="USD")
    assert abs(2 * (yearly * months - int(amount * 100) * 12)) <= months


@pytest.mark.parametrize(
    ("on", "first_month", "expected"),
    [
        (date(2026, 4, 1), 4, FiscalYear(date(2026, 4, 1), date(2027, 3, 31))),
        (date(2026, 3, 31), 4, FiscalYear(date(2025, 4, 1), date(2026, 3, 31))),
        (date(2026, 7, 1), 1, FiscalYear(date(2026, 1, 1), date(2026, 12, 31))),
        (date(2024, 2, 29), 3, FiscalYear(date(2023, 3, 1), date(2024, 2, 29))),
    ],
)
def test_a_day_has_its_fiscal_year(on: date, first_month: int, expected: FiscalYear) -> None:
    assert fiscal_year(on, first_month=first_month) == expected


def test_a_fiscal_year_begins_in_april_unless_told_otherwise() -> None:
    assert fiscal_year(date(2027, 1, 1)).first == date(2026, 4, 1)


@pytest.mark.parametrize("first_month", [0, 13])
def test_a_year_has_twelve_months_to_begin_in(first_month: int) -> None:
    with pytest.raises(ValueError, match="1 to 12"):
        fiscal_year(date(2026, 1, 1), first_month=first_month)


def test_months_are_clamped_to_their_ends() -> None:
    assert month_end(date(2024, 2, 1)) == date(2024, 2, 29)
    assert add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert add_months(date(2026, 3, 31), -1) == date(2026, 2, 28)
    assert add_months(date(2026, 12, 15), 1) == date(2027, 1, 15)
    assert add_months(date(2026, 1, 15), -13) == date(2024, 12, 15)


@given(st.dates(date(1900, 1, 1), date(2999, 12, 31)), st.integers(min_value=1, max_value=12))
def test_fiscal_years_hold_their_day_and_meet_without_a_gap(on: date, first_month: int) -> None:
    year = fiscal_year(on, first_month=first_month)
    following = fiscal_year(add_months(year.first, 12), first_month=first_month)
    assert year.first <= on <= year.last
    assert (following.first - year.last).days == 1
