"""What is wrong with the lines, named by code: for a page to list and a caller to refuse."""

from __future__ import annotations

import ibis
from ibis import _
from ibis.expr.types import Table

from banso.engines.revenue.ledger import in_force, ledger, serving


def line_faults(lines: Table) -> Table:
    """(account_id, line_id, fault), one row for each fault of each line.

    - `missing_value`: a column other than `end_on` is empty.
    - `negative_amount`: below zero; a reduction belongs in the amount of the line it reduces.
    - `no_days`: it ends on or before its first day. The ledger leaves it out.
    - `repeated_line`: another row has the same `line_id`: its amount may be counted twice.
    - `negative_total`: it takes part in an account's ARR falling below zero.
    - `unknown_link`: it renews or replaces a line that isn't there.
    """
    rows = lines.mutate(copies=_.count().over(group_by="line_id"))
    needed = ("account_id", "line_id", "currency", "start_on", "arr_minor")
    found = {
        "missing_value": ibis.or_(*(rows[column].isnull() for column in needed)),
        "negative_amount": rows.arr_minor < 0,
        "no_days": rows.end_on <= rows.start_on,
        "repeated_line": rows.line_id.notnull() & (rows.copies > 1),
    }
    for link in {"renews", "replaces"} & set(lines.columns):
        unknown = rows[link].notnull() & ~rows[link].isin(lines.line_id)
        found["unknown_link"] = found.get("unknown_link", unknown) | unknown
    listed = [
        rows.filter(wrong).select("account_id", "line_id", fault=ibis.literal(code))
        for code, wrong in found.items()
    ]
    return ibis.union(*listed, _overdrawn(lines), distinct=False)


def _overdrawn(lines: Table) -> Table:
    """The reductions in force on the first day on which their account has less than nothing."""
    below = ledger(lines).filter(_.after_minor < 0)
    firsts = below.group_by(of_account=_.account_id, of_currency=_.currency).agg(day=_.day.min())
    known = serving(lines).filter(_.arr_minor < 0)
    held = known.join(
        firsts, [known.account_id == firsts.of_account, known.currency == firsts.of_currency]
    )
    guilty = held.filter(in_force(held, held.day))
    return guilty.select("account_id", "line_id", fault=ibis.literal("negative_total"))
