"""The shapes that come in and go out.

**Lines** are periods of recurring service. `start_on` is the first day of service, `end_on` the
first day *without* (null: still running). `arr_minor` is the annual amount in minor units of the
line's own currency, rounded once, when the line was made. A table may carry more columns; those of
`OPTIONAL` are read by `book.prepare`, which takes the default for a column or value that is absent:

- `stream`: "recurring"; "usage" (one row for a month's metered charge, at twelve times its amount;
  never in ARR); "pause" (service stands still from `start_on` to `end_on`; its amount means
  nothing).
- `pauses`: the `line_id` that a pause holds up; null: every line of the account.
- `product`: what is bought. Default: one product without a name.
- `plan`: "base" (default) or "addon".
- `quantity`: seats or units, null where not known.
- `interval_months`: months between two payments, null where not known.
- `list_arr_minor`: the amount before recurring discounts; null: there is none.
- `scheduled`: a step that the contract foresaw (ramp). `signed_on`: when it was agreed.
- `renews`, `replaces`: the `line_id` that this one follows.
- `cancelled_on`: the day of the customer's notice; null: nobody has said that the line ends.
- `recorded_on`: when this version of the row became known; see `restatements.as_known`.

**Rates** say what a currency is worth in the reporting currency: `rate_picos` is the number of
reporting *minor* units for one *minor* unit of the currency, times 10^12. At 150 yen a dollar, one
cent is 1.5 yen, so a book reported in yen has 1_500_000_000_000 for USD. A rate holds from
`on_date` until the currency's next row. There is one row for a currency and day; rates are above
zero; the reporting currency needs none.

**Moves** are merges and splits: from `on_date` on, an account (or, with a `line_id`, that line
alone) belongs to `into_id`, until its next row. A line with rows of its own follows only these.

**Memberships** say to which group (segment, team, person, ...) an account belongs: `key` from
`from_on` to the day before `to_on` (null: still). One key at a time; who has none is a group too.

**Terms** are contracts at the end of a term: what was due, and with what it went on (null: not
decided), both annual amounts in the contract's currency. `term_end_on` is the last day.

**Accounts** are what `comparison.compare` returns: one row for each account and period, in minor
units of the reporting currency, each closing by itself:

    opening + new + expansion - contraction - churn + reactivation + transfer + fx = closing

`before_minor` and `after_minor` are the two ends in the rates of the movements, with transfers in
both; retention is told by them. `scheduled_minor` is the part of after that contracts foresaw,
`pending_minor` the part of closing that waits for a late renewal. `away_days` says how long who
came back was away; a row that is "new" and has it was away beyond the limit.
"""

from __future__ import annotations

from typing import Final

import ibis
from ibis.expr.types import Table

LINES = ibis.schema(
    {
        "account_id": "int64",
        "line_id": "int64",
        "currency": "string",
        "start_on": "date",
        "end_on": "date",
        "arr_minor": "int64",
    }
)
OPTIONAL = ibis.schema(
    {
        "stream": "string",
        "pauses": "int64",
        "product": "string",
        "plan": "string",
        "quantity": "int64",
        "interval_months": "int64",
        "list_arr_minor": "int64",
        "scheduled": "boolean",
        "signed_on": "date",
        "renews": "int64",
        "replaces": "int64",
        "cancelled_on": "date",
        "recorded_on": "date",
    }
)
DEFAULTS: Final = {"stream": "recurring", "product": "", "plan": "base", "scheduled": False}
RATES = ibis.schema({"currency": "string", "on_date": "date", "rate_picos": "int64"})
MOVES = ibis.schema(
    {"account_id": "int64", "line_id": "int64", "into_id": "int64", "on_date": "date"}
)
MEMBERSHIPS = ibis.schema(
    {"account_id": "int64", "key": "string", "from_on": "date", "to_on": "date"}
)
TERMS = ibis.schema(
    {
        "account_id": "int64",
        "contract_id": "int64",
        "currency": "string",
        "term_end_on": "date",
        "due_minor": "int64",
        "renewed_minor": "int64",
    }
)

LEDGER = ibis.schema(
    {
        "account_id": "int64",
        "currency": "string",
        "day": "date",
        "delta_minor": "!int64",
        "before_minor": "int64",
        "after_minor": "!int64",
        "seq": "int64",
        "kind": "string",
    }
)
MONTHS = ibis.schema(
    {
        "account_id": "int64",
        "currency": "string",
        "month": "date",
        "delta_minor": "!int64",
        "before_minor": "int64",
        "after_minor": "!int64",
        "kind": "string",
    }
)
MOVEMENTS = ibis.schema(
    {
        "account_id": "int64",
        "opening_minor": "int64",
        "after_minor": "int64",
        "fx_minor": "int64",
        "closing_minor": "int64",
        "kind": "string",
    }
)
BARS: Final = (
    "opening_minor",
    "new_minor",
    "expansion_minor",
    "contraction_minor",
    "churn_minor",
    "reactivation_minor",
    "transfer_minor",
    "fx_minor",
    "closing_minor",
)
MOVED: Final = ("new", "expansion", "contraction", "churn", "reactivation")
KINDS: Final = (
    *MOVED,
    "transfer",  # everything went to another account
    "unchanged",
    "came_and_went",  # inside the period; only where every movement counts
    "no_rate",  # an amount can't be converted
)
ACCOUNTS = ibis.schema(
    {
        "opening_on": "date",
        "closing_on": "date",
        "account_id": "int64",
        **dict.fromkeys(BARS, "int64"),
        "before_minor": "int64",
        "after_minor": "int64",
        "scheduled_minor": "int64",
        "pending_minor": "int64",
        "away_days": "int64",
        "kind": "string",
    }
)


def complete(lines: Table) -> Table:
    """Lines with every optional column, absent ones and empty values at their defaults."""
    absent = {name: ibis.null(kind) for name, kind in OPTIONAL.items() if name not in lines.columns}
    whole = lines.mutate(**absent)
    return whole.mutate(**{name: whole[name].fill_null(told) for name, told in DEFAULTS.items()})
