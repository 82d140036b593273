"""Reads of customers; each starts from the accounts the viewer may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, When

from banso.engines.basis.japanese import search_alternatives
from banso.kit.keyset import Order
from banso.rooms.customers.access import visible_accounts
from banso.rooms.customers.models import (
    Account,
    Contact,
    Duty,
    FactDefinition,
    FactType,
    Holding,
    Stake,
)
from banso.rooms.people.models import Member

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from banso.rooms.identity.models import User

OWN = "own"
ARR = "arr"
TERM_END = "term_end_on"
PLAIN_ORDERS = {
    "name": Order("sort_key"),
    "employees": Order("employees", nullable=True),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which accounts a list asks for; an empty field asks for all."""

    search: str = ""
    industry: str = ""
    region: str = ""
    holder: int | None = None
    facts: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class FactValue:
    """One fact of one account, ready to print by its type."""

    definition: FactDefinition
    value: Any

    @property
    def filter_text(self) -> str:
        """How a list's URL asks for this value."""
        return "" if self.value is None else str(self.value)


@dataclass(frozen=True, slots=True)
class ListedAccount:
    """An account as a row of the list."""

    account: Account
    csm: str
    arr_minor: int | None
    term_end_on: date | None


@dataclass(frozen=True, slots=True)
class HeldDuty:
    """A duty and who holds it now; nobody, when `holder` is empty."""

    duty: Duty
    holder: str
    member: Member | None
    since: date | None


@dataclass(frozen=True, slots=True)
class Options:
    """What the filters of a viewer's list can be set to."""

    industries: list[str]
    regions: list[str]
    holders: list[Member]


def definitions() -> dict[str, FactDefinition]:
    """Every known fact by key."""
    return {fact.key: fact for fact in FactDefinition.objects.all()}


def orders(known: Mapping[str, FactDefinition]) -> dict[str, Order]:
    """What a list can be ordered by."""
    by_fact = {
        key: Order(f"facts__{known[key].slot}", nullable=True)
        for key in (ARR, TERM_END)
        if key in known
    }
    return PLAIN_ORDERS | by_fact


def accounts(
    viewer: User, wanted: Wanted, known: Mapping[str, FactDefinition], *, on: date
) -> QuerySet[Account]:
    """The viewer's accounts that fit what is wanted, with their facts."""
    found = visible_accounts(viewer, on=on).select_related("facts")
    if wanted.search:
        found = found.filter(pk__in=_spelled(wanted.search))
    if wanted.industry:
        found = found.filter(industry=wanted.industry)
    if wanted.region:
        found = found.filter(region=wanted.region)
    if wanted.holder is not None:
        held = Holding.objects.filter(account=OuterRef("pk"), member=wanted.holder, to_on=None)
        found = found.filter(Exists(held))
    return _with_facts(found, wanted.facts or {}, known)


def _spelled(search: str) -> QuerySet[Account, int]:
    """Ids of the accounts in which every word of the search is found in one of its spellings, or
    whose own ID it is.

    A question of its own: it reads the texts once from end to end, however the list is sorted.
    """
    found = Account.objects.all()
    for spellings in search_alternatives(search):
        match = Q(external_id__iexact=search)
        for spelling in spellings:
            match |= Q(search_text__contains=spelling)
        found = found.filter(match)
    return found.values_list("pk", flat=True)


def _with_facts(
    found: QuerySet[Account], facts: Mapping[str, str], known: Mapping[str, FactDefinition]
) -> QuerySet[Account]:
    for key, text in facts.items():
        fact = known.get(key)
        if fact is None:
            continue
        try:
            value = _value_in_url(fact, text)
        except ValueError:
            return found.none()
        found = found.filter(**{f"facts__{fact.slot}": value})
    return found


def _value_in_url(fact: FactDefinition, text: str) -> Any:
    if fact.type == FactType.FLAG:
        return text == "True"
    if fact.type in {FactType.INTEGER, FactType.MONEY}:
        return int(text)
    if fact.type == FactType.REAL:
        return float(text)
    return date.fromisoformat(text) if fact.type == FactType.DAY else text


def lean(
    found: QuerySet[Account], order: Order, known: Mapping[str, FactDefinition]
) -> QuerySet[Account]:
    """The same accounts with only the columns that a row of the list prints or is ordered by."""
    facts = {f"facts__{known[key].slot}" for key in (ARR, TERM_END) if key in known}
    facts.add("facts__account")
    return found.only("name", "kana", "industry", "region", "employees", order.name, *facts)


def listed(found: Sequence[Account], known: Mapping[str, FactDefinition]) -> list[ListedAccount]:
    """Accounts as rows of the list, with the holder of the duty of value."""
    csms = dict(
        Holding.objects.filter(account__in=found, duty=Duty.VALUE, to_on=None).values_list(
            "account_id", "member__name"
        )
    )
    return [
        ListedAccount(
            account,
            csms.get(account.pk) or "",
            fact_of(account, ARR, known),
            fact_of(account, TERM_END, known),
        )
        for account in found
    ]


def fact_of(account: Account, key: str, known: Mapping[str, FactDefinition]) -> Any:
    """The value of one fact, None where it is missing or not known at all."""
    fact = known.get(key)
    return getattr(account.facts, fact.slot) if fact else None


def options(viewer: User, *, on: date) -> Options:
    """What the viewer's own accounts offer to filter by."""
    seen = visible_accounts(viewer, on=on)
    holding = Holding.objects.filter(
        to_on=None, member=OuterRef("pk"), account__in=seen.values("pk")
    )
    return Options(
        industries=_distinct(seen, "industry"),
        regions=_distinct(seen, "region"),
        holders=list(Member.objects.filter(Exists(holding)).order_by("kana", "pk")),
    )


def holder_name(member_id: int) -> str:
    """The name of the member a list is narrowed to; the number itself, if there is none."""
    return str(Member.objects.filter(pk=member_id).first() or member_id)


def _distinct(seen: QuerySet[Account], column: str) -> list[str]:
    return list(
        seen.exclude(**{column: ""})
        .order_by(column)
        .values_list(column, flat=True)
        .distinct()[:200]
    )


def own_facts(account: Account, known: Iterable[FactDefinition]) -> list[FactValue]:
    """The company's own attributes of an account that have a value."""
    values = [
        FactValue(fact, getattr(account.facts, fact.slot)) for fact in known if fact.source == OWN
    ]
    return [each for each in values if each.value is not None]


def duties(account: Account) -> list[HeldDuty]:
    """Every duty with its holder now, in the order of the duties."""
    current = Holding.objects.filter(account=account, to_on=None).select_related("member", "team")
    by_duty = {held.duty: held for held in current}
    return [_held_duty(duty, by_duty.get(duty)) for duty in Duty]


def _held_duty(duty: Duty, held: Holding | None) -> HeldDuty:
    if held is None:
        return HeldDuty(duty, "", None, None)
    return HeldDuty(duty, str(held.member or held.team), held.member, held.from_on)


def contacts(account: Account) -> QuerySet[Contact]:
    """The people at a customer, decision makers first."""
    places = [When(stake=stake, then=place) for place, stake in enumerate(Stake)]
    return Contact.objects.filter(account=account).order_by(Case(*places), "kana", "pk")


def family(viewer: User, account: Account, *, on: date) -> list[Account]:
    """The group of an account as far as the viewer sees it: its parent, then its children."""
    found = visible_accounts(viewer, on=on).filter(Q(pk=account.parent_id) | Q(parent=account))
    parent_first = Case(When(pk=account.parent_id, then=0), default=1)
    return list(found.order_by(parent_first, "sort_key", "pk")[:50])
