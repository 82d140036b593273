"""What renewals show on the account's page, and what they tell of its story and in handovers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banso.engines.basis.japanese import folded
from banso.kit.templatetags.banso import day, money
from banso.rooms.coverage.points import PacketLine, tell_in_packet
from banso.rooms.customers.access import may_edit_accounts
from banso.rooms.customers.points import (
    Before,
    StoryEntry,
    StoryRow,
    StoryWanted,
    add_panel,
    tell_story,
)
from banso.rooms.customers.queries.story import at_midnight, newest_days
from banso.rooms.renewals.points import RENEWALS_RECONCILED
from banso.rooms.renewals.queries.account import closed_of, open_and_closed, open_of, told_of
from banso.rooms.renewals.queries.rows import rows

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from banso.rooms.customers.models import Account
    from banso.rooms.identity.models import User
    from banso.rooms.renewals.models import Renewal
    from banso.rooms.renewals.queries.rows import RenewalRow

MOST_PAST = 6
AHEAD = {
    "noticed": (gettext_lazy("Notice given"), "danger"),
    "overdue": (gettext_lazy("Term over, no outcome"), "warning"),
    "ahead": (gettext_lazy("Outcome open"), ""),
}


class Renewals:
    key, place, position = "renewals", "next", 21
    template = "renewals/panels/renewals.html"

    def context(self, account: Account, *, viewer: User, on: date) -> dict[str, Any]:
        ahead, past = open_and_closed(account)
        return {
            "ahead": rows(ahead, on=on),
            "past": past[:MOST_PAST],
            "currency": settings.BANSO.currency,
            "may_edit": may_edit_accounts(viewer),
        }


class Outcomes:
    """A renewal that is closed, told on its term's last day."""

    key, kind = "renewal", "contract"
    label = gettext_lazy("Contracts")
    template = "renewals/story/renewal.html"
    told: Collection[str] = (RENEWALS_RECONCILED.code,)

    def entries(
        self, account: Account, wanted: StoryWanted, before: Before, n: int
    ) -> list[StoryEntry]:
        if wanted.touches_only or wanted.member is not None:
            return []
        found = told_of(account)
        if wanted.words:
            found = found.filter(pk__in=[each.pk for each in found if _holds(each, wanted)])
        return [_entry(each) for each in newest_days(found, "term_end_on", wanted, before, n)]

    def row(self, account: Account, pk: int) -> StoryRow | None:
        found = told_of(account).filter(pk=pk).first()
        return StoryRow(_entry(found), found) if found else None


def _said(renewal: Renewal) -> str:
    """What a person wrote about it, else what the notice says."""
    recorded = getattr(renewal, "recorded", None)
    if recorded is not None:
        return "\n".join(filter(None, [recorded.detail, recorded.would_have_kept]))
    return renewal.cancellation.detail if renewal.cancellation and renewal.is_lost else ""


def _holds(renewal: Renewal, wanted: StoryWanted) -> bool:
    said = folded(renewal.get_outcome_display() + renewal.contract.external_id + _said(renewal))
    return all(word in said for word in wanted.words)


def _entry(renewal: Renewal) -> StoryEntry:
    currency = settings.BANSO.currency
    was = money(renewal.renewable_arr_minor, currency)
    now = money(renewal.renewed_arr_minor, currency)
    recorded = getattr(renewal, "recorded", None)
    notes = [f"ARR {was} → {now}", renewal.get_loss_reason_display()]
    notes += [_("by the lines")] if renewal.by_lines else []
    return StoryEntry(
        pk=renewal.pk,
        at=at_midnight(renewal.term_end_on),
        by_day=True,
        icon="log-out" if renewal.is_lost else "handshake",
        title=str(renewal.get_outcome_display()),
        called=_("Renewal"),
        text=_said(renewal),
        ours=str(recorded.by) if recorded else "",
        notes=tuple(filter(None, notes)),
    )


class InPacket:
    """What a receiver must know of the terms: which ends next, by when somebody must speak, and
    what became of the last one.
    """

    key, position = "renewals", 40
    title = gettext_lazy("Renewals")
    empty = gettext_lazy("No term's end is known, and no outcome of one.")

    def lines(self, account: Account, *, viewer: User, on: date) -> list[PacketLine]:
        ahead = [self._ahead(row) for row in rows(list(open_of(account)), on=on)]
        return ahead + [self._past(each) for each in closed_of(account)[:1]]

    def _ahead(self, row: RenewalRow) -> PacketLine:
        renewal = row.renewal
        name, level = AHEAD[row.state]
        notes = [
            _("the customer can give notice until %(day)s") % {"day": day(renewal.notice_safe_on)}
            if renewal.notice_safe_on
            else "",
            _("we can announce prices until %(day)s") % {"day": day(renewal.our_notice_safe_on)}
            if renewal.our_notice_safe_on
            else "",
            money(renewal.renewable_arr_minor, settings.BANSO.currency),
        ]
        return PacketLine(
            text=_("The term ends"),
            href=reverse("renewals:outcome", args=[renewal.pk]),
            on=renewal.term_end_on,
            note=" · ".join(filter(None, notes)),
            mark=str(name),
            level=level,
        )

    def _past(self, renewal: Renewal) -> PacketLine:
        return PacketLine(
            text=_("The last term ended"),
            href=reverse("renewals:outcome", args=[renewal.pk]),
            on=renewal.term_end_on,
            note=renewal.get_loss_reason_display(),
            mark=renewal.get_outcome_display(),
            level="danger" if renewal.is_lost else "",
        )


add_panel(Renewals())
tell_story(Outcomes())
tell_in_packet(InPacket())
