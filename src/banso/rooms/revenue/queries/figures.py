"""What the engine says of a viewer's accounts: each question once, for every page and command.

Whose accounts, which days and which groups come in tables; see `kit.questions`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import ibis
import pyarrow as pa
import pyarrow.compute as pc
from django.conf import settings
from django.utils.translation import gettext as _

from banso.engines.revenue.book import Book
from banso.engines.revenue.bridges import by_group, cut, rate_parts, total
from banso.engines.revenue.causes import explained
from banso.engines.revenue.cohorts import average, cohort_accounts
from banso.engines.revenue.cohorts import cohorts as engine_cohorts
from banso.engines.revenue.comparison import Comparison, compare_asked, compare_parts, units_of
from banso.engines.revenue.continuity import waiting
from banso.engines.revenue.definitions import DEFAULT
from banso.engines.revenue.parts import lines_behind as engine_lines_behind
from banso.engines.revenue.parts import products_together
from banso.engines.revenue.periods import Asked, Period, last_months, rows
from banso.engines.revenue.rates import missing_within
from banso.engines.revenue.retention import mean_churn
from banso.engines.revenue.trend import arr_on_days
from banso.engines.revenue.trend import rows as days_asked
from banso.kit import lake
from banso.kit.questions import answer
from banso.rooms.revenue.queries.book import RATES, NoRate, NotWrittenYet, book_of, freshness, seen

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence
    from datetime import date

    from ibis.expr.types import Table

    from banso.engines.revenue.cohorts import Grain
    from banso.engines.revenue.definitions import Definition
    from banso.kit.questions import Question
    from banso.rooms.identity.models import User

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who asks, on which day, and by which definition things are counted."""

    viewer: User
    on: date
    definition: Definition = DEFAULT


@dataclass(frozen=True, slots=True)
class Compared:
    """Two days compared for a reader: one row for each account with ARR at either end, with causes
    where the definition nets changes between the two. All figures of a page are told from it.
    `kept` has what was asked of its reader and period already.
    """

    reader: Reader
    period: Period
    accounts: pa.Table
    kept: dict[str, pa.Table] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class _How:
    """What makes another expression of the same question."""

    definition: Definition
    reporting: str
    one: bool


@dataclass(frozen=True, slots=True)
class _Cohorts:
    until: date
    grain: Grain
    ages: int
    first_month: int


def compared(reader: Reader, period: Period) -> Compared:
    """Raises NoRevenueYet, NotWrittenYet, and NoRate, for a figure that left an account out would
    be wrong.
    """
    rows = _mine(reader, _accounts, [period])
    if pc.any(pc.equal(rows["kind"], "no_rate")).as_py():
        raise _no_rate(reader, [period])
    return Compared(reader, period, rows)


def total_of(told: Compared) -> Row:
    """`bridges.total`."""
    [row] = _told_of(told, _totals_of).to_pylist()
    return dict(row)


def groups_of(told: Compared, memberships: pa.Table) -> list[Row]:
    """`bridges.cut`, a row for each group."""
    rows: list[Row] = _told_of(told, _groups_of, memberships=memberships).to_pylist()
    return rows


def sides_of(told: Compared, memberships: pa.Table) -> pa.Table:
    """`bridges.by_group`: the account rows of which the rows of the groups are the sums."""
    return _told_of(told, _sides_of, memberships=memberships)


def rate_parts_of(told: Compared, rows: pa.Table) -> pa.Table:
    """`bridges.rate_parts` of account rows of this comparison."""
    return _told_of(replace(told, accounts=rows), _rate_parts)


def lines_behind(reader: Reader, period: Period, account: int) -> pa.Table:
    """`parts.lines_behind` of one account. Raises NoRevenueYet, NotWrittenYet, NoRate."""
    whose = pa.table({"account_id": pa.array([account], pa.int64())})
    rows = _mine(reader, _lines_behind, [period], whose=whose)
    if pc.any(pc.equal(rows["kind"], "no_rate")).as_py():
        raise _no_rate(reader, [period])
    return rows


def products_of(told: Compared) -> pa.Table:
    """`comparison.compare_parts` of products, each the `key` of a group, null where it has no
    name.
    """
    if "products" not in told.kept:
        told.kept["products"] = _mine(told.reader, _products, [told.period])
    return told.kept["products"]


def products_summed(told: Compared, products: pa.Table, *, each: bool) -> list[Row]:
    """`parts.products_together` of these rows: a row for each product, or one of all."""
    known = replace(told, accounts=products)
    question = _product_groups if each else _product_total
    rows: list[Row] = _told_of(known, question).to_pylist()
    return rows


