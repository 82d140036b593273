from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from banso.engines.basis.japanese import folded, search_text
from banso.kit.acts import Refused, upkeep
from banso.kit.rows import insert_rows, update_rows
from banso.kit.upsert import Change, Placed, TakenBack, digest_of, put, take_back
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
    DUTY_HANDED,
    FACT_DEFINED,
    FACT_FORGOTTEN,
    KANA_CORRECTED,
    fact_sources,
)
from banso.rooms.journal.actions import record

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date, datetime

    from banso.rooms.customers.points import FactSource
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
    _put_facts(rows, pks, changes)
    handed = _put_holders(rows, pks, changes, why=why, on=on)
    _note_what_goes_along(created, dict(zip(pks, changes, strict=True)))
    touched = [pk for pk, of_row in zip(pks, changes, strict=True) if of_row]
    if touched:
        updated = len(touched) - len(created)
        record(ACCOUNTS_PUT, by=by, at=at, accounts=touched, created=len(created), updated=updated)
    if handed:
        record(DUTY_HANDED, by=by, at=at, accounts=sorted(handed), number=len(handed))
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
        {
            "external_id": row.external_id,
            **row.given,
            **_spellings(known.get(row.external_id, {}) | row.given),
        }
        for row in rows
    ]


def _spellings(values: Mapping[str, Any]) -> dict[str, str]:
    name, kana = values.get("name", ""), values.get("kana", "")
    return {"sort_key": folded(kana or name)[:200], "search_text": search_text(name, kana)}


def _put_facts(rows: Sequence[AccountRow], pks: Sequence[int], changes: list[list[Change]]) -> None:
    """Every new account gets its row of facts; of a known one, the facts that are stated change."""
    slots = dict(FactDefinition.objects.values_list("key", "slot"))
    stated = sorted({key for row in rows for key in row.facts})
    new, known = [], []
    for row, pk, of_row in zip(rows, pks, changes, strict=True):
        if _is_new(of_row):
            new.append([pk, *(row.facts.get(key) for key in stated)])
        elif row.facts:
            known.append(
                (of_row, {"account_id": pk, **{slots[k]: v for k, v in row.facts.items()}})
            )
    insert_rows(AccountFacts, ["account_id", *(slots[key] for key in stated)], new)
    placed = put(AccountFacts, [values for _of_row, values in known], key=["account_id"])
    for (of_row, _values), each in zip(known, placed, strict=True):
        if each.change:
            of_row.append(each.change)


def _is_new(of_row: Sequence[Change]) -> bool:
    """Whether the row made its account: then its facts and holders go with it when it is taken
    back.
    """
    return any(c.model == Account._meta.label_lower and c.before is None for c in of_row)


def _put_holders(
    rows: Sequence[AccountRow],
    pks: Sequence[int],
    changes: list[list[Change]],
    *,
    why: str,
    on: date,
) -> set[int]:
    """Close and open lines of the ledger where the row names somebody else than holds the duty
    now; the known accounts on which that was so.
    """
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
    names = ("account_id", "duty", "member_id", "from_on", "why")
    of_new = [held for held in opening if _is_new(rows_of[held.account_id])]
    insert_rows(Holding, names, ([getattr(held, name) for name in names] for held in of_new))
    of_known = [held for held in opening if not _is_new(rows_of[held.account_id])]
    for opened in Holding.objects.bulk_create(of_known):
        rows_of[opened.account_id].append(_opened(opened))
    return {held.account_id for held in (*closing.values(), *of_known)}


def _opened(held: Holding) -> Change:
    digest = digest_of({"duty": held.duty, "member_id": held.member_id, "to_on": None})
    return Change(model=Holding._meta.label_lower, pk=held.pk, digest=digest)


def _end(holdings: Iterable[Holding], *, on: date, rows_of: dict[int, list[Change]]) -> None:
    ended = [(max(on, held.from_on), held) for held in holdings]
    update_rows(Holding, ["to_on"], [[last, held.pk] for last, held in ended])
    for last, held in ended:
        rows_of[held.account_id].append(
            Change(
                model=Holding._meta.label_lower,
                pk=held.pk,
                before={"to_on": None},
                after={"to_on": last.isoformat()},
            )
        )


def _note_what_goes_along(created: Sequence[int], changes: dict[int, list[Change]]) -> None:
    """With each new account the import answers for its facts and holders too: they have no change
    of their own and go with the account.
    """
    along = _along(created)
    for pk in created:
        changes[pk][:] = [replace(change, along=along[pk]) for change in changes[pk]]


