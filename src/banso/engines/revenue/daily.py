"""Every movement for itself: each day's change of each account, told in a period's rates.

The ledger of a book knows units and currencies; here they are brought together. With r for the
rates of the movements,

    change(a, d) = sum over a's units and currencies of  after@r - before@r

which adds up to the difference between the two ends, to the minor unit, because each change is the
difference of two converted amounts and never a converted difference.
"""

from __future__ import annotations

from typing import Any

import ibis
from ibis import _
from ibis.expr.types import Table

from banso.engines.revenue.book import Book
from banso.engines.revenue.ledger import NARROW, change_kind, serving
from banso.engines.revenue.periods import DATES, Asked, with_rates
from banso.engines.revenue.rates import valued
from banso.engines.revenue.tables import MOVED

ACCOUNT_DAYS = (*DATES, "account_id", "day")


def changes(book: Book, periods: Asked) -> Table:
    """One row for each period, account and day on which it changed, in the book's currency.

    (opening_on, closing_on, account_id, day, delta_minor, transfer_minor, before_minor,
    after_minor, unrated, kind). `delta_minor` holds the transfer. A day that brought nothing but
    one has the kind "transfer". `unrated` counts amounts that can't be converted.
    """
    by_day = _by_day(book, periods)
    account = {"group_by": (*DATES, "account_id"), "order_by": "day"}
    run = by_day.mutate(
        after_minor=_.delta_minor.sum().over(rows=(None, 0), **account).cast(NARROW),
        earlier=ibis.row_number().over(rows=(None, 0), **account),
        left_on=_.day.lag().over(**account),
    )
    run = run.mutate(before_minor=_.after_minor - _.delta_minor)
    stood = run.before_minor + run.transfer_minor
    plain = change_kind(stood, run.after_minor, paid_before=run.earlier > 0)
    away = run.day.delta(run.left_on, unit="day")
    limit = book.definition.reactivation_max_days
    late: Any = ibis.literal(value=False) if limit is None else away > limit
    told = run.mutate(
        kind=ibis.cases(
            ((plain == "reactivation") & late, "new"),
            (plain == "unchanged", "transfer"),
            else_=plain,
        )
    )
    return told.filter(_.day > _.opening_on).drop("earlier", "left_on")


def bars_by_day(book: Book, periods: Asked) -> Table:
    """The bars of each account and period: the sums of its changes by kind, and of transfers.

    (opening_on, closing_on, account_id, new_minor, ..., transfer_minor, unrated)
    """
    dated = changes(book, periods)
    size = (dated.delta_minor - dated.transfer_minor).abs()
    bars = {f"{kind}_minor": size.sum(where=dated.kind == kind) for kind in MOVED}
    return dated.group_by(*DATES, "account_id").agg(
        **{name: bar.fill_null(0).cast(NARROW) for name, bar in bars.items()},
        transfer_minor=dated.transfer_minor.sum().cast(NARROW),
        unrated=dated.unrated.sum().cast(NARROW),
    )


def _by_day(book: Book, periods: Asked) -> Table:
    """What each account's day brought, over its units and currencies; nothing has no row."""
    ledger = _unit_ledger(book)
    asked = periods.table
    known = asked.join(ledger, ledger.day <= asked.closing_on)
    rated = with_rates(known, book.rates, periods, book.reporting)
    closing = book.definition.fx == "constant_currency_closing"
    rate = "closing_rate" if closing else "opening_rate"
    told = valued(
        rated.mutate(before=_.after - _.delta).view(),
        stood=("before", rate),
        stands=("after", rate),
        moved=("transfer", rate),
    ).mutate(change=_.stands - _.stood)
    sums = told.group_by(*ACCOUNT_DAYS).agg(
        delta_minor=_.change.sum().fill_null(0).cast(NARROW),
        transfer_minor=_.moved.sum().fill_null(0).cast(NARROW),
        unrated=_.count(where=_.change.isnull()),
    )
    return sums.filter((_.delta_minor != 0) | (_.transfer_minor != 0) | (_.unrated > 0))


def _unit_ledger(book: Book) -> Table:
    """Net changes by unit, account, currency and day: delta, transfer, and what stands after."""
    lines = serving(book.lines)
    moving = "unit_id" in lines.columns
    nothing = ibis.literal(0, "int64")
    both = lines.mutate(
        unit_id=lines.unit_id if moving else lines.account_id,
        came=lines.arrives.ifelse(lines.arr_minor, 0) if moving else nothing,
        went=lines.departs.ifelse(-lines.arr_minor, 0) if moving else nothing,
    )
    unit = ("unit_id", "account_id", "currency")
    starts = both.select(*unit, day=_.start_on, delta=_.arr_minor, transfer=_.came)
    ended = both.filter(_.end_on.notnull())
    ends = ended.select(*unit, day=_.end_on, delta=-_.arr_minor, transfer=_.went)
    net = (
        starts.union(ends, distinct=False)
        .group_by(*unit, "day")
        .agg(delta=_.delta.sum().cast(NARROW), transfer=_.transfer.sum().cast(NARROW))
    )
    running = net.delta.sum().over(rows=(None, 0), group_by=unit, order_by="day")
    return net.mutate(after=running.cast(NARROW)).filter((_.delta != 0) | (_.transfer != 0))
