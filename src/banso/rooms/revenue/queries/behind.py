"""What stands behind a rate: each account that is in it, and behind an account its lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow.compute as pc

from banso.rooms.customers.models import Account
from banso.rooms.customers.queries.former import seen_by_id
from banso.rooms.revenue.models import SubscriptionLine
from banso.rooms.revenue.queries import figures
from banso.rooms.revenue.queries.cutting import rows_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from banso.engines.revenue.periods import Period
    from banso.rooms.customers.queries.former import Former
    from banso.rooms.revenue.queries.bridge import Of
    from banso.rooms.revenue.queries.figures import Compared, Reader

RATES = {
    "nrr": ("grown_minor", "base_minor"),
    "grr": ("kept_minor", "base_minor"),
    "logo": ("stayed_accounts", "base_accounts"),
    "quick": ("won_minor", "lost_minor"),
}
SHARES = frozenset({"nrr", "grr", "logo"})  # of what was there; the quick ratio is of what was lost
AT_ONCE = 1_000
BIGGEST = 2**63 - 1  # that the databases can be asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class InRate:
    """One account in a rate: what it brings above and below the line, and by how much it moves the
    rate from all kept, in 0..1; None where the rate is no share.
    """

    account: Account | Former
    before_minor: int
    after_minor: int
    above: int
    below: int
    effect_share: float | None
    is_pending: bool

    @property
    def change_minor(self) -> int:
        return self.after_minor - self.before_minor


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """The accounts in a rate, whoever moves it most first, and what they add up to; the rate is
    above over below, None over nothing. `moving` are those that move it, `based` those that stand
    below the line.
    """

    rows: pa.Table
    told: Compared
    total: int
    moving: int
    based: int
    before_minor: int
    after_minor: int
    above: int
    below: int
    is_share: bool

    @property
    def rate(self) -> float | None:
        return self.above / self.below if self.below else None

    @property
    def effect_share(self) -> float | None:
        """What the effects of all accounts add up to."""
        return (self.above - self.below) / self.below if self.is_share and self.below else None

    @property
    def change_minor(self) -> int:
        return self.after_minor - self.before_minor

    def page(self, *, start: int, size: int) -> list[InRate]:
        """Some of them. A row that was removed since the figures were made is left out."""
        return list(self._told_to(self.rows.slice(start, size).to_pylist()))

    def every(self) -> Iterator[InRate]:
        """All of them, read a thousand at a time."""
        for start in range(0, self.total, AT_ONCE):
            yield from self.page(start=start, size=AT_ONCE)

    def _told_to(self, rows: list[dict[str, Any]]) -> Iterator[InRate]:
        reader = self.told.reader
        accounts = seen_by_id(reader.viewer, {row["account_id"] for row in rows}, on=reader.on)
        for row in rows:
            if row["account_id"] in accounts:
                moved = row["above"] - row["below"]
                yield InRate(
                    account=accounts[row["account_id"]],
                    before_minor=row["before_minor"],
                    after_minor=row["after_minor"],
                    above=row["above"],
                    below=row["below"],
                    effect_share=moved / self.below if self.is_share and self.below else None,
                    is_pending=row["pending_minor"] > 0,
                )


def behind(told: Compared, rate: str, *, of: Of | None = None) -> Behind:
    """The accounts that make a rate, of all or of one group."""
    above, below = RATES[rate]
    parts = figures.rate_parts_of(told, rows_in(told, of))
    parts = parts.append_column("above", parts[above]).append_column("below", parts[below])
    counted = pc.or_(pc.not_equal(parts["above"], 0), pc.not_equal(parts["below"], 0))
    rows = parts.filter(counted)
    effect = _effect(rows, rate)
    change = pc.abs(pc.subtract(rows["after_minor"], rows["before_minor"]))
    sizes = rows.append_column("effect", effect).append_column("change", change)
    order = [(name, "descending") for name in ("effect", "change", "before_minor")]
    return Behind(
        rows=sizes.sort_by([*order, ("account_id", "ascending")]),
        told=told,
        total=rows.num_rows,
        moving=_sum(pc.not_equal(effect, 0)),
        based=_sum(pc.not_equal(rows["below"], 0)),
        before_minor=_sum(rows["before_minor"]),
        after_minor=_sum(rows["after_minor"]),
        above=_sum(rows["above"]),
        below=_sum(rows["below"]),
        is_share=rate in SHARES,
    )


def _effect(rows: pa.Table, rate: str) -> Any:
    """How much each account moves the rate: from all kept, where it is a share; else either way."""
    if rate in SHARES:
        return pc.abs(pc.subtract(rows["above"], rows["below"]))
    return pc.add(rows["above"], rows["below"])


def _sum(column: Any) -> int:
    return pc.sum(column).as_py() or 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LineBehind:
    """A contract line as it counts at both ends; None in the place of a line that was removed
    since the figures were made.
    """

    line: SubscriptionLine | None
    before_minor: int
    after_minor: int
    fx_minor: int
    is_pending: bool

    @property
    def change_minor(self) -> int:
        return self.after_minor - self.before_minor


@dataclass(frozen=True, slots=True, kw_only=True)
class LinesBehind:
    """An account's contract lines, the largest change first, and what they add up to: the
    account's amounts in the rates and in the bridge.
    """

    account: Account | Former
    period: Period
    lines: list[LineBehind]
    before_minor: int
    after_minor: int
    fx_minor: int

    @property
    def change_minor(self) -> int:
        return self.after_minor - self.before_minor

    @property
    def page_of(self) -> int:
        """The account whose page has the lines: a merged one has none any more."""
        return self.account.pk if isinstance(self.account, Account) else self.account.now_in


def lines_behind(reader: Reader, period: Period, account_id: int) -> LinesBehind | None:
    """The contract lines behind one account's part in a period, as the definition counts them.
    None where the viewer sees no such account.
    """
    if account_id > BIGGEST:
        return None
    account = seen_by_id(reader.viewer, {account_id}, on=reader.on).get(account_id)
    if account is None:
        return None
    rows = figures.lines_behind(reader, period, account_id).to_pylist()
    rows.sort(key=lambda row: (-abs(row["after_minor"] - row["before_minor"]), row["line_id"]))
    lines = SubscriptionLine.objects.in_bulk([row["line_id"] for row in rows])
    return LinesBehind(
        account=account,
        period=period,
        lines=[
            LineBehind(
                line=lines.get(row["line_id"]),
                before_minor=row["before_minor"],
                after_minor=row["after_minor"],
                fx_minor=row["fx_minor"],
                is_pending=row["pending_minor"] > 0,
            )
            for row in rows
        ],
        **{
            name: sum(row[name] for row in rows)
            for name in ("before_minor", "after_minor", "fx_minor")
        },
    )
