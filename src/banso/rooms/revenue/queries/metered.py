"""Usage revenue: metered charges at both ends of a period, by account, down to the charges.

Never part of ARR (`usage_based`): a figure beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ibis
import pyarrow as pa
import pyarrow.compute as pc
from django.conf import settings

from banso.engines.revenue import metered as engine
from banso.engines.revenue.ledger import NARROW
from banso.engines.revenue.periods import rows as period_rows
from banso.kit import lake
from banso.kit.questions import answer
from banso.rooms.customers.queries.former import seen_by_id
from banso.rooms.revenue.models import SubscriptionLine
from banso.rooms.revenue.queries.book import METERED, MOVES, RATES, seen
from banso.rooms.revenue.queries.bridge import HeldLine

if TYPE_CHECKING:
    from collections.abc import Collection

    from ibis.expr.types import Table

    from banso.engines.revenue.periods import Period
    from banso.rooms.customers.models import Account
    from banso.rooms.customers.queries.former import Former
    from banso.rooms.revenue.queries.figures import Reader

ENDS = {"opening_minor": "opening_on", "closing_minor": "closing_on"}


@dataclass(frozen=True, slots=True)
class Metered:
    """What is charged by the meter, a year, in minor units of the reporting currency: at both ends
    the mean of the three months up to it; null where an amount of an account has no rate.
    """

    period: Period
    rows: pa.Table
    opening_minor: int | None
    closing_minor: int | None
    no_rate_accounts: int

    @property
    def accounts(self) -> int:
        """How many have a charge in the mean of either end."""
        return int(self.rows.num_rows)

    @property
    def currency(self) -> str:
        return settings.BANSO.currency


@dataclass(frozen=True, slots=True)
class AccountMetered:
    """One account's usage revenue, and the charges that are in the mean of either end."""

    account: Account | Former
    opening_minor: int | None
    closing_minor: int | None
    lines: list[HeldLine]

    @property
    def change_minor(self) -> int | None:
        if self.opening_minor is None or self.closing_minor is None:
            return None
        return self.closing_minor - self.opening_minor


def metered(reader: Reader, period: Period) -> Metered | None:
    """The usage revenue of the viewer's accounts; None where nothing is metered at all."""
    try:
        if not lake.snapshot(METERED).rows:
            return None
    except lake.NeverWritten:
        return None
    mine = seen(reader.viewer, on=reader.on)
    whose = {} if mine is None else {"mine": mine}
    rows = _ask(_by_account, period, RATES, ends=period_rows([period]), **whose)
    rows = rows.sort_by([("closing_minor", "descending"), ("account_id", "ascending")])
    unknown = pc.or_(*(pc.is_null(rows[name]) for name in ENDS))
    return Metered(
        period=period,
        rows=rows,
        **{name: _sum(rows[name]) for name in ENDS},
        no_rate_accounts=pc.sum(unknown).as_py() or 0,
    )


def _sum(column: pa.ChunkedArray) -> int | None:
    return None if column.null_count else pc.sum(column).as_py() or 0


def accounts_metered(
    reader: Reader, found: Metered, *, start: int, size: int
) -> list[AccountMetered]:
    """Some of the accounts, who is charged most at the closing first."""
    rows = found.rows.slice(start, size).to_pylist()
    ids = [row["account_id"] for row in rows]
    accounts = seen_by_id(reader.viewer, ids, on=reader.on)
    lines = _charges(found.period, ids)
    return [
        AccountMetered(
            account=accounts[row["account_id"]],
            opening_minor=row["opening_minor"],
            closing_minor=row["closing_minor"],
            lines=lines[row["account_id"]],
        )
        for row in rows
        if row["account_id"] in accounts  # a row removed since the snapshot was written
    ]


def _charges(period: Period, ids: Collection[int]) -> dict[int, list[HeldLine]]:
    mine = pa.table({"account_id": pa.array(ids, pa.int64())})
    rows = _ask(_behind, period, mine=mine).sort_by("line_id").to_pylist()
    known = SubscriptionLine.objects.in_bulk({row["line_id"] for row in rows})
    days: dict[tuple[int, int], set[Any]] = {}
    for row in rows:
        days.setdefault((row["account_id"], row["line_id"]), set()).add(row["on_date"])
    found: dict[int, list[HeldLine]] = {pk: [] for pk in ids}
    for (account, line), on in days.items():
        if line in known:
            held = HeldLine(known[line], period.opening_on in on, period.closing_on in on)
            found[account].append(held)
    return found


def _ask(question: Any, period: Period, *named: str, **tables: pa.Table) -> pa.Table:
    snapshots = {"lines": METERED, **{name: name for name in named}}
    if lake.snapshot(MOVES).rows:
        snapshots["moves"] = MOVES
    asked = engine.rows([period.opening_on, period.closing_on])
    currency = settings.BANSO.currency
    return answer(question, currency, snapshots=snapshots, asked=asked, **tables)


def _by_account(
    reporting: str,
    *,
    lines: Table,
    rates: Table,
    ends: Table,
    mine: Table | None = None,
    **more: Table,
) -> Table:
    told = engine.usage(lines, rates, reporting=reporting, **more)
    held = told if mine is None else told.semi_join(mine, "account_id")
    both = ends.cross_join(held).view()
    amounts = {name: _at(both, on) for name, on in ENDS.items()}
    return both.group_by("account_id").agg(**amounts)


def _at(both: Table, on: str) -> Any:
    """The amount at an end: null where it has no rate, 0 where there is none."""
    here = both.on_date == both[on]
    unknown = both.count(where=here & both.usage_minor.isnull())
    amount = both.usage_minor.sum(where=here).fill_null(0).cast(NARROW)
    return (unknown == 0).ifelse(amount, ibis.null("int64"))


def _behind(reporting: str, *, lines: Table, asked: Table, mine: Table, **more: Table) -> Table:
    held = engine.counted(lines, asked, **more)
    return held.semi_join(mine, "account_id").select("on_date", "account_id", "line_id")
