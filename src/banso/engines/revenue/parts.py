"""Accounts in parts: what an account's contract lines did, and what became of each product.

At the grain of a product an account with two of them is in both groups. Whoever buys a second one
is new to it, and whoever drops one has left it, though the account has but grown or shrunk. So the
shares of a product have names of their own:

    kept_share         sum of min(before, after) of the product by account / sum of before
    grown_share        sum of after / sum of before, over the same accounts
    buyers_kept_share  accounts that still have the product / those that had it

None of them is GRR, NRR or logo retention, which are told account by account (`bridges`): a change
from one product to another lowers the first and the last, and leaves GRR alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ibis.expr.types import Table

from banso.engines.revenue.book import Book
from banso.engines.revenue.bridges import summed, told
from banso.engines.revenue.comparison import compare_parts, units_of
from banso.engines.revenue.definitions import Definition
from banso.engines.revenue.periods import Asked

SHARES: Final = {
    "kept_share": "grr",
    "grown_share": "nrr",
    "buyers_kept_share": "logo_retention",
}
OF_ACCOUNTS: Final = ("gross_mrr_churn", "net_mrr_churn", "quick_ratio", "arpa_minor")


def lines_behind(book: Book, periods: Asked, whose: Table) -> Table:
    """The lines that make the rows of the accounts in `whose` (account_id): `compare_parts` with
    `line_id`. Their own lines, and what came to them or went from them.
    """
    unit = units_of(book.lines)
    theirs = book.lines.semi_join(whose, "account_id").select(unit).distinct()
    units = Book(
        lines=book.lines.semi_join(theirs, unit),
        rates=book.rates,
        reporting=book.reporting,
        definition=book.definition,
    )
    parts = compare_parts(units, periods, part="line_id")
    return parts.semi_join(whose, "account_id").rename(line_id="part")


def products_together(products: Table, definition: Definition, *, by: Sequence[str]) -> Table:
    """The sums of `compare_parts` of products as `bridges.total`, with the shares of a product.

    By `part` one row for each product; by nothing one of all. Accounts are counted once for each
    product that they have.
    """
    sums = told(summed(products, definition, by), definition)
    return sums.drop(*OF_ACCOUNTS).rename(SHARES)
