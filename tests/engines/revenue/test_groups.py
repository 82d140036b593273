"""Bridges by dated groups: who changed group is a transfer, and groups add up to the book."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from ibis.expr.types import Table

from banso.engines.revenue.bridges import cut, rates_of_bars, total
from banso.engines.revenue.causes import explained
from banso.engines.revenue.comparison import compare
from banso.engines.revenue.definitions import DEFAULT
from banso.engines.revenue.periods import Period
from banso.engines.revenue.tables import BARS
from tests.engines.revenue.books import (
    MICRO,
    Rate,
    book,
    line,
    memberships,
    moves,
    only,
    rates,
    telling,
    wide,
)

LONG_AGO = date(2020, 1, 1)
JAN, FEB, MAR, APR, MAY, JUN = (date(2024, month, 1) for month in range(1, 7))
PERIOD = Period(FEB, MAY)
COUNTS = ("opening_accounts", "closing_accounts", "base_accounts", "stayed_accounts")
ROW = ("key", *BARS, *COUNTS)

LINES = (
    line(1, JAN, None, 100),
    line(1, MAR, None, 20),
    line(2, JAN, MAR, 50),
    line(3, MAR, None, 30),
    line(4, JAN, None, 7),
)
GROUPS = memberships(
    (1, "smb", LONG_AGO, APR),
    (1, "mid", APR, None),
    (2, "smb", LONG_AGO, None),
    (3, "mid", MAR, None),
    (9, "mid", LONG_AGO, None),
)


def grouped(*rows: dict[str, Any], by: Table = GROUPS, **settings: Any) -> list[dict[str, Any]]:
    named = {"name": "other"} if settings else {}
    definition = replace(DEFAULT, **named, **settings)
    return telling(cut(compare(book(wide(*rows), definition=definition), PERIOD), by), *ROW)


def test_who_changed_group_is_retained_by_the_old_and_arr_of_the_new() -> None:
    assert grouped(*LINES) == [
        {
            "opening_minor": 7,
            "closing_minor": 7,
            "opening_accounts": 1,
            "closing_accounts": 1,
            "base_accounts": 1,
            "stayed_accounts": 1,
        },
        {
            "key": "mid",
            "new_minor": 30,
            "transfer_minor": 120,
            "closing_minor": 150,
            "closing_accounts": 2,
        },
        {
            "key": "smb",
            "opening_minor": 150,
            "expansion_minor": 20,
            "churn_minor": 50,
            "transfer_minor": -120,
            "opening_accounts": 2,
            "base_accounts": 2,
            "stayed_accounts": 1,
        },
    ]


def test_all_can_be_told_in_the_later_group() -> None:
    _nobody, mid, smb = grouped(*LINES, segment_at="closing")
    assert mid == {
        "key": "mid",
        "new_minor": 30,
        "expansion_minor": 20,
        "transfer_minor": 100,
        "closing_minor": 150,
        "closing_accounts": 2,
        "base_accounts": 1,
        "stayed_accounts": 1,
    }
    assert smb == {
        "key": "smb",
        "opening_minor": 150,
        "churn_minor": 50,
        "transfer_minor": -100,
        "opening_accounts": 2,
        "base_accounts": 1,
    }


def test_a_group_that_nobody_was_ever_in_has_no_row_and_no_groups_are_one() -> None:
    assert [row.get("key") for row in grouped(*LINES, by=memberships())] == [None]


def test_a_membership_holds_from_its_first_day_to_the_day_before_its_end() -> None:
    edges = memberships((1, "a", FEB, MAY), (1, "b", MAY, JUN), (1, "c", JUN, None))
    [one, other] = grouped(line(1, JAN, None, 100), by=edges)
    assert (one["key"], one["opening_minor"], one["transfer_minor"]) == ("a", 100, -100)
    assert (other["key"], other["closing_minor"], other["transfer_minor"]) == ("b", 100, 100)


def test_of_two_keys_on_a_day_the_last_in_the_alphabet_counts() -> None:
    twice = memberships((1, "a", LONG_AGO, None), (1, "b", LONG_AGO, None))
    assert [row["key"] for row in grouped(line(1, JAN, None, 100), by=twice)] == ["b"]


def test_what_waits_for_a_renewal_goes_with_its_account() -> None:
    waiting = compare(book(wide(line(1, JAN, MAY, 100)), as_of=MAY), PERIOD)
    edges = memberships((1, "a", LONG_AGO, MAR), (1, "b", MAR, None))
    assert telling(cut(waiting, edges), "key", "pending_minor") == [
        {"key": "a"},
        {"key": "b", "pending_minor": 100},
    ]


def test_a_merge_across_groups_is_a_transfer_between_them() -> None:
    into = moves((1, None, 2, MAR))
    made = book(wide(line(1, JAN, None, 100), line(2, JAN, None, 10)), moves=into)
    by = memberships((1, "smb", LONG_AGO, None), (2, "mid", LONG_AGO, None))
    rows = telling(cut(compare(made, PERIOD), by), "key", *BARS)
    assert rows == [
        {"key": "mid", "opening_minor": 10, "transfer_minor": 100, "closing_minor": 110},
        {"key": "smb", "opening_minor": 100, "transfer_minor": -100},
    ]


def test_groups_of_several_periods_stand_beside_each_other() -> None:
    made = compare(book(wide(*LINES)), PERIOD, Period(MAY, JUN))
    rows = cut(made, GROUPS).to_pyarrow().to_pylist()
    told = sorted((str(row["opening_on"]), str(row["key"]), row["opening_minor"]) for row in rows)
    assert told == [
        ("2024-02-01", "None", 7),
        ("2024-02-01", "mid", 0),
        ("2024-02-01", "smb", 150),
        ("2024-05-01", "None", 7),
        ("2024-05-01", "mid", 150),
    ]


def test_a_missing_rate_hides_its_own_group_and_the_total() -> None:
    euros = (line(1, JAN, None, 5, "EUR"), line(2, JAN, None, 10))
    made = compare(book(wide(*euros)), PERIOD)
    by = memberships((1, "a", LONG_AGO, None), (2, "b", LONG_AGO, None))
    assert telling(cut(made, by), "key", "closing_minor", "no_rate_accounts", "grr") == [
        {"key": "a", "no_rate_accounts": 1},
        {"key": "b", "closing_minor": 10, "grr": 1.0},
    ]
    row = only(total(made))
    assert (row["closing_minor"], row["arpa_minor"], row["grr"]) == (None, None, None)


def test_causes_are_cut_like_any_other_bar() -> None:
    made = book(wide(*(each | {"quantity": 1} for each in LINES)))
    told = cut(explained(compare(made, PERIOD), made), GROUPS)
    assert telling(told, "key", "expansion_price_minor", "expansion_seat_minor") == [
        {},
        {"key": "mid"},
        {"key": "smb", "expansion_price_minor": -80, "expansion_seat_minor": 100},
    ]


def test_rates_beside_retention_have_their_own_names_and_bases() -> None:
    upgraded = (
        line(1, JAN, MAR, 500),
        line(1, MAR, APR, 1379),
        line(2, JAN, FEB, 40),
        line(2, APR, None, 60),
        line(3, JAN, None, 500),
        line(4, APR, None, 100),
    )
    names = ("gross_mrr_churn", "net_mrr_churn", "quick_ratio", "nrr", "arpa_minor")

    def rates_under(**settings: Any) -> tuple[Any, ...]:
        named = {"name": "other"} if settings else {}
        made = book(wide(*upgraded), definition=replace(DEFAULT, **named, **settings))
        row = only(total(compare(made, PERIOD)))
        return tuple(row[name] for name in names)

    assert rates_under() == (0.5, 0.44, 0.2, 0.5, 220)
    assert rates_under(nrr_reactivation=True) == (0.5, 0.44, 0.2, 0.56, 220)
    assert rates_under(quick_ratio_reactivation=True) == (0.5, 0.44, 0.32, 0.5, 220)
    every = {"netting": "every_movement"}
    assert rates_under(**every)[:2] == (0.5, 0.44)
    assert rates_under(**every, rate_base="movement_sum")[:2] == (
        1379 / 1000,
        (1379 - 879 - 60) / 1000,
    )


def test_a_ratio_over_nothing_is_not_known() -> None:
    row = only(total(compare(book(wide(line(1, MAR, None, 100))), PERIOD)))
    names = ("quick_ratio", "gross_mrr_churn", "net_mrr_churn", "grr", "nrr", "logo_retention")
    assert [row[name] for name in names] == [None] * 6
    empty = only(rates_of_bars(total(compare(book(wide()), PERIOD)).select(*BARS), DEFAULT))
    assert (empty["quick_ratio"], empty["gross_mrr_churn"], empty["closing_minor"]) == (
        None,
        None,
        0,
    )


def test_every_row_says_under_which_definition_it_was_told() -> None:
    other = replace(DEFAULT, name="gross of discounts", discounts="list_price")
    made = compare(book(wide(*LINES), definition=other), PERIOD)
    assert only(total(made))["definition"] == "gross of discounts"
    assert {row["definition"] for row in cut(made, GROUPS).to_pyarrow().to_pylist()} == {
        "gross of discounts"
    }


def test_a_currency_counts_in_its_group_at_the_rates_of_the_period() -> None:
    known = rates(Rate("USD", JAN, 1_500_000 * MICRO), Rate("USD", APR, 1_600_000 * MICRO))
    made = compare(book(wide(line(1, JAN, None, 1000, "USD")), known), PERIOD)
    edges = memberships((1, "a", LONG_AGO, MAR), (1, "b", MAR, None))
    assert telling(cut(made, edges), "key", *BARS) == [
        {"key": "a", "opening_minor": 1500, "fx_minor": 100, "transfer_minor": -1600},
        {"key": "b", "transfer_minor": 1600, "closing_minor": 1600},
    ]
