"""What was known when, and what a later state of knowledge changed about the past.

A row of lines may carry `recorded_on`, the day on which this version of it became known. The ledger
of what was known on one day, beside that of another, shows every change that was told differently:
a churn that turned out after its grace and is dated back, a contract entered late, a correction.
`beside` compares two tellings of one period, account by account.
"""

from __future__ import annotations

from datetime import date

import ibis
from ibis import _
from ibis.expr.types import Table

from banso.engines.revenue.ledger import NARROW
from banso.engines.revenue.tables import BARS


def as_known(lines: Table, on: date) -> Table:
    """The lines as they were known at the close of a day: of each `line_id`, its latest version.

    A version without a day was known from the beginning. There is one version a day.
    """
    since = _.recorded_on.fill_null(date(1, 1, 1))
    told = lines.mutate(since=since).filter(_.since <= on)
    place = ibis.row_number().over(rows=(None, 0), group_by="line_id", order_by=ibis.desc("since"))
    return told.mutate(place=place).filter(_.place == 0).drop("since", "place")


def restatements(before: Table, after: Table) -> Table:
    """Every change of two ledgers (`ledger.ledger`) on which they differ, by account and day.

    (account_id, currency, day, was_minor, now_minor, was_kind, now_kind). An amount is 0 and a kind
    null on the side that knows of no change. Over all days the amounts add up to what the two
    states of knowledge say of the last.
    """
    known = ("account_id", "currency", "day", "delta_minor", "kind")
    sides = [
        told.select(*known, later=ibis.literal(later))
        for told, later in ((before, False), (after, True))
    ]
    told = ibis.union(*sides, distinct=False)
    both = told.group_by("account_id", "currency", "day").agg(
        was_minor=_.delta_minor.sum(where=~_.later).fill_null(0).cast(NARROW),
        now_minor=_.delta_minor.sum(where=_.later).fill_null(0).cast(NARROW),
        was_kind=_.kind.max(where=~_.later),
        now_kind=_.kind.max(where=_.later),
    )
    changed = (both.was_minor != both.now_minor) | ~both.was_kind.identical_to(both.now_kind)
    return both.filter(changed)


def beside(was: Table, now: Table) -> Table:
    """One period as it was told once and as it is told now, by account: every account of either.

    Both hold `account_id` and `tables.BARS`, an account at most once. Of each bar there is
    `was_{bar}`, `now_{bar}` and `changed_{bar}`, now less once; an account that is absent on a side
    has zeros there. `differs` where any bar has changed. Changes add up to those of the totals.
    """
    sides = [
        told.select("account_id", *BARS, later=ibis.literal(later))
        for told, later in ((was, False), (now, True))
    ]
    both = ibis.union(*sides, distinct=False).group_by("account_id")
    sums = {
        f"{when}_{bar}": _[bar].sum(where=chosen).fill_null(0).cast(NARROW)
        for when, chosen in (("was", ~_.later), ("now", _.later))
        for bar in BARS
    }
    told = both.agg(**sums).view()
    changes = {f"changed_{bar}": told[f"now_{bar}"] - told[f"was_{bar}"] for bar in BARS}
    told = told.mutate(**changes)
    return told.mutate(differs=ibis.or_(*(told[name] != 0 for name in changes)))
