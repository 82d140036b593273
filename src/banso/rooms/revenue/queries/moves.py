"""With which account a line was on a day. Two things take lines along from their day on, and not
before: a transfer, by which they belong to another customer, and a merge, by which two accounts
turn out to be one.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING

import pyarrow as pa

from banso.engines.revenue.tables import MOVES as MOVES_SHAPE
from banso.rooms.customers.queries.former import former_accounts
from banso.rooms.revenue.models import Cancellation, SubscriptionLine, Transfer

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from banso.rooms.customers.queries.former import Former

Unit = int  # an account with all its lines, or minus the id of a line that has moved by itself
Steps = dict[Unit, "dict[date, int]"]


@dataclass(frozen=True, slots=True)
class Step:
    """Lines go on to an account: those of `account`, or the one line. A merge takes along what is
    with the account on that day, and it is gone.
    """

    on: date
    into: int
    account: int = 0
    line: int = 0
    is_merge: bool = False

    @property
    def unit(self) -> Unit:
        return -self.line or self.account


@dataclass(frozen=True, slots=True)
class Moves:
    """Every merge and transfer that holds, as lines see it.

    `lines` and `notices` have the account that each of them was with at first, where that isn't the
    one under which it is kept now. `steps` has for each unit the days on which it went on and where
    to, the earliest first; `now_in` under which account the lines of a merged one are kept now;
    `alone` the first account of each line that moves by itself.
    """

    lines: Mapping[int, int] = field(default_factory=dict)
    notices: Mapping[int, int] = field(default_factory=dict)
    steps: Mapping[Unit, Mapping[date, int]] = field(default_factory=dict)
    now_in: Mapping[int, int] = field(default_factory=dict)
    alone: Mapping[int, int] = field(default_factory=dict)

    def home(self, unit: Unit, first: int, on: date | None) -> int:
        """Where a unit that was with an account at first is at the close of a day; None: now."""
        home = first
        for since, into in self.steps.get(unit, {}).items():
            if on is None or since <= on:
                home = into
        return home

    def guests(self, home: int) -> Iterator[tuple[Unit, date, date | None]]:
        """The units that came to an account, from which day and until which."""
        for unit, taken in self.steps.items():
            days = [*taken, None]
            for place, (since, into) in enumerate(taken.items()):
                if into == home:
                    yield unit, since, days[place + 1]

    def home_of(self, line: int, kept_with: int, on: date | None) -> int:
        """The account that a line was with at the close of a day."""
        first = self.lines.get(line, kept_with)
        return self.home(-line if -line in self.steps else first, first, on)

    def line_home(self, line: SubscriptionLine, on: date) -> int:
        return self.home_of(line.pk, line.account_id, on)

    def kept_at(self, accounts: Collection[int]) -> tuple[set[int], set[int]]:
        """Where the lines are kept that were ever with one of the accounts: accounts, and single
        lines.
        """
        units = {unit for account in accounts for unit, *_days in self.guests(account)}
        holders = {*accounts, *(unit for unit in units if unit > 0)}
        return {self.now_in.get(pk, pk) for pk in holders}, {-unit for unit in units if unit < 0}


AS_IF_ALWAYS_SO = Moves()


def moves(*, around: Collection[int] | None = None) -> Moves:
    """As of now: a merge that was undone never was. Of all lines, or of those of some accounts."""
    passed = list(Transfer.objects.select_related("line").order_by("on", "pk"))
    if around is not None:
        around = {*around, *(side for each in passed for side in _sides(each))}
    gone = former_accounts(around=around)
    lines = _first(gone, SubscriptionLine)
    steps = [*_transfers(passed, gone), *_merges(gone)]
    alone = {
        each.line.pk: lines.get(each.line.pk, each.line.account_id) for each in passed if each.line
    }
    return Moves(
        lines=lines,
        notices=_first(gone, Cancellation),
        steps=steps_taken(steps, alone),
        now_in={former.pk: former.now_in for former in gone},
        alone=alone,
    )


def _first(
    gone: list[Former],
    model: type[SubscriptionLine | Cancellation | Transfer],
    column: str = "account_id",
) -> dict[int, int]:
    """By row, the account that it was with before any merge."""
    return {pk: former.pk for former in reversed(gone) for pk in former.moved(model, column)}


def _sides(passed: Transfer) -> Iterator[int]:
    yield passed.into_id
    if passed.account_id is not None:
        yield passed.account_id
    if passed.line is not None:
        yield passed.line.account_id


def _transfers(passed: Sequence[Transfer], gone: list[Former]) -> list[Step]:
    """As they were stated: between accounts as they were before any merge. Those between two that
    are one now could not stay, and were all the same.
    """
    of, to = _first(gone, Transfer), _first(gone, Transfer, "into_id")
    stated = [
        Step(
            on=each.on,
            account=of.get(each.pk, each.account_id or 0),
            line=each.line_id or 0,
            into=to.get(each.pk, each.into_id),
        )
        for each in passed
    ]
    between = [
        Step(
            on=date.fromisoformat(row["on"]),
            account=of.get(row["id"], row["account_id"] or 0),
            line=row["line_id"] or 0,
            into=to.get(row["id"], row["into_id"]),
        )
        for former in gone
        for row in former.left(Transfer)
    ]
    return stated + between


def _merges(gone: list[Former]) -> list[Step]:
    return [
        Step(on=former.on, account=former.pk, into=former.into, is_merge=True) for former in gone
    ]


def steps_taken(steps: Iterable[Step], alone: Mapping[int, int]) -> Steps:
    """Where each unit went, day by day. `alone` are the lines that move by themselves, with the
    account that each was with at first: until then they go with it.

    Transfers of one day are at once, and what is said of a unit itself counts before what is said
    of whom it is with. Merges come after them, one after the other.
    """
    taken: Steps = defaultdict(dict)
    home = {-line: account for line, account in alone.items()}
    became: dict[int, int] = {}
    for on, same_day in groupby(sorted(steps, key=_day), key=_day):
        together = list(same_day)
        for step in together:
            home.setdefault(step.unit, step.account)
        passed = _passed(home, [step for step in together if not step.is_merge])
        for unit, into in passed.items():
            taken[unit][on] = home[unit] = _now(into, became)
        for merge in (step for step in together if step.is_merge):
            for unit in [unit for unit, at in home.items() if at == merge.account]:
                taken[unit][on] = home[unit] = merge.into
            became[merge.account] = merge.into
    return {unit: days for unit, days in _without_rests(taken, alone) if days}


def _day(step: Step) -> date:
    return step.on


def _now(into: int, became: Mapping[int, int]) -> int:
    """Where an account is by then that was named before it was merged."""
    while into in became:
        into = became[into]
    return into


def _passed(home: Mapping[Unit, int], transfers: Sequence[Step]) -> dict[Unit, int]:
    """Where the units go on a day: with the account that they are with, or by themselves."""
    of_accounts = {step.account: step.into for step in transfers if step.account}
    along = {unit: of_accounts[at] for unit, at in home.items() if at in of_accounts}
    return along | {step.unit: step.into for step in transfers}


def _without_rests(
    taken: Steps, alone: Mapping[int, int]
) -> Iterator[tuple[Unit, dict[date, int]]]:
    """The days on which a unit truly went on."""
    for unit, days in taken.items():
        there, gone_on = alone[-unit] if unit < 0 else unit, {}
        for on, into in days.items():
            if into != there:
                gone_on[on] = there = into
        yield unit, gone_on


def moves_for_engine() -> pa.Table:
    """The same as `tables.MOVES`."""
    return as_moves(moves().steps)


def as_moves(steps: Mapping[Unit, Mapping[date, int]]) -> pa.Table:
    """Steps as the engine reads them."""
    rows = [
        (None, -unit, into, on) if unit < 0 else (unit, None, into, on)
        for unit, taken in steps.items()
        for on, into in taken.items()
    ]
    columns = list(zip(*rows, strict=True)) or [()] * len(MOVES_SHAPE)
    schema = MOVES_SHAPE.to_pyarrow()
    arrays = [pa.array(column, kind) for column, kind in zip(columns, schema.types, strict=True)]
    return pa.table(arrays, schema=schema)
