"""Where one line follows another: links, grace, and what waits for a late renewal.

An **island** is a stretch of days without a gap, over lines that overlap or touch. Gaps are read
from islands and never from single lines, so a line written as two says the same as one.

A line that renews or replaces another closes it on its own first day: co-terming doubles nothing.
It is also held up to that day where it ended at most `grace_days` before.

Else, where the island of a product ends and nobody has cancelled, what follows is

1. the product's next island, if it starts at most `grace_days` later;
2. failing that, the first island of any product of the account that starts on the end day or at
   most `grace_days` later: another plan, or another name for the same thing.

The lines that end there are held until the day it starts: no movement, or one on that day. If
nothing follows and the as-of day lies less than `grace_days` after the end, they are a *pending
renewal*, held to the as-of day and marked by `pending_from`. After that the end stands where the
lines have it: churn is dated back, and `restatements` shows what changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

import ibis
from ibis import _
from ibis.expr.types import Table

from banso.engines.revenue.ledger import serving

FAR: Final = date(9999, 12, 31)
DAY: Final = timedelta(days=1)


def islands(lines: Table, by: Sequence[str]) -> Table:
    """The lines, each with `island_on` and `island_end` of its stretch; a running one ends FAR.

    Of lines that begin on one day one alone may begin a stretch, whichever comes first; so they are
    counted together (RANGE), in whatever order an engine has them.
    """
    dated = lines.mutate(last=_.end_on.fill_null(FAR))
    reached = _.last.max().over(rows=(None, -1), group_by=by, order_by="start_on")
    dated = dated.mutate(reached=reached)
    begins = dated.reached.isnull() | (dated.start_on > dated.reached)
    dated = dated.mutate(begins=begins.cast("int64"))
    number = _.begins.sum().over(range=(None, 0), group_by=by, order_by="start_on")
    dated = dated.mutate(island=number)
    return dated.mutate(
        island_on=_.start_on.min().over(group_by=(*by, "island")),
        island_end=_.last.max().over(group_by=(*by, "island")),
    ).drop("last", "reached", "begins", "island")


def linked(lines: Table, *, grace_days: int) -> Table:
    """The lines, those that another one renews or replaces ended on its first day. One that never
    serves follows nothing; what renews it follows the line that it named.
    """
    serve = serving(lines)
    after = [
        serve.filter(serve[link].notnull()).select(earlier_id=serve[link], next_on=serve.start_on)
        for link in ("renews", "replaces")
    ]
    void = lines.filter(lines.end_on <= lines.start_on).select(
        void_id=_.line_id, before_id=_.renews.fill_null(_.replaces)
    )
    named = ibis.union(*after, distinct=False)
    named = named.left_join(void, named.earlier_id == void.void_id)
    following = named.mutate(earlier_id=_.before_id.fill_null(_.earlier_id)).group_by("earlier_id")
    first = following.agg(next_on=_.next_on.min())
    known = lines.left_join(first, lines.line_id == first.earlier_id)
    late = known.end_on.notnull() & (_days(known.end_on, known.next_on) > grace_days)
    end_on = ibis.cases((known.next_on.isnull() | late, _.end_on), else_=_.next_on)
    return known.mutate(end_on=end_on).drop("earlier_id", "next_on")


def held_over(lines: Table, *, grace_days: int, begun: Table | None = None) -> Table:
    """The lines, their ends moved over gaps within grace, with `waits_from`: the end of a line that
    nothing has followed and nobody has cancelled. `begun` are the same lines with the accounts at
    which they may follow something, where these are others; then the lines say since when they are
    where they are (`there_since`), and nothing from before that follows them.
    """
    stretched = islands(lines, ("account_id", "product"))
    candidates = stretched if begun is None else islands(begun, ("account_id", "product"))
    holds = _holds(stretched, candidates, grace_days)
    open_end = (stretched.end_on == stretched.island_end) & stretched.cancelled_on.isnull()
    # One key on this side: a condition on it alone lets DuckDB compare every row with every other.
    asked = stretched.mutate(open_on=open_end.ifelse(stretched.end_on, ibis.null("date")))
    same = [
        asked.account_id == holds.of_account,
        asked.product == holds.of_product,
        asked.open_on == holds.ends_on,
    ]
    if begun is not None:
        same.append(asked.there_since == holds.from_on)
    known = asked.left_join(holds, same)
    waits_from = ibis.cases((known.held_until.isnull(), known.ends_on), else_=ibis.null("date"))
    return known.mutate(
        end_on=ibis.greatest(known.held_until, known.end_on).fill_null(known.end_on),
        waits_from=waits_from,
    ).drop(*holds.columns, "island_on", "island_end", "open_on")


def waiting(lines: Table, today: Table, *, grace_days: int) -> Table:
    """The lines as known on a day, (as_of): those within grace are held to its close and marked by
    `pending_from`; the others keep their end, which then stands where the contract had it.
    """
    dated = today.cross_join(lines)
    since = _days(dated.waits_from, dated.as_of)
    waits = (dated.end_on == dated.waits_from) & (since >= 0) & (since < grace_days)
    told = dated.mutate(
        end_on=ibis.cases((waits, dated.as_of + DAY), else_=dated.end_on),
        pending_from=ibis.cases((waits, dated.waits_from), else_=ibis.null("date")),
    )
    return told.drop("as_of", "waits_from")


def _holds(stretched: Table, candidates: Table, grace_days: int) -> Table:
    """One row for each island that ends: until when what follows holds it, null for nothing."""
    since = stretched.there_since if "there_since" in stretched.columns else ibis.date(1, 1, 1)
    ended = stretched.filter(_.island_end < FAR).select(
        of_account=_.account_id, of_product=_.product, ends_on=_.island_end, from_on=since
    )
    ended = ended.distinct()
    found = candidates.select("account_id", "product", "island_on").distinct()
    latest = ended.ends_on + ibis.interval(days=grace_days)
    follows = [
        ended.of_account == found.account_id,
        found.island_on >= ended.ends_on,
        found.island_on >= ended.from_on,
        found.island_on <= latest,
    ]
    pairs = ended.left_join(found, follows)
    nexts = pairs.group_by("of_account", "of_product", "ends_on", "from_on").agg(
        same_on=_.island_on.min(where=_.product == _.of_product),
        any_on=_.island_on.min(),
    )
    told = nexts.mutate(held_until=nexts.same_on.fill_null(nexts.any_on))
    return told.drop("same_on", "any_on")


def _days(since: Any, until: Any) -> Any:
    return until.delta(since, unit="day")
