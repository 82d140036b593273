"""Recurring revenue at the close of each of many days, for a line in a chart.

Lines are intervals: each day asked for is joined to the lines in force at its close, and no table
of all days is ever made. Each day is valued at its own rate; the step between two points therefore
holds movements and rates together (`movements.bridge` tells them apart).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import ibis
import pyarrow as pa
from ibis import _
from ibis.expr.types import Table

from banso.engines.basis.fiscal import month_end
from banso.engines.revenue.comparison import units_of
from banso.engines.revenue.ledger import NARROW, serving
from banso.engines.revenue.rates import rate_or_one, rates_on_days, valued


def month_ends(since: date, until: date) -> tuple[date, ...]:
    """The last day of every month that lies within the two days, both included."""
    months = range(since.year * 12 + since.month - 1, until.year * 12 + until.month)
    ends = (month_end(date(month // 12, month % 12 + 1, 1)) for month in months)
    return tuple(end for end in ends if end <= until)


def arr_over_time(lines: Table, rates: Table, *, days: Sequence[date], reporting: str) -> Table:
    """(on_date, accounts, no_rate_accounts, arr_minor) for each of the days, in `reporting`.

    `accounts` counts who has ARR. A day without any has 0; a day on which somebody's amount can't
    be converted has a null `arr_minor`, and `no_rate_accounts` says how many they are.
    """
    return arr_on_days(lines, rates, asked=ibis.memtable(rows(days)), reporting=reporting)


def rows(days: Iterable[date]) -> pa.Table:
    """The days as a table, (on_date), each once."""
    return pa.table({"on_date": pa.array(sorted(set(days)), pa.date32())})


def arr_on_days(lines: Table, rates: Table, *, asked: Table, reporting: str) -> Table:
    """`arr_over_time` for days in a table, (on_date)."""
    sums = (
        _valued(_held(lines, asked), rates_on_days(rates, asked), reporting)
        .group_by(held_on=_.on_date)
        .agg(
            value=_.value.sum(),
            held=_.account_id.nunique(),
            unrated=_.account_id.nunique(where=_.value.isnull()),
        )
    )
    every_day = asked.left_join(sums, asked.on_date == sums.held_on)
    told = every_day.select(
        "on_date",
        accounts=_.held.fill_null(0),
        no_rate_accounts=_.unrated.fill_null(0),
        arr_minor=ibis.cases((every_day.unrated > 0, ibis.null()), else_=_.value.fill_null(0)),
    )
    return told.order_by("on_date")


def arr_by_account_on(lines: Table, rates: Table, *, asked: Table, reporting: str) -> Table:
    """(on_date, account_id, arr_minor): each account's ARR at the close of each day, (on_date), in
    the reporting currency; null where an amount of it has no rate.
    """
    worth = _valued(_held(lines, asked), rates_on_days(rates, asked), reporting)
    sums = worth.group_by("on_date", "account_id").agg(
        arr_minor=_.value.sum().cast(NARROW), unrated=_.count(where=_.value.isnull())
    )
    known = ibis.cases((sums.unrated > 0, ibis.null("int64")), else_=sums.arr_minor)
    return sums.select("on_date", "account_id", arr_minor=known)


def _held(lines: Table, asked: Table) -> Table:
    """ARR by day, account and currency, and by unit: a merge changes no sum by a rounding."""
    counted = serving(lines)
    on = asked.on_date
    lasts = counted.end_on.isnull() | (on < counted.end_on)
    held = asked.join(counted, [on >= counted.start_on, lasts])
    unit = dict.fromkeys((units_of(counted), "account_id", "currency"))
    return held.group_by("on_date", *unit).agg(arr=_.arr_minor.sum().cast(NARROW))


def _valued(held: Table, known: Table, reporting: str) -> Table:
    """The same with its `value` in the reporting currency, null without a rate."""
    same = [held.on_date == known.rate_on, held.currency == known.rate_currency]
    rated = held.left_join(known, same).mutate(rate=rate_or_one(reporting))
    return valued(rated.view(), value=("arr", "rate"))
