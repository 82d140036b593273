"""Accounts with their facts, contacts and holders as rows."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

from banso.engines.basis.japanese import folded, search_text
from banso.rooms.customers.models import (
    SLOTS_OF_TYPE,
    Account,
    AccountFacts,
    Contact,
    Duty,
    FactDefinition,
    FactType,
    Holding,
)
from banso.rooms.people.models import Member, Team

_numbers = count(1)
LONG_AGO = date(2020, 4, 1)


def make_account(*, facts: dict[str, Any] | None = None, **given: Any) -> Account:
    """An account that nobody holds. `facts` are values by the key of a fact that is defined."""
    number = next(_numbers)
    values: dict[str, Any] = {"external_id": f"A-{number:04}", "name": f"顧客{number:04}"} | given
    name, kana = values["name"], values.get("kana", "")
    spellings = {"sort_key": folded(kana or name)[:200], "search_text": search_text(name, kana)}
    account = Account.objects.create(**spellings | values)
    slots = dict(FactDefinition.objects.values_list("key", "slot"))
    by_slot = {slots[key]: value for key, value in (facts or {}).items()}
    AccountFacts.objects.create(account=account, **by_slot)
    return account


def make_contact(account: Account, **given: Any) -> Contact:
    number = next(_numbers)
    values: dict[str, Any] = {"external_id": f"C-{number:04}", "name": f"担当者{number}"}
    return Contact.objects.create(account=account, **values | given)


def make_holding(account: Account, *, by: Member | Team, **given: Any) -> Holding:
    """A line of the ledger: the duty of value, with a member or a pool since long ago, still."""
    holder = {"member": by} if isinstance(by, Member) else {"team": by}
    values: dict[str, Any] = {"duty": Duty.VALUE, "from_on": LONG_AGO, "why": "made"}
    return Holding.objects.create(account=account, **holder, **values | given)


def make_fact(key: str, fact_type: FactType = FactType.TEXT, **given: Any) -> FactDefinition:
    """The company's own fact, in the next free slot of its type."""
    kind = SLOTS_OF_TYPE[fact_type]
    taken = FactDefinition.objects.filter(slot__startswith=kind).count()
    values: dict[str, Any] = {
        "label_ja": key,
        "label_en": key,
        "slot": f"{kind}_{taken + 1:02}",
        "source": "own",
    }
    return FactDefinition.objects.create(key=key, type=fact_type, **values | given)
