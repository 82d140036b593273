"""What happens to operating models and handovers, and what other rooms tell in a handover."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from django.utils.translation import gettext_noop

from banso.rooms.coverage.models import RefusalReason
from banso.rooms.journal.points import declare

if TYPE_CHECKING:
    from datetime import date

    from django.utils.functional import _StrPromise

    from banso.rooms.customers.models import Account
    from banso.rooms.identity.models import User

MODEL_DRAFTED = declare(
    "coverage.model_drafted",
    gettext_noop("Began a draft of the operating model “%(name)s”"),
    icon="pencil",
)
MODEL_REWRITTEN = declare(
    "coverage.model_rewritten",
    gettext_noop("Rewrote the draft “%(name)s”: revision %(revision)s"),
    icon="pencil",
)
MODEL_PROPOSED = declare(
    "coverage.model_proposed",
    gettext_noop("Proposed the operating model “%(name)s” for review"),
    icon="arrow-right",
)
MODEL_APPROVED = declare(
    "coverage.model_approved",
    gettext_noop("Approved the operating model “%(name)s”"),
)
MODEL_SENT_BACK = declare(
    "coverage.model_sent_back",
    gettext_noop("Sent the operating model “%(name)s” back: %(note)s"),
    icon="undo-2",
)
MODEL_DROPPED = declare(
    "coverage.model_dropped",
    gettext_noop("Dropped the operating model “%(name)s”"),
    icon="trash-2",
)
MODEL_APPLIED = declare(
    "coverage.model_applied",
    gettext_noop("Applied the operating model “%(name)s”: %(moves)s duties of %(number)s accounts"),
    icon="git-branch",
)
MODEL_ADOPTED = declare(
    "coverage.model_adopted",
    gettext_noop("Put the operating model “%(name)s” in force as it is; nobody moved"),
    icon="git-branch",
)
MODEL_APPOINTED = declare(
    "coverage.model_appointed",
    gettext_noop("Appointed the operating model “%(name)s” for %(day)s"),
    icon="calendar",
)
MODEL_CALLED_OFF = declare(
    "coverage.model_called_off",
    gettext_noop("Called off the operating model “%(name)s”, appointed for %(day)s"),
    icon="undo-2",
)
MODEL_NOT_APPLIED = declare(
    "coverage.model_not_applied",
    gettext_noop("The operating model “%(name)s” was not applied on its day: %(because)s"),
    icon="circle-x",
)
MODEL_TAKEN_BACK = declare(
    "coverage.model_taken_back",
    gettext_noop("Took back the operating model “%(name)s”: %(kept)s holders had changed since"),
    icon="undo-2",
)
CUSTOMER_KEPT_OUT = declare(
    "coverage.customer_kept_out",
    gettext_noop("Kept %(account)s out of the operating model “%(name)s”: %(reason)s"),
    icon="shield",
)
CUSTOMER_PINNED = declare(
    "coverage.customer_pinned",
    gettext_noop("Gave %(account)s to %(member)s in the operating model “%(name)s”: %(reason)s"),
    icon="user-check",
)
CUSTOMER_FREED = declare(
    "coverage.customer_freed",
    gettext_noop("Left %(account)s to the rules of the operating model “%(name)s” again"),
    icon="undo-2",
)
PLAN_COMMENTED = declare(
    "coverage.plan_commented",
    gettext_noop("Commented on what the operating model “%(name)s” would change: %(text)s"),
    icon="message-square",
)
MOVE_AGREED = declare(
    "coverage.move_agreed",
    gettext_noop("Agreed that %(account)s moves under the operating model “%(name)s”"),
)
HANDOVERS_OPENED = declare(
    "coverage.handovers_opened",
    gettext_noop("Opened %(number)s handovers by “%(name)s”"),
    icon="clipboard-check",
)
HANDOVERS_WITHDRAWN = declare(
    "coverage.handovers_withdrawn",
    gettext_noop("Withdrew %(number)s handovers of “%(name)s”"),
    icon="undo-2",
)
HANDOVER_ACCEPTED = declare(
    "coverage.handover_accepted",
    gettext_noop("%(receiver)s accepted the handover from %(giver)s"),
)
HANDOVER_ASKED = declare(
    "coverage.handover_asked",
    gettext_noop("Asked about the handover from %(giver)s to %(receiver)s: %(text)s"),
    icon="circle-help",
)
HANDOVER_ANSWERED = declare(
    "coverage.handover_answered",
    gettext_noop("Answered about the handover from %(giver)s to %(receiver)s: %(text)s"),
    icon="message-square",
)
HANDOVER_REFUSED = declare(
    "coverage.handover_refused",
    gettext_noop("%(receiver)s refused the handover from %(giver)s: %(reason)s"),
    icon="circle-x",
    words={"reason": dict(RefusalReason.choices)},
)
HANDOVER_REOPENED = declare(
    "coverage.handover_reopened",
    gettext_noop("The handover from %(giver)s to %(receiver)s stays, and waits again: %(text)s"),
    icon="rotate-cw",
)
HANDOVER_NOTED = declare(
    "coverage.handover_noted",
    gettext_noop("Wrote a note on the handover from %(giver)s to %(receiver)s"),
    icon="pencil",
)
REBALANCE_GATHERED = declare(
    "coverage.rebalance_gathered",
    gettext_noop("Added %(number)s moves to the rebalance of “%(name)s”"),
    icon="scale",
)
REBALANCE_THINNED = declare(
    "coverage.rebalance_thinned",
    gettext_noop("Took %(number)s moves out of the rebalance of “%(name)s”"),
    icon="undo-2",
)
REBALANCED = declare(
    "coverage.rebalanced",
    gettext_noop("Rebalanced the books of “%(name)s”: %(number)s customers passed on"),
    icon="scale",
    story=gettext_noop("Passed to somebody else by a rebalance of “%(name)s”"),
)
REBALANCE_TAKEN_BACK = declare(
    "coverage.rebalance_taken_back",
    gettext_noop("Took back the rebalance of “%(name)s”: %(kept)s holders had changed since"),
    icon="undo-2",
    story=gettext_noop("The rebalance of “%(name)s” was taken back"),
)
CUSTOMER_TOLD = declare(
    "coverage.customer_told",
    gettext_noop("Told the customer that %(receiver)s follows %(giver)s"),
    icon="mail",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PacketLine:
    """One thing that a receiver should know, and the address of what it is told from.

    `on` is its day, `note` what else belongs to it. `mark` is a word shown as a state, `level` its
    colour: "success", "warning", "danger" or none.
    """

    text: str
    href: str
    on: date | None = None
    note: str = ""
    mark: str = ""
    level: str = ""


class PacketSection(Protocol):
    """A part of what a receiver gets in writing, contributed by a room. Lower `position` stands
    first; `empty` is the sentence where there is nothing to tell.
    """

    key: str
    position: int
    title: _StrPromise
    empty: _StrPromise

    def lines(self, account: Account, *, viewer: User, on: date) -> Sequence[PacketLine]:
        """What there is to know of an account, the most pressing first. The viewer's right to read
        it has been checked.
        """
        ...


packet_sections: list[PacketSection] = []


def tell_in_packet(section: PacketSection) -> None:
    packet_sections.append(section)
    packet_sections.sort(key=lambda each: (each.position, each.key))
