from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db.models import Case, QuerySet, When

from banso.rooms.customers.models import (
    Account,
    Contact,
    Duty,
    Holding,
    Stake,
)
from banso.rooms.customers.queries.holders import held
from banso.rooms.people.models import Member

if TYPE_CHECKING:
    from collections.abc import Iterable

# What stands as the reason where nobody gave one.
OUR_MARK = re.compile(r"import \d+|merge|model \d+|rebalance \d+")


@dataclass(frozen=True, slots=True)
class HeldDuty:
    """A duty and who holds it now; nobody, when `holder` is empty."""

    duty: Duty
    holder: str
    member: Member | None
    since: date | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class FormerHolding:
    """Who held duties of an account for the same days, the last included, and why they came."""

    duties: list[Duty]
    holder: str
    from_on: date
    last_on: date
    reason: str


@dataclass(frozen=True, slots=True)
class Duties:
    """Every duty with its holder now, in the order of the duties, and who held them before."""

    now: list[HeldDuty]
    before: list[FormerHolding]


def duties(account: Account) -> Duties:
    """Who answers for what at an account, and who did, the latest first."""
    lines = held().filter(account=account).select_related("member", "team")
    in_order = list(lines.order_by("-to_on", "-from_on", "pk"))
    now = {line.duty: line for line in in_order if line.to_on is None}
    return Duties([_held_duty(duty, now.get(duty)) for duty in Duty], _former(in_order))


def _held_duty(duty: Duty, now: Holding | None) -> HeldDuty:
    if now is None:
        return HeldDuty(duty, "", None, None)
    return HeldDuty(duty, str(now.member or now.team), now.member, now.from_on, _reason(now))


def _former(lines: Iterable[Holding]) -> list[FormerHolding]:
    """The lines that have ended; one holder's duties of the same days are one entry."""
    entries: dict[tuple[object, ...], FormerHolding] = {}
    for line in lines:
        if line.to_on is None:
            continue
        holder, last = str(line.member or line.team), line.to_on - timedelta(days=1)
        entry = FormerHolding([], holder, line.from_on, last, _reason(line))
        key = line.member_id, line.team_id, line.from_on, last, entry.reason
        entries.setdefault(key, entry).duties.append(Duty(line.duty))
    return list(entries.values())


def _reason(line: Holding) -> str:
    return "" if OUR_MARK.fullmatch(line.why) else line.why


def contacts(account: Account) -> QuerySet[Contact]:
    """The people at a customer, decision makers first."""
    places = [When(stake=stake, then=place) for place, stake in enumerate(Stake)]
    found = Contact.objects.filter(account=account).select_related("predecessor")
    return found.order_by(Case(*places), "kana", "pk")


def contact_of(account: Account, pk: int) -> Contact | None:
    """One contact of the account, with the predecessor."""
    return Contact.objects.filter(account=account, pk=pk).select_related("predecessor").first()


def successor_of(contact: Contact) -> Contact | None:
    """Who followed a contact."""
    return Contact.objects.filter(predecessor=contact).order_by("pk").first()
