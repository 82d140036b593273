"""Accounts with their facts, contacts and holders as rows."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

from banso.engines.basis.japanese import company_key, folded, search_text
from banso.rooms.customers.models import (
    SLOTS_OF_TYPE,
    Account,
    AccountFacts,
    AccountParty,
    Contact,
    Duty,
    FactDefinition,
    FactType,
    Holding,
    Party,
    Promise,
    SurveyAnswer,
    Ticket,
    TouchKind,
    Touchpoint,
)
from banso.rooms.people.models import Member, Team
from tests.factories.when import NOON, TODAY

_numbers = count(1)
LONG_AGO = date(2020, 4, 1)


def make_account(*, facts: dict[str, Any] | None = None, **given: Any) -> Account:
    """An account that nobody holds. `facts` are values by the key of a fact that is defined."""
    number = next(_numbers)
    values: dict[str, Any] = {"external_id": f"A-{number:04}", "name": f"顧客{number:04}"} | given
    name, kana = values["name"], values.get("kana", "")
    spellings = {
        "sort_key": folded(kana or name)[:200],
        "name_key": company_key(name)[:200],
        "search_text": search_text(name, kana),
    }
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


def make_touchpoint(account: Account, **given: Any) -> Touchpoint:
    """A call at noon that a file brought, about nothing in particular."""
    values: dict[str, Any] = {
        "external_id": f"T-{next(_numbers):04}",
        "kind": TouchKind.CALL,
        "happened_at": NOON,
    }
    values |= given
    said = folded(values.get("subject", "") + values.get("text", ""))
    return Touchpoint.objects.create(account=account, **{"search_text": said} | values)


def make_promise(account: Account, **given: Any) -> Promise:
    """An open promise without a day."""
    return Promise.objects.create(account=account, **{"text": "資料を送る"} | given)


def make_ticket(account: Account, **given: Any) -> Ticket:
    """An open ticket."""
    values: dict[str, Any] = {"external_id": f"Q-{next(_numbers):04}", "opened_at": NOON}
    values |= given
    said = folded(values.get("subject", "") + values.get("text", ""))
    return Ticket.objects.create(account=account, **{"search_text": said} | values)


def make_answer(account: Account, **given: Any) -> SurveyAnswer:
    """An answer to the NPS survey."""
    values: dict[str, Any] = {
        "external_id": f"S-{next(_numbers):04}",
        "survey": "NPS",
        "answered_on": TODAY,
        "score": 9,
    }
    values |= given
    said = folded(values.get("comment", ""))
    return SurveyAnswer.objects.create(account=account, **{"search_text": said} | values)


def make_company(**given: Any) -> Party:
    """A company that is no customer."""
    number = next(_numbers)
    return Party.objects.create(
        **{"external_id": f"P-{number:04}", "name": f"会社{number}"} | given
    )


def make_party(account: Account, **given: Any) -> AccountParty:
    """Somebody to whom the bill goes; a company of its own, unless a customer is given."""
    values: dict[str, Any] = {"role": "billing"} | given
    if "other_account" not in values:
        values = {"party": make_company()} | values
    return AccountParty.objects.create(account=account, **values)
