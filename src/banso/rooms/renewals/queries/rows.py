"""Renewals as rows of a page: who closes and prepares them, and when the customer was last met."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import OuterRef, Subquery
from django.utils.timezone import localtime

from banso.rooms.customers.models import Account, Duty, Holding, Mood, TouchKind, Touchpoint
from banso.rooms.renewals.models import Renewal

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

Ledger = Mapping[tuple[int, str], "Sequence[Holding]"]


@dataclass(frozen=True, slots=True)
class LastTouch:
    """When a customer was last in touch, and how it came across."""

    on: date
    mood: Mood | None


@dataclass(frozen=True, slots=True)
class Left:
    """How many days are left until a day; negative when it has passed."""

    days: int

    @property
    def ago(self) -> int:
        return -self.days


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewalRow:
    """A renewal with the people of ours who hold it, "" where nobody does, and the days left until
    its days.
    """

    renewal: Renewal
    closer: str
    preparer: str
    touch: LastTouch | None
    term_end: Left
    notice: Left | None
    ours: Left | None

    @property
    def state(self) -> str:
        """How an open renewal stands: noticed, overdue or ahead; "closed" otherwise."""
        if self.renewal.closed_at is not None:
            return "closed"
        if self.renewal.cancellation_id is not None:
            return "noticed"
        return "overdue" if self.term_end.days < 0 else "ahead"


def rows(found: Sequence[Renewal], *, on: date) -> list[RenewalRow]:
    """The renewals with what stands beside them, looked up for all at once."""
    if not found:
        return []
    ids = {renewal.account_id for renewal in found}
    ledger, touched = _ledger(ids), _last_touches(ids)
    return [
        RenewalRow(
            renewal=each,
            closer=_holder(ledger, each, Duty.RENEWAL, on),
            preparer=_holder(ledger, each, Duty.ADOPTION, on)
            or _holder(ledger, each, Duty.VALUE, on),
            touch=touched.get(each.account_id),
            term_end=Left((each.term_end_on - on).days),
            notice=_left(each.notice_deadline_on, on),
            ours=_left(each.our_notice_deadline_on, on),
        )
        for each in found
    ]


def _left(day: date | None, on: date) -> Left | None:
    return Left((day - on).days) if day else None


def _ledger(accounts: Collection[int]) -> Ledger:
    """Every line of the ledger that can tell a closer or preparer of these accounts."""
    duties = (Duty.RENEWAL, Duty.ADOPTION, Duty.VALUE)
    lines = Holding.objects.filter(account__in=accounts, duty__in=duties).order_by("-from_on", "pk")
    ledger: dict[tuple[int, str], list[Holding]] = defaultdict(list)
    for line in lines.select_related("member", "team"):
        ledger[(line.account_id, line.duty)].append(line)
    return ledger


def _holder(ledger: Ledger, renewal: Renewal, duty: Duty, on: date) -> str:
    """Who held the duty today, or on the term's last day if that has passed; "" for nobody."""
    day = min(on, renewal.term_end_on)
    for line in ledger.get((renewal.account_id, duty), ()):
        if line.from_on <= day and (line.to_on is None or line.to_on > day):
            return str(line.member or line.team)
    return ""


def _last_touches(accounts: Collection[int]) -> Mapping[int, LastTouch]:
    met = Touchpoint.objects.filter(account=OuterRef("pk")).exclude(kind=TouchKind.NOTE)
    last = met.order_by("-happened_at", "-pk").values("pk")[:1]
    latest = Account.objects.filter(pk__in=accounts).values_list(Subquery(last))
    found = Touchpoint.objects.filter(pk__in=[pk for (pk,) in latest if pk is not None])
    told = found.values_list("account_id", "happened_at", "mood")
    return {
        account: LastTouch(localtime(at).date(), Mood(mood) if mood is not None else None)
        for account, at, mood in told
    }
