"""Items that a program brings in by one call: all of it in one transaction, each item judged alone.

The call stands among the imports: it can be looked at there, and taken back.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from banso.kit.acts import Refused
from banso.rooms.ingestion.actions.items import ItemOutcome, ItemRun
from banso.rooms.ingestion.models import NO_FILE, Import, ImportState, KeptAnswer
from banso.rooms.ingestion.points import IMPORT_COMMITTED, Occasion
from banso.rooms.journal.actions import record

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from banso.rooms.identity.models import ApiKey, User
    from banso.rooms.ingestion.actions.items import Item
    from banso.rooms.ingestion.points import Kind

ANSWER_KEPT_FOR = timedelta(hours=24)


class ReusedKey(Refused):
    """The idempotency key came before, with another body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What a program asks for: items of a kind, under a key of its own for this one attempt."""

    kind: Kind
    items: Sequence[Item]
    key: ApiKey
    idempotency_key: str = ""

    @property
    def digest(self) -> str:
        """Equal for calls that say the same."""
        said = json.dumps([self.kind.key, self.items], sort_keys=True)
        return sha256(said.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a call."""

    import_id: int
    results: list[ItemOutcome]

    def count(self, status: str) -> int:
        return sum(result.status == status for result in self.results)

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Answer:
        return cls(stored["import_id"], [ItemOutcome(**each) for each in stored["results"]])


@transaction.atomic
def bring_in_items(call: Call, *, by: User, at: datetime, on: date) -> Answer:
    """Create or change the items of a call; what can't come in is told item by item.

    A call repeated under its idempotency key changes nothing and gets the answer it had.
    """
    kept = _kept_answer(call, at) if call.idempotency_key else None
    if kept is not None and kept.answer:
        return Answer.from_json(kept.answer)
    of = Import.objects.create(
        kind=call.kind.key,
        file_name="API",
        path=NO_FILE,
        sha256=call.digest,
        mapping_name=call.key.name,
        state=ImportState.COMMITTED,
        by=by,
        received_at=at,
        finished_at=at,
    )
    occasion = Occasion(by=by, at=at, on=on, why=f"import {of.pk}")
    answer = Answer(of.pk, ItemRun(of, call.items, occasion).results())
    record(
        IMPORT_COMMITTED,
        by=by,
        at=at,
        import_id=of.pk,
        file=of.file_name,
        created=answer.count("created"),
        updated=answer.count("updated"),
        rejected=answer.count("rejected"),
    )
    if kept is not None:
        KeptAnswer.objects.filter(pk=kept.pk).update(answer=asdict(answer))
    return answer


def _kept_answer(call: Call, at: datetime) -> KeptAnswer:
    """The answer kept for the call's idempotency key, or a place for it.

    The key is unique: of two equal calls at once, the second waits here for the first.
    """
    KeptAnswer.objects.filter(kept_at__lte=at - ANSWER_KEPT_FOR).delete()
    kept, _is_new = KeptAnswer.objects.get_or_create(
        key=call.key,
        idempotency_key=call.idempotency_key,
        defaults={"digest": call.digest, "kept_at": at},
    )
    if kept.digest != call.digest:
        raise ReusedKey(_("This idempotency key was used for another call in the last day."))
    return kept
