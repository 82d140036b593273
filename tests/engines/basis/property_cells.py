"""Laws of cells: what was written in any form comes back as it was, and nothing else escapes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banso.engines.basis.cells import (
    Cell,
    CellFault,
    as_amount,
    as_date,
    as_decimal,
    as_domain,
    as_email,
    as_integer,
    as_phone,
    as_text,
    as_yes_no,
)

ERAS = [("令和", date(2019, 5, 1)), ("平成", date(1989, 1, 8)), ("昭和", date(1926, 12, 25))]
cells = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.dates(),
    st.datetimes(),
    st.text(),
    st.text("0123456789０１,./-年月日令和RSTZ:円万億千()¥△ +@a", max_size=24),
)


@given(st.dates(min_value=ERAS[-1][1], max_value=date(2099, 12, 31)))
def test_a_day_comes_back_through_its_era(on: date) -> None:
    era, begun = next((era, begun) for era, begun in ERAS if begun <= on)
    year = on.year - begun.year + 1
    written = f"{era}{'元' if year == 1 else year}年{on.month}月{on.day}日"
    assert as_date(written) == on


@given(st.dates(min_value=date(1900, 3, 1)))
def test_a_day_comes_back_through_every_western_form(on: date) -> None:
    year, month, day = f"{on.year:04}", on.month, on.day
    forms = [
        on.isoformat(),
        f"{year}/{month}/{day}",
        f"{year}年{month}月{day}日",
        on.strftime("%Y%m%d"),
    ]
    assert {as_date(form) for form in forms} == {on}


@given(st.dates(min_value=date(1900, 3, 1)))
def test_a_day_comes_back_through_its_serial_number(on: date) -> None:
    assert as_date((on - date(1899, 12, 30)) // timedelta(days=1), excel_serials=True) == on


@given(st.decimals(min_value=-(10**13), max_value=10**13, places=2))
def test_a_number_comes_back_through_its_thousands_marks(number: Decimal) -> None:
    assert as_decimal(f"{number:,}") == number
    assert as_amount(f"¥{number:,}") == number


@given(st.integers(min_value=0, max_value=10**14 - 1))
def test_an_amount_comes_back_through_its_ten_thousands(amount: int) -> None:
    trillions, rest = divmod(amount, 10**12)
    millions, rest = divmod(rest, 10**8)
    thousands, ones = divmod(rest, 10**4)
    parts = [(trillions, "兆"), (millions, "億"), (thousands, "万"), (ones, "")]
    written = "".join(f"{part}{unit}" for part, unit in parts if part) or "0"
    assert as_amount(f"{written}円") == amount


@pytest.mark.parametrize(
    "reading",
    [as_amount, as_date, as_decimal, as_domain, as_email, as_integer, as_phone, as_text, as_yes_no],
)
@given(cell=cells)
def test_a_cell_is_a_value_or_a_fault_and_never_a_crash(
    reading: Callable[[Cell], object], cell: Cell
) -> None:
    try:
        assert reading(cell) is not None
    except CellFault as fault:
        assert fault.code  # noqa: PT017
