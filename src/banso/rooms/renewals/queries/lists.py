"""The list of renewals: which are due, whose deadline comes within days, which wait for a word."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db.models import Aggregate, Count, Exists, OuterRef, Q, QuerySet, Sum

from banso.engines.basis.fiscal import add_months
from banso.kit.keyset import Order
from banso.rooms.customers.access import visible_accounts
from banso.rooms.customers.models import Duty, Holding
from banso.rooms.customers.queries.lists import Wanted as AccountsWanted
from banso.rooms.customers.queries.lists import accounts
from banso.rooms.people.models import Member
from banso.rooms.renewals.models import LOST, Renewal

if TYPE_CHECKING:
    from banso.engines.revenue.periods import Period
    from banso.rooms.identity.models import User

ME = "me"  # in place of a member's number: whoever looks
TOLD_MONTHS = 12  # of closed renewals
ORDERS = {
    "term_end": Order("term_end_on"),
    "notice": Order("notice_deadline_on", nullable=True),
    "ours": Order("our_notice_safe_on", nullable=True),
    "arr": Order("renewable_arr_minor", nullable=True),
    "account": Order("account__sort_key"),
}
OPEN = Q(closed_at__isnull=True)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which renewals a list asks for: a stretch of time or a state, a closer, words of a name."""

    when: str = "days7"
    closer: int | str = ""
    search: str = ""


@dataclass(frozen=True, slots=True)
class Due:
    """How many renewals stand under a heading, and their ARR up for renewal."""

    number: int
    arr_minor: int


def seven_days(on: date) -> tuple[date, date]:
    """The day itself and the last of the seven that begin with it."""
    return on, on + timedelta(days=6)


def headings(on: date, *, ended: Period | None = None) -> dict[str, Q]:
    """What a list can ask for, in the order of its tabs. Closed renewals are those of the last
    twelve months, or of terms that ended in a period. What renews by itself closes with its
    deadline, what doesn't with its term.
    """
    told = Q(term_end_on__gte=add_months(on, -TOLD_MONTHS))
    if ended is not None:
        told = Q(term_end_on__gt=ended.opening_on, term_end_on__lte=ended.closing_on)
    first, last = seven_days(on)
    theirs = Q(notice_deadline_on__gte=first, notice_safe_on__lte=last)
    ours = Q(our_notice_deadline_on__gte=first, our_notice_safe_on__lte=last)
    overdue, lost = Q(term_end_on__lt=on), Q(outcome__in=LOST)
    ends = Q(term_end_on__gte=first, term_end_on__lte=last) & ~Q(auto_renew=True)
    return {
        "days7": OPEN & (theirs | ours | ends | overdue),
        "overdue": OPEN & overdue,
        "days90": OPEN & Q(term_end_on__gte=on, term_end_on__lte=on + timedelta(days=90)),
        "days180": OPEN & Q(term_end_on__gte=on, term_end_on__lte=on + timedelta(days=180)),
        "open": OPEN,
        "unexplained": lost & Q(loss_reason="", term_end_on__gte=add_months(on, -TOLD_MONTHS)),
        "closed": ~OPEN & told,
    }


def renewals(viewer: User, *, on: date) -> QuerySet[Renewal]:
    """Every renewal of the accounts the viewer sees; of terms that a contract no longer has, those
    with a person's word.
    """
    told = Q(stands=True) | ~OPEN
    mine = Renewal.objects.filter(told, account__in=visible_accounts(viewer, on=on))
    return mine.select_related("account", "contract", "cancellation")


def narrowed(viewer: User, wanted: Wanted, *, on: date) -> QuerySet[Renewal]:
    """The viewer's renewals by closer and name, under no heading yet."""
    found = renewals(viewer, on=on)
    if wanted.search:
        spelled = accounts(viewer, AccountsWanted(search=wanted.search), on=on)
        found = found.filter(account__in=spelled.values("pk"))
    if wanted.closer:
        found = found.filter(_closed_by(viewer, wanted.closer, on))
    return found


def _held(on: date) -> QuerySet[Holding]:
    """Who closes renewals on that day, by the ledger."""
    now = Q(to_on__isnull=True) | Q(to_on__gt=on)
    return Holding.objects.filter(now, duty=Duty.RENEWAL, from_on__lte=on)


def _closed_by(viewer: User, closer: int | str, on: date) -> Exists:
    held = _held(on).filter(account=OuterRef("account"))
    if isinstance(closer, str):
        return Exists(held.filter(member__user=viewer))
    return Exists(held.filter(member=closer))


def due(found: QuerySet[Renewal], *, on: date, ended: Period | None = None) -> dict[str, Due]:
    """How many of the renewals stand under each heading, and with how much ARR; one query."""
    asked: dict[str, Aggregate] = {}
    asked_for = headings(on, ended=ended)
    for name, heading in asked_for.items():
        asked[f"{name}_number"] = Count("pk", filter=heading)
        asked[f"{name}_arr"] = Sum("renewable_arr_minor", filter=heading, default=0)
    told = found.order_by().aggregate(**asked)
    return {name: Due(told[f"{name}_number"], told[f"{name}_arr"]) for name in asked_for}


def closers(viewer: User, *, on: date) -> list[Member]:
    """Who closes renewals of the viewer's accounts."""
    seen = visible_accounts(viewer, on=on)
    holding = _held(on).filter(member=OuterRef("pk"), account__in=seen.values("pk"))
    return list(Member.objects.filter(Exists(holding)).order_by("kana", "pk"))


def next_to_record(found: QuerySet[Renewal], *, on: date) -> Renewal | None:
    """The renewal that has waited longest for somebody's word: overdue, or lost without a
    reason.
    """
    asked = headings(on)
    waiting = found.filter(asked["overdue"] | asked["unexplained"])
    return waiting.order_by("term_end_on", "pk").first()
