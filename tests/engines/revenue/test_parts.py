"""Two days compared part by part: products and contract lines, which add up to their account."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import ibis
import pyarrow as pa
import pytest
from ibis.expr.types import Table

from banso.engines.revenue.book import Book
from banso.engines.revenue.comparison import compare, compare_parts
from banso.engines.revenue.definitions import DEFAULT
from banso.engines.revenue.parts import lines_behind, products_together
from banso.engines.revenue.periods import Period, asked
from banso.engines.revenue.tables import BARS
from tests.engines.revenue.books import (
    MICRO,
    Line,
    Rate,
    book,
    line,
    lines,
    moves,
    only,
    rates,
    telling,
    wide,
)

JAN, FEB, MAR, APR, MAY = (date(2024, month, 1) for month in range(1, 6))
PERIOD = Period(FEB, MAY)
ODD = rates(Rate("USD", JAN, 1_500_000 * MICRO), Rate("USD", APR, 1_700_000 * MICRO))
ONE = ibis.memtable(pa.table({"account_id": [1]}))
NAMED = ("account_id", "part", *BARS, "before_minor", "after_minor", "kind")
BOTH = ("account_id", "part", "before_minor", "after_minor", "kind")


def by(part: str, made: Book, *names: str) -> list[dict[str, Any]]:
    return telling(compare_parts(made, asked([PERIOD]), part=part), *(names or NAMED))


def sums(rows: Table, *names: str) -> dict[str, int]:
    told = rows.to_pyarrow().to_pylist()
    return {name: sum(row[name] for row in told) for name in names}


def test_who_buys_another_product_is_new_to_it_and_who_drops_one_has_left_it() -> None:
    made = book(
        wide(
            line(1, JAN, None, 100, product="hr"),
            line(1, MAR, None, 40, product="pay"),
            line(2, JAN, MAR, 30, product="pay"),
            line(2, MAR, None, 50, product="hr"),
            line(3, JAN, None, 7, product="hr"),
        )
    )
    assert by("product", made, *BOTH) == [
        {"account_id": 1, "part": "hr", "before_minor": 100, "after_minor": 100,
         "kind": "unchanged"},
        {"account_id": 1, "part": "pay", "after_minor": 40, "kind": "new"},
        {"account_id": 2, "part": "hr", "after_minor": 50, "kind": "new"},
        {"account_id": 2, "part": "pay", "before_minor": 30, "kind": "churn"},
        {"account_id": 3, "part": "hr", "before_minor": 7, "after_minor": 7, "kind": "unchanged"},
    ]  # fmt: skip


def test_who_had_the_product_long_ago_comes_back_to_it() -> None:
    rows = [
        line(1, date(2023, 1, 1), date(2023, 12, 1), 5, product="pay"),
        line(1, JAN, None, 100, product="hr"),
        line(1, MAR, None, 9, product="pay"),
    ]
    [_hr, pay] = by("product", book(wide(*rows)))
    assert (pay["kind"], pay["reactivation_minor"]) == ("reactivation", 9)
    strict = replace(DEFAULT, name="strict", reactivation_max_days=31)
    [_hr, pay] = by("product", book(wide(*rows), definition=strict))
    assert (pay["kind"], pay["new_minor"]) == ("new", 9)


@pytest.mark.parametrize("part", ["product", "line_id"])
def test_parts_in_a_foreign_currency_add_up_to_the_account_to_the_unit(part: str) -> None:
    """Each of three single cents is worth 1.5 yen; together they are 4.5, which is told as 4."""
    made = book(
        wide(*(line(1, JAN, None, 1, "USD", product=name) for name in "abc")),
        ODD,
    )
    rows = compare_parts(made, asked([PERIOD]), part=part)
    whole = only(compare(made, PERIOD).accounts)
    added = ("opening_minor", "before_minor", "after_minor", "fx_minor", "closing_minor")
    assert sums(rows, *added) == {name: whole[name] for name in added}
    assert (whole["opening_minor"], whole["fx_minor"], whole["closing_minor"]) == (4, 1, 5)
    assert sorted(row["opening_minor"] for row in rows.to_pyarrow().to_pylist()) == [1, 1, 2]


def test_what_a_merge_took_along_stands_with_the_account_it_went_to() -> None:
    made = book(
        wide(line(1, JAN, None, 100, product="hr"), line(2, JAN, None, 8, product="hr")),
        moves=moves((2, None, 1, MAR)),
    )
    assert by("line_id", made) == [
        {"account_id": 1, "part": 1, "opening_minor": 100, "closing_minor": 100,
         "before_minor": 100, "after_minor": 100, "kind": "unchanged"},
        {"account_id": 1, "part": 2, "transfer_minor": 8, "closing_minor": 8,
         "before_minor": 8, "after_minor": 8, "kind": "unchanged"},
        {"account_id": 2, "part": 2, "opening_minor": 8, "transfer_minor": -8,
         "kind": "transfer"},
    ]  # fmt: skip


def test_the_lines_behind_an_account_are_its_own_and_what_came_to_it() -> None:
    made = book(
        wide(
            line(1, JAN, None, 100),
            line(2, JAN, None, 8),
            line(3, JAN, None, 1000),
            line(1, date(2024, 2, 10), date(2024, 2, 20), 5, product="trial"),
        ),
        moves=moves((2, None, 1, MAR)),
    )
    told = lines_behind(made, asked([PERIOD]), ONE)
    assert telling(told, "line_id", "before_minor", "after_minor") == [
        {"line_id": 1, "before_minor": 100, "after_minor": 100},
        {"line_id": 2, "before_minor": 8, "after_minor": 8},
    ]
    whole = compare(made, PERIOD).accounts.filter(lambda rows: rows.account_id == 1)
    added = ("before_minor", "after_minor", "closing_minor", "fx_minor", "transfer_minor")
    assert sums(told, *added) == {name: only(whole)[name] for name in added}


def test_a_line_that_waits_for_its_renewal_counts_as_the_definition_says() -> None:
    made = book(lines(Line(1, JAN, date(2024, 4, 20), 12)), as_of=MAY)
    [row] = lines_behind(made, asked([PERIOD]), ONE).to_pyarrow().to_pylist()
    assert (row["after_minor"], row["pending_minor"], row["kind"]) == (12, 12, "unchanged")


def test_products_close_add_up_and_bear_no_name_of_a_rate_of_accounts() -> None:
    made = book(
        wide(
            line(1, JAN, None, 100, product="hr"),
            line(1, MAR, None, 40, product="pay"),
            line(2, JAN, MAR, 30, product="pay"),
            line(3, JAN, None, 60, "USD", product="pay"),
        ),
        ODD,
    )
    rows = compare_parts(made, asked([PERIOD]), part="product")
    each = products_together(rows, DEFAULT, by=("part",))
    assert {"grr", "nrr", "logo_retention", "arpa_minor"} & set(each.columns) == set()
    assert telling(each, "part", "kept_share", "grown_share", "buyers_kept_share") == [
        {"part": "hr", "kept_share": 1, "grown_share": 1, "buyers_kept_share": 1},
        {"part": "pay", "kept_share": 0.75, "grown_share": 0.75, "buyers_kept_share": 0.5},
    ]
    [whole] = products_together(rows, DEFAULT, by=()).to_pyarrow().to_pylist()
    assert sums(each, *BARS) == {name: whole[name] for name in BARS}
    company = only(compare(made, PERIOD).accounts.agg(
        opening=lambda t: t.opening_minor.sum(), closing=lambda t: t.closing_minor.sum()
    ))  # fmt: skip
    assert (whole["opening_minor"], whole["closing_minor"]) == tuple(company.values())


def test_lines_without_a_product_are_of_one_without_a_name() -> None:
    assert by("product", book(lines(Line(1, JAN, None, 5))), *BOTH) == [
        {"account_id": 1, "part": "", "before_minor": 5, "after_minor": 5, "kind": "unchanged"}
    ]
