"""What happens to lines, rates and periods, and by what else other rooms cut figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from django.utils.translation import gettext_noop

from banso.rooms.journal.points import declare

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from django.utils.functional import _StrPromise

    Membership = tuple[int, str | None, date, date | None]

LINES_PUT = declare(
    "revenue.lines_put",
    gettext_noop("Imported subscription lines: %(created)s new, %(updated)s changed"),
    icon="trending-up",
    story=gettext_noop("Subscription lines were added or changed by an import"),
)
LINES_TAKEN_BACK = declare(
    "revenue.lines_taken_back",
    gettext_noop(
        "Took back imported subscription lines: %(removed)s removed, %(restored)s restored"
    ),
    icon="undo-2",
    story=gettext_noop("An import of subscription lines was taken back"),
)
RATES_PUT = declare(
    "revenue.rates_put",
    gettext_noop("Imported exchange rates: %(created)s new, %(updated)s changed"),
    icon="trending-up",
)
RATES_TAKEN_BACK = declare(
    "revenue.rates_taken_back",
    gettext_noop("Took back imported exchange rates: %(removed)s removed, %(restored)s restored"),
    icon="undo-2",
)
CANCELLATIONS_PUT = declare(
    "revenue.cancellations_put",
    gettext_noop("Imported cancellations: %(created)s new, %(updated)s changed"),
    icon="trending-down",
    story=gettext_noop("A cancellation was added or changed by an import"),
)
CANCELLATIONS_TAKEN_BACK = declare(
    "revenue.cancellations_taken_back",
    gettext_noop("Took back imported cancellations: %(removed)s removed, %(restored)s restored"),
    icon="undo-2",
    story=gettext_noop("An import of cancellations was taken back"),
)
TRANSFERS_PUT = declare(
    "revenue.transfers_put",
    gettext_noop("Imported transfers of contracts: %(created)s new, %(updated)s changed"),
    icon="arrow-right",
    story=gettext_noop("A transfer of contracts was added or changed by an import"),
)
TRANSFERS_TAKEN_BACK = declare(
    "revenue.transfers_taken_back",
    gettext_noop(
        "Took back imported transfers of contracts: %(removed)s removed, %(restored)s restored"
    ),
    icon="undo-2",
    story=gettext_noop("An import of transfers of contracts was taken back"),
)
DEFINITION_STORED = declare(
    "revenue.definition_stored",
    gettext_noop("Stored the definition “%(name)s”"),
    icon="scale",
)
DEFINITION_DELETED = declare(
    "revenue.definition_deleted",
    gettext_noop("Deleted the definition “%(name)s”"),
    icon="trash-2",
)
PERIOD_CLOSED = declare(
    "revenue.period_closed",
    gettext_noop(
        "Closed the period from the close of %(opening_on)s to the close of %(closing_on)s, counted"
        " by “%(definition)s”"
    ),
    icon="lock",
)
PERIOD_REOPENED = declare(
    "revenue.period_reopened",
    gettext_noop(
        "Reopened the period from the close of %(opening_on)s to the close of %(closing_on)s,"
        " counted by “%(definition)s”: %(because)s"
    ),
    icon="undo-2",
)


class DatedCut(Protocol):
    """A way to put accounts into groups that its room knows for every day."""

    key: str
    label: _StrPromise

    def memberships(self) -> Iterable[Membership]:
        """(account id, group, from_on, to_on): the first day in the group and the first day no
        longer, null while it lasts.
        """

    def names(self) -> Mapping[str, str]:
        """What the groups are called, where that isn't their key."""


dated_cuts: list[DatedCut] = []


def contribute_cut(cut: DatedCut) -> None:
    """Offer it wherever figures are cut. Called from a room's `facts`."""
    dated_cuts.append(cut)
