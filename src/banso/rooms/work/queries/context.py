"""What whoever picks an item up must know: the customer in three sentences, what was said last,
what we owe, and what came of like work before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from banso.kit.templatetags.banso import compact_money, day, number
from banso.rooms.coverage.queries.packets import packet
from banso.rooms.customers.models import Touchpoint
from banso.rooms.customers.queries.account import duties
from banso.rooms.customers.queries.facts import ARR, TERM_END, definitions, fact_of
from banso.rooms.journal.queries import timeline, told_of_one
from banso.rooms.people.models import Member
from banso.rooms.people.queries import serving
from banso.rooms.work.models import Seat, State, WorkItem
from banso.rooms.work.queries.dealing import (
    ABSENT,
    AWAY,
    DECLINED,
    HELD_FOR_OTHER,
    NO_ROOM,
    OFF,
    OTHER_SKILL,
    TODAY_FULL,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from banso.rooms.coverage.queries.packets import Told as Section
    from banso.rooms.customers.models import Account
    from banso.rooms.customers.queries.account import HeldDuty
    from banso.rooms.identity.models import User
    from banso.rooms.journal.queries import Told

BEFORE, HISTORY, LOOKED_THROUGH = 5, 30, 300


@dataclass(frozen=True, slots=True)
class Context:
    """One screen about an item and its customer."""

    sentences: list[str]
    sections: list[Section]
    duties: list[HeldDuty]
    before: Sequence[WorkItem]
    history: Sequence[Told]
    nobody: list[tuple[str, str]]


def context(item: WorkItem, *, viewer: User, on: date) -> Context:
    """All of it as of a day; the caller has checked that the viewer may see the item."""
    account = item.account
    over = WorkItem.objects.filter(account=account, state=State.DONE).exclude(pk=item.pk)
    return Context(
        sentences(account, on=on),
        packet(account, viewer=viewer, on=on),
        [each for each in duties(account).now if each.holder],
        list(over.select_related("member").order_by("-finished_at")[:BEFORE]),
        history(item),
        why_nobody(item),
    )


def history(item: WorkItem) -> list[Told]:
    """What happened to an item, newest first: acts of its own, and those that were done to many at
    once. They are found among the latest entries of its account, for many at once stand in lists.
    """
    latest = timeline(item.account_id).filter(event__startswith="work.", at__gte=item.raised_at)
    those = [each for each in latest[:LOOKED_THROUGH] if item.pk in set(_items_of(each.details))]
    return told_of_one(those[:HISTORY])


def _items_of(details: Mapping[str, Any]) -> Iterator[int]:
    """The items that an entry speaks of."""
    yield details.get("item", 0)
    for each in (*details.get("items", ()), *details.get("dealt", ())):
        yield each[0] if isinstance(each, list) else each


def sentences(account: Account, *, on: date) -> list[str]:
    """The customer in three sentences: who they are, what they pay until when, how we stand."""
    return [_who(account), _pays(account), _in_touch(account, on=on)]


def _who(account: Account) -> str:
    kind = _(", ").join(filter(None, [account.industry, account.region]))
    parts = [account.name]
    if kind:
        parts.append(kind)
    if account.employees:
        words = ngettext("%(n)s employee", "%(n)s employees", account.employees)
        parts.append(words % {"n": number(account.employees)})
    if account.customer_since:
        parts.append(_("a customer since %(day)s") % {"day": day(account.customer_since)})
    return _(": ").join([parts[0], _(", ").join(parts[1:])]) if parts[1:] else parts[0]


def _pays(account: Account) -> str:
    known = definitions()
    arr, ends = fact_of(account, ARR, known), fact_of(account, TERM_END, known)
    if not arr:
        return _("No contract of theirs runs now.")
    words = {"arr": compact_money(arr, settings.BANSO.currency), "day": day(ends)}
    if ends is None:
        return _("They pay %(arr)s a year; when the term ends isn't known.") % words
    return _("They pay %(arr)s a year, and the term ends on %(day)s.") % words


def _in_touch(account: Account, *, on: date) -> str:
    last = Touchpoint.objects.filter(account=account).order_by("-happened_at", "-pk").first()
    if last is None:
        return _("Nobody has logged a touchpoint with them.")
    ago = max((on - last.happened_at.date()).days, 0)
    words = {"days": number(ago), "kind": last.get_kind_display(), "mood": ""}
    if last.mood is not None:
        words["mood"] = str(last.get_mood_display())
        said = ngettext(
            "We were last in touch %(days)s day ago (%(kind)s); the mood was: %(mood)s.",
            "We were last in touch %(days)s days ago (%(kind)s); the mood was: %(mood)s.",
            ago,
        )
        return said % words
    said = ngettext(
        "We were last in touch %(days)s day ago (%(kind)s).",
        "We were last in touch %(days)s days ago (%(kind)s).",
        ago,
    )
    return said % words


def why_nobody(item: WorkItem) -> list[tuple[str, str]]:
    """Person by person why nobody of the pool has got it, as dealing kept it."""
    if item.state != State.WAITING or item.member_id is not None:
        return []
    why = {
        NO_ROOM: _("has as much in hand as one may"),
        TODAY_FULL: _("has taken enough today"),
        OTHER_SKILL: _("speaks another language or knows other topics"),
        DECLINED: _("has declined it"),
        HELD_FOR_OTHER: _("it is kept for who served the customer last"),
        AWAY: _("is away for a while"),
        OFF: _("is off for today"),
        ABSENT: _("is absent"),
    }
    names = Member.objects.in_bulk([member for member, _code in item.nobody])
    return [
        (names[member].name, why.get(code, code)) for member, code in item.nobody if member in names
    ]


def receivers(item: WorkItem, *, on: date) -> list[Member]:
    """To whom an item can be handed: colleagues of its pool first, then everybody."""
    peers = set(
        Seat.objects.filter(pool=item.pool_id, is_open=True).values_list("member", flat=True)
    )
    every = serving(Member.objects.all(), on=on).order_by("kana", "name", "pk")
    others = (each for each in every if each.pk != item.member_id)
    return sorted(others, key=lambda each: each.pk not in peers)
