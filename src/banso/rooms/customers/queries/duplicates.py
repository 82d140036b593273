from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from django.db.models import Count, Exists, OuterRef
from django.utils.translation import gettext_lazy as _
from rapidfuzz import fuzz, process

from banso.engines.basis.japanese import company_key
from banso.engines.basis.likeness import Company, LikelyPair, likely_pairs
from banso.kit.keyset import Order
from banso.rooms.customers.access import visible_accounts
from banso.rooms.customers.models import (
    Account,
    Contact,
    DuplicatePair,
    Duty,
    FactType,
    Holding,
    Merge,
    PairState,
)
from banso.rooms.customers.queries.facts import ARR, OWN, fact_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from django.db.models import QuerySet
    from django.utils.functional import _StrPromise

    from banso.rooms.customers.models import FactDefinition
    from banso.rooms.identity.models import User

REASONS = {
    "same_number": _("same corporate number"),
    "same_name": _("same name"),
    "same_domain": _("same domain"),
    "like_name": _("names nearly alike"),
}
MOST_LIKELY_FIRST = Order("likeness", descending=True)
LATEST_FIRST = Order("pk", descending=True)
FACT = "f."

# What a person may choose when two accounts become one; the account ID stays the staying one's.
COLUMNS: dict[str, _StrPromise] = {
    "name": _("Account name"),
    "kana": _("Kana"),
    "corporate_number": _("Corporate number"),
    "domain": _("Domain"),
    "industry": _("Industry"),
    "region": _("Region"),
    "employees": _("Employees"),
    "parent": _("Parent account"),
    "customer_since": _("Customer since"),
}
COLUMN_TYPES = {"employees": FactType.INTEGER, "customer_since": FactType.DAY}
AGREEING = ("name_key", "kana", "corporate_number", "domain", "region", "employees")


@dataclass(frozen=True, slots=True)
class Side:
    """One account of a pair, as much of it as tells whether it is the other."""

    account: Account
    arr_minor: int | None
    contacts: int
    csm: str


@dataclass(frozen=True, slots=True)
class ShownPair:
    """A pair with both sides and its reasons in words; `agree` names what both say alike."""

    pair: DuplicatePair
    sides: tuple[Side, Side]
    reasons: list[_StrPromise]
    agree: frozenset[str]

    def staying_and_former(self, asked: str) -> tuple[Account, Account]:
        """The one asked for stays; else the one with more ARR, else the older customer, else the
        one that came in first.
        """
        likely = min(self.sides, key=_staying_order).account
        both = (self.pair.first, self.pair.second)
        stays = asked if asked in {str(each.pk) for each in both} else str(likely.pk)
        return both if stays == str(both[0].pk) else both[::-1]


def _staying_order(side: Side) -> tuple[int, str, int]:
    since = side.account.customer_since
    return -(side.arr_minor or 0), since.isoformat() if since else "9", side.account.pk


@dataclass(frozen=True, slots=True)
class Difference:
    """A field in which two accounts differ: what the staying one and the former one say."""

    key: str
    label: str
    type: str
    staying: Any
    former: Any

    @property
    def likely(self) -> str:
        """Whose value remains unless a person chooses: the staying one's, if it has any."""
        return "former" if self.staying in {None, ""} else "staying"


def nearness(texts: Sequence[str], at_least: float) -> Iterator[tuple[int, int, float]]:
    """Of the texts every two that are so alike, by rapidfuzz: the share of letters in common."""
    if len(texts) == 2:  # most blocks; without the price of a matrix
        near = fuzz.ratio(texts[0], texts[1], score_cutoff=at_least)
        return iter([(0, 1, near)] if near else [])
    matrix = process.cdist(texts, texts, scorer=fuzz.ratio, score_cutoff=at_least, dtype=np.float32)
    ones, others = np.nonzero(np.triu(matrix, 1))
    return zip(ones.tolist(), others.tolist(), matrix[ones, others].tolist(), strict=True)


