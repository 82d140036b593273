"""What value shows on the account's page, beside a renewal's outcome, and in handovers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from banso.rooms.coverage.points import PacketLine, tell_in_packet
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


class InPacket:
    """Why the customer bought: what sales must hand on."""

    key, position = "business_case", 5
    title = gettext_lazy("Why they bought")
    empty = gettext_lazy("Nobody has written down why this customer bought.")

    def lines(self, account: Account, *, viewer: User, on: date) -> list[PacketLine]:
        whole = f"{reverse('customers:account', args=[account.pk])}#panel-business_case"
        may_edit = may_edit_accounts(viewer)
        return [
            PacketLine(
                text=case.why_bought,
                href=reverse("value:case", args=[case.pk]) if may_edit else whole,
                on=case.recorded_on,
                note=" · ".join(filter(None, [case.expected_effect, str(case.promised_by or "")])),
            )
            for case in cases_of(account)
        ]


add_panel(BusinessCases())
add_panel(BesideRenewal())
tell_in_packet(InPacket())
