"""What work shows on the account's page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.timezone import localtime

from banso.rooms.customers.points import add_panel
from banso.rooms.customers.queries.story import at_midnight
from banso.rooms.work.access import may_work
from banso.rooms.work.queries.lists import of_account, rows

if TYPE_CHECKING:
    from datetime import date

    from banso.rooms.customers.models import Account
    from banso.rooms.identity.models import User


class OpenWork:
    """What is to be done for the account, and who has it."""

    key, place, position = "work", "next", 5
    template = "work/panels/work.html"

    def context(self, account: Account, *, viewer: User, on: date) -> dict[str, Any]:
        return {
            "rows": rows(of_account(account), at=localtime(at_midnight(on))),
            "account": account,
            "may_work": may_work(viewer),
        }


add_panel(OpenWork())