def pairs_to_propose() -> list[LikelyPair]:
    """Every two accounts of the whole book that may be one company."""
    rows = Account.objects.values_list(
        "pk", "name_key", "kana", "corporate_number", "domain", "parent_id"
    ).order_by("pk")
    companies = [
        Company(
            id=pk,
            name_key=name_key,
            reading=company_key(kana),
            number=number,
            domain=domain.lower(),
            parent=parent,
        )
        for pk, name_key, kana, number, domain, parent in rows.iterator()
    ]
    return likely_pairs(companies, nearness)


def pairs(viewer: User, *, on: date) -> QuerySet[DuplicatePair]:
    """Pairs of accounts that the viewer sees, in whatever state."""
    # asked pair by pair: two lists of ids would have SQLite look up each with each
    seen = visible_accounts(viewer, on=on)
    return DuplicatePair.objects.filter(
        Exists(seen.filter(pk=OuterRef("first"))), Exists(seen.filter(pk=OuterRef("second")))
    )


def counts(viewer: User, *, on: date) -> dict[str, int]:
    """How many pairs wait, how many are kept apart, how many merges stand."""
    by_state = pairs(viewer, on=on).values_list("state").annotate(number=Count("pk"))
    numbers = dict(by_state.order_by())
    return {
        "proposed": numbers.get(PairState.PROPOSED, 0),
        "kept_apart": numbers.get(PairState.KEPT_APART, 0),
        "merges": merges(viewer, on=on).filter(undone_at=None).count(),
    }


def merges(viewer: User, *, on: date) -> QuerySet[Merge]:
    """Merges into accounts the viewer sees, with who did them."""
    seen = visible_accounts(viewer, on=on)
    return Merge.objects.filter(account__in=seen).select_related("account", "by").defer("undo")


def shown(found: Sequence[DuplicatePair], known: Mapping[str, FactDefinition]) -> list[ShownPair]:
    """The pairs with what stands beside each other on the page."""
    beside = ("first__facts", "first__parent", "second__facts", "second__parent", "decided_by")
    whole = DuplicatePair.objects.select_related(*beside).in_bulk([pair.pk for pair in found])
    found = [whole[pair.pk] for pair in found if pair.pk in whole]
    accounts = [account for pair in found for account in (pair.first, pair.second)]
    holdings = Holding.objects.filter(account__in=accounts, duty=Duty.VALUE, to_on=None)
    csms = dict(holdings.values_list("account_id", "member__name"))
    numbers = _contacts(accounts)
    sides = {
        account.pk: Side(
            account,
            fact_of(account, ARR, known),
            numbers.get(account.pk, 0),
            csms.get(account.pk) or "",
        )
        for account in accounts
    }
    return [
        ShownPair(
            pair,
            (sides[pair.first_id], sides[pair.second_id]),
            [REASONS[code] for code in pair.reasons],
            _agreeing(pair.first, pair.second),
        )
        for pair in found
    ]


def _contacts(accounts: Iterable[Account]) -> dict[int, int]:
    counted = Contact.objects.filter(account__in=accounts).values_list("account_id")
    return dict(counted.annotate(number=Count("pk")).order_by())


def _agreeing(one: Account, other: Account) -> frozenset[str]:
    return frozenset(
        name
        for name in AGREEING
        if getattr(one, name) and getattr(one, name) == getattr(other, name)
    )


def differences(
    staying: Account, former: Account, known: Mapping[str, FactDefinition]
) -> list[Difference]:
    """The fields and own attributes in which the two differ."""
    found = [
        Difference(
            name,
            str(label),
            COLUMN_TYPES.get(name, FactType.TEXT),
            getattr(staying, name),
            getattr(former, name),
        )
        for name, label in COLUMNS.items()
    ]
    found += [
        Difference(FACT + fact.key, fact.label, fact.type, *_said(fact, staying, former))
        for fact in known.values()
        if fact.source == OWN
    ]
    related = {staying.parent_id, former.parent_id} & {staying.pk, former.pk}
    return [
        each
        for each in found
        if each.staying != each.former and not (each.key == "parent" and related)
    ]


def _said(fact: FactDefinition, staying: Account, former: Account) -> tuple[Any, Any]:
    return getattr(staying.facts, fact.slot), getattr(former.facts, fact.slot)
