"""What is wrong with the lines, named by code: for a page to list and a caller to refuse."""

from __future__ import annotations

import ibis
from ibis import _
from ibis.expr.types import Table


def line_faults(lines: Table) -> Table:
    """(account_id, line_id, fault), one row for each fault of each line.

    - `missing_value`: a column other than `end_on` is empty.
    - `negative_amount`: below zero; a reduction belongs in the amount of the line it reduces.
    - `no_days`: it ends on or before its first day. The ledger leaves it out.
    - `repeated_line`: another row has the same `line_id`: its amount may be counted twice.
    """
    rows = lines.mutate(copies=_.count().over(group_by="line_id"))
    needed = ("account_id", "line_id", "currency", "start_on", "arr_minor")
    found = {
        "missing_value": ibis.or_(*(rows[column].isnull() for column in needed)),
        "negative_amount": rows.arr_minor < 0,
        "no_days": rows.end_on <= rows.start_on,
        "repeated_line": rows.line_id.notnull() & (rows.copies > 1),
    }
    listed = [
        rows.filter(wrong).select("account_id", "line_id", fault=ibis.literal(code))
        for code, wrong in found.items()
    ]
    return ibis.union(*listed, distinct=False)
