"""One value for many accounts at once, and the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from banso.kit.acts import Refused
from banso.kit.rows import update_rows
from banso.kit.upsert import Change, TakenBack, stored, take_back
from banso.rooms.customers.models import AccountFacts, BulkEdit, FactDefinition
from banso.rooms.customers.points import ACCOUNTS_EDITED, EDIT_UNDONE
from banso.rooms.customers.queries.columns import FACT, table_of
from banso.rooms.journal.actions import record

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from banso.rooms.customers.queries.columns import Column
    from banso.rooms.identity.models import User

MOST_ACCOUNTS = 20_000


class TooMany(Refused):
    """More accounts than one edit may take."""


class NothingToChange(Refused):
    """Every account has that value already."""


class AlreadyUndone(Refused):
    """The edit was taken back before."""


class AttributeGone(Refused):
    """The attribute is no longer there, or stands elsewhere."""


@transaction.atomic
def edit_accounts(
    accounts: Collection[int], *, column: Column, value: Any, told: str, by: User, at: datetime
) -> BulkEdit:
    """Set one column of these accounts to the value; None or blank clears it.

    `told` is the value in words. The edit keeps what each account had, so that it can be undone.
    """
    if len(accounts) > MOST_ACCOUNTS:
        raise TooMany(
            _("At most %(most)s accounts can be changed at once. Narrow the list down first.")
            % {"most": f"{MOST_ACCOUNTS:,}"}
        )
    changes = _changes(accounts, column, value)
    if not changes:
        raise NothingToChange(_("All of these accounts have that value already."))
    model, name = table_of(column)
    update_rows(model, [name], [[value, change.pk] for change in changes])
    edit = BulkEdit.objects.create(
        field=column.key,
        value=stored(value),
        number=len(changes),
        changes=[change.as_json() for change in changes],
        by=by,
        at=at,
    )
    edited, words = [change.pk for change in changes], {"label": column.label, "value": told}
    record(
        ACCOUNTS_EDITED, by=by, at=at, accounts=edited, edit=edit.pk, number=len(changes), **words
    )
    return edit


def _changes(accounts: Collection[int], column: Column, value: Any) -> list[Change]:
    """What becomes of each account that has another value now, taken for writing in their order."""
    model, name = table_of(column)
    rows = model._default_manager.filter(pk__in=accounts).order_by("pk").select_for_update()
    after = {name: stored(value)}
    return [
        Change(model=model._meta.label_lower, pk=pk, before={name: stored(former)}, after=after)
        for pk, former in rows.values_list("pk", name)
        if former != value
    ]


@transaction.atomic
def undo_edit(edit: BulkEdit, *, label: str, by: User, at: datetime) -> TakenBack:
    """Give the accounts back what they had; those that were changed since stay as they are."""
    if not BulkEdit.objects.filter(pk=edit.pk, undone_at=None).update(undone_at=at):
        raise AlreadyUndone(_("This change was already undone."))
    changes = [Change.from_json(each) for each in edit.changes]
    _refuse_gone(edit, changes[0])
    done = take_back(changes)
    stayed = {change.pk for change, _code in done.kept}
    restored = [change.pk for change in changes if change.pk not in stayed]
    counts = {"restored": done.restored, "kept": len(done.kept)}
    record(EDIT_UNDONE, by=by, at=at, accounts=restored, edit=edit.pk, label=label, **counts)
    return done


def _refuse_gone(edit: BulkEdit, change: Change) -> None:
    """A slot may have passed to another attribute since: its values are not ours to write."""
    if change.model != AccountFacts._meta.label_lower:
        return
    key = edit.field.removeprefix(FACT)
    slot = FactDefinition.objects.filter(key=key).values_list("slot", flat=True).first()
    if slot not in change.after:
        raise AttributeGone(_("This attribute is no longer there, so nothing can be undone."))
