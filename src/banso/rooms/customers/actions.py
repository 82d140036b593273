from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from banso.engines.basis.japanese import folded, search_text
from banso.kit.acts import Refused, upkeep
from banso.kit.upsert import Change, Placed, TakenBack, put, take_back
from banso.rooms.customers.models import (
    SLOT_COUNTS,
    SLOTS_OF_TYPE,
    Account,
    AccountFacts,
    Contact,
    FactDefinition,
    FactType,
    Holding,
)
from banso.rooms.customers.points import (
    ACCOUNTS_PUT,
    ACCOUNTS_TAKEN_BACK,
    CONTACTS_PUT,
    CONTACTS_TAKEN_BACK,
    FACT_DEFINED,
    KANA_CORRECTED,
    fact_sources,
)
from banso.rooms.journal.actions import record

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    from banso.rooms.identity.models import User

OWN = "own"


class NoSlotLeft(Refused):
    """Every slot of that type is taken."""


class KeyTaken(Refused):
    """Another fact has that key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRow:
    """An account as a file states it. Fields the file lacks stay as they are.

    `holders` says who holds which duty: a member's id, or None for nobody.
    """

    external_id: str
    given: dict[str, Any]
    holders: dict[str, int | None] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)


@transaction.atomic
def put_accounts(
    rows: Sequence[AccountRow], *, why: str, by: User, at: datetime, on: date
) -> list[list[Change]]:
    """Create or update accounts by their own id, with their facts and holders from `on`.

    Returns each row's changes, none where the row said nothing new. `why` marks the ledger's lines.
    """
    placed = put(Account, _with_search(rows), key=["external_id"])
    changes = [[p.change] if p.change else [] for p in placed]
    pks = [p.pk for p in placed]
    created = [p.pk for p in placed if p.change and p.change.before is None]
    AccountFacts.objects.bulk_create([AccountFacts(account_id=pk) for pk in created])
    _put_facts(rows, pks, changes)
    _put_holders(rows, pks, changes, why=why, on=on)
    touched = [pk for pk, of_row in zip(pks, changes, strict=True) if of_row]
    if touched:
        updated = len(touched) - len(created)
        record(
            ACCOUNTS_PUT, by=by, at=at, accounts=touched, created=len(created), updated=updated
        )
    return changes


def _with_search(rows: Sequence[AccountRow]) -> list[dict[str, Any]]:
    """The rows' values with the texts by which accounts are sorted and found."""
    partial = [row.external_id for row in rows if not {"name", "kana"} <= row.given.keys()]
    known = {
        external_id: {"name": name, "kana": kana}
        for external_id, name, kana in Account.objects.filter(external_id__in=partial).values_list(
            "external_id", "name", "kana"
        )
    }
    return [
        {"external_id": row.external_id, **row.given, **_spellings(known.get(row.external_id, {}) | row.given)}
        for row in rows
    ]


def _spellings(values: Mapping[str, Any]) -> dict[str, str]:
    name, kana = values.get("name", ""), values.get("kana", "")
    return {"sort_key": folded(kana or name)[:200], "search_text": search_text(name, kana)}


def _put_facts(
    rows: Sequence[AccountRow], pks: Sequence[int], changes: list[list[Change]]
) -> None:
    slots = dict(FactDefinition.objects.values_list("key", "slot"))
    stating = [
        (pk, of_row, {slots[key]: value for key, value in row.facts.items()})
        for row, pk, of_row in zip(rows, pks, changes, strict=True)
        if row.facts
    ]
    values = [{"account_id": pk, **by_slot} for pk, _of_row, by_slot in stating]
    for (_pk, of_row, _by_slot), placed in zip(
        stating, put(AccountFacts, values, key=["account_id"]), strict=True
    ):
        # the facts of a new account go with it when it is taken back
        if placed.change and not any(change.before is None for change in of_row):
            of_row.append(placed.change)


def _put_holders(
    rows: Sequence[AccountRow],
    pks: Sequence[int],
    changes: list[list[Change]],
    *,
    why: str,
    on: date,
) -> None:
    """Close and open lines of the ledger where the row names somebody else than holds the duty now."""
    named = [pk for row, pk in zip(rows, pks, strict=True) if row.holders]
    current = {
        (holding.account_id, holding.duty): holding
        for holding in Holding.objects.filter(account__in=named, to_on=None)
    }
    closing: dict[int, Holding] = {}
    opening: list[Holding] = []
    rows_of = dict(zip(pks, changes, strict=True))
    for row, pk in zip(rows, pks, strict=True):
        for duty, member in row.holders.items():
            held = current.get((pk, duty))
            if (held.member_id if held else None) == member and not (held and held.team_id):
                continue
            if held is not None:
                closing[held.pk] = held
            if member is not None:
                opening.append(
                    Holding(account_id=pk, duty=duty, member_id=member, from_on=on, why=why)
                )
    _end(closing.values(), on=on, rows_of=rows_of)
    for opened in Holding.objects.bulk_create(opening):
        if not any(change.before is None for change in rows_of[opened.account_id]):
            rows_of[opened.account_id].append(Change(model=Holding._meta.label_lower, pk=opened.pk, digest=""))


