"""Cohorts: accounts by when they first paid, and what is left of them month by month.

An account's first month is the first at whose close it has ARR; age 0 is that month, age m the m-th
after it, whatever the month of its cohort. All is told from the months' changes, at the rates of
one day, so that a curve shows customers and not currencies:

    arr(c, m)      = sum of the changes of c's accounts at ages 0 to m
    accounts(c, m) = those that came, at ages 0 to m, less those that went
    retention(m)   = value at m / value at 0

A cohort is told up to the age that its youngest possible account has reached. Averages weight each
cohort by its size and hold those old enough for the age. Accounts that were merged stay in their
own cohort, and a line that a split took to another account stays in that of the one it came from.
"""

from __future__ import annotations

from datetime import date
from enum import Enum

import ibis
from ibis import _
from ibis.expr.types import Table

from banso.engines.basis.fiscal import month_end
from banso.engines.revenue.book import Book
from banso.engines.revenue.comparison import units_of
from banso.engines.revenue.ledger import (
    NARROW,
    first_of_month,
    month_number,
    movements_by_month,
    serving,
)
from banso.engines.revenue.rates import rate_or_one, rates_on, valued
from banso.engines.revenue.tables import LINES


class Grain(Enum):
    """How long the accounts of one cohort were signed for: the number of months."""

    MONTH = 1
    QUARTER = 3
    FISCAL_YEAR = 12


def cohorts(
    book: Book, *, until: date, grain: Grain, ages: int = 36, first_month: int = 4
) -> Table:
    """One row for each cohort and age up to `ages`: what was left of it, by the last whole month.

    (cohort_on, month_index, size_accounts, size_minor, accounts, arr_minor, logo_retention,
    arr_retention, definition). `cohort_on` is the cohort's first day, quarters and years counted
    from `first_month`; `month_index` starts at the definition's `cohort_index_from`. Amounts are
    null where an amount of the cohort has no rate by `until`.
    """
    if not 1 <= first_month <= 12:
        raise ValueError("Expected a first month of 1 to 12.")
    changes, last = _until(book, until), _last_month(until)
    run = {"group_by": "cohort", "order_by": "age", "rows": (None, 0)}
    told = _grid(_aged(changes, grain, first_month - 1), last - grain.value + 1, ages).mutate(
        accounts=_.came.sum().over(**run).cast(NARROW),
        size_accounts=_.came.sum(where=_.age == 0).over(group_by="cohort").cast(NARROW),
        arr_minor=_.change.sum().over(**run).cast(NARROW),
        size_minor=_.change.sum(where=_.age == 0).over(group_by="cohort").cast(NARROW),
        unrated=_.unrated.sum().over(group_by="cohort"),
    )
    known = told.unrated == 0
    amounts = {name: known.ifelse(told[name], ibis.null()) for name in ("size_minor", "arr_minor")}
    return told.mutate(**amounts).select(
        cohort_on=first_of_month(_.cohort),
        month_index=_.age + book.definition.cohort_index_from,
        size_accounts=_.size_accounts,
        size_minor=_.size_minor,
        accounts=_.accounts,
        arr_minor=_.arr_minor,
        logo_retention=_.accounts / _.size_accounts.nullif(0),
        arr_retention=_.arr_minor / _.size_minor.nullif(0),
        definition=ibis.literal(book.definition.name),
    )


def cohort_accounts(
    book: Book, asked: Table, *, until: date, grain: Grain, first_month: int = 4
) -> Table:
    """One row for each account of the asked cohorts: (account_id, size_minor, arr_minor, stays).

    `asked` (cohort_on, age): by the days and ages from 0 of `cohorts`, whose cells are the sums of
    these rows. `stays` says whether the account was still there at the age.
    """
    known = _born(_until(book, until), grain, first_month - 1)
    wanted = asked.select(asked_cohort=month_number(asked.cohort_on), asked_age=asked.age)
    found = known.join(wanted, known.cohort == wanted.asked_cohort).filter(_.age <= _.asked_age)
    return found.group_by("account_id").agg(
        size_minor=_.change.sum(where=_.age == 0).cast(NARROW),
        arr_minor=_.change.sum().cast(NARROW),
        stays=_.came.sum() > 0,
    )


