"""Undoing a merge: the former account stands again, with all that still is its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import transaction
from django.utils.translation import gettext as _

from banso.kit.acts import Refused
from banso.kit.moving import Reference, kept, made_again, move_back
from banso.rooms.customers.models import (
    Account,
    AccountFacts,
    DuplicatePair,
    FactChange,
    FactDefinition,
    Holding,
    Merge,
)
from banso.rooms.customers.points import MERGE_UNDONE
from banso.rooms.journal.actions import record

if TYPE_CHECKING:
    from datetime import datetime

    from banso.rooms.identity.models import User


class AlreadyUndone(Refused):
    """The two accounts are two again already."""


class IdTaken(Refused):
    """Another account has come under the former one's ID."""


class MergedFurther(Refused):
    """The account that stayed has itself become part of another since."""


@transaction.atomic
def undo_merge(merge: Merge, *, by: User, at: datetime) -> Account:
    """Let the former account stand again under its old keys, with its facts and holders and every
    row that came from it and still is with the staying one.

    What was filled in at the staying account goes back to what it was, unless changed since.
    """
    if not Merge.objects.filter(pk=merge.pk, undone_at=None).update(undone_at=at):
        raise AlreadyUndone(_("This merge has been undone already."))
    staying = Account.objects.select_for_update().get(pk=merge.account_id)
    undo: dict[str, Any] = merge.undo
    _check(merge, staying)
    [former] = made_again(Account, [undo["account"] | {"parent_id": None}])
    _move_back(undo, staying=staying.pk, former=former.pk)
    _restore_parent(former, undo["account"]["parent_id"])
    _restore_staying(staying, undo)
    _restore_own(former, undo)
    names = {"former": merge.former_name, "account": staying.name}
    record(MERGE_UNDONE, by=by, at=at, accounts=[staying.pk, former.pk], **names)
    return former


def _check(merge: Merge, staying: Account) -> None:
    if merge.undo["into"] != staying.pk:
        raise MergedFurther(
            _("The account it went into has been merged into %(account)s since. Undo that first.")
            % {"account": staying.name}
        )
    if Account.objects.filter(external_id=merge.former_external_id).exists():
        raise IdTaken(
            _("There is another account with the ID %(id)s now.") % {"id": merge.former_external_id}
        )


def _move_back(undo: dict[str, Any], *, staying: int, former: int) -> None:
    for name, pks in undo["moved"].items():
        move_back(Reference.named(name), pks, of=staying, to=former)
    for label, rows in undo["left"].items():
        made_again(apps.get_model(label), rows)


def _restore_parent(former: Account, parent: int | None) -> None:
    """Its parent again, unless that is gone or has come to stand below it."""
    above, seen = parent, {former.pk}
    while above is not None:
        row = Account.objects.filter(pk=above).values_list("parent_id", flat=True)
        if above in seen or not row.exists():
            return
        seen.add(above)
        above = row.get()
    Account.objects.filter(pk=former.pk).update(parent=parent)


def _restore_staying(staying: Account, undo: dict[str, Any]) -> None:
    """What the merge filled in or opened at the staying account, where it is as it was left."""
    stands = kept(staying)
    filled = {name: was for name, (was, became) in undo["filled"].items() if stands[name] == became}
    _write(staying, filled)
    facts = AccountFacts.objects.get(pk=staying.pk)
    said, slots = kept(facts), _slots()
    _write(
        facts,
        {
            slots[key]: was
            for key, (was, became) in undo["filled_facts"].items()
            if key in slots and said[slots[key]] == became
        },
    )
    for line in undo["opened"]:
        row = Holding.objects.filter(pk=line["id"]).first()
        if row is not None and kept(row) == line:
            row.delete()
    DuplicatePair.objects.filter(pk__in=undo["kept_apart"]).delete()


def _write(row: Account | AccountFacts, columns: dict[str, Any]) -> None:
    fields = {field.attname: field for field in row._meta.concrete_fields}
    values = {name: fields[name].to_python(value) for name, value in columns.items()}
    if values:
        type(row)._default_manager.filter(pk=row.pk).update(**values)


def _slots() -> dict[str, str]:
    return dict(FactDefinition.objects.values_list("key", "slot"))


def _restore_own(former: Account, undo: dict[str, Any]) -> None:
    """The rows that had ended with the former account: facts, holders, pairs."""
    slots = _slots()
    facts = {slots[key]: value for key, value in undo["facts"].items() if key in slots}
    made_again(AccountFacts, [facts | {"account_id": former.pk}])
    made_again(FactChange, undo.get("history", []))  # merges of former versions kept none
    made_again(Holding, undo["holdings"])
    made_again(DuplicatePair, undo["pairs"])
