from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from banso.kit.rows import insert_rows
from banso.rooms.journal.models import Entry, Link
from banso.rooms.journal.points import reactions

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from banso.rooms.journal.points import Actor, Event


@transaction.atomic(savepoint=False)
def record(
    event: Event, *, by: Actor, at: datetime, accounts: Iterable[int] = (), **details: Any
) -> Entry:
    """Write one act into the journal, linked to its accounts, and enqueue what reacts to it.

    Call it inside the act's own transaction. `details` are codes, numbers and names, JSON-able; the
    event's sentence is told from them. A bulk act is one entry with many links. What fails here
    fails the act, so there is no place of its own to come back to.
    """
    entry = Entry.objects.create(
        event=event.code, at=at, actor_id=by.pk, actor_label=str(by), details=details
    )
    links = ((entry.pk, account) for account in dict.fromkeys(accounts))
    insert_rows(Link, ["entry_id", "account_id"], links)
    for reacting in reactions.get(event.code, ()):
        key = reacting.task.name if reacting.once_at_a_time else None
        reacting.task.enqueue(at=at, key=key, entry=entry.pk)
    return entry
