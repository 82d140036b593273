"""Monthly churn, renewals, usage, MRR, and how sure a rate of few is."""

from __future__ import annotations

import inspect
import pkgutil
from dataclasses import fields, is_dataclass, replace
from datetime import date
from importlib import import_module
from typing import Any, get_type_hints

import ibis
import numpy as np
import pyarrow as pa
import pytest
from ibis import _
from ibis.expr.types import Table

import banso.engines.revenue as engine
from banso.engines.revenue.comparison import Comparison
from banso.engines.revenue.definitions import DEFAULT
from banso.engines.revenue.intervals import Interval, bootstrap, wilson
from banso.engines.revenue.periods import Period, last_months, trailing
from banso.engines.revenue.rates import divided, mrr
from banso.engines.revenue.retention import monthly_churn, renewal_rate
from tests.engines.revenue.books import (
    MICRO,
    Line,
    Rate,
    book,
    lines,
    only,
    rates,
    terms,
)

JAN, FEB, MAR, APR = (date(2024, month, 1) for month in (1, 2, 3, 4))
Y2K = date(2000, 1, 1)


def test_the_monthly_churn_rate_is_the_mean_of_twelve_months() -> None:
    leaving = lines(
        Line(1, Y2K, MAR, 100),
        Line(2, Y2K, None, 300),
        Line(3, Y2K, None, 600),
        Line(3, Y2K, APR, 60),
    )
    row = only(monthly_churn(book(leaving), until=date(2024, 12, 30)))
    assert row["months"] == 12
    assert row["account_churn"] == pytest.approx(1 / 3 / 12)
    assert row["revenue_churn"] == pytest.approx((100 / 1060 + 60 / 960) / 12)
    assert row["definition"] == "default"


def test_a_young_book_has_fewer_months_and_an_empty_one_no_rate() -> None:
    row = only(monthly_churn(book(lines(Line(1, MAR, None, 1))), until=date(2024, 6, 30)))
    assert (row["months"], row["account_churn"], row["revenue_churn"]) == (3, 0.0, 0.0)
    row = only(monthly_churn(book(lines()), until=date(2024, 6, 30)))
    assert (row["months"], row["account_churn"], row["revenue_churn"]) == (0, None, None)
    euros = book(lines(Line(1, Y2K, None, 1), Line(2, MAR, None, 1, "EUR")))
    row = only(monthly_churn(euros, until=date(2024, 6, 30)))
    assert (row["account_churn"], row["revenue_churn"]) == (None, None)


def test_churn_within_a_month_counts_once_or_as_often_as_it_moved() -> None:
    swinging = lines(Line(1, Y2K, None, 100), Line(1, date(2024, 6, 3), date(2024, 6, 9), 50))
    every = replace(DEFAULT, name="o", netting="every_movement", rate_base="movement_sum")
    told = [
        only(monthly_churn(book(swinging, definition=each), until=date(2024, 6, 30)))
        for each in (DEFAULT, every)
    ]
    assert [row["revenue_churn"] for row in told] == [0.0, 0.5 / 12]


def test_the_last_months_are_whole_ones_and_trailing_periods_end_on_their_days() -> None:
    ends = [date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31)]
    assert last_months(date(2024, 3, 31), months=2) == (Period(*ends[:2]), Period(*ends[1:]))
    assert last_months(date(2024, 4, 29), months=1) == (Period(*ends[1:]),)
    assert trailing([ends[1], date(2024, 3, 15)]) == (
        Period(date(2023, 2, 28), ends[1]),
        Period(date(2023, 3, 15), date(2024, 3, 15)),
    )


