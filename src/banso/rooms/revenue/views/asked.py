"""What every page of revenue asks for, and what it says when the answer is refused."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.timezone import localdate

from banso.engines.basis.fiscal import fiscal_year
from banso.kit.acts import Refused
from banso.rooms.identity.access import may_operate
from banso.rooms.identity.http import page
from banso.rooms.revenue.forms import PeriodForm
from banso.rooms.revenue.queries.book import NoRate, NoRevenueYet
from banso.rooms.revenue.queries.bridge import Period

if TYPE_CHECKING:
    from django.http import HttpResponse

    from banso.rooms.identity.http import Request


def period_asked(request: Request) -> tuple[Period, PeriodForm]:
    """The days asked for; else the fiscal year to date."""
    today = localdate()
    year = fiscal_year(today, first_month=settings.BANSO.fiscal_start_month)
    usual = Period(year.first - timedelta(days=1), today)
    form = PeriodForm(
        {
            "opening_on": request.GET.get("from", usual.opening_on.isoformat()),
            "closing_on": request.GET.get("to", usual.closing_on.isoformat()),
        }
    )
    return (Period(**form.cleaned_data) if form.is_valid() else usual), form


def refused_page(request: Request, form: PeriodForm, refusal: Refused) -> HttpResponse:
    return page(
        request,
        "revenue/refused.html",
        form=form,
        refusal=refusal,
        nothing_yet=isinstance(refusal, NoRevenueYet),
        no_rate=isinstance(refusal, NoRate),
        may_import=may_operate(request.user),
    )
