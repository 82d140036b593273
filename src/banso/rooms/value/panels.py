"""What value shows on the account's page, and beside a renewal's outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from banso.rooms.customers.access import may_edit_accounts
from banso.rooms.customers.points import add_panel
from banso.rooms.value.queries import cases_of

if TYPE_CHECKING:
    from datetime import date

    from banso.rooms.customers.models import Account
    from banso.rooms.identity.models import User


class BusinessCases:
    key, place, position = "business_case", "next", 22
    template = "value/panels/business_case.html"

    def context(self, account: Account, *, viewer: User, on: date) -> dict[str, Any]:
        return {
            "cases": list(cases_of(account)),
            "account": account,
            "may_edit": may_edit_accounts(viewer),
        }


class BesideRenewal(BusinessCases):
    """The same beside the form in which a renewal's outcome is said: was it worth it?"""

    key, place = "business_case_beside", "renewal"


add_panel(BusinessCases())
add_panel(BesideRenewal())
