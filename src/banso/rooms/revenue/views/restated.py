"""What late renewals changed about figures that had been told already."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from banso.kit.keyset import keyset
from banso.rooms.identity.access import may_see_all
from banso.rooms.identity.http import page
from banso.rooms.revenue.access import may_close_periods
from banso.rooms.revenue.queries import restated as queries
from banso.rooms.revenue.queries.wording import BARS
from banso.rooms.revenue.views.asked import asked_for, misread

if TYPE_CHECKING:
    from django.http import HttpResponse

    from banso.rooms.identity.http import Request
    from banso.rooms.revenue.models import Restatement

PAGE_SIZE = 50
DAY = timedelta(days=1)


@require_safe
@login_required
def restatements(request: Request) -> HttpResponse:
    """Which days were told differently before a renewal came late, and which since?"""
    period = None
    if "from" in request.GET:
        asked = asked_for(request)
        if not asked.is_plain:
            return misread(request, asked, title=_("What late renewals changed"))
        period = asked.period
    found = queries.restatements(request.user, on=localdate(), of=period)
    after = request.GET.get("after", "")
    slice_ = keyset(found, order=queries.LATEST_FIRST, after=after, size=PAGE_SIZE)
    count = 0 if after else found.count()
    return page(
        request,
        "revenue/restatements.html",
        partial="rows" if after else "",
        rows=[(each, each.on_date - DAY, _movement(each)) for each in slice_.rows],
        after=slice_.after,
        headline=queries.told_anew(count) if count else _("Nothing has been told anew"),
        period=period,
        may_close=may_close_periods(request.user),
        whole_company=may_see_all(request.user),
    )


def _movement(each: Restatement) -> str:
    """What the account's movement on the day was called, and what it is called."""
    was, now = (
        str(BARS[kind]) if kind else _("no movement") for kind in (each.was_kind, each.now_kind)
    )
    return was if was == now else _("%(was)s → %(now)s") % {"was": was, "now": now}