def by_period(reader: Reader, periods: Sequence[Period]) -> pa.Table:
    """`bridges.total` for each of several periods, without causes; null where a rate is missing."""
    return _mine(reader, _totals, periods)


def mean_churn_of(by_month: pa.Table) -> Row:
    """`retention.mean_churn` of what `by_period` told of months."""
    [told] = answer(_mean_churn, by_month=by_month).to_pylist()
    return dict(told)


def cohorts(reader: Reader, *, grain: Grain, ages: int) -> tuple[list[Row], list[Row]]:
    """`cohorts.cohorts` up to the last month's end, quarters and years by the fiscal year, and
    `cohorts.average` of them. Raises NoRevenueYet, NotWrittenYet, NoRate.
    """
    of = _cohorts_of(reader, grain, ages)
    found = _answer(reader, _cohorts, of, **_whose(reader))
    if found["arr_minor"].null_count:
        raise _no_rate(reader, [Period(of.until, of.until)], of=_missing_ever)
    means: list[Row] = answer(_average, found=found).to_pylist()
    told: list[Row] = found.sort_by([("cohort_on", "ascending")]).to_pylist()
    return told, means


def accounts_of_cohort(reader: Reader, *, grain: Grain, cohort_on: date, age: int) -> pa.Table:
    """`cohorts.cohort_accounts` of one cohort at one age from 0, who pays most then first. Where an
    amount has no rate it is as if it were zero: `cohorts` refuses then.
    """
    asked = pa.table(
        {"cohort_on": pa.array([cohort_on], pa.date32()), "age": pa.array([age], pa.int64())}
    )
    of = _cohorts_of(reader, grain, ages=0)
    found = _answer(reader, _accounts_of_cohort, of, asked=asked, **_whose(reader))
    order = ("arr_minor", "descending"), ("size_minor", "descending"), ("account_id", "ascending")
    return found.sort_by(list(order))


def trend(reader: Reader, days: Sequence[date], *, only: int | None = None) -> list[Row]:
    """`trend.arr_over_time` for the viewer's accounts, or for the one."""
    whose = _whose(reader)
    if only is not None:
        one = pa.table({"account_id": pa.array([only], pa.int64())})
        mine = whose.get("mine", one)
        whose = {"mine": mine.filter(pc.equal(mine["account_id"], only))}
    told: list[Row] = _answer(reader, _trend, asked=days_asked(days), **whose).to_pylist()
    return told


def _mine(
    reader: Reader, question: Question, periods: Sequence[Period], **tables: pa.Table
) -> pa.Table:
    asked = rows(periods)
    one = question in {_accounts, _lines_behind, _products}
    return _answer(reader, question, one=one, asked=asked, **_whose(reader), **tables)


def _whose(reader: Reader) -> dict[str, pa.Table]:
    mine = seen(reader.viewer, on=reader.on)
    return {} if mine is None else {"mine": mine}


def _answer(
    reader: Reader, question: Question, *more: Hashable, one: bool = True, **tables: pa.Table
) -> pa.Table:
    freshness()
    snapshots = {"lines": book_of(reader.definition), "rates": RATES}
    today = pa.table({"as_of": pa.array([reader.on], pa.date32())})
    how = _how(reader, one=one)
    try:
        return answer(question, how, *more, snapshots=snapshots, today=today, **tables)
    except lake.NeverWritten:
        raise NotWrittenYet(
            _("The figures are still being made from your lines. Look again in a minute.")
        ) from None


def _told_of(told: Compared, question: Question, **tables: pa.Table) -> pa.Table:
    known = {"accounts": told.accounts, "asked": rows([told.period])}
    return answer(question, _how(told.reader, one=True), **known, **tables)


def _how(reader: Reader, *, one: bool) -> _How:
    return _How(reader.definition, settings.BANSO.currency, one)


def _no_rate(reader: Reader, periods: Sequence[Period], *, of: Question | None = None) -> NoRate:
    missing = _mine(reader, of or _missing, periods).column("currency").to_pylist()
    first = min(period.opening_on for period in periods)
    return NoRate(
        _("There is no exchange rate for %(currencies)s on or before %(day)s.")
        % {"currencies": ", ".join(sorted(missing)), "day": first.isoformat()}
    )


def _totals(how: _How, **tables: Table) -> Table:
    return total(_compared(how, **tables))


def _accounts(how: _How, **tables: Table) -> Table:
    return _compared(how, **tables).accounts


def _totals_of(how: _How, *, accounts: Table, asked: Table) -> Table:
    return total(_comparison(how, accounts, asked))


def _groups_of(how: _How, *, accounts: Table, asked: Table, memberships: Table) -> Table:
    return cut(_comparison(how, accounts, asked), memberships)


