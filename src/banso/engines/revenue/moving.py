"""Merges and splits: from a day on, an account's lines belong to another.

A **unit** is what moves as a whole: an account with all its lines, or a single line that moves by
itself. Amounts are valued unit by unit, so that a merge never changes a sum by a rounding. As
reported, each line is cut where its unit moves, and the pieces carry

- `unit_id`: the account of the line, or minus the line's id if it moves by itself;
- `account_id`: whom the piece belongs to;
- `arrives`, `departs`: the piece begins, or ends, because its unit moved: a transfer.

Restated, every line belongs to its last account from the first day, and there are no transfers.
"""

from __future__ import annotations

from typing import Any, Final

import ibis
from ibis import _
from ibis.expr.types import Table

from banso.engines.revenue.continuity import FAR
from banso.engines.revenue.pieces import stepless

COLUMNS: Final = ("unit_id", "arrives", "departs")


def moved(lines: Table, moves: Table, *, restated: bool) -> Table:
    """The lines as `COLUMNS` says; `moves` as `tables.MOVES`."""
    units = _units(lines, moves)
    homes = _homes(units, moves)
    if restated:
        lasts = homes.filter(_.until == FAR).select(lasts_unit=_.home_unit, home=_.home)
        known = units.left_join(lasts, units.unit_id == lasts.lasts_unit)
        restated_to = known.mutate(account_id=_.home.fill_null(_.account_id))
        return restated_to.drop("lasts_unit", "home", "unit_id")
    return _cut(units, homes)


def at_start(lines: Table, moves: Table) -> Table:
    """The lines, each with the account that it begins with."""
    return _placed(lines, moves, _.start_on).select(*lines.columns)


def at_last(lines: Table, moves: Table) -> Table:
    """The lines, each with its last account."""
    return _placed(lines, moves, ibis.literal(FAR)).select(*lines.columns)


def once_grace_is_over(lines: Table, moves: Table, *, days: int) -> Table:
    """The lines, each with the account that it is with so many days after its end, or with its last
    account if it runs, and since when (`there_since`).
    """
    last: Any = ibis.least(_.end_on + ibis.interval(days=days), FAR)
    return _placed(lines, moves, ibis.cases((_.end_on.isnull(), FAR), else_=last))


def _placed(lines: Table, moves: Table, day: Any) -> Table:
    units = _units(lines, moves)
    homes = _homes(units, moves)
    dated = units.mutate(on_day=day)
    known = dated.left_join(
        homes,
        [
            dated.unit_id == homes.home_unit,
            homes.since <= dated.on_day,
            (homes.until > dated.on_day) | (homes.until == FAR),
        ],
    )
    there = known.mutate(
        account_id=_.home.fill_null(known.account_id),
        there_since=_.since.fill_null(known.start_on),
    )
    return there.select(*lines.columns, "there_since")


def _units(lines: Table, moves: Table) -> Table:
    own = moves.filter(_.line_id.notnull())
    alone = lines.line_id.isin(own.line_id)
    return lines.mutate(unit_id=ibis.cases((alone, -lines.line_id), else_=lines.account_id))


def _homes(units: Table, moves: Table) -> Table:
    """(home_unit, home, since, until): where each unit that ever moves is, from its first row."""
    unit = ibis.cases((moves.line_id.notnull(), -moves.line_id), else_=moves.account_id)
    steps = moves.select(home_unit=unit, home=_.into_id, since=_.on_date)
    firsts = units.group_by("unit_id").agg(home=_.account_id.max(), since=_.start_on.min())
    begun = firsts.semi_join(steps, firsts.unit_id == steps.home_unit)
    first_move = steps.group_by(moved_unit=_.home_unit).agg(moved_on=_.since.min())
    known = begun.join(first_move, begun.unit_id == first_move.moved_unit)
    starts = known.filter(_.since < _.moved_on).select("home", "since", home_unit=_.unit_id)
    every = steps.union(starts.select(*steps.columns), distinct=False)
    following = _.since.lead().over(group_by="home_unit", order_by="since")
    return every.mutate(until=following).mutate(until=_.until.fill_null(FAR))


def _cut(units: Table, homes: Table) -> Table:
    """Each line in one piece for each home it has on its days."""
    known = units.left_join(
        homes,
        [
            units.unit_id == homes.home_unit,
            homes.since < units.end_on.fill_null(FAR),
            homes.until > units.start_on,
        ],
    )
    starts = ibis.greatest(known.start_on, known.since.fill_null(known.start_on))
    ends: Any = ibis.least(known.end_on.fill_null(FAR), known.until.fill_null(FAR))
    cut = known.mutate(
        arrives=starts > known.start_on,
        departs=ends < known.end_on.fill_null(FAR),
        account_id=_.home.fill_null(known.account_id),
        start_on=starts,
        end_on=ends.nullif(FAR),
    )
    return stepless(cut, cut.arrives).drop("home_unit", "home", "since", "until")
