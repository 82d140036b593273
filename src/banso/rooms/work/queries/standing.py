"""How an item stands: whether its response target is kept, and why it is the one to do now."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from banso.kit.templatetags.banso import moment
from banso.rooms.work.models import Priority, State

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from banso.rooms.people.models import Member
    from banso.rooms.work.models import WorkItem


class Standing(StrEnum):
    """Where an item is beside its response target."""

    NO_TARGET = "no_target"
    IN_TIME = "in_time"
    AT_RISK = "at_risk"
    BROKEN = "broken"
    KEPT = "kept"


def standing(item: WorkItem, *, at: datetime) -> Standing:
    """Whether the target is kept or can be. What was answered is looked at as of its answer."""
    if item.due_at is None:
        return Standing.NO_TARGET
    if (item.answered_at or at) > item.due_at:
        return Standing.BROKEN
    if item.answered_at:
        return Standing.KEPT
    return Standing.AT_RISK if item.warn_at and item.warn_at <= at else Standing.IN_TIME


def reasons(item: WorkItem, member: Member | None, *, at: datetime) -> list[str]:
    """Why this item comes first for somebody, the weightiest reason first."""
    return list(_reasons(item, member, at))


def _reasons(item: WorkItem, member: Member | None, at: datetime) -> Iterator[str]:
    how = standing(item, at=at)
    yield from _pressing(item, how)
    yield from _hers(item, member)
    if item.priority in {Priority.URGENT, Priority.HIGH}:
        yield _("Its priority is: %(priority)s.") % {"priority": item.get_priority_display()}
    if item.topic and item.needs.endswith(f":{item.topic}"):
        yield _("It asks for somebody who knows “%(topic)s”.") % {"topic": item.topic}
    if how is Standing.IN_TIME:
        yield _("It is to be answered by %(moment)s.") % {"moment": moment(item.due_at)}
    if how is Standing.NO_TARGET:
        yield _("It has waited since %(moment)s.") % {"moment": moment(item.raised_at)}


def _pressing(item: WorkItem, how: Standing) -> Iterator[str]:
    """What its response target says."""
    words = {"moment": moment(item.due_at)}
    if how is Standing.BROKEN and not item.answered_at:
        yield _("Its response target was broken on %(moment)s.") % words
    elif how is Standing.AT_RISK:
        yield _("Its response target is close: %(moment)s.") % words


def _hers(item: WorkItem, member: Member | None) -> Iterator[str]:
    """What makes it somebody's own."""
    if member is None:
        return
    if item.member_id == member.pk and item.state == State.WAITING:
        yield _("It waits for you alone.")
    if item.held_for_id == member.pk:
        yield _("You served this customer last; it is kept for you until %(moment)s.") % {
            "moment": moment(item.held_until)
        }
