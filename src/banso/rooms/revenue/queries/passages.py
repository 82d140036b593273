"""What came to an account from other customers, and what went from it to them, as its page says."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from banso.rooms.customers.access import visible_accounts
from banso.rooms.revenue.models import SubscriptionLine, Transfer

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from datetime import date

    from banso.rooms.customers.models import Account
    from banso.rooms.identity.models import User


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A line, or all that an account has, went from the account asked to another, or came to it.
    `other` is on the far side, None where the viewer sees no such account.
    """

    on: date
    went: bool  # else it came
    other: Account | None
    reason: str


@dataclass(frozen=True, slots=True)
class Passages:
    """The passages of single lines by line, those of accounts by account, and the lines that came
    and are kept with others.
    """

    of_line: dict[int, list[Passage]]
    of_account: dict[int, list[Passage]]
    guests: list[SubscriptionLine]

    @property
    def of_all(self) -> list[Passage]:
        every = [each for found in self.of_account.values() for each in found]
        return sorted(every, key=lambda each: each.on)

    def of(self, line: SubscriptionLine) -> list[Passage]:
        """Those of a line, while it was in force."""
        found = self.of_line.get(line.pk) or self.of_account.get(line.account_id, [])
        return [each for each in found if line.end_on is None or each.on < line.end_on]

    def is_away(self, line: SubscriptionLine, *, on: date) -> bool:
        """Whether a line of the account is with another on a day."""
        went = [each.went for each in self.of(line) if each.on <= on]
        return bool(went) and went[-1]


def passages(account: Account, *, viewer: User, on: date) -> Passages:
    """The caller has checked that the viewer may see the account."""
    units = _by_unit(account)
    if not units:
        return Passages({}, {}, [])
    sides = {side for unit in units for each in unit for side in _sides(each)}
    seen = visible_accounts(viewer, on=on).in_bulk(list(sides))
    of_line: dict[int, list[Passage]] = {}
    of_account: dict[int, list[Passage]] = {}
    for unit in units:
        found = list(_steps(unit, account, seen))
        if unit[0].line_id is not None:
            of_line[unit[0].line_id] = found
        elif unit[0].account_id is not None:
            of_account[unit[0].account_id] = found
    return Passages(of_line, of_account, _guests(account, of_line, of_account))


def _guests(
    account: Account, lines: Collection[int], holders: Collection[int]
) -> list[SubscriptionLine]:
    came = SubscriptionLine.objects.filter(Q(account__in=holders) | Q(pk__in=lines))
    return list(came.exclude(account=account).select_related("contract"))


def _by_unit(account: Account) -> list[list[Transfer]]:
    """Every transfer of what was ever with the account, in the order of days."""
    theirs = Transfer.objects.filter(into=account)
    rows = Transfer.objects.filter(
        Q(account=account)
        | Q(line__account=account)
        | Q(line__in=theirs.filter(account=None).values("line"))
        | Q(account__in=theirs.filter(line=None).values("account"))
    )
    units: dict[tuple[int | None, int | None], list[Transfer]] = defaultdict(list)
    for row in rows.select_related("line").order_by("on", "pk"):
        units[row.line_id, row.account_id].append(row)
    return list(units.values())


def _sides(each: Transfer) -> tuple[int, int]:
    """Whose it was at first, and to whom it went."""
    return each.line.account_id if each.line else each.account_id or 0, each.into_id


def _steps(
    unit: list[Transfer], account: Account, seen: Mapping[int, Account]
) -> Iterator[Passage]:
    """Of one unit's transfers those out of the account or into it."""
    at, _into = _sides(unit[0])
    for each in unit:
        went, came = at == account.pk, each.into_id == account.pk
        if went != came:
            other = seen.get(each.into_id if went else at)
            yield Passage(on=each.on, went=went, other=other, reason=each.reason)
        at = each.into_id
