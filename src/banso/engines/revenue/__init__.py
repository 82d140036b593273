"""Recurring revenue: the integer change ledger and the movements between two days.

Everything is an Ibis expression over two tables, `tables.LINES` and `tables.RATES`: bind them to
any engine, or to Arrow tables in memory, and run what comes back. Amounts are integer minor units,
annualised. A day means its close: a line is in force on every day from `start_on` to the day before
`end_on`, and the period (t0, t1] holds what changed after the close of t0, up to the close of t1.

- `ledger`: every change of every account, by day, and the same netted by calendar month.
- `movements`: two days compared account by account, and the bridge over all of them.
- `trend`: recurring revenue at the close of each of many days.
- `rates`: what a foreign amount is worth, exactly, and which currencies can't be told.
- `faults`: the lines that a caller must put right first.
"""

from __future__ import annotations
