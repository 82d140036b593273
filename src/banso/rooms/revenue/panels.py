"""What revenue shows on the account's page."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings

from banso.engines.revenue.trend import month_ends
from banso.kit.acts import Refused
from banso.kit.charts import axis_scale, line_chart
from banso.rooms.customers.points import add_panel
from banso.rooms.revenue import queries

if TYPE_CHECKING:
    from datetime import date

    from banso.rooms.customers.models import Account
    from banso.rooms.identity.models import User

MONTHS_SHOWN = timedelta(days=3 * 365)


class Revenue:
    key, place, position = "revenue", "below", 10
    template = "revenue/panels/revenue.html"

    def context(self, account: Account, *, viewer: User, on: date) -> dict[str, Any]:
        lines = list(queries.lines_of(account))
        trend = self._trend(account, viewer=viewer, on=on) if lines else []
        highest = max((point.arr_minor or 0 for point in trend), default=0)
        scale = axis_scale(highest, settings.BANSO.currency)
        points = [(point.on, point.arr_minor) for point in trend]
        return {
            "lines": [(line, queries.held_on(line, on)) for line in lines],
            "contracts": list(queries.contracts_of(account)),
            "chart": line_chart(points, "ARR", scale) if highest else None,
            "unit": scale.unit,
        }

    def _trend(self, account: Account, *, viewer: User, on: date) -> list[queries.TrendPoint]:
        days = (*month_ends(on - MONTHS_SHOWN, on), on)
        try:
            return queries.trend(viewer, days=days, on=on, only=account.pk)
        except Refused:  # not written for the engine yet: the lines stand below all the same
            return []


add_panel(Revenue())
