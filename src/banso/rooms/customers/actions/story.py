"""Touchpoints, tickets and survey answers as files bring them.

They stand in an account's story themselves, so their entries in the journal are not linked to
accounts: two million notes would otherwise be told twice.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import transaction

from banso.engines.basis.passages import searched_text
from banso.kit.upsert import Change, TakenBack, put, take_back
from banso.rooms.customers.models import Promise, StandardMinutes, SurveyAnswer, Ticket, Touchpoint
from banso.rooms.customers.points import (
    ANSWERS_PUT,
    ANSWERS_TAKEN_BACK,
    MINUTES_PUT,
    MINUTES_TAKEN_BACK,
    TICKETS_PUT,
    TICKETS_TAKEN_BACK,
    TOUCHPOINTS_PUT,
    TOUCHPOINTS_TAKEN_BACK,
)
from banso.rooms.journal.actions import record

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.db.models import Model

    from banso.rooms.identity.models import User

SEARCHED = {
    Touchpoint: ("subject", "text"),
    Ticket: ("subject", "text"),
    SurveyAnswer: ("comment",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryRow:
    """A touchpoint, ticket or survey answer as a file states it. Fields the file lacks stay.

    `words` is what it is searched by, if the file states all of that; `promise` is what a
    touchpoint says of its promise.
    """

    external_id: str
    given: dict[str, Any]
    words: str | None = None
    promise: dict[str, Any] = field(default_factory=dict)


@transaction.atomic
def put_touchpoints(rows: Sequence[StoryRow], *, by: User, at: datetime) -> list[list[Change]]:
    """Create or update touchpoints by their own id, with the promise each one holds."""
    changes = _put_story(Touchpoint, rows)
    _put_promises(rows, changes)
    if any(changes):
        created, updated = _counts(changes)
        record(TOUCHPOINTS_PUT, by=by, at=at, created=created, updated=updated)
    return changes


@transaction.atomic
def put_tickets(rows: Sequence[StoryRow], *, by: User, at: datetime) -> list[list[Change]]:
    """Create or update tickets by their own id."""
    changes = _put_story(Ticket, rows)
    if any(changes):
        created, updated = _counts(changes)
        record(TICKETS_PUT, by=by, at=at, created=created, updated=updated)
    return changes


@transaction.atomic
def put_answers(rows: Sequence[StoryRow], *, by: User, at: datetime) -> list[list[Change]]:
    """Create or update survey answers by their own id."""
    changes = _put_story(SurveyAnswer, rows)
    if any(changes):
        created, updated = _counts(changes)
        record(ANSWERS_PUT, by=by, at=at, created=created, updated=updated)
    return changes


@transaction.atomic
def put_minutes(
    minutes: Sequence[tuple[str, int]], *, by: User, at: datetime
) -> list[list[Change]]:
    """Set how long activities usually take."""
    rows = [{"activity": activity, "minutes": number} for activity, number in minutes]
    placed = put(StandardMinutes, rows, key=["activity"])
    changes = [[p.change] if p.change else [] for p in placed]
    if any(changes):
        created, updated = _counts(changes)
        record(MINUTES_PUT, by=by, at=at, created=created, updated=updated)
    return changes


@transaction.atomic
def take_back_touchpoints(changes: Sequence[Change], *, by: User, at: datetime) -> TakenBack:
    """Undo what an import did to touchpoints and their promises."""
    done = take_back(changes)
    record(TOUCHPOINTS_TAKEN_BACK, by=by, at=at, removed=done.removed, restored=done.restored)
    return done


@transaction.atomic
def take_back_tickets(changes: Sequence[Change], *, by: User, at: datetime) -> TakenBack:
    """Undo what an import did to tickets."""
    done = take_back(changes)
    record(TICKETS_TAKEN_BACK, by=by, at=at, removed=done.removed, restored=done.restored)
    return done


@transaction.atomic
def take_back_answers(changes: Sequence[Change], *, by: User, at: datetime) -> TakenBack:
    """Undo what an import did to survey answers."""
    done = take_back(changes)
    record(ANSWERS_TAKEN_BACK, by=by, at=at, removed=done.removed, restored=done.restored)
    return done


@transaction.atomic
def take_back_minutes(changes: Sequence[Change], *, by: User, at: datetime) -> TakenBack:
    """Undo what an import did to standard minutes."""
    done = take_back(changes)
    record(MINUTES_TAKEN_BACK, by=by, at=at, removed=done.removed, restored=done.restored)
    return done


def _put_story(model: type[Model], rows: Sequence[StoryRow]) -> list[list[Change]]:
    values = [{"external_id": row.external_id, **row.given} for row in rows]
    _add_words(model, rows, values)
    return [[p.change] if p.change else [] for p in put(model, values, key=["external_id"])]


def _add_words(
    model: type[Model], rows: Sequence[StoryRow], values: Sequence[dict[str, Any]]
) -> None:
    """What the rows are searched by; of rows that state only a part, from what is known besides."""
    names = SEARCHED[model]
    partly = []
    for row, value in zip(rows, values, strict=True):
        if row.words is not None:
            value["search_text"] = row.words
        elif not value.keys().isdisjoint(names):
            partly.append(value)
    if not partly:
        return
    stored = model._default_manager.filter(external_id__in=[each["external_id"] for each in partly])
    known = {row["external_id"]: row for row in stored.values("external_id", *names)}
    for value in partly:
        whole = known.get(value["external_id"], {}) | value
        value["search_text"] = searched_text(*(whole.get(name, "") for name in names))


def _put_promises(rows: Sequence[StoryRow], changes: list[list[Change]]) -> None:
    """The promise of each touchpoint that states one; a file can't empty one that stands."""
    stated = [(row, of) for row, of in zip(rows, changes, strict=True) if row.promise.get("text")]
    if not stated:
        return
    ids = [row.external_id for row, _of in stated]
    touches = {
        external_id: (pk, account, member)
        for external_id, pk, account, member in Touchpoint.objects.filter(
            external_id__in=ids
        ).values_list("external_id", "pk", "account_id", "member_id")
    }
    values = []
    for row, _of in stated:
        pk, account, member = touches[row.external_id]
        ties = {"touchpoint_id": pk, "account_id": account, "member_id": member}
        values.append(ties | row.promise)
    for (_row, of), placed in zip(stated, put(Promise, values, key=["touchpoint_id"]), strict=True):
        if placed.change:
            of.append(placed.change)


def _counts(changes: list[list[Change]]) -> tuple[int, int]:
    """How many rows were created and how many changed."""
    touched = [of_row for of_row in changes if of_row]
    created = sum(of_row[0].before is None for of_row in touched)
    return created, len(touched) - created
