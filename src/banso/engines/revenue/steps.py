"""Steps that contracts foresaw: what a scheduled line adds to what it follows.

It follows the line that it renews or replaces, or else the lines of its account's product that end
on its first day and that no other line goes on with. A scheduled line beside all these is an
addition, and all of it is a step.
"""

from __future__ import annotations

from typing import Any, Final

import ibis
from ibis import _
from ibis.expr.types import BooleanValue, Table

from banso.engines.revenue.ledger import serving

SAME: Final = ("account_id", "product", "currency")


def with_steps(lines: Table) -> Table:
    """The lines with `step_minor`, `step_quantity`, and `step_until`: the day from which a step
    counts no more, because its line ended and nothing went on; null while it counts.
    """
    nothing = {"step_minor": 0, "step_quantity": 0}
    others = lines.filter(~_.scheduled).mutate(
        **{name: ibis.literal(value, "int64") for name, value in nothing.items()},
        step_until=ibis.null("date"),
    )
    known = _followed(_linked(_beside(lines.filter(_.scheduled), lines), lines), lines)
    told = known.mutate(
        step_minor=_.arr_minor - _prior(known, "minor"),
        step_quantity=(_.quantity - _prior(known, "quantity")).fill_null(0),
        step_until=known.goes_on.ifelse(ibis.null("date"), known.end_on),
    )
    return others.union(told.select(*others.columns))


def with_links(lines: Table) -> Table:
    """The lines, those scheduled ones linked that follow a single line without saying so: to count
    a step from its signature, what it replaces must be known.
    """
    silent = lines.scheduled & lines.replaces.isnull() & lines.renews.isnull()
    known = _beside(lines.filter(silent), lines)
    alone = (known.free_minor > 0) & (known.ending == 1)
    told = known.mutate(replaces=alone.ifelse(known.ending_id, ibis.null("int64")))
    return lines.filter(~silent).union(told.select(*lines.columns))


def stands(lines: Table, closing_on: Any) -> BooleanValue:
    """Whether a step still counts at a close."""
    counts: BooleanValue = lines.step_until.isnull() | (lines.step_until > closing_on)
    return counts


def _prior(known: Table, name: str) -> Any:
    """What was there before a step. Where several steps begin together, the first goes on with what
    ended and the others are additions.
    """
    free = (known.place == 0).ifelse(known[f"free_{name}"], 0)
    linked = known[f"link_{name}"]
    return ibis.cases(
        (known.link_end == known.start_on, linked),
        (known.free_minor > 0, free),
        else_=linked.fill_null(0),
    )


def _beside(steps: Table, lines: Table) -> Table:
    """The steps with what ends on their first day in their product: how many lines are `ending` and
    the last of them, `free_minor` and `free_quantity` of them that no unscheduled line goes on
    with, and each step's `place` among those of its day.
    """
    ended = lines.filter(_.end_on > _.start_on)
    ends = ended.group_by(*SAME, start_on=ended.end_on).agg(
        ended_minor=_.arr_minor.sum(),
        ended_quantity=_.quantity.sum().fill_null(0),
        ending=_.count(),
        ending_id=_.line_id.max(),
    )
    begins = (
        serving(lines)
        .filter(~_.scheduled)
        .group_by(*SAME, "start_on")
        .agg(taken_minor=_.arr_minor.sum(), taken_quantity=_.quantity.sum().fill_null(0))
    )
    place = ibis.row_number().over(group_by=(*SAME, "start_on"), order_by=("line_id", "end_on"))
    known = _joined(_joined(steps.mutate(place=place), ends), begins)
    return known.mutate(
        **{
            f"free_{name}": ibis.greatest(
                _[f"ended_{name}"].fill_null(0) - _[f"taken_{name}"].fill_null(0), 0
            )
            for name in ("minor", "quantity")
        }
    )


def _linked(steps: Table, lines: Table) -> Table:
    """The steps with the line in their currency that each says it follows."""
    earlier = lines.select(
        link_id=_.line_id,
        currency=_.currency,
        link_end=_.end_on,
        link_minor=_.arr_minor,
        link_quantity=_.quantity.fill_null(0),
    )
    asked = steps.mutate(link_id=_.replaces.fill_null(_.renews))
    return _kept(asked.left_join(earlier, ("link_id", "currency")))


def _followed(steps: Table, lines: Table) -> Table:
    """The steps, and whether something `goes_on` where each ends: it runs still, a line of its
    product begins there, or one says that it follows.
    """
    begun = serving(lines).select(*SAME, end_on=_.start_on).distinct().mutate(ahead=True)
    links = lines.select(line_id=_.renews.fill_null(_.replaces)).filter(_.line_id.notnull())
    known = _kept(steps.left_join(begun, (*SAME, "end_on")))
    known = _kept(known.left_join(links.distinct().mutate(named=True), "line_id"))
    return known.mutate(goes_on=_.end_on.isnull() | _.ahead.notnull() | _.named.notnull())


def _joined(steps: Table, sums: Table) -> Table:
    return _kept(steps.left_join(sums, (*SAME, "start_on")))


def _kept(joined: Any) -> Table:
    """A left join without the keys of its right side."""
    table: Table = joined.drop(*(name for name in joined.columns if name.endswith("_right")))
    return table.view()
