"""The shapes that come in and go out.

**Lines** are periods of recurring service. `start_on` is the first day of service, `end_on` the
first day *without* (null: still running). `arr_minor` is the annual amount in minor units of the
line's own currency, rounded once, when the line was made. A table may carry more columns
(`product`, say); these are the ones that are read.

**Rates** say what a currency is worth in the reporting currency: `rate_picos` is the number of
reporting *minor* units for one *minor* unit of the currency, times 10^12. At 150 yen a dollar, one
cent is 1.5 yen, so a book reported in yen has 1_500_000_000_000 for USD. A rate holds from
`on_date` until the currency's next row. There is one row for a currency and day; rates are above
zero; the reporting currency needs none.
"""

from __future__ import annotations

import ibis

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
RATES = ibis.schema({"currency": "string", "on_date": "date", "rate_picos": "int64"})

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
