"""What happens to work items."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from banso.rooms.journal.points import declare
from banso.rooms.work.models import DeclineReason, Presence, WorkOutcome

ITEM_RAISED = declare("work.item_raised", gettext_noop("Raised “%(subject)s”"), icon="circle-check")
ITEM_TAKEN = declare("work.item_taken", gettext_noop("Took “%(subject)s”"), icon="user-cog")
ITEMS_DEALT = declare(
    "work.items_dealt",
    gettext_noop("Dealt work of %(pool)s: %(number)s items"),
    icon="users",
    story=gettext_noop("Work for the account was dealt to somebody"),
)
ITEM_FINISHED = declare(
    "work.item_finished",
    gettext_noop("Finished “%(subject)s”: %(outcome)s"),
    icon="check",
    words={"outcome": dict(WorkOutcome.choices)},
)
ITEM_DECLINED = declare(
    "work.item_declined",
    gettext_noop("Declined “%(subject)s”: %(reason)s"),
    icon="undo-2",
    words={"reason": dict(DeclineReason.choices)},
)
ITEM_HANDED = declare(
    "work.item_handed", gettext_noop("Handed “%(subject)s” to %(to)s"), icon="arrow-right"
)
ITEM_TAKEN_OVER = declare(
    "work.item_taken_over",
    gettext_noop("Took over “%(subject)s” from %(former)s"),
    icon="arrow-right",
)
ITEM_PUT_OFF = declare(
    "work.item_put_off", gettext_noop("Put off “%(subject)s”: %(why)s"), icon="clock"
)
ITEM_FROZEN = declare("work.item_frozen", gettext_noop("Froze “%(subject)s”: %(why)s"), icon="lock")
ITEM_THAWED = declare(
    "work.item_thawed", gettext_noop("Let “%(subject)s” go on"), icon="refresh-cw"
)
ITEM_WITHDRAWN = declare(
    "work.item_withdrawn", gettext_noop("Withdrew “%(subject)s”"), icon="undo-2"
)
ITEM_CHANGED = declare("work.item_changed", gettext_noop("Changed “%(subject)s”"), icon="pencil")
ITEM_REDEALT = declare(
    "work.item_redealt", gettext_noop("Gave “%(subject)s” back to the queue"), icon="refresh-cw"
)
ITEMS_RETURNED = declare(
    "work.items_returned",
    gettext_noop("%(number)s items that were left lying went back to the queue"),
    icon="undo-2",
    story=gettext_noop("An item that was left lying went back to the queue"),
)
ITEMS_WOKEN = declare(
    "work.items_woken",
    gettext_noop("%(number)s items that had been put off wait again"),
    icon="clock",
    story=gettext_noop("An item that had been put off waits again"),
)
ITEMS_ESCALATED = declare(
    "work.items_escalated",
    gettext_noop("%(number)s items came close to their response target"),
    icon="triangle-alert",
    story=gettext_noop("An item came close to its response target"),
)
ITEMS_OPENED_UP = declare(
    "work.items_opened_up",
    gettext_noop("%(number)s items were opened to more people"),
    icon="users",
    story=gettext_noop("An item was opened to more people"),
)
COMMENTED = declare("work.commented", gettext_noop("Commented on “%(subject)s”"), icon="pencil")
STEP_TICKED = declare(
    "work.step_ticked", gettext_noop("A step of “%(subject)s”: %(step)s"), icon="check"
)
PRESENCE_SAID = declare(
    "work.presence_said",
    gettext_noop("%(name)s: %(presence)s"),
    icon="users",
    words={"presence": dict(Presence.choices)},
)
