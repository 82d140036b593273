"""Late renewals: what was told of a line while it waited, and what is told since.

While a renewal is waited for, a line stays in ARR; past its grace the churn is dated back to the
day its term ended; and a renewal that becomes known later still, with a first day within grace,
takes the churn back. So the same day is told in one way and then in another. Here two tellings of a
book are laid side by side, line by line:

    grace_over     it waited, nothing came, and it has ended on the day its term did
    notice         it waited, and the customer has said that it leaves
    late_renewal   it had ended, and goes on: what follows it became known after its grace
    renewal_gone   it went on, and what followed it is no longer there

A renewal within grace restates nothing: the line was in ARR all along.
"""

from __future__ import annotations

from typing import Final

import ibis
from ibis import _
from ibis.expr.types import Table

from banso.engines.revenue.continuity import DAY, FAR, waiting
from banso.engines.revenue.ledger import ledger, serving
from banso.engines.revenue.restatements import restatements
from banso.engines.revenue.tables import LINES

WHYS: Final = ("grace_over", "notice", "late_renewal", "renewal_gone")


def late_renewals(
    was: Table, was_today: Table, now: Table, now_today: Table, *, grace_days: int
) -> Table:
    """A row for each line of which days already told are told differently, for one of `WHYS`.

    (line_id, account_id, currency, on_date, until, was_minor, now_minor, was_kind, now_kind, why).
    `was` and `now` are lines of `book.prepare_for_any_day`, each with its day, (as_of). From
    `on_date` to the day before `until` (null: still) the line counts with `now_minor` and counted
    with `was_minor`. The kinds are those of the account's change on `on_date`, null for none.
    """
    sides = [
        _known(lines, today, grace_days) for lines, today in ((was, was_today), (now, now_today))
    ]
    before, after = (_ends(side) for side in sides)
    both = before.inner_join(
        after.rename({f"now_{name}": name for name in after.columns}),
        [before.line_id == after.line_id],
    )
    told = _named(both, was_today, now_today, grace_days)
    touched = told.select(of_account=_.account_id).distinct()
    ledgers = [
        ledger(serving(side).select(*LINES).semi_join(touched, _.account_id == touched.of_account))
        for side in sides
    ]
    changes = restatements(*ledgers).select(
        at_account=_.account_id, at_currency=_.currency, at_day=_.day,
        was_kind=_.was_kind, now_kind=_.now_kind,
    )  # fmt: skip
    same = [
        told.account_id == changes.at_account,
        told.currency == changes.at_currency,
        told.on_date == changes.at_day,
    ]
    return told.left_join(changes, same).drop("at_account", "at_currency", "at_day")


def _known(lines: Table, today: Table, grace_days: int) -> Table:
    """The lines as told on their day, with the end from which each waits."""
    return waiting(lines.mutate(waits=lines.waits_from), today, grace_days=grace_days)


def _ends(known: Table) -> Table:
    """Each line once, whatever pieces it is in: its last account, its end, and how it waits."""
    ends = known.end_on.fill_null(FAR)
    return known.group_by("line_id").agg(
        account_id=known.account_id.argmax(ends),
        currency=_.currency.max(),
        arr_minor=_.arr_minor.max(),
        ends_on=ends.max(),
        waits=_.waits.max(),
        pending=_.pending_from.max(),
    )


def _named(both: Table, was_today: Table, now_today: Table, grace_days: int) -> Table:
    """The lines that are told differently, and why."""
    days = was_today.select(was_on=_.as_of).cross_join(now_today.select(now_on=_.as_of))
    dated = days.cross_join(both).view()
    had_ended = dated.pending.isnull() & (dated.ends_on == dated.waits)
    has_ended = dated.now_ends_on <= dated.was_on
    ran_out = dated.now_on.delta(dated.pending, unit="day") >= grace_days
    waited = dated.pending.notnull() & (dated.now_ends_on == dated.pending)
    gone = (dated.now_ends_on == dated.now_waits) & (dated.now_ends_on < dated.ends_on)
    late = (dated.now_ends_on > dated.ends_on) & (dated.ends_on <= dated.was_on)
    why = ibis.cases(
        (waited & ran_out, "grace_over"),
        (waited, "notice"),
        (had_ended & late & ~dated.now_pending.identical_to(dated.ends_on), "late_renewal"),
        (dated.pending.isnull() & dated.now_pending.isnull() & has_ended & gone, "renewal_gone"),
        else_=ibis.null("string"),
    )
    found = dated.mutate(why=why).view()
    came = found.why == "late_renewal"
    until = came.ifelse(found.now_ends_on, ibis.least(found.ends_on, found.was_on + DAY))
    told = found.filter(found.why.notnull(), found.now_on >= found.was_on)
    return told.select(
        "line_id",
        "now_account_id",
        "currency",
        on_date=came.ifelse(found.ends_on, found.now_ends_on),
        until=until.nullif(FAR),
        was_minor=came.ifelse(0, found.arr_minor),
        now_minor=came.ifelse(found.now_arr_minor, 0),
        why=found.why,
    ).rename(account_id="now_account_id")
