"""Lines cut into pieces: by pauses, and to the days on which there is a base plan.

A piece is a row like its line, over fewer days. Nothing is subtracted, so no amount turns negative.
"""

from __future__ import annotations

from typing import Any

import ibis
from ibis import _
from ibis.expr.types import BooleanValue, Table

from banso.engines.revenue.continuity import FAR, islands


def without_pauses(lines: Table, pauses: Table) -> Table:
    """The lines less the days on which they, or all lines of their account, are paused."""
    stops = _stops(lines, pauses)
    paused = stops.select(paused_id=_.line_id).distinct()
    untouched = lines.anti_join(paused, lines.line_id == paused.paused_id)
    hit = lines.semi_join(paused, lines.line_id == paused.paused_id)
    met = hit.join(stops, hit.line_id == stops.line_id, rname="{name}_stop")
    shut = met.filter(_.stop_on <= _.start_on, _.back_on > _.start_on).select(shut_id=_.line_id)
    open_ = hit.anti_join(shut, hit.line_id == shut.shut_id)
    later = met.filter(_.back_on > _.start_on, _.back_on < _.end_on.fill_null(FAR))
    again = stepless(later, later.stop_on > later.start_on).mutate(start_on=_.back_on)
    points = open_.union(again.select(*hit.columns), distinct=False)
    return untouched.union(_until(points, stops), distinct=False)


def _stops(lines: Table, pauses: Table) -> Table:
    """(line_id, stop_on, back_on) for each stretch without service, overlapping pauses as one."""
    held = lines.select("account_id", "line_id")
    meant = pauses.select(
        of_account=_.account_id, of_line=_.pauses, start_on=_.start_on, end_on=_.end_on
    )
    pairs = held.join(
        meant,
        [
            held.account_id == meant.of_account,
            meant.of_line.isnull() | (meant.of_line == held.line_id),
        ],
    )
    dated = pairs.filter(_.start_on < _.end_on.fill_null(FAR)).distinct()
    found = islands(dated, ("line_id",)).group_by("line_id", "island_on")
    return found.agg(back_on=_.island_end.max()).rename(stop_on="island_on")


def _until(points: Table, stops: Table) -> Table:
    """Each line from each of its points to the next stop, or to its end."""
    ahead = stops.select(stopped_id=_.line_id, stop_on=_.stop_on)
    known = points.left_join(
        ahead, [points.line_id == ahead.stopped_id, ahead.stop_on >= points.start_on]
    )
    cut = known.group_by(*points.columns).agg(next_stop=_.stop_on.min())
    ends = ibis.least(cut.end_on.fill_null(FAR), cut.next_stop.fill_null(FAR))
    return _with_end(cut, ends).drop("next_stop")


def beside_base(lines: Table) -> Table:
    """Base plans, and add-ons on the days on which their account has a base plan."""
    plans = lines.filter(_.plan == "base")
    stretches = islands(plans, ("account_id",)).select(
        base_account=_.account_id, base_on=_.island_on, base_end=_.island_end
    )
    bases = stretches.distinct()
    addons = lines.filter(_.plan != "base")
    both = addons.join(
        bases,
        [
            addons.account_id == bases.base_account,
            addons.start_on < bases.base_end,
            addons.end_on.fill_null(FAR) > bases.base_on,
        ],
    )
    ends = ibis.least(both.end_on.fill_null(FAR), both.base_end)
    begun = stepless(both, both.base_on > both.start_on)
    begun = begun.mutate(start_on=ibis.greatest(begun.start_on, begun.base_on))
    return plans.union(_with_end(begun, ends).select(*plans.columns), distinct=False)


def stepless(lines: Table, again: BooleanValue) -> Table:
    """The lines, without steps where they only go on: a step is taken once."""
    steps = [name for name in ("step_minor", "step_quantity") if name in lines.columns]
    return lines.mutate(**{name: ibis.cases((again, 0), else_=lines[name]) for name in steps})


def _with_end(lines: Table, ends: Any) -> Table:
    """The lines with another end, null where it is FAR; those without a day fall out."""
    dated = lines.mutate(end_on=ends.nullif(FAR))
    return dated.filter(_.end_on.isnull() | (_.end_on > _.start_on))
