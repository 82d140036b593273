from __future__ import annotations

from typing import TYPE_CHECKING

from banso.rooms.customers.access import visible_accounts
from banso.rooms.value.models import BusinessCase

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from banso.rooms.customers.models import Account
    from banso.rooms.identity.models import User


def cases(viewer: User, *, on: date) -> QuerySet[BusinessCase]:
    """Business cases of the accounts the viewer sees."""
    seen = visible_accounts(viewer, on=on)
    return BusinessCase.objects.filter(account__in=seen).select_related("account")


def cases_of(account: Account) -> QuerySet[BusinessCase]:
    """An account's business cases, the latest first. The caller has checked the viewer."""
    found = BusinessCase.objects.filter(account=account)
    return found.select_related("contract", "confirmed_by", "promised_by").order_by(
        "-recorded_on", "-pk"
    )
