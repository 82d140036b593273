"""What the engine says of a viewer's accounts: each question once, for every page and command.

Whose accounts, which days and which groups come in tables; see `kit.questions`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
from django.conf import settings
from django.utils.translation import gettext as _

from banso.engines.revenue.book import Book
from banso.engines.revenue.bridges import by_group, cut, total
from banso.engines.revenue.causes import explained
from banso.engines.revenue.cohorts import average
from banso.engines.revenue.cohorts import cohorts as engine_cohorts
from banso.engines.revenue.comparison import Comparison, compare_asked
from banso.engines.revenue.definitions import DEFAULT
from banso.engines.revenue.periods import Asked, rows
from banso.engines.revenue.rates import missing_on
from banso.engines.revenue.retention import mean_churn
from banso.engines.revenue.trend import arr_on_days
from banso.engines.revenue.trend import rows as days_asked
from banso.kit import lake
from banso.kit.questions import answer
from banso.rooms.revenue.queries.book import BOOK, RATES, NoRate, NoRevenueYet, freshness, seen

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence
    from datetime import date

    from ibis.expr.types import Table

    from banso.engines.revenue.cohorts import Grain
    from banso.engines.revenue.definitions import Definition
    from banso.engines.revenue.periods import Period
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


def totals(reader: Reader, periods: Sequence[Period]) -> list[Row]:
    """`bridges.total`, a row a period, the earliest first. Raises NoRevenueYet, NoRate.

    Causes are told of a single period, unless the definition's netting is every_movement.
    """
    if len(periods) == 1:
        of_accounts = {"accounts": accounts(reader, periods[0]), "asked": rows(periods)}
        told: list[Row] = answer(_totals_of, _how(reader, one=True), **of_accounts).to_pylist()
    else:
        told = _mine(reader, _totals, periods).to_pylist()
    _require_rates(reader, told, periods)
    return sorted(told, key=lambda row: (row["closing_on"], row["opening_on"]))


def groups(reader: Reader, period: Period, memberships: pa.Table) -> list[Row]:
    """`bridges.cut` with causes, a row for each group. Raises NoRevenueYet, NoRate."""
    tables = _grouped(reader, period, memberships)
    told: list[Row] = answer(_groups_of, _how(reader, one=True), **tables).to_pylist()
    _require_rates(reader, told, [period])
    return told


def accounts(reader: Reader, period: Period) -> pa.Table:
    """The account rows of which a period's total is the sum, with causes. Raises NoRevenueYet."""
    return _mine(reader, _accounts, [period])


def accounts_of_group(
    reader: Reader, period: Period, memberships: pa.Table, key: str | None
) -> pa.Table:
    """The account rows of which the row of a group is the sum. Raises NoRevenueYet."""
    found = sides(reader, period, memberships)
    same = pc.is_null(found["key"]) if key is None else pc.equal(found["key"], key)
    return found.filter(same)


def _grouped(reader: Reader, period: Period, memberships: pa.Table) -> dict[str, pa.Table]:
    found = accounts(reader, period)
    return {"accounts": found, "asked": rows([period]), "memberships": memberships}


def sides(reader: Reader, period: Period, memberships: pa.Table) -> pa.Table:
    """The account rows of which the rows of the groups are the sums, by `key`. Raises
    NoRevenueYet.
    """
    return answer(_sides_of, _how(reader, one=True), **_grouped(reader, period, memberships))


def monthly_churn(reader: Reader, months: Sequence[Period]) -> Row:
    """`retention.mean_churn` over these months. Raises NoRevenueYet, NoRate."""
    by_month = _mine(reader, _totals, months)
    _require_rates(reader, by_month.to_pylist(), months)
    [told] = answer(_mean_churn, by_month=by_month).to_pylist()
    return dict(told)


def cohorts(reader: Reader, *, grain: Grain, ages: int) -> tuple[list[Row], list[Row]]:
    """`cohorts.cohorts` up to the reader's day, quarters and years by the fiscal year, and
    `cohorts.average` of them.
    """
    of = _Cohorts(reader.on, grain, ages, settings.BANSO.fiscal_start_month)
    found = _answer(reader, _cohorts, of, **_whose(reader))
    means: list[Row] = answer(_average, found=found).to_pylist()
    told: list[Row] = found.sort_by([("cohort_on", "ascending")]).to_pylist()
    return told, means


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
    one = asked.num_rows == 1
    return _answer(reader, question, one=one, asked=asked, **_whose(reader), **tables)


def _whose(reader: Reader) -> dict[str, pa.Table]:
    mine = seen(reader.viewer, on=reader.on)
    return {} if mine is None else {"mine": mine}


def _answer(
    reader: Reader, question: Question, *more: Hashable, one: bool = True, **tables: pa.Table
) -> pa.Table:
    freshness()
    snapshots = {"lines": f"{BOOK}{reader.definition.name}", "rates": RATES}
    try:
        return answer(question, _how(reader, one=one), *more, snapshots=snapshots, **tables)
    except lake.NeverWritten:
        raise NoRevenueYet(_("There is no recurring revenue yet.")) from None


def _how(reader: Reader, *, one: bool) -> _How:
    return _How(reader.definition, settings.BANSO.currency, one)


def _require_rates(reader: Reader, told: Sequence[Row], periods: Sequence[Period]) -> None:
    """A figure that left an account out would be wrong."""
    if not any(row["no_rate_accounts"] for row in told):
        return
    missing = _mine(reader, _missing, periods).column("currency").to_pylist()
    raise NoRate(
        _("There is no exchange rate for %(currencies)s on or before %(day)s.")
        % {
            "currencies": ", ".join(sorted(missing)),
            "day": min(period.opening_on for period in periods).isoformat(),
        }
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


def _average(*, found: Table) -> Table:
    return average(found)


def _trend(how: _How, *, rates: Table, asked: Table, **tables: Table) -> Table:
    return arr_on_days(_lines(**tables), rates, asked=asked, reporting=how.reporting)


def _missing(how: _How, *, rates: Table, asked: Table, **tables: Table) -> Table:
    days = asked.select(on_date="opening_on").union(asked.select(on_date="closing_on"))
    return missing_on(_lines(**tables), rates, asked=days, reporting=how.reporting)


def _compared(how: _How, *, asked: Table, **tables: Table) -> Comparison:
    book = _book(how, **tables)
    comparison = compare_asked(book, Asked(asked, one=how.one))
    between_ends = how.definition.netting == "net_per_period"
    return explained(comparison, book) if how.one and between_ends else comparison


def _book(how: _How, *, rates: Table, **tables: Table) -> Book:
    return Book(
        lines=_lines(**tables), rates=rates, reporting=how.reporting, definition=how.definition
    )


def _lines(*, lines: Table, mine: Table | None = None) -> Table:
    """The book's lines, or those of the viewer's accounts."""
    return lines if mine is None else lines.semi_join(mine, "account_id")
