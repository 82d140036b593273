"""A book: lines as a definition reads them, with all that is needed to tell figures from them.

`prepare` is the only place where settings change dates or amounts. In this order:

1. Recurring lines are taken; usage has its own sums (`metered`), pauses wait for step 6.
2. Amounts: after or before discounts (`discounts`, `full_discount_is_churn`).
3. Scheduled steps count from their start, or from their signature (`ramp`).
4. Cancelled lines end when the definition says (`churn_date`); lines that follow one another close
   up (`links`, `grace_days`: see `continuity`); what has no days or no amount falls out.
5. Add-ons count beside a base plan only, if the definition says so (`base_plan`).
6. Pauses cut their lines (`pause_keeps_mrr`).
7. Merges and splits move lines to other accounts, from their day on or for good (`merge_split`).
   Step 4 looks ahead: what follows a line is looked for at the account it is with when it ends.

What comes out has the columns of `tables.LINES` and, where the book asks for them:

- `product`, `quantity`, `interval_months` as they came;
- `pending_from`: the day the paid term ended, on lines that wait for a late renewal;
- `step_minor`, `step_quantity`: what a scheduled line adds to the line it follows;
- `unit_id`, `arrives`, `departs`: see `moving`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import ibis
import pyarrow as pa
from ibis import _
from ibis.expr.types import Table

from banso.engines.revenue import continuity, moving, pieces, steps
from banso.engines.revenue.definitions import DEFAULT, Definition
from banso.engines.revenue.ledger import serving
from banso.engines.revenue.tables import LINES, complete

KEPT: Final = ("product", "quantity", "interval_months")
MADE: Final = ("waits_from", "step_minor", "step_quantity", "step_until")


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """Prepared lines and rates, the currency figures are told in, and the definition behind both.

    A book can be written to files and read again: all that counts is in its two tables.
    """

    lines: Table
    rates: Table
    reporting: str
    definition: Definition


def prepare(
    lines: Table,
    rates: Table,
    *,
    reporting: str,
    as_of: date,
    definition: Definition = DEFAULT,
    moves: Table | None = None,
) -> Book:
    """The book of these lines under a definition, as known on a day. `moves` as `tables.MOVES`."""
    lasting = prepare_for_any_day(
        lines, rates, reporting=reporting, definition=definition, moves=moves
    )
    today = ibis.memtable(pa.table({"as_of": pa.array([as_of], pa.date32())}))
    return as_known(lasting, today)


def as_known(book: Book, today: Table) -> Book:
    """A book of `prepare_for_any_day` on a day, (as_of): who waits for a late renewal is held."""
    if "waits_from" not in book.lines.columns:
        return book
    held = continuity.waiting(book.lines, today, grace_days=book.definition.grace_days)
    return replace(book, lines=held)


def prepare_for_any_day(
    lines: Table,
    rates: Table,
    *,
    reporting: str,
    definition: Definition = DEFAULT,
    moves: Table | None = None,
) -> Book:
    """The book for every day on which it may be read: see `as_known`."""
    whole = complete(lines)
    counted = _amounts(whole.filter(_.stream == "recurring"), definition)
    if "scheduled" in lines.columns:
        counted = steps.with_steps(counted)
        if definition.ramp == "contracted":
            counted = steps.with_links(counted)
    counted = _dated(counted, definition)
    if definition.links == "close_predecessor" and {"renews", "replaces"} & set(lines.columns):
        counted = continuity.linked(counted, grace_days=definition.grace_days)
    counted = serving(counted)
    if definition.grace_days:
        counted = _held_over(counted, moves, definition)
    if definition.base_plan:
        counted = pieces.beside_base(counted)
    if "stream" in lines.columns and not definition.pause_keeps_mrr:
        counted = pieces.without_pauses(counted, whole.filter(_.stream == "pause"))
    if moves is not None:
        counted = moving.moved(counted, moves, restated=definition.merge_split == "restated")
    made = [name for name in (*MADE, *moving.COLUMNS) if name in counted.columns]
    kept = [name for name in KEPT if name in lines.columns]
    return Book(
        lines=counted.select(*LINES, *kept, *made),
        rates=rates,
        reporting=reporting,
        definition=definition,
    )


def _held_over(lines: Table, moves: Table | None, definition: Definition) -> Table:
    """The lines, those that something follows within grace held until then: a line of the account
    they were with, or of the one to which a merge had taken them by the end of grace. A line that
    went alone is followed where it went only.
    """
    grace = definition.grace_days
    held = continuity.held_over(lines, grace_days=grace)
    if moves is None:
        return held
    if definition.merge_split == "restated":
        there = continuity.held_over(moving.at_last(lines, moves), grace_days=grace)
    else:
        there = continuity.held_over(
            moving.once_grace_is_over(lines, moves, days=grace),
            grace_days=grace,
            begun=moving.at_start(lines, moves),
        )
    took = there.select(
        took_id=there.line_id, home=_.account_id, home_end=_.end_on, home_waits=_.waits_from
    )
    known = held.inner_join(took, held.line_id == took.took_id)
    went_alone = (known.home != known.account_id) & known.line_id.isin(
        moves.filter(_.line_id.notnull()).line_id
    )
    followed = known.waits_from.notnull() & known.home_waits.isnull()
    return known.mutate(
        end_on=(went_alone | followed).ifelse(known.home_end, known.end_on),
        waits_from=ibis.cases(
            (went_alone, known.home_waits),
            (known.home_waits.isnull(), ibis.null("date")),
            else_=known.waits_from,
        ),
    ).drop(took.columns)


def _amounts(lines: Table, definition: Definition) -> Table:
    """The amount that counts: after discounts, or the list price where the definition says so."""
    given_away = lines.arr_minor == 0
    at_list = lines.list_arr_minor.notnull() & (
        ibis.literal(definition.discounts == "list_price")
        | (given_away & (not definition.full_discount_is_churn))
    )
    return lines.mutate(arr_minor=ibis.cases((at_list, _.list_arr_minor), else_=_.arr_minor))


def _dated(lines: Table, definition: Definition) -> Table:
    """The lines from the day and to the day that the definition reads in them."""
    dated = lines
    if definition.ramp == "contracted":
        signed = ibis.least(dated.start_on, dated.signed_on.fill_null(dated.start_on))
        dated = dated.mutate(start_on=ibis.cases((dated.scheduled, signed), else_=_.start_on))
    if definition.churn_date == "at_cancellation":
        left_on = ibis.greatest(dated.start_on, dated.cancelled_on.fill_null(dated.start_on))
        earlier = dated.cancelled_on.notnull() & (left_on < dated.end_on.fill_null(continuity.FAR))
        dated = dated.mutate(end_on=ibis.cases((earlier, left_on), else_=_.end_on))
    return dated
