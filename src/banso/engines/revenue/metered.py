"""Usage as a stream of its own: what is charged by the meter, beside ARR and never in it.

    usage(a, t) = mean, over the three months up to t, of a's metered charges a year

A line of the stream is one month's charge at twelve times its amount. It counts from the last day
of its month, for three months, at the rates of the day that is asked for. A merge takes an
account's charges along from its day on, like its lines.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

import ibis
import pyarrow as pa
from ibis import _
from ibis.expr.types import Table

from banso.engines.basis.fiscal import month_end
from banso.engines.revenue.continuity import DAY
from banso.engines.revenue.ledger import NARROW, month_number
from banso.engines.revenue.rates import divided, rate_or_one, rates_on_days, valued
from banso.engines.revenue.tables import complete

MONTHS: Final = 3


def rows(days: Iterable[date]) -> pa.Table:
    """The days as a table, (on_date, month_over), each once; `month_over` is the last month that
    has ended by the day, as `month_number` counts.
    """
    known = sorted(set(days))
    over = [day.year * 12 + day.month - 1 - (day != month_end(day)) for day in known]
    return pa.table(
        {"on_date": pa.array(known, pa.date32()), "month_over": pa.array(over, pa.int64())}
    )


def usage(
    lines: Table, rates: Table, *, asked: Table, reporting: str, moves: Table | None = None
) -> Table:
    """(on_date, account_id, usage_minor): metered charges at the close of each day of `asked` (see
    `rows`), a year, for accounts that have any; null where an amount has no rate.
    """
    charged = counted(lines, asked, moves=moves)
    sums = charged.group_by("on_date", "account_id", "currency").agg(
        arr=_.arr_minor.sum().cast(NARROW)
    )
    known = rates_on_days(rates, asked)
    same = [sums.on_date == known.rate_on, sums.currency == known.rate_currency]
    rated = sums.left_join(known, same).mutate(rate=rate_or_one(reporting))
    told = valued(rated.view(), value=("arr", "rate"))
    by_account = told.group_by("on_date", "account_id").agg(
        three=_.value.sum().cast(NARROW), unrated=_.count(where=_.value.isnull())
    )
    mean = divided(_.three, MONTHS)
    return by_account.select(
        "on_date",
        "account_id",
        usage_minor=ibis.cases((_.unrated > 0, ibis.null("int64")), else_=mean),
    )


def counted(lines: Table, asked: Table, *, moves: Table | None = None) -> Table:
    """(on_date, account_id, line_id, currency, arr_minor): the charges that are in the mean of each
    day, at the account that each is with on it: those whose last days lie in the last three months
    that are over, the day's own among them once it has been charged.
    """
    metered = complete(lines).filter(_.stream == "usage").mutate(over=_.end_on - DAY)
    charged = asked.join(metered, metered.over <= asked.on_date)
    charged = charged.mutate(month=month_number(charged.over).cast("int64"))
    latest = charged.month.max().over(group_by=("on_date", "account_id"))
    told = charged.mutate(latest=ibis.greatest(charged.month_over, latest))
    held = told.filter(told.month > told.latest - MONTHS).select(
        "on_date", "account_id", "line_id", "currency", "arr_minor"
    )
    return held if moves is None else _at_home(held, moves)


def _at_home(held: Table, moves: Table) -> Table:
    steps = moves.filter(_.line_id.isnull()).select(
        gone_id=_.account_id, into_id=_.into_id, since=_.on_date
    )
    known = held.left_join(steps, [held.account_id == steps.gone_id, steps.since <= held.on_date])
    last: Any = known.into_id.argmax(known.since)
    homes = known.group_by("on_date", "account_id", "line_id", "currency", "arr_minor").agg(
        home=last
    )
    return homes.mutate(account_id=_.home.fill_null(_.account_id)).drop("home")