def test_the_renewal_rate_is_over_what_was_due_and_growth_does_not_help() -> None:
    ended = terms(
        (1, 1, "JPY", FEB, 100, 100),
        (2, 2, "JPY", FEB, 100, 250),
        (3, 3, "JPY", MAR, 100, 40),
        (4, 4, "JPY", MAR, 100, 0),
        (5, 5, "JPY", MAR, 70, None),
        (6, 6, "JPY", JAN, 100, 0),
        (7, 7, "JPY", APR, 100, 0),
        (8, 8, "JPY", MAR, 0, 50),
        (9, 9, "USD", MAR, 100, 100),
    )
    dollars = rates(Rate("USD", JAN, 1_000_000 * MICRO))
    row = only(renewal_rate(ended, dollars, period=Period(JAN, MAR), reporting="JPY"))
    assert row == {
        "due_minor": 500,
        "renewed_minor": 340,
        "undecided_minor": 70,
        "due_contracts": 5,
        "renewed_contracts": 4,
        "undecided_contracts": 1,
        "no_rate_contracts": 0,
        "renewal_rate": 0.68,
        "contract_renewal_rate": 0.8,
    }
    row = only(renewal_rate(ended, rates(), period=Period(JAN, MAR), reporting="JPY"))
    assert (row["no_rate_contracts"], row["due_minor"], row["renewal_rate"]) == (1, None, None)


def test_nothing_due_has_no_renewal_rate() -> None:
    row = only(renewal_rate(terms(), rates(), period=Period(JAN, MAR), reporting="JPY"))
    assert (row["due_minor"], row["renewal_rate"], row["contract_renewal_rate"]) == (0, None, None)


def test_mrr_is_a_twelfth_for_display_rounded_to_the_even_unit() -> None:
    table = ibis.memtable(pa.table({"arr": [12, 18, 30, 0, 13], "by": [5, 4, 0, 7, 2]}))
    told = table.select(mrr=mrr(_.arr), each=divided(_.arr, _.by)).to_pyarrow().to_pylist()
    assert [row["mrr"] for row in told] == [1, 2, 2, 0, 1]
    assert [row["each"] for row in told] == [2, 4, None, 0, 6]


def test_the_interval_of_a_share_is_wilsons() -> None:
    """Newcombe, Statistics in Medicine 17 (1998), table I, method 3: 81/263, 15/148, 0/20, 1/29."""
    told = {
        (81, 263): (0.2553, 0.3662),
        (15, 148): (0.0624, 0.1605),
        (0, 20): (0.0, 0.1611),
        (1, 29): (0.0061, 0.1718),
    }
    for (part, whole), ends in told.items():
        interval = wilson(part, whole)
        assert interval is not None
        assert (interval.low, interval.high) == pytest.approx(ends, abs=5e-5)
    assert wilson(20, 20) == Interval(pytest.approx(0.8389, abs=5e-5), 1.0, 0.95)
    assert wilson(0, 0) is None


@pytest.mark.parametrize(("part", "whole"), [(-1, 2), (3, 2)])
def test_a_part_lies_within_its_whole(part: int, whole: int) -> None:
    with pytest.raises(ValueError, match="Expected a part of zero to the whole"):
        wilson(part, whole)


@pytest.mark.parametrize("level", [0.0, 1.0])
def test_a_level_lies_between_zero_and_one(level: float) -> None:
    with pytest.raises(ValueError, match="Expected a level between 0 and 1"):
        wilson(1, 2, level=level)


def test_the_bootstrap_draws_accounts_and_is_the_same_again_in_any_order() -> None:
    before, after = np.array([100, 200, 300, 0]), np.array([100, 0, 450, 70])
    told = bootstrap(before, after)
    assert told is not None
    assert told == bootstrap(before[::-1], after[::-1])
    assert told.accounts == 3
    assert (told.grr.low, told.grr.high) == (0.0, 1.0)  # only the one that left; never that one
    assert (told.nrr.low, told.nrr.high) == (0.0, 1.5)
    assert told.grr.level == 0.95


