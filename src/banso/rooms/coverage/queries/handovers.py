"""Handovers as their receivers, givers and leads look for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db.models import Q, QuerySet

from banso.kit.keyset import Order, capped_count
from banso.rooms.coverage.access import giving, may_decide, receiving, visible_handovers
from banso.rooms.coverage.models import (
    HANDOVER_MOVES,
    Handover,
    HandoverQuestion,
    HandoverState,
)
from banso.rooms.customers.access import visible_accounts
from banso.rooms.customers.models import Duty

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from banso.rooms.identity.models import User

BY_OPENING: Final = Order("opened_at")
MOST_OTHERS: Final = 12
WHOSE: Final = ("receive", "give", "all")
UNSETTLED: Final = (HandoverState.OPEN, HandoverState.ASKED)
STATES: Final[Mapping[str, Q]] = {
    "waiting": Q(state__in=UNSETTLED),
    "refused": Q(state=HandoverState.REFUSED),
    "untold": Q(state=HandoverState.ACCEPTED, told_customer_at=None),
    "accepted": Q(state=HandoverState.ACCEPTED),
    "withdrawn": Q(state=HandoverState.WITHDRAWN),
}


@dataclass(frozen=True, slots=True)
class Part:
    """What the viewer has to do with a handover, and whether its account is in her scope."""

    receives: bool
    gives: bool
    decides: bool
    sees_account: bool

    def acts(self, handover: Handover) -> frozenset[str]:
        """What the viewer may do as the handover stands."""
        state = HandoverState(handover.state)
        who = {
            "accept": self.receives,
            "ask": self.receives,
            "refuse": self.receives,
            "answer": self.gives or self.decides,
            "reopen": self.decides,
        }
        acts = {act for act, may in who.items() if may and HANDOVER_MOVES[act][0] == state}
        if (self.gives or self.decides) and state in (*UNSETTLED, HandoverState.REFUSED):
            acts.add("note")
        untold = state == HandoverState.ACCEPTED and handover.told_customer_at is None
        if untold and (self.receives or self.gives or self.decides):
            acts.add("tell")
        return frozenset(acts)

    def reads_packet(self, handover: Handover) -> bool:
        """Whether the packet is the viewer's to read: a giver's only until it is settled."""
        is_settled = handover.state in (HandoverState.ACCEPTED, HandoverState.WITHDRAWN)
        return self.sees_account or not is_settled


def handovers(viewer: User, *, on: date) -> QuerySet[Handover]:
    """The handovers the viewer may know of, with account and holders."""
    return visible_handovers(viewer, on=on).select_related(
        "account",
        "application",
        "giver_member",
        "giver_team",
        "receiver_member",
        "receiver_team",
        "noted_by",
        "decided_by",
        "told_customer_by",
    )


def narrowed(
    found: QuerySet[Handover], viewer: User, *, whose: str, state: str, on: date
) -> QuerySet[Handover]:
    """Those of the handovers that the viewer receives, or gives, and that stand so."""
    mine = {"receive": receiving, "give": giving}.get(whose)
    if mine is not None:
        found = found.filter(pk__in=mine(viewer, on=on).values("pk"))
    return found.filter(STATES[state])


def numbers(viewer: User, *, state: str, on: date) -> dict[str, tuple[int, bool]]:
    """How many stand so: for the viewer to receive, to give, and all that she may see; counted no
    further than a cap, and whether there are more.
    """
    seen = visible_handovers(viewer, on=on)
    return {
        whose: capped_count(narrowed(seen, viewer, whose=whose, state=state, on=on))
        for whose in WHOSE
    }


def part_in(handover: Handover, viewer: User, *, on: date) -> Part:
    """What the viewer has to do with a handover that she may see."""
    seen = visible_accounts(viewer, on=on).filter(pk=handover.account_id)
    return Part(
        receives=receiving(viewer, on=on).filter(pk=handover.pk).exists(),
        gives=giving(viewer, on=on).filter(pk=handover.pk).exists(),
        decides=may_decide(viewer),
        sees_account=seen.exists(),
    )


def others(handover: Handover, viewer: User, *, on: date) -> list[Handover]:
    """The other handovers of the account, the latest first: how often it changed hands."""
    found = handovers(viewer, on=on).filter(account=handover.account_id).exclude(pk=handover.pk)
    return list(found.order_by("-from_on", "-pk")[:MOST_OTHERS])


def questions(handover: Handover) -> QuerySet[HandoverQuestion]:
    """What was asked before accepting, the first question first."""
    found = HandoverQuestion.objects.filter(handover=handover)
    return found.select_related("asked_by", "answered_by").order_by("asked_at", "pk")


def duty_names(handover: Handover) -> list[str]:
    """What the duties that pass on are called."""
    return [
        str(Duty(each).label) if each in Duty.values else each.replace("_", " ")
        for each in handover.duties
    ]
