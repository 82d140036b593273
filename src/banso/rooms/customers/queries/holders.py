"""Who holds what at many accounts at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import F, Q, QuerySet

from banso.rooms.customers.models import Account, Holding

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import date


def hold_still(accounts: Collection[int]) -> None:
    """Keep other writers from the accounts until the transaction ends: what is read of who holds
    them stays true, and their lines are laid one act after another.
    """
    rows = Account.objects.select_for_update().filter(pk__in=accounts).order_by("pk")
    list(rows.values_list("pk"))


def handles_of(accounts: Sequence[Account]) -> dict[tuple[int, str], str]:
    """Who holds what now at these accounts, by account and duty: a member's handle, or the path of
    a team or pool.
    """
    lines = Holding.objects.filter(account__in=accounts, to_on=None)
    names = lines.values_list("account_id", "duty", "member__handle", "team__path")
    return {(account, duty): handle or path for account, duty, handle, path in names}


def held() -> QuerySet[Holding]:
    """The lines in which somebody held something, if only for a day: one that was opened and closed
    on the same day says nothing.
    """
    return Holding.objects.filter(Q(to_on__isnull=True) | Q(to_on__gt=F("from_on")))


def first_days(accounts: Iterable[int]) -> set[tuple[int, str, date]]:
    """What tells the lines of these accounts apart: account, duty and first day."""
    lines = held().filter(account__in=set(accounts))
    return set(lines.values_list("account_id", "duty", "from_on"))
