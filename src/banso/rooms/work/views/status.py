"""Are response targets kept, is the load even, who needs help?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from banso.kit.acts import Refused
from banso.kit.templatetags.banso import number, percent
from banso.rooms.identity.http import allowed, page
from banso.rooms.people.access import visible_members
from banso.rooms.work.access import may_steer
from banso.rooms.work.actions.steering import redeal_item
from banso.rooms.work.queries import lists
from banso.rooms.work.queries.status import Status, status

if TYPE_CHECKING:
    from django.http import HttpResponse

    from banso.rooms.identity.http import Request


@require_safe
@allowed(may_steer)
def board(request: Request) -> HttpResponse:
    """Are response targets kept, is the load even, who needs help?"""
    told = status(request.user, at=now(), on=localdate())
    return page(request, "work/status.html", partial="live", status=told, headline=_headline(told))


def _headline(told: Status) -> str:
    if told.whole.broken:
        words = ngettext(
            "%(n)s response target is broken, %(risk)s more at risk",
            "%(n)s response targets are broken, %(risk)s more at risk",
            told.whole.broken,
        )
        return words % {"n": number(told.whole.broken), "risk": number(told.whole.at_risk)}
    if told.whole.at_risk:
        words = ngettext(
            "%(n)s item is close to its response target",
            "%(n)s items are close to their response target",
            told.whole.at_risk,
        )
        return words % {"n": number(told.whole.at_risk)}
    if told.kept.share is None:
        return _("No response target is at risk")
    return _("No response target is at risk; %(share)s were kept in thirty days") % {
        "share": percent(told.kept.share)
    }


@require_POST
@allowed(may_steer)
def give_back(request: Request, member_id: int) -> HttpResponse:
    """Give all that somebody has of pools back to them, as when she has fallen ill."""
    member = get_object_or_404(visible_members(request.user), pk=member_id)
    found = lists.items(request.user, on=localdate()).filter(member=member, finished_at=None)
    given = 0
    for item in found.exclude(pool=None):
        try:
            redeal_item(item, by=request.user, at=now())
            given += 1
        except Refused as refusal:
            messages.warning(request, str(refusal))
    words = ngettext("%(n)s item waits again.", "%(n)s items wait again.", given)
    messages.success(request, words % {"n": number(given)})
    return redirect("work:status")