def _end(holdings: Iterable[Holding], *, on: date, rows_of: dict[int, list[Change]]) -> None:
    for held in holdings:
        last = max(on, held.from_on)
        Holding.objects.filter(pk=held.pk).update(to_on=last)
        rows_of[held.account_id].append(
            Change(
                model=Holding._meta.label_lower,
                pk=held.pk,
                before={"to_on": None},
                after={"to_on": last.isoformat()},
            )
        )


@transaction.atomic
def take_back_accounts(changes: Sequence[Change], *, by: User, at: datetime) -> TakenBack:
    """Undo what an import did to accounts, their facts and their holders."""
    done = take_back(changes)
    record(ACCOUNTS_TAKEN_BACK, by=by, at=at, removed=done.removed, restored=done.restored)
    return done


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRow:
    """A contact as a file states it. Fields the file lacks stay as they are."""

    external_id: str
    account: int
    given: dict[str, Any]


@transaction.atomic
def put_contacts(rows: Sequence[ContactRow], *, by: User, at: datetime) -> list[Placed]:
    """Create or update contacts by their own id."""
    values = [
        {"external_id": row.external_id, "account_id": row.account, **row.given} for row in rows
    ]
    placed = put(Contact, values, key=["external_id"])
    touched = [row.account for row, p in zip(rows, placed, strict=True) if p.change]
    if touched:
        created = sum(p.change is not None and p.change.before is None for p in placed)
        updated = len(touched) - created
        record(CONTACTS_PUT, by=by, at=at, accounts=touched, created=created, updated=updated)
    return placed


@transaction.atomic
def take_back_contacts(changes: Sequence[Change], *, by: User, at: datetime) -> TakenBack:
    """Undo what an import did to contacts."""
    done = take_back(changes)
    record(CONTACTS_TAKEN_BACK, by=by, at=at, removed=done.removed, restored=done.restored)
    return done


@transaction.atomic
def correct_kana(account: Account, *, kana: str, by: User, at: datetime) -> None:
    """Set the reading of an account's name; sorting and search follow it."""
    spellings = _spellings({"name": account.name, "kana": kana})
    Account.objects.filter(pk=account.pk).update(kana=kana, **spellings)
    record(KANA_CORRECTED, by=by, at=at, accounts=[account.pk], name=account.name, kana=kana)


@transaction.atomic
def define_fact(
    *, key: str, label_ja: str, label_en: str, fact_type: str, by: User, at: datetime
) -> FactDefinition:
    """Give the company's own attribute a key, labels, a type and a slot."""
    if FactDefinition.objects.filter(key=key).exists():
        raise KeyTaken(_("There is already an attribute with the key %(key)s.") % {"key": key})
    fact = _defined(
        key=key, label_ja=label_ja, label_en=label_en, fact_type=FactType(fact_type), source=OWN
    )
    record(FACT_DEFINED, by=by, at=at, key=key, label=label_ja or label_en)
    return fact


def _defined(
    *, key: str, label_ja: str, label_en: str, fact_type: FactType, source: str
) -> FactDefinition:
    kind = SLOTS_OF_TYPE[fact_type]
    taken = set(FactDefinition.objects.values_list("slot", flat=True))
    names = (f"{kind}_{number:02}" for number in range(1, SLOT_COUNTS[kind] + 1))
    slot = next((name for name in names if name not in taken), None)
    if slot is None:
        raise NoSlotLeft(
            _("No more attributes of the type “%(type)s” fit. Leave a column out.")
            % {"type": fact_type.label}
        )
    return FactDefinition.objects.create(
        key=key, label_ja=label_ja, label_en=label_en, type=fact_type, slot=slot, source=source
    )


@upkeep
def refresh_facts(*, on: date) -> int:
    """Write every contributed fact as of the day into its slot, set-wise; the number of rows rewritten."""
    return sum(_refresh(source, on=on) for source in fact_sources)


def _refresh(source: Any, *, on: date) -> int:
    slots = {}
    for spec in source.facts:
        known = FactDefinition.objects.filter(key=spec.key).first()
        slots[spec.key] = (known or _defined_by(source.source, spec)).slot
    values = {account: by_key for account, by_key in source.values(on=on)}
    changed = []
    for row in AccountFacts.objects.iterator(chunk_size=2_000):
        given = values.get(row.pk, {})
        wanted = {slot: given.get(key) for key, slot in slots.items()}
        if any(getattr(row, slot) != value for slot, value in wanted.items()):
            for slot, value in wanted.items():
                setattr(row, slot, value)
            changed.append(row)
    AccountFacts.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["account"],
        update_fields=list(slots.values()),
        batch_size=1_000,
    )
    return len(changed)


def _defined_by(source: str, spec: Any) -> FactDefinition:
    return _defined(
        key=spec.key,
        label_ja=spec.label_ja,
        label_en=spec.label_en,
        fact_type=spec.type,
        source=source,
    )
