"""How work comes to be, and what is changed of it while it waits."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.db import transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from banso.engines.operating.spans import distance_of
from banso.kit.acts import Refused
from banso.kit.working_days import working_time
from banso.rooms.journal.actions import record
from banso.rooms.work.models import Kind, Priority, Reference, State, Step, WorkItem
from banso.rooms.work.points import ITEM_CHANGED, ITEM_RAISED
from banso.rooms.work.queries.needs import needs
from banso.rooms.work.queries.placing import Place, continued, place_of
from banso.rooms.work.queries.policies import known_of, model_in_force, pool_said
from banso.rooms.work.queries.ranking import rank

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from banso.rooms.customers.models import Account, Contact
    from banso.rooms.identity.models import User
    from banso.rooms.people.models import Member, Team

AT_RISK: Final = 0.75  # of the response target's time
RELAXED: Final = 0.5
USUAL_MINUTES: Final[Mapping[str, int]] = {
    Kind.RISK: 60,
    Kind.OPPORTUNITY: 45,
    Kind.LIFECYCLE: 30,
    Kind.OBJECTIVE: 60,
    Kind.CUSTOMER: 20,
    Kind.COLLEAGUE: 20,
    Kind.RENEWAL: 45,
    Kind.HANDOVER: 30,
}


class AlreadyOver(Refused):
    """What is done or withdrawn isn't changed any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemStated:
    """A work item as somebody states it. What is left out is told by the account and the model:
    pool or person by who holds the duty, target by the segment, language by the customer's.
    """

    kind: str
    duty: str
    subject: str
    text: str = ""
    priority: int = Priority.NORMAL
    topic: str = ""
    language: str = ""
    minutes: int | None = None
    contact: Contact | None = None
    pool: Team | None = None
    member: Member | None = None
    due_at: datetime | None = None
    steps: Sequence[str] = field(default=())
    references: Sequence[tuple[str, str]] = field(default=())


@transaction.atomic
def raise_item(account: Account, stated: ItemStated, *, by: User, at: datetime) -> WorkItem:
    """Put work for an account where it belongs. Where nobody holds the duty it waits all the same,
    and says so.
    """
    values = _Placed(account, stated, at).values()
    item = WorkItem.objects.create(
        account=account, raised_by=by, raised_at=at, since=at, state=State.WAITING, **values
    )
    Step.objects.bulk_create(
        [Step(item=item, position=n, text=text) for n, text in enumerate(stated.steps, start=1)]
    )
    Reference.objects.bulk_create(
        [Reference(item=item, label=label, url=url) for label, url in stated.references]
    )
    record(ITEM_RAISED, by=by, at=at, **_named(item))
    return item


class _Placed:
    """Where and until when, worked out from what the model in force says."""

    def __init__(self, account: Account, stated: ItemStated, at: datetime) -> None:
        self.account, self.stated, self.at = account, stated, at
        self.model, self.work = model_in_force(), working_time()
        self.known = known_of(account, self.model, usual_language=settings.BANSO.language)

    def values(self) -> dict[str, Any]:
        stated, place = self.stated, self._place()
        language = stated.language or self.known.language
        said = {name: getattr(stated, name) for name in ("kind", "duty", "subject", "text")}
        return {
            **said,
            **self._times(place.pool),
            **self._held(place.pool),
            "topic": stated.topic,
            "language": language,
            "needs": needs(language, stated.topic),
            "minutes": stated.minutes or USUAL_MINUTES[stated.kind],
            "contact": stated.contact,
            "pool": place.pool,
            "member": place.member,
            "priority": stated.priority,
        }

    def _place(self) -> Place:
        stated = self.stated
        if stated.pool or stated.member:
            return Place(pool=stated.pool, member=stated.member)
        return place_of(self.account, stated.duty, on=localtime(self.at).date())

    def _times(self, pool: Team | None) -> dict[str, Any]:
        """When it is due, and when it is helped along before that."""
        target = "" if self.stated.due_at else self.known.target
        due_at = self.stated.due_at
        if target:
            due_at = self.work.after(self.at, distance_of(target))
        helped = pool_said(pool, self.model).overflow if pool else None
        return {
            "target": target,
            "due_at": due_at,
            "warn_at": self._part_way(due_at, AT_RISK),
            "relax_at": self._part_way(due_at, RELAXED) if self.stated.topic else None,
            "overflow_at": self.work.after(self.at, distance_of(helped.after)) if helped else None,
            "rank": rank(raised_at=self.at, due_at=due_at, priority=self.stated.priority),
        }

    def _part_way(self, due_at: datetime | None, share: float) -> datetime | None:
        if due_at is None or due_at <= self.at:
            return due_at
        return self.work.part_way(self.at, due_at, share)

    def _held(self, pool: Team | None) -> dict[str, Any]:
        if pool is None:
            return {}
        said = pool_said(pool, self.model)
        found = continued(self.account, pool, said, self.work, at=self.at)
        return {"held_for_id": found.member, "held_until": found.until} if found else {}


@transaction.atomic
def change_item(item: WorkItem, *, priority: int, topic: str, by: User, at: datetime) -> None:
    """Say that an item is more or less urgent, or of another topic. What waits is looked at anew
    by that, and whoever declined it for her skills is asked again.
    """
    place = rank(raised_at=item.raised_at, due_at=item.due_at, priority=priority)
    found = WorkItem.objects.filter(pk=item.pk, finished_at=None)
    values = {"priority": priority, "topic": topic, "needs": needs(item.language, topic)}
    if not found.update(rank=place, escalated_at=None, nobody=[], **values):
        raise AlreadyOver(_("This is over; raise something new instead."))
    item.declines.filter(reason__in=["skill", "language"]).delete()
    record(ITEM_CHANGED, by=by, at=at, **_named(item), priority=priority, topic=topic)


def _named(item: WorkItem) -> dict[str, Any]:
    return {"accounts": [item.account_id], "item": item.pk, "subject": item.subject}
