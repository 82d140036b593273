"""Do customers stay and grow, and which don't?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from banso.kit.acts import Refused
from banso.kit.charts import share_chart
from banso.kit.templatetags.banso import number, percent
from banso.rooms.customers.queries.vocabulary import SEGMENT
from banso.rooms.identity.access import may_see_all
from banso.rooms.identity.http import page
from banso.rooms.revenue.queries import bridge as bridges
from banso.rooms.revenue.queries import closed as closings
from banso.rooms.revenue.queries import retention as rates
from banso.rooms.revenue.queries.book import freshness
from banso.rooms.revenue.queries.figures import compared
from banso.rooms.revenue.queries.steps import steps_of
from banso.rooms.revenue.views.asked import (
    around,
    asked_for,
    counted_label,
    exchange_of,
    misread,
    refused_page,
    share_labels,
)
from banso.rooms.revenue.views.bridge import with_length

if TYPE_CHECKING:
    from django.http import HttpResponse

    from banso.rooms.identity.http import Request
    from banso.rooms.revenue.queries.bridge import Bridge
    from banso.rooms.revenue.queries.figures import Compared
    from banso.rooms.revenue.queries.groups import Cut

MOST_GROUPS = 200
FEW = 30  # accounts, below which a rate moves by more than 3 points when one of them leaves


@require_safe
@login_required
def retention(request: Request) -> HttpResponse:
    """Rates of the period, of the twelve months up to each month end, and of each group."""
    asked = asked_for(request, by=SEGMENT, a_year=True, of_rates=True)
    if not asked.is_plain:
        return misread(request, asked, title=_("Retention"))
    reader, until = asked.reader, asked.period.closing_on
    try:
        fresh = freshness()
        told = compared(reader, asked.period)
        churn = rates.churn(reader, until)
        months = rates.past_year(reader, until)
        by_group = _groups(told, asked.cut) if asked.cut else {}
    except Refused as refusal:
        return refused_page(request, asked, refusal, title=_("Retention"))
    found = bridges.bridge(told)
    days = [month.period.closing_on for month in months]
    shares = {"NRR": [month.nrr for month in months], "GRR": [month.grr for month in months]}
    whole_company = may_see_all(request.user)
    return page(
        request,
        "revenue/retention.html",
        bridge=found,
        **around(asked),
        **exchange_of(asked),
        **closings.closed_since(told),
        steps=steps_of(found, reader.definition, of_all=whole_company),
        sure=rates.sure(told),
        has_range=rates.has_range(reader.definition),
        churn=churn,
        months=months,
        chart=share_chart(days, shares),
        **by_group,
        freshness=fresh,
        ahead=until > reader.on,
        cut=asked.cut,
        headline=_headline(found, whole=whole_company),
        few=FEW,
    )


def _groups(told: Compared, cut: Cut) -> dict[str, Any]:
    """The rates of the groups, and what the groups add up to."""
    groups, further = rates.retained(told, cut, most=MOST_GROUPS)
    return {
        "groups": groups,
        "further_groups": further,
        "whole": bridges.whole_of_cut(told, cut),
        "share_labels": share_labels(cut),
        "counted_label": counted_label(cut),
    }


def _headline(found: Bridge, *, whole: bool) -> str:
    """The answer as the page's title, as on the bridge: no rate of the accounts held today."""
    if not whole:
        return _("Retention of the accounts you hold today")
    if found.nrr is None:
        return _("Nothing was open at the start of this period")
    told = _("NRR %(nrr)s, GRR %(grr)s: %(stayed)s of %(base)s accounts stayed") % {
        "nrr": percent(found.nrr),
        "grr": percent(found.grr),
        "stayed": number(found.stayed_accounts),
        "base": number(found.base_accounts),
    }
    return with_length(told, found)
