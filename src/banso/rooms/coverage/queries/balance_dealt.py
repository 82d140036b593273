"""What became of customers that were dealt, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from banso.kit.templatetags.banso import number, percent

if TYPE_CHECKING:
    from collections.abc import Iterable

    from banso.rooms.coverage.queries.balance_waiting import Waiting
    from banso.rooms.coverage.queries.dealing import Dealt


def told_dealt(dealt: Dealt, name: str, *, leaves: bool) -> str:
    """What became of somebody's book that was dealt, in one or two sentences. With who leaves stays
    only what renews before.
    """
    moving = len(dealt.moves)
    said = [
        ngettext(
            "%(number)s customer of %(name)s is dealt to others in the plan.",
            "%(number)s customers of %(name)s are dealt among the others in the plan.",
            moving,
        )
        % {"number": moving, "name": name}
    ]
    if dealt.stay:
        said.append(_told_stay(dealt.stay, leaves=leaves))
    return " ".join([*said, *_told_bound(dealt)])


def _told_stay(stay: int, *, leaves: bool) -> str:
    if leaves:
        sentence = ngettext(
            "%(number)s stays until it has renewed, before her last day, and needs somebody then.",
            "%(number)s stay until they have renewed, before her last day, and need somebody then.",
            stay,
        )
    else:
        sentence = ngettext(
            "%(number)s stays: its renewal is near, or it is protected.",
            "%(number)s stay: their renewals are near, or they are protected.",
            stay,
        )
    return sentence % {"number": stay}


def told_free(dealt: Dealt) -> str:
    """What became of customers who needed somebody."""
    moving = len(dealt.moves)
    said = ngettext(
        "%(number)s customer who needs somebody is dealt in the plan.",
        "%(number)s customers who need somebody are dealt in the plan.",
        moving,
    )
    return " ".join([said % {"number": moving}, *_told_bound(dealt)])


def told_filled(dealt: Dealt, name: str) -> str:
    """What became of somebody's book that was filled."""
    moving = len(dealt.moves)
    said = ngettext(
        "%(number)s customer joins the book of %(name)s in the plan.",
        "%(number)s customers join the book of %(name)s in the plan.",
        moving,
    )
    return " ".join([said % {"number": moving, "name": name}, *_told_bound(dealt)])


def told_search(dealt: Dealt, waiting: Iterable[Waiting]) -> str:
    """What a search over all books found, and whose customers still need somebody."""
    moving = len(dealt.moves)
    said = ngettext(
        "The best way found moves %(number)s customer. It is in the plan.",
        "The best way found moves %(number)s customers. They are in the plan.",
        moving,
    )
    left_out = [_left_out(each) for each in waiting if each.number and each.giver]
    return " ".join([said % {"number": moving}, *_told_bound(dealt), *left_out])


def _left_out(waiting: Waiting) -> str:
    said = ngettext(
        "%(number)s customer of %(name)s is left out: %(presence)s.",
        "%(number)s customers of %(name)s are left out: %(presence)s.",
        waiting.number,
    )
    return said % {
        "number": number(waiting.number),
        "name": waiting.giver,
        "presence": waiting.presence.said if waiting.presence else "",
    }


def _told_bound(dealt: Dealt) -> list[str]:
    if dealt.proved:
        return [_("No other way of dealing them is better.")]
    if dealt.gap is None:
        return []
    saved = _("Another way of dealing them could be better by %(share)s at most.")
    return [saved % {"share": percent(dealt.gap)}]
