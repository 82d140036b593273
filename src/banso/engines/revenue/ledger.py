"""The change ledger: one row for every day on which an account's recurring revenue changed.

Each line gives +amount on its first day and -amount on its end day; the rest is a sum and a sort:

    delta(a, c, d) = amounts of a's lines in c that start on d, less those that end on d
    after          = running sum of delta by day,   before = after - delta

so that the deltas up to a day add up to the ARR at its close. The cost follows the changes, not the
days or months between them. The kinds are those of ChartMogul and of the dbt MRR playbook: new,
reactivation, expansion, contraction, churn; who has paid at any time before is no longer new.
Amounts are zero or more: lines that `faults.line_faults` names have no place here.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final, cast

import ibis
from ibis import _
from ibis.expr.types import BooleanValue, DateValue, IntegerValue, StringValue, Table

from banso.engines.revenue.tables import LEDGER, MONTHS

NARROW: Final = "!int64"  # DuckDB sums into 128 bits, which makes every later step dearer


def serving(lines: Table) -> Table:
    """The lines that ever count: recurring, other than zero, with at least one day of service."""
    has_days = _.end_on.isnull() | (_.end_on > _.start_on)
    counted = lines.filter(_.start_on.notnull(), has_days, _.arr_minor != 0)
    if "stream" in lines.columns:
        counted = counted.filter(_.stream.fill_null("recurring") == "recurring")
    return counted


def in_force(lines: Table, on: date | DateValue) -> BooleanValue:
    """Whether a line is in force at the close of a day: begun, and its end day not reached."""
    held: BooleanValue = (lines.start_on <= on) & (lines.end_on.isnull() | (lines.end_on > on))
    return held


def change_kind(
    before: IntegerValue, after: IntegerValue, *, paid_before: BooleanValue
) -> StringValue:
    """What a change is called, from the ARR on either side of it."""
    kind = ibis.cases(
        (before == after, "unchanged"),
        ((before == 0) & paid_before, "reactivation"),
        (before == 0, "new"),
        (after == 0, "churn"),
        (after > before, "expansion"),
        else_="contraction",
    )
    return cast("StringValue", kind)


def ledger(lines: Table, *, reactivation_max_days: int | None = None) -> Table:
    """Every net change by account, currency and day, as `tables.LEDGER`.

    Changes of one day are one change (an upgrade that ends a line and starts another is the
    difference), and a day that nets to nothing has no row. `seq` counts an account's changes in a
    currency from 1. Who comes back after more than `reactivation_max_days` is new again; such a row
    is told by its `seq` above 1. Accounts are taken as the lines have them: for merges and splits
    see `daily.changes`.
    """
    net = _netted(events(lines), "day").filter(_.delta_minor != 0)
    run = _running(net, "day")
    if reactivation_max_days is not None:
        left_on = _.day.lag().over(group_by=("account_id", "currency"), order_by="day")
        run = run.mutate(left_on=left_on)
        away = run.day.delta(run.left_on, unit="day")
        late = (run.kind == "reactivation") & (away > reactivation_max_days)
        run = run.mutate(kind=ibis.cases((late, "new"), else_=run.kind))
    return run.select(*LEDGER)


def movements_by_month(lines: Table) -> Table:
    """Every net change by account, currency and calendar month, as `tables.MONTHS`.

    `month` is the first day of the month, which runs from the close of the day before to the close
    of its last. What started and ended inside one month leaves no row, but the account has paid:
    its next start is a reactivation.
    """
    changes = events(lines).mutate(number=month_number(_.day))  # sorts faster than a date
    run = _running(_netted(changes, "number"), "number").filter(_.delta_minor != 0)
    return run.mutate(month=first_of_month(_.number)).select(*MONTHS)


def month_number(day: Any) -> Any:
    """Months counted from the year 0."""
    return day.year() * 12 + day.month() - 1


def first_of_month(number: Any) -> Any:
    """The first day of a month that `month_number` counted."""
    return ibis.date((number - number % 12) // 12, number % 12 + 1, 1)


def arr_by_account(lines: Table, *, on: date) -> Table:
    """ARR at the close of a day by account and currency; who has none has no row."""
    held = serving(lines)
    sums = held.filter(in_force(held, on)).group_by("account_id", "currency")
    return sums.agg(arr_minor=_.arr_minor.sum().cast(NARROW))


def events(lines: Table) -> Table:
    """The two ends of each line: its amount on the first day, less its amount on the end day."""
    counted = serving(lines)
    starts = counted.select("account_id", "currency", day=_.start_on, delta_minor=_.arr_minor)
    ended = counted.filter(_.end_on.notnull())
    ends = ended.select("account_id", "currency", day=_.end_on, delta_minor=-_.arr_minor)
    return starts.union(ends, distinct=False)


def _netted(changes: Table, grain: str) -> Table:
    """The sum of the changes by account, currency and `grain`, a column of days or months."""
    return changes.group_by("account_id", "currency", grain).agg(
        delta_minor=_.delta_minor.sum().cast(NARROW)
    )


def _running(net: Table, grain: str) -> Table:
    """Each change with the ARR before and after it, its place in the account's row, its kind."""
    account = ("account_id", "currency")
    run = net.mutate(
        after_minor=_.delta_minor.sum()
        .over(rows=(None, 0), group_by=account, order_by=grain)
        .cast(NARROW),
        seq=1 + ibis.row_number().over(rows=(None, 0), group_by=account, order_by=grain),
    )
    run = run.mutate(before_minor=_.after_minor - _.delta_minor)
    return run.mutate(kind=change_kind(run.before_minor, run.after_minor, paid_before=run.seq > 1))
