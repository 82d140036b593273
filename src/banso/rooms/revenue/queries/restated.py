"""What late renewals changed about figures already told: found when a book is written, and read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
from django.utils.timezone import localtime
from django.utils.translation import ngettext

from banso.engines.revenue.definitions import DEFAULT
from banso.engines.revenue.late import late_renewals
from banso.kit import lake
from banso.kit.keyset import Order
from banso.kit.questions import answer
from banso.kit.templatetags.banso import number
from banso.rooms.customers.access import visible_accounts
from banso.rooms.customers.models import Account
from banso.rooms.revenue.models import Restatement, SubscriptionLine
from banso.rooms.revenue.queries.book import book_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date, datetime

    from django.db.models import QuerySet
    from ibis.expr.types import Table

    from banso.engines.revenue.periods import Period
    from banso.rooms.identity.models import User
    from banso.rooms.revenue.models import ClosedPeriod

TOLD = "told"  # the lines that the last book of an earlier day told
LATEST_FIRST = Order("known_at", descending=True)
SAME = ("on_date", "until", "currency", "was_minor", "now_minor", "why")


def told_before(*, at: datetime) -> pa.Table | None:
    """The lines of the default book, (line_id), if it is of an earlier day: they have been told.
    None where it is of today, or there is none.
    """
    name = book_of(DEFAULT)
    try:
        before = lake.snapshot(name).made_at or at
    except lake.NeverWritten:
        return None
    if localtime(before).date() >= localtime(at).date():
        return None
    return answer(_lines, snapshots={"was": name})


def restated_by(book: pa.Table, *, at: datetime) -> list[Restatement]:
    """What the default book tells differently from the one written before it, not stored yet; of
    lines that an earlier day had told. The first day's files come in one after the other, and none
    of them restates what nobody had seen.
    """
    name, known_on = book_of(DEFAULT), localtime(at).date()
    try:
        before = lake.snapshot(name).made_at or at
        lake.snapshot(TOLD)
    except lake.NeverWritten:
        return []
    days = {"was_today": localtime(before).date(), "now_today": known_on}
    given = {day: pa.table({"as_of": pa.array([on], pa.date32())}) for day, on in days.items()}
    snapshots = {"was": name, "told": TOLD}
    found = answer(_late, DEFAULT.grace_days, snapshots=snapshots, now=book, **given)
    rows = found.sort_by("line_id").to_pylist()
    lines = SubscriptionLine.objects.select_related("account").in_bulk(
        [row["line_id"] for row in rows]
    )
    there = Account.objects.in_bulk([row["account_id"] for row in rows])
    known = [(row, lines[row["line_id"]]) for row in rows if row["line_id"] in lines]
    return [
        _noted(line, there.get(row["account_id"], line.account), row, at) for row, line in known
    ]


def _lines(*, was: Table) -> Table:
    return was.select("line_id").distinct()


def _late(grace_days: int, *, told: Table, **sides: Table) -> Table:
    was, was_today = sides["was"], sides["was_today"]
    found = late_renewals(was, was_today, sides["now"], sides["now_today"], grace_days=grace_days)
    return found.semi_join(told, "line_id")


def _noted(
    line: SubscriptionLine, account: Account, row: Mapping[str, Any], at: datetime
) -> Restatement:
    """Of the account that the line was with, or where that has been merged, of whose line it is."""
    return Restatement(
        line=line,
        line_name=line.external_id,
        account=account,
        held_by=row["account_id"],
        was_kind=row["was_kind"] or "",
        now_kind=row["now_kind"] or "",
        known_on=localtime(at).date(),
        known_at=at,
        **{name: row[name] for name in SAME},
    )


def restatements(viewer: User, *, on: date, of: Period | None = None) -> QuerySet[Restatement]:
    """What was told anew of the viewer's accounts, the latest first; of a period, the movements
    dated within it.
    """
    seen = Restatement.objects.filter(account__in=visible_accounts(viewer, on=on))
    if of is not None:
        seen = seen.filter(on_date__gt=of.opening_on, on_date__lte=of.closing_on)
    return seen.select_related("account", "line")


def told_anew(count: int) -> str:
    """How many lines were, in words."""
    words = ngettext(
        "%(count)s contract line was told anew because of its renewal",
        "%(count)s contract lines were told anew because of their renewals",
        count,
    )
    return words % {"count": number(count)}


def known_since(closed: ClosedPeriod, accounts: Collection[int]) -> dict[int, list[Restatement]]:
    """By account, what became known of the days of a period after it was closed, the latest first.
    Only the default definition's restatements are noted.
    """
    if closed.definition != DEFAULT.name:
        return {}
    rows = Restatement.objects.filter(
        account__in=accounts,
        on_date__gt=closed.opening_on,
        on_date__lte=closed.closing_on,
        known_at__gt=closed.closed_at,
    )
    found: dict[int, list[Restatement]] = {}
    for row in rows.select_related("line").order_by("-known_at", "-pk"):
        found.setdefault(row.account_id, []).append(row)
    return found
