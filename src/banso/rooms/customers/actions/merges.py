"""Two accounts that are one company become one, and two again if that was a mistake."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from banso.kit.acts import Refused
from banso.kit.moving import Kept, kept, move, references_to
from banso.rooms.customers.actions.stated import spellings
from banso.rooms.customers.models import (
    Account,
    AccountFacts,
    DuplicatePair,
    FactChange,
    FactDefinition,
    Holding,
    Merge,
    PairState,
)
from banso.rooms.customers.points import ACCOUNTS_MERGED
from banso.rooms.customers.queries.duplicates import COLUMNS, FACT
from banso.rooms.customers.queries.facts import OWN
from banso.rooms.journal.actions import record

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date, datetime

    from banso.kit.moving import Reference
    from banso.rooms.identity.models import User

OF_THE_ACCOUNT = (AccountFacts, FactChange, Holding, DuplicatePair)  # they end with their account
WHY = "merge"


class SameAccount(Refused):
    """An account can't be merged into itself."""


class AccountGone(Refused):
    """One of the two is not there any more."""


class FamilyTurnedOver(Refused):
    """The account would come to stand above itself in its group."""


@dataclass(frozen=True, slots=True)
class Undo:
    """What a merge did and what it removed: all that undoing reads."""

    into: int
    account: Kept
    facts: dict[str, Any]
    holdings: list[Kept]
    pairs: list[Kept]
    history: list[Kept] = field(default_factory=list)  # former values of its facts
    filled: dict[str, list[Any]] = field(default_factory=dict)  # column: before, after
    filled_facts: dict[str, list[Any]] = field(default_factory=dict)
    opened: list[Kept] = field(default_factory=list)  # lines of the ledger taken over
    kept_apart: list[int] = field(default_factory=list)  # pairs that follow to the staying one
    moved: dict[str, list[int]] = field(default_factory=dict)
    left: dict[str, list[Kept]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


@transaction.atomic
def merge_accounts(
    staying: Account, former: Account, *, taken: Collection[str], by: User, at: datetime, on: date
) -> Merge:
    """Let everything of the former account be the staying one's, and the former account end.

    `taken` names the fields whose value comes from the former one: columns, or "f." and the key of
    an own attribute. Duties that only the former has a holder for go on from `on`.
    """
    staying, former = _both(staying, former)
    parent = _parent_after(staying, former, taken)
    names = {"former": former.name, "account": staying.name}
    undo = _remembered(former, staying)
    _fill(staying, former, {*taken} - {"parent"}, parent, undo)
    _take_duties_over(staying, undo, on=on)
    _move_all(staying, former, undo)
    _keep_apart_further(staying, undo)
    former_id = former.pk
    former.delete()
    merge = Merge.objects.create(
        account=staying,
        former_id=former_id,
        former_external_id=former.external_id,
        former_name=former.name,
        undo=undo.as_json(),
        by=by,
        at=at,
    )
    record(ACCOUNTS_MERGED, by=by, at=at, accounts=[staying.pk], former_id=former_id, **names)
    return merge


def _both(staying: Account, former: Account) -> tuple[Account, Account]:
    """Both as they stand now, held against every other writer, in the order of their ids."""
    if staying.pk == former.pk:
        raise SameAccount(_("An account can't be merged into itself."))
    rows = Account.objects.select_for_update().filter(pk__in=[staying.pk, former.pk])
    found = {row.pk: row for row in rows.order_by("pk")}
    if len(found) < 2:
        raise AccountGone(_("One of the two accounts is not there any more."))
    return found[staying.pk], found[former.pk]


def _parent_after(staying: Account, former: Account, taken: Collection[str]) -> int | None:
    """Under whom the staying account stands afterwards; nobody of its own line below it."""
    chosen = former.parent_id if "parent" in taken else staying.parent_id
    if chosen in {staying.pk, former.pk}:  # one was the other's parent: the next above remains
        chosen = former.parent_id if chosen == former.pk else staying.parent_id
    above, seen = chosen, set[int]()
    while above is not None and above not in seen:
        if above in {staying.pk, former.pk}:
            raise FamilyTurnedOver(
                _("%(former)s and %(account)s stand above each other in a group with others "
                  "between them. Change the parent account first.")
                % {"former": former.name, "account": staying.name}
            )  # fmt: skip
        seen.add(above)
        above = Account.objects.filter(pk=above).values_list("parent_id", flat=True).first()
    return chosen


def _remembered(former: Account, into: Account) -> Undo:
    slots = dict(FactDefinition.objects.values_list("key", "slot"))
    facts = AccountFacts.objects.get(pk=former.pk)
    columns = kept(facts)
    held = Holding.objects.filter(account=former).order_by("pk")
    pairs = DuplicatePair.objects.filter(first=former) | DuplicatePair.objects.filter(second=former)
    return Undo(
        into=into.pk,
        account=kept(former),
        facts={key: columns[slot] for key, slot in slots.items() if columns[slot] is not None},
        holdings=[kept(row) for row in held],
        pairs=[kept(row) for row in pairs.order_by("pk")],
        history=[kept(row) for row in FactChange.objects.filter(account=former).order_by("pk")],
    )


def _fill(
    staying: Account, former: Account, taken: Collection[str], parent: int | None, undo: Undo
) -> None:
    """Give the staying account the chosen values, and note what it said before."""
    values = {name: getattr(former, name) for name in COLUMNS if name in taken}
    values["parent_id"] = parent
    if {"name", "kana"} & values.keys():
        values |= spellings({"name": staying.name, "kana": staying.kana} | values)
    before = kept(staying)
    for name, value in values.items():
        setattr(staying, name, value)
    after = kept(staying)
    undo.filled.update({n: [before[n], after[n]] for n in values if before[n] != after[n]})
    Account.objects.filter(pk=staying.pk).update(**values)
    _fill_facts(staying, former, taken, undo)


def _fill_facts(staying: Account, former: Account, taken: Collection[str], undo: Undo) -> None:
    rows = AccountFacts.objects.in_bulk([staying.pk, former.pk])
    before, after = kept(rows[staying.pk]), kept(rows[former.pk])
    own = FactDefinition.objects.filter(source=OWN).values_list("key", "slot")
    chosen = {key: slot for key, slot in own if FACT + key in taken}
    differing = {key: slot for key, slot in chosen.items() if before[slot] != after[slot]}
    undo.filled_facts.update({k: [before[slot], after[slot]] for k, slot in differing.items()})
    values = {slot: getattr(rows[former.pk], slot) for slot in differing.values()}
    if values:
        AccountFacts.objects.filter(pk=staying.pk).update(**values)


def _take_duties_over(staying: Account, undo: Undo, *, on: date) -> None:
    """Duties that the former account has a holder for and the staying one has not."""
    open_here = Holding.objects.filter(account=staying, to_on=None)
    held = set(open_here.values_list("duty", flat=True))
    lines = [
        Holding(
            account=staying,
            duty=line["duty"],
            member_id=line["member_id"],
            team_id=line["team_id"],
            from_on=on,
            why=WHY,
        )
        for line in undo.holdings
        if line["to_on"] is None and line["duty"] not in held
    ]
    undo.opened.extend(kept(row) for row in Holding.objects.bulk_create(lines))


def _move_all(staying: Account, former: Account, undo: Undo) -> None:
    """Everything in any room that points to the former account points to the staying one."""
    found = references_to(Account, but=OF_THE_ACCOUNT)
    for reference in found:
        beside = _beside(reference, found)
        moved = move(reference, of=former.pk, to=staying.pk, beside=beside)
        if moved.pks:
            undo.moved[str(reference)] = moved.pks
        if moved.left:
            undo.left.setdefault(reference.model._meta.label_lower, []).extend(moved.left)


def _beside(reference: Reference, every: Collection[Reference]) -> list[str]:
    same = [other for other in every if other.model is reference.model]
    return [other.column for other in same if other.column != reference.column]


def _keep_apart_further(staying: Account, undo: Undo) -> None:
    """Whoever was kept apart from the former account is kept apart from the staying one."""
    for pair in undo.pairs:
        others = {pair["first_id"], pair["second_id"]} - {undo.account["id"], staying.pk}
        if pair["state"] == PairState.KEPT_APART and others:
            first, second = sorted([staying.pk, *others])
            said: Mapping[str, Any] = {
                name: pair[name]
                for name in ("reasons", "likeness", "state", "decided_by_id", "decided_at")
            }
            row, made = DuplicatePair.objects.get_or_create(
                first_id=first, second_id=second, defaults=said
            )
            undo.kept_apart.extend([row.pk] if made else [])
