"""The same days by two definitions: which figures differ, and at which accounts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow.compute as pc

from banso.engines.revenue.restatements import beside
from banso.engines.revenue.tables import BARS as AMOUNTS
from banso.kit.questions import answer
from banso.rooms.customers.queries.former import seen_by_id
from banso.rooms.revenue.queries import bridge as bridges
from banso.rooms.revenue.queries.figures import Reader, compared
from banso.rooms.revenue.queries.wording import BARS, DOWNWARD, RATES

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa
    from ibis.expr.types import Table

    from banso.engines.revenue.definitions import Definition
    from banso.engines.revenue.periods import Period
    from banso.rooms.customers.models import Account
    from banso.rooms.customers.queries.former import Former
    from banso.rooms.revenue.queries.figures import Compared

AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure by both definitions: a bar as it moves the total, or a rate."""

    key: str
    label: str
    one: float | None
    other: float | None

    @property
    def difference(self) -> float | None:
        """The other less the one; None where either isn't known."""
        return None if self.one is None or self.other is None else self.other - self.one

    @property
    def is_share(self) -> bool:
        return self.key in RATES

    @property
    def rate(self) -> str:
        """How pages about rates call it."""
        return self.key.removesuffix("_retention")

    @property
    def agrees(self) -> bool:
        return self.one == self.other


@dataclass(frozen=True, slots=True)
class Pair:
    """The same days told by two definitions."""

    one: Compared
    other: Compared

    def figures(self) -> list[Figure]:
        """Every bar and rate by both."""
        one, other = (bridges.bridge(told) for told in (self.one, self.other))
        bars = [
            Figure(key, str(label), _bar(one, key), _bar(other, key)) for key, label in BARS.items()
        ]
        rates = [
            Figure(key, str(label), getattr(one, key), getattr(other, key))
            for key, label in RATES.items()
        ]
        return bars + rates


def _bar(told: bridges.Bridge, key: str) -> int:
    size: int = getattr(told, f"{key}_minor")
    return -size if key in DOWNWARD else size


def pair(reader: Reader, beside_it: Definition, period: Period) -> Pair:
    """Raises NoRevenueYet, NotWrittenYet, NoRate."""
    other = Reader(viewer=reader.viewer, on=reader.on, definition=beside_it)
    return Pair(compared(reader, period), compared(other, period))


@dataclass(frozen=True, slots=True)
class Differing:
    """An account that adds another amount to a bar by each definition, as it moves the total."""

    account: Account | Former
    one_minor: int
    other_minor: int

    @property
    def difference_minor(self) -> int:
        return self.other_minor - self.one_minor


@dataclass(frozen=True, slots=True)
class Accounts:
    """The accounts at which a bar differs, the largest difference first."""

    rows: pa.Table
    kind: str
    reader: Reader

    @property
    def total(self) -> int:
        return int(self.rows.num_rows)

    @property
    def difference_minor(self) -> int:
        sign = -1 if self.kind in DOWNWARD else 1
        changed: int = pc.sum(self.rows[f"changed_{self.kind}_minor"]).as_py() or 0
        return sign * changed

    def page(self, *, start: int, size: int) -> list[Differing]:
        """Some of them. A row that was removed since the figures were made is left out."""
        rows = self.rows.slice(start, size).to_pylist()
        ids = {row["account_id"] for row in rows}
        known = seen_by_id(self.reader.viewer, ids, on=self.reader.on)
        return [
            Differing(known[row["account_id"]], *self._amounts(row))
            for row in rows
            if row["account_id"] in known
        ]

    def every(self) -> Iterator[Differing]:
        """All of them, read a thousand at a time."""
        for start in range(0, self.total, AT_ONCE):
            yield from self.page(start=start, size=AT_ONCE)

    def _amounts(self, row: dict[str, Any]) -> tuple[int, int]:
        sign = -1 if self.kind in DOWNWARD else 1
        was, now = (sign * row[f"{when}_{self.kind}_minor"] for when in ("was", "now"))
        return was, now


def differing(told: Pair, kind: str) -> Accounts:
    """The accounts that add another amount to a bar."""
    columns = ["account_id", *AMOUNTS]
    sides = (each.accounts.select(columns) for each in (told.one, told.other))
    rows = answer(_beside, **dict(zip(("was", "now"), sides, strict=True)))
    changed = rows[f"changed_{kind}_minor"]
    sizes = rows.append_column("size", pc.abs(changed)).filter(pc.not_equal(changed, 0))
    order = [("size", "descending"), ("account_id", "ascending")]
    return Accounts(sizes.sort_by(order), kind, told.one.reader)


def _beside(*, was: Table, now: Table) -> Table:
    return beside(was, now)
