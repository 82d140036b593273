"""The lines, contracts and cancellations of an account, as its page shows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import BigIntegerField, Count, F, Max, Min, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from banso.engines.basis.money import rounded_half_even
from banso.rooms.revenue.models import Cancellation, Contract, Stream, SubscriptionLine, Transfer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from django.db.models import QuerySet

    from banso.engines.revenue.periods import Period
    from banso.rooms.customers.models import Account
    from banso.rooms.revenue.queries.passages import Passage, Passages

MONTHS = 12


def held_on(line: SubscriptionLine, day: date) -> bool:
    """Whether a line is in force at the close of a day."""
    return line.start_on <= day and (line.end_on is None or line.end_on > day)


def came_and_went(line: SubscriptionLine, period: Period) -> bool:
    """Whether a line began and ended between the two closes, with service in between."""
    began = period.opening_on < line.start_on <= period.closing_on
    return began and line.end_on is not None and line.start_on < line.end_on <= period.closing_on


def recurring() -> QuerySet[SubscriptionLine]:
    """The lines that ever count as ARR: metered charges and pauses are none."""
    return SubscriptionLine.objects.filter(stream=Stream.RECURRING)


def lines_of(account: Account) -> QuerySet[SubscriptionLine]:
    """An account's lines, the latest first. The caller has checked that the viewer may see it."""
    lines = SubscriptionLine.objects.filter(account=account).select_related("contract")
    return lines.order_by("-start_on", "-pk")


def contracts_of(account: Account) -> QuerySet[Contract]:
    """An account's contracts, the one that ends last first. The caller has checked the viewer."""
    return Contract.objects.filter(account=account).order_by(
        F("term_end_on").desc(nulls_last=True), "-pk"
    )


def cancellations_of(account: Account) -> QuerySet[Cancellation]:
    """An account's notices of termination, the latest end first. The caller has checked the
    viewer.
    """
    return Cancellation.objects.filter(account=account).order_by("-ends_on", "-pk")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedLine:
    """A line as a table shows it. `list_minor` is the price before discounts per interval,
    `discount_share` what is off it. `renews`, `replaces` and `pauses` are lines of the same table;
    the own id alone where it isn't there.
    """

    line: SubscriptionLine
    is_held: bool
    list_minor: int | None
    discount_share: float | None
    renews: SubscriptionLine | None
    replaces: SubscriptionLine | None
    pauses: SubscriptionLine | None
    passages: Sequence[Passage]


def listed(lines: Sequence[SubscriptionLine], passages: Passages, *, on: date) -> list[ListedLine]:
    """The lines with what each has off its list price, which of them it follows, and from whom or
    to whom it went over.
    """
    by_id = {line.external_id: line for line in lines}
    return [
        ListedLine(
            line=line,
            is_held=held_on(line, on) and not passages.is_away(line, on=on),
            list_minor=_list_minor(line),
            discount_share=_discount_share(line),
            renews=by_id.get(line.renews),
            replaces=by_id.get(line.replaces),
            pauses=by_id.get(line.pauses),
            passages=passages.of(line),
        )
        for line in lines
    ]


def _list_minor(line: SubscriptionLine) -> int | None:
    if line.list_arr_minor is None:
        return None
    return rounded_half_even(line.list_arr_minor * line.interval_months, MONTHS)


def _discount_share(line: SubscriptionLine) -> float | None:
    """What is off the list price; None where nothing is."""
    listed_minor = line.list_arr_minor or 0
    return 1 - line.arr_minor / listed_minor if listed_minor > line.arr_minor else None


def churned_since(account: Account, *, on: date) -> date | None:
    """The first day without any line that ever counted as ARR; None while one is in force, and
    where there never was one, of those that have not gone over to another account. The caller has
    checked the viewer.
    """
    paid = recurring().filter(account=account, arr_minor__gt=0, start_on__lte=on)
    gone = [Transfer.objects.filter(line=OuterRef("pk")), Transfer.objects.filter(account=account)]
    latest = [Subquery(each.order_by("-on").values("into_id")[:1]) for each in gone]
    paid = paid.alias(
        last_into=Coalesce(*latest, account.pk, output_field=BigIntegerField())
    ).filter(last_into=account.pk)
    days = paid.exclude(end_on=F("start_on")).aggregate(
        last=Max("end_on"), held=Count("pk", filter=Q(end_on__isnull=True) | Q(end_on__gt=on))
    )
    last: date | None = days["last"]
    return None if days["held"] else last


def next_term_ends(*, on: date) -> dict[int, date]:
    """Account id to the first term end that has not passed. For the refresh of facts."""
    ahead = Contract.objects.filter(term_end_on__gte=on).values_list("account_id")
    return dict(ahead.annotate(first=Min("term_end_on")))


def first_line_on() -> date | None:
    """The day on which the first line of all began."""
    first: date | None = SubscriptionLine.objects.aggregate(first=Min("start_on"))["first"]
    return first
