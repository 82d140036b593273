"""Accounts at two closes under a definition: rates, netting, coming back, merges, causes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import ibis
import pytest

from banso.engines.revenue.bridges import rate_parts, total
from banso.engines.revenue.causes import PARTS, explained
from banso.engines.revenue.comparison import Comparison, compare
from banso.engines.revenue.daily import changes
from banso.engines.revenue.definitions import DEFAULT
from banso.engines.revenue.periods import Period, asked
from banso.engines.revenue.tables import ACCOUNTS, BARS
from tests.engines.revenue.books import (
    MICRO,
    Line,
    Rate,
    answer,
    book,
    line,
    lines,
    moves,
    only,
    rates,
    telling,
    wide,
)

JAN, FEB, MAR, APR, MAY, JUN = (date(2024, month, 1) for month in range(1, 7))
PERIOD = Period(FEB, MAY)
DOLLARS = rates(Rate("USD", JAN, 1_500_000 * MICRO), Rate("USD", APR, 1_600_000 * MICRO))
NAMED = ("account_id", *BARS, "before_minor", "after_minor", "kind")


def compared(*rows: dict[str, Any], into: Any = None, **settings: Any) -> Comparison:
    named = {"name": "other"} if settings else {}
    definition = replace(DEFAULT, **named, **settings)
    return compare(book(wide(*rows), DOLLARS, definition=definition, moves=into), PERIOD)


def told(comparison: Comparison) -> list[dict[str, Any]]:
    return telling(comparison.accounts, *NAMED)


def test_rates_move_a_row_of_their_own_or_stay_inside_the_movements() -> None:
    dollar = line(1, JAN, None, 1000, "USD")
    ends = {"account_id": 1, "opening_minor": 1500, "closing_minor": 1600}
    assert told(compared(dollar)) == [
        {**ends, "fx_minor": 100, "before_minor": 1500, "after_minor": 1500, "kind": "unchanged"}
    ]
    assert told(compared(dollar, fx="constant_currency_closing")) == [
        {**ends, "fx_minor": 100, "before_minor": 1600, "after_minor": 1600, "kind": "unchanged"}
    ]
    assert told(compared(dollar, fx="inside_movements")) == [
        {
            **ends,
            "expansion_minor": 100,
            "before_minor": 1500,
            "after_minor": 1600,
            "kind": "expansion",
        }
    ]


def test_closing_rates_size_the_movements_and_the_row_still_closes() -> None:
    grown = (line(1, JAN, None, 1000, "USD"), line(1, MAR, None, 10, "USD"))
    [row] = told(compared(*grown, fx="constant_currency_closing"))
    assert (row["expansion_minor"], row["fx_minor"], row["closing_minor"]) == (16, 100, 1616)


def test_every_movement_stands_for_itself_or_they_net_out() -> None:
    busy = (
        line(1, JAN, None, 100),
        line(1, MAR, APR, 40),
        line(2, MAR, APR, 30),
        line(3, JAN, MAR, 50),
        line(3, MAY, None, 60),
    )
    assert told(compared(*busy)) == [
        {
            "account_id": 1,
            "opening_minor": 100,
            "closing_minor": 100,
            "before_minor": 100,
            "after_minor": 100,
            "kind": "unchanged",
        },
        {
            "account_id": 3,
            "opening_minor": 50,
            "expansion_minor": 10,
            "closing_minor": 60,
            "before_minor": 50,
            "after_minor": 60,
            "kind": "expansion",
        },
    ]
    assert told(compared(*busy, netting="every_movement")) == [
        {
            "account_id": 1,
            "opening_minor": 100,
            "expansion_minor": 40,
            "contraction_minor": 40,
            "closing_minor": 100,
            "before_minor": 100,
            "after_minor": 100,
            "kind": "unchanged",
        },
        {"account_id": 2, "new_minor": 30, "churn_minor": 30, "kind": "came_and_went"},
        {
            "account_id": 3,
            "opening_minor": 50,
            "churn_minor": 50,
            "reactivation_minor": 60,
            "closing_minor": 60,
            "before_minor": 50,
            "after_minor": 60,
            "kind": "expansion",
        },
    ]


def test_every_movement_in_foreign_money_closes_at_either_rate() -> None:
    dollars = (line(1, JAN, None, 1000, "USD"), line(1, MAR, APR, 10, "USD"))
    [row] = told(compared(*dollars, netting="every_movement"))
    assert (row["expansion_minor"], row["contraction_minor"], row["fx_minor"]) == (15, 15, 100)
    at_closing = {"netting": "every_movement", "fx": "constant_currency_closing"}
    [row] = told(compared(*dollars, **at_closing))
    assert (row["expansion_minor"], row["contraction_minor"], row["fx_minor"]) == (16, 16, 100)


def test_who_came_and_went_without_a_rate_is_named_where_every_movement_counts() -> None:
    passing = (line(1, MAR, APR, 10, "EUR"), line(2, JAN, FEB, 10, "EUR"), line(2, JAN, None, 7))
    [first, second] = told(compared(*passing, netting="every_movement"))
    assert first == {"account_id": 1, "kind": "no_rate"}
    assert (second["account_id"], second["closing_minor"]) == (2, 7)


@pytest.mark.parametrize(("away", "kind"), [(365, "reactivation"), (366, "new")])
def test_who_was_away_beyond_the_limit_is_new_and_flagged(away: int, kind: str) -> None:
    left = MAR - timedelta(days=away)
    back = (line(1, date(2022, 1, 1), left, 100), line(1, MAR, None, 80))
    for netting in ("net_per_period", "every_movement"):
        accounts = compared(*back, netting=netting).accounts
        assert telling(accounts, "kind", "away_days", f"{kind}_minor") == [
            {"kind": kind, "away_days": away, f"{kind}_minor": 80}
        ]
    unlimited = compared(*back, reactivation_max_days=None)
    assert [row["kind"] for row in told(unlimited)] == ["reactivation"]
    daily = book(wide(*back), definition=replace(DEFAULT, name="o", reactivation_max_days=None))
    assert [row["kind"] for row in changes(daily, asked([PERIOD])).to_pyarrow().to_pylist()] == [
        "reactivation"
    ]


def test_a_merge_is_a_transfer_and_no_churn() -> None:
    merged = (line(1, JAN, None, 100), line(2, JAN, None, 10), line(2, APR, None, 5))
    into = moves((1, None, 2, MAR))
    rows = [
        {"account_id": 1, "opening_minor": 100, "transfer_minor": -100, "kind": "transfer"},
        {
            "account_id": 2,
            "opening_minor": 10,
            "expansion_minor": 5,
            "transfer_minor": 100,
            "closing_minor": 115,
            "before_minor": 110,
            "after_minor": 115,
            "kind": "expansion",
        },
    ]
    assert told(compared(*merged, into=into)) == rows
    assert told(compared(*merged, into=into, netting="every_movement")) == rows
    assert told(compared(*merged, into=into, merge_split="restated")) == [
        {
            "account_id": 2,
            "opening_minor": 110,
            "expansion_minor": 5,
            "closing_minor": 115,
            "before_minor": 110,
            "after_minor": 115,
            "kind": "expansion",
        }
    ]
    row = only(total(compared(*merged, into=into)))
    assert (row["transfer_minor"], row["churn_minor"], row["grr"], row["base_accounts"]) == (
        0,
        0,
        1.0,
        1,
    )


def test_what_an_account_grew_by_before_it_moved_is_told_where_the_netting_has_it() -> None:
    grown = (line(1, JAN, None, 100), line(1, MAR, None, 20), line(2, JAN, None, 10))
    into = moves((1, None, 2, APR))
    [left, right] = told(compared(*grown, into=into))
    assert (left.get("expansion_minor"), left["transfer_minor"]) == (None, -100)
    assert (right["expansion_minor"], right["transfer_minor"]) == (20, 100)
    [left, right] = told(compared(*grown, into=into, netting="every_movement"))
    assert (left["expansion_minor"], left["transfer_minor"]) == (20, -120)
    assert (right.get("expansion_minor"), right["transfer_minor"]) == (None, 120)


def test_several_periods_are_told_at_once_and_an_empty_one_too() -> None:
    two = lines(Line(1, JAN, None, 100), Line(1, APR, None, 20), Line(2, MAR, MAY, 7))
    periods = (Period(FEB, MAR), Period(MAR, JUN), Period(date(2020, 1, 1), date(2020, 2, 1)))
    together = total(compare(book(two), *periods))
    apart = [only(total(compare(book(two), period))) for period in periods]
    told = sorted(together.to_pyarrow().to_pylist(), key=lambda row: row["opening_on"])
    assert told == [apart[2], apart[0], apart[1]]
    assert [(row["new_minor"], row["expansion_minor"], row["churn_minor"]) for row in told] == [
        (0, 0, 0),
        (7, 0, 0),
        (0, 20, 7),
    ]


def test_a_comparison_needs_a_period_that_runs_forwards() -> None:
    with pytest.raises(ValueError, match="Expected at least one period"):
        compare(book(lines()))
    with pytest.raises(ValueError, match="Expected closing_on on or after opening_on"):
        Period(MAY, FEB)


def test_accounts_have_the_documented_shape() -> None:
    for netting in ("net_per_period", "every_movement"):
        empty = compared(netting=netting).accounts
        assert {name: kind.copy(nullable=True) for name, kind in empty.schema().items()} == dict(
            ACCOUNTS
        )
        assert empty.to_pyarrow().schema.names == list(ACCOUNTS)


def test_a_late_renewal_is_held_in_arr_and_told_apart() -> None:
    waiting = book(lines(Line(1, JAN, MAY, 100), Line(2, JAN, None, 10)), as_of=MAY)
    row = only(total(compare(waiting, PERIOD)))
    assert (row["closing_minor"], row["pending_minor"], row["churn_minor"]) == (110, 100, 0)


def causes(*rows: dict[str, Any], into: Any = None, **settings: Any) -> list[dict[str, Any]]:
    named = {"name": "other"} if settings else {}
    made = book(wide(*rows), DOLLARS, definition=replace(DEFAULT, **named, **settings), moves=into)
    accounts = explained(compare(made, PERIOD), made).accounts
    parts = [f"{kind}_{part}_minor" for kind in ("expansion", "contraction") for part in PARTS]
    return [
        {name.removesuffix("_minor"): cell for name, cell in row.items()}
        for row in telling(accounts, "account_id", *parts)
    ]


def test_an_expansion_is_split_into_seats_and_price() -> None:
    assert causes(
        line(1, JAN, MAR, 100, quantity=10),
        line(1, MAR, None, 180, quantity=15),
        line(2, JAN, MAR, 100, quantity=3),
        line(2, MAR, None, 90, quantity=2),
        line(3, JAN, MAR, 100, quantity=0),
        line(3, MAR, None, 130, quantity=2),
        line(4, JAN, MAR, 100),
        line(4, MAR, None, 130, quantity=2),
    ) == [
        {"account_id": 1, "expansion_seat": 50, "expansion_price": 30},
        {"account_id": 2, "contraction_seat": 33, "contraction_price": -23},
        {"account_id": 3, "expansion_unsplit": 30},
        {"account_id": 4, "expansion_unsplit": 30},
    ]


def test_products_bought_and_dropped_net_out_and_another_currency_is_neither() -> None:
    assert causes(
        line(1, JAN, None, 100, product="a", quantity=1),
        line(1, JAN, MAR, 40, product="b", quantity=1),
        line(1, MAR, None, 90, product="c", quantity=1),
        line(2, JAN, None, 100, product="a", quantity=1),
        line(2, JAN, MAR, 40, product="b", quantity=1),
        line(3, JAN, MAR, 100, product="a", quantity=1),
        line(3, MAR, None, 80, "USD", product="a", quantity=1),
    ) == [
        {"account_id": 1, "expansion_cross_sell": 50},
        {"account_id": 2, "contraction_cross_sell": 40},
        {"account_id": 3, "expansion_unsplit": 20},
    ]


def test_a_step_of_the_contract_is_scheduled_and_the_rest_is_not() -> None:
    ramp = (
        line(1, JAN, MAR, 100, quantity=10),
        line(1, MAR, None, 150, quantity=15, scheduled=True, replaces=1),
        line(1, APR, None, 30, quantity=3),
        line(2, JAN, None, 100, quantity=1),
        line(2, MAR, None, 20, quantity=1, scheduled=True),
    )
    assert causes(*ramp) == [
        {"account_id": 1, "expansion_scheduled": 50, "expansion_seat": 30},
        {"account_id": 2, "expansion_scheduled": 20},
    ]
    assert only(total(compared(*ramp)))["nrr"] == 300 / 200
    assert only(total(compared(*ramp, nrr_scheduled=False)))["nrr"] == 230 / 200


def test_a_cheaper_annual_contract_is_a_contraction_with_its_reason() -> None:
    assert causes(
        line(1, JAN, MAR, 120, quantity=1, interval_months=1),
        line(1, MAR, None, 100, quantity=1, interval_months=12),
        line(2, JAN, MAR, 120, quantity=1, interval_months=1),
        line(2, MAR, None, 130, quantity=1, interval_months=12),
    ) == [
        {"account_id": 1, "contraction_longer_term": 20},
        {"account_id": 2, "expansion_price": 10},
    ]


def test_parts_in_foreign_money_add_up_to_the_unit() -> None:
    dollars = (
        line(1, JAN, MAR, 101, "USD", quantity=3, product="a"),
        line(1, MAR, None, 133, "USD", quantity=4, product="a"),
        line(1, MAR, None, 7, "USD", quantity=1, product="b"),
    )
    [row] = causes(*dollars)
    assert row == {
        "account_id": 1,
        "expansion_cross_sell": 10,
        "expansion_seat": 51,
        "expansion_price": -3,
    }
    assert told(compared(*dollars))[0]["expansion_minor"] == 58
    [row] = causes(*dollars, fx="inside_movements")
    assert row["expansion_price"] == -3 + (224 - 210)


def test_causes_follow_a_merge_and_leave_out_who_has_no_rate() -> None:
    merged = (
        line(1, JAN, None, 100, quantity=1),
        line(2, JAN, MAR, 10, quantity=1),
        line(2, MAR, None, 30, quantity=3),
        line(3, JAN, None, 10, "EUR", quantity=1),
    )
    assert causes(*merged, into=moves((1, None, 2, MAR))) == [
        {"account_id": 1},
        {"account_id": 2, "expansion_seat": 20},
        {"account_id": 3},
    ]


def test_causes_lie_between_two_ends() -> None:
    daily = book(lines(), definition=replace(DEFAULT, name="o", netting="every_movement"))
    with pytest.raises(ValueError, match="Expected netting net_per_period"):
        explained(compare(daily, PERIOD), daily)


def test_each_change_of_a_day_is_one_row_with_its_transfer() -> None:
    merged = lines(Line(1, JAN, None, 100), Line(2, JAN, None, 10), Line(2, MAR, None, 5))
    made = book(merged, moves=moves((1, None, 2, MAR)))
    assert answer(
        changes(made, asked([PERIOD])).select("account_id", "day", "delta_minor", "kind")
    ) == [
        (1, MAR, -100, "transfer"),
        (2, MAR, 105, "expansion"),
    ]


def test_a_book_can_be_an_unbound_table() -> None:
    made = replace(book(lines()), lines=ibis.table(lines().schema(), name="lines"))
    assert set(total(compare(made, PERIOD)).columns) >= set(BARS)


STRICT = {"nrr_scheduled": False, "nrr_reactivation": True, "quick_ratio_reactivation": True}


@pytest.mark.parametrize("settings", [{}, STRICT, {"netting": "every_movement"}])
def test_what_each_account_brings_to_the_rates_adds_up_to_them(settings: dict[str, Any]) -> None:
    made = compared(
        line(1, JAN, None, 100, line_id=1),
        line(1, MAR, None, 150, line_id=2, replaces=1, scheduled=True),
        line(2, JAN, MAR, 70),
        line(3, JAN, None, 50),
        line(3, MAR, APR, 25),
        line(4, date(2023, 6, 1), date(2023, 12, 1), 9),
        line(4, APR, None, 30),
        line(5, APR, None, 1000, "USD"),
        line(6, JAN, None, 40),
        line(6, JAN, MAR, 20),
        **settings,
    )
    whole = only(total(made))
    parts = rate_parts(made.accounts, made.definition).to_pyarrow().to_pylist()
    names = ("base_minor", "kept_minor", "grown_minor", "base_accounts", "stayed_accounts")
    assert {name: sum(row[name] for row in parts) for name in names} == {
        name: whole[name] for name in names
    }
    won, lost = (sum(row[name] for row in parts) for name in ("won_minor", "lost_minor"))
    assert won / lost == whole["quick_ratio"]
    assert {r["account_id"] for r in parts if r["kept_minor"] != r["base_minor"]} == {2, 6}
