"""Two days compared over lines exactly as they are dated: the plain form of `comparison`.

For pages that read lines without preparing a book. The definition is `definitions.AS_DATED`; for
any other, for groups, transfers and more periods than one, see `book`, `comparison` and `bridges`.
"""

from __future__ import annotations

from datetime import date
from typing import Final

import ibis
from ibis.expr.types import Table

from banso.engines.revenue.book import Book
from banso.engines.revenue.bridges import summed, told
from banso.engines.revenue.comparison import compare
from banso.engines.revenue.definitions import AS_DATED
from banso.engines.revenue.periods import Period
from banso.engines.revenue.tables import BARS, MOVED, MOVEMENTS

KINDS: Final = (*MOVED, "unchanged", "no_rate")
SHARES: Final = ("grr", "nrr", "logo_retention")


def movements(
    lines: Table, rates: Table, *, opening_on: date, closing_on: date, reporting: str
) -> Table:
    """One row for each account with ARR at either end, as `tables.MOVEMENTS`, in `reporting`.

    `after_minor` is the closing ARR at opening rates and `fx_minor` what the rates add to it.
    `kind` is one of `KINDS`; "no_rate" means that an amount of the account can't be converted, and
    then all its amounts are null.
    """
    period = Period(opening_on, closing_on)
    book = Book(lines=lines, rates=rates, reporting=reporting, definition=AS_DATED)
    return compare(book, period).accounts.select(*MOVEMENTS)


def bridge(movements: Table) -> Table:
    """One row: opening, a size for each kind of change, fx, closing; then counts and shares.

    Contraction and churn are sizes (zero or more), `fx_minor` is signed. `grr`, `nrr` and
    `logo_retention` are shares of the opening, null when nothing was open. A total that left an
    account out would be a wrong total: unless `no_rate_accounts` is zero, every amount and share
    is null.
    """
    zero = ibis.literal(0, "int64")
    size = (movements.after_minor - movements.opening_minor).abs()
    accounts = movements.mutate(
        **{f"{kind}_minor": (movements.kind == kind).ifelse(size, 0) for kind in MOVED},
        before_minor=movements.opening_minor,
        **dict.fromkeys(("transfer_minor", "scheduled_minor", "pending_minor"), zero),
    )
    figures = told(summed(accounts, AS_DATED, ()), AS_DATED)
    bars = [bar for bar in BARS if bar != "transfer_minor"]
    counts = [f"{kind}_accounts" for kind in ("opening", "closing", *KINDS)]
    return figures.select(*bars, *counts, *SHARES)
