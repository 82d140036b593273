"""What the tests of work look at: who has what, and whether the books of seats are true."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils.timezone import now  # noqa: TID251  the pages' own clock

from banso.rooms.customers.models import Account
from banso.rooms.identity.models import User
from banso.rooms.people.models import Member
from banso.rooms.work.actions.claiming import take_next
from banso.rooms.work.models import Seat, State, WorkItem
from tests.factories.pages import Page
from tests.factories.when import NOON
from tests.factories.work import make_item


def user(member: Member) -> User:
    assert member.user is not None
    return member.user


def taken(member: Member, *, at: datetime = NOON) -> WorkItem:
    """The next item, taken by the member, as it stands afterwards."""
    return WorkItem.objects.select_related("member", "pool").get(
        pk=take_next(member, by=user(member), at=at).pk
    )


def fresh(item: WorkItem) -> WorkItem:
    return WorkItem.objects.select_related("member", "pool").get(pk=item.pk)


def holders() -> dict[int, int | None]:
    """Who has which item in hand."""
    in_hand = WorkItem.objects.filter(state=State.IN_HAND)
    return dict(in_hand.values_list("pk", "member_id"))


def untrue_seats() -> list[Any]:
    """Seats on which there is not what is in hand by them, or more than their cap."""
    counted = Counter(
        WorkItem.objects.filter(state=State.IN_HAND, seat__isnull=False).values_list(
            "seat", flat=True
        )
    )
    wrong = [each for each in Seat.objects.all() if each.open != counted[each.pk]]
    return [*wrong, *Seat.objects.filter(open__gt=F("at_once"))]


def raised(account: Account, *, by: User, **given: Any) -> WorkItem:
    """Raised a moment ago, by the clock of the pages."""
    return make_item(account, by=by, **{"at": now(), **given})


def held(member: Member) -> WorkItem:
    return fresh(WorkItem.objects.get(pk=take_next(member, by=user(member), at=now()).pk))


def flashes(page: Page) -> list[str]:
    return page.texts("div", **{"class": "flash"})


def section(page: Page, key: str) -> str:
    return page.texts("section", id=key)[0]
