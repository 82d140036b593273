"""What usage shows on the account's page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from banso.rooms.customers.points import add_panel
from banso.rooms.usage import queries

if TYPE_CHECKING:
    from datetime import date

    from banso.rooms.customers.models import Account
    from banso.rooms.identity.models import User


class Usage:
    key, place, position = "usage", "below", 40
    template = "usage/panels/usage.html"

    def context(self, account: Account, *, viewer: User, on: date) -> dict[str, Any]:
        return {
            "products": queries.use_by_product(account, on=on),
            "last_on": queries.last_use(account),
        }


add_panel(Usage())