def _sides_of(how: _How, *, accounts: Table, asked: Table, memberships: Table) -> Table:
    return by_group(_comparison(how, accounts, asked), memberships)


def _rate_parts(how: _How, *, accounts: Table, asked: Table) -> Table:
    return rate_parts(accounts, how.definition)


def _lines_behind(how: _How, *, asked: Table, whose: Table, **tables: Table) -> Table:
    return engine_lines_behind(_met(how, **tables), Asked(asked, one=how.one), whose)


def _products(how: _How, *, asked: Table, **tables: Table) -> Table:
    rows = compare_parts(_met(how, **tables), Asked(asked, one=how.one), part="product")
    rows = _of_mine(rows, **tables)
    return rows.mutate(key=rows.part.nullif("")).drop("part")


def _product_groups(how: _How, *, accounts: Table, asked: Table) -> Table:
    return products_together(accounts, how.definition, by=("key",))


def _product_total(how: _How, *, accounts: Table, asked: Table) -> Table:
    return products_together(accounts, how.definition, by=())


def _comparison(how: _How, accounts: Table, asked: Table) -> Comparison:
    return Comparison(
        accounts=accounts, periods=Asked(asked, one=how.one), definition=how.definition
    )


def _mean_churn(*, by_month: Table) -> Table:
    return mean_churn(by_month)


def _cohorts(how: _How, of: _Cohorts, *, rates: Table, **tables: Table) -> Table:
    return engine_cohorts(
        _book(how, rates=rates, **tables),
        until=of.until,
        grain=of.grain,
        ages=of.ages,
        first_month=of.first_month,
    )


def _cohorts_of(reader: Reader, grain: Grain, ages: int) -> _Cohorts:
    until = last_months(reader.on, months=1)[0].closing_on
    return _Cohorts(until, grain, ages, settings.BANSO.fiscal_start_month)


def _accounts_of_cohort(
    how: _How, of: _Cohorts, *, rates: Table, asked: Table, **tables: Table
) -> Table:
    book = _book(how, rates=rates, **tables)
    return cohort_accounts(book, asked, until=of.until, grain=of.grain, first_month=of.first_month)


def _average(*, found: Table) -> Table:
    return average(found)


def _trend(how: _How, *, rates: Table, asked: Table, **tables: Table) -> Table:
    return arr_on_days(_lines(how, **tables), rates, asked=asked, reporting=how.reporting)


def _missing(how: _How, *, rates: Table, asked: Table, **tables: Table) -> Table:
    """Of all lines that serve within the periods, also of those that come and go inside."""
    return missing_within(_lines(how, **tables), rates, asked=asked, reporting=how.reporting)


def _missing_ever(how: _How, *, rates: Table, asked: Table, **tables: Table) -> Table:
    """Of all lines that ever began: a cohort is told with those that have left it."""
    lines = _lines(how, **tables).mutate(end_on=ibis.null("date"))
    return missing_within(lines, rates, asked=asked, reporting=how.reporting)


def _compared(how: _How, *, asked: Table, **tables: Table) -> Comparison:
    book = _met(how, **tables)
    comparison = compare_asked(book, Asked(asked, one=how.one))
    comparison = replace(comparison, accounts=_of_mine(comparison.accounts, **tables))
    between_ends = how.definition.netting == "net_per_period"
    return explained(comparison, book) if how.one and between_ends else comparison


def _book(how: _How, *, rates: Table, **tables: Table) -> Book:
    return Book(
        lines=_lines(how, **tables),
        rates=rates,
        reporting=how.reporting,
        definition=how.definition,
    )


def _met(how: _How, *, lines: Table, mine: Table | None = None, **tables: Table) -> Book:
    """The book of all that was ever with the viewer's accounts: what came from others is no gain,
    and what went to them no loss. What the others have does not pass `_of_mine`.
    """
    if mine is None:
        return _book(how, lines=lines, **tables)
    unit = units_of(lines)
    theirs = lines.semi_join(mine, "account_id").select(unit).distinct()
    return _book(how, lines=lines.semi_join(theirs, unit), **tables)


def _of_mine(rows: Table, *, mine: Table | None = None, **_tables: Table) -> Table:
    return rows if mine is None else rows.semi_join(mine, "account_id")


def _lines(how: _How, *, lines: Table, today: Table, mine: Table | None = None) -> Table:
    """The book's lines as known today, or those of the viewer's accounts."""
    held = lines if mine is None else lines.semi_join(mine, "account_id")
    if "waits_from" not in held.columns:
        return held
    return waiting(held, today, grace_days=how.definition.grace_days)
