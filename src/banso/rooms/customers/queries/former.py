"""Where an account is found that was merged into another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from banso.rooms.customers.access import visible_accounts
from banso.rooms.customers.models import Account, Merge

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from banso.rooms.identity.models import User


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