def average(cohorts: Table) -> Table:
    """Retention by age over all cohorts old enough, each with the weight of its size.

    (month_index, cohorts, size_accounts, logo_retention, arr_retention). Logos are weighted by
    accounts, ARR by amounts. A cohort whose amounts are null leaves the amounts of its ages null.
    """
    sums = cohorts.group_by("month_index").agg(
        cohorts=_.count(),
        size_accounts=_.size_accounts.sum().cast(NARROW),
        accounts=_.accounts.sum(),
        size_minor=_.size_minor.sum(),
        arr_minor=_.arr_minor.sum(),
        unrated=_.count(where=_.arr_minor.isnull()),
    )
    told = sums.select(
        month_index=_.month_index,
        cohorts=_.cohorts,
        size_accounts=_.size_accounts,
        logo_retention=_.accounts / _.size_accounts.nullif(0),
        arr_retention=ibis.cases(
            (sums.unrated > 0, ibis.null()), else_=_.arr_minor / _.size_minor.nullif(0)
        ),
    )
    return told.order_by("month_index")


def _last_month(until: date) -> int:
    """The number of the last whole month by a day."""
    return until.year * 12 + until.month - 1 - (until != month_end(until))


def _until(book: Book, until: date) -> Table:
    """What each account's whole months brought, up to a day."""
    return _by_month(book, until).filter(_.number <= _last_month(until)).view()


def _born(changes: Table, grain: Grain, first: int) -> Table:
    """The changes with the first month of each one's cohort and the age at which it came."""
    born = changes.group_by(of_account=_.account_id).agg(born=_.number.min())
    known = changes.join(born, changes.account_id == born.of_account)
    cohort = known.born - (known.born - first) % grain.value
    return known.mutate(cohort=cohort, age=known.number - known.born)


def _aged(changes: Table, grain: Grain, first: int) -> Table:
    """What each month brought to its cohort: amounts, and accounts come less gone, by age."""
    known = _born(changes, grain, first)
    return known.group_by("cohort", at_age=known.age).agg(
        change=_.change.sum().fill_null(0).cast(NARROW),
        came=_.came.sum().cast(NARROW),
        unrated=_.unrated.sum().cast(NARROW),
    )


def _grid(aged: Table, oldest: int, ages: int) -> Table:
    """The same with every age that a cohort has reached, also those at which nothing changed."""
    asked = ibis.range(0, ages + 1, 1).unnest().name("age").as_table()
    known = aged.group_by(of_cohort=_.cohort).agg(reached=oldest - _.cohort.max())
    grid = known.cross_join(asked).filter(_.age <= _.reached)
    full = grid.left_join(aged, [grid.of_cohort == aged.cohort, grid.age == aged.at_age])
    sums = {name: full[name].fill_null(0) for name in ("change", "came", "unrated")}
    return full.select("age", cohort="of_cohort", **sums).view()


def _as_at_first(lines: Table) -> Table:
    """The lines with the account that each was with before any transfer."""
    unit = units_of(lines)
    first = lines.account_id.first().over(group_by=unit, order_by="start_on")
    return lines.mutate(account_id=ibis.ifelse(lines[unit] > 0, lines[unit], first))


def _by_month(book: Book, until: date) -> Table:
    """Each account's months with a change: what it came to, whether it came or went."""
    months = movements_by_month(_as_at_first(serving(book.lines)).select(*LINES))
    known = rates_on(book.rates, until)
    rated = months.left_join(known, months.currency == known.rate_currency)
    rated = rated.mutate(rate=rate_or_one(book.reporting)).view()
    told = valued(rated, stood=("before_minor", "rate"), stands=("after_minor", "rate"))
    sums = told.group_by("account_id", number=month_number(told.month)).agg(
        change=(_.stands - _.stood).sum(),
        streams=(_.after_minor > 0).cast("int64").sum() - (_.before_minor > 0).cast("int64").sum(),
        unrated=_.count(where=_.stands.isnull() | _.stood.isnull()),
    )
    held = _.streams.sum().over(rows=(None, 0), group_by="account_id", order_by="number")
    run = sums.mutate(held=held).mutate(stood=_.held - _.streams)
    return run.mutate(came=(_.held > 0).cast("int64") - (_.stood > 0).cast("int64"))
