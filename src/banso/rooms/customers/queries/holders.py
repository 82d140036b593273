"""Who holds what at many accounts at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from banso.rooms.customers.models import Holding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from banso.rooms.customers.models import Account


def handles_of(accounts: Sequence[Account]) -> dict[tuple[int, str], str]:
    """Who holds what now at these accounts, by account and duty: the members' handles."""
    held = Holding.objects.filter(account__in=accounts, to_on=None, member__isnull=False)
    lines = held.values_list("account_id", "duty", "member__handle")
    return {(account, duty): handle for account, duty, handle in lines}
