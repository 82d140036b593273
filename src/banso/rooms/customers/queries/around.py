"""Who stands around a customer: the parties of its contract, and its group of companies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import F, QuerySet

from banso.rooms.customers.access import visible_accounts
from banso.rooms.customers.models import Account, AccountParty
from banso.rooms.customers.queries.facts import ARR, fact_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from banso.rooms.customers.models import FactDefinition
    from banso.rooms.identity.models import User

MOST_RELATIVES = 100


@dataclass(frozen=True, slots=True)
class StandingBy:
    """A party of an account. `href_id` is its own page's account, where the viewer sees that."""

    party: AccountParty
    name: str
    href_id: int | None
    is_over: bool


@dataclass(frozen=True, slots=True)
class Relative:
    """A company of the group, so many steps below its top."""

    account: Account
    depth: int
    arr_minor: int | None


def parties(viewer: User, account: Account, *, on: date) -> list[StandingBy]:
    """The companies of an account's contract by role, those of today before those of the past."""
    found = AccountParty.objects.filter(account=account).select_related("party", "other_account")
    standing = list(found.order_by("role", F("to_on").desc(nulls_first=True), "pk"))
    others = [each.other_account_id for each in standing if each.other_account_id]
    seen = visible_accounts(viewer, on=on).filter(pk__in=others).values_list("pk", flat=True)
    hrefs = set(seen) if others else set()
    return [_standing(each, hrefs, on) for each in standing]


def _standing(each: AccountParty, seen: set[int], on: date) -> StandingBy:
    href = each.other_account_id if each.other_account_id in seen else None
    name = str(each.party or each.other_account)
    return StandingBy(each, name, href, each.to_on is not None and each.to_on <= on)


def group(
    viewer: User, account: Account, known: Mapping[str, FactDefinition], *, on: date
) -> list[Relative]:
    """The account's group as far as the viewer sees it: its parent, the children below it,
    its siblings; nothing where it stands alone.
    """
    seen = visible_accounts(viewer, on=on).filter(pk__in=_near(account)).exclude(pk=account.pk)
    arr = [f"facts__{known[ARR].slot}"] if ARR in known else []
    lean = seen.select_related("facts").only("name", "parent", "facts__account", *arr)
    found = list(lean.order_by("sort_key", "pk")[:MOST_RELATIVES])
    above = [each for each in found if each.pk == account.parent_id]
    below = [each for each in found if each.parent_id == account.pk]
    beside = [each for each in found if each not in above and each not in below]
    if not found:
        return []
    depth = len(above)
    placed = [(each, 0) for each in above]
    placed += [(account, depth), *((each, depth + 1) for each in below)]
    placed += [(each, depth) for each in beside]
    return [Relative(each, depth, fact_of(each, ARR, known)) for each, depth in placed]


def _near(account: Account) -> QuerySet[Account, Any]:
    """Ids of the account's children, of its parent and of that one's children."""
    tops = [each for each in (account.pk, account.parent_id) if each]
    below = Account.objects.filter(parent__in=tops).values("pk")
    # questions apart, each answered by its index; one with OR would read all accounts
    return below.union(Account.objects.filter(pk=account.parent_id or 0).values("pk"))
