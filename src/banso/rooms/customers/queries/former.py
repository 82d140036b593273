"""Where an account is found that was merged into another, and what it was until then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.timezone import localtime

from banso.rooms.customers.access import visible_accounts
from banso.rooms.customers.models import Account, Merge

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from django.db.models import Model, QuerySet

    from banso.rooms.identity.models import User


@dataclass(frozen=True, slots=True, kw_only=True)
class Former:
    """An account that went into another: its keys and name, the day, and which one it went into on
    that day; where that went further, `now_in` is the last. `kept` is what the merge kept of it.
    """

    pk: int
    external_id: str
    name: str
    on: date
    into: int
    now_in: int
    kept: Mapping[str, Any]

    def moved(self, model: type[Model], column: str = "account_id") -> list[int]:
        """The rows of a table that were its own and went along."""
        moved: list[int] = self.kept.get("moved", {}).get(f"{model._meta.label_lower}.{column}")
        return moved or []

    def left(self, model: type[Model]) -> list[Mapping[str, Any]]:
        """The rows of a table that were its own and could not go along, as they were then."""
        left: list[Mapping[str, Any]] = self.kept.get("left", {}).get(model._meta.label_lower)
        return left or []

    def values(self, fact: str, column: str) -> Iterator[tuple[Any, date, date | None]]:
        """What it said of a fact with history: value, first day, first day no longer."""
        for row in self.kept.get("history", ()):
            if row["fact"] == fact:
                yield row[column], *_days_of(row)

    def holdings(self, duty: str) -> Iterator[tuple[int | None, int | None, date, date | None]]:
        """Who held a duty: member or team, first day, first day no longer."""
        for row in self.kept.get("holdings", ()):
            since, until = _days_of(row)
            if row["duty"] == duty and since != until:
                yield row["member_id"], row["team_id"], since, until

    def last_value(self, fact: str) -> Any:
        """What it said last of a fact without history; None where nothing is known."""
        return self.kept.get("facts", {}).get(fact, self.kept.get("account", {}).get(fact))


def _days_of(row: Mapping[str, Any]) -> tuple[date, date | None]:
    until = row["to_on"]
    return date.fromisoformat(row["from_on"]), until and date.fromisoformat(until)


def former_accounts(*, around: Collection[int] | None = None) -> list[Former]:
    """Every account that went into another and has not been made again, in that order. `around`
    some accounts, former ones too: all that are now in one with them. For figures over all
    accounts, which know no viewer.
    """
    merged = Merge.objects.filter(undone_at=None).order_by("at", "pk")
    if around is not None:
        went = Merge.objects.filter(undone_at=None, former_id__in=around).order_by()
        merged = merged.filter(Q(account__in=around) | Q(account__in=went.values("account_id")))
    return [_former(merge) for merge in merged]


def _former(merge: Merge) -> Former:
    return Former(
        pk=merge.former_id,
        external_id=merge.former_external_id,
        name=merge.former_name,
        on=localtime(merge.at).date(),
        into=merge.undo.get("into", merge.account_id),
        now_in=merge.account_id,
        kept=merge.undo,
    )


def former_ids_seen(viewer: User, *, on: date) -> QuerySet[Merge, int]:
    """Our ids of the accounts that went into those that the viewer sees."""
    merged = Merge.objects.filter(undone_at=None, account__in=visible_accounts(viewer, on=on))
    return merged.order_by().values_list("former_id", flat=True)


def seen_by_id(viewer: User, ids: Collection[int], *, on: date) -> dict[int, Account | Former]:
    """Of these accounts those that the viewer sees, also those that went into one of them."""
    return _by_id(visible_accounts(viewer, on=on), ids)


def all_by_id(ids: Collection[int]) -> dict[int, Account | Former]:
    """The same for who sees the whole company."""
    return _by_id(Account.objects.all(), ids)


def _by_id(accounts: QuerySet[Account], ids: Collection[int]) -> dict[int, Account | Former]:
    found: dict[int, Account | Former] = {}
    found |= accounts.in_bulk(list(ids))
    gone = [pk for pk in ids if pk not in found]
    if gone:
        merged = Merge.objects.filter(undone_at=None, former_id__in=gone, account__in=accounts)
        found |= {merge.former_id: _former(merge) for merge in merged}
    return found


def current_ids(external_ids: Collection[str]) -> dict[str, int]:
    """Our id of each account by the company's own id, its present one or one from before a
    merge.
    """
    found = dict(
        Account.objects.filter(external_id__in=external_ids).values_list("external_id", "pk")
    )
    gone = [each for each in external_ids if each not in found]
    if gone:
        merged = Merge.objects.filter(former_external_id__in=gone, undone_at=None)
        found |= dict(merged.values_list("former_external_id", "account_id"))
    return found


def merged_away(external_ids: Collection[str]) -> dict[str, str]:
    """Of these own ids, those whose account went into another: that one's own id."""
    merged = Merge.objects.filter(former_external_id__in=external_ids, undone_at=None)
    return dict(merged.values_list("former_external_id", "account__external_id"))


def story_ids(account: Account) -> list[int]:
    """The ids under which the journal tells of an account: its own, and those merged into it."""
    merged = Merge.objects.filter(account=account, undone_at=None)
    return [account.pk, *merged.values_list("former_id", flat=True)]


def merged_into(viewer: User, former_id: int, *, on: date) -> int | None:
    """The account in which one that is gone can be found, if the viewer sees that."""
    merged = Merge.objects.filter(former_id=former_id, undone_at=None)
    seen = merged.filter(account__in=visible_accounts(viewer, on=on))
    return seen.values_list("account_id", flat=True).first()
