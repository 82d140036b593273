"""The account that a page is about, for those who may see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

from banso.rooms.customers.access import may_edit_accounts, visible_accounts

if TYPE_CHECKING:
    from datetime import date

    from banso.rooms.customers.models import Account
    from banso.rooms.identity.http import Request


def account_or_404(request: Request, account_id: int, *, on: date) -> Account:
    """The account, if the viewer may see it."""
    seen = visible_accounts(request.user, on=on).select_related("facts")
    return get_object_or_404(seen, pk=account_id)


def editable_or_404(request: Request, account_id: int, *, on: date) -> Account:
    """The account, if the viewer may see it and write about it."""
    found = account_or_404(request, account_id, on=on)
    if not may_edit_accounts(request.user):
        raise PermissionDenied
    return found
