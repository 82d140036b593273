"""Work as lists: what waits, what is in hand, what is put off, what is over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Count, Q

from banso.engines.basis.japanese import folded
from banso.kit.keyset import Order
from banso.rooms.customers.access import visible_accounts
from banso.rooms.people.models import Member, Team
from banso.rooms.work.access import visible_items, visible_pools
from banso.rooms.work.models import State, WorkItem
from banso.rooms.work.queries.standing import Standing, standing
from banso.rooms.work.queries.waiting import best_seat, for_me, seats_of, waiting_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from django.db.models import QuerySet

    from banso.rooms.customers.models import Account
    from banso.rooms.identity.models import User
    from banso.rooms.work.models import Seat

TABS: Final[Mapping[str, Q]] = {
    "waiting": Q(state=State.WAITING),
    "in_hand": Q(state=State.IN_HAND),
    "put_off": Q(state__in=[State.PUT_OFF, State.FROZEN]),
    "over": Q(finished_at__isnull=False),
}
ORDERS: Final = {
    "rank": Order("rank"),
    "due": Order("due_at", nullable=True),
    "raised": Order("raised_at"),
    "account": Order("account__sort_key"),
    "finished": Order("finished_at", nullable=True),
}
ME, NOBODY = "me", "nobody"
MOST_OF_ACCOUNT = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a list asks for; an empty field asks for all. `whose` is "me", "nobody", or a pool."""

    tab: str = "waiting"
    whose: int | str = ""
    kind: str = ""
    risk: str = ""
    search: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """An item as a row, and how it stands."""

    item: WorkItem
    standing: Standing


@dataclass(frozen=True, slots=True)
class Desk:
    """What one member has before her: her seats, what she has in hand, and what would be next."""

    member: Member | None
    seats: list[Seat]
    in_hand: list[Row]
    next: WorkItem | None

    @property
    def full(self) -> bool:
        """Whether every seat of hers is taken, so that nothing more fits."""
        return bool(self.seats) and all(each.open >= each.at_once for each in self.seats)


def member_of(viewer: User) -> Member | None:
    return Member.objects.filter(user=viewer).first()


def desk(viewer: User, *, at: datetime) -> Desk:
    """What the viewer has before her."""
    me = member_of(viewer)
    if me is None:
        return Desk(None, [], [], None)
    seats = seats_of(me)
    held = _with_names(WorkItem.objects.filter(member=me, state=State.IN_HAND))
    first = _with_names(for_me(me)).first()
    if first is None and seats:
        seat = seats[0] if len(seats) == 1 else best_seat(seats, at=at)
        first = _with_names(waiting_for(seat, at=at)).first() if seat else None
    return Desk(me, seats, rows(held.order_by("rank", "pk"), at=at), first)


def _with_names(found: QuerySet[WorkItem]) -> QuerySet[WorkItem]:
    return found.select_related("account", "member", "pool", "held_for")


def items(viewer: User, *, on: date) -> QuerySet[WorkItem]:
    """All work in the viewer's scope."""
    return _with_names(visible_items(viewer, on=on))


def page_of(viewer: User, *, after: int, size: int, on: date) -> list[WorkItem]:
    """Some of the work in the viewer's scope, in the order in which it was raised."""
    return list(items(viewer, on=on).filter(pk__gt=after).order_by("pk")[:size])


def of_account(account: Account) -> list[WorkItem]:
    """What is open for an account, the first due first."""
    found = _with_names(WorkItem.objects.filter(account=account, finished_at=None))
    return list(found.order_by("rank", "pk")[:MOST_OF_ACCOUNT])


def narrowed(viewer: User, wanted: Wanted, *, at: datetime, on: date) -> QuerySet[WorkItem]:
    """What a list asks for, but for its tab."""
    found = items(viewer, on=on)
    if wanted.whose == ME:
        found = found.filter(member__user=viewer)
    elif wanted.whose == NOBODY:
        found = found.filter(pool=None, member=None)
    elif isinstance(wanted.whose, int):
        found = found.filter(pool=wanted.whose)
    if wanted.kind:
        found = found.filter(kind=wanted.kind)
    if wanted.risk == "broken":
        found = found.filter(due_at__lt=at, answered_at=None)
    elif wanted.risk == "at_risk":
        found = found.filter(warn_at__lte=at, answered_at=None)
    for word in wanted.search.split():
        match = Q(subject__icontains=word) | Q(account__search_text__contains=folded(word))
        found = found.filter(match | Q(member__name__icontains=word))
    return found


def counts(found: QuerySet[WorkItem]) -> dict[str, int]:
    """How many there are under each tab."""
    asked: dict[str, Any] = {key: Count("pk", filter=tab) for key, tab in TABS.items()}
    return found.order_by().aggregate(**asked)


def rows(found: Iterable[WorkItem], *, at: datetime) -> list[Row]:
    return [Row(each, standing(each, at=at)) for each in found]


def seen_accounts(viewer: User, found: Iterable[WorkItem], *, on: date) -> set[int]:
    """Of the accounts of these items those whose pages the viewer may open: of the others, which
    her pool serves, she reads what the item's page tells.
    """
    those = {each.account_id for each in found}
    return set(visible_accounts(viewer, on=on).filter(pk__in=those).values_list("pk", flat=True))


def pools(viewer: User) -> list[Team]:
    """The pools whose queues the viewer sees, by name."""
    return list(visible_pools(viewer).order_by("name", "pk"))
