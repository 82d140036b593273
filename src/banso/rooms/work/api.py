"""`/api/v1/work`: the work in the scope of the key's person, as other programs read it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.utils.timezone import localdate, now
from ninja import Field, Router, Schema
from ninja.params.functions import Query

from banso.kit.bodies import require_plain_question
from banso.kit.problems import Problem
from banso.rooms.identity.api import KeyedRequest
from banso.rooms.work.models import Kind, State
from banso.rooms.work.queries.lists import page_of
from banso.rooms.work.queries.standing import Standing, standing

PROBLEMS = dict.fromkeys((401, 422, 429), Problem)
MOST, USUAL = 1_000, 100


class WorkTold(Schema):
    """One thing to do for one account."""

    id: int = Field(description="The item's own number.")
    account: str = Field(description="The account's ID in your systems.")
    subject: str
    kind: Kind
    duty: str = Field(description="The duty whose holder it went to.")
    priority: int = Field(ge=1, le=4, description="1 is urgent, 4 is low.")
    topic: str
    language: str
    state: State
    pool: str = Field(description="The pool in whose queue it stands; empty for none.")
    member: str = Field(description="The handle of whoever has it or for whom it waits.")
    raised_at: datetime
    due_at: datetime | None = Field(description="Until when it is to be answered.")
    answered_at: datetime | None
    finished_at: datetime | None
    target: Standing = Field(description="How it stands beside its response target.")
    outcome: str = Field(description="What came of it; empty while it is open.")


class WorkPage(Schema):
    """A page of work in the order in which it was raised, and the place after which it goes on."""

    items: list[WorkTold]
    after: int | None = Field(description="Ask for what comes after; null on the last page.")


router = Router(tags=["work"])


@router.get(
    "/work",
    response={200: WorkPage, **PROBLEMS},
    operation_id="list_work",
    url_name="work",
    summary="List work in the order in which it was raised",
)
def _work(
    request: KeyedRequest,
    limit: Annotated[int, Query(ge=1, le=MOST)] = USUAL,
    after: Annotated[int, Query(ge=0, le=2**62)] = 0,
) -> WorkPage:
    require_plain_question(request, {"limit", "after"})
    at = now()
    found = page_of(request.user, after=after, size=limit + 1, on=localdate())
    told = [
        WorkTold(
            id=each.pk,
            account=each.account.external_id,
            **{name: getattr(each, name) for name in SAID},
            pool=each.pool.name if each.pool else "",
            member=each.member.handle if each.member else "",
            target=standing(each, at=at),
        )
        for each in found[:limit]
    ]
    return WorkPage(items=told, after=told[-1].id if len(found) > limit else None)


SAID = (
    *("subject", "kind", "duty", "priority", "topic", "language", "state"),
    *("raised_at", "due_at", "answered_at", "finished_at", "outcome"),
)
