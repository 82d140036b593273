"""Two days compared: movements account by account, and the bridge over them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from banso.engines.revenue.movements import bridge, movements
from banso.engines.revenue.tables import MOVEMENTS
from tests.engines.revenue.books import MICRO, Line, Rate, answer, lines, only, rates

BEFORE, OPENING, INSIDE, CLOSING = (date(2024, month, 1) for month in (1, 3, 5, 7))
RATES = (Rate("USD", BEFORE, 1_500_000 * MICRO), Rate("USD", INSIDE, 1_600_000 * MICRO))


def compared(*book: Line, known: tuple[Rate, ...] = RATES) -> list[tuple[Any, ...]]:
    return answer(movements(lines(*book), rates(*known), **PERIOD))


def bridged(*book: Line, known: tuple[Rate, ...] = RATES) -> dict[str, Any]:
    return only(bridge(movements(lines(*book), rates(*known), **PERIOD)))


PERIOD: dict[str, Any] = {"opening_on": OPENING, "closing_on": CLOSING, "reporting": "JPY"}


def test_every_kind_of_change_has_its_name() -> None:
    assert compared(
        Line(1, INSIDE, None, 10),
        Line(2, BEFORE, OPENING, 20),
        Line(2, INSIDE, None, 25),
        Line(3, BEFORE, None, 30),
        Line(3, INSIDE, None, 5),
        Line(4, BEFORE, INSIDE, 15),
        Line(4, BEFORE, None, 40),
        Line(5, BEFORE, INSIDE, 50),
        Line(6, BEFORE, INSIDE, 60),
        Line(6, INSIDE, None, 60),
    ) == [
        (1, 0, 10, 0, 10, "new"),
        (2, 0, 25, 0, 25, "reactivation"),
        (3, 30, 35, 0, 35, "expansion"),
        (4, 55, 40, 0, 40, "contraction"),
        (5, 50, 0, 0, 0, "churn"),
        (6, 60, 60, 0, 60, "unchanged"),
    ]


def test_who_came_and_went_inside_the_period_or_long_before_has_no_row() -> None:
    assert compared(Line(1, INSIDE, CLOSING, 10), Line(2, BEFORE, OPENING, 20)) == []


def test_the_period_holds_its_closing_day_and_not_its_opening_day() -> None:
    assert compared(Line(1, OPENING, None, 10), Line(2, CLOSING, None, 20)) == [
        (1, 10, 10, 0, 10, "unchanged"),
        (2, 0, 20, 0, 20, "new"),
    ]


def test_rates_move_their_own_column_and_not_the_movements() -> None:
    assert compared(Line(1, BEFORE, None, 1000, "USD"), Line(2, INSIDE, None, 10, "USD")) == [
        (1, 1500, 1500, 100, 1600, "unchanged"),
        (2, 0, 15, 1, 16, "new"),
    ]


def test_an_account_that_moves_between_currencies_is_one_account() -> None:
    assert compared(Line(1, BEFORE, INSIDE, 1000, "USD"), Line(1, INSIDE, None, 1400)) == [
        (1, 1500, 1400, 0, 1400, "contraction")
    ]


def test_who_paid_before_in_another_currency_is_not_new() -> None:
    assert compared(Line(1, BEFORE, OPENING, 1000, "USD"), Line(1, INSIDE, None, 1400)) == [
        (1, 0, 1400, 0, 1400, "reactivation")
    ]


@pytest.mark.parametrize(
    ("cents", "yen"), [(1, 2), (3, 4), (5, 8), (7, 10), (2, 3), (1_000_001, 1_500_002)]
)
def test_halves_round_to_the_even_unit(cents: int, yen: int) -> None:
    [row] = compared(Line(1, BEFORE, None, cents, "USD"))
    assert row[1] == yen


def test_the_bridge_adds_up_and_tells_its_shares() -> None:
    assert bridged(
        Line(1, BEFORE, INSIDE, 3000),
        Line(2, BEFORE, None, 2000),
        Line(2, INSIDE, None, 4000),
        Line(3, BEFORE, None, 1000, "USD"),
        Line(4, BEFORE, OPENING, 1),
        Line(4, INSIDE, None, 500),
        Line(5, INSIDE, None, 700),
        Line(6, BEFORE, None, 400),
        Line(6, BEFORE, INSIDE, 100),
    ) == {
        "opening_minor": 7000,
        "new_minor": 700,
        "expansion_minor": 4000,
        "contraction_minor": 100,
        "churn_minor": 3000,
        "reactivation_minor": 500,
        "fx_minor": 100,
        "closing_minor": 9200,
        "opening_accounts": 4,
        "closing_accounts": 5,
        "new_accounts": 1,
        "expansion_accounts": 1,
        "contraction_accounts": 1,
        "churn_accounts": 1,
        "reactivation_accounts": 1,
        "unchanged_accounts": 1,
        "no_rate_accounts": 0,
        "grr": 3900 / 7000,
        "nrr": 7900 / 7000,
        "logo_retention": 3 / 4,
    }


def test_an_empty_book_is_an_answer() -> None:
    empty = bridged()
    shares = {name: empty.pop(name) for name in ("grr", "nrr", "logo_retention")}
    assert shares == {"grr": None, "nrr": None, "logo_retention": None}
    assert set(empty.values()) == {0}


def test_a_book_of_new_accounts_only_has_no_shares() -> None:
    book = bridged(Line(1, INSIDE, None, 10))
    assert (book["closing_minor"], book["grr"], book["nrr"], book["logo_retention"]) == (
        10,
        None,
        None,
        None,
    )


def test_an_account_without_a_rate_is_named_and_not_left_out() -> None:
    book = (Line(1, BEFORE, None, 10), Line(1, BEFORE, None, 5, "EUR"), Line(2, BEFORE, None, 20))
    assert compared(*book) == [
        (1, None, None, None, None, "no_rate"),
        (2, 20, 20, 0, 20, "unchanged"),
    ]
    told = bridged(*book)
    counts = {name: told.pop(name) for name in tuple(told) if told[name] is not None}
    assert counts == {
        "new_accounts": 0,
        "expansion_accounts": 0,
        "contraction_accounts": 0,
        "churn_accounts": 0,
        "reactivation_accounts": 0,
        "unchanged_accounts": 1,
        "no_rate_accounts": 1,
    }


def test_a_currency_that_begins_inside_the_period_needs_the_opening_rate_too() -> None:
    book = Line(1, INSIDE, None, 5, "EUR")
    assert compared(book, known=(Rate("EUR", INSIDE, 1_600_000 * MICRO),)) == [
        (1, None, None, None, None, "no_rate")
    ]


def test_a_currency_that_is_gone_at_both_ends_needs_no_rate() -> None:
    assert compared(Line(1, BEFORE, OPENING, 5, "EUR"), Line(1, BEFORE, None, 7)) == [
        (1, 7, 7, 0, 7, "unchanged")
    ]


def test_a_row_of_rates_for_the_reporting_currency_is_not_read() -> None:
    assert compared(Line(1, BEFORE, None, 7), known=(Rate("JPY", BEFORE, 2_000_000 * MICRO),)) == [
        (1, 7, 7, 0, 7, "unchanged")
    ]


def test_a_period_does_not_run_backwards() -> None:
    with pytest.raises(ValueError, match="Expected closing_on on or after opening_on"):
        movements(lines(), rates(), opening_on=CLOSING, closing_on=OPENING, reporting="JPY")


def test_movements_have_the_documented_shape() -> None:
    empty = movements(lines(), rates(), **PERIOD).to_pyarrow()
    assert empty.schema == MOVEMENTS.to_pyarrow()
