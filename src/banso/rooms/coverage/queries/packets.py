"""What a receiver gets in writing: the sections of all rooms, and those told from customers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db.models import F
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banso.rooms.coverage.points import PacketLine, PacketSection, packet_sections
from banso.rooms.customers.models import Mood, Promise, Touchpoint
from banso.rooms.customers.queries.people import FEW, at_customer, who_knows_whom

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from banso.rooms.customers.models import Account
    from banso.rooms.customers.queries.people import Known
    from banso.rooms.identity.models import User

TOUCHES, LONGEST_TOUCH, MOST_PROMISES = 5, 240, 30
LEVELS: Final[Mapping[Mood, str]] = {
    Mood.DELIGHTED: "success",
    Mood.GOOD: "success",
    Mood.UNEASY: "warning",
    Mood.BAD: "danger",
}


@dataclass(frozen=True, slots=True)
class Told:
    """A section with its lines."""

    section: PacketSection
    lines: Sequence[PacketLine]


def packet(account: Account, *, viewer: User, on: date) -> list[Told]:
    """Everything that rooms have to tell of an account as it stands on the day."""
    return [Told(each, each.lines(account, viewer=viewer, on=on)) for each in packet_sections]


class LastTouches:
    """What was said last, and in what mood."""

    key, position = "touches", 10
    title = gettext_lazy("Last touchpoints, and the mood")
    empty = gettext_lazy("Nothing is logged: ask the giver what was said last.")

    def lines(self, account: Account, *, viewer: User, on: date) -> Sequence[PacketLine]:
        found = Touchpoint.objects.filter(account=account).select_related("member", "contact")
        return [self._line(each) for each in found.order_by("-happened_at", "-pk")[:TOUCHES]]

    def _line(self, touch: Touchpoint) -> PacketLine:
        mood = Mood(touch.mood) if touch.mood is not None else None
        people = [str(each) for each in (touch.contact, touch.member) if each]
        said = Truncator(touch.text).chars(LONGEST_TOUCH)
        return PacketLine(
            text=touch.subject or str(touch.get_kind_display()),
            href=reverse("customers:story_row", args=[touch.account_id, "touch", touch.pk]),
            on=localtime(touch.happened_at).date(),
            note=" · ".join(filter(None, [_(", ").join(people), said])),
            mark=str(mood.label) if mood else "",
            level=LEVELS.get(mood, "") if mood else "",
        )


class OpenPromises:
    """What we owe the customer, the first due first."""

    key, position = "promises", 20
    title = gettext_lazy("Promises still open")
    empty = gettext_lazy("Nothing is promised.")

    def lines(self, account: Account, *, viewer: User, on: date) -> Sequence[PacketLine]:
        found = Promise.objects.filter(account=account, kept_on=None, dropped_on=None)
        first = found.select_related("member").order_by(F("due_on").asc(nulls_last=True), "pk")
        return [self._line(each, on) for each in first[:MOST_PROMISES]]

    def _line(self, promise: Promise, on: date) -> PacketLine:
        is_late = promise.due_on is not None and promise.due_on < on
        href = f"{reverse('customers:promises')}?whose=all&account={promise.account_id}"
        if promise.touchpoint_id:
            args = [promise.account_id, "touch", promise.touchpoint_id]
            href = reverse("customers:story_row", args=args)
        return PacketLine(
            text=promise.text,
            href=href,
            on=promise.due_on,
            note=str(promise.member or ""),
            mark=_("Overdue") if is_late else "",
            level="warning" if is_late else "",
        )


class Stakes:
    """Who is who at the customer, decision makers first, and who of ours knows them."""

    key, position = "stakes", 30
    title = gettext_lazy("People at the customer, and who of us knows them")
    empty = gettext_lazy("No contact is known: ask the giver whom to speak with.")

    def lines(self, account: Account, *, viewer: User, on: date) -> Sequence[PacketLine]:
        first = at_customer(account, on=on).present[:FEW]
        known = who_knows_whom(account, first, viewer, on=on)
        return [self._line(account, each) for each in known.rows]

    def _line(self, account: Account, known: Known) -> PacketLine:
        contact = known.contact
        ours = [tie.member.name for tie in known.ties if tie.touches or tie.closeness]
        reach = _("known by %(names)s") % {"names": _(", ").join(ours)} if ours else ""
        post = " ".join(filter(None, [contact.department, contact.title]))
        return PacketLine(
            text=contact.name,
            href=reverse("customers:contact", args=[account.pk, contact.pk]),
            note=" · ".join(filter(None, [post, reach or _("nobody of us knows them")])),
            mark=str(contact.get_stake_display()),
        )


def sections_of_customers() -> Iterator[PacketSection]:
    """What customers contribute, told here because they stand below and know no handovers."""
    yield LastTouches()
    yield OpenPromises()
    yield Stakes()
