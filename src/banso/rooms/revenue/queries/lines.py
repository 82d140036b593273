"""The lines, contracts and cancellations of an account, as its page shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import F, Min

from banso.rooms.revenue.models import Cancellation, Contract, Stream, SubscriptionLine

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from banso.rooms.customers.models import Account


def held_on(line: SubscriptionLine, day: date) -> bool:
    """Whether a line is in force at the close of a day."""
    return line.start_on <= day and (line.end_on is None or line.end_on > day)


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


def next_term_ends(*, on: date) -> dict[int, date]:
    """Account id to the first term end that has not passed. For the refresh of facts."""
    ahead = Contract.objects.filter(term_end_on__gte=on).values_list("account_id")
    return dict(ahead.annotate(first=Min("term_end_on")))


def first_line_on() -> date | None:
    """The day on which the first line of all began."""
    first: date | None = SubscriptionLine.objects.aggregate(first=Min("start_on"))["first"]
    return first
