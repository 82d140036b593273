"""The renewals of one account, and of all the next: for its page and its facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from banso.rooms.renewals.models import RecordedOutcome, Renewal

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from banso.rooms.customers.models import Account


def open_and_closed(account: Account) -> tuple[list[Renewal], list[Renewal]]:
    """Both at once, each in its order below. The caller has checked the viewer."""
    shown = Q(closed_at=None, stands=True) | Q(closed_at__isnull=False)
    found = Renewal.objects.filter(shown, account=account).order_by("term_end_on", "pk")
    closed = [each for each in found if each.closed_at is not None]
    return [each for each in found if each.closed_at is None], closed[::-1]


def open_of(account: Account) -> QuerySet[Renewal]:
    """An account's open renewals, the first term first. The caller has checked the viewer."""
    found = Renewal.objects.filter(account=account, closed_at=None, stands=True)
    return found.order_by("term_end_on", "pk")


def closed_of(account: Account) -> QuerySet[Renewal]:
    """An account's closed renewals, the latest term first. The caller has checked the viewer."""
    closed = Renewal.objects.filter(account=account, closed_at__isnull=False)
    return closed.order_by("-term_end_on", "-pk")


def told_of(account: Account) -> QuerySet[Renewal]:
    """The closed ones with what was said of them."""
    return closed_of(account).select_related("contract", "cancellation", "recorded__by")


def recorded_of(renewal: Renewal) -> RecordedOutcome | None:
    """A person's word on a renewal."""
    return RecordedOutcome.objects.filter(renewal=renewal).select_related("by").first()


def next_renewals() -> dict[int, tuple[date, date | None, date | None]]:
    """Account id to the term end of its first open renewal, the customer's deadline and ours. For
    the refresh of facts.
    """
    open_rows = Renewal.objects.filter(closed_at=None, stands=True).order_by("-term_end_on", "-pk")
    told = open_rows.values_list(
        "account_id", "term_end_on", "notice_deadline_on", "our_notice_deadline_on"
    )
    return {account: (end, theirs, ours) for account, end, theirs, ours in told}
