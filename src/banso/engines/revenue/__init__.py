"""Recurring revenue: the integer change ledger, movements, retention and cohorts on any two days.

Everything is an Ibis expression over the tables of `tables`: bind them to any engine, or to Arrow
tables in memory, and run what comes back. Amounts are integer minor units, annualised. A day means
its close: a line is in force on every day from `start_on` to the day before `end_on`, and the
period (t0, t1] holds what changed after the close of t0, up to the close of t1.

What is counted is data. From lines to a figure:

    definitions.DEFAULT                       what exactly is counted, by named settings
    book.prepare(lines, rates, ...)           lines as a definition reads them: a `Book`
    comparison.compare(book, *periods)        accounts at both ends of each period
    causes.explained(comparison, book)        the same, growth and shrinkage by cause
    bridges.total(comparison)                 one row a period: bars, GRR, NRR, logos, churn rates
    bridges.cut(comparison, memberships)      the same by dated groups, transfers between them

Beside it:

- `periods`: `Period`, trailing windows, the last whole months.
- `ledger`: every change of every account, by day and by month, over lines as they are dated.
- `daily`: every change of a book's accounts inside a period, in one currency.
- `parts`: the lines behind an account's change, and what became of each product.
- `retention`: monthly churn, the renewal rate. `cohorts`: accounts by their first month.
- `metered`: usage as a stream of its own. `late`: what late renewals changed.
- `intervals`: how sure a rate of few accounts is.
- `restatements`: what was known when, and what later knowledge changed.
- `movements`, `trend`: two days, or many, over lines as they are dated.
- `continuity`, `pieces`, `moving`: how `book` closes gaps, cuts pauses out, follows merges.
- `rates`: what a foreign amount is worth, exactly, and which currencies can't be told.
- `faults`: the lines that a caller must put right first.
"""

from __future__ import annotations
