"""What the operating model says on the pages of accounts and members, and what handovers tell of
customers, who stand below and know none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from banso.rooms.coverage.points import tell_in_packet
from banso.rooms.coverage.queries.answering import answers
from banso.rooms.coverage.queries.packets import sections_of_customers
from banso.rooms.coverage.queries.people import carried, ladders, worker
from banso.rooms.coverage.queries.versions import applied_model, in_force
from banso.rooms.customers.points import add_panel
from banso.rooms.people.points import add_member_panel, tell_load

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date

    from banso.rooms.customers.models import Account
    from banso.rooms.identity.models import User
    from banso.rooms.people.models import Member
    from banso.rooms.people.points import Carried


class ByTheModel:
    """Beside who holds each duty: who should, by which rule of the model in force."""

    key, place, position = "by-the-model", "who", 21
    template = "coverage/panels/by_the_model.html"

    def context(self, account: Account, *, viewer: User, on: date) -> dict[str, Any]:
        return {"answers": answers(account, on=on)}


class Held:
    """How much members hold of what the viewer sees."""

    def carried(self, members: Collection[int], *, viewer: User, on: date) -> Mapping[int, Carried]:
        return carried(members, viewer=viewer, on=on)


class LoadOfMember:
    """What a member holds, against the cap where all of it is seen."""

    key, position, open_to_all = "load", 10, True
    template = "coverage/panels/load.html"

    def context(self, member: Member, *, viewer: User, on: date) -> dict[str, Any]:
        applied = applied_model(in_force())
        return {"worker": worker(member, applied, viewer=viewer, on=on), "applied": applied}


class NextForMember:
    """Which role the model in force leads a member to, and which gates are open."""

    key, position, open_to_all = "next", 20, False
    template = "coverage/panels/next.html"

    def context(self, member: Member, *, viewer: User, on: date) -> dict[str, Any]:
        applied = applied_model(in_force())
        told = ladders(member, applied) if applied else []
        return {"applied": applied, "ladders": told, "member": member}


add_panel(ByTheModel())
add_member_panel(LoadOfMember())
add_member_panel(NextForMember())
tell_load(Held())
for _section in sections_of_customers():
    tell_in_packet(_section)
