"""The former values of facts: noted by comparing what is with what was noted last, set-wise.

Whoever changed a value, an import, its taking back, a person or the calendar, does not matter. So
there is one place that writes history, and a value that came and went within a day leaves no trace.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F, FilteredRelation, Q
from django.utils.translation import gettext as _

from banso.kit.acts import Refused, upkeep
from banso.kit.rows import insert_rows, update_rows
from banso.rooms.customers.models import Account, FactChange, FactDefinition
from banso.rooms.customers.points import HISTORY_DROPPED, HISTORY_KEPT
from banso.rooms.customers.queries.vocabulary import needs_history, vocabulary, with_history
from banso.rooms.journal.actions import record

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime

    from banso.rooms.customers.queries.vocabulary import Fact
    from banso.rooms.identity.models import User

CHUNK = 500


class HistoryNeeded(Refused):
    """The room that contributes the fact relies on its history."""


@upkeep
def note_history(*, on: date, sources: Collection[str] | None = None) -> None:
    """Note every value that differs from the one noted last, as holding from `on`; only of facts
    of those sources, if any are named.
    """
    for fact in with_history(vocabulary()):
        if sources is None or fact.source in sources:
            _note(fact, on=on)


@dataclass(frozen=True, slots=True)
class _Writing:
    """What is written of one fact on a day: rows to insert, to rewrite and to delete."""

    on: date
    new: list[list[Any]] = field(default_factory=list)  # account, value
    rewritten: list[list[Any]] = field(default_factory=list)  # to_on, value, key
    gone: list[int] = field(default_factory=list)

    def end(self, pk: int, value: Any, since: date) -> None:
        """The noted value ended; if it began on this day, it never was."""
        if since == self.on:
            self.gone.append(pk)
        else:
            self.rewritten.append([self.on, value, pk])

    def begin(self, account: int, value: Any, before: _Ended | None) -> None:
        """The value holds; if it ended on this day and is here again, it goes on."""
        if before is not None and before.value == value:
            self.rewritten.append([None, value, before.pk])
        else:
            self.new.append([account, value])


@dataclass(frozen=True, slots=True)
class _Ended:
    """A value that ended: the row it is noted in, and the first day without it."""

    pk: int
    value: Any
    to_on: date


def _note(fact: Fact, *, on: date) -> None:
    writing, ended = _Writing(on), _ended(fact, on=on)
    for account, value, pk, noted, since in _differing(fact).iterator():
        before = ended.get(account)
        if max(since or on, before.to_on if before else on) > on:
            continue  # what is known of later days stays
        if pk is not None:
            writing.end(pk, noted, since)
        if value is not None:
            writing.begin(account, value, before)
    _write(fact, writing)


def _write(fact: Fact, writing: _Writing) -> None:
    """Delete before inserting: a value that replaces another of the same day takes its place."""
    for start in range(0, len(writing.gone), CHUNK):
        FactChange.objects.filter(pk__in=writing.gone[start : start + CHUNK]).delete()
    update_rows(FactChange, ["to_on", fact.kind], writing.rewritten)
    new = ([account, fact.key, value, writing.on] for account, value in writing.new)
    insert_rows(FactChange, ["account_id", "fact", fact.kind, "from_on"], new)


def _ended(fact: Fact, *, on: date) -> dict[int, _Ended]:
    """Of each account the last value that ended on that day or later."""
    rows = FactChange.objects.filter(fact=fact.key, to_on__gte=on).order_by("to_on")
    values = rows.values_list("account_id", "pk", fact.kind, "to_on")
    return {account: _Ended(*told) for account, *told in values}


def _differing(fact: Fact) -> Any:
    """(account, value, key and value and first day of what was noted) where the two differ."""
    noted = FilteredRelation(
        "fact_changes", condition=Q(fact_changes__fact=fact.key, fact_changes__to_on=None)
    )
    held = f"noted__{fact.kind}"
    accounts = Account.objects.annotate(noted=noted, value=fact.as_expression())
    different = (
        Q(value__isnull=False, noted__isnull=True)
        | Q(value__isnull=True, noted__isnull=False)
        | (Q(value__isnull=False, noted__isnull=False) & ~Q(value=F(held)))
    )
    return accounts.filter(different).values_list(
        "pk", "value", "noted__pk", held, "noted__from_on"
    )


@transaction.atomic
def keep_history(definition: FactDefinition, *, by: User, at: datetime, on: date) -> None:
    """Keep the former values of a fact from `on`."""
    if FactDefinition.objects.filter(pk=definition.pk, history=False).update(history=True):
        _note(vocabulary()[definition.key], on=on)
        record(HISTORY_KEPT, by=by, at=at, key=definition.key, label=definition.label)


@transaction.atomic
def drop_history(definition: FactDefinition, *, by: User, at: datetime) -> None:
    """Keep them no longer, and delete those that were kept."""
    if needs_history(definition.key):
        raise HistoryNeeded(
            _("Banso relies on the former values of “%(label)s”, so they are kept.")
            % {"label": definition.label}
        )
    if FactDefinition.objects.filter(pk=definition.pk, history=True).update(history=False):
        FactChange.objects.filter(fact=definition.key).delete()
        record(HISTORY_DROPPED, by=by, at=at, key=definition.key, label=definition.label)
