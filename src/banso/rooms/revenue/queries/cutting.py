"""The account rows that a figure is told of: all, or those of one group."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow.compute as pc

from banso.rooms.revenue.queries import figures

if TYPE_CHECKING:
    import pyarrow as pa

    from banso.rooms.revenue.queries.bridge import Of
    from banso.rooms.revenue.queries.figures import Compared


def rows_in(told: Compared, of: Of | None) -> pa.Table:
    """Those of the group, each with its part in it; without one all."""
    if of is None:
        return told.accounts
    rows = figures.sides_of(told, of.cut.memberships())
    keys = rows["key"]
    return rows.filter(pc.is_null(keys) if of.key is None else pc.equal(keys, of.key))
