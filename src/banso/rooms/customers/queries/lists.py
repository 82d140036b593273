from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from banso.engines.basis.japanese import search_alternatives
from banso.rooms.customers.access import visible_accounts
from banso.rooms.customers.models import Account, FactType, Holding
from banso.rooms.customers.queries.columns import HELD
from banso.rooms.customers.queries.rules import rule_language
from banso.rooms.people.models import Member

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date

    from banso.kit.keyset import Order
    from banso.rooms.customers.queries.columns import Column
    from banso.rooms.customers.queries.conditions import Condition
    from banso.rooms.customers.queries.vocabulary import Fact
    from banso.rooms.identity.models import User

MOST_CHOICES = 200
FEW_CHOICES = 24
FEW_ACCOUNTS = 500  # sorted in no time, and found among many before the first page is full
ME = "me"  # in place of a member's number: whoever looks


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which accounts a list asks for; an empty field asks for all. `holder` is a member's number,
    or "me"; `rule` is one over their facts.
    """

    search: str = ""
    holder: int | str = ""
    rule: str = ""
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class ListedAccount:
    """An account as a row of the list: a value for each column."""

    account: Account
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Options:
    """What the filters of a viewer's list can be set to."""

    industries: list[str]
    regions: list[str]
    holders: list[Member]


def accounts(viewer: User, wanted: Wanted, *, on: date) -> QuerySet[Account]:
    """The viewer's accounts that fit what is wanted, with their facts."""
    found = visible_accounts(viewer, on=on).select_related("facts")
    if wanted.search:
        found = found.filter(pk__in=_spelled(wanted.search))
    if wanted.holder:
        found = found.filter(_held_by(viewer, wanted.holder))
    try:
        if wanted.rule:
            found = found.filter(rule_language().met(wanted.rule, on=on))
        for condition in wanted.conditions:
            found = found.filter(condition.as_q(on=on))
    except ValueError:  # what can't be met, or can't be understood
        return found.none()
    return found


def looked_up(found: QuerySet[Account], wanted: Wanted) -> tuple[QuerySet[Account], int | None]:
    """The same accounts by their ids and how many they are, where conditions leave few of them;
    else as given, with no number.

    A list of many is read in its order until a page is full. Where few fit, that would be nearly
    all of it; so they are looked for first, in whatever order reads them fastest.
    """
    if not (wanted.conditions or wanted.rule):
        return found, None
    ids = list(found.order_by().values_list("pk", flat=True)[: FEW_ACCOUNTS + 1])
    if len(ids) > FEW_ACCOUNTS:
        return found, None
    return Account.objects.filter(pk__in=ids).select_related("facts"), len(ids)


def _held_by(viewer: User, holder: int | str) -> Exists:
    held = Holding.objects.filter(account=OuterRef("pk"), to_on=None)
    if isinstance(holder, str):
        return Exists(held.filter(member__user=viewer))
    return Exists(held.filter(member=holder))


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


def lean(found: QuerySet[Account], order: Order, columns: Sequence[Column]) -> QuerySet[Account]:
    """The same accounts with only what a row of the list prints or is sorted by."""
    paths = {column.path for column in columns if column.path}
    if "parent__name" in paths:
        found = found.select_related("facts", "parent")
        paths.add("parent")
    return found.only("external_id", "name", "kana", *order.names, "facts__account", *paths)


def listed(found: Sequence[Account], columns: Sequence[Column]) -> list[ListedAccount]:
    """Accounts as rows of the list; who holds their duties is looked up for all at once."""
    held = _holders(found, [column for column in columns if not column.path])
    return [
        ListedAccount(
            account,
            tuple(
                column.value_in(account)
                if column.path
                else held.get((account.pk, column.key.removeprefix(HELD)))
                for column in columns
            ),
        )
        for account in found
    ]


def _holders(found: Sequence[Account], columns: Sequence[Column]) -> Mapping[tuple[int, str], str]:
    if not columns:
        return {}
    duties = [column.key.removeprefix(HELD) for column in columns]
    lines = Holding.objects.filter(account__in=found, duty__in=duties, to_on=None)
    names = lines.values_list("account_id", "duty", "member__name", "team__name")
    return {(account, duty): member or team or "" for account, duty, member, team in names}


def options(viewer: User, *, on: date) -> Options:
    """What the viewer's own accounts offer to filter by."""
    seen = visible_accounts(viewer, on=on)
    holding = Holding.objects.filter(
        to_on=None, member=OuterRef("pk"), account__in=seen.values("pk")
    )
    return Options(
        industries=_distinct(seen, "industry", most=MOST_CHOICES),
        regions=_distinct(seen, "region", most=MOST_CHOICES),
        holders=list(Member.objects.filter(Exists(holding)).order_by("kana", "pk")),
    )


def choices(viewer: User, column: Column, *, on: date) -> list[str]:
    """The texts of a column among the viewer's accounts, where they are few enough to choose from;
    else none.
    """
    if column.type != FactType.TEXT:
        return []
    found = _distinct(visible_accounts(viewer, on=on), column.path, most=FEW_CHOICES + 1)
    return found if len(found) <= FEW_CHOICES else []


def offered_values(viewer: User, facts: Iterable[Fact], *, on: date) -> dict[str, tuple[str, ...]]:
    """Of each text fact the texts among the viewer's accounts, where they are few."""
    seen = visible_accounts(viewer, on=on)
    texts = [fact for fact in facts if fact.type == FactType.TEXT]
    found = {fact.key: _distinct(seen, fact.path, most=FEW_CHOICES + 1) for fact in texts}
    return {key: tuple(values) for key, values in found.items() if len(values) <= FEW_CHOICES}


def present(accounts: Collection[int], column: Column) -> list[tuple[Any, int]]:
    """What stands in a column of these accounts now, and how often; the most frequent first."""
    values = Account.objects.filter(pk__in=accounts).values_list(column.path)
    return list(values.annotate(number=Count("pk")).order_by("-number", column.path))


def holder_name(member_id: int) -> str:
    """The name of the member a list is narrowed to; the number itself, if there is none."""
    return str(Member.objects.filter(pk=member_id).first() or member_id)


def _distinct(seen: QuerySet[Account], path: str, *, most: int) -> list[str]:
    known = seen.exclude(Q(**{path: ""}) | Q(**{f"{path}__isnull": True}))
    return list(known.order_by(path).values_list(path, flat=True).distinct()[:most])
