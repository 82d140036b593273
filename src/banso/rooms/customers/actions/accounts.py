from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.db import transaction

from banso.kit.rows import insert_rows
from banso.kit.upsert import Change, TakenBack, digest_of, put, take_back
from banso.rooms.customers.actions.holders import put_holders
from banso.rooms.customers.actions.stated import AccountRow, is_new, spellings
from banso.rooms.customers.models import (
    Account,
    AccountFacts,
    FactDefinition,
    Holding,
)
from banso.rooms.customers.points import (
    ACCOUNTS_PUT,
    ACCOUNTS_TAKEN_BACK,
    DUTY_HANDED,
    KANA_CORRECTED,
)
from banso.rooms.customers.queries.facts import OWN
from banso.rooms.journal.actions import record

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import date, datetime

    from banso.rooms.identity.models import User


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
    handed = put_holders(rows, pks, changes, why=why, on=on)
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
            **spellings(known.get(row.external_id, {}) | row.given),
        }
        for row in rows
    ]


def _put_facts(rows: Sequence[AccountRow], pks: Sequence[int], changes: list[list[Change]]) -> None:
    """Every new account gets its row of facts; of a known one, the facts that are stated change."""
    slots = dict(FactDefinition.objects.values_list("key", "slot"))
    stated = sorted({key for row in rows for key in row.facts})
    new, known = [], []
    for row, pk, of_row in zip(rows, pks, changes, strict=True):
        if is_new(of_row):
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
    along = _along([change.pk for change in changes if is_new([change])])

    def written_since(change: Change) -> str:
        differs = is_new([change]) and along.get(change.pk, change.along) != change.along
        return "changed_since" if differs else ""

    done = take_back(changes, spare=written_since)
    stayed = {(change.model, change.pk) for change, _code in done.kept}
    concerned = {account for of, account in touched.items() if of not in stayed}
    left = Account.objects.filter(pk__in=concerned).order_by("pk").values_list("pk", flat=True)
    counts = {"removed": done.removed, "restored": done.restored}
    record(ACCOUNTS_TAKEN_BACK, by=by, at=at, accounts=left, **counts)
    return done


@transaction.atomic
def correct_kana(account: Account, *, kana: str, by: User, at: datetime) -> None:
    """Set the reading of an account's name; sorting and search follow it."""
    texts = spellings({"name": account.name, "kana": kana})
    Account.objects.filter(pk=account.pk).update(kana=kana, **texts)
    record(KANA_CORRECTED, by=by, at=at, accounts=[account.pk], name=account.name, kana=kana)
