"""Reads of the journal. What a viewer may see is decided by the caller: the journal knows no
accounts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from banso.rooms.journal.models import Entry, Link
from banso.rooms.journal.points import Event, events

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An entry as a person reads it."""

    pk: int
    at: datetime
    actor: str
    event: str
    sentence: str
    icon: str
    details: dict[str, Any]


def told(entries: Iterable[Entry]) -> list[Told]:
    """The entries with their sentences in the active language."""
    return [_told(entry, Event.told) for entry in entries]


def told_of_one(entries: Iterable[Entry]) -> list[Told]:
    """The entries of one account's timeline, each told as it concerns that account."""
    return [_told(entry, Event.told_of_one) for entry in entries]


def _told(entry: Entry, tell: Callable[[Event, dict[str, Any]], str]) -> Told:
    event = events.get(entry.event)
    return Told(
        pk=entry.pk,
        at=entry.at,
        actor=entry.actor_label,
        event=entry.event,
        sentence=tell(event, entry.details) if event else entry.event,
        icon=event.icon if event else "info",
        details=entry.details,
    )


def entries() -> QuerySet[Entry]:
    """The whole journal, newest first; for people who may read it whole."""
    return Entry.objects.order_by("-at", "-pk")


def timeline(*accounts: int) -> QuerySet[Entry]:
    """What happened to an account, under whatever ids it was known, newest first. The caller has
    checked that the viewer may see it.
    """
    linked = Link.objects.filter(account_id__in=accounts).values("entry_id")
    return Entry.objects.filter(pk__in=linked).order_by("-at", "-pk")