def _along(accounts: Iterable[int]) -> dict[int, str]:
    """Of each account a digest over its own facts and all its lines of the ledger.

    Facts that the platform computes are left out: they change without anybody's doing.
    """
    slots = list(FactDefinition.objects.filter(source=OWN).values_list("slot", flat=True))
    along: dict[int, dict[str, Any]] = {}
    for pk, *values in AccountFacts.objects.filter(pk__in=accounts).values_list("pk", *slots):
        stated = {slot: v for slot, v in zip(slots, values, strict=True) if v is not None}
        along[pk] = stated | {"holders": []}
    names = ("account", "duty", "member", "team", "from_on", "to_on", "why")
    for pk, *line in Holding.objects.filter(account__in=along).order_by("pk").values_list(*names):
        along[pk]["holders"].append(line)
    return {pk: digest_of(found) for pk, found in along.items()}


def _accounts_of(changes: Iterable[Change]) -> dict[tuple[str, int], int]:
    """The account that each change of an import of accounts concerns, by the change's row."""
    ledger = Holding._meta.label_lower
    lines = Holding.objects.filter(pk__in=[c.pk for c in changes if c.model == ledger])
    of_lines = {(ledger, pk): account for pk, account in lines.values_list("pk", "account_id")}
    return {(c.model, c.pk): c.pk for c in changes if c.model != ledger} | of_lines


def _hold(accounts: Collection[int]) -> None:
    """Take the rows before they are compared, in the order in which every writer takes them."""
    for model in (Account, AccountFacts):
        rows = model._default_manager.filter(pk__in=accounts).order_by("pk")
        list(rows.select_for_update().values_list("pk"))


@transaction.atomic
def take_back_accounts(changes: Sequence[Change], *, by: User, at: datetime) -> TakenBack:
    """Undo what an import did to accounts, their facts and their holders.

    A new account stays whole when anything of it was written since.
    """
    touched = _accounts_of(changes)
    _hold(set(touched.values()))
    along = _along([change.pk for change in changes if _is_new([change])])

    def written_since(change: Change) -> str:
        differs = _is_new([change]) and along.get(change.pk, change.along) != change.along
        return "changed_since" if differs else ""

    done = take_back(changes, spare=written_since)
    stayed = {(change.model, change.pk) for change, _code in done.kept}
    concerned = {account for of, account in touched.items() if of not in stayed}
    left = Account.objects.filter(pk__in=concerned).order_by("pk").values_list("pk", flat=True)
    counts = {"removed": done.removed, "restored": done.restored}
    record(ACCOUNTS_TAKEN_BACK, by=by, at=at, accounts=left, **counts)
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
    contacts = Contact.objects.filter(pk__in=[change.pk for change in changes])
    accounts = dict(contacts.values_list("pk", "account_id"))
    done = take_back(changes)
    stayed = {change.pk for change, _code in done.kept}
    before = {account for pk, account in accounts.items() if pk not in stayed}
    after = contacts.exclude(pk__in=stayed).values_list("account_id", flat=True)
    counts = {"removed": done.removed, "restored": done.restored}
    record(CONTACTS_TAKEN_BACK, by=by, at=at, accounts=sorted({*before, *after}), **counts)
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
    define_contributed_facts()
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


@transaction.atomic
def forget_empty_facts(keys: Sequence[str], *, by: User, at: datetime) -> None:
    """Free the slots of those own attributes among the keys in which no account has a value."""
    for fact in FactDefinition.objects.filter(key__in=keys, source=OWN):
        if not AccountFacts.objects.filter(**{f"{fact.slot}__isnull": False}).exists():
            fact.delete()
            record(FACT_FORGOTTEN, by=by, at=at, key=fact.key, label=fact.label_ja)


@upkeep
def define_contributed_facts() -> None:
    """Give every fact that a room contributes its definition and slot, before a company's own take
    them.
    """
    known = set(FactDefinition.objects.values_list("key", flat=True))
    for source in fact_sources:
        for spec in source.facts:
            if spec.key not in known:
                _defined(
                    key=spec.key,
                    label_ja=spec.label_ja,
                    label_en=spec.label_en,
                    fact_type=spec.type,
                    source=source.source,
                )


@upkeep
def refresh_facts(*, on: date) -> int:
    """Write every contributed fact as of the day into its slot, set-wise; the number of rows
    rewritten.
    """
    define_contributed_facts()
    return sum(_refresh(source, on=on) for source in fact_sources)


def _refresh(source: FactSource, *, on: date) -> int:
    keys = [spec.key for spec in source.facts]
    slots = dict(FactDefinition.objects.filter(key__in=keys).values_list("key", "slot"))
    values = dict(source.values(on=on))
    changed = []
    for row in AccountFacts.objects.values_list("pk", *(slots[key] for key in keys)).iterator():
        given = values.get(row[0], {})
        wanted = [given.get(key) for key in keys]
        if wanted != list(row[1:]):
            changed.append([*wanted, row[0]])
    update_rows(AccountFacts, [slots[key] for key in keys], changed)
    return len(changed)
