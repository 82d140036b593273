"""The ARR of one account over the years."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from banso.engines.revenue.trend import month_ends
from banso.kit.acts import Refused
from banso.kit.charts import axis_scale, line_chart
from banso.rooms.customers.access import visible_accounts
from banso.rooms.identity.http import page
from banso.rooms.revenue.queries import trend as trends
from banso.rooms.revenue.queries.figures import Reader

if TYPE_CHECKING:
    from django.http import HttpResponse

    from banso.rooms.identity.http import Request

ACCOUNT_TREND = timedelta(days=3 * 365)


@require_safe
@login_required
def account_trend(request: Request, account_id: int) -> HttpResponse:
    """How did this account's ARR move? Loaded after its page: the engine takes its time."""
    today = localdate()
    account = get_object_or_404(visible_accounts(request.user, on=today), pk=account_id)
    days = (*month_ends(today - ACCOUNT_TREND, today), today)
    try:
        reader = Reader(viewer=request.user, on=today)
        trend = trends.trend(reader, days=days, only=account.pk)
    except Refused:  # not written for the engine yet: the lines stand on the page all the same
        trend = []
    points = [(point.on, point.arr_minor) for point in trend]
    highest = max((minor or 0 for _on, minor in points), default=0)
    scale = axis_scale(highest, settings.BANSO.currency)
    return page(
        request,
        "revenue/account_trend.html",
        partial="chart",
        account=account,
        chart=line_chart(points, "ARR", scale) if highest else None,
        unit=scale.unit,
    )
