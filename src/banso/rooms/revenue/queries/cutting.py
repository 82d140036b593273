"""The rows that the groups of a cut are told of, and what they add up to.

Most cuts put accounts into groups. A product cuts finer: an account with two of them is in both, so
what its groups tell of is an account's part in a product, and its shares have names of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow.compute as pc
from django.utils.translation import gettext as _

from banso.kit.acts import Refused
from banso.rooms.revenue.queries import figures

if TYPE_CHECKING:
    import pyarrow as pa

    from banso.rooms.revenue.queries.bridge import Of
    from banso.rooms.revenue.queries.figures import Compared, Row
    from banso.rooms.revenue.queries.groups import Cut

SHARES = {"kept_share": "grr", "grown_share": "nrr", "stayed_share": "logo_retention"}


class NotByProduct(Refused):
    """The definition lets each movement stand for itself, which isn't told of products."""


def keyed_rows(told: Compared, cut: Cut) -> pa.Table:
    """The rows of all groups, each with the `key` of its own."""
    if not cut.by_product:
        return figures.sides_of(told, cut.memberships())
    if told.reader.definition.netting != "net_per_period":
        raise NotByProduct(
            _(
                "By product, changes net out between the two days. Choose a definition that counts"
                " them so."
            )
        )
    return figures.products_of(told)


def group_rows(told: Compared, cut: Cut) -> list[Row]:
    """What each group comes to."""
    if not cut.by_product:
        return [_with_shares(row) for row in figures.groups_of(told, cut.memberships())]
    return _of_products(told, cut, each=True)


def whole_row(told: Compared, cut: Cut | None) -> Row:
    """What all groups come to together; without a cut, all accounts."""
    if cut is None or not cut.by_product:
        return _with_shares(figures.total_of(told))
    return _of_products(told, cut, each=False)[0]


def rows_in(told: Compared, of: Of | None) -> pa.Table:
    """The rows of one group, each with its part in it; without one those of all accounts."""
    if of is None:
        return told.accounts
    rows = keyed_rows(told, of.cut)
    keys = rows["key"]
    return rows.filter(pc.is_null(keys) if of.key is None else pc.equal(keys, of.key))


def _with_shares(row: Row) -> Row:
    return row | {name: row[rate] for name, rate in SHARES.items()}


def _of_products(told: Compared, cut: Cut, *, each: bool) -> list[Row]:
    period = told.period
    days = {"opening_on": period.opening_on, "closing_on": period.closing_on}
    rows = figures.products_summed(told, keyed_rows(told, cut), each=each)
    return [{**days, **row, "stayed_share": row["buyers_kept_share"]} for row in rows]
