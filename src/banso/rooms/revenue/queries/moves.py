"""With which account a line was on a day: a merge takes lines along from its day on, not before."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyarrow as pa

from banso.engines.revenue.tables import MOVES as MOVES_SHAPE
from banso.rooms.customers.queries.former import former_accounts
from banso.rooms.revenue.models import Cancellation, SubscriptionLine

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from datetime import date

    from banso.rooms.customers.queries.former import Former

Steps = dict[int, "dict[date, int]"]


@dataclass(frozen=True, slots=True)
class Moves:
    """Every merge that holds, as lines see it.

    `lines` and `notices` have the account that each of them was with at first, where that isn't the
    one it is with now. `steps` has for each account that ended the days on which its lines went on
    and where to, the earliest first; `now_in` where they are now.
    """

    lines: Mapping[int, int] = field(default_factory=dict)
    notices: Mapping[int, int] = field(default_factory=dict)
    steps: Mapping[int, Mapping[date, int]] = field(default_factory=dict)
    now_in: Mapping[int, int] = field(default_factory=dict)

    def home(self, first: int, on: date | None) -> int:
        """Where lines that were with an account at first are at the close of a day; None: now."""
        home = first
        for since, into in self.steps.get(first, {}).items():
            if on is None or since <= on:
                home = into
        return home

    def guests(self, home: int) -> Iterator[tuple[int, date, date | None]]:
        """The accounts whose lines came to one by merges, from which day and until which."""
        for first, taken in self.steps.items():
            days = [*taken, None]
            for place, (since, into) in enumerate(taken.items()):
                if into == home:
                    yield first, since, days[place + 1]

    def line_home(self, line: SubscriptionLine, on: date) -> int:
        """The account that a line was with at the close of a day."""
        return self.home(self.lines.get(line.pk, line.account_id), on)


AS_IF_ALWAYS_SO = Moves()


def moves(*, around: Collection[int] | None = None) -> Moves:
    """As of now: a merge that was undone never was. Of all lines, or of those of some accounts."""
    gone = former_accounts(around=around)
    return Moves(
        lines=_first(gone, SubscriptionLine),
        notices=_first(gone, Cancellation),
        steps=_steps(gone),
        now_in={former.pk: former.now_in for former in gone},
    )


def _first(gone: list[Former], model: type[SubscriptionLine | Cancellation]) -> dict[int, int]:
    """By row, the account that it was with before any merge."""
    return {pk: former.pk for former in reversed(gone) for pk in former.moved(model)}


def _steps(gone: list[Former]) -> Steps:
    """Of two steps on one day, the last: where the lines are at its close."""
    steps: Steps = defaultdict(dict)
    for former in gone:
        along = [first for first, taken in steps.items() if list(taken.values())[-1] == former.pk]
        for first in (*along, former.pk):
            steps[first][former.on] = former.into
    return dict(steps)


def moves_for_engine() -> pa.Table:
    """The same as `tables.MOVES`."""
    rows = [
        (first, None, into, on)
        for first, taken in moves().steps.items()
        for on, into in taken.items()
    ]
    columns = list(zip(*rows, strict=True)) or [()] * len(MOVES_SHAPE)
    schema = MOVES_SHAPE.to_pyarrow()
    arrays = [pa.array(column, kind) for column, kind in zip(columns, schema.types, strict=True)]
    return pa.table(arrays, schema=schema)
