"""What revenue shows on the account's page, and what it tells of its story."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banso.engines.basis.japanese import folded
from banso.kit.questions import openers
from banso.kit.templatetags.banso import money
from banso.rooms.customers.points import (
    Before,
    StoryEntry,
    StoryRow,
    StoryWanted,
    add_panel,
    tell_story,
)
from banso.rooms.customers.queries.facts import ARR, fact_of
from banso.rooms.customers.queries.story import at_midnight, newest_days
from banso.rooms.revenue.models import Stream
from banso.rooms.revenue.queries.lines import (
    cancellations_of,
    churned_since,
    contracts_of,
    lines_of,
    listed,
)
from banso.rooms.revenue.queries.notices import TermDeadlines, notice_words, term_deadlines
from banso.rooms.revenue.queries.opening import ask_first
from banso.rooms.revenue.queries.passages import passages

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.db.models import QuerySet

    from banso.rooms.customers.models import Account
    from banso.rooms.identity.models import User
    from banso.rooms.revenue.models import Cancellation, Contract, SubscriptionLine

SOON = timedelta(days=90)


class Revenue:
    key, place, position = "revenue", "below", 10
    template = "revenue/panels/revenue.html"

    def context(self, account: Account, *, viewer: User, on: date) -> dict[str, Any]:
        passed = passages(account, viewer=viewer, on=on)
        lines = sorted(
            [*lines_of(account), *passed.guests], key=lambda line: (line.start_on, line.pk)
        )
        return {
            "lines": listed(lines[::-1], passed, on=on),
            "passages": passed.of_all,
            "contracts": [(each, notice_words(each.notice)) for each in contracts_of(account)],
            "cancellations": list(cancellations_of(account)),
        }


class Churned:
    """Since when an account that once paid has no ARR. One whose renewal is late, but within
    grace, has some; one all of whose contracts are with another customer now has not churned.
    """

    key, place, position = "churned", "name", 10
    template = "revenue/panels/churned.html"

    def context(self, account: Account, *, viewer: User, on: date) -> dict[str, Any]:
        has_arr = bool(fact_of(account, ARR, account.facts.known))
        return {"since": None if has_arr else churned_since(account, on=on)}


@dataclass(frozen=True, slots=True)
class NextTerm:
    """The contract that ends next, until when the customer can refuse and we can announce, and
    what happens if nobody speaks.
    """

    contract: Contract
    days: int
    deadlines: TermDeadlines
    deadline_days: int | None
    is_near: bool


class TermAhead:
    key, place, position = "term", "next", 20
    template = "revenue/panels/term.html"

    def context(self, account: Account, *, viewer: User, on: date) -> dict[str, Any]:
        ahead = contracts_of(account).filter(term_end_on__gte=on)
        nearest = ahead.order_by("term_end_on", "pk").first()
        return {"term": self._next(nearest, on) if nearest else None}

    def _next(self, contract: Contract, on: date) -> NextTerm:
        end = contract.term_end_on or on
        deadlines = term_deadlines(contract, end)
        last_on = deadlines.theirs.last_on if deadlines.theirs else None
        left = (last_on - on).days if last_on else None
        is_near = (last_on or end) - on <= SOON and (left is None or left >= 0)
        return NextTerm(contract, (end - on).days, deadlines, left, is_near)


def _is_asked(wanted: StoryWanted) -> bool:
    """Whether the question can be answered by what is known of contracts."""
    return not wanted.touches_only and wanted.member is None


class LinesBegin:
    """A line begins, or takes the place of one of the same product."""

    key, kind = "line", "contract"
    label = gettext_lazy("Contracts")
    template = "revenue/story/line.html"
    told: Collection[str] = ()
    column = "start_on"

    def entries(
        self, account: Account, wanted: StoryWanted, before: Before, n: int
    ) -> list[StoryEntry]:
        if not _is_asked(wanted):
            return []
        rows = self._rows(account)
        if wanted.words:
            rows = rows.filter(pk__in=[line.pk for line in rows if _names(line, wanted)])
        return [self._entry(row) for row in newest_days(rows, self.column, wanted, before, n)]

    def _rows(self, account: Account) -> QuerySet[SubscriptionLine]:
        lines = lines_of(account).filter(stream=Stream.RECURRING)
        same = lines.filter(
            product=OuterRef("product"), currency=OuterRef("currency"), end_on=OuterRef("start_on")
        )
        return lines.annotate(before_minor=Subquery(same.values("arr_minor")[:1]))

    def _entry(self, line: SubscriptionLine) -> StoryEntry:
        before: int | None = getattr(line, "before_minor", None)
        arr = money(line.arr_minor, line.currency)
        change = f"{money(before, line.currency)} → {arr}" if before is not None else arr
        return StoryEntry(
            pk=line.pk,
            at=at_midnight(line.start_on),
            by_day=True,
            icon="trending-up" if before is None or before <= line.arr_minor else "trending-down",
            title=line.product or line.external_id,
            called=_("Line begins") if before is None else _("Line goes on"),
            notes=(f"ARR {change}",),
        )

    def row(self, account: Account, pk: int) -> StoryRow | None:
        line = self._rows(account).filter(pk=pk).first()
        return StoryRow(self._entry(line), line) if line else None


def _names(line: SubscriptionLine, wanted: StoryWanted) -> bool:
    named = folded(line.product + line.external_id)
    return all(word in named for word in wanted.words)


class LinesEnd(LinesBegin):
    """A line ends and none of the same product takes its place."""

    key = "line_end"
    column = "end_on"

    def _rows(self, account: Account) -> QuerySet[SubscriptionLine]:
        lines = lines_of(account).filter(stream=Stream.RECURRING)
        after = lines.filter(
            product=OuterRef("product"), currency=OuterRef("currency"), start_on=OuterRef("end_on")
        )
        return lines.filter(~Exists(after), end_on__isnull=False)

    def _entry(self, line: SubscriptionLine) -> StoryEntry:
        return StoryEntry(
            pk=line.pk,
            at=at_midnight(line.end_on or line.start_on),
            by_day=True,
            icon="trending-down",
            title=line.product or line.external_id,
            called=_("Line ends"),
            notes=(f"ARR {money(line.arr_minor, line.currency)}",),
        )


class Cancellations:
    """A customer gave notice, told on the day it did, or where that is not known on the last."""

    key, kind = "cancellation", "contract"
    label = gettext_lazy("Contracts")
    template = "revenue/story/cancellation.html"
    told: Collection[str] = ()

    def entries(
        self, account: Account, wanted: StoryWanted, before: Before, n: int
    ) -> list[StoryEntry]:
        if not _is_asked(wanted):
            return []
        rows = self._rows(account)
        if wanted.words:
            rows = rows.filter(pk__in=[each.pk for each in rows if self._holds(each, wanted)])
        return [self._entry(row) for row in newest_days(rows, "told_on", wanted, before, n)]

    def _rows(self, account: Account) -> QuerySet[Cancellation]:
        rows = cancellations_of(account).select_related("contract")
        return rows.annotate(told_on=Coalesce("noticed_on", "ends_on"))

    def _holds(self, cancellation: Cancellation, wanted: StoryWanted) -> bool:
        said = folded(cancellation.reason + cancellation.detail)
        return all(word in said for word in wanted.words)

    def _entry(self, cancellation: Cancellation) -> StoryEntry:
        return StoryEntry(
            pk=cancellation.pk,
            at=at_midnight(cancellation.noticed_on or cancellation.ends_on),
            by_day=True,
            icon="log-out",
            title=cancellation.reason or _("No reason is known"),
            called=_("Notice of termination"),
            text=cancellation.detail,
            notes=tuple(filter(None, [cancellation.get_form_display()])),
        )

    def row(self, account: Account, pk: int) -> StoryRow | None:
        found = self._rows(account).filter(pk=pk).first()
        return StoryRow(self._entry(found), found) if found else None


openers.append(ask_first)
add_panel(Revenue())
add_panel(Churned())
add_panel(TermAhead())
for source in (LinesBegin(), LinesEnd(), Cancellations()):
    tell_story(source)