def test_the_bootstrap_agrees_with_the_normal_interval_where_there_are_many() -> None:
    rng = np.random.default_rng(1)
    for accounts, drawn in ((2_000, True), (3_000, False)):
        stays = rng.random(accounts) < 0.8
        before, after = np.full(accounts, 100), np.where(stays, 100, 0)
        told = bootstrap(before, after)
        assert told is not None
        assert (told != bootstrap(before, after, seed=1)) is drawn
        share = stays.mean()
        half = 1.96 * (share * (1 - share) / accounts) ** 0.5
        assert told.grr.low == pytest.approx(share - half, abs=0.002)
        assert told.grr.high == pytest.approx(share + half, abs=0.002)


def test_the_interval_of_many_unequal_accounts_is_that_of_drawing_them() -> None:
    rng = np.random.default_rng(2)
    before = rng.lognormal(10, 1.5, 1_900).astype(np.int64)
    after = (before * rng.choice([0, 0.7, 1, 1.4], 1_900, p=[0.1, 0.1, 0.6, 0.2])).astype(np.int64)
    few, many = bootstrap(before, after), bootstrap(np.repeat(before, 2), np.repeat(after, 2))
    assert few is not None
    assert many is not None
    for drawn, linear in ((few.grr, many.grr), (few.nrr, many.nrr)):
        narrower = (linear.high - linear.low) * 2**0.5
        assert narrower == pytest.approx(drawn.high - drawn.low, rel=0.1)


def test_one_account_has_no_interval_and_amounts_come_in_pairs() -> None:
    assert bootstrap(np.array([100, 0]), np.array([80, 7])) is None
    with pytest.raises(ValueError, match="Expected both amounts of each account"):
        bootstrap(np.array([1, 2]), np.array([1]))


def public_functions() -> list[Any]:
    """Every public function of the engine, in the module that defines it."""
    names = [module.name for module in pkgutil.iter_modules(engine.__path__)]
    modules = [import_module(f"{engine.__name__}.{name}") for name in names]
    return [
        value
        for module in modules
        for name, value in inspect.getmembers(module, inspect.isfunction)
        if value.__module__ == module.__name__ and not name.startswith("_")
    ]


def test_no_function_makes_a_grr_from_totals() -> None:
    """What yields one takes accounts: a comparison of them, their rows, or an array of each."""
    by_accounts = {"total", "cut", "summed", "told", "bridge", "bootstrap"}
    for function in public_functions():
        taken = get_type_hints(function)
        given = taken.pop("return")
        amounts = [
            name for name, kind in taken.items() if kind in (int, float) and name.endswith("_minor")
        ]
        assert amounts == []
        yields = is_dataclass(given) and {"grr", "nrr"} & {field.name for field in fields(given)}
        assert not yields or function.__name__ in by_accounts
    bars = ibis.memtable(pa.table({"opening_minor": [5000], "closing_minor": [6000]}))
    assert not {"grr", "nrr"} & set(bars.columns)
    assert get_type_hints(import_module(f"{engine.__name__}.bridges").total)["comparison"] is (
        Comparison
    )


def test_the_rates_of_bars_never_hold_a_grr() -> None:
    zero: dict[str, Any] = {
        f"{name}_minor": [0]
        for name in ("opening", "new", "expansion", "contraction", "churn", "reactivation")
    }
    bridges = import_module(f"{engine.__name__}.bridges")
    told: Table = bridges.rates_of_bars(ibis.memtable(pa.table(zero)), DEFAULT)
    assert set(told.columns) - set(zero) == {"gross_mrr_churn", "net_mrr_churn", "quick_ratio"}


def test_no_interval_of_grr_reaches_above_all_that_was_there() -> None:
    """One account that outweighs thousands makes the spread wide, and nobody keeps more than 1."""
    before = np.full(2_500, 1_000_000)
    before[0] = 250_000_000
    after = before.copy()
    after[0] = 0
    found = bootstrap(before, after)
    assert found is not None
    assert found.grr.high == 1.0
    assert found.grr.low < 1 - 250 / 2_749 < found.grr.high
