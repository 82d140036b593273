"""What the operating model says on an account's page, and what handovers tell of customers, who
stand below and know none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from banso.rooms.coverage.points import tell_in_packet
from banso.rooms.coverage.queries.answering import answers
from banso.rooms.coverage.queries.packets import sections_of_customers
from banso.rooms.customers.points import add_panel

if TYPE_CHECKING:
    from datetime import date

    from banso.rooms.customers.models import Account
    from banso.rooms.identity.models import User


class ByTheModel:
    """Beside who holds each duty: who should, by which rule of the model in force."""

    key, place, position = "by-the-model", "who", 21
    template = "coverage/panels/by_the_model.html"

    def context(self, account: Account, *, viewer: User, on: date) -> dict[str, Any]:
        return {"answers": answers(account, on=on)}


add_panel(ByTheModel())
for _section in sections_of_customers():
    tell_in_packet(_section)
